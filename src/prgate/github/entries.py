"""Commits, reviews, comments and checks of the API → entries of the facts document, each with the accounts that it names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from prgate.formats.facts import Moment, Number, Sha, Short, Text
from prgate.formats.shape import ShapeError, shown
from prgate.github.commands import vouches
from prgate.github.reading import account, at, value
from prgate.model.facts import Account, ReviewState

Entry = dict[str, Any]
By = tuple[Entry, tuple[Account, ...]]

_NO_COMMIT = "0" * 40
"""Stands where the forge no longer knows the commit that a review was given on: it is no head."""

_REVIEWED = {
    "APPROVED": ReviewState.APPROVED,
    "CHANGES_REQUESTED": ReviewState.CHANGES_REQUESTED,
    "COMMENTED": ReviewState.COMMENTED,
    "DISMISSED": ReviewState.DISMISSED,
}
_UNSENT = "PENDING"


def commit_of(item: object) -> By:
    """A commit of a comparison. Author and committer are null where the forge links none; a signature that it does not tell is none."""
    author, committer = (account(item, role) if at(item, role, "login") is not None else None for role in ("author", "committer"))
    entry = {
        "sha": value(Sha, item, "sha"),
        "author": author and author.login,
        "committer": committer and committer.login,
        "verified": value(bool | None, item, "commit", "verification", "verified") or False,
    }
    return entry, tuple(who for who in (author, committer) if who)


def review_of(item: object, *, edits: Mapping[str, bool]) -> By | None:
    """A review, or None where it is not sent yet; a state that is not known is refused, not guessed.

    One whose text may vouch says whether it was edited, by ``edits`` (node id → whether), null where that is not told.
    """
    state = value(str, item, "state")
    if state == _UNSENT:
        return None
    if state not in _REVIEWED:
        raise ShapeError(f"`{shown(state)}` is no state of a review that is known here", keys=("state",))
    who = account(item, "user")
    entry = {
        "author": who.login,
        "state": str(_REVIEWED[state]),
        "commit": value(Sha | None, item, "commit_id") or _NO_COMMIT,
        "at": value(Moment, item, "submitted_at"),
        "body": value(Text | None, item, "body"),
    }
    if vouches(entry):
        entry["edited"] = edits.get(value(Short | None, item, "node_id") or "")
    return entry, (who,)


def comment_of(item: object) -> By:
    """A comment; changed after it was written, it is edited. The app that wrote it, with whosever token, is named."""
    who, written = account(item, "user"), value(Moment, item, "created_at")
    entry = {
        "id": value(Number, item, "id"),
        "author": who.login,
        "body": value(Text | None, item, "body"),
        "at": written,
        "edited": value(Moment, item, "updated_at") != written,
    }
    if at(item, "performed_via_github_app") is not None:
        entry["app"] = value(Short | None, item, "performed_via_github_app", "slug") or "nameless"
    return entry, (who,)


def check_of(item: object) -> By:
    """A check run; null is the conclusion of one that has none yet."""
    entry = {
        "name": value(Short, item, "name"),
        "app": value(Short | None, item, "app", "slug"),
        "workflow": None,
        "conclusion": value(Short | None, item, "conclusion"),
        "head": value(Sha, item, "head_sha"),
    }
    return entry, ()


def status_of(item: object, *, head: str) -> By:
    """The newest commit status of its context, which anybody who may write can set; null is the conclusion of a pending one."""
    state = value(Short, item, "state")
    entry = {
        "name": value(Short, item, "context"),
        "app": None,
        "workflow": None,
        "conclusion": None if state == "pending" else state,
        "head": head,
    }
    return entry, ()
