from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import pytest

from prgate.github.session import Answer, Budget
from prgate.model.missing import Missing
from tests.github.scripted import Say
from tests.github.talk import SECONDARY, SLOW, Talk, data, limited, missing, talk


def posts(it: Talk, happened: Callable[[], Any] | None = None) -> Answer | Missing:
    return it.session.send("POST", "/comments", {"body": "said"}, happened=happened)


def looker(it: Talk) -> Callable[[], Any]:
    """Looks for the comment in the list, over the same session."""

    def look() -> Any:
        found = it.session.pages("/comments")
        return found if isinstance(found, Missing) else next(iter(found), None)

    return look


LISTED = Say(200, lambda server: server.made)
LOST: list[Say] = [
    Say(500),
    Say(502),
    Say(201, b'{"id": 1, "bo'),
    Say(201, b"<html>"),
    Say(201, {"id": 1}, ends="cut"),
    Say(201, {"id": 1}, ends="midway"),
    Say(201, {"id": 1}, ends="hang"),
]


@pytest.mark.parametrize("lost", LOST, ids=lambda say: f"{say.status} {say.ends}")
def test_a_post_that_happened_unseen_is_found_and_not_repeated(lost: Say) -> None:
    with talk(lost, LISTED, budget=SLOW) as it:
        found = posts(it, looker(it))
        assert (200, {"body": "said"}) == (found.status, found.data) if isinstance(found, Answer) else found
    assert (["POST /api/v3/comments", "GET /api/v3/comments?per_page=100"], 1) == (it.server.paths, len(it.server.made))


@pytest.mark.parametrize("lost", LOST, ids=lambda say: f"{say.status} {say.ends}")
def test_a_post_that_did_not_happen_is_looked_for_and_repeated(lost: Say) -> None:
    unmade = Say(lost.status, lost.body, ends=lost.ends, acts=False)
    with talk(unmade, LISTED, Say(201, {"id": 1}), budget=SLOW) as it:
        found = posts(it, looker(it))
        assert (201, {"id": 1}) == (found.status, found.data) if isinstance(found, Answer) else found
    assert 1 == len(it.server.made)


def test_a_post_is_looked_for_after_the_last_try_too() -> None:
    with talk(Say(502, acts=False), LISTED, Say(502), LISTED, budget=Budget(tries=2)) as it:
        assert {"body": "said"} == data(posts(it, looker(it)))
    assert [1, 2] == it.slept


def test_a_post_that_never_happens_is_told() -> None:
    with talk(Say(502, acts=False), LISTED, Say(502, acts=False), LISTED, budget=Budget(tries=2)) as it:
        assert "POST /comments was answered 502" in missing(posts(it, looker(it))).detail


def test_a_post_that_cannot_be_looked_for_is_not_repeated() -> None:
    with talk(Say(502), Say(403, {"message": "No"})) as it:
        assert "GET /comments was answered 403: No" in missing(posts(it, looker(it))).detail
    with talk(Say(502)) as it:
        assert missing(posts(it)).detail.endswith("; it may have happened, and cannot be looked for")


def test_a_post_that_may_have_happened_is_looked_for_also_before_a_later_repeat() -> None:
    with talk(Say(502, acts=False), LISTED, limited(retry_after="5"), LISTED, Say(201, {"id": 1})) as it:
        assert {"id": 1} == data(posts(it, looker(it)))
    assert [1, 5] == it.slept


def test_a_post_is_looked_for_even_if_the_budget_holds_no_wait() -> None:
    with talk(Say(503, headers={"retry-after": "999"}), LISTED) as it:
        assert {"body": "said"} == data(posts(it, looker(it)))
    with talk(Say(503, headers={"retry-after": "999"}, acts=False), LISTED) as it:
        assert "must wait 999 s" in missing(posts(it, looker(it))).detail


def test_a_post_that_a_limit_held_up_is_repeated_without_a_look() -> None:
    with talk(limited(message=SECONDARY), limited(retry_after="1"), Say(201, {"id": 1})) as it:
        assert {"id": 1} == data(posts(it))
    assert ([60, 1], 1) == (it.slept, len(it.server.made))


@pytest.mark.parametrize("verb", ["PATCH", "PUT", "DELETE"])
def test_other_writes_are_repeated_freely(verb: Literal["PATCH", "PUT", "DELETE"]) -> None:
    with talk(Say(502), Say(ends="cut"), Say(204)) as it:
        found = it.session.send(verb, "/x", {"a": 1})
        assert (204, None) == (found.status, found.data) if isinstance(found, Answer) else found


def test_a_patch_that_adds_is_looked_for_where_the_caller_can() -> None:
    with talk(Say(502)) as it:
        assert "there" == data(it.session.send("PATCH", "/x", {"a": 1}, happened=lambda: "there"))


def test_a_write_sends_its_body_as_json_and_a_delete_none() -> None:
    with talk(Say(201, {}), Say(204), Say(202), Say(202, {"a": 1})) as it:
        assert {} == data(it.session.send("POST", "/x", {"body": "grün\ud800"}))
        assert None is data(it.session.send("DELETE", "/x", {}))
        assert None is data(it.session.send("PUT", "/x", {}))
        assert {"a": 1} == data(it.session.get("/x"))
        sent = [(asked.body, asked.headers.get("content-type")) for asked in it.server.asked]
    json_type = "application/json"
    assert [(b'{"body": "gr\\u00fcn\\ud800"}', json_type), (b"", None), (b"{}", json_type), (b"", None)] == sent
