from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import pytest

from prgate.github.session import Budget, Session
from prgate.model.missing import Why
from tests.github.scripted import Say, Scripted
from tests.github.talk import FINE, TOKEN, data, missing, talk
from tests.github.tunnel import Tunnel, certified


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_get_is_led_on_within_the_host_with_its_query(status: int) -> None:
    with Scripted() as server:
        server.script.extend([Say(status, headers={"Location": f"{server.url}/api/v3/repositories/7/pulls?state=open"}), FINE])
        session = Session(api=f"{server.url}/api/v3", token=TOKEN)
        assert {"fine": True} == data(session.get("/repos/old/name/pulls", state="open"))
        session.close()
        assert ["GET /api/v3/repos/old/name/pulls?state=open", "GET /api/v3/repositories/7/pulls?state=open"] == server.paths


def test_a_relative_redirect_is_led_on() -> None:
    with talk(Say(301, headers={"Location": "there?a=1#b"}), FINE) as it:
        data(it.session.get("/a/x", b=2))
    assert ["GET /api/v3/a/x?b=2", "GET /api/v3/a/there?a=1"] == it.server.paths


@pytest.mark.parametrize("verb", ["POST", "PATCH", "DELETE"])
def test_a_write_is_not_led_on(verb: Literal["POST", "PATCH", "DELETE"]) -> None:
    moved = Say(307, {"message": "Moved"}, {"Location": "/api/v3/repositories/7"}, acts=False)
    with talk(moved) as it:
        found = missing(it.session.send(verb, "/x", {"a": 1}))
    assert (Why.FAILED, f"{verb} /x was answered 307: Moved; it leads elsewhere and is not followed") == (found.why, found.detail)


@pytest.mark.parametrize("location", ["/api/v3/x", "", "y"])
def test_redirects_in_a_circle_end(location: str) -> None:
    with talk(*[Say(302, headers={"Location": location})] * 4) as it:
        assert "was led on more than 3 times" in missing(it.session.get("/x")).detail


def test_a_redirect_to_nowhere_is_told() -> None:
    with talk(Say(301)) as it:
        assert "301" in missing(it.session.get("/x")).detail


ELSEWHERE: list[Callable[[Scripted], str]] = [
    lambda other: f"{other.url}/api/v3/x",
    lambda other: f"//127.0.0.1:{other.port}/x",
    lambda other: f"http://127.0.0.1:{other.port}\\@x/",
    lambda _: "https://127.0.0.1/x",
    lambda _: "http://[::1",
    lambda _: "http://127.0.0.1:99999/x",
    lambda _: "file:///etc/passwd",
    lambda _: "http://user@",
]


@pytest.mark.parametrize("where", ELSEWHERE)
def test_neither_a_redirect_nor_a_page_takes_the_token_to_another_host(where: Callable[[Scripted], str]) -> None:
    with Scripted() as other:
        with talk(Say(301, headers={"Location": where(other)}), Say(200, [1], {"Link": f'<{where(other)}>; rel="next"'})) as it:
            assert "leads elsewhere and is not followed" in missing(it.session.get("/x")).detail
            found = missing(it.session.pages("/x"))
            assert (Why.UNREADABLE, "GET /x: the next page is said to be on another host") == (found.why, found.detail)
        assert [] == other.asked


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """An environment without proxies and certificates."""
    names = ("http_proxy", "https_proxy", "all_proxy", "no_proxy", "requests_ca_bundle", "curl_ca_bundle", "netrc")
    for name in names:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    return monkeypatch


def test_netrc_neither_replaces_the_token_nor_adds_one(bare: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login me password secret\nmachine localhost login me password secret\n")
    bare.setenv("HOME", str(tmp_path))
    bare.setenv("NETRC", str(tmp_path / ".netrc"))
    with Scripted(Say(200, b"bytes"), name="localhost") as store:
        with talk(FINE, Say(302, headers={"Location": f"{store.url}/blob"})) as it:
            data(it.session.get("/x"))
            assert b"bytes" == it.session.download("/x", limit=9)
            assert [f"token {TOKEN}"] * 2 == [asked.headers["authorization"] for asked in it.server.asked]
        assert "authorization" not in store.asked[0].headers


def test_cookies_are_not_kept() -> None:
    with talk(Say(200, {}, {"Set-Cookie": "a=b; Path=/"}), FINE) as it:
        data(it.session.get("/x"))
        data(it.session.get("/x"))
        assert "cookie" not in it.server.asked[1].headers


def test_a_proxy_that_is_not_there_is_told_without_its_password(bare: pytest.MonkeyPatch) -> None:
    bare.setenv("HTTPS_PROXY", "http://user:pa55word@127.0.0.1:1")
    session = Session(api="https://forge.example", token=TOKEN, budget=Budget(tries=1))
    found = missing(session.get("/x"))
    session.close()
    assert ("GET /x was not asked: the proxy cannot be reached or refuses", Why.FAILED) == (found.detail, found.why)
    assert "pa55word" not in repr(found)


def test_a_certificate_that_nobody_vouches_for_gets_no_token_and_is_not_tried_again(bare: pytest.MonkeyPatch, tmp_path: Path) -> None:
    bare.setenv("HOME", str(tmp_path))
    tls, _ = certified(tmp_path)
    with Scripted(FINE, tls=tls) as server:
        session = Session(api=server.url, token=TOKEN)
        found = missing(session.get("/x"))
        session.close()
        assert "REQUESTS_CA_BUNDLE" in found.fix
        assert ([], 1, 0) == (server.asked, session.requests, session.waited)


def test_tls_that_fails_otherwise_is_tried_again(bare: pytest.MonkeyPatch) -> None:
    bare.setenv("NO_PROXY", "*")
    with Scripted(FINE) as server:
        session = Session(api=server.url.replace("http:", "https:"), token=TOKEN, budget=Budget(tries=2), sleep=lambda _: None)
        assert "TLS failed, 2 times" in missing(session.get("/x")).detail
        session.close()


def test_an_authority_and_a_proxy_of_ones_own_are_used_and_the_proxy_learns_nothing(bare: pytest.MonkeyPatch, tmp_path: Path) -> None:
    tls, authority = certified(tmp_path)
    bare.setenv("REQUESTS_CA_BUNDLE", str(authority))
    with Tunnel() as tunnel, Scripted(FINE, Say(302, headers={"Location": "http://127.0.0.1/x"}), tls=tls) as server:
        bare.setenv("HTTPS_PROXY", tunnel.url)
        session = Session(api=server.url, token=TOKEN)
        assert {"fine": True} == data(session.get("/x"))
        assert f"CONNECT 127.0.0.1:{server.port} ".encode() in tunnel.seen
        assert "an address that is not https" in missing(session.download("/x", limit=9)).detail
        session.close()
        assert f"token {TOKEN}" == server.asked[0].headers["authorization"]
        assert TOKEN.encode() not in tunnel.seen


def test_no_proxy_names_hosts_that_are_asked_directly(bare: pytest.MonkeyPatch) -> None:
    bare.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    bare.setenv("NO_PROXY", "127.0.0.1")
    with talk(FINE) as it:
        assert {"fine": True} == data(it.session.get("/x"))


def test_an_authority_that_is_not_there_is_told(bare: pytest.MonkeyPatch) -> None:
    bare.setenv("REQUESTS_CA_BUNDLE", "/not/there.pem")
    session = Session(api="https://127.0.0.1:1", token=TOKEN, budget=Budget(tries=1))
    assert "(OSError)" in missing(session.get("/x")).detail
    session.close()


def test_the_token_is_in_nothing_that_is_said_logged_or_shown(caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> None:
    caplog.set_level(logging.DEBUG)
    echo = {"message": f"{TOKEN} is bad", "errors": [TOKEN]}
    script = [Say(status, echo, {"X-Echo": TOKEN}) for status in (401, 403, 404, 422)] + [
        Say(500, echo),
        Say(200, [TOKEN]),
        Say(ends="cut"),
    ]
    with talk(*script, budget=Budget(tries=1)) as it:
        said = [repr(it.session.get("/x").data if status == 200 else missing(it.session.get("/x"))) for status in (401, 403, 404, 422, 500)]  # type: ignore[union-attr]
        said += [repr(data(it.session.get("/x"))), repr(missing(it.session.get("/x"))), repr(it.session), str(it.session)]
    assert "(token) is bad" in said[0]
    assert TOKEN not in "".join(said) + caplog.text + "".join(capfd.readouterr())
