"""Who answers a change to what steers the gate, and what nobody's word answers."""

from __future__ import annotations

import pytest

from prgate.model.diff import Side
from prgate.model.heard import Heard, Verb
from prgate.model.verdict import ReportedFinding
from prgate.rules.gate_tampering import RULE
from tests.rules.traced import evidence

HEARD = Heard(Verb.ATTEST, "riley-k", "2026-03-01T12:00:00Z", "1", "read it", "comment:1")


@pytest.mark.parametrize(
    ("path", "expected"),
    [(None, "a check of the gate's name gets another name, whatever was read"), ("AGENTS.md", None)],
    ids=["a forged check", "a changed file"],
)
def test_an_attestation_answers_a_changed_file_and_no_forged_check(path: str | None, expected: str | None) -> None:
    finding = ReportedFinding("m", "f", path, Side.HEAD, None, None, None, certain=True, fingerprint="0" * 16)
    assert RULE.attest is not None
    assert (expected, Verb.ATTEST) == (RULE.attest(evidence(traces=()), RULE.params(), finding, HEARD), RULE.answer)
