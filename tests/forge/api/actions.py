"""Workflow runs and their artifacts."""

from __future__ import annotations

import secrets

from tests.forge.api.asking import RefusedError, Request, not_found, paged
from tests.forge.upstream import Reply
from tests.forge.world import Hosted, World


def run(world: World, request: Request, repo: Hosted, number: str) -> Reply:
    """One workflow run."""
    if int(number) not in repo.runs:
        raise not_found()
    return Reply(200, {}, repo.runs[int(number)])


def runs(world: World, request: Request, repo: Hosted) -> Reply:
    """Workflow runs, newest first, filtered by head, branch and event."""
    found = [
        item
        for item in reversed(repo.runs.values())
        if request.query.get("head_sha", item["head_sha"]) == item["head_sha"]
        and request.query.get("branch", item["head_branch"]) == item["head_branch"]
        and request.query.get("event", item["event"]) == item["event"]
    ]
    page, headers = paged(world, request, found)
    return Reply(200, headers, {"total_count": len(found), "workflow_runs": page})


def artifacts(world: World, request: Request, repo: Hosted, of_run: str | None = None) -> Reply:
    """Artifacts of the repository or of one run, newest first; ``name`` filters."""
    found = [
        item
        for item in reversed(repo.artifacts.values())
        if request.query.get("name", item["name"]) == item["name"] and (of_run is None or item["workflow_run"]["id"] == int(of_run))
    ]
    page, headers = paged(world, request, found)
    return Reply(200, headers, {"total_count": len(found), "artifacts": page})


def artifact(world: World, request: Request, repo: Hosted, number: str) -> Reply:
    """One artifact."""
    if int(number) not in repo.artifacts:
        raise not_found()
    return Reply(200, {}, repo.artifacts[int(number)])


def archive(world: World, request: Request, repo: Hosted, number: str) -> Reply:
    """Where the archive lies for a minute: at another host, under an address that is its own key."""
    item = repo.artifacts.get(int(number))
    if item is None:
        raise not_found()
    if request.token is None:
        raise RefusedError(401, "You must have the actions scope to download artifacts.")
    if item["expired"]:
        raise RefusedError(410, "Artifact has expired")
    return Reply(302, {"location": f"{world.blobs_url}/{repo.id}-{item['id']}.zip?sig={secrets.token_hex(8)}"}, None)
