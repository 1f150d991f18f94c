"""Payloads of the forge hold what real payloads hold."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.forge.conftest import Scene
from tests.forge.events import Event
from tests.forge.upstream import PARTS

_EXAMPLES = PARTS / "node_modules" / "@octokit" / "webhooks-examples" / "api.github.com" / "index.json"
_OWN = {"installation", "changes", "enterprise"}
"""What only some deliveries carry: to an app's own address, or of an edit."""


def _examples(name: str, action: str | None) -> list[dict[str, Any]]:
    named = next(item["examples"] for item in json.loads(_EXAMPLES.read_bytes()) if item["name"] == name)
    return [example for example in named if example.get("action") == action]


def _lacking(real: Mapping[str, Any], ours: Mapping[str, Any], where: str = "$") -> Iterator[str]:
    """Members that every real payload has and ours has not; what is null on one side is not looked into."""
    for name, value in real.items():
        if name in _OWN:
            continue
        if name not in ours:
            yield f"{where}.{name}"
        elif isinstance(value, dict) and isinstance(ours[name], dict):
            yield from _lacking(value, ours[name], f"{where}.{name}")


def _events(scene: Scene) -> dict[str, Event]:
    forge, pull, repo = scene.forge, scene.pull, scene.repo
    run = forge.run(pull)
    return {
        "pull_request": forge.event("pull_request", pull),
        "issue_comment": forge.event("issue_comment", pull, comment=forge.comment(pull, "/prgate", by="maint-one")),
        "pull_request_review": forge.event("pull_request_review", pull, review=forge.review(pull, by="maint-one")),
        "workflow_run": forge.event("workflow_run", repo, run=run),
        "merge_group": forge.event("merge_group", forge.queue(pull)),
        "workflow_dispatch": forge.event("workflow_dispatch", repo, inputs={"pr": "1"}),
    }


def test_a_payload_holds_what_all_real_ones_hold(scene: Scene) -> None:
    actions = {"pull_request": "opened", "issue_comment": "created", "pull_request_review": "submitted", "workflow_run": "completed"}
    actions["merge_group"] = "checks_requested"
    for name, event in _events(scene).items():
        payload = json.loads(event.path.read_bytes())
        assert payload == event.payload
        lacking = [set(_lacking(real, payload)) for real in _examples(name, actions.get(name))]
        assert set() == set.intersection(*lacking), name


def test_a_push_says_what_it_moved(scene: Scene) -> None:
    before = scene.pull.head_sha
    scene.forge.push(scene.repo, "agent/x", scene.work, ref="HEAD~1")
    payload = scene.forge.event("pull_request_target", scene.pull, action="synchronize", before=before).payload
    assert (before, scene.pull.head_sha, scene.pull.head_sha) == (
        payload["before"],
        payload["after"],
        payload["pull_request"]["head"]["sha"],
    )


def test_a_run_on_a_fork_names_no_pull_request(scene: Scene) -> None:
    fork = scene.forge.fork(scene.repo, "dev-two")
    scene.forge.push(fork, "feature", scene.work)
    pull = scene.forge.pull(scene.repo, head="feature", fork=fork, author="dev-two")
    run = scene.forge.event("workflow_run", scene.repo, run=scene.forge.run(pull)).payload["workflow_run"]
    assert ([], "dev-two/pay", pull.head_sha) == (run["pull_requests"], run["head_repository"]["full_name"], run["head_sha"])
    assert [1] == [named["number"] for named in scene.forge.run(scene.pull)["pull_requests"]]


def test_a_comment_under_an_issue_is_no_pull_request(scene: Scene) -> None:
    issue = scene.forge.issue(scene.repo)
    event = scene.forge.event("issue_comment", issue, comment=scene.forge.comment(issue, "hello"))
    assert "pull_request" not in event.payload["issue"]


def test_an_edit_tells_what_was_there_before_and_a_deletion_what_was_there(scene: Scene) -> None:
    said = scene.forge.comment(scene.pull, "/prgate", by="maint-one")
    edited = scene.forge.edit_comment(said, "never mind", by="owner-one")
    assert said["updated_at"] < edited["updated_at"]
    payload = scene.forge.event("issue_comment", scene.pull, action="edited", comment=edited, before="/prgate", sender="owner-one").payload
    assert ("never mind", {"body": {"from": "/prgate"}}, "maint-one", "owner-one") == (
        payload["comment"]["body"],
        payload["changes"],
        payload["comment"]["user"]["login"],
        payload["sender"]["login"],
    )
    real = _examples("issue_comment", "edited")
    assert set() == set.intersection(*(set(_lacking(each["comment"], payload["comment"])) for each in real))
    assert [{"body": {"from"}}] * len(real) == [{name: set(change) for name, change in each["changes"].items()} for each in real]
    scene.forge.delete_comment(edited)
    gone = scene.forge.event("issue_comment", scene.pull, action="deleted", comment=edited).payload
    assert ("deleted", "never mind") == (gone["action"], gone["comment"]["body"])
    assert (
        {"action", "issue", "comment", "repository", "sender"} <= gone.keys() >= set().union(*_examples("issue_comment", "deleted")) - _OWN
    )


@pytest.mark.parametrize(
    ("name", "ref"),
    [("pull_request", "refs/pull/1/merge"), ("pull_request_target", "refs/heads/main"), ("pull_request_review", "refs/pull/1/merge")],
)
def test_a_step_is_told_where_it_runs(scene: Scene, name: str, ref: str) -> None:
    review = scene.forge.review(scene.pull, by="maint-one") if name == "pull_request_review" else None
    variables = scene.forge.environment(scene.forge.event(name, scene.pull, review=review), "token")
    assert (ref, scene.repo.git.refs(ref)[ref]) == (variables["GITHUB_REF"], variables["GITHUB_SHA"])
    assert ("agent/x", "main", "acme/pay") == tuple(variables[f"GITHUB_{name}"] for name in ("HEAD_REF", "BASE_REF", "REPOSITORY"))
    assert "" == Path(variables["GITHUB_OUTPUT"]).read_text()


def test_the_queue_waits_on_a_merge_of_base_and_head(scene: Scene) -> None:
    queue = scene.forge.queue(scene.pull)
    parents = subprocess.run(
        ["git", "rev-parse", f"{queue.head_sha}^@"], cwd=scene.repo.git.path, capture_output=True, text=True, check=True
    )
    assert [queue.base_sha, scene.pull.head_sha] == parents.stdout.split()
    assert f"refs/heads/{queue.head_ref}" == scene.forge.environment(scene.forge.event("merge_group", queue), "token")["GITHUB_REF"]
