"""JSON Schema out of the annotations that documents are read by, so that editors and readers agree."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, Field, asdict, is_dataclass
from enum import StrEnum
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from annotated_types import Ge, Le, MaxLen, MinLen

from prgate.formats.shape import Form, bare, marks_of, members, needed, shape_fields
from prgate.model.rule import PathGlobs, Patterns

Schema = dict[str, Any]

_TYPES: dict[Any, str] = {NoneType: "null", bool: "boolean", int: "integer", str: "string"}


def schema_of(kind: Any, *, name: str, title: str, written: bool = False) -> Schema:  # noqa: ANN401 (a dataclass type)
    """The JSON Schema (2020-12) of a document; ``name`` makes its ``$id``.

    ``written``: the document is one that prgate writes, so every key is there, but for the nulls that it leaves out.
    """
    definitions: dict[str, Schema] = {}
    root = object_schema(kind, definitions, written=written)
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": f"urn:prgate:schema:{name}", "title": title}
    return {**head, **root, "$defs": dict(sorted(definitions.items()))}


def object_schema(kind: Any, definitions: dict[str, Schema], *, written: bool = False) -> Schema:  # noqa: ANN401 (a dataclass type)
    """The schema of a dataclass, in place; the dataclasses that it names are put into ``definitions``."""
    properties: dict[str, Schema] = {}
    required: list[str] = []
    for item, hint in shape_fields(kind):
        left_out = bool(item.metadata.get("omit_null"))
        part = _schema(members(hint)[0] if left_out else hint, definitions, written=written)
        if needed(item) or (written and not left_out):
            required.append(item.name)
        elif (default := _default(item)) is not None:
            part = {**part, "default": default}
        properties[item.name] = part
    description = (kind.__doc__ or "").partition("\n")[0]
    return {"description": description, "type": "object", "properties": properties, "required": required, "additionalProperties": False}


def _default(item: Field[Any]) -> object:
    """The default as JSON has it; ``None`` where it says nothing that the schema of the value does not."""
    value = item.default_factory() if item.default_factory is not MISSING else item.default
    if isinstance(value, tuple):
        return [asdict(each) if is_dataclass(each) and not isinstance(each, type) else each for each in value]
    return value if isinstance(value, (str, int, Mapping)) else None


def _schema(kind: Any, definitions: dict[str, Schema], *, written: bool) -> Schema:  # noqa: ANN401 (any annotation)
    origin = get_origin(kind)
    if origin is Annotated:
        return _bounded(_schema(bare(kind), definitions, written=written), marks_of(kind))
    if is_dataclass(kind):
        name = str(getattr(kind, "__name__", ""))
        if name not in definitions:
            definitions[name] = object_schema(kind, definitions, written=written)
        return {"$ref": f"#/$defs/{name}"}
    if origin in {Union, UnionType}:
        parts = [_schema(member, definitions, written=written) for member in members(kind)]
        return parts[0] if len(parts) == 1 else {"anyOf": parts}
    if origin is Literal or (isinstance(kind, type) and issubclass(kind, StrEnum)):
        return {"enum": [getattr(choice, "value", choice) for choice in (get_args(kind) or kind)]}
    if origin is tuple:
        return {"type": "array", "items": _schema(get_args(kind)[0], definitions, written=written)}
    if origin is Mapping:
        return _mapping(kind, definitions, written=written)
    return {} if kind is Any else {"type": _TYPES[kind]}


def _mapping(kind: Any, definitions: dict[str, Schema], *, written: bool) -> Schema:  # noqa: ANN401 (an annotated mapping)
    names, part = (_schema(part, definitions, written=written) for part in get_args(kind))
    if "enum" in names:
        return {"type": "object", "properties": dict.fromkeys(names["enum"], part), "additionalProperties": False}
    return {"type": "object", "propertyNames": names, "additionalProperties": part}


def _bounded(schema: Schema, marks: tuple[Any, ...]) -> Schema:
    noun = {"array": "Items", "object": "Properties"}.get(schema.get("type", ""), "Length")
    found = dict(schema)
    for mark in marks:
        match mark:
            case str():
                found["description"] = mark
            case PathGlobs() | Patterns():
                pass
            case Form():
                found["pattern"] = f"^(?:{mark.pattern})$"
            case Ge():
                found["minimum"] = mark.ge
            case Le():
                found["maximum"] = mark.le
            case MinLen():
                found[f"min{noun}"] = mark.min_length
            case MaxLen():
                found[f"max{noun}"] = mark.max_length
            case _:
                raise TypeError(f"no schema says {mark}")
    return found
