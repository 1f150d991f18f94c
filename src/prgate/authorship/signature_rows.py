"""What a row of the signatures must be, and the index that look-ups read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import assert_never

from prgate.authorship.patterns import Pattern, parse
from prgate.authorship.signatures import Known, Lists, Mark, Matcher, Signatures
from prgate.model.authorship import SignKind

PEOPLES_KEYS = frozenset(
    {"co-authored-by", "co-developed-by", "assisted-by", "generated-by", "signed-off-by", "reviewed-by", "acked-by", "tested-by"}
)
ROW_KINDS = tuple(kind for kind in SignKind if kind is not SignKind.TRACE)


class RowError(Exception):
    """A row that cannot be: the field that is wrong, what is wrong with it, how to mend it, and the row's id."""

    def __init__(self, field: str, message: str, cure: str) -> None:
        super().__init__(message)
        self.field, self.cure, self.row = field, cure, ""


def indexed(agents: Iterable[Known], marks: Iterable[Mark], lists: Lists) -> Signatures:
    """The index of rows; raises ``RowError`` for one that cannot be, or that says what one before it says."""
    rows = _Rows()
    marks = tuple(marks)
    for mark in marks:
        try:
            rows.take(mark)
        except RowError as error:
            error.row = mark.id
            raise
    return Signatures(
        agents={agent.id: agent for agent in agents},
        marks=marks,
        logins=rows.texts[SignKind.OPENER],
        authors=rows.texts[SignKind.AUTHOR],
        committers=rows.texts[SignKind.AUTHOR] | rows.texts[SignKind.COMMITTER],
        trailer_addresses=rows.texts[SignKind.TRAILER],
        names=rows.matcher("author"),
        trailers={key.removeprefix("trailer "): rows.matcher(key) for key in rows.patterns if key.startswith("trailer ")},
        tools=rows.matcher("tool"),
        branches=rows.matcher("branch"),
        footers=rows.matcher("body"),
        footer_heads=tuple(dict.fromkeys(pattern.head for pattern, _ in rows.matcher("body"))),
        lists=lists,
    )


class _Rows:
    """Rows while they are taken in: whole texts by kind, patterns by where they are looked for."""

    def __init__(self) -> None:
        self.texts: dict[SignKind, dict[str, Mark]] = {kind: {} for kind in ROW_KINDS}
        self.patterns: dict[str, dict[Pattern, Mark]] = {}

    def take(self, mark: Mark) -> None:
        if mark.key is not None and mark.kind is not SignKind.TRAILER:
            raise RowError("key", f"`key` is a trailer's, and this is of the kind `{mark.kind}`", "Leave it out.")
        match mark.kind:
            case SignKind.OPENER:
                self._text(mark, _login(mark.match))
            case SignKind.AUTHOR | SignKind.COMMITTER:
                if "@" in mark.match:
                    self._text(mark, _address(mark.match))
                else:
                    self._pattern(mark, "author", _name(mark))
            case SignKind.TRAILER if mark.key is None and "@" in mark.match:
                self._text(mark, _address(mark.match))
            case SignKind.TRAILER:
                key = None if mark.key is None else mark.key.casefold()
                pattern = _pattern(mark.match, literal=key is None or key in PEOPLES_KEYS)
                self._pattern(mark, "tool" if key is None else f"trailer {key}", pattern)
            case SignKind.BODY:
                self._pattern(mark, "body", _pattern(mark.match, literal=True))
            case SignKind.BRANCH:
                self._pattern(mark, "branch", _branch(mark.match))
            case SignKind.TRACE:
                raise RowError("kind", "a trace is no row: its format names the agent", f"Take one of {', '.join(ROW_KINDS)}.")
            case _:
                assert_never(mark.kind)

    def matcher(self, key: str) -> Matcher:
        return tuple(self.patterns.get(key, {}).items())

    def _text(self, mark: Mark, text: str) -> None:
        _once(self.texts[mark.kind].setdefault(text, mark), mark)

    def _pattern(self, mark: Mark, key: str, pattern: Pattern) -> None:
        _once(self.patterns.setdefault(key, {}).setdefault(pattern, mark), mark)


def _once(first: Mark, mark: Mark) -> None:
    if first is not mark:
        raise RowError("match", f"`{mark.match}` is a mark of `{first.agent}` already, by the row `{first.id}`", "Leave one of them out.")


def _login(text: str) -> str:
    if not text.removesuffix("[bot]").replace("-", "").replace("_", "").isalnum():
        raise RowError(
            "match", f"`{text}` is no login", "Write the account's name as the forge shows it, such as `helper` or `helper[bot]`."
        )
    return text.casefold()


def _address(text: str) -> str:
    """A whole address, or ``Name <address>`` where the name is to be the same too; case-folded."""
    name, bracket, rest = text.partition(" <")
    email = rest.removesuffix(">") if bracket else text
    local, _, domain = email.partition("@")
    whole = local and domain and not any(sign in email for sign in " <>{}") and "@" not in domain
    if not whole or (bracket and not (name and rest.endswith(">"))):
        raise RowError(
            "match",
            f"`{text}` is no whole address; domains are never matched",
            "Write `helper@example.org` or `Helper <helper@example.org>`.",
        )
    return text.casefold()


def _name(mark: Mark) -> Pattern:
    """What a tool writes into an author's name; plain words there are a person's name."""
    if mark.kind is SignKind.COMMITTER:
        raise RowError(
            "match",
            f"`{mark.match}` is no address; a committer's name marks nothing",
            "Write the committer's whole address, or an author row.",
        )
    pattern = _pattern(mark.match, literal=False)
    if not pattern.tail or not any(sign in pattern.literal for sign in "()[]/"):
        raise RowError(
            "match",
            f"`{mark.match}` could be a person's name",
            "Write the author's whole address, or a pattern with a sign that no name has, such as `{name} (helper)`.",
        )
    return pattern


def _branch(text: str) -> Pattern:
    if text.endswith("/") and text.strip("/"):
        return _pattern(f"{text}{{rest}}", literal=True)
    pattern = _pattern(text, literal=True)
    if not pattern.tail:
        raise RowError(
            "match",
            f"`{text}` is how people name branches too",
            "Write a prefix that ends with a slash, or a pattern such as `helper-{digits}`.",
        )
    return pattern


def _pattern(text: str, *, literal: bool) -> Pattern:
    """A pattern; under a trailer key that people use too, or under none, it needs literal text to start with."""
    try:
        pattern = parse(text)
    except ValueError as error:
        raise RowError("match", str(error), "See docs/agents.md for what a pattern may hold.") from error
    if literal and not pattern.head:
        raise RowError("match", f"`{text}` names whatever a person writes there", "Start it with literal text.")
    return pattern
