"""What the forge knows about a pull request, asked once and written as the facts document."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from prgate.formats.facts import Sha, Short, Url
from prgate.formats.shape import ShapeError
from prgate.github.checks import is_ours, list_checks
from prgate.github.comments import list_comments
from prgate.github.entries import By, Entry, check_of, comment_of, commit_of, review_of, status_of
from prgate.github.events import is_command
from prgate.github.links import links_of
from prgate.github.people import permissions_of
from prgate.github.pulls import Pull, read_pull
from prgate.github.reading import Count, account, at, attempt, each, spelled, value
from prgate.github.session import Session
from prgate.model.facts import Account, ReviewState
from prgate.model.missing import Missing, Why

Raw = tuple[Entry, ...]

_MOST_WORDS = 1_000
"""Characters of a reason that the document holds."""

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

    Whoever may comment can write as much as he likes: what others said keeps nobody's word from counting, see ``_entries`` and ``_cast``.
    """
    comments = _comments(session, pull)
    checks = _objects("check runs", list_checks(session, pull.repository, pull.head_sha))
    statuses = _objects("statuses", session.pages(f"/repos/{pull.repository}/commits/{pull.head_sha}/status", key="statuses"))
    given = session.pages(f"/repos/{pull.repository}/pulls/{pull.number}/reviews")
    reviews = _each("reviews", given, review_of)
    said = _each("comments", comments, comment_of)
    ran = _each("check runs", checks if isinstance(checks, Missing) else _of_others(checks), check_of)
    told = _each("statuses", statuses, partial(status_of, head=pull.head_sha))
    linked = () if isinstance(compared, Missing) else compared.accounts
    near = () if isinstance(given, Missing) or isinstance(reviews, Missing) else given
    asked, met = _cast(pull, reviews=reviews, comments=said, near={account(item, "user").login for item in near if _is_near(item)})
    parts = {
        "labels": attempt("labels", lambda: value(tuple[Short, ...], list(pull.labels))),
        "commits": compared if isinstance(compared, Missing) else compared.commits,
        "reviews": _entries("reviews", reviews, spare=lambda _: True),
        "comments": _entries("comments", said, spare=lambda entry: not is_command(entry["body"] or "")),
        "people": permissions_of(session, pull.repository, asked=asked, bots=(*linked, *met)),
        "links": links_of(session, pull),
        "checks": _entries("checks", ran, told),
    }
    return Looked(_document(pull, parts), comments, checks)


def _document(pull: Pull, parts: dict[str, Any]) -> Entry:
    document: Entry = {
        "title": pull.title,
        "body": pull.body,
        "author": {"login": pull.author.login, "type": pull.author.type and str(pull.author.type)},
        "number": pull.number,
        "draft": pull.draft,
        "base": {"ref": pull.base_ref, "sha": pull.base_sha},
        "head": {"repository": pull.head_repository, "ref": pull.head_ref, "sha": pull.head_sha},
    }
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

    First of all who approves this head, those ``near`` the repository before strangers and the newest before the oldest: where a crowd
    approves, a maintainer is still asked about. Then whoever else decides, then commands.
    """
    reviewed = () if isinstance(reviews, Missing) else reviews
    said = () if isinstance(comments, Missing) else comments

    def far(by: By) -> tuple[bool, bool]:
        entry, (who,) = by
        return (entry["state"], entry["commit"]) != (ReviewState.APPROVED, pull.head_sha), who.login not in near

    deciding = sorted((by for by in reversed(reviewed) if by[0]["state"] != ReviewState.COMMENTED), key=far)
    asked = [who for _, (who,) in deciding if who.login.lower() != pull.author.login.lower()]
    asked += [who for entry, (who,) in said if is_command(entry["body"] or "")]
    return asked, [pull.author, *(who for _, named in (*reviewed, *said) for who in named)]


def _is_near(item: object) -> bool:
    """Whether the forge says that the author belongs to the repository; of somebody who hides it, it may not."""
    return at(item, "author_association") in ("OWNER", "MEMBER", "COLLABORATOR")


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


def _entries(what: str, *lists: tuple[By, ...] | Missing, spare: Callable[[Entry], bool] = lambda _: False) -> tuple[Entry, ...] | Missing:
    """The entries of all lists, where each list was read and they are no more than a document holds.

    Where they are more, the bodies that are ``spare`` are left out (null): nothing rests on them, and anybody can make them long.
    """
    entries: list[Entry] = []
    for found in lists:
        if isinstance(found, Missing):
            return found
        entries += [entry for entry, _ in found]
    size = len(json.dumps(entries))
    if size > _MOST_BYTES:
        entries = [entry | {"body": None} if "body" in entry and spare(entry) else entry for entry in entries]
        size = len(json.dumps(entries))
    if size > _MOST_BYTES:
        detail = f"{size:,} bytes of {what}, more than the {_MOST_BYTES:,} that are kept"
        return Missing(Why.OVER_LIMIT, detail, "Open the change again as a pull request of its own.")
    return tuple(entries)


def _page(data: object, base_sha: str) -> tuple[str, int, tuple[Any, ...]]:
    if value(Sha, data, "base_commit", "sha") != base_sha:
        raise ShapeError("this is not the commit that was asked about", keys=("base_commit", "sha"))
    return value(Sha, data, "merge_base_commit", "sha"), value(Count, data, "total_commits"), value(tuple[Any, ...], data, "commits")
