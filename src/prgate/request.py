"""What to judge, and with what."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path

from prgate.git import Repository
from prgate.model.grade import Grade
from prgate.model.missing import Missing
from prgate.model.policy import Judge


@dataclass(frozen=True, slots=True)
class Supplied:
    """A file of evidence: ``name`` is what outputs call it, ``grade`` how far it can be trusted, ``note`` what else a reader should know."""

    path: Path
    name: str
    grade: Grade = Grade.CLAIMED
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Trusted:
    """The tip of the default branch, ``ref``, whose policy is in force, for a change that goes into the branch ``base_ref``."""

    ref: str
    sha: str
    base_ref: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What to judge and with what. ``at`` is the clock, RFC 3339 with ``Z``.

    Either ``repo``, ``base`` and ``head`` (three dots; ``merge_base`` where the forge has told it), or ``diff``. ``policy`` is a pack's name
    or a file, null: the policy at the trusted commit, or the pack ``observe`` where it has none. The trusted commit is ``base``, or what
    ``trusted`` says. ``judge`` overrides the policy's scope. A ``Missing`` among the files is evidence that was sought in vain. ``branch`` is
    the head's, null: what ``head`` means in ``repo``. ``kept`` is the repository whose refs, notes and checkpoints hold traces, null: ``repo``.
    ``history``, called with a merge base and paths where a rule that runs wants to know, names the repository that holds what was undone there
    before; null: ``repo``.
    """

    at: str
    repo: Path = Path()
    base: str = ""
    head: str = ""
    merge_base: str | None = None
    diff: Path | None = None
    policy: str | None = None
    trusted: Trusted | None = None
    pr: Path | None = None
    judge: Judge | None = None
    branch: str | None = None
    kept: Path | Missing | None = None
    history: Callable[[str, Collection[bytes]], Path | Missing] | None = None
    traces: tuple[Supplied | Missing, ...] = ()
    coverage: tuple[Supplied | Missing, ...] = ()
    base_coverage: tuple[Supplied | Missing, ...] = ()
    trigger: str = "cli"


@dataclass(frozen=True, slots=True)
class Range:
    """The commits between ``merge_base`` and ``head`` in a repository; full object ids."""

    repository: Repository
    base: str
    head: str
    merge_base: str | Missing
