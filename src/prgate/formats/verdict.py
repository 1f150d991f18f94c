"""The Verdict as JSON, and back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any

from prgate.errors import FormatError
from prgate.formats.json_reader import read_json
from prgate.formats.shape import ShapeError
from prgate.formats.shape_reader import read_shape
from prgate.formats.shape_schema import Schema, schema_of
from prgate.model.verdict import SCHEMA, Verdict

_DEPTH = 16


def verdict_json(verdict: Verdict) -> str:
    """The verdict as JSON, ASCII only, two spaces deep, keys in the order of the fields, with a newline at its end.

    The same verdict gives the same bytes. A lone surrogate, which no JSON reader need accept, becomes the text of its escape.
    """
    return json.dumps(_plain(verdict), indent=2, allow_nan=False) + "\n"


def read_verdict(data: bytes, *, max_bytes: int = 256 * 1024 * 1024) -> Verdict:
    """The verdict that JSON spells, exactly; raises ``FormatError``, also for another version of the form."""
    tree = read_json(data, max_bytes=max_bytes, max_depth=_DEPTH, unique_keys=True)
    if isinstance(tree, dict) and tree.get("schema") != SCHEMA:
        raise FormatError(f"not a verdict of the form {SCHEMA}")
    try:
        verdict: Verdict = read_shape(Verdict, tree)
    except ShapeError as error:
        raise FormatError(str(error)) from error
    return verdict


def _plain(value: object) -> object:
    if is_dataclass(value):
        kind: Any = type(value)
        plain = ((name, omitted, getattr(value, name)) for name, omitted in _fields(kind))
        return {name: _plain(part) for name, omitted, part in plain if not (omitted and part is None)}
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode("utf-8")
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, Mapping):
        return {str(key): _plain(value[key]) for key in sorted(value)}
    return value


@cache
def _fields(kind: Any) -> tuple[tuple[str, bool], ...]:  # noqa: ANN401 (a dataclass type)
    """Name of each field, and whether it is left out where it is null."""
    return tuple((item.name, bool(item.metadata.get("omit_null"))) for item in fields(kind))


def verdict_schema() -> Schema:
    """The published JSON Schema of the verdict."""
    schema = schema_of(Verdict, name="verdict:1", title="prgate verdict", written=True)
    schema["properties"]["schema"] = {"const": SCHEMA}
    return schema
