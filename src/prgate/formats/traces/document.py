"""A trace that is one JSON value, read part by part, so that the whole of it is never held."""

from __future__ import annotations

import re
from codecs import getincrementaldecoder
from collections.abc import Iterable, Iterator
from itertools import chain
from json.decoder import JSONDecodeError, JSONDecoder
from typing import Any, Final

from prgate.formats.traces.records import BOM, DECODER, MAX_RECORD, MAX_RECORDS, Object, over, read_records, skip

UNREADABLE: Final = object()
"""Stands for a value that cannot be read. Where ``Document.broken`` is set, nothing behind it can be either, and all iteration ends."""

_ARRAY = re.compile(rb"[ \t\r\n]*\[[ \t\r\n]*[{\]]")
_LOOK: Final = 4096
"""Bytes in which an array must show its first element."""
_FAR: Final = 64 * 1024
"""A fault of syntax this far before the end of what was read is not for want of more."""
_EXPONENT: Final = 2
"""Characters (``.``, ``e+``) after which a number may go on that looks complete without them."""
_MARK = re.compile(r'[{}\[\]]|"[^"\\]*+(?:\\.[^"\\]*+)*+"|"', re.DOTALL)
_STRING_MARK = re.compile(r'["\\]')

_LENIENT: Final = JSONDecoder(strict=False, parse_constant=lambda _: None, parse_int=lambda _: 0)
"""Finds the end of a value that is refused for a number in it."""


class Document:
    """Walks through one JSON value: ``members`` of an object, ``elements`` of an array, ``value`` for what is wanted whole.

    What an iteration gives and the caller leaves alone is passed over, whatever its size. Bytes that are not UTF-8 come back as lone
    surrogates. Raises ``FormatError`` (over limit) for a part, wanted whole, of more than ``MAX_RECORD`` characters and for more than
    ``MAX_RECORDS`` parts.
    """

    __slots__ = ("_at", "_blocks", "_decoder", "_dropped", "_ended", "_parts", "_text", "broken")

    def __init__(self, blocks: Iterable[bytes]) -> None:
        self._blocks = iter(blocks)
        self._decoder = getincrementaldecoder("utf-8")("surrogateescape")
        self._text = ""
        self._at = self._dropped = self._parts = 0
        self._ended = self.broken = False
        self._more(len(BOM))
        self._text = self._text.removeprefix("\ufeff")

    def peek(self) -> str:
        """The first character of what comes next; empty at the end."""
        while True:
            character = self._text[self._at : self._at + 1]
            if character > " ":
                return character
            self._at = skip(self._text, self._at)
            if self._at < len(self._text) or not self._more(1):
                return self._text[self._at : self._at + 1]

    def value(self) -> Any:  # noqa: ANN401 (any JSON value)
        """The next value whole, or ``UNREADABLE``."""
        self.peek()
        while True:
            try:
                value, end = self._decode()
            except RecursionError:
                return self._break()
            except JSONDecodeError as error:
                near = len(self._text) - error.pos <= _FAR or error.msg.startswith("Unterminated")
                if not near or not self._grow():
                    return self._break()
                continue
            size = end - self._at
            if len(self._text) - end <= _EXPONENT and isinstance(value, int | float) and self._grow():
                continue  # a number may go on
            self._at += size
            return value

    def members(self) -> Iterator[str]:
        """The keys of the object that comes next, each with its value coming next."""
        if self._opens("{"):
            while self._goes_on("}"):
                key = self.value()
                if not isinstance(key, str) or self.peek() != ":":
                    self._break()
                    return
                self._at += 1
                self.peek()
                place = self._place
                yield key
                self._pass_over(place)

    def elements(self) -> Iterator[None]:
        """Once for each element of the array that comes next, with it coming next."""
        if self._opens("["):
            while self._goes_on("]"):
                place = self._place
                yield
                self._pass_over(place)

    def _decode(self) -> tuple[Any, int]:
        try:
            return DECODER.raw_decode(self._text, self._at)
        except JSONDecodeError:
            raise
        except ValueError:  # no fault of syntax, but a number that is none or too long
            return UNREADABLE, _LENIENT.raw_decode(self._text, self._at)[1]

    def _opens(self, bracket: str) -> bool:
        if self.peek() != bracket:
            self._break()
            return False
        self._at += 1
        return True

    def _goes_on(self, bracket: str) -> bool:
        """Whether another part comes before the closing bracket, which is passed."""
        while not self.broken:
            character = self.peek()
            if character == bracket:
                self._at += 1
                return False
            if character != ",":
                self._parts += 1
                if self._parts > MAX_RECORDS:
                    raise over(f"more than {MAX_RECORDS:,} parts")
                if not character:
                    self._break()
                return not self.broken
            self._at += 1
        return False

    @property
    def _place(self) -> int:
        return self._dropped + self._at

    def _pass_over(self, place: int) -> None:
        """Leave behind what comes at ``place`` if the caller has not, by its brackets and quotes alone."""
        if self.broken or self._place != place:
            return
        if self.peek() not in {"{", "[", '"'}:
            self.value()
            return
        depth = 0
        while True:
            mark = _MARK.search(self._text, self._at)
            self._at = len(self._text) if mark is None else mark.end()
            if mark is None:
                if not self._more(1):
                    self._break()
                    return
                continue
            if mark[0] == '"' and not self._string_ends():
                return
            depth += {"{": 1, "[": 1, "}": -1, "]": -1}.get(mark[0], 0)
            if depth <= 0:
                return

    def _string_ends(self) -> bool:
        """Go behind the end of the string that has begun, which may lie far beyond what was read."""
        while True:
            mark = _STRING_MARK.search(self._text, self._at)
            self._at = len(self._text) if mark is None else mark.end()
            if mark is not None and mark[0] == '"':
                return True
            if self._at == len(self._text) and not self._more(1):
                self._break()
                return False
            self._at += mark is not None

    def _break(self) -> object:
        self.broken = True
        return UNREADABLE

    def _grow(self) -> bool:
        """Read as much again as is left, so that a long part is decoded anew only a few times."""
        left = len(self._text) - self._at
        if left > MAX_RECORD:
            raise over(f"a part of {left:,} characters or more, {MAX_RECORD:,} are allowed")
        return self._more(max(left, 1))

    def _more(self, wanted: int) -> bool:
        """Whether at least one character could be added; adds ``wanted`` or more where there are so many."""
        pieces, size = [self._text[self._at :]], 0
        self._dropped, self._at = self._place, 0
        while size < wanted and not self._ended:
            block = next(self._blocks, b"")
            self._ended = not block
            piece = self._decoder.decode(block, final=self._ended)
            pieces.append(piece)
            size += len(piece)
        self._text = "".join(pieces)
        return size > 0


def read_list(blocks: Iterable[bytes]) -> Iterator[tuple[int, Object | None]]:
    """Every object of a file that is one array, or has one a line, as (number from 1, object), ``None`` for one that cannot be read.

    What stands behind the array is one unreadable record.
    """
    lines = iter(blocks)
    first = b""
    while len(first) < _LOOK and (block := next(lines, b"")):
        first += block
    every = chain((first,), lines)
    if not _ARRAY.match(first.removeprefix(BOM)):
        yield from read_records(every)
        return
    document = Document(every)
    number = 0
    for number, _ in enumerate(document.elements(), 1):
        value = document.value()
        yield number, value if isinstance(value, dict) else None
        if document.broken:
            return
    if document.broken or document.peek():
        yield number + 1, None
