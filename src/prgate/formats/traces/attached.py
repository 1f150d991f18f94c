"""The document that ``prgate attach`` writes: a trace reduced to what rules need, version 1, one JSON object."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Annotated, Any, Final

from prgate.errors import FormatError
from prgate.formats.json_reader import read_json
from prgate.formats.shape import Form, ShapeError
from prgate.formats.shape_reader import read_shape
from prgate.formats.traces.blocks import Blocks
from prgate.formats.traces.draft import Draft
from prgate.formats.traces.event_json import (
    AttributionShape,
    Count,
    EventShape,
    Moment,
    ObjectId,
    Text,
    attribution_of,
    attribution_shape,
    event_of,
    event_shape,
    plain,
)
from prgate.formats.traces.reader import Head, Reader
from prgate.model.trace import EventKind, InUse, Session, Trace, TraceEvent

NAME: Final = "prgate-attached"
VERSION: Final = 1
MAX_BYTES: Final = 2 * 1024 * 1024
"""Twice of what is ever written, and no more than the head that shows what a file is."""
_DEPTH: Final = 8

_Word = Annotated[str, Form(r"[a-z0-9-]{1,40}", "one word of small letters, digits and hyphens")]
_Digest = Annotated[str, Form(r"[0-9a-f]{64}", "a SHA-256")]


@dataclass(frozen=True, slots=True)
class About:
    """What is known beside the trace itself: ``source`` is the format that it was read from, ``base`` what the branch was compared with.

    ``lines`` counts the different lines that the session brought in, those among them in the branch first, the rest second; ``out`` has
    the latter by index of the edit. ``outside`` counts paths outside the repository that were left out, ``dropped`` by kind the events that
    the limit of size did not let in, ``redacted`` credentials taken out of names, ``secrets`` those that stand in the session itself.
    """

    source: str
    branch: str
    base: str | None
    lines: tuple[int, int]
    out: Mapping[int, int] = field(default_factory=dict)
    outside: int = 0
    dropped: Mapping[str, int] = field(default_factory=dict)
    redacted: Mapping[str, int] = field(default_factory=dict)
    secrets: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _InUse:
    kind: Text
    name: Text
    digest: _Digest | None = None


@dataclass(frozen=True, slots=True)
class _Session:
    agent: _Word
    id: Text | None = None
    version: Text | None = None
    models: tuple[Text, ...] = ()
    started: Moment | None = None
    repository: Text | None = None
    branch: Text | None = None
    commit: ObjectId | None = None
    pull: Count | None = None
    in_use: tuple[_InUse, ...] = ()


@dataclass(frozen=True, slots=True)
class _Lines:
    within: Count = 0
    out: Count = 0


@dataclass(frozen=True, slots=True)
class _Document:
    format: _Word
    version: Count
    source: _Word
    branch: Text
    base: ObjectId | None = None
    read: Count = 0
    skipped: Count = 0
    lines: _Lines = field(default_factory=_Lines)
    outside: Count = 0
    dropped: Mapping[EventKind, Count] = field(default_factory=dict)
    redacted: Mapping[Text, Count] = field(default_factory=dict)
    secrets: Mapping[Text, Count] = field(default_factory=dict)
    sessions: tuple[_Session, ...] = ()
    events: tuple[EventShape, ...] = ()
    attributions: tuple[AttributionShape, ...] = ()


def attached_json(trace: Trace, about: About) -> bytes:
    """The document of a trace whose paths are relative to the top of the repository: ASCII, an event a line, keys at their default left out.

    Where a session ran and which record told an event are not in it.
    """
    document = plain(
        _Document(
            format=NAME,
            version=VERSION,
            source=about.source,
            branch=about.branch,
            base=about.base,
            read=trace.read,
            skipped=trace.skipped,
            lines=_Lines(*about.lines),
            outside=about.outside,
            dropped={EventKind(kind): count for kind, count in sorted(about.dropped.items())},
            redacted=dict(sorted(about.redacted.items())),
            secrets=dict(sorted(about.secrets.items())),
            sessions=tuple(_session(session) for session in trace.sessions),
            events=tuple(event_shape(event, about.out.get(index, 0)) for index, event in enumerate(trace.events)),
            attributions=tuple(attribution_shape(item) for item in trace.attributions),
        )
    )
    rows = {key: document.pop(key, []) for key in ("sessions", "events", "attributions")}
    head = _text(document).removesuffix("}")
    return "".join((head, *(f',\n"{key}":[{_list(items)}]' for key, items in rows.items()), "}\n")).encode("ascii")


def event_bytes(event: TraceEvent, out: int) -> int:
    """How many bytes of the document an event takes."""
    return len(_text(plain(event_shape(event, out)))) + 2


def _list(items: list[Any]) -> str:
    return "".join(f"\n{_text(item)}{',' if number < len(items) else ''}" for number, item in enumerate(items, 1))


def _text(value: object) -> str:
    return json.dumps(value, separators=(",", ":"), allow_nan=False)


def _session(session: Session) -> _Session:
    return _Session(
        agent=session.agent,
        id=session.id,
        version=session.version,
        models=session.models,
        started=session.started,
        repository=session.repository,
        branch=session.branch,
        commit=session.commit,
        pull=session.pull,
        in_use=tuple(_InUse(used.kind, used.name, used.digest) for used in session.in_use),
    )


def sniff(head: Head) -> bool:
    """Whether the file says that it is one."""
    return head.members.get("format") == NAME


def read(draft: Draft, blocks: Blocks) -> None:
    """Read a document, exactly: an unknown key or another version is refused. Raises ``FormatError``."""
    data = bytearray()
    for block in blocks:
        data += block
        if len(data) > MAX_BYTES:
            raise FormatError(f"an attached trace has at most {MAX_BYTES:,} bytes", over_limit=True)
    tree = read_json(bytes(data), max_bytes=MAX_BYTES, max_depth=_DEPTH, unique_keys=True)
    if isinstance(tree, dict) and tree.get("version") != VERSION:
        raise FormatError(
            f"this attached trace is of another version than {VERSION}: attach the session again, with the prgate that reads it"
        )
    try:
        document: _Document = read_shape(_Document, tree)
        _take(draft, document)
    except ShapeError as error:
        raise FormatError(f"{NAME}: {error}", over_limit=error.over_limit) from error


def _take(draft: Draft, document: _Document) -> None:
    draft.read, draft.skipped = document.read, document.skipped
    for told in document.sessions:
        draft.session(told.agent)
        used = tuple(InUse(item.kind, item.name, item.digest) for item in told.in_use)
        draft.sessions[-1] = Session(
            agent=told.agent,
            id=told.id,
            version=told.version,
            models=told.models,
            started=told.started,
            repository=told.repository,
            branch=told.branch,
            commit=told.commit,
            pull=told.pull,
            in_use=used,
        )
    last = len(document.sessions)
    for number, event in enumerate(document.events, 1):
        with _at("events", number):
            if event.session >= last:
                raise ShapeError("there is no such session", keys=("session",))
            draft.events.append(event_of(event, (draft.name, number)))
    for number, item in enumerate(document.attributions, 1):
        with _at("attributions", number):
            if item.session is not None and item.session >= last:
                raise ShapeError("there is no such session", keys=("session",))
            draft.attributions.append(attribution_of(item, (draft.name, number)))


@contextmanager
def _at(key: str, number: int) -> Iterator[None]:
    try:
        yield
    except ShapeError as error:
        error.keys = (key, number - 1, *error.keys)
        raise


READER = Reader(
    NAME,
    (),
    sniff,
    read,
    holds="what `prgate attach` keeps of a session: edits as digests, commands without their text",
    found="`refs/prgate/<branch>/<session>`",
)
