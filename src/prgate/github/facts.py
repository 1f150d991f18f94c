"""What the forge knows about a pull request, asked once and written as the facts document."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from prgate.formats.facts import Sha, Short, Url
from prgate.formats.shape import ShapeError
from prgate.github.checks import is_ours, list_checks
from prgate.github.commands import Turned, edited_reviews, has_commands, head_since, timed, turned, vouches
from prgate.github.comments import list_comments
from prgate.github.entries import By, Entry, check_of, comment_of, commit_of, review_of, status_of
from prgate.github.links import links_of
from prgate.github.people import permissions_of
from prgate.github.pulls import Pull, read_pull
from prgate.github.reading import Count, account, attempt, each, spelled, value
from prgate.github.session import Session
from prgate.model.facts import Account, Permission, ReviewState
from prgate.model.missing import Missing, Why

Raw = tuple[Entry, ...]

_MOST_WORDS = 1_000
"""Characters of a reason that the document holds."""

_NEAR = ("OWNER", "MEMBER", "COLLABORATOR")
"""The forge's words for an author who belongs to the repository; of somebody who hides it, it may not say so."""
_WRITE = Permission.WRITE.rank
_MOST_COMMITS = 5_000
_MOST_BYTES = 3 * 1024 * 1024
"""Of one key, so that the document stays within what a policy lets facts have unless it says otherwise (16 MiB)."""


@dataclass(frozen=True, slots=True)
class Compared:
    """Base against head: their merge base, how many commits only the head has, and those commits as the facts spell them."""

    merge_base: str
    total: int
    commits: tuple[Entry, ...] | Missing
    accounts: tuple[Account, ...] = ()
    """Authors and committers, as the forge links them."""


@dataclass(frozen=True, slots=True)
class Looked:
    """The facts document, and the answers that publishing needs again: comments and check runs as the API gives them.

    What could not be read is no key of the document; its ``missing`` says why, by key: ``{why, detail, fix}``.
    """

    document: Entry
    comments: Raw | Missing
    checks: Raw | Missing


def compare(session: Session, repository: str, base_sha: str, head_sha: str) -> Compared | Missing:
    """The comparison of two commits (``/compare/BASE...HEAD``), one request per 100 commits.

    Its commits are taken only if they are whole: as many different ones as the forge counts, the head among them.
    """
    found: list[Any] = []
    merge_base, total, page = "", 0, 0
    while page == 0 or len(found) < total:
        page += 1
        answer = session.get(f"/repos/{repository}/compare/{base_sha}...{head_sha}", per_page=100, page=page)
        if isinstance(answer, Missing):
            return answer
        read = attempt("the comparison", partial(_page, answer.data, base_sha))
        if isinstance(read, Missing):
            return read
        merge_base, total, more = read
        if total > _MOST_COMMITS:
            detail = f"{total:,} commits, more than the {_MOST_COMMITS:,} that are looked up"
            return Compared(merge_base, total, Missing(Why.OVER_LIMIT, detail, "Split the pull request."))
        if not more:
            break
        found += more
    commits = _each("commits", tuple(found), commit_of)
    if isinstance(commits, Missing):
        return Compared(merge_base, total, commits)
    shas = {entry["sha"] for entry, _ in commits}
    if not len(found) == len(shas) == total or (total and head_sha not in shas):
        detail = f"the forge counts {total:,} commits up to {head_sha[:12]}, and lists {len(shas):,}, which are not those"
        return Compared(merge_base, total, Missing(Why.FAILED, detail, "Run it again."))
    accounts = tuple(dict.fromkeys(who for _, both in commits for who in both))
    return Compared(merge_base, total, _entries("commits", commits), accounts)


def look(session: Session, pull: Pull, compared: Compared | Missing) -> Looked:
    """Comments, reviews, check runs and statuses of this head: four requests, one for each who had a say and one for each link, up to three.

    One more where a command has to be held against the time of the push, one where a review holds a command or approves in words, and one where
    anybody's word may count, for when the base was changed: unknown, it leaves the reviews missing. Whoever may comment can write as much as he
    likes: what others said keeps nobody's word from counting, see ``_entries`` and ``_cast``.
    """
    comments = _comments(session, pull)
    checks = _objects("check runs", list_checks(session, pull.repository, pull.head_sha))
    statuses = _objects("statuses", session.pages(f"/repos/{pull.repository}/commits/{pull.head_sha}/status", key="statuses"))
    given = _objects("reviews", session.pages(f"/repos/{pull.repository}/pulls/{pull.number}/reviews"))
    said = _each("comments", comments, comment_of)
    ran = _each("check runs", checks if isinstance(checks, Missing) else _of_others(checks), check_of)
    told = _each("statuses", statuses, partial(status_of, head=pull.head_sha))
    edits = {} if isinstance(given, Missing) else edited_reviews(session, _weighty(given))
    reviews = _each("reviews", given, partial(review_of, edits=edits))
    linked = () if isinstance(compared, Missing) else compared.accounts
    near = _near(given, reviews) | _near(comments, said)
    asked, named = _cast(pull, reviews=reviews, comments=said, near=near)
    people = permissions_of(session, pull.repository, asked=asked, bots=(*linked, *named))
    spare = (lambda entry: not has_commands(entry["body"]), lambda entry: _rank(people, entry["author"]) < _WRITE)
    parts = {
        "labels": attempt("labels", lambda: value(tuple[Short, ...], list(pull.labels))),
        "commits": compared if isinstance(compared, Missing) else compared.commits,
        "reviews": _entries("reviews", reviews, spare=spare),
        "comments": _entries("comments", said, spare=spare),
        "people": people,
        "links": links_of(session, pull),
        "checks": _entries("checks", ran, told),
    }
    heard = [entry for found in (said, reviews) if not isinstance(found, Missing) for entry, _ in found]
    ours = {who.login.lower() for who in (pull.author, *linked)}
    waits = any(timed(entry, pull.head_sha, own=entry["author"].lower() in ours) and _rank(people, entry["author"]) for entry in heard)
    since = head_since(session, pull) if waits else None
    turns = turned(session, pull) if any(_speaks(entry, pull.head_sha) and _rank(people, entry["author"]) for entry in heard) else None
    if isinstance(turns, Missing):
        parts["reviews"] = turns
        since = None
    return Looked(_document(pull, parts, since, turns if isinstance(turns, Turned) else Turned(None, None)), comments, checks)


def _speaks(entry: Entry, head: str) -> bool:
    """Whether a comment or review may speak for the change as it is now."""
    return has_commands(entry["body"]) or (entry.get("state"), entry.get("commit")) == (ReviewState.APPROVED, head)


def _document(pull: Pull, parts: dict[str, Any], since: str | Missing | None, turns: Turned) -> Entry:
    document: Entry = {
        "title": pull.title,
        "body": pull.body,
        "author": {"login": pull.author.login, "type": pull.author.type and str(pull.author.type)},
        "number": pull.number,
        "draft": pull.draft,
        "base": {"ref": pull.base_ref, "sha": pull.base_sha},
        "head": {"repository": pull.head_repository, "ref": pull.head_ref, "sha": pull.head_sha},
    }
    if isinstance(since, str):
        document["head"]["since"] = max(since, turns.again or since, key=datetime.fromisoformat)
    if turns.base is not None:
        document["base"]["since"] = turns.base
    if spelled(Url, pull.url):
        document["url"] = pull.url
    missing = {}
    for key, part in parts.items():
        if isinstance(part, Missing):
            missing[key] = {"why": str(part.why), "detail": part.detail[:_MOST_WORDS], "fix": part.fix[:_MOST_WORDS]}
        else:
            document[key] = list(part) if isinstance(part, tuple) else part
    return document | ({"missing": missing} if missing else {})


def _cast(
    pull: Pull, *, reviews: tuple[By, ...] | Missing, comments: tuple[By, ...] | Missing, near: Collection[str]
) -> tuple[list[Account], list[Account]]:
    """Those whose permission matters, and everybody met.

    Those ``near`` the repository come before strangers: where a crowd approves or commands, a maintainer is still asked about. Among each, first
    who approves this head, then whoever else decides, then commands; the newest before the oldest.
    """
    reviewed = () if isinstance(reviews, Missing) else reviews
    said = () if isinstance(comments, Missing) else comments

    def rank(by: By) -> int | None:
        entry, (who,) = by
        decides = entry.get("state", ReviewState.COMMENTED) != ReviewState.COMMENTED and who.login.lower() != pull.author.login.lower()
        if decides:
            return int((entry["state"], entry["commit"]) != (ReviewState.APPROVED, pull.head_sha))
        return 2 if has_commands(entry["body"]) else None

    ranked = [(number, who) for by in (*reversed(reviewed), *reversed(said)) for who in by[1] if (number := rank(by)) is not None]
    asked = [who for _, who in sorted(ranked, key=lambda each: (each[1].login not in near, each[0]))]
    return asked, [pull.author, *(who for _, named in (*reviewed, *said) for who in named)]


def _weighty(reviews: Raw) -> list[Entry]:
    """Those whose text may vouch, of people who belong to the repository first, then the newest: of a crowd not all are asked about."""
    return sorted(filter(vouches, reversed(reviews)), key=lambda review: review.get("author_association") not in _NEAR)


def _near(raw: Raw | Missing, read: tuple[By, ...] | Missing) -> set[str]:
    """Who of the authors belongs to the repository, by what the forge says."""
    known = () if isinstance(raw, Missing) or isinstance(read, Missing) else raw
    return {account(item, "user").login for item in known if item.get("author_association") in _NEAR}


def _rank(people: Mapping[str, Entry] | Missing, login: str) -> int:
    """What somebody may do here, as far as it is known; where nothing is, enough to be heard."""
    if isinstance(people, Missing):
        return _WRITE
    return next((Permission(known["permission"]).rank for name, known in people.items() if name.lower() == login.lower()), 0)


def _comments(session: Session, pull: Pull) -> Raw | Missing:
    """All comments, at least as many as the pull request counts; a count that is older than a deletion is asked for again, once."""
    listed = list_comments(session, pull.repository, pull.number)
    if isinstance(listed, Missing) or len(listed) >= pull.comments:
        return _objects("comments", listed)
    now = read_pull(session, pull.repository, pull.number)
    if isinstance(now, Missing):
        return now
    listed = list_comments(session, pull.repository, pull.number)
    if not isinstance(listed, Missing) and len(listed) < now.comments:
        return Missing(Why.FAILED, f"the forge counts {now.comments:,} comments and lists {len(listed):,}", "Run it again.")
    return _objects("comments", listed)


def _objects(what: str, found: tuple[Any, ...] | Missing) -> Raw | Missing:
    return found if isinstance(found, Missing) else attempt(what, lambda: each(lambda item: dict(value(Mapping[str, Any], item)), found))


def _of_others(checks: Raw) -> Raw:
    """The newest check run of each name and app, of those that are not the gate's own: a newer one of the gate's hides nobody's."""
    newest: dict[tuple[str, str], int] = {}
    for place, check in sorted(enumerate(checks), key=lambda each: (_number(each[1]), -each[0])):
        if not is_ours(check):
            app = check.get("app")
            newest[str(check.get("name")), str(app.get("slug") if isinstance(app, Mapping) else app)] = place
    return tuple(checks[place] for place in sorted(newest.values()))


def _number(check: Entry) -> int:
    number = check.get("id")
    return number if isinstance(number, int) else 0


def _each(what: str, found: tuple[Any, ...] | Missing, make: Callable[[Any], By | None]) -> tuple[By, ...] | Missing:
    """Each item as ``make`` reads it; all of them or none."""
    if isinstance(found, Missing):
        return found
    made = attempt(what, lambda: each(make, found))
    return made if isinstance(made, Missing) else tuple(item for item in made if item is not None)


def _entries(what: str, *lists: tuple[By, ...] | Missing, spare: Sequence[Callable[[Entry], bool]] = ()) -> tuple[Entry, ...] | Missing:
    """The entries of all lists, where each list was read and they are no more than a document holds.

    Where they are more, the bodies that are ``spare`` are left out (null), one kind after the other: anybody can make them long.
    """
    entries: list[Entry] = []
    for found in lists:
        if isinstance(found, Missing):
            return found
        entries += [entry for entry, _ in found]
    size = len(json.dumps(entries))
    for may_go in spare:
        if size > _MOST_BYTES:
            entries = [entry | {"body": None} if may_go(entry) else entry for entry in entries]
            size = len(json.dumps(entries))
    if size > _MOST_BYTES:
        detail = f"{size:,} bytes of {what}, more than the {_MOST_BYTES:,} that are kept"
        return Missing(Why.OVER_LIMIT, detail, "Open the change again as a pull request of its own.")
    return tuple(entries)


def _page(data: object, base_sha: str) -> tuple[str, int, tuple[Any, ...]]:
    if value(Sha, data, "base_commit", "sha") != base_sha:
        raise ShapeError("this is not the commit that was asked about", keys=("base_commit", "sha"))
    return value(Sha, data, "merge_base_commit", "sha"), value(Count, data, "total_commits"), value(tuple[Any, ...], data, "commits")
