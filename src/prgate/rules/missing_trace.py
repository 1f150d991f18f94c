"""Flags a change by an agent that can export its session and left none.

## Why
The session says what was asked, what was run and what failed on the way. Without it a reviewer sees only the result that the agent chose.

## Fix
Attach the session that made this change: give the file to the gate, or commit it where the policy looks for traces.

## Limits
Only agents that can write their session out are asked for one. A trace is the agent's own account: it counts as claimed unless it is
signed, and this rule does not ask whether it explains the change.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from prgate.model.evidence import Evidence
from prgate.model.finding import Finding
from prgate.model.missing import need
from prgate.model.rule import Fact, Findings, Needs, Rule
from prgate.model.wording import counted

_NAMES: Final = {
    "input": "what the gate is given",
    "tree": "the files of the change",
    "refs": "the sessions attached to the branch",
    "notes": "the notes on its commits",
    "checkpoints": "the checkpoints that they name",
}


@dataclass(frozen=True, slots=True)
class Params:
    """Nothing to tune; the places that are searched stand in the policy under `evidence`."""


def check(evidence: Evidence, _: Params) -> Findings:
    """One finding on the whole change per agent whose trace was sought everywhere and not found."""
    exporting = [agent for agent in need(evidence.authorship).agents if agent.exports_trace]
    if not exporting:
        return "no agent that can export a trace took part"
    traces = evidence.traces
    told = {agent for trace in traces.items for agent in trace.agents}
    for agent in exporting:
        if agent.id not in told:
            if traces.unread:
                need(traces.unread[0])
            yield Finding(
                message=f"{agent.name} can export its session, and none is attached",
                fix=f"Attach the session that made this change; looked for in {_places(traces.searched)}.",
            )
    events = sum(len(trace.events) for trace in traces.items)
    skipped = sum(trace.skipped for trace in traces.items)
    return f"{counted(len(traces.items), 'trace')}, {counted(events, 'event')}, {counted(skipped, 'record')} not understood"


def _places(searched: Sequence[str]) -> str:
    *first, last = [_NAMES.get(place, place) for place in searched] or ["no place"]
    return f"{', '.join(first)} and {last}" if first else last


def needs(_: Params) -> Needs:
    """Who took part, and the traces."""
    return Needs(facts=frozenset({Fact.AUTHORSHIP, Fact.TRACE}))


RULE = Rule("missing-trace", Params, check, needs)
