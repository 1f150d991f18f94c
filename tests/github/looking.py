"""A look at what an invented forge says, and its facts as the rules get them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jsonschema

from prgate.formats.facts import read_facts
from prgate.github.facts import Looked, compare, look
from prgate.github.pulls import Pull, pull_of
from prgate.model.facts import Facts
from tests.github.invented import BASE, HEAD, HOME, pull
from tests.github.telling import telling

SCHEMA = jsonschema.Draft202012Validator(json.loads((Path(__file__).parents[2] / "policies" / "facts.schema.json").read_text("utf-8")))


def the_pull(**changes: Any) -> Pull:
    made = pull_of(pull(**changes))
    assert isinstance(made, Pull)
    return made


def looked(answers: Mapping[str, Any], **changes: Any) -> Looked:
    with telling(answers) as forge:
        return look(forge.session, the_pull(**changes), compare(forge.session, HOME, BASE, HEAD))


def read(document: Mapping[str, Any]) -> Facts:
    """The facts as the rules get them."""
    SCHEMA.validate(document)
    return read_facts(json.dumps(document).encode())


KEYS = {"labels", "commits", "reviews", "comments", "people", "links", "checks"}


def missing(found: Looked) -> dict[str, tuple[str, str]]:
    """Why and what of each missing key; each is either there or told."""
    told = found.document.get("missing", {})
    assert KEYS == told.keys() ^ (found.document.keys() & KEYS)
    assert all(entry["fix"] for entry in told.values())
    read(found.document)
    return {key: (entry["why"], entry["detail"]) for key, entry in told.items()}
