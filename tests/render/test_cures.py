"""Cures as data: a word for every rule."""

from __future__ import annotations

import json
import re

import pytest

from prgate.model.heard import Verb
from prgate.model.rule import Rule
from prgate.model.verdict import Conclusion, Outcome
from prgate.render.cures import cures
from prgate.rules import RULES
from tests.render.verdicts import found, judged, ran


def word(rule: str) -> str:
    shown = cures(judged(Conclusion.FAIL, ran(rule, Outcome.FAIL, "", found("a"))), 9)
    (cure,) = json.loads(shown.strip("`").removeprefix("json"))["cures"]
    said: str = cure["cure"]
    return said


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_rule_has_a_word_of_its_own_for_its_cure(rule: Rule) -> None:
    assert "read-the-finding" != word(rule.id)
    assert re.fullmatch("[a-z]+(?:-[a-z]+)+", word(rule.id))


def test_a_rule_that_prgate_does_not_know_has_the_finding_to_read() -> None:
    assert "read-the-finding" == word("x-own")


def test_what_is_answered_needs_no_cure() -> None:
    verdict = judged(Conclusion.PASS, ran("missing-tests", Outcome.PASS, "", found("a", answered=Verb.ATTEST)))
    assert '"left_out": 0, "cures": [' in cures(verdict, 9)
    assert "add-test" not in cures(verdict, 9)
