"""Where each commit of the range stands: written by an agent, declared a person's, or neither."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from prgate.authorship.signatures import Signatures, is_machine, is_stamp, mark_lines
from prgate.model.authorship import Origin, Sign, SignKind
from prgate.model.commit import Commit
from prgate.model.facts import PersonType
from prgate.model.grade import Grade


@dataclass(frozen=True, slots=True)
class Standing:
    """The origin of the lines of a commit, how far that can be trusted, and the evidence that says so."""

    origin: Origin
    grade: Grade = Grade.CLAIMED
    agent: str | None = None
    evidence: str = "commits"


UNDECLARED = Standing(Origin.UNDECLARED)
DECLARED = Standing(Origin.DECLARED_HUMAN)
WRITTEN = Standing(Origin.DECLARED_HUMAN, evidence="facts")
"""What a person says to have written."""


def standings(
    known: Signatures,
    commits: tuple[Commit, ...],
    *,
    links: Mapping[str, tuple[str, PersonType | None]],
    signs: tuple[Sign, ...],
    written: Collection[str] = (),
) -> Mapping[str, Standing]:
    """The standing of each commit by id.

    A mark of its author or in its message makes a commit an agent's. Otherwise it is a person's where somebody says to have written it (it is
    among ``written``), and undeclared if an agent or a merge made it, if its author is automation or nobody, if a tool stamped it or a review
    suggestion went in, if the pull request bears marks of an agent that no commit bears, so that the agent's share cannot be located, or if an
    agent's account opened it and the forge links no account to the commit. What is left is a person's declaration.
    """
    marked: dict[str, tuple[tuple[int, bool], Standing]] = {}
    committed = set()
    for sign in signs:
        if sign.commit is None:
            continue
        strength = sign.grade.rank, sign.kind is SignKind.AUTHOR
        if sign.kind is SignKind.COMMITTER:
            committed.add(sign.commit)
        elif sign.commit not in marked or strength > marked[sign.commit][0]:
            marked[sign.commit] = strength, Standing(Origin.AGENT, sign.grade, sign.agent, sign.evidence)
    unlocated = not marked and any(sign.commit is None for sign in signs)
    agents_own = any(sign.kind is SignKind.OPENER for sign in signs)
    result = {}
    for commit in commits:
        if commit.sha in marked:
            result[commit.sha] = marked[commit.sha][1]
            continue
        if commit.sha in written:
            result[commit.sha] = WRITTEN
            continue
        login, kind = links.get(commit.sha, (None, None))
        doubtful = (
            unlocated
            or (agents_own and login is None)
            or commit.sha in committed
            or len(commit.parents) > 1
            or kind is PersonType.BOT
            or not (commit.author_name or commit.author_email)
            or is_machine(known, name=commit.author_name, email=commit.author_email, login=login)
            or _stamped(known, commit.message)
        )
        result[commit.sha] = UNDECLARED if doubtful else DECLARED
    return result


def _stamped(known: Signatures, message: str) -> bool:
    folded = message.casefold()
    return any(stamp in folded for stamp in known.stamps) and any(is_stamp(known, line) for line in mark_lines(known, message))
