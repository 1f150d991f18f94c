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
    def may_write(self) -> bool:
        """Whether it is write or more."""
        return self in {Permission.WRITE, Permission.MAINTAIN, Permission.ADMIN}


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
    """What the forge says of a login that took part."""

    permission: Permission
    type: PersonType | None


@dataclass(frozen=True, slots=True)
class LinkedCommit:
    """Logins as the forge links them; null where it links none."""

    sha: str
    author: str | None
    committer: str | None
    verified: bool


@dataclass(frozen=True, slots=True)
class Review:
    """One review; ``at`` is RFC 3339."""

    author: str
    state: ReviewState
    commit: str
    at: str
    body: str


@dataclass(frozen=True, slots=True)
class Comment:
    """One comment; ``edited`` says that it is no longer what was first written."""

    id: int
    author: str
    body: str
    at: str
    edited: bool


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
