from __future__ import annotations

import time

import pytest

from prgate.github.session import Budget
from prgate.model.missing import Why
from tests.github.scripted import Say
from tests.github.talk import FINE, SECONDARY, data, limited, missing, talk

DATE = "Tue, 04 Mar 2025 10:00:00 GMT"
AT = 1_741_082_400
"""The same moment, in seconds since 1970."""

WAITS = [
    ("as asked", limited(retry_after="7", date=DATE, x_ratelimit_remaining="0", x_ratelimit_reset=str(AT + 50)), 7),
    ("until the date asked for", limited(retry_after="Tue, 04 Mar 2025 10:00:09 GMT", date=DATE), 9),
    ("a second at least", limited(retry_after="0"), 1),
    ("to the reset, by the server's clock", limited(x_ratelimit_remaining="0", x_ratelimit_reset=str(AT + 50), date=DATE), 51),
    ("to a reset that is over", limited(x_ratelimit_remaining="0", x_ratelimit_reset=str(AT - 9), date=DATE), 1),
    ("to a reset in fractions", limited(429, x_ratelimit_remaining="0", x_ratelimit_reset=f"{AT + 4}.5", date=DATE), 5.5),
    ("a minute where no time is named", limited(message=SECONDARY), 60),
    ("a minute after 429", limited(429), 60),
    ("a minute without the server's clock", limited(x_ratelimit_remaining="0", x_ratelimit_reset=str(AT)), 60),
    ("a minute with a clock that is none", limited(x_ratelimit_remaining="0", x_ratelimit_reset=str(AT), date="soon"), 60),
    ("a minute with a reset that is none", limited(x_ratelimit_remaining="0", x_ratelimit_reset="nan", date=DATE), 60),
    ("a minute with a wait that is none", limited(retry_after="-5"), 60),
    ("a second after a fault", Say(500), 1),
    ("as asked after a fault", Say(503, headers={"retry-after": "12"}), 12),
]


@pytest.mark.parametrize(("name", "said", "wait"), WAITS, ids=[name for name, _, _ in WAITS])
def test_it_waits(name: str, said: Say, wait: float) -> None:
    with talk(said, FINE) as it:
        assert {"fine": True} == data(it.session.get("/x"))
    assert ([wait], wait, 2) == (it.slept, it.session.waited, it.session.requests)


def test_a_date_without_a_zone_is_not_read_by_the_clock_of_the_runner(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    with talk(limited(retry_after="Tue, 04 Mar 2025 10:00:09 -0000", date=DATE), FINE) as it:
        data(it.session.get("/x"))
    monkeypatch.undo()
    time.tzset()
    assert [9] == it.slept


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (limited(retry_after="3600"), "a repeat must wait 3,600 s, and 90 of the 90 s to wait are left"),
        (limited(x_ratelimit_remaining="0", x_ratelimit_reset=str(AT + 999), date=DATE), "must wait 1,000 s, and 90 of the 90 s"),
    ],
)
def test_a_wait_that_the_budget_does_not_hold_is_not_begun(said: Say, words: str) -> None:
    with talk(said) as it:
        found = missing(it.session.get("/x"))
    assert (Why.FAILED, True, []) == (found.why, words in found.detail, it.slept), found.detail
    assert "(a rate limit)" in found.detail


def test_the_budget_of_waiting_is_the_whole_sessions() -> None:
    with talk(limited(retry_after="60"), FINE, limited(retry_after="60"), Say(500), FINE) as it:
        data(it.session.get("/x"))
        assert "must wait 60 s, and 30 of the 90 s" in missing(it.session.get("/y")).detail
        data(it.session.get("/z"))
    assert [60, 1] == it.slept


def test_without_a_time_named_each_wait_after_a_limit_is_twice_the_last() -> None:
    with talk(limited(429), limited(429), limited(429), FINE, budget=Budget(wait_seconds=600)) as it:
        data(it.session.get("/x"))
    assert [60, 120, 240] == it.slept


@pytest.mark.parametrize("status", [500, 502, 503, 504, 408])
def test_a_server_that_fails_on_every_try_is_told(status: int) -> None:
    with talk(*[Say(status, b"<html>Unicorn!</html>")] * 4) as it:
        found = missing(it.session.get("/x"))
    assert (Why.FAILED, [1, 2, 4]) == (found.why, it.slept)
    assert f"GET /x was answered {status}: no reason that can be read, 4 times" == found.detail


def test_502_twice_and_then_an_answer() -> None:
    with talk(Say(502), Say(502), FINE) as it:
        assert {"fine": True} == data(it.session.get("/x"))
    assert [1, 2] == it.slept


def test_a_session_sends_no_more_requests_than_its_budget_holds() -> None:
    with talk(FINE, Say(500), Say(500), budget=Budget(requests=3)) as it:
        data(it.session.get("/x"))
        found = missing(it.session.get("/y"))
        assert (Why.OVER_LIMIT, "GET /y was not asked: 3 requests were sent, the most of one run") == (found.why, found.detail)
        assert (3, 3) == (it.session.requests, len(it.server.asked))
