"""What was understood of a trace, for people and for programs: counts, names and paths, never a text of the session."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

from prgate.model.lines import unpacked
from prgate.model.paths import path_text
from prgate.model.trace import EventKind, Permit, Session, Trace
from prgate.model.wording import counted
from prgate.render.escape import terminal

_SESSIONS = 5
_PATHS = 12
_LEAKS = 8
"""Entries of each kind that are shown; the rest is counted, and JSON has all of it."""
_NAME = 200

_BOLD, _RED, _RESET = "\x1b[1m", "\x1b[1;31m", "\x1b[0m"
_NAMES = {
    EventKind.PROMPT: "prompt",
    EventKind.MESSAGE: "message",
    EventKind.TOOL_CALL: "tool call",
    EventKind.COMMAND: "command",
    EventKind.EDIT: "edit",
    EventKind.DECISION: "decision",
    EventKind.APPROVAL: "approval",
    EventKind.MCP_CALL: "MCP call",
    EventKind.SUBAGENT: "sub-agent",
}


def trace_json(trace: Trace) -> str:
    """One object, never a text of the session: every kind of event is counted.

    ``edits`` counts different lines by path, ``attributions`` lines by path and writer; ``leaks`` has kinds and lines.
    """
    return json.dumps(
        {
            "format": trace.format,
            "sessions": [_session(session) for session in trace.sessions],
            "events": _events(trace),
            "edits": _edits(trace),
            "attributions": _attributions(trace),
            "read": trace.read,
            "skipped": trace.skipped,
            "leaks": [{"kind": leak.kind, "line": leak.line} for leak in trace.leaks],
        },
        indent=2,
    )


def trace_text(trace: Trace, *, colour: bool = False) -> str:
    """One screen. Without ``colour`` there is no control character but newline; no line starts a workflow command."""
    skipped = f"{trace.skipped:,} skipped" if trace.skipped else "none skipped"
    lines = [
        _paint(f"prgate: a trace in the format {trace.format}, {counted(trace.read, 'record')} read, {skipped}.", _BOLD, colour=colour)
    ]
    for number, session in enumerate(trace.sessions[:_SESSIONS], 1):
        lines += _told(session, number if len(trace.sessions) > 1 else None)
    if (more := len(trace.sessions) - _SESSIONS) > 0:
        lines.append(f"and {counted(more, 'more session')}")
    told = [_kind(trace, kind, count) for kind, count in _events(trace).items() if count]
    lines += ["", f"Events: {', '.join(told)}." if told else "No events."]
    edits = _edits(trace)
    lines += _table("Edits bring in, short and repeated ones left out,", [(count, path) for path, count in edits.items()])
    by_writer: Counter[str] = Counter()
    spans: Counter[str] = Counter()
    for path, writers in _attributions(trace).items():
        spans[path] = sum(writers.values())
        by_writer.update(writers)
    whose = ", ".join(f"{lines:,} {writer}" for writer, lines in sorted(by_writer.items()))
    lines += _table(f"Attributions ({whose}) cover", [(count, path) for path, count in spans.items()])
    lines += [_paint(line, _RED, colour=colour) for line in _leaks(trace)]
    missing = list(_missing(trace))
    lines += ["", f"It does not tell: {', '.join(missing)}."] if missing else []
    return "".join(f"{line}\n" for line in lines)


def _session(session: Session) -> dict[str, Any]:
    return {
        "agent": session.agent,
        "id": session.id,
        "version": session.version,
        "models": list(session.models),
        "started": session.started,
        "repository": session.repository,
        "branch": session.branch,
        "commit": session.commit,
        "pull": session.pull,
        "in_use": [{"kind": used.kind, "name": used.name, "digest": used.digest} for used in session.in_use],
    }


def _events(trace: Trace) -> dict[str, int]:
    counts = Counter(event.kind for event in trace.events)
    return {kind.value: counts[kind] for kind in EventKind}


def _edits(trace: Trace) -> dict[str, int]:
    """How many different telling lines edits bring into each path; the paths in their order."""
    lines: dict[bytes, set[object]] = {}
    for event in trace.events:
        if event.kind is EventKind.EDIT and event.path is not None and event.edit is not None:
            lines.setdefault(event.path, set()).update(unpacked(event.edit.lines), event.edit.masked)
    return {path_text(path): len(found) for path, found in sorted(lines.items())}


def _attributions(trace: Trace) -> dict[str, dict[str, int]]:
    found: dict[bytes, Counter[str]] = {}
    for item in trace.attributions:
        found.setdefault(item.path, Counter())[item.writer.value] += item.end - item.start + 1
    return {path_text(path): dict(sorted(writers.items())) for path, writers in sorted(found.items())}


def _told(session: Session, number: int | None) -> Iterator[str]:
    head = " ".join(filter(None, (session.agent, session.version)))
    models = f", {', '.join(session.models[:3])}" if session.models else ""
    yield ""
    yield terminal(f"{'Session' if number is None else f'Session {number}'}: {head}{models}", chars=_NAME)
    facts = (
        ("id", session.id),
        ("started", session.started),
        ("repository", session.repository),
        ("branch", session.branch),
        ("commit", session.commit),
        ("pull request", None if session.pull is None else f"{session.pull}"),
        ("in use", ", ".join(f"{used.kind} {used.name}" for used in session.in_use[:_SESSIONS]) or None),
    )
    yield from (terminal(f"  {name} {value}", chars=_NAME) for name, value in facts if value is not None)
    if (more := len(session.in_use) - _SESSIONS) > 0:
        yield f"  and {more:,} more in use"


def _kind(trace: Trace, kind: str, count: int) -> str:
    """``9 commands (1 failed)``: a count, with what matters to a reader of it."""
    events = [event for event in trace.events if event.kind == kind]
    failed = sum(event.ok is False for event in events)
    notes = [f"{failed:,} failed"] if failed and kind != EventKind.APPROVAL else []
    if kind == EventKind.TOOL_CALL and (reads := sum(event.reads for event in events)):
        notes.append(f"{counted(reads, 'file')} read")
    if kind == EventKind.COMMAND and (tests := sum(event.command is not None and event.command.tests for event in events)):
        notes.append(f"{tests:,} of tests")
    if kind == EventKind.APPROVAL:
        names = Counter(("no" if event.ok is False else "yes") if event.name == Permit.ANSWER else event.name for event in events)
        notes = [f"{times:,} {name}" if times > 1 else name for name, times in sorted(names.items())]
    noted = f" ({', '.join(notes)})" if notes else ""
    return terminal(f"{counted(count, _NAMES[EventKind(kind)])}{noted}")


def _table(title: str, rows: list[tuple[int, str]]) -> Iterator[str]:
    if not rows:
        return
    yield f"{title} {counted(sum(count for count, _ in rows), 'line')} in {counted(len(rows), 'file')}:"
    for count, path in sorted(rows, key=lambda row: (-row[0], row[1]))[:_PATHS]:
        yield f"{count:>8,}  {terminal(path, chars=_NAME)}"
    if (more := len(rows) - _PATHS) > 0:
        yield f"          and {counted(more, 'more file')}"


def _leaks(trace: Trace) -> Iterator[str]:
    if not trace.leaks:
        return
    yield ""
    yield f"{counted(len(trace.leaks), 'credential')} can be read in it; replace {'it' if len(trace.leaks) == 1 else 'each'} where it is valid:"
    yield from (terminal(f"  line {leak.line:,}: {leak.kind}", chars=_NAME) for leak in trace.leaks[:_LEAKS])
    if (more := len(trace.leaks) - _LEAKS) > 0:
        yield f"  and {more:,} more"


def _missing(trace: Trace) -> Iterator[str]:
    """What rules could use and this trace has nowhere."""
    commands = [event.command for event in trace.events if event.command is not None]
    if trace.events and not any(event.at for event in trace.events):
        yield "times"
    if commands and not any(command.exit is not None for command in commands):
        yield "exit status" if any(event.ok is not None for event in trace.events if event.command) else "whether a command worked"
    if not _edits(trace) and not trace.attributions:
        yield "edits"
    if not any(event.kind is EventKind.PROMPT for event in trace.events):
        yield "prompts"
    if not any(session.repository for session in trace.sessions):
        yield "the repository"
    if not any(session.commit for session in trace.sessions) and not any(item.revision for item in trace.attributions):
        yield "the commit that it started from"


def _paint(line: str, code: str, *, colour: bool) -> str:
    return f"{code}{line}{_RESET}" if colour and line else line
