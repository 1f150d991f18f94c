"""Each rule earns its keep: silenced, at least one of its cases no longer holds."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from prgate import run
from prgate.model.evidence import Evidence
from prgate.model.rule import Findings, Rule
from prgate.rules import RULES
from tests.case_runner import all_cases, expectation, run_case


def _silent(evidence: Evidence, params: object) -> Findings:
    del evidence, params
    return "looked away"
    yield


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_silenced_rule_breaks_a_case_that_fires(rule: Rule, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "RULES", tuple(replace(each, check=_silent) if each.id == rule.id else each for each in RULES))
    case = next(case for case in all_cases() if case.rule == rule.id and case.folder.name == "fires")
    expected = json.loads((case.folder / "expected.json").read_text(encoding="utf-8"))
    assert expected["findings"], "a case that fires has findings"
    assert expected != expectation(case, run_case(case, tmp_path))
