"""What a reader has understood of a session so far, and the trace that it becomes."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from prgate.errors import FormatError
from prgate.formats.traces.places import encoded, relative
from prgate.formats.traces.records import Object
from prgate.model.lines import line_digest
from prgate.model.trace import EventKind, Trace, TraceEvent

MAX_EVENTS = 200_000
MAX_LINES = 1_000_000
"""Lines that all edits together bring in."""

MAX_SETTLED = 1_000_000
"""Events settled by results: a result may name a call again, and a call may stand for many events."""

_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.:/-]{0,127}", re.ASCII)
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)", re.ASCII)
_OBJECT_ID = re.compile(r"(?:[0-9a-f]{40}|[0-9a-f]{64})", re.ASCII)
_LONGEST_TEXT = 1024


def text(value: Any) -> str | None:  # noqa: ANN401 (any JSON value)
    """A short non-empty string, or ``None``."""
    return value if isinstance(value, str) and 0 < len(value) <= _LONGEST_TEXT else None


def members_of(value: Any) -> Object:  # noqa: ANN401 (any JSON value)
    """An object's members; none for any other value."""
    return value if isinstance(value, dict) else {}


def objects_of(value: Any) -> list[Object]:  # noqa: ANN401 (any JSON value)
    """The objects in an array; none for any other value."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def strings_of(value: Any) -> list[str]:  # noqa: ANN401 (any JSON value)
    """The strings in an array; none for any other value."""
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def time_of(value: Any) -> str | None:  # noqa: ANN401 (any JSON value)
    """A moment in RFC 3339, or ``None``."""
    return value if isinstance(value, str) and _TIME.fullmatch(value) else None


def commit_of(value: Any) -> str | None:  # noqa: ANN401 (any JSON value)
    """A full object id, or ``None``."""
    return value if isinstance(value, str) and _OBJECT_ID.fullmatch(value) else None


@dataclass(slots=True)
class Session:
    """Events in the order of the file; ``calls`` finds those of a tool call, so that its result can settle them."""

    name: str
    format: str
    agent: str
    agent_version: str | None = None
    session: str | None = None
    cwd: str | None = None
    branch: str | None = None
    base_commit: str | None = None
    read: int = 0
    skipped: int = 0
    events: list[TraceEvent] = field(default_factory=list)
    calls: dict[str, list[int]] = field(default_factory=dict)
    lines: int = 0
    settled: int = 0
    raw_paths: dict[int, str] = field(default_factory=dict)

    def count(self, *, understood: bool) -> None:
        """Count one record."""
        if understood:
            self.read += 1
        else:
            self.skipped += 1

    def add(
        self,
        kind: EventKind,
        record: int,
        *,
        at: str | None,
        tool: str = "",
        call: str | None = None,
        path: str | None = None,
        brings: Iterable[str] = (),
    ) -> None:
        """Note an event of ``record``; ``brings`` are texts of one or more lines that an edit brings in."""
        if len(self.events) >= MAX_EVENTS:
            raise FormatError(f"the trace is over the limit: more than {MAX_EVENTS} events", over_limit=True)
        index = len(self.events)
        name = tool if _NAME.fullmatch(tool) else ""
        self.events.append(TraceEvent(kind, at, (self.name, record), name=name, digests=self.digests(brings)))
        if path is not None:
            self.raw_paths[index] = path
        if call is not None:
            self.calls.setdefault(call, []).append(index)

    def digests(self, texts: Iterable[str]) -> frozenset[bytes]:
        """Digests of all lines of the texts, those too short to tell anything left out."""
        found: set[bytes] = set()
        for piece in texts:
            lines = encoded(piece).split(b"\n")
            self.lines += len(lines)
            if self.lines > MAX_LINES:
                raise FormatError(f"the trace is over the limit: more than {MAX_LINES} edited lines", over_limit=True)
            found.update(digest for line in lines if (digest := line_digest(line)) is not None)
        return frozenset(found)

    def settle(self, call: str | None, *, ok: bool | None, brings: Iterable[str] = ()) -> None:
        """Note how a call ended. ``brings``, where the result has any, is what its one edit really brought in; a failed edit brought nothing."""
        indexes = self.calls.get(call or "", ())
        self.settled += len(indexes)
        if self.settled > MAX_SETTLED:
            raise FormatError(f"the trace is over the limit: results settle more than {MAX_SETTLED} events", over_limit=True)
        for index in indexes:
            event = self.events[index]
            digests = event.digests
            if event.kind is EventKind.EDIT:
                digests = frozenset() if ok is False else self.digests(brings) or digests
            self.events[index] = replace(event, ok=ok, digests=digests)

    def finish(self, dropped: Collection[int] = ()) -> Trace:
        """The trace without the ``dropped`` events. Raises ``FormatError`` where it tells nothing: an account without content is none."""
        if not self.events:
            raise FormatError(f"{self.format}: no prompt, message or tool call in {self.read + self.skipped} records")
        events = tuple(
            replace(event, path=relative(self.raw_paths[index], self.cwd)) if index in self.raw_paths else event
            for index, event in enumerate(self.events)
            if index not in dropped
        )
        return Trace(
            name=self.name,
            format=self.format,
            agent=self.agent,
            agent_version=self.agent_version,
            session=self.session,
            events=events,
            read=self.read,
            skipped=self.skipped,
            cwd=self.cwd,
            branch=self.branch,
            base_commit=self.base_commit,
        )
