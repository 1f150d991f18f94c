"""Frozen dataclasses out of JSON-like trees, strictly: nothing is converted, unknown keys are refused.

pydantic reads dataclasses too, but ignores their unknown keys, and its import alone takes longer than a whole policy may: every run of the gate
reads one.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from collections.abc import Mapping as AbstractMapping
from dataclasses import fields, is_dataclass
from enum import StrEnum
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from annotated_types import Ge, Le, MaxLen, MinLen

from prgate.formats.shape import Form, ShapeError, bare, marks_of, members, needed, shape_fields, shown, suggest
from prgate.model.rule import PathGlobs, Patterns

Reader = Callable[[object], Any]

_SPELLED: dict[Any, type] = {
    NoneType: NoneType,
    bool: bool,
    int: int,
    str: str,
    Literal: str,
    StrEnum: str,
    tuple: list,
    AbstractMapping: dict,
}
"""How a document spells a type."""

_WORDS: dict[type, str] = {
    NoneType: "null",
    bool: "true or false",
    int: "a whole number",
    float: "a number with a fraction",
    str: "text",
    list: "a list",
    dict: "a mapping",
}


def read_shape(kind: Any, tree: object) -> Any:  # noqa: ANN401 (the annotation is the type)
    """The value of type ``kind`` that ``tree`` spells; raises ``ShapeError``.

    ``tree`` is made of None, bool, int, float, str, list and dict with text keys, no deeper than its maker allows. ``kind`` may be a
    dataclass, ``StrEnum``, ``Literal``, ``tuple[X, ...]``, ``Mapping[K, V]``, a union, ``Annotated`` with bounds or a ``Form``, or plain.
    """
    return _reader(kind)(tree)


@cache
def _reader(kind: Any) -> Reader:  # noqa: ANN401 (any annotation)
    if kind is Any:
        return lambda tree: tree
    match _family(kind):
        case _ if get_origin(kind) is Annotated:
            return _held(_reader(bare(kind)), marks_of(kind))
        case origin if origin in {Union, UnionType}:
            return _union(members(kind))
        case origin if origin is Literal:
            return _choice(get_args(kind))
        case origin if origin is StrEnum:
            return _choice(tuple(kind))
        case origin if origin is tuple:
            return _list(get_args(kind)[0])
        case origin if origin is AbstractMapping:
            return _dataclass(kind) if is_dataclass(kind) else _mapping(*get_args(kind))
        case origin if origin is str:
            return _text
        case origin if origin in _SPELLED:
            return lambda tree: _typed(tree, _SPELLED[kind])
        case _:
            raise TypeError(f"no document spells {kind}")


def _family(kind: Any) -> Any:  # noqa: ANN401 (any annotation)
    kind = bare(kind)
    if is_dataclass(kind):
        return AbstractMapping
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return StrEnum
    return get_origin(kind) or kind


def _typed(tree: object, wanted: type, words: str = "") -> Any:  # noqa: ANN401 (an instance of wanted)
    if type(tree) is not wanted:
        asked = words or _WORDS[wanted]
        raise ShapeError(f"this is {_WORDS[type(tree)]}, not {asked}", f"Write {asked}.")
    return tree


def _text(tree: object) -> str:
    text: str = _typed(tree, str)
    if not text.isascii() and any("\ud800" <= char <= "\udfff" for char in text):
        raise ShapeError("this text holds half a surrogate pair, which no encoding keeps", "Write the whole character.")
    return text


def _choice(choices: tuple[Any, ...]) -> Reader:
    if not all(isinstance(choice, str) for choice in choices):
        (only,) = choices

        def read_number(tree: object) -> object:
            if type(tree) is not type(only) or tree != only:
                raise ShapeError(f"this must be {only}", f"Write {only}.")
            return only

        return read_number

    known = {str(choice): choice for choice in choices}

    def read(tree: object) -> object:
        text = _typed(tree, str, f"one of {', '.join(known)}")
        if text not in known:
            raise ShapeError(f"`{shown(text)}` is not one of {', '.join(known)}", suggest(text, known))
        return known[text]

    return read


def _list(kind: Any) -> Reader:  # noqa: ANN401 (any annotation)
    item = _reader(kind)
    return lambda tree: tuple([_at(number, item, part) for number, part in enumerate(_typed(tree, list))])


def _mapping(key_kind: Any, value_kind: Any) -> Reader:  # noqa: ANN401 (any annotations)
    key_reader, value = _reader(key_kind), _reader(value_kind)

    def read_key(key: str) -> object:
        try:
            return _at(key, key_reader, key)
        except ShapeError as error:
            error.at_key = True
            raise

    return lambda tree: {read_key(key): _at(key, value, part) for key, part in _typed(tree, dict).items()}


def _dataclass(kind: Any) -> Reader:  # noqa: ANN401 (a dataclass type)
    readers = {item.name: _reader(hint) for item, hint in shape_fields(kind)}
    required = tuple(item.name for item, _ in shape_fields(kind) if needed(item))

    def read(tree: object) -> Any:  # noqa: ANN401 (an instance of kind)
        found = _typed(tree, dict)
        for key in found:
            if key not in readers:
                raise ShapeError(f"unknown key `{shown(key)}`", suggest(key, readers), keys=(key,), at_key=True)
        for name in required:
            if name not in found:
                raise ShapeError(f"the key `{name}` is missing", f"Add `{name}`.")
        return kind(**{key: _at(key, readers[key], part) for key, part in found.items()})

    return read


def _union(kinds: tuple[Any, ...]) -> Reader:
    """Reads what a document means: the member of its type, among mappings the one with most of its keys."""
    choices = [(_SPELLED[_family(kind)], _names(kind), _reader(kind)) for kind in kinds]
    asked = " or ".join(dict.fromkeys(_WORDS[spelled] for spelled, _, _ in choices))

    def read(tree: object) -> object:
        fitting = [(names, reader) for spelled, names, reader in choices if type(tree) is spelled]
        if not fitting:
            raise ShapeError(f"this is {_WORDS[type(tree)]}, not {asked}", f"Write {asked}.")
        return max(fitting, key=lambda choice: len(choice[0].intersection(tree)) if isinstance(tree, dict) else 0)[1](tree)

    return read


def _names(kind: Any) -> frozenset[str]:  # noqa: ANN401 (any annotation)
    return frozenset(item.name for item in fields(bare(kind))) if is_dataclass(bare(kind)) else frozenset()


def _held(inner: Reader, marks: tuple[Any, ...]) -> Reader:
    tests = [_test(mark) for mark in marks if not isinstance(mark, str | PathGlobs | Patterns)]

    def read(tree: object) -> object:
        value = inner(tree)
        for test in tests:
            test(value)
        return value

    return read


def _test(mark: Any) -> Callable[[Any], None]:  # noqa: ANN401 (metadata of any library)
    match mark:
        case Ge():
            return lambda value: _hold(value >= mark.ge, lambda: f"{value} is less than {mark.ge}", f"Write {mark.ge} or more.")
        case Le():
            return lambda value: _hold(value <= mark.le, lambda: f"{value} is more than {mark.le}", f"Write {mark.le} or less.")
        case MinLen():
            return lambda value: _hold(len(value) >= mark.min_length, lambda: "this is empty", "Write something, or leave the key out.")
        case MaxLen():
            return lambda value: _fits(len(value), mark.max_length)
        case Form():
            pattern = re.compile(mark.pattern)
            return lambda value: _hold(
                pattern.fullmatch(value) is not None and mark.holds(value),
                lambda: f"`{shown(value)}` is not {mark.what}",
                f"Write {mark.what}.",
            )
        case _:
            raise TypeError(f"no document is held to {mark}")


def _hold(kept: bool, message: Callable[[], str], cure: str) -> None:  # noqa: FBT001 (reads as an assertion)
    """Raise what ``message`` says unless the value is ``kept``: millions are, and their words would be made for nothing."""
    if not kept:
        raise ShapeError(message(), cure)


def _fits(size: int, most: int) -> None:
    if size > most:
        raise ShapeError(f"{size} are more than the {most} that are allowed here", "Shorten it.", over_limit=True)


def _at(key: str | int, reader: Reader, tree: object) -> Any:  # noqa: ANN401 (whatever the reader makes)
    try:
        return reader(tree)
    except ShapeError as error:
        error.keys = (key, *error.keys)
        raise
