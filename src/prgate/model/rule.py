"""A named fault-finder and what it needs to see."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from prgate.model.diff import Side
from prgate.model.evidence import Evidence
from prgate.model.finding import Finding
from prgate.model.paths import FileClass

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
class Rule:
    """``params`` is a frozen dataclass with a default for every field; ``check`` and ``needs`` take an instance of it and are pure.

    ``everyone``: runs on every pull request, also on one without evidence of an agent.
    """

    id: str
    params: type[Any]
    check: Callable[[Evidence, Any], Iterator[Finding]]
    needs: Callable[[Any], Needs]
    everyone: bool = False
