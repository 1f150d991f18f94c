"""What the forge of the demo knows of its pull request."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

_BODY = """\
Closes #412.

Signing keys rotate with two retired keys kept, and retries are spread so that callers no longer come back in step.

🤖 Generated with [Claude Code](https://claude.com/claude-code)
"""


def facts(
    *, base: str, head: str, commits: list[str], reviews: list[dict[str, Any]], comments: Sequence[dict[str, Any]] = ()
) -> dict[str, Any]:
    """The facts document; ``commits`` are those of the branch, oldest first."""
    return {
        "title": "Rotate the signing key and spread retries",
        "body": _BODY,
        "author": {"login": "dana", "type": "User"},
        "number": 418,
        "url": "https://github.com/acme/pay/pull/418",
        "draft": False,
        "base": {"ref": "main", "sha": base},
        "head": {"repository": "acme/pay", "ref": "claude/rotate-keys", "sha": head},
        "labels": [],
        "commits": [{"sha": sha, "author": "dana", "committer": "dana", "verified": False} for sha in commits],
        "reviews": reviews,
        "comments": list(comments),
        "people": {
            "dana": {"permission": "write", "type": "User"},
            "riley-k": {"permission": "write", "type": "User"},
            "sec-lead": {"permission": "maintain", "type": "User"},
        },
        "links": [{"kind": "issue", "ref": "acme/pay#412", "found": True, "state": "open", "head": None}],
        "checks": [],
    }


def review(author: str, state: str, commit: str, at: str, body: str) -> dict[str, Any]:
    """One review of ``commit``."""
    return {"author": author, "state": state, "commit": commit, "at": at, "body": body}


def comment(author: str, at: str, body: str) -> dict[str, Any]:
    """The only comment, as it was first written."""
    return {"id": 1, "author": author, "body": body, "at": at, "edited": False}
