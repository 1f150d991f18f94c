"""What the forge knows about a pull request, as the facts document spells it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Literal, TypeVar, get_args

from annotated_types import Ge, Le, MaxLen

from prgate.errors import FormatError
from prgate.formats.json_reader import read_json
from prgate.formats.shape import Form, ShapeError
from prgate.formats.shape_reader import read_shape
from prgate.formats.shape_schema import Schema, schema_of
from prgate.model.facts import Account, CheckRun, Comment, Facts, Link, LinkedCommit, Permission, Person, PersonType, Review, ReviewState
from prgate.model.missing import Missing, Why
from prgate.model.subject import Base, Head

T = TypeVar("T")
U = TypeVar("U")

_MOST = 20_000
_DEPTH = 8


def _is_moment(text: str) -> bool:
    try:
        dt.datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


Login = Annotated[str, Form(r"[A-Za-z0-9]([A-Za-z0-9._-]{0,98})?(\[bot\])?", "a login")]
Sha = Annotated[str, Form(r"[0-9a-f]{40}|[0-9a-f]{64}", "a full object id in lower case")]
Moment = Annotated[
    str,
    Form(
        r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?(Z|[+-][0-9]{2}:[0-9]{2})",
        "a moment of RFC 3339, such as 2026-11-20T12:30:00Z",
        _is_moment,
    ),
]
Url = Annotated[
    str,
    Form(
        r"https://[A-Za-z0-9.-]{1,253}(:[0-9]{1,5})?/[A-Za-z0-9._-]{1,100}/[A-Za-z0-9._-]{1,100}/pull/[0-9]{1,16}",
        "the address of a pull request, such as https://github.com/acme/pay/pull/7",
    ),
]
Text = Annotated[str, MaxLen(1_000_000)]
Short = Annotated[str, MaxLen(1_000)]
Number = Annotated[int, Ge(1), Le(2**53)]


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountEntry:
    """Who opened the pull request."""

    login: Login
    type: PersonType | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BaseEntry:
    """The side the change goes into; `since` when the pull request was last pointed at another base, left out where it never was."""

    ref: Short | None = None
    sha: Sha | None = None
    since: Moment | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadEntry:
    """The side the change comes from; `repository` is `owner/name`, `since` when its branch moved to this head for the last time."""

    repository: Short | None = None
    ref: Short | None = None
    sha: Sha | None = None
    since: Moment | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitEntry:
    """Logins as the forge links them to a commit; null where it links none."""

    sha: Sha
    author: Login | None
    committer: Login | None
    verified: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewEntry:
    """One review of the commit that it was given on; `edited`: its text is no longer what was sent, null where that could not be learnt."""

    author: Login
    state: ReviewState
    commit: Sha
    at: Moment
    body: Text | None = None
    edited: bool | None = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentEntry:
    """One comment; `edited`: it is no longer what was first written; `app`: the app that wrote it, in its author's name where that is a person."""

    id: Number
    author: Login
    body: Text | None
    at: Moment
    edited: bool
    app: Short | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonEntry:
    """What the forge says of a login that took part; `teams` are those it is known to be in (`org/team`)."""

    permission: Permission
    type: PersonType | None = None
    teams: Annotated[tuple[Short, ...], MaxLen(1_000)] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkEntry:
    """A reference that was looked up at its host."""

    kind: Short
    ref: Short
    found: bool
    state: Short | None = None
    head: Sha | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckEntry:
    """A check on a head."""

    name: Short
    app: Short | None = None
    workflow: Short | None = None
    conclusion: Short | None = None
    head: Sha


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingEntry:
    """Why a key that was sought at the forge is left out, and how to bring it."""

    why: Why
    detail: Short
    fix: Short


Sought = Literal["labels", "commits", "reviews", "comments", "people", "links", "checks"]

_ABSENT = {
    key: Missing(Why.ABSENT, f"the facts have no `{key}`", f"Give `{key}` in the facts document; an empty one says that there are none.")
    for key in get_args(Sought)
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FactsDocument:
    """What the forge knows about a pull request. A key that is left out is missing evidence; an empty list is a fact."""

    title: Short
    body: Text | None
    author: Login | AccountEntry
    number: Number | None = None
    url: Url | None = None
    draft: bool = False
    operator: Login | None = None
    base: BaseEntry | None = None
    head: HeadEntry | None = None
    labels: Annotated[tuple[Short, ...], MaxLen(_MOST)] | Missing = _ABSENT["labels"]
    commits: Annotated[tuple[CommitEntry, ...], MaxLen(_MOST)] | Missing = _ABSENT["commits"]
    reviews: Annotated[tuple[ReviewEntry, ...], MaxLen(_MOST)] | Missing = _ABSENT["reviews"]
    comments: Annotated[tuple[CommentEntry, ...], MaxLen(_MOST)] | Missing = _ABSENT["comments"]
    people: Annotated[Mapping[Login, PersonEntry], MaxLen(_MOST)] | Missing = _ABSENT["people"]
    links: Annotated[tuple[LinkEntry, ...], MaxLen(_MOST)] | Missing = _ABSENT["links"]
    checks: Annotated[tuple[CheckEntry, ...], MaxLen(_MOST)] | Missing = _ABSENT["checks"]
    missing: Mapping[Sought, MissingEntry] = field(default_factory=dict)


def read_facts(data: bytes, *, max_bytes: int = 16 * 1024 * 1024) -> Facts:
    """The facts that a JSON document spells (contract: ``policies/facts.schema.json``); raises ``FormatError``.

    A null body is an empty one, as forges give it. Logins of ``people`` that differ in case only are refused: forges take them for one.
    """
    try:
        document: FactsDocument = read_shape(FactsDocument, read_json(data, max_bytes=max_bytes, max_depth=_DEPTH, unique_keys=True))
    except ShapeError as error:
        raise FormatError(f"{error}. {error.help}", over_limit=error.over_limit) from error
    sought = _sought(document)
    author = document.author if isinstance(document.author, AccountEntry) else AccountEntry(login=document.author)
    return Facts(
        title=document.title,
        body=document.body or "",
        author=Account(author.login, author.type),
        number=document.number,
        url=document.url,
        draft=document.draft,
        base=None if document.base is None else Base(document.base.ref, document.base.sha),
        head=None if document.head is None else Head(document.head.repository, document.head.ref, document.head.sha),
        head_since=None if document.head is None else document.head.since,
        base_since=None if document.base is None else document.base.since,
        operator=document.operator,
        labels=sought.get("labels", document.labels),
        commits=_each(
            sought.get("commits", document.commits), lambda item: LinkedCommit(item.sha, item.author, item.committer, item.verified)
        ),
        reviews=_each(
            sought.get("reviews", document.reviews),
            lambda item: Review(item.author, item.state, item.commit, item.at, item.body or "", item.edited),
        ),
        comments=_each(
            sought.get("comments", document.comments),
            lambda item: Comment(item.id, item.author, item.body or "", item.at, item.edited, item.app),
        ),
        people=_people(sought.get("people", document.people)),
        links=_each(sought.get("links", document.links), lambda item: Link(item.kind, item.ref, item.found, item.state, item.head)),
        checks=_each(
            sought.get("checks", document.checks), lambda item: CheckRun(item.name, item.app, item.workflow, item.conclusion, item.head)
        ),
    )


def _sought(document: FactsDocument) -> dict[str, Missing]:
    """What was sought and could not be read, by key; a key that is there all the same contradicts itself."""
    for key in document.missing:
        if not isinstance(getattr(document, key), Missing):
            raise FormatError(f"missing.{key}: the facts have `{key}` as well. Leave one of the two out.")
    return {key: Missing(entry.why, entry.detail, entry.fix) for key, entry in document.missing.items()}


def _each(items: tuple[T, ...] | Missing, make: Callable[[T], U]) -> tuple[U, ...] | Missing:
    return items if isinstance(items, Missing) else tuple(make(item) for item in items)


def _people(people: Mapping[str, PersonEntry] | Missing) -> Mapping[str, Person] | Missing:
    if isinstance(people, Missing):
        return people
    if len({login.lower() for login in people}) < len(people):
        raise FormatError("people: two logins differ in case only. Give each login once.")
    return {login: Person(entry.permission, entry.type, entry.teams) for login, entry in people.items()}


def facts_schema() -> Schema:
    """The published JSON Schema of the facts document."""
    return schema_of(FactsDocument, name="facts:1", title="prgate facts")
