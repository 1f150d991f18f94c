r"""The hunks of a patch that git is writing, read forward in blocks of bytes.

Every line of a hunk starts with its marker and no header does: a hunk ends before the first line without one, and the markers up to there
must add up to the counts that its header declares.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from prgate.errors import FormatError
from prgate.model.diff import Hunk

HUNK_HEADER: Final = re.compile(rb"@@ -([0-9]{1,10})(?:,([0-9]{1,10}))? \+([0-9]{1,10})(?:,([0-9]{1,10}))? @@[^\n]*\n")
_BLOCK: Final = 128 * 1024
_HEADER_BYTES: Final = 64 * 1024
_NO_MARKER: Final = re.compile(rb"\n[^ +\-\\]")
_NO_LINE_END: Final = b"\n\\ No newline at end of file\n"
_MARKERS: Final = (b" ", b"+", b"-")
_CUT_OFF: Final = "the patch is cut off"
_TOO_LONG: Final = "a path or header is longer than {} bytes"


class Patch:
    """A cursor over the patch. It holds one block of it, and a line only up to the limit.

    Raises ``FormatError``: ``over_limit`` once more than ``total`` bytes have come.
    """

    __slots__ = ("_buffer", "_chunks", "_left", "_position", "_total")

    def __init__(self, chunks: Iterable[bytes], *, total: int) -> None:
        self._chunks = iter(chunks)
        self._left = self._total = total
        self._buffer = b""
        self._position = 0

    def field(self, *, limit: int) -> bytes:
        """The bytes up to the next NUL, which is passed over."""
        while (end := self._buffer.find(b"\0", self._position)) < 0:
            self._more_or_fail("git's list of changed files is cut off", within=limit)
        if end - self._position > limit:
            raise FormatError(_TOO_LONG.format(limit), over_limit=True)
        field = self._buffer[self._position : end]
        self._position = end + 1
        return field

    def at_end(self) -> bool:
        """Whether nothing is left, within the limit or behind it."""
        return self._position == len(self._buffer) and self._left >= 0 and not self._more()

    def take(self, expected: bytes) -> bool:
        """Pass over the expected bytes if they stand here."""
        while len(self._buffer) - self._position < len(expected) and self._more():
            pass
        if not self._buffer.startswith(expected, self._position):
            return False
        self._position += len(expected)
        return True

    def hunks(self, *, keep: bool, line_bytes: int) -> tuple[tuple[Hunk, ...] | None, int, int]:
        """All hunks that follow, with the number of added and removed lines; ``None`` if a line is longer than the limit."""
        kept: list[Hunk] = []
        fits = True
        added = removed = 0
        next_lines = (1, 1)
        while header := self._hunk_header():
            old_start, old_count, new_start, new_count = header
            next_lines = follow(next_lines, old_start, old_count, new_start, new_count)
            body, plus, minus, space = self._body(keep=keep and fits, line_bytes=line_bytes)
            if minus + space != old_count or plus + space != new_count:
                raise FormatError(f"a hunk declares -{old_count} +{new_count} lines and holds -{minus + space} +{plus + space}")
            added += plus
            removed += minus
            if body is None:
                fits = False
                kept.clear()
            elif keep and fits:
                kept.append(Hunk(old_start, old_count, new_start, new_count, body))
        return tuple(kept) if fits else None, added, removed

    def _hunk_header(self) -> tuple[int, int, int, int] | None:
        """The four numbers, if a hunk starts here; leaves the cursor at the line end behind them."""
        while (match := HUNK_HEADER.match(self._buffer, self._position)) is None:
            if self._buffer.startswith(b"@@", self._position):
                if self._buffer.find(b"\n", self._position) >= 0:
                    raise FormatError("a hunk header is malformed")
                self._more_or_fail(_CUT_OFF, within=_HEADER_BYTES)
            elif len(self._buffer) - self._position > 1 or not self._more():
                return None
        self._position = match.end() - 1
        old_start, old_count, new_start, new_count = match.groups(b"1")
        return int(old_start), int(old_count), int(new_start), int(new_count)

    def _body(self, *, keep: bool, line_bytes: int) -> tuple[bytes | None, int, int, int]:
        """The lines of a hunk and how many start with plus, minus and space; ``None`` for the lines if one is too long.

        The cursor goes from the line end before the hunk to the start of the line after it.
        """
        parts: list[bytes] = []
        fits = True
        plus = minus = space = 0
        while True:
            buffer, start = self._buffer, self._position
            match = _NO_MARKER.search(buffer, start)
            end = buffer.rfind(b"\n", start) if match is None else match.start()
            pluses, minuses, spaces = _count(buffer, start, end)
            plus += pluses
            minus += minuses
            space += spaces
            fits = fits and (end - start <= line_bytes or _lines_fit(buffer, start, end, limit=line_bytes))
            if keep and fits:
                parts.append(buffer[start + 1 : end + 1])
            if match is not None:
                self._position = end + 1
                break
            self._position = end
            if len(buffer) - end > line_bytes + 2:
                fits = False
                marker = self._skip_line()
                plus += marker == b"+"
                minus += marker == b"-"
                space += marker == b" "
            elif not self._more():
                if len(buffer) - end != 1:
                    raise FormatError(_CUT_OFF)
                self._position += 1
                break
        if not fits:
            return None, plus, minus, space
        return parts[0] if len(parts) == 1 else b"".join(parts), plus, minus, space

    def _skip_line(self) -> bytes:
        """Pass over the line behind this line end without holding it, and return its marker."""
        marker = self._buffer[self._position + 1 : self._position + 2]
        if marker not in _MARKERS:
            raise FormatError("a line of a hunk has no marker")
        self._position += 1
        while (end := self._buffer.find(b"\n", self._position)) < 0:
            self._position = len(self._buffer)
            self._more_or_fail(_CUT_OFF, within=0)
        self._position = end
        return marker

    def _more_or_fail(self, message: str, *, within: int) -> None:
        if len(self._buffer) - self._position > within:
            raise FormatError(_TOO_LONG.format(within), over_limit=True)
        if not self._more():
            raise FormatError(message)

    def _more(self) -> bool:
        """Drop what has been read and add about a block; false at the end."""
        if self._left < 0:
            raise FormatError(f"the patch is larger than {self._total} bytes", over_limit=True)
        parts = [self._buffer[self._position :]]
        size = 0
        for chunk in self._chunks:
            parts.append(chunk)
            size += len(chunk)
            if size >= _BLOCK:
                break
        if not size:
            return False
        self._left -= size
        self._buffer = b"".join(parts)
        if self._left < 0:
            self._buffer = self._buffer[: self._left]
        self._position = 0
        return True


def follow(next_lines: tuple[int, int], old_start: int, old_count: int, new_start: int, new_count: int) -> tuple[int, int]:
    """The next lines at base and head that no hunk up to this one reaches; ``FormatError`` if its line numbers cannot be right.

    A side without lines names the line before it. Between two hunks both sides have the same number of lines.
    """
    first_old = old_start if old_count else old_start + 1
    first_new = new_start if new_count else new_start + 1
    if first_old < next_lines[0] or first_new - first_old != next_lines[1] - next_lines[0]:
        raise FormatError("hunks overlap, or their line numbers do not follow from each other")
    return first_old + old_count, first_new + new_count


def _count(buffer: bytes, start: int, end: int) -> tuple[int, int, int]:
    """How many of the lines between these two line ends start with plus, minus and space; the rest must be git's remark on line ends."""
    plus = buffer.count(b"\n+", start, end)
    minus = buffer.count(b"\n-", start, end)
    space = buffer.count(b"\n", start, end) - plus - minus
    if buffer.find(b"\n\\", start, end) < 0:
        return plus, minus, space
    remarks = buffer.count(_NO_LINE_END, start, end + 1)
    if remarks != buffer.count(b"\n\\", start, end):
        raise FormatError("a line of a hunk has no marker")
    return plus, minus, space - remarks


def _lines_fit(buffer: bytes, start: int, end: int, *, limit: int) -> bool:
    """Whether no line between these two line ends is longer than the limit, its marker not counted; leaps from line end to line end."""
    while start < end:
        start = buffer.rfind(b"\n", start + 1, min(start + limit + 3, end + 1))
        if start < 0:
            return False
    return True
