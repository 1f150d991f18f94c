"""Which lines tests ran, in three states: hit, missed, unmeasured."""

from __future__ import annotations

from array import array
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FileCoverage:
    """Sorted line numbers (``array('I')``, from 1, disjoint); every other line is unmeasured."""

    hit: array[int]
    missed: array[int]


@dataclass(frozen=True, slots=True)
class Report:
    """One report as its reader leaves it: paths as the report writes them, ``/``-separated, with the source roots that it names.

    A line is hit if any entry for it is hit. ``skipped`` counts entries that could not be understood.
    """

    format: str
    files: Mapping[str, FileCoverage]
    roots: tuple[str, ...] = ()
    read: int = 0
    skipped: int = 0


@dataclass(frozen=True, slots=True)
class Coverage:
    """All reports of one side, merged and mapped to repository paths.

    ``suffixes`` are the file name endings (``.py``) that the reports know: a changed source file with such an ending that they omit
    was not measured. ``unmapped`` are report paths that match no file, or several: listed, never guessed.
    """

    files: Mapping[bytes, FileCoverage]
    suffixes: frozenset[str]
    unmapped: tuple[str, ...] = ()
