"""The rules, one fault a file, in one explicit tuple."""

from __future__ import annotations

from prgate.model.rule import Rule
from prgate.rules import (
    agent_authored_risk,
    gate_tampering,
    hidden_text,
    lost_coverage,
    missing_evidence,
    missing_tests,
    missing_trace,
    oversized_change,
    uncovered_change,
)

RULES: tuple[Rule, ...] = (
    agent_authored_risk.RULE,
    gate_tampering.RULE,
    hidden_text.RULE,
    lost_coverage.RULE,
    missing_evidence.RULE,
    missing_tests.RULE,
    missing_trace.RULE,
    oversized_change.RULE,
    uncovered_change.RULE,
)
