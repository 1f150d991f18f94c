"""An agent's account of its work, free of any vendor's format."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class EventKind(StrEnum):
    """What a trace event tells."""

    PROMPT = "prompt"
    MESSAGE = "message"
    COMMAND = "command"
    EDIT = "edit"
    READ = "read"
    TOOL = "tool"


@dataclass(frozen=True, slots=True)
class TraceEvent:
    """One event. ``ref`` is (file, record): the trace's name and the 1-based record in it. ``path`` as the trace says it, ``/``-separated.

    ``ok`` is whether the tool said it worked, ``None`` where the trace does not tell. ``name`` is the tool's name, never text that a
    person or a model wrote. ``digests`` are ``line_digest`` values of the lines an edit brings in; the lines themselves are not kept.
    """

    kind: EventKind
    at: str | None
    ref: tuple[str, int]
    path: bytes | None = None
    ok: bool | None = None
    name: str = ""
    digests: frozenset[bytes] = frozenset()


@dataclass(frozen=True, slots=True)
class Trace:
    """One session. ``agent`` is an id of the signatures file. ``read`` and ``skipped`` count records understood and not understood.

    ``base_commit``, ``branch`` and ``cwd`` are what the trace says of where it ran; ``None`` where it says nothing.
    """

    name: str
    format: str
    agent: str
    agent_version: str | None
    session: str | None
    events: tuple[TraceEvent, ...]
    read: int
    skipped: int
    cwd: str | None = None
    branch: str | None = None
    base_commit: str | None = None
