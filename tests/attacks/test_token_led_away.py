"""The forge's answer, or something that answers in its place, leads to another host, so that the job's token goes along.

Group: runner
Seen in: clients that follow redirects with their headers (requests did before 2.20 within one host name, git does by default at first)
Held by: the token goes to the API's own origin and the server's git and nowhere else; a redirect or a next page on another host is refused
  and nothing passes; an archive is fetched from where the forge keeps it, without the token; git follows no redirect.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.action.bench import Bench
from tests.attacks.told import process
from tests.forge.forge import Forge
from tests.github.scripted import Say, Scripted


@pytest.mark.parametrize("status", [301, 307])
def test_a_redirect_to_another_host_is_not_followed(forge: Forge, tmp_path: Path, status: int) -> None:
    bench = Bench(forge, tmp_path, local=False)
    told = bench.environment(bench.opened(bench.open()))
    with Scripted() as thief, Scripted(*[Say(status, {}, {"Location": f"{thief.url}/taken"})] * 20) as api:
        code, log = process(told | {"GITHUB_API_URL": api.url})
        assert (1, []) == (code, thief.paths)
        assert len(api.asked) >= 2
    assert told["PRGATE_TOKEN"] not in log
    assert "nothing passes" in log or "could not be judged" in log


def test_a_next_page_on_another_host_is_not_read(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path, local=False)
    pull = bench.open()
    told = bench.environment(bench.opened(pull))
    compared = forge.show(f"/repos/acme/pay/compare/{pull.base_sha}...{pull.head_sha}")
    with Scripted() as thief:
        away = {"Link": f'<{thief.url}/repos/acme/pay/issues/1/comments?page=2>; rel="next"'}
        with Scripted(Say(200, compared), *[Say(200, [], away)] * 20) as api:
            code, log = process(told | {"GITHUB_API_URL": api.url})
        assert (1, []) == (code, thief.paths)
    assert "the next page is said to be on another host" in log
    assert told["PRGATE_TOKEN"] not in log


def test_git_does_not_follow_its_server_to_another_host(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path, local=False)
    told = bench.environment(bench.opened(bench.open()))
    with Scripted() as thief, Scripted(*[Say(302, None, {"Location": f"{thief.url}/taken"})] * 20) as server:
        code, log = process(told | {"GITHUB_SERVER_URL": server.url})
        assert (1, []) == (code, thief.paths)
        assert len(server.asked) >= 1
    assert "No redirect is followed" in log
    assert "action_required" == bench.conclusion(bench.head)


def test_the_host_of_the_archives_and_strangers_get_no_token(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path, local=False)
    pull = bench.open()
    forge.artifact(bench.host, forge.run(pull), "trace", {"session.jsonl": b"{}\n"})
    token = forge.token(bench.host)
    bench.run(bench.opened(pull), token=token, trace_artifact="trace")
    (fetched,) = forge.requests("GET", r"^/\d+-\d+\.zip")
    assert {"authorization", "cookie"} & set(fetched.headers) == set()
    assert [] == [value for value in fetched.headers.values() if token in value]
    assert {"github-actions[bot]"} == {entry.login for entry in forge.requests("*", "^/repos/")}
