"""Which added lines the traces account for, and how."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

MOST_MENTIONS: Final = 100
LONG: Final = 24
"""Characters of a line's telling form from which on it is hardly written twice by chance."""


class How(StrEnum):
    """By what a trace accounts for a line, the strongest first."""

    EDIT = "edit"
    """An edit of this file brought it in."""
    COMMAND = "command"
    """It stands in the text of a command that may have written this file."""
    ATTRIBUTION = "attribution"
    """A record says whose it is."""


@dataclass(frozen=True, slots=True)
class Accounted:
    """Added head lines ``start`` to ``end``, from 1, inclusive. ``trace`` counts from 1; ``agent`` wrote them, null: a person."""

    start: int
    end: int
    how: How
    trace: int
    agent: str | None


@dataclass(frozen=True, slots=True)
class Mention:
    """An event that names a changed file, or a command that may have written it: trace (from 1), and index of the event in it."""

    trace: int
    event: int


@dataclass(frozen=True, slots=True)
class Contested:
    """Added head lines ``start`` to ``end`` that a record in ``trace`` (from 1) gives to a person, and another trace to an agent."""

    start: int
    end: int
    trace: int


@dataclass(frozen=True, slots=True)
class FileAccount:
    """One changed file.

    ``spans`` and ``unexplained`` cover its added lines, sorted and disjoint; a line too short to tell anything goes with its neighbours.
    ``mentions`` are the edits, reads and commands that name it, in the traces' order; ``may`` the commands, and sub-agents started, that may
    have written it in ways that leave no lines in the trace, named or anywhere. At most the first ``MOST_MENTIONS`` are kept: mentions of each
    trace, and of all those that may have written it together. ``contested`` lies within ``spans``: each stretch has a line of ``LONG`` characters.
    """

    spans: tuple[Accounted, ...] = ()
    unexplained: tuple[tuple[int, int], ...] = ()
    mentions: tuple[Mention, ...] = ()
    may: tuple[Mention, ...] = ()
    contested: tuple[Contested, ...] = ()


class Timing(StrEnum):
    """When a trace was at work, beside the commits of the change."""

    UNKNOWN = "unknown"
    """The trace or the commits do not tell."""
    BEFORE = "before"
    """All of it lies more than a day before the commit that the change starts from was made, and before any commit of the change was written."""
    AROUND = "around"
    AFTER = "after"
    """It began more than ten minutes after the last commit of the change was made."""


@dataclass(frozen=True, slots=True)
class TraceAccount:
    """How one trace meets the change: ``told`` lines that it says were brought in, ``met`` added lines of the change that it knows.

    It knows what explains a line of a file, and any line of ``LONG`` characters or more that it brought into whatever file: a plan may spell the
    code that another session writes. ``paths`` it edits or attributes, of which ``shared`` are paths of the change. Lines too short to tell
    anything do not count.
    """

    told: int = 0
    met: int = 0
    paths: int = 0
    shared: int = 0
    timing: Timing = Timing.UNKNOWN


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """``files`` by head path (base path of a deleted file), ``traces`` in their order. Empty where there is no trace or no diff.

    ``telling`` counts the added lines of the change that are long enough to tell anything, where the diff kept them.
    """

    files: Mapping[bytes, FileAccount] = field(default_factory=dict)
    traces: tuple[TraceAccount, ...] = ()
    telling: int = 0
