from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prgate.github.facts import Compared, compare, look
from prgate.model.missing import Missing, Why, need
from tests.github.invented import (
    AT,
    BASE,
    BUSY,
    CHECKS,
    COMMENTS,
    COMPARED,
    FORK_POINT,
    HEAD,
    HERE,
    HOME,
    QUIET,
    REVIEWS,
    STATUSES,
    check,
    comment,
    counted,
    permission,
    pull,
    review,
)
from tests.github.looking import looked, missing, read, the_pull
from tests.github.telling import Refused, telling


def test_nothing_said_is_a_fact_and_five_requests() -> None:
    with telling(QUIET) as forge:
        found = look(forge.session, the_pull(), compare(forge.session, HOME, BASE, HEAD))
        assert sorted([COMPARED, REVIEWS, COMMENTS, CHECKS, STATUSES]) == sorted(forge.asked)
    assert {} == missing(found)
    facts = read(found.document)
    assert ((), (), (), {}) == (facts.reviews, facts.comments, facts.checks, facts.people)
    assert ("Rotate keys", 7, HEAD, "dana/pay", BASE, ("risk: high",)) == (
        facts.title,
        facts.number,
        facts.head and facts.head.sha,
        facts.head and facts.head.repository,
        facts.base and facts.base.sha,
        facts.labels,
    )


def test_all_that_was_said_is_in_the_document_at_one_more_request_for_each_person_and_one_for_the_base() -> None:
    with telling(BUSY) as forge:
        found = look(forge.session, the_pull(comments=3), compare(forge.session, HOME, BASE, HEAD))
        assert 9 == forge.session.requests
    assert {} == missing(found)
    assert found.document["commits"] == [
        {"sha": FORK_POINT[::-1], "author": None, "committer": None, "verified": False},
        {"sha": HEAD, "author": "dana", "committer": "web-flow", "verified": True},
    ]
    assert found.document["reviews"] == [
        {"author": "Kim", "state": "approved", "commit": HEAD, "at": AT, "body": ""},
        {"author": "lee", "state": "changes-requested", "commit": HEAD, "at": AT, "body": None},
        {"author": "sam", "state": "commented", "commit": BASE, "at": AT, "body": ""},
    ]
    assert found.document["comments"] == [
        {"id": 1, "author": "kim", "body": "hm", "at": AT, "edited": False},
        {"id": 2, "author": "ann", "body": "/prgate wrote a.py", "at": AT, "edited": True},
        {"id": 3, "author": "helper[bot]", "body": "hm", "at": AT, "edited": False},
    ]
    assert found.document["people"] == {
        "helper[bot]": {"permission": "none", "type": "Bot"},
        "Kim": {"permission": "maintain", "type": "User"},
        "lee": {"permission": "admin", "type": "User"},
        "ann": {"permission": "read", "type": "User"},
    }
    assert found.document["checks"] == [
        {"name": "test", "app": "github-actions", "workflow": None, "conclusion": "success", "head": HEAD},
        {"name": "slow", "app": None, "workflow": None, "conclusion": None, "head": HEAD},
        {"name": "ci/old", "app": None, "workflow": None, "conclusion": "success", "head": HEAD},
        {"name": "ci/next", "app": None, "workflow": None, "conclusion": None, "head": HEAD},
    ]
    assert "https://forge.example/acme/pay/pull/7" == found.document["url"]


def test_the_raw_answers_go_along_for_publishing() -> None:
    found = looked(BUSY, comments=3)
    assert (tuple(BUSY[COMMENTS]), tuple(BUSY[CHECKS]["check_runs"])) == (found.comments, found.checks)


def test_an_address_that_the_facts_cannot_spell_is_left_out() -> None:
    assert "url" not in looked(QUIET, html_url="http://localhost:4601/acme/pay/pull/7").document


@pytest.mark.parametrize(("via", "app"), [({"slug": "helper"}, "helper"), ({}, "nameless"), ({"slug": None}, "nameless"), (None, None)])
def test_a_comment_that_an_app_wrote_with_a_person_s_token_names_the_app(via: Any, app: str | None) -> None:
    (one,) = need(read(looked(QUIET | {COMMENTS: [comment(1, performed_via_github_app=via)]}).document).comments)
    assert app == one.app


def test_a_label_that_is_too_long_leaves_only_the_labels_missing() -> None:
    assert {"labels"} == missing(looked(QUIET, labels=[{"name": "x" * 1_001}])).keys()


@pytest.mark.parametrize("answer", [Refused(403), Refused(404), Refused(500), b"{", {"total_count": 0}, [7]], ids=str)
@pytest.mark.parametrize(
    ("path", "keys"),
    [
        (COMPARED, {"commits"}),
        (REVIEWS, {"reviews"}),
        (COMMENTS, {"comments"}),
        (CHECKS, {"checks"}),
        (STATUSES, {"checks"}),
        (permission("Kim"), {"people"}),
    ],
)
def test_an_answer_that_cannot_be_had_or_read_leaves_its_key_missing_and_no_other(path: str, keys: set[str], answer: Any) -> None:
    found = looked(BUSY | {path: answer}, comments=3)
    if path == permission("Kim") and answer == Refused(404):
        keys = set()
    assert keys == missing(found).keys()


@pytest.mark.parametrize(("key", "path"), [("check_runs", CHECKS), ("statuses", STATUSES)])
def test_a_list_that_is_shorter_than_its_count_is_missing(key: str, path: str) -> None:
    found = looked(QUIET | {path: counted(key) | {"total_count": 1}})
    assert {"checks"} == missing(found).keys()
    assert isinstance(found.checks, Missing) is (key == "check_runs")


@pytest.mark.parametrize(
    ("path", "wrong", "said"),
    [
        (REVIEWS, [review("kim", "BLESSED")], "reviews: [0].state: `BLESSED` is no state of a review"),
        (REVIEWS, [review("kim"), review("kim", submitted_at=None)], "reviews: [1].submitted_at: this is null"),
        (REVIEWS, [review("kim", submitted_at="yesterday")], "reviews: [0].submitted_at: `yesterday` is not a moment"),
        (REVIEWS, [review("kim", body=7)], "reviews: [0].body: this is a whole number"),
        (REVIEWS, [review("kim", commit_id="main")], "reviews: [0].commit_id: `main` is not a full object id"),
        (COMMENTS, [comment(0)], "comments: [0].id: 0 is less than 1"),
        (COMMENTS, [comment(1, updated_at=None)], "comments: [0].updated_at: this is null"),
        (COMMENTS, [comment(1, user=[])], "comments: [0].user: this is no mapping"),
    ],
)
def test_one_entry_that_cannot_be_read_leaves_its_list_missing(path: str, wrong: Any, said: str) -> None:
    found = looked(QUIET | {path: wrong})
    (told,) = missing(found).values()
    assert ("unreadable", True) == (told[0], told[1].startswith(said)), told


@pytest.mark.parametrize("wrong", [check(name="x" * 1_001), check(name=None), check(head_sha=None), check(app=7), check(conclusion=True)])
def test_a_check_that_cannot_be_read_leaves_the_checks_missing_and_the_raw_ones_not(wrong: Any) -> None:
    found = looked(QUIET | {CHECKS: counted("check_runs", wrong)})
    assert {"checks"} == missing(found).keys()
    assert (wrong,) == found.checks


def test_the_gate_s_own_check_runs_are_no_facts_and_hide_nobody_s() -> None:
    own = {"external_id": "prgate:1 pr=7 own=success run=1.1"}
    runs = [
        check("prgate/verdict", id=9, **own),
        check("prgate/verdict", id=8, conclusion="failure", external_id="a1"),
        check("prgate/verdict", id=7, conclusion="skipped", external_id="a0"),
        check("prgate/verdict", id=6, app={"slug": "other"}),
        check("prgate/verdict", id=5, app=None),
        check("test", id=None),
    ]
    found = looked(QUIET | {CHECKS: counted("check_runs", *runs)})
    assert [
        ("prgate/verdict", "github-actions", "failure"),
        ("prgate/verdict", "other"),
        ("prgate/verdict", None),
        ("test", "github-actions"),
    ] == [
        (entry["name"], entry["app"], *([entry["conclusion"]] if entry["conclusion"] != "success" else []))
        for entry in found.document["checks"]
    ]
    assert tuple(runs) == found.checks


def test_a_long_reason_is_cut_to_what_the_document_holds() -> None:
    with telling(QUIET) as forge:
        found = look(forge.session, the_pull(), Missing(Why.FAILED, "no " * 2_000, "yes " * 2_000))
    assert {"commits": ("failed", ("no " * 2_000)[:1_000])} == missing(found)


def test_bodies_that_speak_to_the_gate_and_are_more_than_the_document_holds_leave_the_comments_missing() -> None:
    said = [comment(number, body="/prgate wrong " + "é" * 65_522) for number in range(1, 10)]
    found = looked(QUIET | {COMMENTS: said, permission("kim"): {"permission": "write"}})
    assert ("over-limit", "3,539,") == (missing(found)["comments"][0], missing(found)["comments"][1][:6])
    assert not isinstance(found.comments, Missing)


def test_bodies_that_nothing_rests_on_are_left_out_where_they_are_more_than_the_document_holds() -> None:
    long = "é" * 65_536
    few = looked(QUIET | {COMMENTS: [comment(1, body=long)], REVIEWS: [review("kim", "COMMENTED", body=long)]})
    assert [long, long] == [few.document["comments"][0]["body"], few.document["reviews"][0]["body"]]
    answers = QUIET | {
        COMMENTS: [*(comment(number, body=long) for number in range(1, 10)), comment(10, body="/prgate wrong x: y")],
        REVIEWS: [*(review("kim", "COMMENTED", body=long) for _ in range(9)), review("lee", "CHANGES_REQUESTED", body="/prgate")],
    }
    found = looked(answers | {permission("kim"): {"permission": "read"}, permission("lee"): {"permission": "read"}})
    assert {} == missing(found)
    assert [*[None] * 9, "/prgate wrong x: y"] == [entry["body"] for entry in found.document["comments"]]
    assert [None] * 10 == [entry["body"] for entry in found.document["reviews"]]
    assert ["commented"] * 9 + ["changes-requested"] == [entry["state"] for entry in found.document["reviews"]]


# Comments


def test_comments_that_do_not_reach_the_pull_request_s_count_are_missing() -> None:
    found = looked(QUIET | {COMMENTS: [comment(1)], f"{HERE}/pulls/7": pull(comments=2)}, comments=2)
    assert {"comments": ("failed", "the forge counts 2 comments and lists 1")} == missing(found)
    assert isinstance(found.comments, Missing)


@pytest.mark.parametrize(("again", "why"), [(Refused(403), "forbidden"), (pull(comments="x"), "unreadable")])
def test_a_count_that_cannot_be_asked_again_leaves_the_comments_missing(again: Any, why: str) -> None:
    assert why == missing(looked(QUIET | {f"{HERE}/pulls/7": again}, comments=1))["comments"][0]


def test_a_comment_that_the_first_list_lacked_or_that_was_deleted_since_costs_two_requests() -> None:
    lists = [[comment(1)], [comment(1), comment(2)]]
    with telling(QUIET | {COMMENTS: lambda _: lists.pop(0), f"{HERE}/pulls/7": pull(comments=2)}) as forge:
        late = look(forge.session, the_pull(comments=2), Compared(FORK_POINT, 0, ()))
        assert 6 == forge.session.requests
    assert ({}, 2) == (missing(late), len(late.document["comments"]))
    deleted = looked(QUIET | {COMMENTS: [comment(1)], f"{HERE}/pulls/7": pull(comments=1)}, comments=2)
    assert ({}, 1) == (missing(deleted), len(deleted.document["comments"]))


def test_more_comments_than_were_counted_are_all_taken() -> None:
    found = looked(QUIET | {COMMENTS: [comment(number) for number in range(1, 251)]}, comments=3)
    assert ({}, list(range(1, 251))) == (missing(found), [entry["id"] for entry in found.document["comments"]])


# Whatever is said


@settings(deadline=None, max_examples=60)
@given(data=st.data())
def test_whatever_the_forge_says_the_document_can_be_read(data: st.DataObject) -> None:
    answers = deepcopy(BUSY)
    part: Any = answers
    while True:
        key = data.draw(st.sampled_from(sorted(part) if isinstance(part, dict) else range(len(part))))
        if not isinstance(part[key], dict | list) or not part[key] or data.draw(st.booleans()):
            break
        part = part[key]
    part[key] = data.draw(
        st.sampled_from(
            [None, True, -1, 1.5, 2**70, "", "x" * 2_000, "Bot", "\x00/..", "::error::", "\U0001f600", [], [[]], {}, {"login": []}]
        )
    )
    found = looked(answers, comments=3)
    missing(found)
    read(found.document)
