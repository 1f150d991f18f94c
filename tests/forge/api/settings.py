"""What an administrator set: branch protection and rulesets."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Any

from tests.forge.api.asking import RefusedError, Request, not_found, paged
from tests.forge.upstream import Reply
from tests.forge.world import Hosted, World


def protection(world: World, request: Request, repo: Hosted, branch: str) -> Reply:
    """How a branch is protected; administrators only."""
    if f"refs/heads/{branch}" not in repo.git.refs():
        raise RefusedError(404, "Branch not found")
    if branch not in repo.protections:
        raise RefusedError(404, "Branch not protected")
    return Reply(200, {}, repo.protections[branch])


def rulesets(world: World, request: Request, repo: Hosted) -> Reply:
    """All rulesets, without their rules."""
    short = [{key: value for key, value in item.items() if key not in ("rules", "conditions", "bypass_actors")} for item in repo.rulesets]
    page, headers = paged(world, request, short)
    return Reply(200, headers, page)


def ruleset(world: World, request: Request, repo: Hosted, number: str) -> Reply:
    """One ruleset, whole."""
    for item in repo.rulesets:
        if item["id"] == int(number):
            return Reply(200, {}, item)
    raise not_found()


def rules(world: World, request: Request, repo: Hosted, branch: str) -> Reply:
    """The rules that hold for a branch, of all active rulesets."""
    found: list[dict[str, Any]] = []
    for item in repo.rulesets:
        names = item["conditions"]["ref_name"]
        if item["enforcement"] == "active" and _named(repo, branch, names["include"]) and not _named(repo, branch, names["exclude"]):
            source = {"ruleset_source_type": "Repository", "ruleset_source": repo.full_name, "ruleset_id": item["id"]}
            found += [rule | source for rule in item["rules"]]
    page, headers = paged(world, request, found)
    return Reply(200, headers, page)


def _named(repo: Hosted, branch: str, patterns: list[str]) -> bool:
    special = {"~ALL": True, "~DEFAULT_BRANCH": branch == repo.default}
    return any(special.get(pattern, fnmatchcase(f"refs/heads/{branch}", pattern)) for pattern in patterns)
