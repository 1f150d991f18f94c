"""Who wrote what, as far as anything says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from prgate.model.grade import Grade


class Origin(StrEnum):
    """Who wrote a line; nothing is ever called human as a fact."""

    AGENT = "agent"
    DECLARED_HUMAN = "declared-human"
    UNDECLARED = "undeclared"


class SignKind(StrEnum):
    """Where a mark of an agent stands."""

    OPENER = "opener"
    AUTHOR = "author"
    COMMITTER = "committer"
    TRAILER = "trailer"
    BODY = "body"
    BRANCH = "branch"
    TRACE = "trace"


@dataclass(frozen=True, slots=True)
class Sign:
    """One mark of an agent. ``quote`` is the mark without addresses; ``commit`` the commit that bears it, null for the whole PR.

    ``row`` is the id of the row of the signatures that it matches, null for a trace.
    """

    agent: str
    kind: SignKind
    grade: Grade
    evidence: str
    quote: str
    commit: str | None = None
    row: str | None = field(default=None, compare=False)

    @property
    def key(self) -> str:
        """The case-folded key of a trailer; empty for a footer in a message, which has none, and for any other sign."""
        key = self.quote.partition(":")[0].rstrip().casefold() if self.kind is SignKind.TRAILER else ""
        return "" if " " in key else key


@dataclass(frozen=True, slots=True)
class Span:
    """Head lines ``start`` to ``end`` (from 1, inclusive) of one origin; ``evidence`` is an evidence id."""

    start: int
    end: int
    origin: Origin
    grade: Grade
    agent: str | None
    evidence: str


@dataclass(frozen=True, slots=True)
class FileOrigins:
    """Spans over the added lines at head, sorted and disjoint, and one origin for what has no lines (delete, mode, rename, binary)."""

    spans: tuple[Span, ...]
    whole: Origin


@dataclass(frozen=True, slots=True)
class Agent:
    """An agent that left evidence; ``exports_trace`` says that it can write a session out for others to read."""

    id: str
    name: str
    grade: Grade
    exports_trace: bool
    signs: tuple[Sign, ...]


@dataclass(frozen=True, slots=True)
class Denied:
    """A declaration that these head lines are a person's, and what gives them to an agent.

    ``by`` is whose word it is, null where a record says it; ``declared`` where it stands: ``comment:ID``, ``review:N`` or ``trace:N``.
    ``evidence`` is the id of what names ``agent``. Lines null: the whole path, which has none (delete, mode, rename, binary).
    """

    path: bytes
    start: int | None
    end: int | None
    by: str | None
    declared: str
    agent: str | None
    evidence: str


@dataclass(frozen=True, slots=True)
class Authorship:
    """``files`` has every changed path (head path, or base path of a deleted file). ``lines`` counts added lines by origin.

    ``operator`` is who ran the agent, ``owner`` who answers for the change: logins as claimed, or null; ``…_by`` says where each comes from.
    ``denied`` are declarations that a person wrote lines which marks or a trace give to an agent, by path and line. ``unsigned`` are the ids of
    the commits, merges apart, that no person signed off.
    """

    agents: tuple[Agent, ...]
    operator: str | None
    owner: str | None
    files: Mapping[bytes, FileOrigins]
    lines: Mapping[Origin, int]
    operator_by: str | None = None
    owner_by: str | None = None
    denied: tuple[Denied, ...] = ()
    unsigned: tuple[str, ...] = ()
