"""Reads the signatures file and says which row is wrong."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import cast

from prgate.authorship.patterns import Pattern, parse
from prgate.authorship.signatures import Known, Signatures
from prgate.errors import FormatError
from prgate.model.authorship import SignKind

_LARGEST_FILE = 1 << 20
_WORDS: Mapping[object, str] = {str: "text", list: "a list", dict: "a table"}
_PEOPLES_KEYS = (
    "co-authored-by",
    "co-developed-by",
    "assisted-by",
    "generated-by",
    "signed-off-by",
    "reviewed-by",
    "acked-by",
    "tested-by",
)


@cache
def shipped() -> Signatures:
    """The signatures that come with prgate."""
    return read(files("prgate.authorship").joinpath("signatures.toml").read_bytes())


def read(data: bytes) -> Signatures:
    """Signatures from TOML, or ``FormatError`` naming the row that is wrong."""
    if len(data) > _LARGEST_FILE:
        raise FormatError(f"signatures of more than {_LARGEST_FILE} bytes", over_limit=True)
    try:
        document = tomllib.loads(data.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise FormatError(f"not readable as TOML: {error}") from error
    top = _Table(document, "signatures")
    rows = [_row(table) for table in top.tables("agent", where="agent")]
    stamps, automation = top.table("stamps"), top.table("automation")
    blocks = {block.text("start"): block.text("end") for block in top.tables("review_block", where="review_block", takes={"start", "end"})}
    address_keys = frozenset(key.casefold() for key in top.texts("address_keys"))
    footers = _gather(rows, "footers")
    result = Signatures(
        agents={row.known.id: row.known for row in rows},
        logins=_index(rows, "logins"),
        emails=_index(rows, "emails"),
        name_endings=tuple((ending, row.known.id) for row in rows for ending in row.name_endings),
        address_keys=address_keys,
        trailers=_trailers(rows),
        branches=_gather(rows, "branches"),
        footers=footers,
        footer_heads=tuple(dict.fromkeys(pattern.head for pattern, _ in footers)),
        stamps=frozenset(email.casefold() for email in stamps.texts("emails")),
        machine_logins=frozenset(login.casefold() for login in automation.texts("logins")),
        machine_names=frozenset(name.casefold() for name in automation.texts("names")),
        machine_emails=frozenset(email.casefold() for email in automation.texts("emails")),
        blocks=blocks,
    )
    stamps.done()
    automation.done()
    top.done()
    if len(result.agents) < len(rows):
        ids = [row.known.id for row in rows]
        raise FormatError(f"agent id `{next(i for i in ids if ids.count(i) > 1)}` stands twice")
    return result


@dataclass(frozen=True, slots=True)
class _Row:
    known: Known
    logins: tuple[str, ...]
    emails: tuple[str, ...]
    name_endings: tuple[str, ...]
    trailers: tuple[tuple[str, Pattern], ...]
    branches: tuple[Pattern, ...]
    footers: tuple[Pattern, ...]


@dataclass(frozen=True, slots=True)
class _Table:
    """A TOML table and the keys that were asked of it; ``done`` refuses the others."""

    content: Mapping[str, object]
    where: str
    asked: set[str] = field(default_factory=set)

    def take(self, key: str, kind: type, default: object = None) -> object:
        self.asked.add(key)
        value = self.content.get(key, default)
        if not isinstance(value, kind):
            raise FormatError(f"{self.where}: `{key}` must be {'given and ' if value is None else ''}{_WORDS[kind]}")
        return value

    def text(self, key: str) -> str:
        value = cast("str", self.take(key, str))
        if not value or value != value.replace("\n", ""):
            raise FormatError(f"{self.where}: `{key}` must be one line of text")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        values = cast("list[object]", self.take(key, list, []))
        return tuple(_Table({key: value}, f"{self.where}, {key}[{index}]").text(key) for index, value in enumerate(values))

    def patterns(self, key: str) -> tuple[Pattern, ...]:
        return tuple(_pattern(text, f"{self.where}, {key}[{index}]") for index, text in enumerate(self.texts(key)))

    def table(self, key: str) -> _Table:
        return _Table(cast("dict[str, object]", self.take(key, dict, {})), key)

    def tables(self, key: str, *, where: str, takes: Iterable[str] = ()) -> tuple[_Table, ...]:
        found = []
        for index, content in enumerate(cast("list[object]", self.take(key, list, []))):
            place = f"{where} {index + 1}"
            if not isinstance(content, dict):
                raise FormatError(f"{place} must be a table")
            table = _Table(content, f"{place} (`{content['id']}`)" if isinstance(content.get("id"), str) else place, set(takes))
            if takes:
                table.done()
            found.append(table)
        return tuple(found)

    def done(self) -> None:
        unknown = sorted(set(self.content) - self.asked)
        if unknown:
            raise FormatError(f"{self.where}: unknown key `{unknown[0]}` (known: {', '.join(sorted(self.asked))})")


def _pattern(text: str, where: str, *, key: str = "") -> Pattern:
    """A pattern; under a trailer key that people use too, or under none, it needs literal text to start with."""
    try:
        pattern = parse(text)
    except ValueError as error:
        raise FormatError(f"{where}: {error}") from error
    if not pattern.head and key.casefold() in {"", *_PEOPLES_KEYS}:
        raise FormatError(f"{where}: `{text}` must start with literal text, or it names whatever a person writes there")
    return pattern


def _branch(text: str, where: str) -> Pattern:
    if text.endswith("/"):
        return _pattern(f"{text}{{rest}}", where)
    pattern = _pattern(text, where)
    if not pattern.tail:
        raise FormatError(f"{where}: `{text}` is neither a prefix that ends with a slash nor a pattern; people name branches like that")
    return pattern


def _email(text: str, where: str) -> str:
    if "@" not in text[1:-1]:
        raise FormatError(f"{where}: `{text}` is no whole address; domains are never matched")
    return text.casefold()


def _row(table: _Table) -> _Row:
    where, id_ = table.where, table.text("id")
    kinds = set()
    for kind in table.texts("exports_trace"):
        if kind not in set(SignKind):
            raise FormatError(f"{where}: `exports_trace` has `{kind}`, no kind of mark ({', '.join(SignKind)})")
        kinds.add(SignKind(kind))
    trailers = tuple(
        (trailer.text("key").casefold(), _pattern(trailer.text("value"), trailer.where, key=trailer.text("key")))
        for trailer in table.tables("trailers", where=f"{where}, trailers", takes={"key", "value"})
    )
    row = _Row(
        known=Known(id_, table.text("name"), frozenset(kinds), table.patterns("requesters")),
        logins=tuple(login.casefold() for login in table.texts("logins")),
        emails=tuple(_email(text, f"{where}, emails[{index}]") for index, text in enumerate(table.texts("emails"))),
        name_endings=table.texts("name_endings"),
        trailers=trailers,
        branches=tuple(_branch(text, f"{where}, branches[{index}]") for index, text in enumerate(table.texts("branches"))),
        footers=table.patterns("footers"),
    )
    table.done()
    return row


def _index(rows: Iterable[_Row], kind: str) -> dict[str, str]:
    index: dict[str, str] = {}
    for row in rows:
        for text in getattr(row, kind):
            if index.setdefault(text, row.known.id) != row.known.id:
                raise FormatError(f"agent `{row.known.id}`: {kind} `{text}` belongs to `{index[text]}` already")
    return index


def _gather(rows: Iterable[_Row], kind: str) -> tuple[tuple[Pattern, str], ...]:
    return tuple((pattern, row.known.id) for row in rows for pattern in getattr(row, kind))


def _trailers(rows: Iterable[_Row]) -> dict[str, tuple[tuple[Pattern, str], ...]]:
    found: dict[str, tuple[tuple[Pattern, str], ...]] = {}
    for row in rows:
        for key, pattern in row.trailers:
            found[key] = (*found.get(key, ()), (pattern, row.known.id))
    return found
