"""Flags a change by an agent that can export its session and left none.

## Why
The session says what was asked, what was run and what failed on the way. Without it a reviewer sees only the result that the agent chose.

## Fix
Run `prgate attach` where the session ran, give its file to the gate, or commit it where the policy looks for traces.

## Limits
Only agents that can write their session out are asked for one. A trace is the agent's own account: it counts as claimed unless it is
signed, and this rule does not ask whether it explains the change.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from prgate.model.evidence import Evidence
from prgate.model.finding import Finding
from prgate.model.missing import need
from prgate.model.rule import Fact, Findings, Needs, Rule
from prgate.model.tools import shown
from prgate.model.trace import Session, Trace
from prgate.model.wording import counted

_NAMES: Final = {
    "input": "what the gate is given",
    "tree": "the change's files",
    "refs": "what is attached to the branch",
    "notes": "its notes",
    "checkpoints": "its checkpoints",
}
_FIX: Final = "Attach the session that made this change."
_HOW: Final = "Attach the session: `prgate attach` where it ran."
_AGENTS: Final = 3


@dataclass(frozen=True, slots=True)
class Params:
    """Nothing to tune; the places that are searched stand in the policy under `evidence`."""


def check(evidence: Evidence, _: Params) -> Findings:
    """One finding on the whole change per agent whose trace was sought everywhere and not found."""
    exporting = [agent for agent in need(evidence.authorship).agents if agent.exports_trace]
    if not exporting:
        return "no agent that can export a trace took part"
    traces = evidence.traces
    told = {agent for trace in traces.items if trace.events or trace.attributions for agent in trace.agents}
    for agent in exporting:
        if agent.id not in told:
            if traces.unread:
                need(traces.unread[0])
            yield Finding(
                message=f"{agent.name} can export its session, and none is attached",
                fix=f"{_HOW if 'refs' in traces.searched else _FIX} Looked for in {_places(traces.searched)}.",
            )
    return _told(traces.items, {agent.id: agent.name for agent in exporting})


def _told(traces: Sequence[Trace], names: Mapping[str, str]) -> str:
    """``Claude Code 2.1, 131 events, 2 records unreadable``."""
    sessions = dict.fromkeys((session.agent, _version(session)) for trace in traces for session in trace.sessions)
    agents = [f"{names.get(agent) or shown(agent)}{version}" for agent, version in sessions]
    more = [f"{len(agents) - _AGENTS:,} more"] if len(agents) > _AGENTS else []
    events, skipped = sum(len(trace.events) for trace in traces), sum(trace.skipped for trace in traces)
    return ", ".join(
        [
            *([counted(len(traces), "trace")] if len(traces) != 1 else []),
            *agents[:_AGENTS],
            *more,
            counted(events, "event"),
            *([f"{counted(skipped, 'record')} unreadable"] if skipped else []),
        ]
    )


def _version(session: Session) -> str:
    """The first two numbers of a session's version, where it begins with them."""
    found = re.match(r"[0-9]{1,4}\.[0-9]{1,4}(?![0-9])", session.version or "")
    return f" {found[0]}" if found else ""


def _places(searched: Sequence[str]) -> str:
    *first, last = [_NAMES.get(place, place) for place in searched] or ["no place"]
    return f"{', '.join(first)} and {last}" if first else last


def needs(_: Params) -> Needs:
    """Who took part, and the traces."""
    return Needs(facts=frozenset({Fact.AUTHORSHIP, Fact.TRACE}))


RULE = Rule("missing-trace", Params, check, needs)
