"""The check run: what it concludes, what it says, and where its annotations stand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from prgate.model.diff import Side
from prgate.model.verdict import Conclusion, Outcome, ReportedFinding, Verdict
from prgate.render.check import MOST_ANNOTATIONS, Annotation, annotations_of, check_output, conclusion_of
from prgate.render.comment import body, comment, settled
from prgate.render.level import Level
from tests.hang import no_hang
from tests.render.answered import ALL
from tests.render.harmless import harmless
from tests.render.hostile import Maker, makers, nasty, render
from tests.render.test_injection import ACTS, CONTROL
from tests.render.verdicts import fails, found, judged, nearly_full, no_forge, not_judged, observes, odd_paths, passes, ran, warns

GOLDEN = Path(__file__).parent / "golden"
BLOB = "https://github.com/acme/pay/blob/"
hostile = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def one(finding: ReportedFinding, mode: str = "block") -> Annotation:
    return annotations_of(judged(Conclusion.FAIL, ran("missing-tests", Outcome.FAIL, "", finding, mode=mode)))[0]


def of(*findings: ReportedFinding) -> Verdict:
    return judged(Conclusion.FAIL, ran("missing-tests", Outcome.FAIL, "", *findings))


def test_a_verdict_that_could_not_look_is_no_success_and_a_warning_is_neutral() -> None:
    assert ["success", "neutral", "action_required", "failure"] == [conclusion_of(each) for each in Conclusion]


@pytest.mark.parametrize(
    "finding",
    [
        found("The whole change is large"),
        found("No path at all", "", 3),
        found("This line went away", "src/gone.py", 7, side=Side.BASE),
        found("This file went away", "src/gone.py", side=Side.BASE),
        found("The name is no text", "caf\\xe9.py", 3, path_bytes="Y2Fm6S5weQ=="),
        found("The name hides something", "a\u202eb.py", 3),
        found("The name holds a line break", "a\n::error::b.py", 3),
        found("A waived one", "src/a.py", 3, waived=True),
    ],
)
def test_what_stands_on_no_line_at_head_gets_no_annotation(finding: ReportedFinding) -> None:
    assert () == annotations_of(of(finding))


def test_findings_without_an_annotation_are_counted_by_where_they_stand() -> None:
    verdict = of(
        found("a"),
        found("b"),
        found("c", "x", 1, side=Side.BASE),
        found("d", "\\xff", 1, path_bytes="/w=="),
        found("e", "ok.py", 1),
        found("f", waived=True),
    )
    said = "Without an annotation: 1 finding at the base, 1 finding in a file with an unreadable name, 2 findings on the whole change."
    assert said == check_output(verdict).text
    assert None is check_output(fails()).text


@pytest.mark.parametrize(
    ("mode", "certain", "level", "small"),
    [
        ("block", True, Level.FAILURE, "missing-tests"),
        ("block", False, Level.WARNING, "missing-tests, asks, does not block"),
        ("warn", True, Level.WARNING, "missing-tests, warning"),
        ("warn", False, Level.WARNING, "missing-tests, warning"),
        ("observe", True, Level.NOTICE, "missing-tests, observed only"),
        ("observe", False, Level.NOTICE, "missing-tests, observed only"),
    ],
)
def test_mode_and_certainty_make_the_level(mode: str, *, certain: bool, level: Level, small: str) -> None:
    shown = one(found("a", "a.py", 1, certain=certain), mode)
    assert (level, f"Mend it.\n{small}") == (shown.level, shown.message)


def test_failures_stand_first_then_the_order_of_the_verdict() -> None:
    verdict = judged(
        Conclusion.FAIL,
        ran("x-a", Outcome.FAIL, "", found("observed", "a", 1), mode="observe"),
        ran("x-b", Outcome.FAIL, "", found("asks", "a", 2, certain=False), found("fails late", "b", 3)),
        ran("x-c", Outcome.FAIL, "", found("warns", "a", 1), mode="warn"),
        ran("x-d", Outcome.FAIL, "", found("fails later", "a", 1)),
    )
    assert ["Fails late", "Fails later", "Asks", "Warns", "Observed"] == [each.title for each in annotations_of(verdict)]


def test_findings_that_say_the_same_on_lines_that_touch_are_one() -> None:
    spans = [(9, 9), (1, 3), (4, 5), (2, 2), (7, 7)]
    made = annotations_of(of(*(found("Unrun", "a.py", start, end_line=end) for start, end in spans), found("Else", "a.py", 6)))
    assert [("Unrun", 1, 5), ("Unrun", 7, 7), ("Unrun", 9, 9), ("Else", 6, 6)] == [
        (each.title, each.start_line, each.end_line) for each in made
    ]


@pytest.mark.parametrize("other", [{"path": "b.py"}, {"fix": "Else."}, {"certain": False}])
def test_another_file_cure_or_weight_is_another_annotation(other: dict[str, object]) -> None:
    first = found("Unrun", "a.py", 1)
    assert 2 == len(annotations_of(of(first, replace(first, line=2, end_line=2, **other))))  # type: ignore[arg-type]  # by use


def test_a_finding_on_a_whole_file_stands_on_its_first_line_and_swallows_none() -> None:
    made = annotations_of(of(found("Changed", "a.py"), found("Changed", "a.py", 1, end_line=3)))
    assert [(1, 1), (1, 3)] == [(each.start_line, each.end_line) for each in made]


def test_an_end_before_its_start_is_one_line() -> None:
    shown = one(found("a", "a.py", 9, end_line=2))
    assert (9, 9) == (shown.start_line, shown.end_line)


def test_a_fact_too_long_for_a_title_stands_whole_in_the_message() -> None:
    fact = "word " * 80
    shown = one(found(fact, "a.py", 1))
    assert 255 >= len(shown.title)
    assert shown.title.endswith("…")
    assert [f"Word {'word ' * 79}".strip(), "Mend it.", "missing-tests"] == shown.message.split("\n")


def test_a_fact_that_grows_while_it_is_made_safe_fits_too() -> None:
    assert 255 >= len(one(found("a ` " * 200, "a.py", 1)).title)


def test_a_finding_without_words_has_a_title_and_a_message() -> None:
    shown = one(found("", "a.py", 1, fix=""))
    assert ("No reason was given", "missing-tests") == (shown.title, shown.message)
    nameless = judged(Conclusion.FAIL, ran("", Outcome.FAIL, "", found("", "a.py", 1, fix="")))
    assert "No reason was given" == annotations_of(nameless)[0].message


def test_more_places_than_a_reader_opens_are_counted() -> None:
    verdict = of(*(found(f"{n}", f"{n}.py", 1) for n in range(MOST_ANNOTATIONS + 3)))
    assert MOST_ANNOTATIONS == len(annotations_of(verdict))
    assert 7 == len(annotations_of(verdict, most=7))
    assert "Without an annotation: 3 places beyond the first." == check_output(verdict).text


def test_the_summary_is_the_comment_without_its_first_line() -> None:
    assert comment(fails()) == f"<!-- prgate:v1 key=812 -->\n{check_output(fails()).summary}"


@pytest.mark.parametrize(
    ("verdict", "title"),
    [
        (fails(), "prgate: fail. 3 to mend, 1 to explain, 1 to confirm"),
        (passes(), "prgate: pass"),
        (observes(), "prgate: pass (observing; if enforced: fail, 4 to mend, 1 to confirm)"),
        (not_judged(), "prgate: not judged"),
    ],
    ids=["fail", "pass", "observe", "not-judged"],
)
def test_the_title_is_the_headline(verdict: Verdict, title: str) -> None:
    assert title == check_output(verdict).title


def test_a_pull_request_that_is_not_judged_gets_one_line_that_says_why() -> None:
    summary = check_output(not_judged()).summary
    assert summary.startswith("**prgate: not judged.** No evidence of an agent. <sub>head `3f9c2ab` ·")
    assert 1 == summary.count("\n")
    assert body(not_judged()) == summary


def test_a_comment_that_is_settled_keeps_its_first_line_and_says_one_thing() -> None:
    first, second, rest = settled(not_judged()).split("\n")
    assert ("<!-- prgate:v1 key=812 -->", "") == (first, rest)
    assert second.startswith("**prgate: not judged any more.** No evidence of an agent. <sub>")


def test_notes_stand_first_and_only_ten_of_them() -> None:
    summary = check_output(fails(), notes=[f"the comment: 403 for @octo, {n}" for n in range(12)]).summary
    assert summary.startswith("**Not published as meant**\n\n- The comment: 403 for `@octo`, 0\n")
    assert "- The comment: 403 for `@octo`, 9\n- and 2 more notes\n\n### prgate: fail." in summary


@pytest.mark.parametrize("name", ["fail", "warn", "odd-paths"])
def test_the_annotations_are_those_that_were_read_and_accepted(name: str, *, update_cases: bool) -> None:
    golden = GOLDEN / f"{name}.annotations.txt"
    shown = "\n\n".join(
        f"{each.level} {each.path}:{each.start_line}-{each.end_line}\n{each.title}\n{each.message}" for each in annotations_of(ALL[name]())
    )
    if update_cases:
        golden.write_text(f"{shown}\n", encoding="utf-8")
    assert golden.read_text(encoding="utf-8") == f"{shown}\n"


@hostile
@given(makers, st.lists(nasty, max_size=12))
def test_nothing_that_a_change_or_a_server_says_acts_in_the_check(maker: Maker, notes: list[str]) -> None:
    verdict = maker.verdict()
    output = check_output(verdict, notes=notes)
    harmless(output.summary, may_link_to=BLOB)
    harmless(output.text or "")
    assert 100 >= len(output.title)
    assert None is ACTS.search(output.title.removeprefix("prgate"))
    assert "\n" not in output.title


@hostile
@given(makers)
def test_nothing_that_a_change_says_acts_in_an_annotation(maker: Maker) -> None:
    for each in annotations_of(maker.verdict()):
        assert 255 >= len(each.title) > 0
        assert 65_536 >= len(each.message.encode()) > 0
        assert 1 <= each.start_line <= each.end_line
        assert "\n" not in each.title
        assert None is CONTROL.search(each.title + each.message + each.path)
        for shown in (each.title, each.message):
            assert [] == [plain for plain in render(shown).plain if ACTS.search(plain)]


@hostile
@given(makers)
def test_a_settled_comment_is_harmless(maker: Maker) -> None:
    shown = settled(maker.verdict())
    harmless(shown, marker=shown.split("\n", 1)[0])


def test_a_huge_verdict_fits_without_a_hang() -> None:
    findings = [found(f"{n} {'`@x' * 1365}", f"{n}/{'é|' * 300}.py", n + 1, fix="@y `" * 500) for n in range(5_000)]
    with no_hang():
        output = check_output(of(*findings), notes=["@é` " * 5_000] * 50)
        made = annotations_of(of(*findings))
    assert 65_535 >= len(output.summary.encode())
    assert 65_535 >= len((output.text or "").encode())
    assert MOST_ANNOTATIONS == len(made)


def test_notes_count_into_the_limit() -> None:
    whole = check_output(nearly_full()).summary
    noted = check_output(nearly_full(), notes=["the comment could not be written " * 9] * 9).summary
    assert 65_535 - 1_000 <= len(whole.encode()) <= 65_535
    assert "left out to fit" not in whole
    assert 65_535 >= len(noted.encode())


def test_a_verdict_without_a_forge_is_annotated_too() -> None:
    assert annotations_of(fails()) == annotations_of(no_forge())
    assert 15 == len(annotations_of(odd_paths()))
    assert 1 == len(annotations_of(warns()))
