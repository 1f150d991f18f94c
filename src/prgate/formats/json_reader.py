"""JSON from strangers: bounded in size, depth and numbers before any of it can hurt."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from functools import cache
from itertools import accumulate
from math import isinf
from typing import NoReturn

from prgate.errors import FormatError

MAX_DIGITS = 300
"""Digits of an integer: below it every integer still fits a float."""

_BOM = b"\xef\xbb\xbf"
_NOT_MARKS = bytes(byte for byte in range(256) if byte not in b'"[]{}')
_STEPS = bytes(1 if byte in b"[{" else 255 for byte in range(256))
_DIGITS_AS_0 = bytes(48 if byte in b"0123456789" else 32 for byte in range(256))
_CHUNK = 1 << 20

_SURROGATE = re.compile(
    r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(?P<lone>u[dD][89a-fA-F][0-9a-fA-F]{2})|.)", re.DOTALL
)
_TOKEN = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?|[\[\]{}:,]|[^\s"\[\]{}:,]++', re.DOTALL)
_INTEGER = re.compile(r"-?[0-9]+")
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")
_CONSTANTS = frozenset({"NaN", "Infinity", "-Infinity"})


class _RefusedError(ValueError):
    """The parser met a value that is not taken; its place is looked for afterwards."""


def read_json(data: bytes, *, max_bytes: int, max_depth: int = 64, unique_keys: bool = False) -> object:
    """The value of one UTF-8 JSON text (RFC 8259, a byte order mark tolerated) of at most ``max_bytes`` and ``max_depth`` levels.

    Raises ``FormatError``, and nothing else, with line and column: not UTF-8, not JSON, NaN and infinities (also by overflow, ``1e999``),
    integers of more than 300 digits and, with ``unique_keys``, a key that stands twice in an object; ``over_limit`` for size and depth.
    A lone surrogate escape reads as U+FFFD, so that every string that comes out can be encoded again.
    """
    if len(data) > max_bytes:
        raise FormatError(f"{len(data):,} bytes, more than the {max_bytes:,} that are read", over_limit=True)
    body = data.removeprefix(_BOM)
    text = _decoded(body)
    if _deeper_than(body, max_depth):
        raise _first_fault(text, max_depth, unique_keys=unique_keys) or _too_deep(max_depth)
    if "\\ud" in text or "\\uD" in text:
        text = _SURROGATE.sub(lambda match: "\\ufffd" if match["lone"] else match[0], text)
    long_integers = b"0" * (MAX_DIGITS + 1) in body.translate(_DIGITS_AS_0)
    try:
        value: object = _decoder(unique_keys=unique_keys, long_integers=long_integers).decode(text)
    except json.JSONDecodeError as error:
        raise FormatError(f"not JSON: {error.msg}", error.lineno, error.colno) from None
    except RecursionError:
        raise _too_deep(max_depth) from None
    except _RefusedError as error:
        raise _first_fault(text, max_depth, unique_keys=unique_keys) or FormatError(str(error)) from None
    return value


def _decoded(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        column = error.start - body.rfind(b"\n", 0, error.start)
        raise FormatError(f"not UTF-8: byte 0x{body[error.start]:02x}", body.count(b"\n", 0, error.start) + 1, column) from None


def _too_deep(max_depth: int) -> FormatError:
    return FormatError(f"nested deeper than {max_depth} levels", over_limit=True)


def _deeper_than(body: bytes, max_depth: int) -> bool:
    """Whether brackets outside strings nest deeper; exact up to the first syntax error, where the parser stops.

    One pass of C loops, in slices so that hostile bytes cannot make millions of small objects at once.
    """
    if body.count(b"[") + body.count(b"{") <= max_depth:
        return False
    marks = body.replace(b"\\\\", b"").replace(b'\\"', b"").translate(None, _NOT_MARKS).replace(b'""', b"")
    depth = quoted = 0
    for start in range(0, len(marks), _CHUNK):
        pieces = marks[start : start + _CHUNK].split(b'"')
        steps = memoryview(b"".join(pieces[quoted::2]).translate(_STEPS)).cast("b")
        if max(accumulate(steps, initial=depth)) > max_depth:
            return True
        depth += sum(steps)
        quoted = (quoted + len(pieces) - 1) % 2
    return False


@cache
def _decoder(*, unique_keys: bool, long_integers: bool) -> json.JSONDecoder:
    return json.JSONDecoder(
        parse_float=_float,
        parse_int=_integer if long_integers else None,
        parse_constant=_constant,
        object_pairs_hook=_object if unique_keys else None,
    )


def _float(literal: str) -> float:
    number = float(literal)
    if isinf(number):
        raise _RefusedError(f"the number {literal[:40]} is too large")
    return number


def _integer(literal: str) -> int:
    digits = len(literal.removeprefix("-"))
    if digits > MAX_DIGITS:
        raise _RefusedError(f"an integer of {digits:,} digits, more than {MAX_DIGITS}")
    return int(literal)


def _constant(literal: str) -> NoReturn:
    raise _RefusedError(f"{literal} is not JSON")


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) < len(pairs):
        raise _RefusedError("a key stands twice in one object")
    return members


def _first_fault(text: str, max_depth: int, *, unique_keys: bool) -> FormatError | None:
    """The first refused thing in a text that is known to have one, with its place; slow, and run only to tell it."""
    keys: list[set[str]] = [set()]
    last, last_start = "", 0
    for match in _TOKEN.finditer(text):
        word, start = match[0], match.start()
        if word in "[{":
            keys.append(set())
            if len(keys) > max_depth + 1:
                return _at(_too_deep(max_depth), text, start)
        elif word in "]}":
            keys = keys[:-1] or [set()]
        elif word == ":" and unique_keys:
            name = _name(last)
            if name in keys[-1]:
                return _at(FormatError(f"the key {last[:80]} stands twice in one object"), text, last_start)
            keys[-1].add(name)
        elif why := _why_refused(word):
            return _at(FormatError(why), text, start)
        last, last_start = word, start
    return None


def _at(error: FormatError, text: str, start: int) -> FormatError:
    line_start = text.rfind("\n", 0, start) + 1
    return replace(error, line=text.count("\n", 0, start) + 1, column=start - line_start + 1)


def _name(literal: str) -> str:
    try:
        return str(json.loads(literal))
    except ValueError:
        return literal


def _why_refused(word: str) -> str:
    try:
        if word in _CONSTANTS:
            _constant(word)
        elif _INTEGER.fullmatch(word):
            _integer(word)
        elif _NUMBER.fullmatch(word):
            _float(word)
    except _RefusedError as error:
        return str(error)
    return ""
