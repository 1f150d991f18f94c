"""Patterns and globs in a rule's parameters, also in lists of mappings, are refused where they stand."""

from __future__ import annotations

import jsonschema
import pytest

from prgate.errors import PrgateError
from prgate.formats.policy import read_policy
from prgate.formats.policy_schema import policy_schema
from prgate.formats.yaml_reader import read_yaml
from prgate.rules import RULES
from tests.formats.invented_rules import SOURCE

HEAD = "version: 1\nrules:\n  {rule}:\n    params:\n      "


def refused(rule: str, params: str) -> tuple[str, str]:
    """Where a policy is refused, and why."""
    with pytest.raises(PrgateError) as caught:
        read_policy((HEAD.format(rule=rule) + params).encode(), name="prgate.yml", source=SOURCE, rules=RULES, packs={})
    return caught.value.where, caught.value.message.partition(": ")[0] + caught.value.message.rpartition(":")[2]


@pytest.mark.parametrize(
    ("rule", "params", "where", "message"),
    [
        ("undisclosed-agent", 'sentences: ["ok", "(a"]', "prgate.yml:5:25", "rules.undisclosed-agent.params.sentences[1] (a"),
        ("undisclosed-agent", 'boxes: ["a(?=b)"]', "prgate.yml:5:15", "rules.undisclosed-agent.params.boxes[0] (?="),
        (
            "undisclosed-agent",
            'trailers: [{key: Assisted-by, form: "[a"}]',
            "prgate.yml:5:43",
            "rules.undisclosed-agent.params.trailers[0].form [a",
        ),
        (
            "landmine",
            'places: [{paths: ["a/", "./b"], note: n}]',
            "prgate.yml:5:31",
            "rules.landmine.params.places[0].paths[1] paths begin at the root of the repository, so write it without `./`",
        ),
    ],
)
def test_a_pattern_that_does_not_compile_is_refused_at_its_line_and_column(rule: str, params: str, where: str, message: str) -> None:
    assert (where, message) == refused(rule, params)


def test_what_a_list_of_mappings_lacks_or_does_not_know_is_refused_there() -> None:
    assert refused("landmine", "places: [{paths: [a/]}]")[0] == "prgate.yml:5:16"
    assert refused("undisclosed-agent", "trailers: [{key: A, from: b}]")[0] == "prgate.yml:5:27"


def test_the_schema_knows_the_mappings_of_a_list() -> None:
    schema = jsonschema.Draft202012Validator(policy_schema(RULES))
    good = HEAD.format(rule="landmine") + "places: [{paths: [a/], note: n}]"
    assert [] == list(schema.iter_errors(read_yaml(good.encode())[0]))
    assert list(schema.iter_errors(read_yaml(good.replace("note", "not").encode())[0]))


def test_a_mark_that_two_packs_add_is_added_once() -> None:
    pack = b"version: 1\nrules: {landmine: warn}\nsignatures: {add: [{agent: llm, kind: trailer, key: A, match: LLM}]}\n"
    policy = read_policy(b"version: 1\nextends: [a, b]\n", name="p", source=SOURCE, rules=RULES, packs={"a": pack, "b": pack})
    assert len(policy.signatures.add) == 1
