"""Tools and commands of a trace, and the words by which a policy names them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Final

from prgate.model.trace import EventKind, Session, Trace, TraceEvent
from prgate.model.wording import counted, quoted

ACTS: Final = frozenset(
    {EventKind.TOOL_CALL, EventKind.COMMAND, EventKind.EDIT, EventKind.MCP_CALL, EventKind.SUBAGENT, EventKind.DECISION}
)
"""Events that are a tool at work."""
_SHOWN: Final = 120
_MOMENTS: Final = 100
"""Longer sessions of one name that a session is held against."""


@dataclass(frozen=True, slots=True)
class Sitting:
    """One session of one trace, with its events in their order."""

    session: Session
    events: tuple[TraceEvent, ...]


def sittings(traces: Sequence[Trace]) -> tuple[Sitting, ...]:
    """Every session once: one that another trace tells as well, event by event, and goes on with, is left out.

    Checkpoints and attached files are often the same session at several moments. What a session tells and the longer one does not keeps it in.
    """
    every = [sitting for trace in traces for sitting in _each(trace)]
    longer: dict[tuple[str, str], list[frozenset[tuple[object, ...]]]] = {}
    kept = set[int]()
    for number in sorted(range(len(every)), key=lambda number: -len(every[number].events)):
        session = every[number].session
        told = frozenset(map(_said, every[number].events))
        others = longer.setdefault((session.agent, session.id), []) if session.id is not None else []
        if not any(told <= other for other in others[:_MOMENTS]):
            others.append(told)
            kept.add(number)
    return tuple(sitting for number, sitting in enumerate(every) if number in kept)


def _each(trace: Trace) -> tuple[Sitting, ...]:
    events: list[list[TraceEvent]] = [[] for _ in trace.sessions]
    for event in trace.events:
        events[event.session].append(event)
    return tuple(Sitting(session, tuple(own)) for session, own in zip(trace.sessions, events, strict=True))


def _said(event: TraceEvent) -> tuple[object, ...]:
    """What an event says, apart from how it ended, which a session that was cut off does not tell yet, and from the trace's name."""
    refused = event.kind is EventKind.APPROVAL and event.ok
    return event.kind, event.at, event.ref[1], event.name, event.path, refused, programs_of(event)


def runs(program: str, entry: str) -> bool:
    """Whether a program with its sub-commands and flags is what the entry names: the same program, and all its other words in any order.

    Words of the entry are globs: ``git push --force*`` takes ``git push origin --force-with-lease``.
    """
    words, wanted = program.split(), entry.split()
    if not words or not wanted or not fnmatchcase(words[0], wanted[0]):
        return False
    return all(any(fnmatchcase(word, glob) for word in words[1:]) for glob in wanted[1:])


def is_named(name: str, globs: Iterable[str]) -> bool:
    """Whether one of the globs takes a name."""
    return any(fnmatchcase(name, glob) for glob in globs)


def programs_of(event: TraceEvent) -> tuple[str, ...]:
    """The programs that a command runs; none for any other event."""
    return () if event.command is None else event.command.programs


def server_of(event: TraceEvent) -> str:
    """The MCP server that an event calls; empty for any other event."""
    return event.name.partition("/")[0] if event.kind is EventKind.MCP_CALL else ""


def acts_told(acts: int, traces: Sequence[Trace]) -> str:
    """What a rule looked at that looks at every act."""
    return f"{counted(acts, 'act')} in {counted(len(traces), 'trace')}" if traces else "no trace tells of any act"


def shown(name: str) -> str:
    """A name that a trace brings, between backticks and of bounded length."""
    return quoted(name if len(name) <= _SHOWN else f"{name[:_SHOWN]}…")


def placed(event: TraceEvent) -> str:
    """Where an event stands."""
    name, record = event.ref
    return f"{shown(name)}, record {record:,}"
