"""What holds of every verdict: blindness never helps, order and repetition change nothing."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from prgate import run
from prgate.engine import evaluate
from prgate.formats.verdict import verdict_json
from prgate.model.evidence import Evidence, Traces
from prgate.model.missing import Missing, Why
from prgate.model.policy import Policy
from prgate.model.rule import Rule
from prgate.model.verdict import Conclusion, Verdict
from tests.case_runner import Case, all_cases, run_case

_FIELDS = ("diff", "commits", "facts", "authorship", "coverage", "base_coverage", "tests", "contents")
_LISTS = ("labels", "commits", "reviews", "comments", "people", "links", "checks")


@dataclass
class Judged:
    evidence: Evidence
    policy: Policy
    rules: tuple[Rule, ...]
    verdict: Verdict


@pytest.fixture(params=all_cases(), ids=lambda case: case.id)
def judged(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Judged:
    case: Case = request.param
    seen: list[Any] = []

    def listening(evidence: Evidence, policy: Policy, rules: tuple[Rule, ...]) -> Verdict:
        seen.extend((evidence, policy, rules))
        return evaluate(evidence, policy, rules)

    monkeypatch.setattr(run, "evaluate", listening)
    verdict = run_case(case, tmp_path)
    return Judged(seen[0], seen[1], seen[2], verdict)


def _blinded(evidence: Evidence) -> Iterator[tuple[str, Evidence]]:
    for why in Why:
        if why is Why.ABSENT:
            continue
        missing = Missing(why, "it went away", "Bring it back.")
        for name in _FIELDS:
            yield f"{name} {why}", replace(evidence, **{name: missing})  # type: ignore[arg-type]  # every one of these fields may be missing
        yield f"traces {why}", replace(evidence, traces=Traces((), evidence.traces.searched, (missing,)))
        if not isinstance(evidence.facts, Missing):
            for name in _LISTS:
                yield f"facts.{name} {why}", replace(evidence, facts=replace(evidence.facts, **{name: missing}))  # type: ignore[arg-type]


def test_evidence_that_goes_missing_never_turns_a_verdict_into_pass(judged: Judged) -> None:
    for what, evidence in _blinded(judged.evidence):
        verdict = evaluate(evidence, judged.policy, judged.rules)
        if judged.verdict.verdict is not Conclusion.PASS:
            assert verdict.verdict is not Conclusion.PASS, what


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
