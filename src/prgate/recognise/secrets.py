"""Credentials that stand in a text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Final

import re2

from prgate.recognise.placeholders import looks_drawn, looks_like_key, looks_like_password
from prgate.recognise.shapes import KEY_BEGINS, KEY_BODY, KEY_OPENS, PLACES, PRIVATE_KEY, SHAPES, Place, Shape

LONGEST_SECRET: Final = 4096
"""Bytes by which a credential shows itself; one of which less is there may be missed."""

UNCERTAIN: Final = frozenset(entry.kind for entry in (*SHAPES, *PLACES) if not entry.certain)
"""Kinds that are often harmless: a reason to ask, not a fault."""

_EDGE = r"(?:^|[^0-9A-Za-z_+/-]|//|\\[bfnrt]|\\u[0-9A-Fa-f]{4})"
r"""What stands before a credential: no part of a word, nor of Base64. In JSON ``\n`` ends a line, so that its ``n`` is no letter."""
_BEHIND_EDGE = re.compile(rb"\\u[0-9A-Fa-f]{4}|\\[bfnrt]|//|[^0-9A-Za-z_]|")
_LETTERS: Final = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")
_NEAR: Final = 300
"""Bytes before a password on a command line in which its program is looked for."""
_HOST: Final = 80
_KEY: Final = (b"-----BEGIN ", b"Private-Lines: ")


@dataclass(frozen=True, slots=True)
class Secret:
    """Bytes ``start`` to ``end`` of a text; ``kind`` names what the credential is for."""

    kind: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Candidate:
    """What has the shape or the place of a credential; ``entry`` is the table's, null for a private key."""

    entry: Shape | Place | None
    start: int
    end: int

    @property
    def kind(self) -> str:
        """What it is for."""
        return PRIVATE_KEY if self.entry is None else self.entry.kind


def find_secrets(text: bytes, look: Callable[[], None] = lambda: None) -> Iterator[Secret]:
    r"""Every credential in the text, in order; no placeholders and documented examples. Time is linear in the text.

    The text may be JSON or a program: a credential may follow ``\n`` and end at ``\"``. ``look`` is called at every place that is looked
    at, which costs a hundred times more than the bytes between.
    """
    for found in candidates(text, look):
        if _is_real(text, found):
            yield Secret(found.kind, found.start, found.end)


def candidates(text: bytes, look: Callable[[], None] = lambda: None) -> Iterator[Candidate]:
    """All that has the shape or the place of a credential, placeholders too, in order and disjoint."""
    for match in _everything().finditer(text):
        look()
        start, end = match.span()
        if text.startswith(_KEY, start):
            body = _key_body(text, end)
            if body is not None:
                yield Candidate(None, end, body)
        elif (shaped := _shaped(text, start, end)) is not None:
            yield shaped
        else:
            yield from _placed(text, start, end)


def _is_real(text: bytes, found: Candidate) -> bool:
    value = text[found.start : found.end]
    match found.entry:
        case Shape(starts=starts):
            return looks_drawn(value[max(len(start) for start in starts if value.startswith(start.encode())) :])
        case Place(pair=True):
            name, _, password = value.partition(b":")
            host = text[found.end + 1 : found.end + _HOST] if text[found.end : found.end + 1] == b"@" else b""
            return looks_like_password(name, password, host)
        case Place():
            return looks_drawn(value)
        case _:
            return looks_like_key(value)


def _shaped(text: bytes, start: int, end: int) -> Candidate | None:
    """The shape between start and end, behind its edge."""
    edge = _BEHIND_EDGE.match(text, start)
    assert edge is not None, "the pattern matches the empty string"
    start = edge.end()
    if text[start] not in _LETTERS or (end < len(text) and text[end] in _LETTERS and text[end - 1] in _LETTERS):
        return None
    for shape, pattern in _by_opening().get(text[start : start + 2], _by_opening()[b""]):
        if compiled(pattern).fullmatch(text, start, end):
            return Candidate(shape, start, end)
    return None


@cache
def _by_opening() -> Mapping[bytes, tuple[tuple[Shape, str], ...]]:
    """The shapes and their patterns by the two bytes that they begin with; under no bytes those that may begin with any, which come last."""
    openings = sorted({start[:2] for shape in SHAPES for start in shape.starts})
    return {
        opening.encode(): tuple(
            (shape, _whole(shape))
            for shape in sorted(SHAPES, key=lambda shape: "" in shape.starts)
            if any(start[:2] in {opening, ""} for start in shape.starts)
        )
        for opening in openings
    }


def _placed(text: bytes, start: int, end: int) -> Iterator[Candidate]:
    """What stands at one of the places; where it has a shape as well, that says more."""
    for place in PLACES:
        before = compiled(place.before).match(text, start, end)
        if before is not None:
            first, last = before.end(), end - len(place.after)
            line = text[max(start - _NEAR, 0) : start].rpartition(b"\n")[2] if place.near else b""
            if not place.near or any(word in line for word in place.near):
                shaped = [replace(inner, start=first + inner.start, end=first + inner.end) for inner in candidates(text[first:last])]
                yield from shaped or [Candidate(place, first, last)]
            return


def _key_body(text: bytes, start: int) -> int | None:
    """Where the private key ends whose first line ends at ``start``; null where no key follows."""
    if compiled(KEY_BEGINS).match(text, start, start + LONGEST_SECRET) is None:
        return None
    return int(compiled(KEY_BODY).match(text, start).end())


def _whole(shape: Shape) -> str:
    return f"(?:{'|'.join(map(re2.escape, shape.starts))}){shape.rest}"


@cache
def _everything() -> Any:  # noqa: ANN401 (google-re2 has no types)
    """One pattern of all: it is what makes looking through hundreds of megabytes cheap."""
    return compiled(
        "|".join(
            (f"{_EDGE}(?:{'|'.join(map(_whole, SHAPES))})", *(place.before + place.value + place.after for place in PLACES), KEY_OPENS)
        ),
        groups=False,
    )


@cache
def compiled(pattern: str, *, groups: bool = True) -> Any:  # noqa: ANN401 (google-re2 has no types)
    """An RE2 pattern for bytes as they are, UTF-8 or not."""
    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1
    options.never_capture = not groups
    return re2.compile(pattern.encode(), options)
