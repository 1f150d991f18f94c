"""A named fault-finder and what it needs to see."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from prgate.model.diff import Side
from prgate.model.evidence import Evidence
from prgate.model.finding import Finding
from prgate.model.heard import Heard, Verb
from prgate.model.paths import FileClass
from prgate.model.verdict import ReportedFinding

Findings = Generator[Finding, None, str]
Attest = Callable[[Evidence, Any, ReportedFinding, Heard], str | None]

ALL_CLASSES = frozenset(FileClass)


class Fact(StrEnum):
    """A kind of evidence that a rule can ask for."""

    PR = "pr"
    COMMITS = "commits"
    AUTHORSHIP = "authorship"
    TRACE = "trace"
    COVERAGE = "coverage"
    BASE_COVERAGE = "base-coverage"
    REVIEWS = "reviews"
    COMMENTS = "comments"
    LINKS = "links"
    CHECKS = "checks"
    BRIEF = "brief"
    TESTS = "tests"
    BASE = "base"
    """Which of the changed files the base has changed since."""
    CODE_OWNERS = "code-owners"
    HISTORY = "history"
    """What reverts and fixes took out of the changed files before."""


@dataclass(frozen=True, slots=True)
class Files:
    """Which changed files, by class, and which of their sides."""

    classes: frozenset[FileClass] = ALL_CLASSES
    sides: frozenset[Side] = frozenset(Side)


@dataclass(frozen=True, slots=True)
class Needs:
    """What to gather for a rule: facts, changed lines of some files, whole contents of some files. The diff's paths are always there."""

    facts: frozenset[Fact] = field(default_factory=frozenset)
    lines: Files | None = None
    contents: Files | None = None


@dataclass(frozen=True, slots=True)
class PathGlobs:
    """Stands in the annotation of a parameter that holds path globs, so that a policy with a bad one is refused where it says so."""


@dataclass(frozen=True, slots=True)
class Patterns:
    """Stands in the annotation of a parameter that holds RE2 patterns, one or several, so that a policy with a bad one is refused where it says so."""


@dataclass(frozen=True, slots=True)
class Read:
    """How a rule's findings stand in the reading list.

    ``rank`` 1 is read first, ``risk`` names why (empty where the file's domains say it), ``ask`` is the question to read with.
    """

    rank: int
    risk: str
    ask: str


@dataclass(frozen=True, slots=True)
class Rule:
    """``params`` is a frozen dataclass with a default for every field; ``check`` and ``needs`` take an instance of it and are pure.

    ``check`` yields findings and returns, in a few words, what it looked at. ``everyone``: the rule runs on every pull request, also on
    one without evidence of an agent. ``read``: its findings are lines that a human must read. ``said_by`` is the rule that says the same of the
    whole change at once: beside a certain finding of that one, which must weigh as much, this one's are left out.

    ``attest`` makes the rule one whose findings a person's attestation answers: it says in a few words why this attestation of a finding does not
    count (``no control id is named``), or null where it does. ``answer`` is the command by which people answer a finding, as the comment offers it,
    and ``answerable`` whether it does any good here under these parameters; null: always.
    """

    id: str
    params: type[Any]
    check: Callable[[Evidence, Any], Findings]
    needs: Callable[[Any], Needs]
    everyone: bool = False
    read: Read | None = None
    said_by: str | None = None
    attest: Attest | None = None
    answer: Verb | None = None
    answerable: Callable[[Evidence, Any], bool] | None = None
