from __future__ import annotations

import gzip
from typing import Literal

import pytest

from prgate.errors import PrgateError
from prgate.github.session import Answer, Budget, Session
from prgate.model.missing import Why
from tests.github.scripted import Say, Scripted
from tests.github.talk import FINE, SLOW, TOKEN, data, missing, talk

REFUSALS = [
    (Say(401, {"message": "Bad credentials"}), Why.FORBIDDEN, "GET /x was answered 401: Bad credentials"),
    (Say(403, {"message": "Resource not accessible by integration"}), Why.FORBIDDEN, "403: Resource not accessible by integration"),
    (Say(404, {"message": "Not Found"}), Why.FORBIDDEN, "404: Not Found: not there, or not to be seen with this token"),
    (Say(410, {"message": "Artifact has expired"}), Why.FAILED, "410: Artifact has expired"),
    (Say(422, {"message": "Validation Failed", "errors": [{"message": "body is too long"}]}), Why.FAILED, "Failed: body is too long"),
    (Say(422, {"message": "No", "errors": [{"field": "sha", "code": "invalid"}, 7, "too bad"]}), Why.FAILED, "No: sha invalid: too bad"),
    (Say(422, {"message": "No", "errors": "nothing new"}), Why.FAILED, "422: No: nothing new"),
    (Say(400, b"<html>what?</html>"), Why.FAILED, "400: no reason that can be read"),
    (Say(409, ["odd"]), Why.FAILED, "409: no reason given"),
    (Say(304), Why.FAILED, "304: no reason that can be read; it leads elsewhere and is not followed"),
]


@pytest.mark.parametrize(("said", "why", "detail"), REFUSALS, ids=[f"{say.status} {detail[-20:]}" for say, _, detail in REFUSALS])
def test_a_refusal_is_told_at_once_with_what_the_forge_says(said: Say, why: Why, detail: str) -> None:
    with talk(said) as it:
        found = missing(it.session.get("/x"))
    assert (why, True, []) == (found.why, detail in found.detail, it.slept), found.detail


@pytest.mark.parametrize(
    ("header", "fix"),
    [
        ("issues=write; pull_requests=write", "Give the job `issues: write` or `pull-requests: write` under `permissions:`."),
        ("checks=read,contents=read", "Give the job `checks: read` and `contents: read` under `permissions:`."),
        ("<b>=@everyone", "Give the job the permission that this needs under `permissions:`."),
    ],
)
def test_403_names_the_permission_that_the_forge_names(header: str, fix: str) -> None:
    with talk(Say(403, {"message": "No"}, {"X-Accepted-GitHub-Permissions": header})) as it:
        assert fix == missing(it.session.get("/x")).fix


def test_403_on_a_write_says_that_a_fork_never_gets_one() -> None:
    with talk(Say(403, {"message": "No"}, {"X-Accepted-GitHub-Permissions": "checks=write"}, acts=False)) as it:
        found = missing(it.session.send("POST", "/x", {}))
    assert "Give the job `checks: write` under `permissions:`. A run for a fork under `pull_request` never gets one to write." == found.fix


def test_a_long_message_is_cut() -> None:
    with talk(Say(422, {"message": "long " * 20_000})) as it:
        assert len(missing(it.session.get("/x")).detail) < 300
    with talk(Say(422, {"message": "long\n" * 5_001})) as it:
        assert missing(it.session.get("/x")).detail.endswith("long long …")


def test_404_is_an_answer_where_it_was_asked_for() -> None:
    with talk(Say(404, {"message": "Not Found"}), Say(403, {"message": "No"}), FINE) as it:
        found = it.session.get("/x", absent=True)
        assert (404, None) == (found.status, found.data) if isinstance(found, Answer) else found
        assert Why.FORBIDDEN is missing(it.session.get("/x", absent=True)).why
        assert {"fine": True} == data(it.session.get("/x", absent=True))


@pytest.mark.parametrize(
    "path",
    ["x", "", "//elsewhere.example/x", "https://elsewhere.example/x", "/a/../b", "/a/%2E./b", "/a/..", "/a?b=c", "/a#b", "/ä", "/a b"],
)
def test_a_path_that_could_lead_elsewhere_is_not_asked(path: str) -> None:
    with talk() as it:
        assert Why.FAILED is missing(it.session.get(path)).why
        assert "is no path of the API" in missing(it.session.download(path, limit=1)).detail
        assert [] == it.server.asked


@pytest.mark.parametrize(
    "api", ["", "api.github.com", "ftp://host/", "https:///x", "https://me:pw@host", "https://host/?a=b", "https://h:99999"]
)
def test_an_address_that_cannot_be_an_api_is_a_usage_error(api: str) -> None:
    with pytest.raises(PrgateError, match="address of the forge's API") as caught:
        Session(api=api, token=TOKEN)
    assert "pw" not in str(caught.value)


@pytest.mark.parametrize("token", ["", "  \n", "ghs_SECRET\nX-Other: 1", "ghs_SECRET ü"])
def test_a_token_that_cannot_be_one_is_a_usage_error_and_is_not_shown(token: str) -> None:
    with pytest.raises(PrgateError) as caught:
        Session(api="https://api.github.com", token=token)
    assert "SECRET" not in str(caught.value)


@pytest.mark.parametrize(
    ("ends", "words", "waited"),
    [
        ("cut", "GET /x was not answered: the connection failed or was cut (ConnectionError), 4 times", [1, 2, 4]),
        ("midway", "GET /x was not answered: the connection failed or was cut (ProtocolError), 4 times", [1, 2, 4]),
        ("hang", "GET /x was not answered within 0.15 s, 4 times", [1, 2, 4]),
    ],
)
def test_a_reply_that_never_comes_whole_is_told(ends: Literal["cut", "midway", "hang"], words: str, waited: list[float]) -> None:
    with talk(*[Say(200, {"fine": True}, ends=ends)] * 4, budget=SLOW) as it:
        found = missing(it.session.get("/x"))
    assert (Why.FAILED, words, waited) == (found.why, found.detail, it.slept)


def test_a_reply_that_only_trickles_is_given_up() -> None:
    with talk(Say(200, b"[" + b" " * 500 + b"]", ends="drip"), budget=Budget(tries=1, timeout_seconds=0.05)) as it:
        assert "not answered within 0.05 s" in missing(it.session.get("/x")).detail


def test_time_outs_count_as_waiting() -> None:
    with talk(Say(ends="hang"), Say(ends="hang"), budget=Budget(wait_seconds=3.2, timeout_seconds=0.2)) as it:
        assert "GET /x was not answered within 0.2 s; a repeat must wait 2 s, and 2 of the 3 s" in missing(it.session.get("/x")).detail
    assert ([1], 1.4) == (it.slept, it.session.waited)


def test_a_server_that_is_not_there_is_told() -> None:
    with Scripted() as server:
        api = server.url
    session = Session(api=api, token=TOKEN, sleep=lambda _: None)
    assert "the connection failed or was cut" in missing(session.get("/x")).detail
    session.close()


@pytest.mark.parametrize(
    "body",
    [b'{"half": [1, 2', b"", b"<!doctype html><title>Sign in</title>", b"\xff\xfe", b"NaN", b'{"a": 1e999}', b"[" + b"1" * 9999 + b"]"],
)
def test_a_body_that_is_no_json_is_unreadable(body: bytes) -> None:
    with talk(*[Say(200, body)] * 4) as it:
        found = missing(it.session.get("/x"))
    assert (Why.UNREADABLE, [1, 2, 4]) == (found.why, it.slept)
    assert found.detail.startswith("GET /x was answered 200 with a body that cannot be read: ")


def test_half_a_body_once_is_read_on_the_next_try() -> None:
    with talk(Say(200, b'{"fine": tr'), FINE) as it:
        assert {"fine": True} == data(it.session.get("/x"))


def test_json_that_nests_too_deep_is_over_the_limit_and_not_asked_for_again() -> None:
    with talk(Say(200, b"[" * 100_000)) as it:
        assert Why.OVER_LIMIT is missing(it.session.get("/x")).why


@pytest.mark.parametrize("size", [32 * 1024**2 + 1, 300 * 1024**2])
def test_a_body_over_the_cap_is_over_the_limit_also_when_it_is_packed(size: int) -> None:
    packed = gzip.compress(b" " * size, compresslevel=1)
    with talk(Say(200, packed, {"Content-Encoding": "gzip"})) as it:
        found = missing(it.session.get("/x"))
    assert (Why.OVER_LIMIT, "GET /x was answered with more than 33,554,432 bytes, the most that is read") == (found.why, found.detail)


def test_a_packed_body_is_read_and_a_broken_one_is_not() -> None:
    packed = gzip.compress(b'{"fine": true}')
    with talk(Say(200, packed, {"Content-Encoding": "gzip"}), *[Say(200, b"no gzip", {"Content-Encoding": "gzip"})] * 4) as it:
        assert {"fine": True} == data(it.session.get("/x"))
        assert "cut (DecodeError), 4 times" in missing(it.session.get("/x")).detail


def test_a_huge_refusal_is_a_refusal() -> None:
    with talk(Say(403, b'{"message": "' + b"x" * 40 * 1024**2)) as it:
        assert "403: no reason that can be read" in missing(it.session.get("/x")).detail


@pytest.mark.parametrize(
    "raw",
    [
        b"\x00\xff garbage\r\n\r\n",
        b"HTTP/1.1 banana\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"".join(b"x-%d: y\r\n" % number for number in range(200)) + b"\r\n{}",
        b"HTTP/1.1 200 OK\r\nx: " + b"y" * 70_000 + b"\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\n{}",
        b"HTTP/1.1 200 OK\r\ncontent-length: 1, 2\r\n\r\n{}",
    ],
    ids=["no HTTP", "no status", "many headers", "a long header", "half a chunk", "two lengths"],
)
def test_a_server_that_speaks_no_http_is_told(raw: bytes) -> None:
    with talk(Say(raw=raw), budget=Budget(tries=1)) as it:
        assert Why.FAILED is missing(it.session.get("/x")).why


def test_a_body_in_chunks_is_read() -> None:
    raw = b'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\n{"a"\r\n4\r\n: 1}\r\n0\r\n\r\n'
    with talk(Say(raw=raw)) as it:
        assert {"a": 1} == data(it.session.get("/x"))


def test_a_request_says_who_asks_and_which_version_of_the_api() -> None:
    with talk(FINE, api="") as it:
        data(it.session.get("/repos/o/r/compare/a...b", page=2, q="ü&"))
        asked = it.server.asked[0]
    expected = {
        "authorization": f"token {TOKEN}",
        "accept": "application/vnd.github+json",
        "x-github-api-version": "2022-11-28",
    }
    assert "GET /repos/o/r/compare/a...b?page=2&q=%C3%BC%26" == it.server.paths[0]
    assert expected == {name: asked.headers[name] for name in expected}
    assert asked.headers["user-agent"].startswith("prgate/")


def test_an_answer_gives_the_names_of_its_headers_in_lower_case() -> None:
    with talk(Say(200, [], {"X-Thing": "Value"})) as it:
        found = it.session.get("/x")
        assert "Value" == found.headers["x-thing"] if isinstance(found, Answer) else found


def test_connections_are_kept() -> None:
    with talk(*[FINE] * 5) as it:
        for _ in range(5):
            data(it.session.get("/x"))
        assert 0 == it.session.waited


def test_a_line_end_after_the_token_is_no_part_of_it() -> None:
    with Scripted(FINE) as server:
        session = Session(api=server.url, token=f" {TOKEN}\n")
        data(session.get("/x"))
        session.close()
        assert f"token {TOKEN}" == server.asked[0].headers["authorization"]


def test_202_is_an_answer_and_not_waited_for() -> None:
    with talk(Say(202, {"state": "pending"})) as it:
        assert {"state": "pending"} == data(it.session.get("/x"))


@pytest.mark.parametrize("header", ["x-ratelimit-remaining", "x-ratelimit-reset", "x-ratelimit-limit"])
def test_a_rate_limit_that_is_no_number_harms_nobody(header: str) -> None:
    with talk(Say(200, {}, {"x-ratelimit-remaining": "1", "x-ratelimit-limit": "2", header: "many"})) as it:
        assert {} == data(it.session.get("/x"))
