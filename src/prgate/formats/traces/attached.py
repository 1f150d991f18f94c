"""The document that ``prgate attach`` writes: a trace reduced to what rules need, version 1, one JSON object."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Annotated, Any, Final

from annotated_types import Ge, Le, MaxLen

from prgate.errors import FormatError
from prgate.formats.git_quoting import quote, unquote
from prgate.formats.json_reader import read_json
from prgate.formats.shape import Form, ShapeError
from prgate.formats.shape_reader import read_shape
from prgate.formats.traces.blocks import Blocks
from prgate.formats.traces.draft import MAX_LINES, Draft
from prgate.formats.traces.reader import Head, Reader
from prgate.model.lines import DIGEST_BYTES
from prgate.model.paths import is_utf8
from prgate.model.trace import Attribution, Command, Edit, EventKind, InUse, Masked, Session, Trace, TraceEvent, Writer, Writes

NAME: Final = "prgate-attached"
VERSION: Final = 1
MAX_BYTES: Final = 2 * 1024 * 1024
"""Twice of what is ever written, and no more than the head that shows what a file is."""
_DEPTH: Final = 8
_LAST: Final = 2**53

_Count = Annotated[int, Ge(0), Le(_LAST)]
_Text = Annotated[str, MaxLen(1024)]
_Path = Annotated[str, MaxLen(16 * 1024)]
_Word = Annotated[str, Form(r"[a-z0-9-]{1,40}", "one word of small letters, digits and hyphens")]
_Name = Annotated[str, Form(r"(?:[A-Za-z0-9_][A-Za-z0-9_.:/-]{0,127})?", "the name of a tool")]
_Moment = Annotated[
    str, Form(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?(?:Z|[+-][0-9]{2}:[0-9]{2})", "a moment of RFC 3339")
]
_Commit = Annotated[str, Form(r"[0-9a-f]{40}(?:[0-9a-f]{24})?", "a full object id")]
_Digest = Annotated[str, Form(r"[0-9a-f]{64}", "a SHA-256")]
_Base64 = Annotated[str, Form(r"[A-Za-z0-9+/]*={0,2}", "base64")]


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
    kind: _Text
    name: _Text
    digest: _Digest | None = None


@dataclass(frozen=True, slots=True)
class _Session:
    agent: _Word
    id: _Text | None = None
    version: _Text | None = None
    models: tuple[_Text, ...] = ()
    started: _Moment | None = None
    repository: _Text | None = None
    branch: _Text | None = None
    commit: _Commit | None = None
    pull: _Count | None = None
    in_use: tuple[_InUse, ...] = ()


@dataclass(frozen=True, slots=True)
class _Masked:
    before: _Count
    after: _Count
    digest: _Base64


@dataclass(frozen=True, slots=True)
class _Edit:
    lines: _Base64 = ""
    out: _Count = 0
    masked: tuple[_Masked, ...] = ()


@dataclass(frozen=True, slots=True)
class _Command:
    programs: tuple[_Text, ...] = ()
    paths: tuple[_Path, ...] = ()
    writes: Writes = Writes.ANYWHERE
    tests: bool = False
    exit: Annotated[int, Ge(-_LAST), Le(_LAST)] | None = None


@dataclass(frozen=True, slots=True)
class _Event:
    kind: EventKind
    session: _Count = 0
    at: _Moment | None = None
    ok: bool | None = None
    name: _Name = ""
    path: _Path | None = None
    reads: bool = False
    edit: _Edit | None = None
    command: _Command | None = None


@dataclass(frozen=True, slots=True)
class _Attribution:
    path: _Path
    start: Annotated[int, Ge(1), Le(MAX_LINES)]
    end: Annotated[int, Ge(1), Le(MAX_LINES)]
    writer: Writer
    revision: _Commit | None = None
    session: _Count | None = None


@dataclass(frozen=True, slots=True)
class _Lines:
    within: _Count = 0
    out: _Count = 0


@dataclass(frozen=True, slots=True)
class _Document:
    format: _Word
    version: _Count
    source: _Word
    branch: _Text
    base: _Commit | None = None
    read: _Count = 0
    skipped: _Count = 0
    lines: _Lines = field(default_factory=_Lines)
    outside: _Count = 0
    dropped: Mapping[EventKind, _Count] = field(default_factory=dict)
    redacted: Mapping[_Text, _Count] = field(default_factory=dict)
    secrets: Mapping[_Text, _Count] = field(default_factory=dict)
    sessions: tuple[_Session, ...] = ()
    events: tuple[_Event, ...] = ()
    attributions: tuple[_Attribution, ...] = ()


def attached_json(trace: Trace, about: About) -> bytes:
    """The document of a trace whose paths are relative to the top of the repository: ASCII, an event a line, keys at their default left out.

    Where a session ran and which record told an event are not in it.
    """
    document = _plain(
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
            events=tuple(_event(event, about.out.get(index, 0)) for index, event in enumerate(trace.events)),
            attributions=tuple(_attribution(item) for item in trace.attributions),
        )
    )
    rows = {key: document.pop(key, []) for key in ("sessions", "events", "attributions")}
    head = _text(document).removesuffix("}")
    return "".join((head, *(f',\n"{key}":[{_list(items)}]' for key, items in rows.items()), "}\n")).encode("ascii")


def event_bytes(event: TraceEvent, out: int) -> int:
    """How many bytes of the document an event takes."""
    return len(_text(_plain(_event(event, out)))) + 2


def _list(items: list[Any]) -> str:
    return "".join(f"\n{_text(item)}{',' if number < len(items) else ''}" for number, item in enumerate(items, 1))


def _text(value: object) -> str:
    return json.dumps(value, separators=(",", ":"), allow_nan=False)


def _plain(value: Any) -> Any:  # noqa: ANN401 (a part of the document)
    """A part as JSON spells it, without members that have their default."""
    if is_dataclass(value):
        present = ((item, getattr(value, item.name)) for item in fields(value))
        return {item.name: _plain(part) for item, part in present if part != item.default and part not in ((), {}, _Lines())}
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    return dict(value) if isinstance(value, Mapping) else value


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


def _event(event: TraceEvent, out: int) -> _Event:
    edit, command = event.edit, event.command
    return _Event(
        kind=event.kind,
        session=event.session,
        at=event.at,
        ok=event.ok,
        name=event.name,
        path=None if event.path is None else _spelled(event.path),
        reads=event.reads,
        edit=None
        if edit is None
        else _Edit(_base64(edit.lines), out, tuple(_Masked(mask.before, mask.after, _base64(mask.digest)) for mask in edit.masked)),
        command=None
        if command is None
        else _Command(command.programs, tuple(map(_spelled, command.paths)), command.writes, command.tests, command.exit),
    )


def _attribution(item: Attribution) -> _Attribution:
    return _Attribution(_spelled(item.path), item.start, item.end, item.writer, item.revision, item.session)


def _spelled(path: bytes) -> str:
    """The path as text; in double quotes with C escapes, as git prints it, where it is no UTF-8 or starts with a quote itself."""
    return path.decode("utf-8") if is_utf8(path) and not path.startswith(b'"') else quote(path).decode("ascii")


def _base64(data: bytes) -> str:
    return b64encode(data).decode("ascii")


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
        if event.session >= last:
            raise ShapeError("there is no such session", keys=("events", number - 1, "session"))
        if event.edit is None and event.kind is EventKind.EDIT:
            raise ShapeError("an edit says which lines it brings in", keys=("events", number - 1, "edit"))
        if (event.command is None) is (event.kind is EventKind.COMMAND):
            raise ShapeError("a command says what it was, and nothing else does", keys=("events", number - 1, "command"))
        draft.events.append(_told(draft.name, number, event))
    for number, item in enumerate(document.attributions, 1):
        if item.start > item.end or (item.session is not None and item.session >= last):
            raise ShapeError("there are no such lines, or no such session", keys=("attributions", number - 1))
        path = _path(item.path, ("attributions", number - 1, "path"))
        ref = (draft.name, number)
        draft.attributions.append(Attribution(path, item.start, item.end, item.writer, item.revision, ref, item.session))


def _told(name: str, number: int, event: _Event) -> TraceEvent:
    place = ("events", number - 1)
    edit, command = event.edit, event.command
    return TraceEvent(
        kind=event.kind,
        at=event.at,
        ref=(name, number),
        session=event.session,
        path=None if event.path is None else _path(event.path, (*place, "path")),
        ok=event.ok,
        name=event.name,
        reads=event.reads,
        edit=None
        if edit is None
        else Edit(
            _digests(edit.lines, (*place, "edit", "lines")),
            tuple(Masked(mask.before, mask.after, _digests(mask.digest, (*place, "edit", "masked"))) for mask in edit.masked),
        ),
        command=None
        if command is None
        else Command(
            command.programs,
            tuple(_path(path, (*place, "command", "paths")) for path in command.paths),
            command.writes,
            command.tests,
            command.exit,
        ),
    )


def _path(text: str, keys: tuple[str | int, ...]) -> bytes:
    if not text.startswith('"'):
        path = text.encode("utf-8")
    else:
        path, rest = unquote(text.encode("utf-8")) or (b"", b"")
        path = b"" if rest else path
    if not path or b"\0" in path:
        raise ShapeError("this is no path", keys=keys)
    return path


def _digests(text: str, keys: tuple[str | int, ...]) -> bytes:
    try:
        digests = b64decode(text, validate=True)
    except ValueError as error:
        raise ShapeError("this is not base64", keys=keys) from error
    if len(digests) % DIGEST_BYTES:
        raise ShapeError(f"a digest has {DIGEST_BYTES} bytes", keys=keys)
    return digests


READER = Reader(
    NAME,
    (),
    sniff,
    read,
    holds="what `prgate attach` keeps of a session: edits as digests, commands without their text",
    found="`refs/prgate/<branch>/<session>`",
)
