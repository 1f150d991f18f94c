"""The forge does what GitHub does, as far as the gate can tell: people, pull requests, tokens, git."""

from __future__ import annotations

import base64
import subprocess
from pathlib import Path

import requests

from tests.forge.bare import environment
from tests.forge.conftest import Scene
from tests.forge.forge import Forge

_TOLD = {
    "owner-one": ("admin", "admin"),
    "maint-one": ("write", "maintain"),
    "dev-one": ("write", "write"),
    "triage-one": ("read", "triage"),
    "dev-two": ("read", "read"),
}


def test_nobody_gets_in_with_a_token_that_is_none(scene: Scene) -> None:
    answer = scene.ask("GET", "/pulls/1", token="ghs_stale")
    assert (401, "Bad credentials") == (answer.status_code, answer.json()["message"])


def test_a_private_repository_is_not_there_for_others(forge: Forge) -> None:
    forge.repository("acme/hidden", private=True)
    other = forge.repository("acme/open")
    statuses = [
        requests.get(f"{forge.url}/repos/acme/hidden", headers={"authorization": f"Bearer {token}"}, timeout=5).status_code
        for token in (forge.token(other), forge.user_token("dev-two"), forge.user_token("dev-one"))
    ]
    assert [404, 404, 200] == statuses


def test_a_read_only_token_is_told_what_it_lacks(scene: Scene) -> None:
    head, token = scene.pull.head_sha, scene.forge.read_token(scene.repo)
    asked: list[tuple[str, str, object, str]] = [
        ("POST", "/issues/1/comments", {"body": "x"}, "issues=write; pull_requests=write"),
        ("POST", "/check-runs", {"name": "x", "head_sha": head}, "checks=write"),
        ("POST", f"/statuses/{head}", {"state": "success"}, "statuses=write"),
        ("POST", "/pulls/1/reviews", {"event": "APPROVE"}, "pull_requests=write"),
        ("GET", "/branches/main/protection", None, "administration=read"),
    ]
    for method, path, body, accepted in asked:
        answer = scene.ask(method, path, token=token, json=body)
        assert (403, "Resource not accessible by integration") == (answer.status_code, answer.json()["message"])
        assert accepted == answer.headers["x-accepted-github-permissions"]


def test_an_app_is_no_user(scene: Scene) -> None:
    header = {"authorization": f"Bearer {scene.forge.token(scene.repo)}"}
    assert 403 == requests.get(f"{scene.forge.url}/user", headers=header, timeout=5).status_code


def test_a_role_is_told_in_both_of_githubs_words(scene: Scene) -> None:
    token = scene.forge.token(scene.repo)
    told = [scene.ask("GET", f"/collaborators/{login}/permission", token=token).json() for login in _TOLD]
    assert list(_TOLD.values()) == [(answer["permission"], answer["role_name"]) for answer in told]


def test_nobody_knows_a_stranger(scene: Scene) -> None:
    assert 404 == scene.ask("GET", "/collaborators/nobody-at-all/permission", token=None).status_code


def test_a_push_moves_the_head_and_a_closed_pull_request_stays(scene: Scene) -> None:
    before = scene.pull.head_sha
    moved = scene.forge.push(scene.repo, "agent/x", scene.work, ref="HEAD~1")
    told = scene.forge.show("/repos/acme/pay/pulls/1")
    assert (moved, 1, 1, 1) == (told["head"]["sha"], told["commits"], told["changed_files"], told["additions"])
    assert moved == scene.repo.git.refs("refs/pull/1/head")["refs/pull/1/head"]
    scene.forge.close(scene.pull)
    scene.forge.push(scene.repo, "agent/x", before)
    assert moved == scene.forge.show("/repos/acme/pay/pulls/1")["head"]["sha"]


def test_the_base_commit_stays_until_a_push_or_a_retarget(scene: Scene) -> None:
    old = scene.pull.base_sha
    tip = scene.forge.push(scene.repo, "main", scene.work, ref="later")
    assert old == scene.forge.show("/repos/acme/pay/pulls/1")["base"]["sha"]
    scene.forge.push(scene.repo, "agent/x", scene.work, ref="agent/x~1")
    assert tip == scene.forge.show("/repos/acme/pay/pulls/1")["base"]["sha"]
    scene.forge.push(scene.repo, "release", scene.work, ref="main")
    scene.forge.retarget(scene.pull, "release")
    told = scene.forge.show("/repos/acme/pay/pulls/1")["base"]
    assert ("release", old) == (told["ref"], told["sha"])


def test_a_forks_pull_request_lives_on_when_the_fork_is_gone(scene: Scene) -> None:
    fork = scene.forge.fork(scene.repo, "dev-two")
    scene.forge.push(fork, "feature", scene.work)
    pull = scene.forge.pull(scene.repo, head="feature", fork=fork, author="dev-two")
    listed = scene.forge.show("/repos/acme/pay/pulls?state=open&head=dev-two:feature")
    assert [(pull.number, "dev-two/pay", pull.head_sha)] == [
        (item["number"], item["head"]["repo"]["full_name"], item["head"]["sha"]) for item in listed
    ]
    assert set() == {"commits", "comments", "changed_files"} & set(listed[0])
    scene.forge.delete_fork(fork)
    told = scene.forge.show(f"/repos/acme/pay/pulls/{pull.number}")
    assert (None, pull.head_sha) == (told["head"]["repo"], told["head"]["sha"])


def test_a_comparison_names_the_merge_base_and_who_is_known(scene: Scene) -> None:
    told = scene.forge.show(f"/repos/acme/pay/compare/{scene.pull.base_sha}...{scene.pull.head_sha}")
    assert (scene.pull.base_sha, 2, "ahead") == (told["merge_base_commit"]["sha"], told["total_commits"], told["status"])
    assert ["dev-one", None] == [commit["author"] and commit["author"]["login"] for commit in told["commits"]]


def test_a_comparison_comes_in_pages(scene: Scene) -> None:
    path = f"/compare/{scene.pull.base_sha}...{scene.pull.head_sha}"
    first = scene.ask("GET", f"{path}?per_page=1", token=None)
    second = requests.get(first.links["next"]["url"], timeout=5)
    assert ["two", "three"] == [commit["commit"]["message"] for answer in (first, second) for commit in answer.json()["commits"]]
    assert [True, False] == ["files" in answer.json() for answer in (first, second)]
    assert "next" not in second.links


def test_a_review_is_of_the_head_of_its_moment(scene: Scene) -> None:
    head = scene.pull.head_sha
    review = scene.forge.review(scene.pull, by="maint-one", body="good")
    scene.forge.push(scene.repo, "agent/x", scene.work, ref="HEAD~1")
    scene.forge.dismiss(scene.pull, review)
    told = scene.forge.show("/repos/acme/pay/pulls/1/reviews")
    assert [("maint-one", "DISMISSED", head, "good")] == [
        (item["user"]["login"], item["state"], item["commit_id"], item["body"]) for item in told
    ]


def test_nobody_approves_their_own(scene: Scene) -> None:
    answer = scene.ask("POST", "/pulls/1/reviews", token=scene.forge.user_token("dev-one"), json={"event": "APPROVE"})
    assert (422, [{"message": "Can not approve your own pull request"}]) == (answer.status_code, answer.json()["errors"])


def test_a_comment_has_a_length(scene: Scene) -> None:
    token = scene.forge.token(scene.repo)
    sent = [scene.ask("POST", "/issues/1/comments", token=token, json={"body": "x" * length}) for length in (65_537, 65_536)]
    assert [422, 201] == [answer.status_code for answer in sent]


def test_comments_come_in_pages_and_are_counted(scene: Scene) -> None:
    for number in range(3):
        scene.forge.comment(scene.pull, f"comment {number}", by="github-actions[bot]")
    first = scene.ask("GET", "/issues/1/comments?per_page=2", token=None)
    second = requests.get(first.links["next"]["url"], timeout=5)
    assert (2, 1, 3) == (len(first.json()), len(second.json()), scene.forge.show("/repos/acme/pay/pulls/1")["comments"])
    assert ("github-actions[bot]", "Bot", 15368) == (
        first.json()[0]["user"]["login"],
        first.json()[0]["user"]["type"],
        first.json()[0]["performed_via_github_app"]["id"],
    )


def test_git_asks_for_a_token_and_gives_any_commit(scene: Scene, tmp_path: Path) -> None:
    fork = scene.forge.fork(scene.repo, "dev-two")
    scene.forge.push(fork, "feature", scene.work)
    pull = scene.forge.pull(scene.repo, head="feature", fork=fork, author="dev-two")
    subprocess.run(["git", "init", "--quiet", "--bare", tmp_path / "scratch"], check=True)
    word = base64.b64encode(f"x-access-token:{scene.forge.read_token(scene.repo)}".encode()).decode()
    address = f"{scene.forge.url}/acme/pay.git"

    def fetch(*options: str) -> int:
        command = ["git", "-C", str(tmp_path / "scratch"), *options, "fetch", "--quiet", "--filter=blob:none", address, pull.head_sha]
        return subprocess.run(command, env=environment() | {"GIT_TERMINAL_PROMPT": "0"}, capture_output=True, check=False).returncode

    assert 128 == fetch()
    assert 128 == fetch("-c", "http.extraheader=Authorization: basic AAAA")
    assert 0 == fetch("-c", f"http.extraheader=Authorization: basic {word}")


def test_what_moved_a_branch_is_told_by_branch_and_newest_first(scene: Scene) -> None:
    before = scene.pull.head_sha
    moved = scene.forge.push(scene.repo, "agent/x", scene.work, ref="HEAD~1")
    scene.forge.push(scene.repo, "main", scene.work, ref="main")
    told = scene.forge.show("/repos/acme/pay/activity?ref=refs/heads/agent/x")
    assert [(before, moved, "push"), ("0" * 40, before, "branch_creation")] == [
        (entry["before"], entry["after"], entry["activity_type"]) for entry in told
    ]
    assert told[1]["timestamp"] < told[0]["timestamp"]
    assert 4 == len(scene.forge.show("/repos/acme/pay/activity"))
    fork = scene.forge.fork(scene.repo, "dev-two")
    assert [moved] == [entry["after"] for entry in scene.forge.show(f"{fork.path}/activity?ref=agent/x")]


def test_a_review_that_anybody_edited_reads_so_and_only_graphql_tells(scene: Scene) -> None:
    first, other = (scene.forge.review(scene.pull, by=who, state="COMMENTED", body="no") for who in ("maint-one", "maint-two"))
    scene.forge.edit_review(scene.pull, first, "/prgate attest 1: yes", by="dev-one")
    now = scene.forge.show("/repos/acme/pay/pulls/1/reviews")
    assert ["/prgate attest 1: yes", "no"] == [review["body"] for review in now]
    assert now[0] == first | {"body": "/prgate attest 1: yes"}
    asked = {"query": "query { lastEditedAt }", "variables": {"ids": [first["node_id"], other["node_id"]]}}
    told = scene.forge.act("POST", "/graphql", by="maint-one", body=asked)
    assert [True, False] == [node["lastEditedAt"] is not None for node in told["data"]["nodes"]]
    assert 404 == scene.ask("PUT", "/pulls/1/reviews/99", token=scene.forge.user_token("maint-one"), json={"body": "x"}).status_code
