from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from prgate.model.missing import Why
from tests.github.scripted import Say, Scripted
from tests.github.talk import TOKEN, Talk, missing, talk


@contextmanager
def stored(*script: Say, times: int = 1) -> Iterator[tuple[Talk, Scripted]]:
    """A forge that sends on to another host, as often as it is asked."""
    with Scripted(*script, name="localhost") as store:
        to = Say(302, headers={"Location": f"{store.url}/blob?sig=abc%2BSECRET"})
        with talk(*[to] * times) as it:
            yield it, store


def test_an_archive_over_the_limit_is_not_read() -> None:
    with stored(Say(200, b"x" * 9), Say(200, b"x" * 2**20, {"Content-Length": str(2**40)}), times=2) as (it, _):
        it.server.script.append(Say(200, b"x" * 9))
        for _ in range(3):
            found = missing(it.session.download("/x", limit=8))
            assert (Why.OVER_LIMIT, "GET /x was answered with more than 8 bytes, the most that is read") == (found.why, found.detail)


def test_an_archive_comes_from_another_host_that_gets_no_token() -> None:
    with stored(Say(200, b"PK bytes")) as (it, store):
        assert b"PK bytes" == it.session.download("/artifacts/7/zip", limit=8)
        assert "authorization" in it.server.asked[0].headers
        assert ["GET /blob?sig=abc%2BSECRET"] == store.paths
        assert TOKEN not in repr(store.asked)
        assert {"host", "user-agent", "accept-encoding"} == set(store.asked[0].headers) - {"accept", "connection"}
        assert 2 == it.session.requests


def test_an_archive_may_move_on_and_may_come_from_the_api_itself() -> None:
    with stored(Say(302, headers={"Location": "/there"}), Say(200, b"bytes")) as (it, store):
        it.server.script.extend([Say(302, headers={"Location": "/api/v3/y"}), Say(200, b"own")])
        assert b"bytes" == it.session.download("/x", limit=8)
        assert b"own" == it.session.download("/x", limit=8)
        assert ["GET /blob?sig=abc%2BSECRET", "GET /there"] == store.paths


def test_an_archive_is_asked_for_anew_when_its_host_fails() -> None:
    half = Say(200, b"half", {"Content-Length": "8"}, ends="midway")
    with stored(Say(503), Say(403), half, Say(200, b"bytes"), times=4) as (it, _):
        assert b"bytes" == it.session.download("/x", limit=8)
    with stored(*[Say(404)] * 4, times=4) as (it, _):
        found = missing(it.session.download("/x", limit=8))
    assert (Why.FAILED, "GET /x: the host that keeps it answered 404, 4 times") == (found.why, found.detail)


def test_an_archive_that_is_refused_is_told() -> None:
    with talk(Say(404, {"message": "Not Found"}), Say(410, {"message": "Artifact has expired"})) as it:
        assert Why.FORBIDDEN is missing(it.session.download("/x", limit=8)).why
        assert "410: Artifact has expired" in missing(it.session.download("/x", limit=8)).detail


@pytest.mark.parametrize("location", ["ftp://host/x", "http://[", "mailto:x", "https://", "http://h:99999/", "https://h:0/"])
def test_an_archive_is_not_fetched_from_where_no_host_can_be(location: str) -> None:
    with talk(Say(302, headers={"Location": location})) as it:
        assert "an address that is not https" in missing(it.session.download("/x", limit=8)).detail


def test_an_archive_that_is_led_on_for_ever_ends() -> None:
    with stored(*[Say(302, headers={"Location": "/on"})] * 12, times=4) as (it, _):
        assert "the host that keeps it answered 302, 4 times" in missing(it.session.download("/x", limit=8)).detail
