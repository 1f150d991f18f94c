"""What a workflow is handed: the event's payload, and the environment variables beside it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.forge.api import pulls, talk
from tests.forge.api.asking import system_token
from tests.forge.cast import ORGANISATION
from tests.forge.handles import Issue, Pull, Queue
from tests.forge.world import Hosted, PullState, World


@dataclass(frozen=True, slots=True)
class Event:
    """One event, its payload on disk at ``path``; ``ref`` and ``sha`` are what the workflow runs on."""

    name: str
    payload: dict[str, Any]
    path: Path
    repository: Hosted
    ref: str
    sha: str
    head_ref: str = ""
    base_ref: str = ""


def event_of(
    world: World,
    name: str,
    at: Pull | Issue | Queue | Hosted,
    *,
    action: str,
    sender: str,
    comment: Mapping[str, Any] | None,
    review: Mapping[str, Any] | None,
    run: Mapping[str, Any] | None,
    inputs: Mapping[str, str] | None,
    before: str | None,
) -> Event:
    """The event of this name, with its payload on disk."""
    match name, at:
        case "pull_request" | "pull_request_target", Pull(repo, _):
            more = {"before": before, "after": at.head_sha} if before else {}
            return on_pull(world, name, repo, at.state, action=action or "opened", sender=sender, more=more)
        case "pull_request_review", Pull(repo, _) if review:
            told = {"review": dict(review) | {"state": review["state"].lower()}}
            return on_pull(world, name, repo, at.state, action=action or "submitted", sender=review["user"]["login"], more=told)
        case "issue_comment", Pull(repo, number) | Issue(repo, number) if comment:
            changes = {} if before is None else {"changes": {"body": {"from": before}}}
            return on_comment(world, repo, number, comment, action=action or "created", sender=sender, more=changes)
        case "workflow_run", Hosted() if run:
            return on_run(world, at, run, action=action or "completed")
        case "merge_group", Queue():
            return on_queue(world, at)
        case "workflow_dispatch", Hosted():
            return by_hand(world, at, inputs or {}, sender=sender)
        case _:
            raise AssertionError(f"no event {name} of {at}")


def on_pull(world: World, name: str, repo: Hosted, state: PullState, *, action: str, sender: str, more: Mapping[str, Any]) -> Event:
    """``pull_request``, ``pull_request_target`` or, with a ``review`` in ``more``, ``pull_request_review``."""
    told = world.ask("GET", f"{repo.path}/pulls/{state.number}", token=system_token(repo)).data
    subject: dict[str, Any]
    if name == "pull_request_review":
        subject = {"pull_request": pulls.pull_json(world, repo, told, alone=False)}
    else:
        subject = {"number": state.number, "pull_request": pulls.pull_json(world, repo, told, alone=True)}
    names = {"head_ref": state.head_ref, "base_ref": state.base_ref}
    if name == "pull_request_target":
        return _write(world, name, repo, {"action": action} | subject | dict(more), sender=sender, **names)
    merged = repo.git.merge(state.base_sha, state.head_sha, f"Merge {state.head_sha} into {state.base_sha}")
    ref = f"refs/pull/{state.number}/merge"
    if merged:
        repo.git.point(ref, merged)
        if name == "pull_request":
            subject["pull_request"]["merge_commit_sha"] = merged
    payload = {"action": action} | subject | dict(more)
    return _write(world, name, repo, payload, sender=sender, ref=ref, sha=merged or state.head_sha, **names)


def on_comment(
    world: World, repo: Hosted, number: int, comment: Mapping[str, Any], *, action: str, sender: str, more: Mapping[str, Any]
) -> Event:
    """``issue_comment``, a new one by whoever wrote the comment; ``more`` holds the ``changes`` of an edit."""
    payload = {"action": action, "issue": talk.issue_json(world, repo, number), "comment": dict(comment), **more}
    return _write(world, "issue_comment", repo, payload, sender=comment["user"]["login"] if action == "created" else sender)


def on_run(world: World, repo: Hosted, run: Mapping[str, Any], *, action: str) -> Event:
    """``workflow_run``."""
    number = run["workflow_id"]
    workflow = {
        "id": number,
        "node_id": f"W_{number}",
        "name": run["name"],
        "path": run["path"],
        "state": "active",
        "created_at": run["created_at"],
        "updated_at": run["updated_at"],
        "url": run["workflow_url"],
        "html_url": f"{world.url}/{repo.full_name}/blob/{repo.default}/{run['path']}",
        "badge_url": f"{world.url}/{repo.full_name}/workflows/{run['name']}/badge.svg",
    }
    return _write(
        world, "workflow_run", repo, {"action": action, "workflow_run": dict(run), "workflow": workflow}, sender=run["actor"]["login"]
    )


def on_queue(world: World, at: Queue) -> Event:
    """``merge_group``, as a merge queue asks for checks."""
    repo = at.repository
    commit = repo.git.commits(at.head_sha, most=1)[0]
    person = [{"name": who[0], "email": who[1]} for who in (commit.author, commit.committer)]
    head = {"id": at.head_sha, "tree_id": commit.tree, "message": commit.message, "timestamp": commit.committer[2]}
    group = {
        "head_sha": at.head_sha,
        "head_ref": f"refs/heads/{at.head_ref}",
        "base_sha": at.base_sha,
        "base_ref": f"refs/heads/{at.base_ref}",
    }
    payload = {"action": "checks_requested", "merge_group": group | {"head_commit": head | {"author": person[0], "committer": person[1]}}}
    return _write(world, "merge_group", repo, payload, sender="github-actions[bot]", ref=group["head_ref"], sha=at.head_sha)


def by_hand(world: World, repo: Hosted, inputs: Mapping[str, str], *, sender: str) -> Event:
    """``workflow_dispatch`` on the default branch."""
    payload = {"inputs": dict(inputs), "ref": f"refs/heads/{repo.default}", "workflow": ".github/workflows/prgate.yml"}
    return _write(world, "workflow_dispatch", repo, payload, sender=sender)


def variables(world: World, event: Event, *, token: str, run: int, folder: Path) -> dict[str, str]:
    """The environment of a workflow's step; files that a step appends to exist and are empty."""
    repo = event.repository
    for name in ("output", "summary", "env", "path"):
        (folder / name).touch()
    workspace = folder / "workspace"
    workspace.mkdir(exist_ok=True)
    (folder / "temp").mkdir(exist_ok=True)
    actor = event.payload["sender"]["login"]
    return {
        "CI": "true",
        "GITHUB_ACTIONS": "true",
        "GITHUB_ACTOR": actor,
        "GITHUB_TRIGGERING_ACTOR": actor,
        "GITHUB_API_URL": world.url,
        "GITHUB_SERVER_URL": world.url,
        "GITHUB_GRAPHQL_URL": f"{world.url}/graphql",
        "GITHUB_REPOSITORY": repo.full_name,
        "GITHUB_REPOSITORY_ID": str(repo.id),
        "GITHUB_REPOSITORY_OWNER": repo.owner,
        "GITHUB_EVENT_NAME": event.name,
        "GITHUB_EVENT_PATH": str(event.path),
        "GITHUB_REF": event.ref,
        "GITHUB_REF_NAME": event.ref.removeprefix("refs/heads/").removeprefix("refs/pull/"),
        "GITHUB_SHA": event.sha,
        "GITHUB_HEAD_REF": event.head_ref,
        "GITHUB_BASE_REF": event.base_ref,
        "GITHUB_RUN_ID": str(run),
        "GITHUB_RUN_NUMBER": "1",
        "GITHUB_RUN_ATTEMPT": "1",
        "GITHUB_JOB": "prgate",
        "GITHUB_WORKFLOW": "prgate",
        "GITHUB_WORKFLOW_REF": f"{repo.full_name}/.github/workflows/prgate.yml@{event.ref}",
        "GITHUB_WORKSPACE": str(workspace),
        "GITHUB_OUTPUT": str(folder / "output"),
        "GITHUB_STEP_SUMMARY": str(folder / "summary"),
        "GITHUB_ENV": str(folder / "env"),
        "GITHUB_PATH": str(folder / "path"),
        "GITHUB_TOKEN": token,
        "RUNNER_TEMP": str(folder / "temp"),
        "RUNNER_OS": "Linux",
    }


def _write(
    world: World, name: str, repo: Hosted, payload: dict[str, Any], *, sender: str, ref: str = "", sha: str = "", **names: str
) -> Event:
    told = world.ask("GET", repo.path, token=system_token(repo)).data | {"default_branch": repo.default}
    told = {key: value for key, value in told.items() if key != "permissions"}
    payload |= {"repository": told, "sender": world.user(sender)}
    if repo.owner == ORGANISATION:
        owner = told["owner"]
        payload["organization"] = {key: value for key, value in owner.items() if key in _ORGANISATION}
    folder = world.folder / f"event-{world.number()}"
    folder.mkdir()
    path = folder / "event.json"
    path.write_text(json.dumps(payload), encoding="utf-8")
    default = f"refs/heads/{repo.default}"
    return Event(name, payload, path, repo, ref or default, sha or repo.git.refs()[default], **names)


_ORGANISATION = (
    "login", "id", "node_id", "url", "repos_url", "events_url", "hooks_url", "issues_url", "members_url", "public_members_url", "avatar_url",
    "description",
)  # fmt: skip
