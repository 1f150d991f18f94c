from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Annotated, Any

import jsonschema
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from prgate.errors import PrgateError
from prgate.formats.policy import read_policy
from prgate.formats.policy_schema import policy_schema
from prgate.formats.shape import ShapeError
from prgate.formats.shape_reader import read_shape
from prgate.formats.shape_schema import schema_of
from prgate.formats.yaml_reader import read_yaml
from prgate.packs import read_packs
from prgate.rules import RULES
from tests.formats.invented_rules import LOUD, ON, SLOW, SOURCE, WAIVER, refused


def schema_errors(text: bytes) -> list[str]:
    validator = jsonschema.Draft202012Validator(policy_schema(RULES, read_packs()))
    return [error.message for error in validator.iter_errors(read_yaml(text)[0])]


def test_the_schema_is_a_schema_and_takes_every_pack() -> None:
    jsonschema.Draft202012Validator.check_schema(policy_schema(RULES))
    assert {name: [] for name in read_packs()} == {name: schema_errors(data) for name, data in read_packs().items()}


def test_the_schema_takes_any_pack_s_name_where_none_are_given() -> None:
    assert policy_schema(RULES)["properties"]["extends"]["items"] == {"type": "string"}


def test_the_schema_tells_editors_what_each_rule_and_parameter_means() -> None:
    rules = policy_schema((*RULES, SLOW))["properties"]["rules"]["properties"]
    assert sorted(rules) == sorted([*(rule.id for rule in RULES), "slow-change"])
    assert all(rule["description"].startswith("Flags ") for name, rule in rules.items() if name != "slow-change")
    assert rules["slow-change"]["anyOf"][1]["properties"]["params"]["properties"]["lines"] == {
        "type": "integer",
        "minimum": 1,
        "maximum": 9,
        "description": "How many.",
        "default": 5,
    }


MUTATIONS: dict[str, Any] = {
    "unknown key": lambda tree: tree.update(rulse={}),
    "no version": lambda tree: tree.pop("version"),
    "another version": lambda tree: tree.update(version=2),
    "unknown rule": lambda tree: tree["rules"].update({"mising-tests": "block"}),
    "unknown mode": lambda tree: tree["rules"].update({"missing-tests": "blok"}),
    "unknown parameter": lambda tree: tree["rules"].update({"missing-tests": {"params": {"line": 1}}}),
    "parameter out of range": lambda tree: tree["rules"].update({"missing-tests": {"params": {"lines": 0}}}),
    "parameter of the wrong type": lambda tree: tree["rules"].update({"missing-tests": {"params": {"lines": "5"}}}),
    "value that a parameter does not know": lambda tree: tree["rules"].update({"agent-authored-risk": {"params": {"accept": ["me"]}}}),
    "null": lambda tree: tree["rules"].update({"missing-tests": None}),
    "unknown pack": lambda tree: tree.update(extends=["basline"]),
    "unknown domain": lambda tree: tree.update(domains={"cripto": {}}),
    "glob of a comment": lambda tree: tree.update(domains={"crypto": {"paths": ["#x"]}}),
    "waiver without a reason": lambda tree: tree.update(waivers=[{"rule": "missing-tests", "until": "2026-12-31", "by": "dana"}]),
    "waiver with a date of another form": lambda tree: tree.update(waivers=[{**WAIVER, "rule": "missing-tests", "until": "soon"}]),
    "waiver of an unknown rule": lambda tree: tree.update(waivers=[WAIVER]),
    "ceiling off": lambda tree: tree.update(mode="off"),
    "limit of nothing": lambda tree: tree.update(limits={"files": 0}),
    "unknown class": lambda tree: tree.update(classes={"tests": []}),
}


@pytest.mark.parametrize("mutate", MUTATIONS.values(), ids=MUTATIONS)
def test_the_schema_refuses_what_the_reader_refuses(mutate: Any) -> None:
    for data in read_packs().values():
        tree = yaml.safe_load(data)
        mutate(tree)
        text = json.dumps(tree).encode()
        assert schema_errors(text) != []
        with pytest.raises(PrgateError):
            read_policy(text, name="x", source=SOURCE, rules=RULES, packs=read_packs())


KEYS = st.sampled_from(
    ["version", "extends", "mode", "judge", "rules", "domains", "classes", "evidence", "waivers", "limits", "lines", "slow-change"]
)
VALUES = st.sampled_from(
    [1, 0, 1.5, True, None, "block", "baseline", "all", "off", "x\ny", "", "#", [], ["!"], {}, {"mode": "warn"}, {"params": {"lines": 2}}]
)
DOCUMENTS = st.dictionaries(KEYS, VALUES | st.dictionaries(KEYS, VALUES, max_size=3) | st.lists(VALUES, max_size=2), max_size=4)


INVENTED = jsonschema.Draft202012Validator(policy_schema((SLOW, LOUD)))


@settings(deadline=None, max_examples=250)
@given(DOCUMENTS, st.booleans())
def test_the_reader_takes_nothing_that_the_schema_refuses(tree: Any, valid: bool) -> None:
    document = {**tree, "version": 1, "rules": tree.get("rules", {"slow-change": "block"})} if valid else tree
    error = refused(json.dumps(document).encode(), baseline=ON)
    assert (error is None) <= ([fault.message for fault in INVENTED.iter_errors(document)] == [])


@settings(deadline=None, max_examples=250)
@given(st.binary(max_size=120) | st.text("versionrules:{}[]- 1,block\n", max_size=60).map(str.encode))
def test_no_bytes_raise_anything_but_an_error_that_says_where(data: bytes) -> None:
    error = refused(data)
    assert error is None or re.fullmatch(r"prgate\.yml:[1-9]\d*:[1-9]\d*", error.where)


def test_an_annotation_that_no_document_can_spell_is_a_defect_that_shows_at_once() -> None:
    @dataclass(frozen=True)
    class Odd:
        value: Annotated[int, object()] = 1

    with pytest.raises(TypeError, match="no document spells"):
        read_shape(bytes, b"")
    with pytest.raises(TypeError, match="no document is held to"):
        read_shape(Annotated[int, object()], 1)
    with pytest.raises(TypeError, match="no schema says"):
        schema_of(Odd, name="odd", title="odd")


@dataclass(frozen=True)
class Inner:
    """Said once."""

    value: int = 1


@dataclass(frozen=True)
class Outer:
    first: Inner
    second: Inner | None = None


def test_a_shape_that_is_named_twice_is_defined_once() -> None:
    schema = schema_of(Outer, name="outer", title="outer")
    assert list(schema["$defs"]) == ["Inner"]
    assert schema["properties"] == {
        "first": {"$ref": "#/$defs/Inner"},
        "second": {"anyOf": [{"$ref": "#/$defs/Inner"}, {"type": "null"}]},
    }


def test_half_a_surrogate_pair_is_refused_whoever_made_the_tree() -> None:
    with pytest.raises(ShapeError, match="half a surrogate pair"):
        read_shape(str, "a\ud800")
