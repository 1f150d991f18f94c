"""The settings of a repository, as the API tells them and as it refuses to."""

from __future__ import annotations

from contextlib import closing
from typing import Any

import pytest

from prgate.doctor.settings import Required, Settings, read_settings
from prgate.github.session import Budget, Session
from prgate.model.missing import Missing, Why
from tests.doctor.scripted import Script, a_repository, scripted

SHA = "a" * 40
QUEUE = {"type": "merge_queue", "ruleset_id": 7, "parameters": {}}


def read(script: Script) -> tuple[Settings | Missing, list[str]]:
    with scripted(script) as (api, asked), closing(Session(api=api, token="t0ken", budget=Budget(tries=1))) as session:
        return read_settings(session, "acme/pay", api=api), asked


def known(script: Script) -> Settings:
    found, _ = read(script)
    assert isinstance(found, Settings), found
    return found


def branch(*, protected: bool = True, **asked: Any) -> tuple[int, dict[str, Any]]:
    return 200, {"commit": {"sha": SHA}, "protected": protected, "protection": {"enabled": True, "required_status_checks": asked}}


@pytest.mark.parametrize("part", ["repo", "branch"])
@pytest.mark.parametrize(("status", "why"), [(404, Why.FORBIDDEN), (401, Why.FORBIDDEN), (500, Why.FAILED)])
def test_a_repository_that_cannot_be_seen_gives_no_settings(part: str, status: int, why: Why) -> None:
    found, _ = read(a_repository(**{part: (status, {"message": "no"})}))
    assert isinstance(found, Missing)
    assert found.why is why


@pytest.mark.parametrize("answer", [[], {"full_name": 3}, {"full_name": "acme/pay", "default_branch": None}])
def test_an_answer_of_another_form_is_missing(answer: Any) -> None:
    found, _ = read(a_repository(repo=(200, answer)))
    assert isinstance(found, Missing)
    assert found.why is Why.UNREADABLE


def test_a_branch_of_another_form_is_missing() -> None:
    found, _ = read(a_repository(branch=(200, {"commit": None, "protected": False})))
    assert isinstance(found, Missing)


@pytest.mark.parametrize("rules", [(403, {"message": "no"}), (200, [{"type": 3}]), (200, [{"type": "workflows", "parameters": {}}])])
def test_rules_that_cannot_be_read_leave_unknown_what_they_could_say(rules: tuple[int, Any]) -> None:
    found = known(a_repository(rules=rules))
    for part in (found.required, found.queue, found.workflows, found.code_owners):
        assert isinstance(part, Missing)


def test_a_repository_that_asks_for_nothing_costs_three_requests() -> None:
    found, asked = read(a_repository())
    assert found == Settings(
        "acme/pay", "main", SHA, public=False, forks=False, public_api=False, required=(), queue=False, workflows=(), code_owners=False
    )
    assert asked == ["/repos/acme/pay", "/repos/acme/pay/branches/main", "/repos/acme/pay/rules/branches/main"]


@pytest.mark.parametrize(
    ("told", "public", "forks"),
    [
        ({}, True, False),
        ({"private": False, "allow_forking": True}, True, True),
        ({"private": True, "allow_forking": True}, False, True),
        ({"private": True, "allow_forking": False}, False, False),
    ],
)
def test_who_may_fork(told: dict[str, bool], public: bool, forks: bool) -> None:
    found = known(a_repository(repo=(200, {"full_name": "acme/pay", "default_branch": "main", **told})))
    assert (found.public, found.forks) == (public, forks)


def test_rulesets_are_read() -> None:
    check = {"context": "prgate/verdict", "integration_id": 15368}
    rules = [
        {"type": "required_status_checks", "ruleset_id": 7, "parameters": {"required_status_checks": [check, {"context": "any"}]}},
        {"type": "pull_request", "parameters": {"require_code_owner_review": True}},
        {"type": "pull_request", "parameters": {"require_code_owner_review": False}},
        {"type": "workflows", "parameters": {"workflows": [{"path": ".github/workflows/g.yml", "repository_id": 3}]}},
        {"type": "deletion"},
        QUEUE,
    ]
    found = known(a_repository(rules=(200, rules)))
    assert found.required == (Required("prgate/verdict", 15368, "ruleset 7"), Required("any", None, "ruleset 7"))
    assert (found.queue, found.workflows, found.code_owners) == (True, (".github/workflows/g.yml",), True)


@pytest.mark.parametrize(
    ("asked", "required"),
    [
        ({"enforcement_level": "off", "contexts": ["a"]}, ()),
        ({"enforcement_level": "everyone", "contexts": ["a"]}, (Required("a", None, "branch protection"),)),
        (
            {
                "contexts": ["a", "b"],
                "checks": [{"context": "a", "app_id": 3}, {"context": "b", "app_id": -1}, {"context": "c", "app_id": None}],
            },
            (Required("a", 3, "branch protection"), Required("b", None, "branch protection"), Required("c", None, "branch protection")),
        ),
    ],
)
def test_branch_protection_is_read(asked: dict[str, Any], required: tuple[Required, ...]) -> None:
    assert known(a_repository(branch=branch(protected=False, **asked))).required == required


@pytest.mark.parametrize(
    ("protection", "code_owners"),
    [
        ((200, {"required_pull_request_reviews": {"require_code_owner_reviews": True}}), True),
        ((200, {"required_pull_request_reviews": {"require_code_owner_reviews": False}}), False),
        ((200, {}), False),
        ((404, {"message": "Branch not protected"}), False),
    ],
)
def test_whether_code_owners_must_review(protection: tuple[int, Any], code_owners: bool) -> None:
    assert known(a_repository(branch=branch(enforcement_level="off"), protection=protection)).code_owners is code_owners


@pytest.mark.parametrize("protection", [(403, {"message": "Must have admin rights"}), (200, {"required_pull_request_reviews": 3})])
def test_protection_that_only_administrators_see_leaves_the_review_unknown(protection: tuple[int, Any]) -> None:
    assert isinstance(known(a_repository(branch=branch(enforcement_level="off"), protection=protection)).code_owners, Missing)


def test_protection_can_answer_where_rulesets_cannot_be_read() -> None:
    protection = (200, {"required_pull_request_reviews": {"require_code_owner_reviews": True}})
    told = {"branch": branch(enforcement_level="off"), "rules": (403, {"message": "no"})}
    assert known(a_repository(**told, protection=protection)).code_owners is True
    assert isinstance(known(a_repository(**told, protection=(200, {}))).code_owners, Missing)
