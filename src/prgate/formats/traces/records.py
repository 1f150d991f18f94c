"""The bytes of a session file as JSON objects, one at a time and within limits."""

from __future__ import annotations

import re
from collections.abc import Iterator
from json.decoder import JSONDecoder
from typing import Any, NoReturn

from prgate.errors import FormatError

Object = dict[str, Any]

MAX_BYTES = 256 * 1024 * 1024
MAX_RECORD = 16 * 1024 * 1024
"""Bytes of one line: a parsed value takes up to twenty times its text."""
MAX_ARRAY = 32 * 1024 * 1024
"""Bytes of a file that is one JSON array, which has no line ends to stop at."""
MAX_RECORDS = 1_000_000
"""Lines and objects, blank and unreadable ones included."""

_BOM = b"\xef\xbb\xbf"
_SPACE = re.compile(r"[ \t\r\n]*")
_ARRAY = re.compile(rb"[ \t\r\n]*\[[ \t\r\n]*[{\]]")


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)


_DECODER = JSONDecoder(strict=False, parse_constant=_refuse)


def read_records(data: bytes) -> Iterator[tuple[int, Object | None]]:
    r"""Every record as (number from 1, object), ``None`` for one that cannot be read.

    A file is one object a line, or one JSON array of objects. Lines end at ``\n``; objects glued together on a line are told apart; a
    cut-off line is one unreadable record. Bytes that are not UTF-8 come back as lone surrogates, so that paths keep them.
    Raises ``FormatError`` (over limit) for a file, line or count beyond the limits above.
    """
    if len(data) > MAX_BYTES:
        raise _over(f"{len(data)} bytes, {MAX_BYTES} are allowed")
    start = len(_BOM) if data.startswith(_BOM) else 0
    found = _elements(data, start) if _ARRAY.match(data, start) else _from_lines(data, start)
    for number, value in enumerate(found, 1):
        if number > MAX_RECORDS:
            raise _over(f"more than {MAX_RECORDS} records")
        yield number, value


def head(data: bytes, count: int = 500) -> tuple[Object, ...]:
    """The readable ones of the first ``count`` records; empty if there is none. Never raises."""
    objects: list[Object] = []
    try:
        for number, value in read_records(data[:MAX_BYTES]):
            if value is not None:
                objects.append(value)
            if number >= count:
                break
    except FormatError:
        pass
    return tuple(objects)


def _over(what: str) -> FormatError:
    return FormatError(f"the trace is over the limit: {what}", over_limit=True)


def _from_lines(data: bytes, start: int) -> Iterator[Object | None]:
    for count, line in enumerate(_lines(data, start)):
        if count >= MAX_RECORDS:
            raise _over(f"more than {MAX_RECORDS} lines")
        yield from _values(line.decode("utf-8", "surrogateescape"))


def _lines(data: bytes, start: int) -> Iterator[bytes]:
    size = len(data)
    while start < size:
        stop = data.find(b"\n", start)
        stop = size if stop < 0 else stop
        if stop - start > MAX_RECORD:
            raise _over(f"a line of {stop - start} bytes, {MAX_RECORD} are allowed")
        yield data[start:stop]
        start = stop + 1


def _values(text: str) -> Iterator[Object | None]:
    at = _skip(text, 0)
    while at < len(text):
        value, at = _value(text, at)
        yield value
        at = _skip(text, at)


def _elements(data: bytes, start: int) -> Iterator[Object | None]:
    if len(data) > MAX_ARRAY:
        raise _over(f"an array of {len(data)} bytes, {MAX_ARRAY} are allowed")
    text = data[start:].decode("utf-8", "surrogateescape")
    at = _skip(text, text.index("[") + 1)
    while at < len(text) and text[at] != "]":
        value, at = _value(text, at)
        yield value
        at = _skip(text, at)
        if at < len(text) and text[at] == ",":
            at = _skip(text, at + 1)


def _value(text: str, at: int) -> tuple[Object | None, int]:
    """The value at ``at`` and the place behind it, which is the end of the text where nothing can be read."""
    try:
        value, behind = _DECODER.raw_decode(text, at)
    except (ValueError, RecursionError):
        return None, len(text)
    return (value if isinstance(value, dict) else None), behind


def _skip(text: str, at: int) -> int:
    blank = _SPACE.match(text, at)
    assert blank is not None, "the pattern matches the empty string"
    return blank.end()


def members(text: str) -> Object:
    """The members of a JSON object in a string; none if it holds anything else."""
    try:
        value = _DECODER.decode(text)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}
