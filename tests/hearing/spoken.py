"""Facts in which people say things, and what is heard of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from prgate.hearing.hear import hear
from prgate.model.commit import Commit
from prgate.model.facts import Account, Comment, Facts, LinkedCommit, Permission, Person, PersonType, Review, ReviewState
from prgate.model.heard import Heard
from prgate.model.missing import Missing, Why
from prgate.model.policy import Commands

HEAD = "3f9c2ab" + "0" * 33
OLD = "1a2b3c4" + "0" * 33
SINCE = "2026-02-01T10:00:00Z"
LATER = "2026-02-01T12:00:00+01:00"
"""An hour after ``SINCE``."""
GONE = Missing(Why.FAILED, "the forge did not answer", "Try again.")
OPEN = Commands(waive=Permission.ADMIN, break_glass=Permission.ADMIN)
"""Every command but the attestation of one's own change."""

PEOPLE = {
    "maint-one": Person(Permission.MAINTAIN, PersonType.USER),
    "boss": Person(Permission.ADMIN, PersonType.USER),
    "dana": Person(Permission.ADMIN, PersonType.USER),
    "riley-k": Person(Permission.WRITE, PersonType.USER),
    "reader": Person(Permission.READ, PersonType.USER),
    "helper-bot[bot]": Person(Permission.ADMIN, PersonType.BOT),
    "nameless": Person(Permission.ADMIN, None),
}
FACTS = Facts(
    title="Seal",
    body="",
    author=Account("dana", PersonType.USER),
    number=7,
    draft=False,
    base=None,
    head=None,
    labels=(),
    commits=(LinkedCommit(OLD, "riley-k", "riley-k", False), LinkedCommit(HEAD, "dana", "web-flow", False)),
    reviews=(),
    comments=(),
    people=PEOPLE,
    links=(),
    checks=(),
    head_since=SINCE,
)


def commit(sha: str, at: str = "2026-02-01T09:00:00Z") -> Commit:
    return Commit(sha, (), "Dana", "dana@example.com", "Dana", "dana@example.com", at, "Seal")


RANGE = (commit(HEAD), commit(OLD))


def comment(body: str, by: str = "maint-one", at: str = LATER, *, id_: int = 9, edited: bool = False) -> Comment:
    return Comment(id_, by, f"/prgate {body}", at, edited)


def review(
    body: str = "",
    by: str = "maint-one",
    at: str = LATER,
    *,
    state: ReviewState = ReviewState.COMMENTED,
    on: str = HEAD,
    edited: bool | None = False,
) -> Review:
    return Review(by, state, on, at, body and f"/prgate {body}", edited)


def heard(
    *said: Comment | Review,
    commands: Commands = OPEN,
    head: str | None = HEAD,
    commits: tuple[Commit, ...] | Missing = RANGE,
    dated: bool = False,
    **facts: Any,
) -> tuple[Heard, ...]:
    """What is heard where the facts are ``FACTS`` with these comments and reviews, and more as ``facts`` say."""
    spoken: Mapping[str, Any] = {
        "comments": tuple(each for each in said if isinstance(each, Comment)),
        "reviews": tuple(each for each in said if isinstance(each, Review)),
    }
    found = hear(replace(FACTS, **{**spoken, **facts}), commands, head=head, commits=commits, dated=dated)
    assert not isinstance(found, Missing)
    return found


def refused(*said: Comment | Review, **more: Any) -> str | None:
    """Why the one command does not count; null where it does."""
    (one,) = heard(*said, **more)
    return one.refused
