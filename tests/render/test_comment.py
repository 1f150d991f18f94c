from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from prgate.model.authorship import Origin, SignKind
from prgate.model.diff import Side
from prgate.model.grade import Grade
from prgate.model.missing import Why
from prgate.model.verdict import (
    AgentSeen,
    AuthorshipSeen,
    Conclusion,
    EvidenceMissing,
    EvidenceRead,
    Fault,
    MissingReason,
    Outcome,
    Reading,
    ReadingItem,
    Scope,
    ScopeState,
    SignCount,
    WaiverUsed,
)
from prgate.render.comment import comment
from tests.hang import no_hang
from tests.render.answered import ALL
from tests.render.hostile import render
from tests.render.verdicts import AGENT, HEAD, fails, found, incomplete, judged, no_forge, not_judged, observes, passes, ran, warns

GOLDEN = Path(__file__).parent / "golden"


@pytest.mark.parametrize("name", [name for name in ALL if name != "not-judged"])
def test_the_comment_is_the_one_that_was_read_and_accepted(name: str, *, update_cases: bool) -> None:
    golden, body = GOLDEN / f"{name}.md", comment(ALL[name]())
    if update_cases:
        golden.write_text(body, encoding="utf-8")
    assert golden.read_text(encoding="utf-8") == body


def test_a_pull_request_that_is_not_judged_gets_no_comment() -> None:
    assert "" == comment(not_judged())


@pytest.mark.parametrize("at_all", ["finding", "fault", "verdict"])
def test_a_pull_request_that_is_not_judged_gets_one_where_something_is_found(at_all: str) -> None:
    quiet = not_judged()
    match at_all:
        case "finding":
            loud = replace(quiet, results=(ran("gate-tampering", Outcome.FAIL, "", found("This edits a workflow"), mode="observe"),))
        case "fault":
            loud = replace(quiet, faults=(Fault("no merge base", "Fetch more."),))
        case _:
            loud = replace(quiet, verdict=Conclusion.INCOMPLETE)
    assert "" != comment(loud)


def test_the_key_is_the_number_or_the_head_or_local() -> None:
    subject = fails().subject
    keys = [
        comment(replace(fails(), subject=replace(subject, pr=pr, head=replace(subject.head, sha=sha)))).split("\n", 1)[0]
        for pr, sha in ((812, HEAD), (None, HEAD), (None, "HEAD"), (None, None))
    ]
    assert [f"<!-- prgate:v1 key={key} -->" for key in ("812", HEAD[:12], "local", "local")] == keys


def test_a_policy_that_the_head_brought_is_called_not_binding() -> None:
    assert "the head judged itself: not binding" in comment(replace(fails(), judge=Side.HEAD))


def test_what_enforcing_would_say_stands_in_the_footer_of_a_softer_verdict() -> None:
    assert "if enforced: fail" in comment(warns())
    assert "if enforced" not in comment(fails())


def test_an_observed_failure_is_a_pass_in_one_line_that_says_so() -> None:
    page = render(comment(observes()))
    assert "prgate: pass (observing; if enforced: fail, 4 to mend, 1 to confirm). Read 45 of 240 added lines." == page.above.strip()


def test_a_pass_says_in_its_line_what_it_is_and_what_is_to_read() -> None:
    assert (
        "prgate: pass. Nothing to read first in 240 added lines. Evidence of Claude Code on 226." == render(comment(passes())).above.strip()
    )


def test_observed_findings_beside_a_failure_stand_behind_a_fold_and_are_numbered_on() -> None:
    verdict = fails()
    softened = tuple(replace(result, mode="observe") if result.rule == "missing-tests" else result for result in verdict.results)
    body = comment(replace(verdict, results=softened))
    assert "### prgate: fail. 2 to mend, 1 to explain, 1 to confirm\n" in body
    assert "<summary>Observed only, if enforced fail: 1 to mend</summary>" in body
    assert "\n5. **`rotate_key` has no test" in body
    assert "| `missing-tests` | would fail |" in body


def test_a_sixth_item_stands_behind_a_fold_with_the_next_number() -> None:
    results = [ran(f"x-{name}", Outcome.FAIL, "", found(f"Fault {name}", fix="Cure.")) for name in "abcdefg"]
    body = comment(judged(Conclusion.FAIL, *results))
    above, below = body.split("<details", 1)
    assert "5. **Fault e**" in above
    assert "Fault f" not in above
    assert below.startswith("><summary>Further: 2 to mend</summary>\n\n**Mend before merge**\n\n6. **Fault f**")


def test_long_items_make_room_by_going_behind_the_fold_but_the_first_stays() -> None:
    many = [
        found(f"{n} {'word ' * 40}", f"{'a b ' * 9}{n}{file}.py", line, side=Side.BASE, fix="cure " * 90)
        for n in range(1, 9)
        for file in (1, 2)
        for line in range(1, 30, 3)
    ]
    results = [ran(f"x-{name}", Outcome.FAIL, "", *many) for name in "abc"]
    agent = replace(AGENT, name="a b c d e", signs=tuple(SignCount(kind, "x", 3) for kind in SignKind))
    people = replace(judged(Conclusion.FAIL, *results).authorship, agents=(agent,) * 4, owner="o " * 90, operator="p " * 90)
    above = comment(replace(judged(Conclusion.FAIL, *results), authorship=people)).split("<details", 1)[0]
    assert 250 >= len("".join(shown for shown, _ in render(above).texts).split())
    assert "1. **1 word" in above
    assert "\n   and 7 more facts of this kind\n" in above


def test_one_rule_on_many_files_is_one_item_with_three_places() -> None:
    files = [found("No test was added", f"src/{n:02}.py", n) for n in range(1, 16)]
    body = comment(judged(Conclusion.FAIL, ran("missing-tests", Outcome.FAIL, "", *files)))
    assert "### prgate: fail. 1 to mend\n" in body
    assert " and 12 more files\n" in body
    assert "<summary>All 15 findings, one by one</summary>" in body
    assert "`missing-tests`: No test was added\n\n- [`src/01.py`\u00a0L1]" in body


def test_stretches_of_one_file_that_touch_are_one_and_the_fourth_is_counted() -> None:
    spans = [(1, 3), (4, 5), (10, 12), (20, 20), (30, 31), (2, 4)]
    findings = [found("Unrun", "a.py", start, end_line=end) for start, end in spans]
    body = comment(replace(no_forge(), results=(ran("uncovered-change", Outcome.FAIL, "", *findings),)))
    assert "**Unrun** ·\u00a0`a.py`\u00a0L1\u20135, L10\u201312, L20 and 1 more\n" in body


def test_a_finding_on_the_whole_file_swallows_its_stretches() -> None:
    findings = [found("Changed", "a.py", 3), found("Changed", "a.py")]
    assert "**Changed** ·\u00a0`a.py`\n" in comment(replace(no_forge(), results=(ran("x", Outcome.FAIL, "", *findings),)))


def test_different_facts_of_one_rule_share_a_number_and_a_cure() -> None:
    facts = [found(f"`{name}` has no test", f"src/{name}.py", 1) for name in ("a", "b", "c", "d", "e")]
    body = comment(replace(no_forge(), results=(ran("missing-tests", Outcome.FAIL, "", *facts),)))
    assert "1. **`a` has no test** ·\u00a0`src/a.py`\u00a0L1\n   **`b` has no test**" in body
    assert "\n   and 2 more facts of this kind\n   Mend it. <sub>`missing-tests`</sub>\n" in body


def test_different_cures_are_different_items() -> None:
    body = comment(judged(Conclusion.FAIL, ran("x", Outcome.FAIL, "", found("a", fix="One."), found("b", fix="Two."))))
    assert "prgate: fail. 2 to mend" in body


def test_missing_evidence_is_one_item_with_every_rule_that_it_silences() -> None:
    body = comment(incomplete())
    assert "silences `lost-coverage`, `uncovered-change` · unreadable · warning" in body
    assert "This is a defect of prgate: report it with the kept record. <sub>silences `hidden-text` · crashed</sub>" in body


def test_a_cause_that_no_input_explains_is_said_as_the_rule_says_it() -> None:
    results = (ran("missing-tests", Outcome.UNKNOWN, "tests in this language cannot be counted", evidence="diff coverage"),)
    body = comment(replace(incomplete(), results=results, faults=()))
    assert "1. **Tests in this language cannot be counted**\n   <sub>silences `missing-tests`</sub>" in body


def test_the_only_missing_input_of_a_rule_without_a_reason_is_the_cause() -> None:
    results = (ran("lost-coverage", Outcome.UNKNOWN, "", evidence="diff coverage"), ran("x", Outcome.ERROR, ""))
    body = comment(replace(incomplete(), results=results, faults=()))
    assert "**`coverage.xml` ends in the middle of line 812**" in body
    assert "**No reason was given**" in body


def test_many_silenced_rules_are_counted() -> None:
    results = [ran(f"x-{name}", Outcome.UNKNOWN, "gone") for name in "abcdefgh"]
    assert "`x-f`, 2 more</sub>" in comment(judged(Conclusion.INCOMPLETE, *results))


@pytest.mark.parametrize(
    ("reading", "conclusion", "said"),
    [
        (Reading(45, 240, ()), Conclusion.FAIL, "**Read 45 of 240 added lines.** "),
        (Reading(45, 240, ()), Conclusion.INCOMPLETE, "**Read at least 45 of 240 added lines.** "),
        (Reading(0, 1, ()), Conclusion.FAIL, "**Nothing to read first in 1 added line.** "),
        (Reading(0, 240, ()), Conclusion.INCOMPLETE, "**Read at least 0 of 240 added lines.** "),
        (
            Reading(0, 9, (ReadingItem(1, "x", "gone", "Why?", "a", None, None, None),)),
            Conclusion.FAIL,
            "**Read 1 place without added lines.** ",
        ),
    ],
)
def test_it_says_how_much_to_read(reading: Reading, conclusion: Conclusion, said: str) -> None:
    assert f"\n{said}Evidence of" in comment(replace(fails(), reading=reading, verdict=conclusion))


def test_without_added_lines_it_speaks_of_none() -> None:
    body = comment(replace(fails(), reading=Reading(0, 0, ())))
    assert "\n### prgate: fail. 3 to mend, 1 to explain, 1 to confirm\nEvidence of Claude Code" in body


def test_reading_items_are_expanded_up_to_the_twelfth_and_linked_after() -> None:
    items = tuple(ReadingItem(n, "x", "agent", "Why?", f"src/{n}.py", n, None, None) for n in range(1, 15))
    body = comment(replace(fails(), reading=Reading(14, 20, items)))
    assert f"12. **Agent**: Why?\n\nhttps://github.com/acme/pay/blob/{HEAD}/src/12.py#L12\n" in body
    assert f"13. **Agent**: Why?\n    [`src/13.py`\u00a0L13](https://github.com/acme/pay/blob/{HEAD}/src/13.py#L13)\n" in body


@pytest.mark.parametrize(
    ("agents", "lines", "said"),
    [
        ((), (0, 0, 9), "No evidence of an agent."),
        (
            (AGENT,),
            (0, 0, 9),
            "Evidence of Claude Code, on no added line (trailer on 5 of 6 commits, attached trace); nothing says who wrote 9.",
        ),
        ((AGENT,), (4, 5, 0), "Evidence of Claude Code on 4 (trailer on 5 of 6 commits, attached trace); a person declared 5."),
        (
            (replace(AGENT, signs=()), replace(AGENT, name="Codex", signs=(SignCount(SignKind.BRANCH, "codex/", 0),))),
            (4, 0, 0),
            "Evidence of Claude Code and Codex (branch name) on 4 together.",
        ),
        (
            tuple(AgentSeen("x", name, Grade.CLAIMED, (), ()) for name in ("One", "Two", "Three", "Four")),
            (0, 0, 0),
            "Evidence of One, Two, Three and 1 more, on no added line.",
        ),
    ],
)
def test_it_says_what_is_known_of_who_wrote_it(agents: tuple[AgentSeen, ...], lines: tuple[int, int, int], said: str) -> None:
    seen = AuthorshipSeen(agents, "sam", "sam", dict(zip(Origin, lines, strict=True)), 6)
    assert f" {said} Accountable: `sam`.\n" in comment(replace(fails(), authorship=seen))


def test_the_operator_is_named_where_somebody_else_answers_for_the_change() -> None:
    seen = replace(fails().authorship, owner=None, operator="bot-user")
    assert " Run by `bot-user`.\n" in comment(replace(fails(), authorship=seen))


def test_an_undecided_scope_is_not_called_free_of_agents() -> None:
    verdict = replace(incomplete(), scope=Scope(ScopeState.UNKNOWN, "shallow clone"), authorship=AuthorshipSeen((), None, None, {}, 0))
    assert "Whether an agent took part is not known." in comment(verdict)


def test_waivers_are_visible_above_and_explained_below() -> None:
    body = comment(warns())
    assert "1 finding waived by `robin`." in body.split("<details", 1)[0]
    assert "- `missing-tests` waived by `robin` until `2027-09-30` (policy): the migration is deleted in September, see `#41`\n" in body


def test_a_waived_unknown_is_counted_as_a_rule() -> None:
    body = comment(
        replace(
            passes(),
            results=(ran("lost-coverage", Outcome.WAIVED, "no report; waived by robin"),),
            waivers=tuple(WaiverUsed("lost-coverage", name, "2027-09-30", "", "policy") for name in ("a", "b", "c")),
        ),
    )
    assert "1 rule waived by a, b and 1 more." in render(body).above


def test_rules_that_cannot_be_judged_before_the_push_are_listed_as_pending() -> None:
    body = comment(replace(fails(), pending=("missing-evidence",), results=()))
    assert "<summary>The only rule: 1 pending</summary>" in body
    assert "| `missing-evidence` | pending | cannot be judged before the push |" in body


def test_no_rule_at_all_is_said() -> None:
    assert "<summary>No rule ran</summary>" in comment(replace(fails(), results=()))


def test_evidence_without_marks_or_inputs_has_no_fold() -> None:
    bare = replace(fails(), evidence=(), authorship=AuthorshipSeen((), None, None, {}, 0))
    assert "<summary>Evidence:" not in comment(bare)


def test_a_huge_verdict_fits_without_a_hang_and_says_what_it_shed() -> None:
    results = [
        ran(f"x-{name}", Outcome.FAIL, "r" * 4096, *(found(f"{n} {'`@x' * 1365}", f"{n}/{'é|' * 300}", n + 1) for n in range(2_500)))
        for name in "abcdefgh"
    ]
    verdict = replace(
        judged(Conclusion.FAIL, *results),
        faults=tuple(Fault(f"{n} {'x `' * 300}", "fix " * 300, "p" * 4000) for n in range(5_000)),
        evidence=tuple(EvidenceRead(f"{n}", "trace", Grade.CLAIMED, "s" * 4000, None, None, 1, 0) for n in range(2_000)),
        reading=Reading(9, 9, tuple(ReadingItem(n, "x", "risk " * 99, "ask " * 99, "p`" * 200, n + 1, None, None) for n in range(2_000))),
    )
    with no_hang():
        body = comment(verdict)
    assert 65_536 >= len(body.encode())
    assert "left out to fit: part of the evidence list" in body
    assert "and 19,850 more findings" in body or "and 19,975 more findings" in body


@pytest.mark.parametrize("limit", [40_000, 20_000, 12_000, 8_000, 6_000, 4_000, 3_000, 2_000])
def test_it_sheds_in_the_stated_order_and_keeps_what_is_above_the_folds_longest(limit: int) -> None:
    files = [found("No test was added", f"src/{n:03}.py", n, quote="q" * 100) for n in range(1, 200)]
    verdict = replace(fails(), results=(*fails().results, ran("x-tests", Outcome.FAIL, "", *files)))
    body = comment(verdict, limit=limit)
    assert limit >= len(body.encode())
    assert [] == render(body).wrong
    assert "prgate: fail. 4 to mend" in body
    assert "left out to fit: " in body
    order = ["<summary>Evidence", "<summary>All 205 findings", "<summary>For the agent", "<summary>All 9 rules", "<summary>Read these"]
    kept = [title in body for title in order]
    assert sorted(kept) == kept


def test_neither_terminal_text_nor_escaping_loads_the_template_engine() -> None:
    check = "import sys, prgate.render.text, prgate.render.escape; sys.exit('jinja2' in sys.modules)"
    assert 0 == subprocess.run([sys.executable, "-c", check], check=False).returncode


def test_a_template_prints_text_and_nothing_else() -> None:
    from prgate.render.comment import _environment

    template = _environment().from_string
    assert "`@a` b" == template("{{ v }}").render(v="@a b")
    assert "`@a`" == template("{{ '@a' }}").render()
    for unprintable in ({}, {"v": None}, {"v": 1}):
        with pytest.raises(TypeError, match="a template prints"):
            template("{{ v }}").render(**unprintable)


def test_facts_that_only_count_lines_differently_are_added_up() -> None:
    files = [found(f"{n:,} lines that nobody knows", f"src/{n}.py", n, end_line=2 * n) for n in (3, 1_004)]
    one = found("1 line that nobody knows", "src/3.py", 90)
    other = found("2 lines that nobody knows; a command may", "src/3.py", 100)
    whole = found("5 lines that nobody knows")
    body = comment(judged(Conclusion.FAIL, ran("unexplained-change", Outcome.FAIL, "", *files, one, other, whole)))
    assert "1. **1,008 lines that nobody knows** ·" in body
    assert "**2 lines that nobody knows; a command may** ·" in body
    assert "**5 lines that nobody knows**\n" in body
    assert " · 3 lines that nobody knows\n" in body.split("one by one")[1]


def test_one_line_alone_stays_one_line() -> None:
    body = comment(judged(Conclusion.FAIL, ran("unexplained-change", Outcome.FAIL, "", found("1 line that nobody knows", "a.py", 9))))
    assert "1. **1 line that nobody knows** ·" in body


def test_many_sessions_are_counted_behind_the_first_and_what_is_missing_is_always_named() -> None:
    read = tuple(EvidenceRead(f"trace-{n}", "trace", Grade.CLAIMED, f"s{n}.jsonl", None, "x", 10, 0) for n in range(60))
    gone = EvidenceMissing("trace-refs", "trace", MissingReason(Why.FAILED, "the remote did not answer", "Try again."))
    lines = comment(replace(fails(), evidence=(*read, gone)))
    assert "- Trace missing (failed): the remote did not answer. Try again.\n" in lines
    assert [f"s{n}.jsonl" for n in range(6)] == re.findall(r"^- Trace from `(.*?)`", lines, re.MULTILINE)
    assert "- and 54 more inputs of the kind `trace`, 540 records read\n" in lines
    assert "Evidence: 60 inputs read, 1 missing" in lines


def test_the_reading_list_ends_where_nobody_reads_on() -> None:
    listed = Reading(200, 240, tuple(ReadingItem(n, "x", "agent", "Why?", f"a{n}.py", 1, 2, None) for n in range(1, 101)))
    body = comment(replace(fails(), reading=listed))
    assert "a48.py" in body
    assert "a49.py" not in body
    assert "and 52 more places." in body
