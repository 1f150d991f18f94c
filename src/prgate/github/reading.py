"""Typed access to what a forge sends: keys that nobody asks for are ignored, a value that is relied on has its type or is named."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, TypeVar

from annotated_types import Ge, Le

from prgate.formats.facts import Login
from prgate.formats.shape import Form, ShapeError
from prgate.formats.shape_reader import read_shape
from prgate.model.facts import Account, PersonType
from prgate.model.missing import Missing, Why

T = TypeVar("T")

GHOST = "ghost"
"""The login of nobody: of a deleted account, and of one whose name the facts cannot spell. It is never given a permission."""


def _is_name(text: str) -> bool:
    return not {".", ".."} & set(text.split("/"))


Count = Annotated[int, Ge(0), Le(2**53)]
Repository = Annotated[str, Form(r"[A-Za-z0-9._-]{1,100}/[A-Za-z0-9._-]{1,100}", "a repository, `owner/name`", _is_name)]

_FIX = "Run it again. Where it stays, the forge answers in a form that this version does not read."


def at(data: object, *keys: str) -> Any:  # noqa: ANN401 (a value of JSON)
    """What stands there, or None where it or anything on the way is absent or null; raises ``ShapeError`` where the way is no mapping."""
    for depth, key in enumerate(keys):
        if not isinstance(data, dict):
            raise ShapeError("this is no mapping", keys=keys[:depth])
        data = data.get(key)
        if data is None:
            return None
    return data


def value(kind: Any, data: object, *keys: str) -> Any:  # noqa: ANN401 (kind is the type)
    """What stands there as the type ``kind`` (see ``read_shape``); raises ``ShapeError`` that names the keys. Absent reads as null."""
    found = at(data, *keys)
    try:
        return read_shape(kind, found)
    except ShapeError as error:
        error.keys = (*keys, *error.keys)
        raise


def each(make: Callable[[Any], T], data: object, *keys: str) -> tuple[T, ...]:
    """What ``make`` reads of each item of the list that stands there; raises ``ShapeError`` that names the item."""
    found = at(data, *keys)
    if not isinstance(found, list | tuple):
        raise ShapeError("this is no list", keys=keys)
    made = []
    for number, item in enumerate(found):
        try:
            made.append(make(item))
        except ShapeError as error:
            error.keys = (*keys, number, *error.keys)
            raise
    return tuple(made)


def account(data: object, *keys: str) -> Account:
    """The account there (``{login, type}``); nobody where it is null, empty or named as no login is. Its type is null where it is none of ours."""
    login, kind = value(str | None, data, *keys, "login"), value(str | None, data, *keys, "type")
    return Account(login if spelled(Login, login) else GHOST, PersonType(kind) if kind in set(PersonType) else None)


def spelled(kind: Any, data: object) -> bool:  # noqa: ANN401 (any annotation)
    """Whether ``data`` is a value of the type ``kind``."""
    try:
        read_shape(kind, data)
    except ShapeError:
        return False
    return True


def attempt(what: str, make: Callable[[], T]) -> T | Missing:
    """What ``make`` reads, or why ``what`` is not readable."""
    try:
        return make()
    except ShapeError as error:
        return Missing(Why.OVER_LIMIT if error.over_limit else Why.UNREADABLE, f"{what}: {error}", _FIX)
