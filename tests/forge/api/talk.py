"""Issues, comments and labels: emulate's, under GitHub's limits."""

from __future__ import annotations

import re
from typing import Any, Final

from tests.forge.api.asking import RefusedError, Request, forward, not_found, system_token
from tests.forge.upstream import Reply
from tests.forge.world import Hosted, World

MOST_CHARACTERS: Final = 65_536
"""Of a comment's body, counted in characters."""


_SHARED: Final = (
    "html_url", "id", "node_id", "number", "title", "user", "labels", "state", "locked", "assignee", "assignees", "milestone", "created_at",
    "updated_at", "closed_at", "body", "draft", "author_association",
)  # fmt: skip


def plain(world: World, request: Request, repo: Hosted, *_: str) -> Reply:
    """What emulate says."""
    return forward(world, request)


def issue(world: World, request: Request, repo: Hosted, number: str) -> Reply:
    """One issue; a pull request is one too and says so."""
    return Reply(200, {}, issue_json(world, repo, int(number)))


def issue_json(world: World, repo: Hosted, number: int) -> dict[str, Any]:
    """Emulate's issue, or the issue that a pull request is too, which emulate does not show."""
    kind = "pulls" if number in repo.pulls else "issues"
    reply = world.ask("GET", f"{repo.path}/{kind}/{number}", token=system_token(repo))
    if reply.status != 200:
        raise not_found()
    told: dict[str, Any] = reply.data
    if kind == "issues":
        return told
    url = f"{world.url}{repo.path}/issues/{number}"
    links = {f"{name}_url": f"{url}/{name}" for name in ("comments", "events", "timeline")}
    counts = ("+1", "-1", "laugh", "hooray", "confused", "heart", "rocket", "eyes", "total_count")
    shared: dict[str, Any] = {name: told[name] for name in _SHARED}
    return (
        shared
        | links
        | {
            "url": url,
            "repository_url": f"{world.url}{repo.path}",
            "labels_url": f"{url}/labels{{/name}}",
            "comments": comment_count(world, repo, number),
            "state_reason": None,
            "active_lock_reason": None,
            "closed_by": None,
            "reactions": {"url": f"{url}/reactions"} | dict.fromkeys(counts, 0),
            "performed_via_github_app": None,
            "pull_request": {name: told[name] for name in ("html_url", "diff_url", "patch_url", "merged_at")} | {"url": told["url"]},
        }
    )


def comment_count(world: World, repo: Hosted, number: int) -> int:
    """How many comments there are."""
    reply = world.ask("GET", f"{repo.path}/issues/{number}/comments?per_page=1", token=system_token(repo))
    last = re.search(r"[?&]page=(\d+)[^>]*>; rel=\"last\"", reply.headers.get("link", ""))
    return int(last[1]) if last else len(reply.data)


def comments(world: World, request: Request, repo: Hosted, number: str) -> Reply:
    """A page of comments."""
    reply = forward(world, request)
    return Reply(200, reply.headers, [comment_json(world, repo, told) for told in reply.data])


def comment(world: World, request: Request, repo: Hosted, number: str) -> Reply:
    """One comment read, written or changed, its body within the limit."""
    body = request.field("body")
    if request.method != "GET" and isinstance(body, str) and len(body) > MOST_CHARACTERS:
        message = f"body is too long (maximum is {MOST_CHARACTERS} characters)"
        fault = {"resource": "IssueComment", "code": "unprocessable", "field": "data", "message": message}
        raise RefusedError(422, "Validation Failed", errors=[fault])
    reply = forward(world, request)
    return Reply(reply.status, {}, comment_json(world, repo, reply.data) if reply.data else None)


def comment_json(world: World, repo: Hosted, told: dict[str, Any]) -> dict[str, Any]:
    """Emulate's comment, at the address of the pull request it stands under and with the app that wrote it."""
    number = int(told["issue_url"].rpartition("/")[2])
    html = told["html_url"].replace("/issues/", "/pull/") if number in repo.pulls else told["html_url"]
    login = told["user"]["login"]
    return told | {
        "html_url": html,
        "performed_via_github_app": app_json(world, login.removesuffix("[bot]")) if login.endswith("[bot]") else None,
    }


def app_json(world: World, slug: str) -> dict[str, Any]:
    """An app as it is named beside what it made."""
    number = world.apps[slug]
    return {
        "id": number,
        "client_id": f"Iv1.{number:016x}",
        "slug": slug,
        "node_id": f"A_{number}",
        "owner": world.user("owner-one"),
        "name": "GitHub Actions" if slug == "github-actions" else slug,
        "description": "",
        "external_url": f"{world.url}/apps/{slug}",
        "html_url": f"{world.url}/apps/{slug}",
        "created_at": "2018-07-30T09:30:17Z",
        "updated_at": "2019-12-10T19:04:12Z",
        "permissions": {"checks": "write", "metadata": "read"},
        "events": [],
    }
