"""The text that an attacker writes is searched in linear time."""

from __future__ import annotations

import pytest

from prgate.model.facts import Account, Facts
from prgate.model.missing import Missing, Why
from prgate.rules.missing_evidence import _named
from tests.hang import no_hang

ABSENT = Missing(Why.ABSENT, "not given", "Give it.")


def facts(body: str) -> Facts:
    return Facts("t", body, Account("dana"), 1, False, None, None, ABSENT, ABSENT, ABSENT, ABSENT, ABSENT, ABSENT, ABSENT)


@pytest.mark.parametrize("unit", ["-", "a.", "a/", "A1-", "(#1) ", "`", "<!--", "https://", "PR ", "a-"])
def test_repetition_in_a_description_does_not_hang(unit: str) -> None:
    with no_hang():
        _named(facts(unit * (2_000_000 // len(unit))), tickets=True)


@pytest.mark.parametrize("text", ["fix-#12", "See acme/pay#12.", "(.acme/pay#12)", "GH-12", "#12"])
def test_a_reference_is_found_in_any_neighbourhood(text: str) -> None:
    assert _named(facts(text), tickets=True) == "an issue"
