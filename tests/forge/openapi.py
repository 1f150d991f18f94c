"""GitHub's own description of its API (npm ``@octokit/openapi``), as a judge of requests and answers."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any, Final
from urllib.parse import parse_qsl, unquote, urlsplit

import jsonschema

from tests.forge.upstream import PARTS

_FILE: Final = PARTS / "node_modules" / "@octokit" / "openapi" / "generated" / "api.github.com.json"
_DEEP: Final = frozenset({"{ref}", "{branch}", "{basehead}", "{path}"})


def wrong_request(method: str, target: str, body: Any) -> list[str]:
    """What GitHub's description finds wrong with a request: an unknown path, an unknown word in the query, a body that does not fit."""
    operation = _operation(method, urlsplit(target).path)
    if operation is None:
        return [f"{method} {target}: no such path"]
    named = [_resolve(parameter) for parameter in operation.get("parameters", ())]
    known = {parameter["name"]: parameter["schema"] for parameter in named if parameter["in"] == "query"}
    found = [f"query {name}: unknown" for name, _ in parse_qsl(urlsplit(target).query) if name not in known]
    for name, text in parse_qsl(urlsplit(target).query):
        if name in known:
            value = int(text) if known[name].get("type") == "integer" and text.isdecimal() else text
            found += _complaints(known[name], value, f"query {name}")
    wanted = _resolve(operation.get("requestBody", {}))
    if body is not None and not wanted:
        return [*found, "body: none is taken"]
    if body is None:
        return [*found, *(["body: missing"] if wanted.get("required") else [])]
    schema = wanted["content"]["application/json"]["schema"]
    unknown = sorted(set(body) - _members(schema)) if isinstance(body, dict) else []
    return [*found, *(f"body: unknown member {name}" for name in unknown), *_complaints(schema, body, "body")]


def wrong_answer(method: str, target: str, status: int, data: Any) -> list[str]:
    """What GitHub's description finds wrong with an answer."""
    operation = _operation(method, urlsplit(target).path)
    if operation is None:
        return [f"{method} {target}: no such path"]
    answers = operation["responses"]
    if str(status) not in answers:
        return [] if status in {401, 403, 404, 422} else [f"{method} {target}: never answers {status}"]
    schema = _resolve(answers[str(status)]).get("content", {}).get("application/json", {}).get("schema")
    return _complaints(schema, data, f"{method} {target}") if schema else []


def _complaints(schema: dict[str, Any], data: Any, where: str) -> list[str]:
    validator = jsonschema.Draft202012Validator({**_converted(schema), "$defs": _definitions(schema)})
    return [f"{where}: {error.json_path}: {error.message[:200]}" for error in validator.iter_errors(data)]


@cache
def _description() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(_FILE.read_bytes())
    return loaded


def _resolve(item: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in item:
        _, *steps = item["$ref"].split("/")
        item = _description()
        for step in steps:
            item = item[step]
    return item


@cache
def _paths() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Paths as patterns, those with more fixed words first. What names a ref or a file may hold slashes."""
    found = []
    for path in _description()["paths"]:
        words = re.split(r"(\{[^}]*\})", path)
        pattern = "".join(".+" if word in _DEEP else "[^/]+" if word.startswith("{") else re.escape(word) for word in words)
        found.append((sum(len(word) for word in words if not word.startswith("{")), re.compile(pattern), path))
    return tuple((pattern, path) for _, pattern, path in sorted(found, key=lambda item: -item[0]))


def _operation(method: str, path: str) -> dict[str, Any] | None:
    path = unquote(path)
    for pattern, template in _paths():
        operation: dict[str, Any] | None = _description()["paths"][template].get(method.lower())
        if operation is not None and pattern.fullmatch(path):
            return operation
    return None


def _converted(schema: Any) -> Any:
    """OpenAPI 3.0's ``nullable`` in the words of JSON Schema; references point into ``$defs``."""
    if isinstance(schema, list):
        return [_converted(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return {"$ref": "#/$defs/" + schema["$ref"].rpartition("/")[2]}
    plain = {key: _converted(value) for key, value in schema.items() if key not in {"nullable", "example", "examples", "discriminator"}}
    return {"anyOf": [plain, {"type": "null"}]} if schema.get("nullable") is True else plain


def _definitions(schema: dict[str, Any]) -> dict[str, Any]:
    """Every schema that this one leads to."""
    found: dict[str, Any] = {}
    todo = list(_references(schema))
    while todo:
        name = todo.pop()
        if name not in found:
            found[name] = _definition(name)
            todo += _names(name)
    return found


@cache
def _definition(name: str) -> Any:
    return _converted(_description()["components"]["schemas"][name])


@cache
def _names(name: str) -> tuple[str, ...]:
    return tuple(_references(_description()["components"]["schemas"][name]))


def _references(schema: Any) -> Iterator[str]:
    if isinstance(schema, dict):
        if isinstance(schema.get("$ref"), str):
            yield schema["$ref"].rpartition("/")[2]
        for value in schema.values():
            yield from _references(value)
    elif isinstance(schema, list):
        for item in schema:
            yield from _references(item)


def _members(schema: dict[str, Any]) -> set[str]:
    """Every member that a body may have."""
    schema = _resolve(schema)
    found = set(schema.get("properties", ()))
    for key in ("oneOf", "anyOf", "allOf"):
        for part in schema.get(key, ()):
            found |= _members(part)
    return found
