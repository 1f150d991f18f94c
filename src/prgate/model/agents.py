"""The agents of a change, where all that could show one could be read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from prgate.model.authorship import Agent
from prgate.model.evidence import Evidence
from prgate.model.missing import Missing, Why, need
from prgate.model.wording import listed, quoted

_NAMED: Final = 3


def agents_of(evidence: Evidence) -> tuple[Agent, ...]:
    """Every agent that left evidence. *Unknown* where none did and something that could show one was there and could not be read."""
    agents = need(evidence.authorship).agents
    if not agents:
        need(unread_marks(evidence))
    return agents


def unread_marks(evidence: Evidence) -> Missing | None:
    """The first of what could show an agent, was there and could not be read."""
    unread = (item for item in (*evidence.traces.unread, evidence.commits, evidence.facts) if isinstance(item, Missing))
    return next((missing for missing in unread if missing.why is not Why.ABSENT), None)


def agents_told(agents: Sequence[Agent]) -> str:
    """The agents, each with one of its marks: ``Claude Code (`Co-Authored-By: Claude`)``."""
    return listed((f"{agent.name} ({quoted(agent.signs[0].quote)})" for agent in agents), _NAMED)


def commits_told(shas: Sequence[str]) -> str:
    """The first commits by short id."""
    return listed((f"`{sha[:7]}`" for sha in shas), _NAMED)
