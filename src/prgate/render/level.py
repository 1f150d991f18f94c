"""How heavily a finding weighs where a forge knows three levels."""

from __future__ import annotations

from enum import StrEnum

from prgate.model.heard import Verb
from prgate.model.verdict import ReportedFinding, Result


class Level(StrEnum):
    """Levels of an annotation, gravest first, as the checks API names them."""

    FAILURE = "failure"
    WARNING = "warning"
    NOTICE = "notice"

    @property
    def rank(self) -> int:
        """0 for the gravest."""
        return list(Level).index(self)


def level_of(result: Result, finding: ReportedFinding) -> Level:
    """What the rule's mode and the finding's certainty make of it; what counts for nothing is a notice, what broken glass let through a warning."""
    if finding.answered is Verb.BREAK_GLASS:
        return Level.WARNING
    if result.mode == "observe" or not finding.open:
        return Level.NOTICE
    return Level.FAILURE if result.mode == "block" and finding.certain else Level.WARNING


def weight(result: Result, finding: ReportedFinding) -> str:
    """The same in words of ours, for a human; empty for what blocks."""
    if finding.answered is Verb.BREAK_GLASS:
        return "let through by break-glass"
    level = level_of(result, finding)
    if level is Level.WARNING:
        return "warning" if result.mode == "warn" else "asks, does not block"
    return "observed only" if level is Level.NOTICE else ""
