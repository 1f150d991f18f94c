"""YAML as our own documents may use it: one document, core scalars of YAML 1.2, no aliases, anchors, tags or duplicate keys, every place known."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from prgate.errors import FormatError
from prgate.formats.shape import Keys, shown

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_ODD_CHARACTER = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]|\r(?!\n)")
"""What YAML forbids, and the line breaks that YAML 1.1 parsers act upon and editors do not show."""

_INT = re.compile(r"[-+]?(?:0|[1-9][0-9]*)")
_BASED_INT = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|(?:0|[1-9][0-9]*)(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_WORDS: Mapping[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_LONGEST_NUMBER = 20
"""Characters: every 64-bit integer fits."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value begins: line and column (characters), from 1; ``key`` is where its key stands, null for list items and the root."""

    line: int
    column: int
    key: Place | None = None


@dataclass(slots=True)
class _Open:
    """A collection that is being read. ``key`` is the mapping key whose value comes next; ``seen`` has the place of every key so far."""

    keys: Keys
    value: list[object] | dict[str, object]
    key: str | None = None
    seen: dict[str, Place] = field(default_factory=dict)


def read_yaml(data: bytes, *, max_bytes: int = 262_144, max_depth: int = 32) -> tuple[object, Mapping[Keys, Place]]:
    """The document as None, bool, int, float, str, list and dict, and the place of every value by the keys that lead to it.

    An empty document is null. Plain numbers with a leading zero (``010``) are text, because versions of YAML disagree about them. Raises
    ``FormatError`` with line and column. Source: https://yaml.org/spec/1.2.2/#103-core-schema
    """
    if len(data) > max_bytes:
        raise FormatError(f"{len(data)} bytes, more than {max_bytes}", 1, 1, over_limit=True)
    text = _decoded(data)
    reading = _Reading(max_depth)
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            reading.take(event)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise FormatError(f"not YAML: {getattr(error, 'problem', None) or error}", line, column) from error
    return reading.root, reading.places


def _decoded(data: bytes) -> str:
    try:
        text = data.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise _refused("not UTF-8", data[: error.start].decode("utf-8")) from error
    if odd := _ODD_CHARACTER.search(text):
        raise _refused(f"the character U+{ord(odd.group()):04X} may not stand here", text[: odd.start()])
    return text


def _refused(message: str, before: str) -> FormatError:
    return FormatError(message, before.count("\n") + 1, len(before.rpartition("\n")[2]) + 1)


def _error(message: str, place: Place) -> FormatError:
    return FormatError(message, place.line, place.column)


class _Reading:
    """A tree that grows by parser events; nothing recurses, so no nesting can exhaust the stack."""

    def __init__(self, max_depth: int) -> None:
        self.root: object = None
        self.places: dict[Keys, Place] = {(): Place(1, 1)}
        self._max_depth = max_depth
        self._stack: list[_Open] = []
        self._documents = 0

    def take(self, event: yaml.Event) -> None:
        assert event.start_mark is not None, "the parser marks every event"
        place = Place(event.start_mark.line + 1, event.start_mark.column + 1)
        match event:
            case yaml.DocumentStartEvent():
                self._documents += 1
                if self._documents > 1:
                    raise _error("a second document starts here: one file holds one document", place)
            case yaml.AliasEvent():
                raise _error("aliases (`*name`) are not read: write the value out", place)
            case yaml.ScalarEvent():
                self._add(_scalar(event, place), event, place)
            case yaml.MappingStartEvent():
                self._open({}, event, place)
            case yaml.SequenceStartEvent():
                self._open([], event, place)
            case yaml.CollectionEndEvent():
                self._stack.pop()
            case _:
                pass  # stream start and end, document end: nothing stands there

    def _open(self, value: list[object] | dict[str, object], event: yaml.NodeEvent, place: Place) -> None:
        keys = self._add(value, event, place)
        self._stack.append(_Open(keys, value))
        if len(self._stack) > self._max_depth:
            raise FormatError(f"nested deeper than {self._max_depth}", place.line, place.column, over_limit=True)

    def _add(self, value: object, event: yaml.NodeEvent, place: Place) -> Keys:
        """Put a value where it belongs and return the keys that lead to it; in a mapping every other value is a key."""
        if event.anchor is not None:
            raise _error("anchors (`&name`) are not read: write the value out where it is used", place)
        if getattr(event, "tag", None) is not None:
            raise _error("tags (`!name`) are not read", place)
        if not self._stack:
            self.root = value
            self.places[()] = place
            return ()
        top = self._stack[-1]
        if isinstance(top.value, list):
            keys: Keys = (*top.keys, len(top.value))
            top.value.append(value)
        elif top.key is None:
            return self._key(top, value, place)
        else:
            keys = (*top.keys, top.key)
            place = Place(place.line, place.column, top.seen[top.key])
            top.value[top.key] = value
            top.key = None
        self.places[keys] = place
        return keys

    @staticmethod
    def _key(top: _Open, key: object, place: Place) -> Keys:
        if not isinstance(key, str):
            raise _error("a key must be text: put it between quotes", place)
        if first := top.seen.get(key):
            raise _error(f"the key `{shown(key)}` is here twice, first in line {first.line}", place)
        top.seen[key] = place
        top.key = key
        return top.keys


def _scalar(event: yaml.ScalarEvent, place: Place) -> object:
    text = event.value
    if event.style:
        if any(char == "\0" or "\ud800" <= char <= "\udfff" for char in text):
            raise _error("this text holds NUL or half a surrogate pair", place)
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _NOT_FINITE.fullmatch(text):
        raise _error("infinity and not-a-number are not read", place)
    if not (_FLOAT.fullmatch(text) or _BASED_INT.fullmatch(text)):
        return text
    if len(text) > _LONGEST_NUMBER:
        raise FormatError(f"a number of more than {_LONGEST_NUMBER} characters", place.line, place.column, over_limit=True)
    if _BASED_INT.fullmatch(text):
        return int(text, 0)
    return int(text) if _INT.fullmatch(text) else _finite(float(text), place)


def _finite(number: float, place: Place) -> float:
    if number in {float("inf"), float("-inf")}:
        raise _error("this number is too large", place)
    return number
