"""Invented events, traces and changes for the reconciliation tests."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from prgate.formats.traces.draft import Draft
from prgate.model.diff import Diff, FileChange, Hunk, Status
from prgate.model.reconciliation import FileAccount, Reconciliation
from prgate.model.trace import Command, EventKind, Session, Trace, TraceEvent, Writes
from prgate.reconcile.account import reconcile
from tests.authorship.material import change

HOME = "/home/dana/pay"


def event(kind: EventKind, path: bytes | None = None, *lines: str, **fields: Any) -> TraceEvent:
    """An event that brings in these lines, if any."""
    edit = Draft("t", "t").edit(["\n".join(lines)]) if lines else None
    return TraceEvent(kind, fields.pop("at", None), ("t", 1), path=path, edit=edit, **fields)


def edit(path: bytes, *lines: str, ok: bool | None = True, **fields: Any) -> TraceEvent:
    return event(EventKind.EDIT, path, *lines, ok=ok, **fields)


def shell(programs: str, *paths: bytes, writes: Writes = Writes.NAMED, text: Iterable[str] = (), ok: bool | None = True) -> TraceEvent:
    return event(EventKind.COMMAND, None, *text, ok=ok, command=Command((programs,), paths, writes))


def trace(*events: TraceEvent, agent: str = "claude-code", cwd: str | None = HOME, **fields: Any) -> Trace:
    told: dict[str, Any] = {"sessions": (Session(agent, cwd=cwd),), "read": 1, "skipped": 0}
    return Trace("t", "claude-transcript", events=events, **(told | fields))


def added(path: bytes, *lines: str, start: int = 1, status: Status = Status.MODIFIED, old_path: bytes | None = None) -> FileChange:
    """A file with these lines added in one run."""
    body = "".join(f"+{line}\n" for line in lines).encode()
    return change(path, Hunk(start, 0, start, len(lines), body), status=status, **({} if old_path is None else {"old_path": old_path}))


def account(file: FileChange, *traces: Trace) -> FileAccount:
    return reconcile(Diff((file,)), traces).files[file.path]


def unexplained(file: FileChange, *traces: Trace) -> list[tuple[int, int]]:
    return list(account(file, *traces).unexplained)


def whole(files: Iterable[FileChange], *traces: Trace) -> Reconciliation:
    return reconcile(Diff(tuple(files)), traces)
