from __future__ import annotations

import json
from typing import Any

import pytest

from prgate.github.facts import Compared, look
from prgate.model.missing import Missing
from tests.github.invented import (
    AT,
    BASE,
    BUSY,
    COMMENTS,
    FORK_POINT,
    GRAPHQL,
    HEAD,
    LATER,
    QUIET,
    REVIEWS,
    comment,
    permission,
    pull,
    review,
    turns,
    user,
)
from tests.github.looking import looked, missing, read, the_pull
from tests.github.scripted import Say
from tests.github.talk import talk
from tests.github.telling import Refused, telling

ACTIVITY = "/repos/dana/pay/activity"
KIM = {permission("kim"): {"permission": "write"}}
BARE = "/prgate attest 1: read the key handling"


def moved(after: str = HEAD, **changes: Any) -> dict[str, Any]:
    return {"id": 5, "before": BASE, "after": after, "ref": "refs/heads/rotate", "timestamp": LATER, "activity_type": "push"} | changes


def said(body: str | None, **more: Any) -> dict[str, Any]:
    """What the forge answers where kim, who may write, has left this comment."""
    return QUIET | KIM | {COMMENTS: [comment(1, "kim", body, **more)]}


def reviewed(*bodies: str, nodes: Any = None, by: str = "kim") -> dict[str, Any]:
    """What it answers where kim has sent reviews of these texts, and GraphQL tells of these nodes."""
    reviews = [review(by, "COMMENTED", body=body, node_id=f"R{number}") for number, body in enumerate(bodies)]
    who = {permission(by): {"permission": "write"}}
    return QUIET | who | {REVIEWS: reviews} | ({GRAPHQL: turns(nodes=nodes)} if nodes is not None else {})


def since(answers: dict[str, Any], **changes: Any) -> str | None:
    found = looked(answers, **changes)
    assert {} == missing(found)
    return read(found.document).head_since


# Since when the head is there


@pytest.mark.parametrize(
    "answer",
    [
        Refused(404),
        Refused(403),
        Refused(500),
        b"{",
        {},
        [],
        [7],
        [moved(BASE)],
        [moved(BASE), moved()],
        [moved(ref="refs/heads/other")],
        [moved(ref=None)],
        [moved(timestamp="yesterday")],
    ],
    ids=str,
)
def test_a_push_that_the_forge_does_not_tell_as_the_newest_leaves_the_time_out_and_nothing_else(answer: Any) -> None:
    assert since(said(BARE) | {ACTIVITY: answer}) is None


def test_the_time_is_that_of_the_newest_push_to_the_head_s_branch_in_the_head_s_own_repository() -> None:
    queries = []

    def answer(query: dict[str, str]) -> list[Any]:
        queries.append(query)
        return [moved()]

    assert LATER == since(said(BARE) | {ACTIVITY: answer})
    assert [{"ref": "refs/heads/rotate", "per_page": "1"}] == queries


def test_a_fork_that_is_gone_tells_nothing_and_is_not_asked() -> None:
    gone = {"ref": "rotate", "sha": HEAD, "repo": None}
    assert since(said(BARE) | {ACTIVITY: [moved()]}, head=gone) is None


@pytest.mark.parametrize(
    ("answers", "asked"),
    [
        (QUIET, 0),
        (said("Looks good"), 0),
        (said("Why does `/prgate attest 1: x` not work?"), 0),
        (said("/prgate"), 0),
        (said(BARE, updated_at=LATER), 0),
        (said(f"/prgate attest 1 at {HEAD[:7]}: read it"), 1),
        (said(f"/prgate attest 1 at {BASE[:7]}: read it"), 0),
        (said(f"/prgate attest 1 at {HEAD}: read it"), 0),
        (said("/prgate attest 1 at noon: read it"), 0),
        (said("/prgate wrote 3f9c2ab"), 0),
        (said("/prgate wrong lost-coverage: it is covered"), 0),
        (said("/prgate wrote a.py:1-3"), 1),
        (said(f"/prgate attest 1 at {HEAD}: read it\n/prgate wrote a.py:1-3"), 1),
        (QUIET | {COMMENTS: [comment(1, "dana", f"/prgate attest 1 at {HEAD}: read it")], permission("dana"): {"permission": "write"}}, 1),
        (reviewed(BARE, nodes=[{"id": "R0", "lastEditedAt": None}]), 0),
        (reviewed(BARE, nodes=[{"id": "R0", "lastEditedAt": None}], by="dana"), 1),
        (reviewed(BARE, nodes=[{"id": "R0", "lastEditedAt": AT}], by="dana"), 0),
        (said("/prgate attest 1: looked at 3f9c2ab"), 1),
        (said(BARE), 1),
        (said("/prgate break-glass: the site is down"), 1),
        (said(BARE) | {permission("kim"): {"permission": "none"}}, 0),
        (said(BARE) | {permission("kim"): Refused(500)}, 1),
        (said(BARE, user=user("helper[bot]", "Bot")), 0),
        (QUIET | {COMMENTS: [comment(number, "kim", BARE) for number in range(1, 9)]} | KIM, 1),
    ],
)
def test_only_a_comment_that_could_count_and_names_no_head_costs_the_request(answers: dict[str, Any], asked: int) -> None:
    with telling(answers | {ACTIVITY: [moved()]}) as forge:
        look(forge.session, the_pull(), Compared(FORK_POINT, 0, ()))
        assert asked == forge.asked.count(ACTIVITY)


# Whether a review still says what was sent


def edits(answers: dict[str, Any]) -> list[bool | None]:
    found = looked(answers)
    assert {} == missing(found)
    reviews = read(found.document).reviews
    assert not isinstance(reviews, Missing)
    return [each.edited for each in reviews]


@pytest.mark.parametrize(
    "nodes",
    [None, [], [None, {}], [7], [{"id": "R1", "lastEditedAt": None}], [{"id": "R0", "lastEditedAt": "now"}]],
    ids=str,
)
def test_a_review_that_the_forge_does_not_tell_about_is_not_said_to_be_unedited(nodes: Any) -> None:
    assert [None] == edits(reviewed(BARE) | {GRAPHQL: turns(nodes=nodes)})


@pytest.mark.parametrize(
    "answer",
    [
        Refused(404),
        Refused(500),
        b"{",
        {},
        {"data": None},
        {"data": {"repository": None}},
        {"data": {"repository": {"pullRequest": {"number": 8, "base": {"nodes": []}, "again": {"nodes": []}}}}},
        turns("yesterday"),
        turns() | {"errors": [{"message": "You may not"}]},
        turns() | {"errors": "odd"},
    ],
    ids=str,
)
def test_where_the_forge_does_not_tell_whether_the_base_was_changed_the_reviews_are_missing_and_the_time_of_the_push(answer: Any) -> None:
    for answers in (reviewed(BARE), QUIET | KIM | {REVIEWS: [review("kim")]}, said(BARE)):
        found = looked(answers | {GRAPHQL: answer, ACTIVITY: [moved()]})
        assert {"reviews"} == missing(found).keys()
        assert "since" not in found.document["head"] | found.document["base"]


def test_another_base_is_told_with_its_time_and_a_pull_request_that_was_opened_again_has_its_head_since_then() -> None:
    facts = read(looked(said(BARE) | {GRAPHQL: turns("2026-11-20T12:00:00Z", "2026-11-20T12:45:00Z"), ACTIVITY: [moved()]}).document)
    assert ("2026-11-20T12:00:00Z", "2026-11-20T12:45:00Z") == (facts.base_since, facts.head_since)
    early = read(looked(said(BARE) | {GRAPHQL: turns(None, AT), ACTIVITY: [moved()]}).document)
    assert (None, LATER) == (early.base_since, early.head_since)


@pytest.mark.parametrize(
    ("given", "asked"), [(review("kim"), 1), (review("kim", commit_id=BASE), 0), (review("kim", "COMMENTED"), 0), (review("ann"), 0)]
)
def test_the_base_is_asked_about_only_where_a_word_for_this_head_may_count(given: Any, asked: int) -> None:
    with telling(QUIET | KIM | {REVIEWS: [given], permission("ann"): {"permission": "none"}}) as forge:
        look(forge.session, the_pull(), Compared(FORK_POINT, 0, ()))
        assert asked == forge.asked.count(GRAPHQL)


def test_a_review_whose_text_was_changed_by_anybody_is_edited_and_others_are_not() -> None:
    nodes = [{"id": "R1", "lastEditedAt": AT}, None, {"id": "R0", "lastEditedAt": None}]
    assert [False, True, False] == edits(reviewed(BARE, "/prgate wrote a.py:1-3", "Looks good", nodes=nodes))


def test_only_a_review_that_holds_a_command_costs_the_request_and_its_author_s_permission() -> None:
    for bodies, asked in (((), 0), (("Looks good", "/prgate"), 0), ((BARE, BARE), 1)):
        with telling(reviewed(*bodies, nodes=[])) as forge:
            found = look(forge.session, the_pull(), Compared(FORK_POINT, 0, ()))
            assert (2 * asked, asked) == (forge.asked.count(GRAPHQL), forge.asked.count(permission("kim")))
            assert (["kim"] if asked else []) == list(found.document["people"])


def test_words_of_an_approval_are_asked_about_since_they_may_name_a_proof() -> None:
    told = {GRAPHQL: turns(nodes=[{"id": "R0", "lastEditedAt": AT}])}
    for body, edited in (("control: AC-2", True), ("", False), (" \n", False), (None, False)):
        assert [edited] == edits(QUIET | KIM | told | {REVIEWS: [review("kim", body=body, node_id="R0")]})
    assert [None] == edits(QUIET | KIM | {REVIEWS: [review("kim", body="control: AC-2", node_id="R0")]})


def test_a_crowd_of_reviews_keeps_nobody_near_from_being_asked_about() -> None:
    crowd = [review("loud", "COMMENTED", body=BARE, node_id=f"R{number}") for number in range(150)]
    near = review("kim", "COMMENTED", body=BARE, node_id="K", author_association="MEMBER")
    with telling(QUIET | KIM | {REVIEWS: [*crowd[:120], near, *crowd[120:]], permission("loud"): {"permission": "read"}}) as forge:
        look(forge.session, the_pull(), Compared(FORK_POINT, 0, ()))
    assert ["K", "R149", "R148"] == json.loads(forge.sent[0])["variables"]["ids"][:3]


def test_a_review_without_a_node_is_not_told_of() -> None:
    assert [None] == edits(QUIET | KIM | {REVIEWS: [review("kim", body=BARE)]})


def test_graphql_is_asked_beside_rest_with_the_token_and_again_after_a_failure() -> None:
    told = Say(200, {"data": {"nodes": []}, "errors": []})
    with talk(Say(502, {}, acts=False), told) as conversation:
        assert {"nodes": []} == conversation.session.query("query { x }", {"ids": ["R0"]})
    assert ["POST /api/graphql"] * 2 == conversation.server.paths
    with talk(told, api="") as conversation:
        conversation.session.query("query { x }", {})
    assert ["POST /graphql"] == conversation.server.paths
    assert b'{"query": "query { x }", "variables": {}}' == conversation.server.asked[0].body
    assert "authorization" in conversation.server.asked[0].headers


def test_a_refused_question_asks_for_the_permission_and_not_for_one_to_write() -> None:
    with talk(Say(403, {"message": "no"})) as conversation:
        found = conversation.session.query("query { x }", {})
    assert isinstance(found, Missing)
    assert ("forbidden", False) == (found.why, "write" in found.fix)


# Whose word is kept and asked about


def test_commands_of_who_may_write_are_kept_where_all_that_is_said_is_more_than_the_document_holds() -> None:
    long = "/prgate attest 1: " + "é" * 65_500
    answers = QUIET | {
        COMMENTS: [*(comment(number, "loud", long) for number in range(1, 10)), comment(10, "kim", BARE)],
        REVIEWS: [*(review("loud", "COMMENTED", body=long) for _ in range(9)), review("kim", body=BARE)],
        permission("loud"): {"permission": "read"},
        ACTIVITY: [moved()],
    }
    found = looked(answers | KIM)
    assert {} == missing(found)
    for key in ("comments", "reviews"):
        assert [*[None] * 9, BARE] == [entry["body"] for entry in found.document[key]]
    unknown = looked(answers | {permission("kim"): Refused(500)})
    assert {"people", "comments", "reviews"} == missing(unknown).keys()


def test_of_a_crowd_that_commands_and_approves_those_who_are_near_are_asked_about_first() -> None:
    answers = QUIET | {
        REVIEWS: [review(f"crowd{number}") for number in range(60)],
        COMMENTS: [
            comment(1, "kim", BARE, author_association="COLLABORATOR"),
            *(comment(number, f"loud{number}", BARE) for number in range(2, 60)),
        ],
    }
    found = looked(answers | KIM | {permission(f"crowd{number}"): {"permission": "read"} for number in range(60)})
    assert ["kim", "crowd59"] == list(found.document["people"])[:2]


def test_a_list_that_cannot_be_read_makes_nobody_near() -> None:
    odd = BUSY | {COMMENTS: [comment(1, user=[], author_association="OWNER")], REVIEWS: [7]}
    assert {"comments", "reviews"} == missing(looked(odd)).keys()


def test_the_pull_request_s_head_is_told_without_a_time_where_nobody_commands() -> None:
    found = looked(QUIET, **pull())
    assert "since" not in found.document["head"]
