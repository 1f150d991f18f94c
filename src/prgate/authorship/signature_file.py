"""Reads the signatures file, and lets a policy take rows out and add its own."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, cast

from prgate.authorship.patterns import Pattern, parse
from prgate.authorship.signature_rows import ROW_KINDS, RowError, indexed
from prgate.authorship.signatures import Known, Lists, Mark, Signatures
from prgate.errors import FormatError, PrgateError
from prgate.model.authorship import SignKind
from prgate.model.policy import SignatureChanges, SignatureFault

_LARGEST_FILE = 1 << 20
_ROW = ("id", "agent", "kind", "match", "source", "example")
_NONE = SignatureChanges()
_WORDS: Mapping[object, str] = {str: "text", list: "a list", dict: "a table", bool: "true or false"}


@cache
def shipped() -> Signatures:
    """The signatures that come with prgate."""
    return read(files("prgate.authorship").joinpath("signatures.toml").read_bytes())


@lru_cache(maxsize=8)
def changed(known: Signatures, changes: SignatureChanges) -> Signatures:
    """The signatures with a policy's rows taken out and added; ``PrgateError`` for what ``fault_of`` finds."""
    if changes == _NONE:
        return known
    found = _changed(known, changes)
    if isinstance(found, Signatures):
        return found
    keys, message, cure = found
    raise PrgateError(message, ".".join(("signatures", *map(str, keys))), cure)


def fault_of(changes: SignatureChanges) -> SignatureFault | None:
    """What is wrong with a policy's changes to the signatures that come with prgate, null where nothing is."""
    if changes == _NONE:
        return None
    found = _changed(shipped(), changes)
    return None if isinstance(found, Signatures) else found


def _changed(known: Signatures, changes: SignatureChanges) -> Signatures | SignatureFault:
    ids = {mark.id for mark in known.marks}
    for number, row in enumerate(changes.disable):
        if row not in ids:
            return ("disable", number), f"there is no row `{row}`", _suggestion(row, ids)
    kept = [mark for mark in known.marks if mark.id not in changes.disable]
    agents, added = dict(known.agents), dict[str, Mark]()
    for number, one in enumerate(changes.add):
        if one.agent not in agents and one.name is None:
            cure = f"{_suggestion(one.agent, agents)} For a new agent, say `name` in the first of its rows."
            return ("add", number, "agent"), f"there is no agent `{one.agent}`", cure
        agents.setdefault(one.agent, Known(one.agent, one.name or "", ()))
        id_ = f"policy-{number + 1}"
        added[id_] = Mark(id_, one.agent, one.kind, one.match, one.key, one.exports_trace, "the policy", "")
    try:
        return indexed(agents.values(), (*kept, *added.values()), known.lists)
    except RowError as error:
        return ("add", list(added).index(error.row), error.field), str(error), error.cure


def _suggestion(word: str, known: Iterable[str]) -> str:
    from difflib import get_close_matches  # noqa: PLC0415 (paid for by a policy that needs a suggestion)

    near = get_close_matches(word, sorted(known), n=1)
    return f"Did you mean `{near[0]}`?" if near else "docs/agents.md lists them all."


def read(data: bytes) -> Signatures:
    """Signatures from TOML, or ``FormatError`` naming the row that is wrong."""
    if len(data) > _LARGEST_FILE:
        raise FormatError(f"signatures of more than {_LARGEST_FILE} bytes", over_limit=True)
    try:
        document = tomllib.loads(data.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise FormatError(f"not readable as TOML: {error}") from error
    top = _Table(document, "signatures")
    agents = [_agent(table) for table in top.tables("agent")]
    marks = [_mark(table) for table in top.tables("mark")]
    stamps, automation = top.table("stamps"), top.table("automation")
    lists = Lists(
        address_keys=_folded(top, "address_keys"),
        disclosure_keys=_folded(top, "disclosure_keys"),
        stamps=_folded(stamps, "emails"),
        machine_logins=_folded(automation, "logins"),
        machine_names=_folded(automation, "names"),
        machine_emails=_folded(automation, "emails"),
        blocks=dict(_block(table) for table in top.tables("review_block")),
    )
    for table in (stamps, automation, top):
        table.done()
    _once("agent", [agent.id for agent in agents])
    _once("row", [mark.id for mark in marks])
    ids = {agent.id for agent in agents}
    for mark in marks:
        if mark.agent not in ids:
            raise FormatError(f"row `{mark.id}`: there is no agent `{mark.agent}`")
    try:
        return indexed(agents, marks, lists)
    except RowError as error:
        raise FormatError(f"row `{error.row}`, {error.field}: {error}") from error


def _once(what: str, ids: list[str]) -> None:
    if len(set(ids)) < len(ids):
        raise FormatError(f"{what} id `{next(one for one in ids if ids.count(one) > 1)}` stands twice")


def _agent(table: _Table) -> Known:
    agent = Known(table.text("id"), table.text("name"), tuple(_requester(table, text) for text in table.texts("requesters")))
    table.done()
    return agent


def _requester(table: _Table, text: str) -> Pattern:
    try:
        return parse(text)
    except ValueError as error:
        raise FormatError(f"{table.where}, requesters: {error}") from error


def _mark(table: _Table) -> Mark:
    """One row, read without detours: a file has hundreds and each run reads it."""
    content = table.content
    for needed in _ROW:
        value = content.get(needed)
        if not isinstance(value, str) or not value or "\n" in value:
            table.text(needed)
    if content["kind"] not in ROW_KINDS:
        raise FormatError(f"{table.where}: `kind` is `{content['kind']}`, none of {', '.join(ROW_KINDS)}")
    exports_trace = table.take("exports_trace", bool, default=False) is True
    key = table.text("key") if "key" in content else None
    if len(content) > len(_ROW) + (key is not None) + ("exports_trace" in content):
        table.asked.update((*_ROW, "key"))
        table.done()
    row: Any = content
    return Mark(row["id"], row["agent"], SignKind(row["kind"]), row["match"], key, exports_trace, row["source"], row["example"])


def _block(table: _Table) -> tuple[str, str]:
    block = table.text("start"), table.text("end")
    table.done()
    return block


def _folded(table: _Table, key: str) -> frozenset[str]:
    return frozenset(text.casefold() for text in table.texts(key))


@dataclass(frozen=True, slots=True)
class _Table:
    """A TOML table and the keys that were asked of it; ``done`` refuses the others."""

    content: Mapping[str, object]
    where: str
    asked: set[str] = field(default_factory=set)

    def take(self, key: str, kind: type, *, default: object = None) -> object:
        self.asked.add(key)
        value = self.content.get(key, default)
        if not isinstance(value, kind):
            raise FormatError(f"{self.where}: `{key}` must be {'given and ' if value is None else ''}{_WORDS[kind]}")
        return value

    def text(self, key: str) -> str:
        value = cast("str", self.take(key, str))
        if not value or "\n" in value:
            raise FormatError(f"{self.where}: `{key}` must be one line of text")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        values = cast("list[object]", self.take(key, list, default=[]))
        return tuple(_Table({key: value}, f"{self.where}, {key}[{index}]").text(key) for index, value in enumerate(values))

    def table(self, key: str) -> _Table:
        return _Table(cast("dict[str, object]", self.take(key, dict, default={})), key)

    def tables(self, key: str) -> tuple[_Table, ...]:
        found = []
        for index, content in enumerate(cast("list[object]", self.take(key, list, default=[])), 1):
            if not isinstance(content, dict):
                raise FormatError(f"{key} {index} must be a table")
            found.append(_Table(content, f"{key} {index} (`{content['id']}`)" if isinstance(content.get("id"), str) else f"{key} {index}"))
        return tuple(found)

    def done(self) -> None:
        unknown = sorted(set(self.content) - self.asked)
        if unknown:
            raise FormatError(f"{self.where}: unknown key `{unknown[0]}` (known: {', '.join(sorted(self.asked))})")
