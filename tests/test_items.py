"""Numbers of items: the same before and after people answer, and those that commands take."""

from __future__ import annotations

from dataclasses import replace

from prgate.items import Section, findings_that_stand, items, items_let_through, numbered_findings, open_findings
from prgate.model.heard import Verb
from prgate.model.verdict import Conclusion, Outcome, Verdict
from tests.render.answered import attested, glass
from tests.render.verdicts import fails, found, incomplete, judged, ran


def three(*answered: Verb | None, waived: bool = False) -> Verdict:
    """Three rules with a finding each, answered as given."""
    results = [
        ran(f"x-{name}", Outcome.FAIL, "", found(f"Fault {name}", fix=f"Cure {name}.", answered=verb, waived=waived and verb is not None))
        for name, verb in zip("abc", answered, strict=True)
    ]
    return judged(Conclusion.FAIL, *results)


def test_a_number_means_the_same_before_and_after_somebody_answers_with_it() -> None:
    before, after = items(fails()), items(attested())
    assert [1, 2, 3, 4, 5] == [item.n for item in before]
    assert [2, 3, 4, 5] == [item.n for item in after]
    assert list(before[1:]) == list(after)


def test_the_number_of_what_is_answered_still_leads_to_it() -> None:
    assert numbered_findings(fails())[1][0][1].fingerprint == numbered_findings(attested())[1][0][1].fingerprint
    assert [1, 2, 3, 4] == list(numbered_findings(attested()))


def test_what_a_policy_waives_has_no_number_before_or_after() -> None:
    verdict = three(None, None, None)
    waived = replace(verdict.results[0], findings=tuple(replace(each, waived=True) for each in verdict.results[0].findings))
    verdict = replace(verdict, results=(waived, *verdict.results[1:]))
    assert [(1, ("x-b",)), (2, ("x-c",))] == [(item.n, item.rules) for item in items(verdict)]


def test_what_a_comment_waives_keeps_its_number_and_is_not_shown() -> None:
    verdict = three(None, Verb.WAIVE, None, waived=True)
    assert [(1, ("x-a",)), (3, ("x-c",))] == [(item.n, item.rules) for item in items(verdict)]


def test_an_item_that_is_answered_in_part_shows_the_rest_under_its_number() -> None:
    done = found("Fault", "src/a.py", 3, answered=Verb.ATTEST)
    verdict = judged(Conclusion.FAIL, ran("x-a", Outcome.FAIL, "", done, found("Fault", "src/b.py", 9)))
    shown = items(verdict)
    assert [(1, 1, ["src/b.py"])] == [(item.n, item.findings, [place.path for place in item.entries[0].places]) for item in shown]
    assert 2 == len(numbered_findings(verdict)[1])


def test_what_observes_is_numbered_behind_what_counts_and_what_could_not_look_has_no_findings() -> None:
    verdict = incomplete()
    observed = ran("a-first", Outcome.FAIL, "", found("Seen"), mode="observe")
    verdict = replace(verdict, results=(observed, *verdict.results, ran("x-b", Outcome.FAIL, "", found("Counts"))))
    last = items(verdict)[-1]
    assert (("a-first",), True) == (last.rules, last.observed)
    assert {1, last.n} == set(numbered_findings(verdict))


def test_what_broken_glass_let_through_is_listed_apart_under_its_numbers() -> None:
    assert [4, 5] == [item.n for item in items(glass())]
    assert [(1, 2), (2, 2), (3, 1)] == [(item.n, item.findings) for item in items_let_through(glass())]
    assert {Section.MEND} == {item.section for item in items_let_through(glass())}
    assert () == items_let_through(attested())


def test_what_broken_glass_let_through_stands_and_what_is_attested_does_not() -> None:
    assert 6 == len(findings_that_stand(glass()))
    assert 1 == len(open_findings(glass()))
    assert findings_that_stand(attested()) == open_findings(attested())


def test_the_command_that_answers_it_stands_with_an_item_until_it_is_let_through() -> None:
    assert [Verb.ATTEST, None, None, Verb.WROTE, None] == [item.answer for item in items(fails())]
    assert {None} == {item.answer for item in items_let_through(glass())}
