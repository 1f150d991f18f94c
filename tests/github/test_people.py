from __future__ import annotations

from typing import Any

import pytest

from prgate.github.facts import Compared, look
from prgate.model.facts import Permission, Person, PersonType
from prgate.model.independence import independent_approvals
from prgate.model.missing import UnknownError
from tests.github.invented import (
    BASE,
    BUSY,
    COMMENTS,
    COMPARED,
    FORK_POINT,
    HEAD,
    LATER,
    QUIET,
    REVIEWS,
    comment,
    commit,
    comparison,
    permission,
    review,
    user,
)
from tests.github.looking import looked, missing, read, the_pull
from tests.github.telling import Refused, telling


def test_a_review_that_is_not_sent_is_none() -> None:
    assert [] == looked(QUIET | {REVIEWS: [review("kim", "PENDING", submitted_at=None)]}).document["reviews"]


def test_a_review_whose_commit_is_gone_is_nobody_s_approval_of_this_head_and_still_the_last_word() -> None:
    answers = QUIET | {
        REVIEWS: [review("kim"), review("kim", commit_id=None, submitted_at=LATER)],
        permission("kim"): {"permission": "admin"},
    }
    facts = read(looked(answers).document)
    assert () == independent_approvals(facts, HEAD)
    facts = read(looked(answers | {REVIEWS: [review("kim")]}).document)
    assert ["kim"] == [review.author for review in independent_approvals(facts, HEAD)]


def test_nobody_s_approval_counts_even_where_an_account_of_that_name_may_write() -> None:
    answers = QUIET | {
        REVIEWS: [review(None), review("ghost"), review("-odd")],
        permission("ghost"): {"permission": "admin"},
        permission("-odd"): {"permission": "admin"},
    }
    found = looked(answers)
    assert ({}, {}) == (missing(found), found.document["people"])
    assert ["ghost"] * 3 == [entry["author"] for entry in found.document["reviews"]]
    assert () == independent_approvals(read(found.document), HEAD)


def test_an_approval_by_a_person_whose_permission_could_not_be_read_decides_nothing() -> None:
    facts = read(looked(BUSY | {permission("lee"): Refused(500)}, comments=3).document)
    with pytest.raises(UnknownError):
        independent_approvals(facts, HEAD)


def test_only_people_who_decide_or_command_are_asked_about_and_the_author_only_as_a_commander() -> None:
    answers = QUIET | {
        REVIEWS: [
            review("Dana", "DISMISSED"),
            review("sam", "COMMENTED"),
            review("helper[bot]", user=user("helper[bot]", "Bot")),
            review("acme", user=user("acme", "Organization")),
            review("kim", "DISMISSED"),
            review("KIM"),
        ],
        COMMENTS: [
            comment(1, "lee"),
            comment(2, "helper[bot]", "/prgate wrong x: y", user=user("helper[bot]", "Bot")),
            comment(3, "pat", "/prgate"),
        ],
    }
    with telling(answers) as forge:
        look(forge.session, the_pull(), Compared(FORK_POINT, 0, ()))
        assert [permission("kim")] == [path for path in forge.asked if "collaborators" in path]
    with telling(QUIET | {COMMENTS: [comment(1, "dana", "/prgate wrote"), comment(2, "dana", "/prgate")]}) as forge:
        look(forge.session, the_pull(), Compared(FORK_POINT, 0, ()))
        assert [permission("dana")] == [path for path in forge.asked if "collaborators" in path]


def test_bots_are_known_wherever_they_are_met_and_a_login_is_a_bot_if_it_ever_was_one() -> None:
    answers = QUIET | {
        COMPARED: comparison(commit(author=user("Copilot", "Bot"), committer=user("helper[bot]", "Bot"))),
        REVIEWS: [review("copilot"), review("Copilot", user=user("Copilot", "Bot"))],
    }
    found = looked(answers, user=user("dependabot[bot]", "Bot"))
    bot = {"permission": "none", "type": "Bot"}
    assert {} == missing(found)
    assert {"Copilot": bot, "helper[bot]": bot, "dependabot[bot]": bot} == found.document["people"]


@pytest.mark.parametrize(
    ("answer", "permission_"),
    [
        *(({"permission": word}, word) for word in ("admin", "write", "read", "none")),
        *(({"permission": word, "role_name": word}, word) for word in ("admin", "maintain", "write", "read", "none")),
        ({"permission": "write", "role_name": "maintain"}, "maintain"),
        ({"permission": "read", "role_name": "triage"}, "read"),
        ({"permission": "write", "role_name": "release manager"}, "write"),
        ({"permission": "read", "role_name": "admin"}, "read"),
        ({"permission": "read", "role_name": "maintain"}, "read"),
        ({"permission": "push", "role_name": "write"}, "write"),
        ({"permission": "pull", "role_name": "read"}, "read"),
        ({"permission": "triage", "role_name": "triage"}, "read"),
        ({"permission": "admin", "user": None}, "admin"),
        ({"permission": "admin", "user": {"login": "KIM"}}, "admin"),
        (Refused(404), "none"),
    ],
)
def test_a_role_of_an_organisation_s_own_weighs_as_what_it_is_made_from(answer: Any, permission_: str) -> None:
    facts = read(looked(QUIET | {REVIEWS: [review("kim")], permission("kim"): answer}).document)
    assert facts.people == {"kim": Person(Permission(permission_), PersonType.USER)}


@pytest.mark.parametrize(
    ("answer", "why", "said"),
    [
        ({"permission": "owner"}, "unreadable", "asked what kim may do, the forge gave `owner` for kim"),
        ({"permission": "admin", "user": user("lee")}, "unreadable", "asked what kim may do, the forge gave `admin` for lee"),
        ({"permission": True}, "unreadable", "the permission of kim: permission: this is true or false"),
        ({"role_name": "admin"}, "unreadable", "the permission of kim: permission: this is null"),
        ([], "unreadable", "the permission of kim: this is no mapping"),
    ],
)
def test_a_permission_that_is_not_understood_leaves_people_missing(answer: Any, why: str, said: str) -> None:
    told = missing(looked(QUIET | {REVIEWS: [review("kim")], permission("kim"): answer}))
    assert (["people"], why, True) == (list(told), told["people"][0], told["people"][1].startswith(said)), told


def test_of_a_crowd_those_who_approve_this_head_are_asked_about_who_are_near_and_latest_first() -> None:
    crowd = [review(f"crowd{number}") for number in range(60)]
    answers = QUIET | {
        REVIEWS: [
            review("lee", author_association="MEMBER"),
            *crowd,
            review("sam", commit_id=BASE),
            review("kim"),
            review("pat", "DISMISSED"),
        ],
        COMMENTS: [comment(number, f"loud{number}", "/prgate attest 1: yes") for number in range(1, 60)],
        permission("lee"): {"permission": "write"},
        permission("kim"): {"permission": "write"},
    }
    found = looked(answers | {permission(f"crowd{number}"): {"permission": "read"} for number in range(60)})
    assert {} == missing(found)
    people = list(found.document["people"])
    assert (50, ["lee", "kim", "crowd59"], "crowd12") == (len(people), people[:3], people[-1])
    assert ["kim", "lee"] == [review.author for review in independent_approvals(read(found.document), HEAD)]


@pytest.mark.parametrize("odd", [None, 7, ["MEMBER"], {"MEMBER": 1}])
def test_an_association_that_is_not_understood_is_none(odd: Any) -> None:
    found = looked(QUIET | {REVIEWS: [review("kim", author_association=odd)], permission("kim"): {"permission": "write"}})
    assert ({}, ["kim"]) == (missing(found), list(found.document["people"]))
