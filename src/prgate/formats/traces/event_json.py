"""Events and attributions as prgate's own documents spell them in JSON, and back."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from typing import Annotated, Any

from annotated_types import Ge, Le, MaxLen

from prgate.formats.git_quoting import quote, unquote
from prgate.formats.shape import Form, Keys, ShapeError
from prgate.formats.traces.draft import MAX_LINES
from prgate.formats.traces.values import LAST_WHOLE, LONGEST_TEXT
from prgate.model.lines import DIGEST_BYTES
from prgate.model.paths import is_utf8
from prgate.model.trace import Attribution, Command, Edit, EventKind, Masked, TraceEvent, Writer, Writes

Count = Annotated[int, Ge(0), Le(LAST_WHOLE)]
Text = Annotated[str, MaxLen(LONGEST_TEXT)]
Moment = Annotated[
    str, Form(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?(?:Z|[+-][0-9]{2}:[0-9]{2})", "a moment of RFC 3339")
]
ObjectId = Annotated[str, Form(r"[0-9a-f]{40}(?:[0-9a-f]{24})?", "a full object id")]
_Path = Annotated[str, MaxLen(16 * 1024)]
_Name = Annotated[str, Form(r"(?:[A-Za-z0-9_][A-Za-z0-9_.:/-]{0,127})?", "the name of a tool")]
_Base64 = Annotated[str, Form(r"[A-Za-z0-9+/]*={0,2}", "base64")]


@dataclass(frozen=True, slots=True)
class MaskedShape:
    """A masked line of an edit; the digest in base64."""

    before: Count
    after: Count
    digest: _Base64


@dataclass(frozen=True, slots=True)
class EditShape:
    """An edit, its digests in base64; ``out`` counts lines whose digests were left out."""

    lines: _Base64 = ""
    out: Count = 0
    masked: tuple[MaskedShape, ...] = ()
    wrapped: _Base64 = ""


@dataclass(frozen=True, slots=True)
class CommandShape:
    """A command."""

    programs: tuple[Text, ...] = ()
    paths: tuple[_Path, ...] = ()
    writes: Writes = Writes.ANYWHERE
    tests: bool = False
    exit: Annotated[int, Ge(-LAST_WHOLE), Le(LAST_WHOLE)] | None = None


@dataclass(frozen=True, slots=True)
class EventShape:
    """An event without the record that tells it."""

    kind: EventKind
    session: Count = 0
    at: Moment | None = None
    ok: bool | None = None
    name: _Name = ""
    path: _Path | None = None
    reads: bool = False
    edit: EditShape | None = None
    command: CommandShape | None = None


@dataclass(frozen=True, slots=True)
class AttributionShape:
    """An attribution without the record that tells it."""

    path: _Path
    start: Annotated[int, Ge(1), Le(MAX_LINES)]
    end: Annotated[int, Ge(1), Le(MAX_LINES)]
    writer: Writer
    revision: ObjectId | None = None
    session: Count | None = None


def plain(value: Any) -> Any:  # noqa: ANN401 (a part of a document)
    """A part of a document as JSON spells it, without members that have their default."""
    if is_dataclass(value):
        return {item.name: plain(part) for item in fields(value) if (part := getattr(value, item.name)) != _default(item)}
    if isinstance(value, tuple):
        return [plain(part) for part in value]
    return dict(value) if isinstance(value, Mapping) else value


def _default(item: Field[Any]) -> object:
    return item.default if item.default_factory is MISSING else item.default_factory()


def event_shape(event: TraceEvent, out: int = 0) -> EventShape:
    """The spelled form of an event."""
    edit, command = event.edit, event.command
    return EventShape(
        kind=event.kind,
        session=event.session,
        at=event.at,
        ok=event.ok,
        name=event.name,
        path=None if event.path is None else _spelled(event.path),
        reads=event.reads,
        edit=None
        if edit is None
        else EditShape(
            _base64(edit.lines),
            out,
            tuple(MaskedShape(mask.before, mask.after, _base64(mask.digest)) for mask in edit.masked),
            _base64(edit.wrapped),
        ),
        command=None
        if command is None
        else CommandShape(command.programs, tuple(map(_spelled, command.paths)), command.writes, command.tests, command.exit),
    )


def attribution_shape(item: Attribution) -> AttributionShape:
    """The spelled form of an attribution."""
    return AttributionShape(_spelled(item.path), item.start, item.end, item.writer, item.revision, item.session)


def event_of(event: EventShape, ref: tuple[str, int]) -> TraceEvent:
    """The event that is spelled so. Raises ``ShapeError``."""
    edit, command = event.edit, event.command
    if edit is None and event.kind is EventKind.EDIT:
        raise ShapeError("an edit says which lines it brings in", keys=("edit",))
    if (command is None) is (event.kind is EventKind.COMMAND):
        raise ShapeError("a command says what it was, and nothing else does", keys=("command",))
    return TraceEvent(
        kind=event.kind,
        at=event.at,
        ref=ref,
        session=event.session,
        path=None if event.path is None else _path(event.path, ("path",)),
        ok=event.ok,
        name=event.name,
        reads=event.reads,
        edit=None
        if edit is None
        else Edit(
            _digests(edit.lines, ("edit", "lines")),
            tuple(Masked(mask.before, mask.after, _digests(mask.digest, ("edit", "masked"))) for mask in edit.masked),
            _digests(edit.wrapped, ("edit", "wrapped")),
        ),
        command=None
        if command is None
        else Command(
            command.programs,
            tuple(_path(path, ("command", "paths")) for path in command.paths),
            command.writes,
            command.tests,
            command.exit,
        ),
    )


def attribution_of(item: AttributionShape, ref: tuple[str, int]) -> Attribution:
    """The attribution that is spelled so. Raises ``ShapeError``."""
    if item.start > item.end:
        raise ShapeError("there are no such lines")
    return Attribution(_path(item.path, ("path",)), item.start, item.end, item.writer, item.revision, ref, item.session)


def _spelled(path: bytes) -> str:
    """The path as text; in double quotes with C escapes, as git prints it, where it is no UTF-8 or starts with a quote itself."""
    return path.decode("utf-8") if is_utf8(path) and not path.startswith(b'"') else quote(path).decode("ascii")


def _path(text: str, keys: Keys) -> bytes:
    if not text.startswith('"'):
        path = text.encode("utf-8")
    else:
        path, rest = unquote(text.encode("utf-8")) or (b"", b"")
        path = b"" if rest else path
    if not path or b"\0" in path:
        raise ShapeError("this is no path", keys=keys)
    return path


def _base64(data: bytes) -> str:
    return b64encode(data).decode("ascii")


def _digests(text: str, keys: Keys) -> bytes:
    try:
        digests = b64decode(text, validate=True)
    except ValueError as error:
        raise ShapeError("this is not base64", keys=keys) from error
    if len(digests) % DIGEST_BYTES:
        raise ShapeError(f"a digest has {DIGEST_BYTES} bytes", keys=keys)
    return digests
