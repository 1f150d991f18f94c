"""The token goes to the remote alone, and of what lies around only proxies and authorities reach git."""

from __future__ import annotations

import shutil
import ssl
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from prgate.git.fetch import Fetched, Want, ask_tips, fetch
from prgate.git.process import Git
from prgate.git.remote import FetchLimits, Remote, connect
from prgate.model.missing import Why
from tests.git_server import Server, served
from tests.remotes import MAIN, SECRETS, TOKEN, fine, local, missing
from tests.repositories import Repo


def test_the_token_is_in_no_command_line_no_file_and_no_word(
    server: Server, remote: Remote, want: Want, tmp_path: Path, program: Callable[[str], None]
) -> None:
    program(f'export GIT_TRACE={tmp_path}/trace\necho "$@" >> {tmp_path}/calls\nexec $GIT "$@"')
    server.secrets = (*SECRETS, "remote-http")
    found = fetch(tmp_path / "f", remote, want)
    assert isinstance(found, Fetched)
    assert {f"Basic {SECRETS[1]}"} == server.authorizations
    assert server.seen or not Path("/proc/self/cmdline").exists()
    told = [*server.seen, (tmp_path / "trace").read_text(), (tmp_path / "calls").read_text(), repr(found), repr(remote)]
    assert "remote-http" in told[-4]
    files = [place.read_bytes().decode("latin-1") for place in tmp_path.rglob("*") if place.is_file()]
    assert [] == [secret for secret in SECRETS if any(secret in text for text in (*told, *files))]
    wire = connect(Git(str(tmp_path), {}), remote, FetchLimits(), time.sleep)
    assert not [secret for secret in SECRETS if secret in repr(wire)]


def test_the_token_goes_to_no_other_host(server: Server, remote: Remote, want: Want, tmp_path: Path, repo: Repo) -> None:
    with served(repo.path.parent / "served") as other:
        for at in range(6):
            server.faults[:] = [*[fine] * at, *[lambda handler: handler.answer(307, Location=other.url + handler.path)] * 20]
            found = missing(tmp_path / f"f{at}", remote, want)
            assert (Why.FAILED, True) == (found.why, "No redirect is followed" in found.fix)
        assert [] == other.asked


@pytest.mark.parametrize("way", ["home", "xdg", "global", "count", "parameters"])
def test_the_callers_configuration_steers_nothing(
    remote: Remote, want: Want, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    settings = {
        "url.http://127.0.0.1:9/.insteadOf": remote.url.removesuffix("up.git"),
        "http.extraHeader": "X-From: caller",
        "http.proxy": "http://127.0.0.1:9",
        "core.askPass": f"touch {tmp_path}/ran #",
        "credential.helper": f"!touch {tmp_path}/ran #",
        "core.hooksPath": str(tmp_path / "hooks"),
        "fetch.recurseSubmodules": "true",
        "protocol.allow": "never",
    }
    (tmp_path / "hooks").mkdir()
    (tmp_path / "hooks" / "reference-transaction").write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\n")
    (tmp_path / "hooks" / "reference-transaction").chmod(0o755)
    (tmp_path / "git").mkdir()
    for file in (".gitconfig", "git/config"):
        for key, value in settings.items():
            subprocess.run(["git", "config", "--file", tmp_path / file, key, value], check=True)
    match way:
        case "home":
            monkeypatch.setenv("HOME", str(tmp_path))
        case "xdg":
            monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
        case "global":
            monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / ".gitconfig"))
        case "count":
            monkeypatch.setenv("GIT_CONFIG_COUNT", str(len(settings)))
            for number, (key, value) in enumerate(settings.items()):
                monkeypatch.setenv(f"GIT_CONFIG_KEY_{number}", key)
                monkeypatch.setenv(f"GIT_CONFIG_VALUE_{number}", value)
        case _:
            monkeypatch.setenv("GIT_CONFIG_PARAMETERS", " ".join(f"'{key}={value}'" for key, value in settings.items()))
    monkeypatch.setenv("GIT_ASKPASS", f"touch {tmp_path}/ran #")
    monkeypatch.setenv("SSH_ASKPASS", f"touch {tmp_path}/ran #")
    monkeypatch.setenv("GIT_ALLOW_PROTOCOL", "none")
    monkeypatch.setenv("GIT_TRACE_CURL", str(tmp_path / "ran"))
    assert isinstance(fetch(tmp_path / "f", remote, want), Fetched)
    missing(tmp_path / "g", Remote(remote.url), want)
    assert [] == list(tmp_path.rglob("ran"))


def test_a_password_file_of_the_user_is_not_looked_into(
    server: Server, want: Want, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".netrc").write_text(f"machine 127.0.0.1 login x-access-token password {TOKEN}\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert Why.FORBIDDEN is missing(tmp_path / "f", Remote(f"{server.url}/up.git"), want).why
    assert {None} == server.authorizations


def test_a_repository_around_the_temporary_folder_is_not_read(repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    around = Repo(tmp_path / "around")
    around.git("config", "remote.forge.uploadpack", f"touch {tmp_path}/ran #")
    monkeypatch.setattr("tempfile.tempdir", str(around.path))
    assert {MAIN: repo.git("rev-parse", "main").decode().strip()} == ask_tips(local(repo), [MAIN])
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("name", ["http_proxy", "all_proxy", "ALL_PROXY"])
def test_a_proxy_of_the_runner_is_used(server: Server, want: Want, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    remote = Remote("http://forge.example/up.git", TOKEN)
    monkeypatch.setenv(name, server.url)
    assert isinstance(fetch(tmp_path / "f", remote, want), Fetched)
    assert {"http://forge.example"} == {line.split()[1].partition("/up.git")[0] for line in server.asked}
    monkeypatch.setenv("no_proxy", "forge.example")
    assert Why.FAILED is missing(tmp_path / "g", remote, want, waits=(2.0, 8.0)).why


def test_an_authority_that_the_runner_names_is_trusted_and_no_other(
    repo: Repo, want: Want, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if shutil.which("openssl") is None:
        pytest.skip("no openssl here")
    files = {"-keyout": str(tmp_path / "key"), "-out": str(tmp_path / "certificate")}
    made = [*("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1")]
    subprocess.run([*made, "-addext", "subjectAltName=IP:127.0.0.1", *sum(files.items(), ())], check=True, capture_output=True)
    with served(repo.path.parent / "served", token=TOKEN) as server:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(files["-out"], files["-keyout"])
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        remote = Remote(f"{server.url.replace('http', 'https')}/up.git", TOKEN)
        for name in ("SSL_CERT_FILE", "SSL_CERT_DIR"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("GIT_SSL_NO_VERIFY", "1")
        found = missing(tmp_path / "f", remote, want)
        assert (Why.FAILED, True) == (found.why, "certificate" in found.detail)
        assert [] == server.asked
        monkeypatch.setenv("SSL_CERT_FILE", files["-out"])
        assert isinstance(fetch(tmp_path / "g", remote, want), Fetched)
        monkeypatch.setenv("GIT_SSL_CAINFO", str(tmp_path / "nowhere"))
        assert Why.FAILED is missing(tmp_path / "h", remote, want).why
