"""The JSON Schema of the policy, with every rule and its parameters, for editors and checks."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence

from prgate.formats.policy_document import PolicyDocument
from prgate.formats.shape_schema import Schema, object_schema, schema_of
from prgate.model.policy import Mode
from prgate.model.rule import Rule


def policy_schema(rules: Sequence[Rule], packs: Iterable[str] = ()) -> Schema:
    """What ``read_policy`` takes, as far as JSON Schema can say; ``packs`` are the names that ``extends`` may hold, any if empty.

    Not said: that dates and patterns are real ones, that a rule is on, and that nothing locked is loosened.
    """
    schema = schema_of(PolicyDocument, name="policy:1", title="prgate policy")
    definitions: dict[str, Schema] = schema["$defs"]
    entry = definitions.pop("RuleEntry")
    schema["properties"]["rules"] = {
        "description": schema["properties"]["rules"]["description"],
        "type": "object",
        "properties": {rule.id: _rule(rule, entry, definitions) for rule in sorted(rules, key=lambda rule: rule.id)},
        "additionalProperties": False,
    }
    definitions["WaiverEntry"]["properties"]["rule"]["enum"] = sorted(rule.id for rule in rules)
    if names := sorted(packs):
        schema["properties"]["extends"]["items"] = {"enum": names}
    return schema


def _rule(rule: Rule, entry: Schema, definitions: dict[str, Schema]) -> Schema:
    params = object_schema(rule.params, definitions)
    full = {**entry, "properties": {**entry["properties"], "params": params}}
    return {"description": _summary(rule), "anyOf": [{"enum": [mode.value for mode in Mode]}, full]}


def _summary(rule: Rule) -> str:
    """The first line of the rule module's docstring."""
    return (sys.modules[rule.check.__module__].__doc__ or "").partition("\n")[0]
