"""Finds the marks that agents left on a pull request."""

from __future__ import annotations

import re
from collections.abc import Iterator

from prgate.authorship.own_lines import own_lines
from prgate.authorship.signature_file import shipped
from prgate.authorship.signatures import (
    Signatures,
    agent_of_branch,
    agent_of_email,
    agent_of_footer,
    agent_of_login,
    agent_of_name,
    agent_of_trailer,
    is_machine,
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
    """All marks, one per (agent, kind, evidence, commit), by agent, kind, then the order of commits and traces.

    Evidence ids: ``facts`` (opener, linked author, body, head branch), ``commits`` (author, committer, trailer or footer of a message),
    ``trace:N`` (N from 1, in the order given), ``ref`` (``head_ref`` as the user gave it; an object id matches nothing). Opener and linked
    author are ``observed``, all else is ``claimed``.
    """
    known = signatures or shipped()
    found: dict[tuple[str, SignKind, str, str | None], Sign] = {}
    for sign in (
        *_of_pull_request(known, facts),
        *_of_links(known, facts, commits),
        *_of_commits(known, facts, commits),
        *_of_branch(known, "ref", head_ref),
        *_of_traces(traces),
    ):
        found.setdefault((sign.agent, sign.kind, sign.evidence, sign.commit), sign)
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
    if agent := agent_of_login(known, login, account_type(facts, login)):
        yield Sign(agent, SignKind.OPENER, Grade.OBSERVED, "facts", quote(login))
    for line in own_lines(facts.body, known.blocks):
        if agent := agent_of_trailer(known, line) or agent_of_footer(known, line):
            yield Sign(agent, SignKind.BODY, Grade.CLAIMED, "facts", quote(line))
    if facts.head is not None:
        yield from _of_branch(known, "facts", facts.head.ref)


def _of_links(known: Signatures, facts: Facts | Missing, commits: tuple[Commit, ...] | Missing) -> Iterator[Sign]:
    """Authors as the forge links them; links of commits outside the range are not of this change."""
    links = linked_authors(facts)
    shas = links if isinstance(commits, Missing) else [commit.sha for commit in commits if commit.sha in links]
    for sha in shas:
        login, kind = links[sha]
        if agent := agent_of_login(known, login, kind):
            yield Sign(agent, SignKind.AUTHOR, Grade.OBSERVED, "facts", quote(login), sha)


def _of_commits(known: Signatures, facts: Facts | Missing, commits: tuple[Commit, ...] | Missing) -> Iterator[Sign]:
    if isinstance(commits, Missing):
        return
    links = linked_authors(facts)
    for commit in commits:
        login, kind = links.get(commit.sha, (None, None))
        if author := agent_of_email(known, commit.author_email) or agent_of_name(known, commit.author_name):
            yield Sign(author, SignKind.AUTHOR, Grade.CLAIMED, "commits", quote(f"Author: {commit.author_name}"), commit.sha)
        elif not (login and agent_of_login(known, login, kind)) and (
            kind is PersonType.BOT or is_machine(known, name=commit.author_name, email=commit.author_email, login=login)
        ):
            continue  # a release or sync commit carries the co-authors of what it brings along
        if agent := agent_of_email(known, commit.committer_email):
            yield Sign(agent, SignKind.COMMITTER, Grade.CLAIMED, "commits", quote(f"Committer: {commit.committer_name}"), commit.sha)
        for line in own_lines(commit.message.partition("\n")[2], known.blocks):
            if agent := agent_of_trailer(known, line) or agent_of_footer(known, line):
                yield Sign(agent, SignKind.TRAILER, Grade.CLAIMED, "commits", quote(line), commit.sha)


def _of_branch(known: Signatures, evidence: str, ref: str | None) -> Iterator[Sign]:
    if ref is None:
        return
    name = next((ref.removeprefix(prefix) for prefix in _REMOTE_PREFIXES if ref.startswith(prefix)), ref)
    if agent := agent_of_branch(known, name):
        yield Sign(agent, SignKind.BRANCH, Grade.CLAIMED, evidence, quote(name))


def _of_traces(traces: tuple[Trace, ...]) -> Iterator[Sign]:
    for number, trace in enumerate(traces, 1):
        for agent in trace.agents:
            yield Sign(agent, SignKind.TRACE, Grade.CLAIMED, f"trace:{number}", quote(f"{trace.format}: {trace.name}"))
