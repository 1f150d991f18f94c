"""Flags files that an agent changed without having read them, or whose base has moved on since.

## Why
An agent that edits what it has not read guesses at what is there. One that read a file before others changed it on the base writes against
code that is no longer there: both sides merge without a conflict and do not fit.

## Fix
Let the agent read the file as it is on the base now, check its change against it, and rebase.

## Limits
Only files that were there at the base and that an edit in a trace names. A trace counts only if it records what the agent read at all; where
an earlier step may have shown the file, or a session goes on from another, the finding is a question. What the base
changed is taken from the merge base to its tip, whenever it was read. A trace is the agent's own account: one that claims to have read a file
silences the first half of this rule, and one that quotes the whole diff without any reading is not judged by it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Final

from annotated_types import Ge

from prgate.model.diff import FileChange
from prgate.model.evidence import Evidence
from prgate.model.finding import Finding
from prgate.model.missing import Missing, need
from prgate.model.paths import FileClass
from prgate.model.reconciliation import FileAccount
from prgate.model.rule import Fact, Findings, Needs, Rule
from prgate.model.tools import placed
from prgate.model.trace import EventKind, Trace, TraceEvent, Writes
from prgate.model.wording import counted

_LEFT_OUT: Final = frozenset({FileClass.GENERATED, FileClass.VENDORED, FileClass.LOCK, FileClass.SNAPSHOT, FileClass.TRACE})


_SHOWING: Final = frozenset({EventKind.COMMAND, EventKind.TOOL_CALL, EventKind.MCP_CALL, EventKind.SUBAGENT})


@dataclass(frozen=True, slots=True)
class Params:
    """How much to say."""

    most: Annotated[int, Ge(1), "Files that are told; the rest is only counted."] = 5


@dataclass(frozen=True, slots=True)
class _Told:
    """What is so of one trace, whatever the file: ``may_show`` is the first event that may have shown files that it does not name."""

    records_looks: bool
    may_show: int
    goes_on: bool


def check(evidence: Evidence, params: Params) -> Findings:
    """At most one finding per file: that the base changed it, or else that it was never read."""
    traces = evidence.traces
    if not traces.items:
        if traces.unread:
            need(traces.unread[0])
        return "no trace tells what was read"
    edited = [file for file in need(evidence.diff).files if file.old_path is not None and _edits(evidence, file)]
    looked = f"{counted(len(edited), 'file')} of the base edited in {counted(len(traces.items), 'trace')}"
    moved = frozenset[bytes]() if isinstance(evidence.moved, Missing) else evidence.moved
    told = tuple(map(_told, traces.items))
    found = [finding for file in edited if (finding := _of_file(evidence, file, moved, told)) is not None]
    yield from found[: params.most]
    if traces.unread:
        need(traces.unread[0])
    if edited:
        need(evidence.moved)
    return f"{looked}, {len(found):,} of them stale" if found else looked


def _of_file(evidence: Evidence, file: FileChange, moved: frozenset[bytes], told: Sequence[_Told]) -> Finding | None:
    if file.old_path in moved:
        return Finding(
            message="The base has changed this file since the change left it: the agent edited an older one",
            fix="Let the agent read the file as it is on the base now, check its change against it, and rebase.",
            path=file.path,
        )
    unread = _unread(evidence, file, told)
    if unread is None:
        return None
    number, at = unread
    trace = evidence.traces.items[number - 1]
    doubt = ""
    if told[number - 1].may_show < at:
        doubt = "; an earlier step may have shown it"
    elif told[number - 1].goes_on:
        doubt = "; the session goes on from an earlier one"
    elif evidence.traces.unread:
        doubt = "; a trace that could not be read may show one"
    return Finding(
        message=f"The trace shows an edit of this file and no look at it before ({placed(trace.events[at])}){doubt}",
        fix="Let the agent read the whole file and check its change against it.",
        path=file.path,
        certain=not doubt,
    )


def _told(trace: Trace) -> _Told:
    return _Told(
        any(map(_records_looks, trace.events)),
        next((at for at, event in enumerate(trace.events) if _may_show(event)), len(trace.events)),
        next((event.kind for event in trace.events if event.kind is not EventKind.APPROVAL), None) is not EventKind.PROMPT,
    )


def _events(evidence: Evidence, file: FileChange) -> Iterator[tuple[int, int, TraceEvent]]:
    """The events that name the file, in the traces' order."""
    for mention in evidence.reconciliation.files.get(file.path, FileAccount()).mentions:
        yield mention.trace, mention.event, evidence.traces.items[mention.trace - 1].events[mention.event]


def _edits(evidence: Evidence, file: FileChange) -> bool:
    return file.file_class not in _LEFT_OUT and any(_is_edit(event) for _, _, event in _events(evidence, file))


def _is_edit(event: TraceEvent) -> bool:
    return event.kind is EventKind.EDIT and event.ok is not False


def _unread(evidence: Evidence, file: FileChange, told: Sequence[_Told]) -> tuple[int, int] | None:
    """The first edit of a file that no event shows before it, and that no other trace names."""
    named = list(_events(evidence, file))
    trace, at, first = next(one for one in named if _is_edit(one[2]))
    looks = any(event.ref != first.ref and (other != trace or index < at) for other, index, event in named)
    return None if looks or not told[trace - 1].records_looks else (trace, at)


def _records_looks(event: TraceEvent) -> bool:
    """Whether the event is of a kind that shows what an agent read."""
    return event.reads or (event.command is not None and event.command.writes is Writes.NOTHING and bool(event.command.paths))


def _may_show(event: TraceEvent) -> bool:
    """Whether the event may have shown files that it does not name."""
    return event.kind in _SHOWING and event.path is None


def needs(_: Params) -> Needs:
    """The traces, and what the base changed since."""
    return Needs(facts=frozenset({Fact.TRACE, Fact.BASE}))


RULE = Rule("stale-context", Params, check, needs)
