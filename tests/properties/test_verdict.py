"""What holds of every verdict: blindness never helps, order and repetition change nothing."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest

from prgate import run
from prgate.engine import evaluate
from prgate.formats.verdict import verdict_json
from prgate.hearing.hear import hear
from prgate.model.evidence import Evidence, Traces
from prgate.model.facts import Comment, Facts, Permission, Person, PersonType
from prgate.model.missing import Missing, Why
from prgate.model.policy import Commands, Mode, Policy
from prgate.model.rule import Rule
from prgate.model.verdict import Conclusion, Verdict
from tests.case_runner import Case, all_cases, run_case
from tests.hearing.spoken import FACTS

_FIELDS = (
    *("diff", "commits", "facts", "authorship", "coverage", "base_coverage", "tests", "contents"),
    *("moved", "heard", "owners", "undone"),
)
_LISTS = ("labels", "commits", "reviews", "comments", "people", "links", "checks")


@dataclass(frozen=True)
class Judged:
    evidence: Evidence
    policy: Policy
    rules: tuple[Rule, ...]
    verdict: Verdict


@pytest.fixture(params=all_cases(), ids=lambda case: case.id, scope="module")
def judged(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Judged:
    """One case as it was judged, once for all tests; nothing in it can be changed."""
    case: Case = request.param
    seen: list[Any] = []

    def listening(evidence: Evidence, policy: Policy, rules: tuple[Rule, ...]) -> Verdict:
        seen.extend((evidence, policy, rules))
        return evaluate(evidence, policy, rules)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(run, "evaluate", listening)
        verdict = run_case(case, tmp_path_factory.mktemp("case"))
    return Judged(seen[0], seen[1], seen[2], verdict)


WHYS = tuple(why for why in Why if why is not Why.ABSENT)
HEAD = "c" * 40
MOST = Permission.ADMIN
EVERYBODY = {name: Person(Permission.ADMIN, PersonType.USER) for name in ("maint-one", "boss")}


def _blinded(evidence: Evidence, whys: tuple[Why, ...] = WHYS) -> Iterator[tuple[str, Evidence]]:
    for why in whys:
        missing = Missing(why, "it went away", "Bring it back.")
        for name in _FIELDS:
            yield f"{name} {why}", replace(evidence, **{name: missing})  # type: ignore[arg-type]  # every one of these fields may be missing
        yield f"traces {why}", replace(evidence, traces=Traces((), evidence.traces.searched, (missing,)))
        if not isinstance(evidence.facts, Missing):
            for name in _LISTS:
                yield f"facts.{name} {why}", replace(evidence, facts=replace(evidence.facts, **{name: missing}))  # type: ignore[arg-type]


def test_evidence_that_goes_missing_never_turns_a_verdict_into_pass(judged: Judged) -> None:
    if judged.verdict.verdict is Conclusion.PASS:
        return
    for what, evidence in _blinded(judged.evidence):
        assert evaluate(evidence, judged.policy, judged.rules).verdict is not Conclusion.PASS, what


def _bodies(policy: Policy) -> Iterator[tuple[str, ...]]:
    """What people might say under a policy: each way through alone, and all of it."""
    rules = [setting.rule for setting in policy.settings if setting.mode is not Mode.OFF]
    attest = tuple(f"/prgate attest {rule} at {HEAD}: read it, CTL-1, PLAN-1" for rule in rules)
    waive = tuple(f"/prgate waive {rule} until 2099-12-31 at {HEAD}: later" for rule in rules)
    glass = f"/prgate break-glass at {HEAD}: hurry"
    yield attest
    yield waive[:1]
    yield (glass,)
    yield (*attest, *waive[1:], glass)


def _said(judged: Judged, bodies: tuple[str, ...]) -> tuple[Facts, Evidence]:
    """The facts and the evidence of a case where two independent people have said this on its head."""
    known = judged.evidence.facts
    facts = known if isinstance(known, Facts) else FACTS
    spoken = tuple(
        Comment(90_000 + number, ("maint-one", "boss")[number % 2], body, "2026-03-01T11:00:00Z", edited=False)
        for number, body in enumerate(bodies)
    )
    facts = replace(
        facts,
        comments=spoken,
        people={**({} if isinstance(facts.people, Missing) else facts.people), **EVERYBODY},
        commits=() if isinstance(facts.commits, Missing) else facts.commits,
        reviews=() if isinstance(facts.reviews, Missing) else facts.reviews,
    )
    head = replace(judged.evidence.subject, head=replace(judged.evidence.subject.head, sha=HEAD))
    return facts, replace(judged.evidence, subject=head, facts=facts if isinstance(known, Facts) else known)


def _heard(evidence: Evidence, facts: Facts | Missing, policy: Policy) -> Evidence:
    commits = evidence.commits
    return replace(evidence, heard=hear(facts, policy.commands, head=HEAD, commits=commits, dated=False))


def test_whatever_people_say_what_goes_missing_never_turns_a_verdict_into_pass(judged: Judged) -> None:
    policy = replace(judged.policy, commands=Commands(waive=MOST, break_glass=MOST, self_attest=MOST))
    for bodies in _bodies(policy):
        facts, evidence = _said(judged, bodies)
        seen = evaluate(_heard(evidence, facts, policy), policy, judged.rules)
        if any(waiver.source == "break-glass" for waiver in seen.waivers):
            assert Conclusion.WARN.rank <= seen.verdict.rank
        if evidence.faults:
            assert Conclusion.INCOMPLETE.rank <= seen.verdict.rank
        if seen.verdict is Conclusion.PASS:
            continue
        for what, blinded in _blinded(evidence, (Why.FAILED,)):
            told = blinded.facts if isinstance(evidence.facts, Facts) else facts
            heard = blinded if what.startswith("heard") else _heard(blinded, told, policy)
            assert evaluate(heard, policy, judged.rules).verdict is not Conclusion.PASS, (what, bodies)


def test_the_order_of_rules_and_of_what_was_gathered_does_not_matter(judged: Judged) -> None:
    shuffled = random.Random(7)
    for _ in range(3):
        rules = list(judged.rules)
        settings = list(judged.policy.settings)
        inputs = list(judged.evidence.inputs)
        for items in (rules, settings, inputs):
            shuffled.shuffle(items)
        evidence = replace(judged.evidence, inputs=tuple(inputs))
        assert evaluate(evidence, replace(judged.policy, settings=tuple(settings)), tuple(rules)) == judged.verdict


def test_the_same_inputs_give_the_same_bytes(judged: Judged) -> None:
    again = evaluate(judged.evidence, judged.policy, judged.rules)
    assert verdict_json(again).encode() == verdict_json(judged.verdict).encode()
