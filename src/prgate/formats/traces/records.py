"""The bytes of a session file as JSON objects, one at a time and within limits."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from json.decoder import JSONDecoder
from typing import Any, Final, NoReturn

from prgate.errors import FormatError

Object = dict[str, Any]

MAX_RECORD: Final = 16 * 1024 * 1024
"""Bytes of one line or value: a parsed value takes up to twenty times its text."""
MAX_RECORDS: Final = 1_000_000
"""Lines and objects, blank and unreadable ones included."""

BOM: Final = b"\xef\xbb\xbf"
_SPACE = re.compile(r"[ \t\r\n]*")


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)


DECODER: Final = JSONDecoder(strict=False, parse_constant=_refuse)


def read_records(blocks: Iterable[bytes]) -> Iterator[tuple[int, Object | None]]:
    r"""Every object of a file that has one a line, as (number from 1, object), ``None`` for one that cannot be read.

    Lines end at ``\n``; objects glued together on a line are told apart; a cut-off line is one unreadable record. Bytes that are not UTF-8
    come back as lone surrogates, so that paths keep them. Raises ``FormatError`` (over limit) for a line or count beyond the limits above.
    """
    number = 0
    for count, line in enumerate(read_lines(blocks)):
        if count >= MAX_RECORDS:
            raise over(f"more than {MAX_RECORDS:,} lines")
        for value in _values(line.decode("utf-8", "surrogateescape")):
            number += 1
            if number > MAX_RECORDS:
                raise over(f"more than {MAX_RECORDS:,} records")
            yield number, value


def read_lines(blocks: Iterable[bytes]) -> Iterator[bytes]:
    r"""The lines of a file without their ``\n`` and without a byte order mark; raises ``FormatError`` (over limit) for one that is too long."""
    pieces: list[bytes] = []
    size, mark = 0, BOM
    for block in blocks:
        end = block.rfind(b"\n")
        if end < 0:
            pieces.append(block)
            size += len(block)
        else:
            whole = b"".join((*pieces, block[:end])).removeprefix(mark)
            yield from whole.split(b"\n") if len(whole) <= MAX_RECORD else _checked(whole.split(b"\n"))
            pieces, mark = [block[end + 1 :]], b""
            size = len(pieces[0])
        _check(size)
    last = b"".join(pieces).removeprefix(mark)
    if last:
        yield last


def over(what: str) -> FormatError:
    """The error for a trace beyond a limit."""
    return FormatError(f"the trace is over the limit: {what}", over_limit=True)


def skip(text: str, at: int) -> int:
    """The first place from ``at`` on without white space."""
    blank = _SPACE.match(text, at)
    assert blank is not None, "the pattern matches the empty string"
    return blank.end()


def members(text: str) -> Object:
    """The members of a JSON object in a string; none if it holds anything else."""
    try:
        value = DECODER.decode(text)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _check(size: int) -> None:
    if size > MAX_RECORD:
        raise over(f"a line of {size:,} bytes or more, {MAX_RECORD:,} are allowed")


def _checked(lines: Iterable[bytes]) -> Iterator[bytes]:
    for line in lines:
        _check(len(line))
        yield line


def _values(text: str) -> Iterator[Object | None]:
    at = skip(text, 0)
    while at < len(text):
        try:
            value, at = DECODER.raw_decode(text, at)
        except (ValueError, RecursionError):
            value, at = None, len(text)
        yield value if isinstance(value, dict) else None
        at = skip(text, at)
