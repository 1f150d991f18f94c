"""Finds the marks that agents left on a pull request."""

from __future__ import annotations

import re
from collections.abc import Iterator

from prgate.authorship.signature_file import shipped
from prgate.authorship.signatures import (
    Mark,
    Signatures,
    is_machine,
    mark_lines,
    mark_of_author,
    mark_of_branch,
    mark_of_committer,
    mark_of_footer,
    mark_of_login,
    mark_of_trailer,
)
from prgate.model.authorship import Sign, SignKind
from prgate.model.commit import Commit
from prgate.model.facts import Facts, PersonType
from prgate.model.grade import Grade
from prgate.model.missing import Missing
from prgate.model.trace import Trace

LONGEST_QUOTE = 120
_ADDRESS = re.compile(r"<[^<>]*>|[^\s<>@]++@[^\s<>]++")
_REMOTE_PREFIXES = ("refs/heads/", "refs/remotes/origin/", "origin/")


def find_signs(
    *,
    facts: Facts | Missing,
    commits: tuple[Commit, ...] | Missing,
    traces: tuple[Trace, ...],
    head_ref: str | None,
    signatures: Signatures | None = None,
) -> tuple[Sign, ...]:
    """All marks, one per (agent, kind, evidence, commit) and key of a trailer, by agent, kind, then the order of commits and traces.

    Evidence ids: ``facts`` (opener, linked author, body, head branch), ``commits`` (author, committer, trailer or footer of a message),
    ``trace:N`` (N from 1, in the order given), ``ref`` (``head_ref`` as the user gave it; an object id matches nothing). Opener and linked
    author are ``observed``, all else is ``claimed``.
    """
    known = signatures or shipped()
    found: dict[tuple[str, SignKind, str, str | None, str], Sign] = {}
    for sign in (
        *_of_pull_request(known, facts),
        *_of_links(known, facts, commits),
        *_of_commits(known, facts, commits),
        *_of_branch(known, "ref", head_ref),
        *_of_traces(traces),
    ):
        found.setdefault((sign.agent, sign.kind, sign.evidence, sign.commit, sign.key), sign)
    order = list(SignKind)
    return tuple(sorted(found.values(), key=lambda sign: (sign.agent, order.index(sign.kind))))


def linked_authors(facts: Facts | Missing) -> dict[str, tuple[str, PersonType | None]]:
    """Login and account type of each commit's author, by commit id, as the forge links them."""
    if isinstance(facts, Missing) or isinstance(facts.commits, Missing):
        return {}
    return {linked.sha: (linked.author, account_type(facts, linked.author)) for linked in facts.commits if linked.author is not None}


def account_type(facts: Facts, login: str) -> PersonType | None:
    """The type of an account, where the facts tell it."""
    if login == facts.author.login and facts.author.type is not None:
        return facts.author.type
    person = None if isinstance(facts.people, Missing) else facts.people.get(login)
    return person.type if person else None


def quote(text: str) -> str:
    """One printable line of at most ``LONGEST_QUOTE`` characters without mail addresses."""
    printable = "".join(character if character.isprintable() else " " for character in text[: 10 * LONGEST_QUOTE])
    line = " ".join(_ADDRESS.sub("", printable).split())
    return line if len(line) <= LONGEST_QUOTE else line[: LONGEST_QUOTE - 1] + "…"


def _of_pull_request(known: Signatures, facts: Facts | Missing) -> Iterator[Sign]:
    if isinstance(facts, Missing):
        return
    login = facts.author.login
    if mark := mark_of_login(known, login, account_type(facts, login)):
        yield _sign(mark, SignKind.OPENER, "facts", login, grade=Grade.OBSERVED)
    for mark, line in _said(known, facts.body):
        yield _sign(mark, SignKind.BODY, "facts", line)
    if facts.head is not None:
        yield from _of_branch(known, "facts", facts.head.ref)


def _of_links(known: Signatures, facts: Facts | Missing, commits: tuple[Commit, ...] | Missing) -> Iterator[Sign]:
    """Authors as the forge links them; links of commits outside the range are not of this change."""
    links = linked_authors(facts)
    shas = links if isinstance(commits, Missing) else [commit.sha for commit in commits if commit.sha in links]
    for sha in shas:
        login, kind = links[sha]
        if mark := mark_of_login(known, login, kind):
            yield _sign(mark, SignKind.AUTHOR, "facts", login, sha=sha, grade=Grade.OBSERVED)


def _of_commits(known: Signatures, facts: Facts | Missing, commits: tuple[Commit, ...] | Missing) -> Iterator[Sign]:
    if isinstance(commits, Missing):
        return
    links = linked_authors(facts)
    for commit in commits:
        login, kind = links.get(commit.sha, (None, None))
        if author := mark_of_author(known, commit.author_name, commit.author_email):
            yield _sign(author, SignKind.AUTHOR, "commits", f"Author: {commit.author_name}", sha=commit.sha)
        elif not (login and mark_of_login(known, login, kind)) and (
            kind is PersonType.BOT or is_machine(known, name=commit.author_name, email=commit.author_email, login=login)
        ):
            continue  # a release or sync commit carries the co-authors of what it brings along
        if mark := mark_of_committer(known, commit.committer_name, commit.committer_email):
            yield _sign(mark, SignKind.COMMITTER, "commits", f"Committer: {commit.committer_name}", sha=commit.sha)
        for mark, line in _said(known, commit.message.partition("\n")[2]):
            yield _sign(mark, SignKind.TRAILER, "commits", line, sha=commit.sha)


def _said(known: Signatures, text: str) -> Iterator[tuple[Mark, str]]:
    """The rows of trailers and footers that a text bears, and the lines that bear them."""
    for line in mark_lines(known, text) if text else ():
        if mark := mark_of_trailer(known, line) or mark_of_footer(known, line):
            yield mark, line


def _of_branch(known: Signatures, evidence: str, ref: str | None) -> Iterator[Sign]:
    if ref is None:
        return
    name = next((ref.removeprefix(prefix) for prefix in _REMOTE_PREFIXES if ref.startswith(prefix)), ref)
    if mark := mark_of_branch(known, name):
        yield _sign(mark, SignKind.BRANCH, evidence, name)


def _sign(mark: Mark, kind: SignKind, evidence: str, text: str, *, sha: str | None = None, grade: Grade = Grade.CLAIMED) -> Sign:
    return Sign(mark.agent, kind, grade, evidence, quote(text), sha, mark.id)


def _of_traces(traces: tuple[Trace, ...]) -> Iterator[Sign]:
    for number, trace in enumerate(traces, 1):
        for agent in trace.agents:
            yield Sign(agent, SignKind.TRACE, Grade.CLAIMED, f"trace:{number}", quote(f"{trace.format}: {trace.name}"))
