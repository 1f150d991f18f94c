from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prgate.errors import FormatError
from prgate.formats.facts import facts_schema, read_facts
from prgate.model.facts import Account, CheckRun, Comment, Facts, Link, LinkedCommit, Permission, Person, PersonType, Review, ReviewState
from prgate.model.missing import Missing, Why
from prgate.model.subject import Base, Head

SHA, OTHER = "a1" * 20, "b2" * 32

LEAST: dict[str, Any] = {"title": "Rotate keys", "body": "Because.", "author": "dana"}
FULL: dict[str, Any] = {
    **LEAST,
    "author": {"login": "helper[bot]", "type": "Bot"},
    "number": 812,
    "url": "https://forge.example/acme/pay/pull/812",
    "draft": True,
    "base": {"ref": "main", "sha": SHA},
    "head": {"repository": "acme/pay", "ref": "rotate", "sha": OTHER},
    "labels": ["risk: high"],
    "commits": [{"sha": SHA, "author": "dana", "committer": None, "verified": True}],
    "reviews": [{"author": "kim", "state": "changes-requested", "commit": SHA, "at": "2026-11-20T12:30:00.5+01:00", "body": None}],
    "comments": [{"id": 9, "author": "kim", "body": "hm", "at": "2026-11-20T12:30:00Z", "edited": False}],
    "people": {"kim": {"permission": "maintain", "type": "User"}, "dana": {"permission": "write"}},
    "links": [{"kind": "issue", "ref": "#7", "found": True, "state": "open", "head": None}],
    "checks": [{"name": "test", "app": "actions", "workflow": "ci.yml", "conclusion": "success", "head": SHA}],
}


def read(document: Any) -> Facts:
    return read_facts(json.dumps(document).encode())


def refusal(document: Any) -> str:
    with pytest.raises(FormatError) as caught:
        read(document)
    return caught.value.message


MISTAKES: dict[str, tuple[Any, str]] = {
    "no mapping": ([], "this is a list, not a mapping. Write a mapping."),
    "no title": ({"body": "", "author": "dana"}, "the key `title` is missing. Add `title`."),
    "no body": ({"title": "", "author": "dana"}, "the key `body` is missing. Add `body`."),
    "no author": ({"title": "", "body": ""}, "the key `author` is missing. Add `author`."),
    "unknown key": ({**LEAST, "lables": []}, "unknown key `lables`. Did you mean `labels`?"),
    "unknown key within": (
        {**FULL, "reviews": [{**FULL["reviews"][0], "sate": 1}]},
        "reviews[0]: unknown key `sate`. Did you mean `state`?",
    ),
    "title of a number": ({**LEAST, "title": 7}, "title: this is a whole number, not text. Write text."),
    "author of a list": ({**LEAST, "author": []}, "author: this is a list, not text or a mapping. Write text or a mapping."),
    "author that is no login": ({**LEAST, "author": "../x"}, "author: `../x` is not a login. Write a login."),
    "login too long": ({**LEAST, "author": "x" * 101}, f"author: `{'x' * 60}…` is not a login. Write a login."),
    "login of a reader of escapes": (
        {**LEAST, "author": "da\u202ena"},
        "author: `da\\u202ena` is not a login. Write a login.",
    ),
    "type of nobody": (
        {**LEAST, "author": {"login": "dana", "type": "user"}},
        "author.type: `user` is not one of User, Bot. Did you mean `User`?",
    ),
    "null for a list": ({**LEAST, "labels": None}, "labels: this is null, not a list. Write a list."),
    "number zero": ({**LEAST, "number": 0}, "number: 0 is less than 1. Write 1 or more."),
    "number true": ({**LEAST, "number": True}, "number: this is true or false, not a whole number or null. Write a whole number or null."),
    "draft of a text": ({**LEAST, "draft": "false"}, "draft: this is text, not true or false. Write true or false."),
    "short object id": (
        {**LEAST, "base": {"sha": "a1b2c3d"}},
        "base.sha: `a1b2c3d` is not a full object id in lower case. Write a full object id in lower case.",
    ),
    "unknown review state": (
        {**FULL, "reviews": [{**FULL["reviews"][0], "state": "APPROVED"}]},
        (
            "reviews[0].state: `APPROVED` is not one of approved, changes-requested, commented, dismissed. "
            "Known: approved, changes-requested, commented, dismissed."
        ),
    ),
    "moment without a zone": (
        {**FULL, "comments": [{**FULL["comments"][0], "at": "2026-11-20T12:30:00"}]},
        (
            "comments[0].at: `2026-11-20T12:30:00` is not a moment of RFC 3339, such as 2026-11-20T12:30:00Z. "
            "Write a moment of RFC 3339, such as 2026-11-20T12:30:00Z."
        ),
    ),
    "moment that never was": (
        {**FULL, "comments": [{**FULL["comments"][0], "at": "2026-02-30T12:30:00Z"}]},
        (
            "comments[0].at: `2026-02-30T12:30:00Z` is not a moment of RFC 3339, such as 2026-11-20T12:30:00Z. "
            "Write a moment of RFC 3339, such as 2026-11-20T12:30:00Z."
        ),
    ),
    "person that is no login": (
        {**LEAST, "people": {"a b": {"permission": "read"}}},
        "people: `a b` is not a login. Write a login.",
    ),
    "unknown permission": (
        {**LEAST, "people": {"kim": {"permission": "writer"}}},
        "people.kim.permission: `writer` is not one of none, read, write, maintain, admin. Did you mean `write`?",
    ),
    "one login twice": (
        {**LEAST, "people": {"Kim": {"permission": "admin"}, "kim": {"permission": "read"}}},
        "people: two logins differ in case only. Give each login once.",
    ),
    "address of another kind": (
        {**LEAST, "url": "javascript:alert(1)"},
        (
            "url: `javascript:alert(1)` is not the address of a pull request, such as https://github.com/acme/pay/pull/7. "
            "Write the address of a pull request, such as https://github.com/acme/pay/pull/7."
        ),
    ),
}


@pytest.mark.parametrize(("document", "message"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_refused_with_its_place_and_cure(document: Any, message: str) -> None:
    assert refusal(document) == message


SYNTAX = {
    "not JSON": (b'{"title": }', "1:11"),
    "a key twice": (b'{"title": "a",\n "title": "b"}', "2:2"),
    "NaN": (b'{"number": NaN}', "1:12"),
    "not UTF-8": (b'{"title": "\xff"}', "1:12"),
}


@pytest.mark.parametrize(("data", "where"), SYNTAX.values(), ids=SYNTAX)
def test_what_is_not_json_is_refused_with_line_and_column(data: bytes, where: str) -> None:
    with pytest.raises(FormatError) as caught:
        read_facts(data)
    assert f"{caught.value.line}:{caught.value.column}" == where


TOO_MUCH = {
    "bytes": lambda: read_facts(b" " * 101, max_bytes=100),
    "depth": lambda: read_facts(b"[" * 100_000),
    "a long title": lambda: read({**LEAST, "title": "x" * 1_001}),
    "a long body": lambda: read({**LEAST, "body": "x" * 1_000_001}),
    "many labels": lambda: read({**LEAST, "labels": ["x"] * 20_001}),
}


@pytest.mark.parametrize("reading", TOO_MUCH.values(), ids=TOO_MUCH)
def test_what_is_too_much_is_told_from_damage(reading: Any) -> None:
    with pytest.raises(FormatError) as caught:
        reading()
    assert caught.value.over_limit


def test_an_absent_key_is_missing_and_says_how_to_bring_it() -> None:
    facts = read(LEAST)
    assert (facts.title, facts.body, facts.author) == ("Rotate keys", "Because.", Account("dana"))
    assert (facts.number, facts.url, facts.draft, facts.base, facts.head) == (None, None, False, None, None)
    for key in ("labels", "commits", "reviews", "comments", "people", "links", "checks"):
        assert getattr(facts, key) == Missing(
            Why.ABSENT,
            f"the facts have no `{key}`",
            f"Give `{key}` in the facts document; an empty one says that there are none.",
        )


def test_an_empty_list_is_a_fact() -> None:
    empty: dict[str, list[str]] = {key: [] for key in ("labels", "commits", "reviews", "comments", "links", "checks")}
    facts = read({**LEAST, **empty, "people": {}})
    assert {key: getattr(facts, key) for key in empty} == dict.fromkeys(empty, ())
    assert facts.people == {}


def test_everything_that_the_contract_names_is_read() -> None:
    assert read(FULL) == Facts(
        title="Rotate keys",
        body="Because.",
        author=Account("helper[bot]", PersonType.BOT),
        number=812,
        draft=True,
        base=Base("main", SHA),
        head=Head("acme/pay", "rotate", OTHER),
        labels=("risk: high",),
        commits=(LinkedCommit(SHA, "dana", None, verified=True),),
        reviews=(Review("kim", ReviewState.CHANGES_REQUESTED, SHA, "2026-11-20T12:30:00.5+01:00", ""),),
        comments=(Comment(9, "kim", "hm", "2026-11-20T12:30:00Z", edited=False),),
        people={"kim": Person(Permission.MAINTAIN, PersonType.USER), "dana": Person(Permission.WRITE, None)},
        links=(Link("issue", "#7", found=True, state="open", head=None),),
        checks=(CheckRun("test", "actions", "ci.yml", "success", SHA),),
        url="https://forge.example/acme/pay/pull/812",
    )


def test_a_null_body_is_an_empty_one_as_forges_give_it() -> None:
    assert read({**LEAST, "body": None}).body == ""


def test_half_a_surrogate_pair_cannot_come_in() -> None:
    assert read_facts(b'{"title": "\\ud800", "body": "", "author": "dana"}').title == "\ufffd"


VALIDATOR = jsonschema.Draft202012Validator(facts_schema())


def schema_errors(document: Any) -> list[str]:
    return [error.message for error in VALIDATOR.iter_errors(document)]


def test_the_schema_is_a_schema_and_takes_what_the_reader_takes() -> None:
    jsonschema.Draft202012Validator.check_schema(facts_schema())
    assert schema_errors(LEAST) == []
    assert schema_errors(FULL) == []


@pytest.mark.parametrize("name", [name for name in MISTAKES if name not in {"moment that never was", "one login twice"}])
def test_the_schema_refuses_what_the_reader_refuses(name: str) -> None:
    assert schema_errors(MISTAKES[name][0]) != []


VALUES = st.sampled_from(
    [None, True, 0, 1, 1.5, "", "dana", "x y", SHA, "2026-11-20T12:30:00Z", "User", "read", [], {}, ["a"], {"login": "a"}]
)


@settings(deadline=None, max_examples=200)
@given(st.data())
def test_the_reader_takes_nothing_that_the_schema_refuses(data: st.DataObject) -> None:
    document = deepcopy(FULL)
    for _ in range(data.draw(st.integers(1, 3))):
        place: Any = document
        key = data.draw(st.sampled_from(sorted(place)))
        while isinstance(place[key], (dict, list)) and place[key] and data.draw(st.booleans()):
            place = place[key]
            key = data.draw(st.sampled_from(sorted(place))) if isinstance(place, dict) else 0
        place[key] = deepcopy(data.draw(VALUES))
    assert (refused(json.dumps(document).encode()) is None) <= (schema_errors(document) == [])


@settings(deadline=None, max_examples=300)
@given(st.binary(max_size=100) | st.text('{}[]:,"titlebodyauthor01 \\', max_size=60).map(str.encode))
def test_no_bytes_raise_anything_but_a_format_error(data: bytes) -> None:
    assert isinstance(refused(data), FormatError | None)


def refused(data: bytes) -> FormatError | None:
    try:
        read_facts(data)
    except FormatError as error:
        return error
    return None


def test_a_key_that_was_sought_in_vain_is_missing_for_the_reason_given() -> None:
    facts = read({**LEAST, "missing": {"reviews": {"why": "forbidden", "detail": "403", "fix": "Grant it."}}})
    assert Missing(Why.FORBIDDEN, "403", "Grant it.") == facts.reviews
    assert isinstance(facts.labels, Missing)
    assert Why.ABSENT == facts.labels.why


def test_a_key_cannot_be_there_and_missing_at_once() -> None:
    entry = {"why": "failed", "detail": "502", "fix": "Again."}
    assert "missing.labels: the facts have `labels` as well. Leave one of the two out." == refusal(
        {**LEAST, "labels": [], "missing": {"labels": entry}}
    )


def test_only_what_can_be_missing_can_be_said_to_be() -> None:
    entry = {"why": "failed", "detail": "502", "fix": "Again."}
    assert "title" in refusal({**LEAST, "missing": {"title": entry}})
