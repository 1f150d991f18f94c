"""The rules, one fault a file, in one explicit tuple."""

from __future__ import annotations

from prgate.model.rule import Rule
from prgate.rules import (
    agent_authored_risk,
    forbidden_tool,
    foreign_trace,
    gate_tampering,
    hidden_text,
    leaked_secret,
    lost_coverage,
    missing_evidence,
    missing_tests,
    missing_trace,
    oversized_change,
    skipped_approval,
    stale_context,
    uncovered_change,
    unexplained_change,
    unverified_work,
)

RULES: tuple[Rule, ...] = (
    agent_authored_risk.RULE,
    forbidden_tool.RULE,
    foreign_trace.RULE,
    gate_tampering.RULE,
    hidden_text.RULE,
    leaked_secret.RULE,
    lost_coverage.RULE,
    missing_evidence.RULE,
    missing_tests.RULE,
    missing_trace.RULE,
    oversized_change.RULE,
    skipped_approval.RULE,
    stale_context.RULE,
    uncovered_change.RULE,
    unexplained_change.RULE,
    unverified_work.RULE,
)
