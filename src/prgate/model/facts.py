"""What the forge knows about the pull request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from prgate.model.missing import Missing
from prgate.model.subject import Base, Head


class PersonType(StrEnum):
    """Account type as the forge gives it."""

    USER = "User"
    BOT = "Bot"


class Permission(StrEnum):
    """Permission on the repository, weakest first."""

    NONE = "none"
    READ = "read"
    WRITE = "write"
    MAINTAIN = "maintain"
    ADMIN = "admin"

    @property
    def rank(self) -> int:
        """0 for ``none`` to 4 for ``admin``."""
        return list(Permission).index(self)


class ReviewState(StrEnum):
    """State of one review."""

    APPROVED = "approved"
    CHANGES_REQUESTED = "changes-requested"
    COMMENTED = "commented"
    DISMISSED = "dismissed"


@dataclass(frozen=True, slots=True)
class Account:
    """A login; ``type`` is null where only the login was given."""

    login: str
    type: PersonType | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """What the forge says of a login that took part. ``teams`` are those it is known to be in (``org/team``)."""

    permission: Permission
    type: PersonType | None
    teams: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LinkedCommit:
    """Logins as the forge links them; null where it links none."""

    sha: str
    author: str | None
    committer: str | None
    verified: bool


@dataclass(frozen=True, slots=True)
class Review:
    """One review; ``at`` is RFC 3339. ``edited`` says that its text is no longer what was sent, null that this could not be learnt."""

    author: str
    state: ReviewState
    commit: str
    at: str
    body: str
    edited: bool | None = False


@dataclass(frozen=True, slots=True)
class Comment:
    """One comment; ``edited`` says that it is no longer what was first written. ``app`` wrote it, in its author's name where that is a person."""

    id: int
    author: str
    body: str
    at: str
    edited: bool
    app: str | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """A reference that was looked up at its host."""

    kind: str
    ref: str
    found: bool
    state: str | None
    head: str | None


@dataclass(frozen=True, slots=True)
class CheckRun:
    """A check on the head."""

    name: str
    app: str | None
    workflow: str | None
    conclusion: str | None
    head: str


@dataclass(frozen=True, slots=True)
class Facts:
    """The facts document; a key that it does not have is ``Missing``, an empty list is a fact."""

    title: str
    body: str
    author: Account
    number: int | None
    draft: bool
    base: Base | None
    head: Head | None
    labels: tuple[str, ...] | Missing
    commits: tuple[LinkedCommit, ...] | Missing
    reviews: tuple[Review, ...] | Missing
    comments: tuple[Comment, ...] | Missing
    people: Mapping[str, Person] | Missing
    links: tuple[Link, ...] | Missing
    checks: tuple[CheckRun, ...] | Missing
    url: str | None = None
    """Address of the pull request, ``https://HOST/OWNER/NAME/pull/NUMBER``."""
    head_since: str | None = None
    """When the forge saw the head's branch move to this head for the last time, RFC 3339."""
    base_since: str | None = None
    """When the pull request was last pointed at another base, RFC 3339; null where it never was. What was said before speaks of other lines."""
    operator: str | None = None
    """Who started the agent, as the forge knows it; what a description or a trailer says of it is a claim and not here."""
