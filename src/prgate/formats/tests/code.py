"""What the counters of tests share: brackets, arguments and constants in code whose comments and string contents are gone."""

from __future__ import annotations

import re
from array import array
from hashlib import blake2b
from typing import Final, TypeAlias

from prgate.errors import FormatError

MOST_BYTES: Final = 1024 * 1024
"""One file; a longer one is not counted."""
DEEPEST: Final = 100
"""Brackets inside brackets; a file with more is not counted."""

_BRACKET = re.compile(rb"[()\[\]{}]")
_PARTNER = {ord(")"): ord("("), ord("]"): ord("["), ord("}"): ord("{")}
_PIECE = re.compile(rb"[(\[{,]")
_NAME = re.compile(rb"(?<![\w$\x80-\xff])[A-Za-z_$\x80-\xff][\w$\x80-\xff]*")
_SPACE = re.compile(rb"\s+")
_SAME = re.compile(rb"===?|!==?|\bis\b")

Closes: TypeAlias = "array[int]"


class Literals:
    """Gives each distinct string content of a file its number, so that code can be compared without carrying what strings say."""

    def __init__(self) -> None:
        self._numbers: dict[bytes, int] = {}

    def __call__(self, content: bytes) -> bytes:
        """The stand-in for a string: its number between quotes, which no name or bracket can be read out of."""
        return b'"%d"' % self._numbers.setdefault(content, len(self._numbers))


def brackets(code: bytes) -> Closes:
    """For each position of an opening bracket, the position of the one that closes it, or the length of the code.

    A closing bracket without partner is passed over. ``FormatError`` beyond ``DEEPEST``.
    """
    closes = array("I", bytes(4 * len(code)))
    opened: list[int] = []
    for match in _BRACKET.finditer(code):
        at = match.start()
        partner = _PARTNER.get(code[at])
        if partner is None:
            opened.append(at)
            if len(opened) > DEEPEST:
                raise FormatError(f"brackets nest deeper than {DEEPEST}", over_limit=True)
        elif any(code[start] == partner for start in opened):
            while True:
                start = opened.pop()
                closes[start] = at
                if code[start] == partner:
                    break
    for start in opened:
        closes[start] = len(code)
    return closes


def without_dead(code: bytes, closes: Closes, dead: re.Pattern[bytes]) -> bytes:
    """The code with spaces in place of blocks that never run; ``dead`` ends where such a block's bracket opens."""
    living = bytearray(code)
    for match in dead.finditer(code):
        start, end = match.end() + 1, closes[match.end()]
        living[start:end] = b" " * (end - start)
    return bytes(living)


def pieces(code: bytes, closes: Closes, start: int, end: int) -> list[tuple[int, int]]:
    """The spans between commas from ``start`` to ``end``, outside inner brackets; blank ones left out."""
    spans: list[tuple[int, int]] = []
    at = first = start
    while (match := _PIECE.search(code, at, end)) is not None:
        here = match.start()
        if code[here] == ord(","):
            spans.append((first, here))
            first = at = here + 1
        else:
            at = closes[here] + 1
    spans.append((first, end))
    return [(left, right) for left, right in spans if not code[left:right].isspace() and left < right]


def arguments(code: bytes, closes: Closes, opening: int) -> list[tuple[int, int]]:
    """The spans of the arguments, or elements, of the bracket that opens there."""
    return pieces(code, closes, opening + 1, closes[opening])


def squeezed(text: bytes) -> bytes:
    """The code without white space: equal for two pieces of code that only differ in layout."""
    return _SPACE.sub(b"", text)


def digest(*texts: bytes) -> bytes:
    """Eight bytes that tell pieces of code apart, whatever their layout."""
    return blake2b(squeezed(b"\0".join(texts)), digest_size=8).digest()


def is_constant(text: bytes, known: frozenset[bytes]) -> bool:
    """Whether an expression uses no name beyond ``known``, so that nothing under test can change its value."""
    return all(match.group() in known for match in _NAME.finditer(text))


def same_sides(text: bytes) -> bool:
    """Whether an expression compares something with itself."""
    sides = _SAME.split(text, maxsplit=2)
    return len(sides) == 2 and squeezed(sides[0]) == squeezed(sides[1])


def names(code: bytes, wanted: frozenset[bytes]) -> dict[bytes, int]:
    """How often each of the wanted names stands in the code."""
    found = dict.fromkeys(wanted, 0)
    for match in _NAME.finditer(code) if wanted else ():
        if match.group() in found:
            found[match.group()] += 1
    return found
