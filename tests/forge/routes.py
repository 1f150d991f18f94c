"""Every path that the forge knows, with the permission that GitHub asks for; any other path is 404, for what emulate says there is not git's."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import unquote

from tests.forge.api import actions, checks, commits, people, pulls, settings, talk
from tests.forge.api.asking import RefusedError, Request, permit, refusal, see
from tests.forge.upstream import Reply
from tests.forge.world import World

_REPOSITORY: Final = re.compile(r"/repos/([^/]+)/([^/]+)(/.*)?")


@dataclass(frozen=True, slots=True)
class Route:
    """One path below a repository; its groups are handed to ``answer`` in order."""

    method: str
    path: re.Pattern[str]
    needs: str
    answer: Callable[..., Reply]


def _route(method: str, path: str, needs: str, answer: Callable[..., Reply]) -> Route:
    words = {"NAME": r"([^/]+)", "REF": r"(.+)", "N": r"(\d+)"}
    return Route(method, re.compile(re.sub("NAME|REF|N", lambda word: words[word[0]], path)), needs, answer)


_TALK: Final = "issues=write pull_requests=write"
_SPEAK: Final = "issues=read pull_requests=read"
_PULL: Final = "pull_requests=read"

ROUTES: Final = (
    _route("GET", r"", "metadata=read", commits.repository),
    _route("GET", r"/compare/REF", "contents=read", commits.compare),
    _route("GET", r"/commits", "contents=read", commits.commits),
    _route("GET", r"/commits/REF/check-runs", "checks=read", checks.checks),
    _route("GET", r"/commits/REF/statuses", "statuses=read", checks.statuses),
    _route("GET", r"/commits/REF/status", "statuses=read", checks.combined),
    _route("GET", r"/commits/REF/pulls", _PULL, pulls.pulls_of_commit),
    _route("GET", r"/commits/REF", "contents=read", commits.commit),
    _route("POST", r"/statuses/NAME", "statuses=write", checks.set_status),
    _route("POST", r"/check-runs", "checks=write", checks.check),
    _route("PATCH", r"/check-runs/N", "checks=write", checks.check),
    _route("GET", r"/check-runs/N", "checks=read", checks.check),
    _route("GET", r"/check-runs/N/annotations", "checks=read", checks.list_annotations),
    _route("GET", r"/activity", "contents=read", commits.activity),
    _route("GET", r"/branches", "contents=read", commits.branches),
    _route("GET", r"/branches/REF/protection", "administration=read", settings.protection),
    _route("GET", r"/branches/REF", "contents=read", commits.branch),
    _route("GET", r"/rules/branches/REF", "metadata=read", settings.rules),
    _route("GET", r"/rulesets", "metadata=read", settings.rulesets),
    _route("GET", r"/rulesets/N", "metadata=read", settings.ruleset),
    _route("GET", r"/git/ref/REF", "contents=read", commits.ref),
    _route("GET", r"/git/trees/REF", "contents=read", commits.tree),
    _route("GET", r"/git/blobs/NAME", "contents=read", commits.blob),
    _route("GET", r"/pulls", _PULL, pulls.pulls),
    _route("POST", r"/pulls", "pull_requests=write", pulls.create),
    _route("GET", r"/pulls/N", _PULL, pulls.pull),
    _route("PATCH", r"/pulls/N", "pull_requests=write", pulls.edit),
    _route("GET", r"/pulls/N/commits", _PULL, pulls.pull_commits),
    _route("GET", r"/pulls/N/files", _PULL, pulls.pull_files),
    _route("GET", r"/pulls/N/reviews", _PULL, pulls.reviews),
    _route("POST", r"/pulls/N/reviews", "pull_requests=write", pulls.review),
    _route("PUT", r"/pulls/N/reviews/N", "pull_requests=write", pulls.edit_review),
    _route("PUT", r"/pulls/N/reviews/N/dismissals", "pull_requests=write", talk.plain),
    _route("GET", r"/issues/N", _SPEAK, talk.issue),
    _route("GET", r"/issues/N/comments", _SPEAK, talk.comments),
    _route("POST", r"/issues/N/comments", _TALK, talk.comment),
    _route("GET", r"/issues/comments/N", _SPEAK, talk.comment),
    _route("PATCH", r"/issues/comments/N", _TALK, talk.comment),
    _route("DELETE", r"/issues/comments/N", _TALK, talk.comment),
    _route("GET", r"/issues/N/labels", _SPEAK, talk.plain),
    _route("POST", r"/issues/N/labels", _TALK, talk.plain),
    _route("DELETE", r"/issues/N/labels/NAME", _TALK, talk.plain),
    _route("GET", r"/collaborators/NAME/permission", "metadata=read", people.permission),
    _route("GET", r"/actions/runs", "actions=read", actions.runs),
    _route("GET", r"/actions/runs/N", "actions=read", actions.run),
    _route("GET", r"/actions/runs/N/artifacts", "actions=read", actions.artifacts),
    _route("GET", r"/actions/artifacts", "actions=read", actions.artifacts),
    _route("GET", r"/actions/artifacts/N", "actions=read", actions.artifact),
    _route("GET", r"/actions/artifacts/N/zip", "actions=read", actions.archive),
)


def answer(world: World, request: Request) -> Reply:
    """What the forge says to a request."""
    try:
        return _answer(world, request)
    except RefusedError as refused:
        return refused.reply


def _answer(world: World, request: Request) -> Reply:
    match request.method, request.path:
        case "GET", "/user":
            return people.me(world, request)
        case "GET", "/rate_limit":
            return people.rate_limit(world, request)
        case "POST", "/graphql":
            return pulls.graphql(world, request)
        case _:
            pass
    found = _REPOSITORY.fullmatch(request.path)
    repo = world.repositories.get(f"{found[1]}/{found[2]}".lower()) if found else None
    if found is None or repo is None:
        return refusal(404, "Not Found")
    see(request.token, repo)
    for route in ROUTES:
        groups = route.path.fullmatch(found[3] or "")
        if groups and route.method == request.method:
            asked = replace(request, needs=route.needs)
            permit(asked, repo)
            return route.answer(world, asked, repo, *map(unquote, groups.groups()))
    return refusal(404, "Not Found")
