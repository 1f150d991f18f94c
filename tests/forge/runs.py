"""Workflow runs and artifacts as the API shows them."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Mapping
from typing import Any

from tests.forge.api.asking import system_token
from tests.forge.api.commits import commit_json
from tests.forge.world import Hosted, PullState, World


def run_of(
    world: World,
    repo: Hosted,
    *,
    sha: str,
    branch: str,
    head: Hosted | None,
    pull: PullState | None,
    path: str,
    event: str,
    conclusion: str | None,
    actor: str,
) -> dict[str, Any]:
    """A run of a workflow on a commit of ``head``; it names its pull request only where the branch is this repository's."""
    number, now = world.number(), world.tick()
    url, html = f"{world.url}{repo.path}", f"{world.url}/{repo.full_name}"
    own = f"{url}/actions/runs/{number}"
    told = world.ask("GET", repo.path, token=system_token(repo)).data
    commit = commit_json(world, repo, repo.git.commits(sha, most=1)[0])
    person = world.user(actor)
    name = path.rpartition("/")[2].partition(".")[0]
    return {
        "id": number,
        "name": name,
        "node_id": f"WFR_{number}",
        "head_branch": branch,
        "head_sha": sha,
        "path": path,
        "display_title": commit["commit"]["message"].partition("\n")[0],
        "run_number": 1,
        "run_attempt": 1,
        "event": event,
        "status": "completed" if conclusion else "in_progress",
        "conclusion": conclusion,
        "workflow_id": number + 500_000,
        "check_suite_id": number + 600_000,
        "check_suite_node_id": f"CS_{number}",
        "url": own,
        "html_url": f"{html}/actions/runs/{number}",
        "pull_requests": [_brief(world, repo, pull)] if pull and head is repo else [],
        "created_at": now,
        "updated_at": now,
        "run_started_at": now,
        "actor": person,
        "triggering_actor": person,
        "referenced_workflows": [],
        "jobs_url": f"{own}/jobs",
        "logs_url": f"{own}/logs",
        "check_suite_url": f"{url}/check-suites/{number + 600_000}",
        "artifacts_url": f"{own}/artifacts",
        "cancel_url": f"{own}/cancel",
        "rerun_url": f"{own}/rerun",
        "previous_attempt_url": None,
        "workflow_url": f"{url}/actions/workflows/{number + 500_000}",
        "head_commit": {
            "id": sha,
            "tree_id": commit["commit"]["tree"]["sha"],
            "message": commit["commit"]["message"],
            "timestamp": commit["commit"]["committer"]["date"],
            "author": {key: commit["commit"]["author"][key] for key in ("name", "email")},
            "committer": {key: commit["commit"]["committer"][key] for key in ("name", "email")},
        },
        "repository": minimal(told),
        "head_repository": None if head is None else minimal(world.ask("GET", head.path, token=system_token(head)).data),
    }


def artifact_of(
    world: World, repo: Hosted, run: Mapping[str, Any], name: str, archive: bytes, *, expired: bool = False, digest: str | None = None
) -> dict[str, Any]:
    """What a run left behind. ``digest`` lies where a test wants it to."""
    number, now = world.number(), world.tick()
    url = f"{world.url}{repo.path}/actions/artifacts/{number}"
    return {
        "id": number,
        "node_id": f"MDg6QXJ0aWZhY3Q{number}",
        "name": name,
        "size_in_bytes": len(archive),
        "url": url,
        "archive_download_url": f"{url}/zip",
        "expired": expired,
        "digest": digest or f"sha256:{hashlib.sha256(archive).hexdigest()}",
        "created_at": now,
        "expires_at": now.replace("2026", "2027"),
        "updated_at": now,
        "workflow_run": {
            "id": run["id"],
            "repository_id": repo.id,
            "head_repository_id": (run["head_repository"] or {"id": repo.id})["id"],
            "head_branch": run["head_branch"],
            "head_sha": run["head_sha"],
        },
    }


def zipped(files: Mapping[str, bytes]) -> bytes:
    """An archive as ``actions/upload-artifact`` makes it."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, data in files.items():
            archive.writestr(zipfile.ZipInfo(path, (2026, 1, 5, 12, 0, 0)), data, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def minimal(told: Mapping[str, Any]) -> dict[str, Any]:
    """A repository as a run names it."""
    plain = ("id", "node_id", "name", "full_name", "private", "owner", "description", "fork")
    return {key: value for key, value in told.items() if key in plain or key in ("url", "html_url") or key.endswith("_url")}


def _brief(world: World, repo: Hosted, pull: PullState) -> dict[str, Any]:
    named = {"id": repo.id, "url": f"{world.url}{repo.path}", "name": repo.name}
    return {
        "url": f"{world.url}{repo.path}/pulls/{pull.number}",
        "id": pull.number,
        "number": pull.number,
        "head": {"ref": pull.head_ref, "sha": pull.head_sha, "repo": named},
        "base": {"ref": pull.base_ref, "sha": pull.base_sha, "repo": named},
    }
