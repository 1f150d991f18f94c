"""An invented pull request and what is said of it, in the forge's own form."""

from __future__ import annotations

from typing import Any

HOME = "acme/pay"
HEAD, BASE, FORK_POINT = "a1" * 20, "b2" * 20, "c3" * 20


def pull(**changes: Any) -> dict[str, Any]:
    """The API's object of pull request 7, from a fork; keys that nobody reads stand for the many that there are."""
    made: dict[str, Any] = {
        "id": 1,
        "number": 7,
        "state": "open",
        "draft": False,
        "title": "Rotate keys",
        "body": "Because.",
        "user": {"login": "dana", "type": "User", "id": 4},
        "html_url": f"https://forge.example/{HOME}/pull/7",
        "labels": [{"name": "risk: high", "color": "fff"}],
        "base": {"ref": "main", "sha": BASE, "repo": {"full_name": HOME, "id": 11, "default_branch": "main"}},
        "head": {"ref": "rotate", "sha": HEAD, "repo": {"full_name": "dana/pay", "id": 12}},
        "commits": 1,
        "comments": 0,
        "changed_files": 2,
        "merge_commit_sha": None,
    }
    return made | changes


def user(login: str, kind: str = "User") -> dict[str, Any]:
    """An account as the API names it wherever it names one."""
    return {"login": login, "type": kind, "id": 3, "site_admin": False}


AT = "2026-11-20T12:30:00Z"
LATER = "2026-11-20T12:31:00Z"
HERE = f"/repos/{HOME}"
COMPARED, REVIEWS, COMMENTS = f"{HERE}/compare/{BASE}...{HEAD}", f"{HERE}/pulls/7/reviews", f"{HERE}/issues/7/comments"
GRAPHQL = "/graphql"
CHECKS, STATUSES = f"{HERE}/commits/{HEAD}/check-runs", f"{HERE}/commits/{HEAD}/status"


def permission(login: str) -> str:
    return f"{HERE}/collaborators/{login}/permission"


def commit(sha: str = HEAD, **changes: Any) -> dict[str, Any]:
    return {"sha": sha, "author": user("dana"), "committer": user("web-flow"), "commit": {"verification": {"verified": True}}} | changes


def comparison(*commits: Any, **changes: Any) -> dict[str, Any]:
    made = {"base_commit": {"sha": BASE}, "merge_base_commit": {"sha": FORK_POINT}, "total_commits": len(commits), "commits": [*commits]}
    return made | changes


def review(login: str | None, state: str = "APPROVED", **changes: Any) -> dict[str, Any]:
    made = {"user": login and user(login), "state": state, "commit_id": HEAD, "submitted_at": AT, "body": ""}
    return made | changes


def comment(number: int, login: str | None = "kim", body: str | None = "hm", **changes: Any) -> dict[str, Any]:
    return {"id": number, "user": login and user(login), "body": body, "created_at": AT, "updated_at": AT} | changes


def check(name: str | None = "test", **changes: Any) -> dict[str, Any]:
    made = {"name": name, "app": {"slug": "github-actions"}, "conclusion": "success", "status": "completed", "head_sha": HEAD}
    return made | changes


def counted(key: str, *listed: Any) -> dict[str, Any]:
    return {"total_count": len(listed), key: [*listed]}


def turns(base: str | None = None, again: str | None = None, **more: Any) -> dict[str, Any]:
    """What GraphQL answers to both questions: when the base was changed, when it was opened again, and ``nodes``."""
    moments = {key: {"nodes": [{"createdAt": at}] if at else []} for key, at in (("base", base), ("again", again))}
    return {"data": {"nodes": [], "repository": {"pullRequest": {"number": 7, **moments}}, **more}}


QUIET: dict[str, Any] = {
    GRAPHQL: turns(),
    COMPARED: comparison(commit()),
    REVIEWS: [],
    COMMENTS: [],
    CHECKS: counted("check_runs"),
    STATUSES: counted("statuses"),
}
BUSY: dict[str, Any] = {
    GRAPHQL: turns(),
    COMPARED: comparison(commit(FORK_POINT[::-1], author=None, committer={}, commit={}), commit()),
    REVIEWS: [review("Kim"), review("lee", "CHANGES_REQUESTED", body=None), review("sam", "COMMENTED", commit_id=BASE)],
    COMMENTS: [
        comment(1),
        comment(2, "ann", "/prgate wrote a.py", updated_at=LATER),
        comment(3, "helper[bot]", user=user("helper[bot]", "Bot")),
    ],
    CHECKS: counted("check_runs", check(), check("slow", conclusion=None, app=None)),
    STATUSES: counted("statuses", {"context": "ci/old", "state": "success"}, {"context": "ci/next", "state": "pending"}),
    permission("Kim"): {"permission": "write", "role_name": "maintain", "user": user("kim")},
    permission("lee"): {"permission": "admin", "role_name": "admin", "user": user("lee")},
    permission("ann"): {"permission": "read", "role_name": "triage", "user": user("ann")},
}
