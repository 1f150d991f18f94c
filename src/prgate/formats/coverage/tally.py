"""What the coverage readers share: limits, numbers as reports write them, and the lines of each file as they come in."""

from __future__ import annotations

import re
from array import array
from dataclasses import dataclass, field
from itertools import compress, count
from typing import TypeAlias

from prgate.errors import FormatError
from prgate.model.coverage import FileCoverage, Report

MAX_BYTES = 256 * 1024 * 1024
MAX_FILES = 200_000
MAX_ENTRIES = 20_000_000
"""Line entries in one report."""
MAX_ROOTS = 100
MAX_ROOTED_FILES = 2_000_000
"""Source roots times files: each pair is a path to look for."""
MAX_LINE = 10_000_000
"""The highest line number that is believed."""

_REMEMBERED = 100_000
_SHORT = 50
_FEW = 1_000_000
_ONLY_MISSED = bytes((0, 1, 0, *[0] * 253))
_ONLY_HIT = bytes((0, 0, 1, *[0] * 253))
_COUNT = re.compile(r"[-+]?[0-9]{1,40}(?:\.[0-9]{0,40})?(?:[eE][-+]?[0-9]{1,4})?")


Lines: TypeAlias = "tuple[array[int], array[int]]"
"""Missed and hit lines of a file, as they come: indexed by whether a line was hit."""


class LineNumbers(dict[str | bytes, int]):
    """Text of a line number to the number, 0 where it is none; remembers, as the same few numbers come again and again."""

    __slots__ = ()

    def __missing__(self, text: str | bytes) -> int:
        """Read one number that has not come before."""
        number = int(text) if len(text) <= 8 and text.isascii() and text.isdigit() else 0
        number = number if number <= MAX_LINE else 0
        if len(self) < _REMEMBERED and len(text) < _SHORT:
            self[text] = number
        return number


class Counts(dict[str | bytes, bool | None]):
    """Text of a hit count to whether the line was hit, ``None`` where it is no count; remembers.

    Decimal and exponent forms count (``1.0``, ``1E9``). A negative count, which gcc can write, is zero, as lcov reads it.
    """

    __slots__ = ()

    def __missing__(self, text: str | bytes) -> bool | None:
        """Read one count that has not come before."""
        plain = text.strip() if isinstance(text, str) else text.strip().decode("latin-1")
        hit = float(plain) > 0 if _COUNT.fullmatch(plain) else None
        if len(self) < _REMEMBERED and len(text) < _SHORT:
            self[text] = hit
        return hit


@dataclass(slots=True)
class Tally:
    """One report under way."""

    format: str
    files: dict[str, Lines] = field(default_factory=dict)
    roots: dict[str, None] = field(default_factory=dict)
    skipped: int = 0

    def lines(self, path: str) -> Lines:
        """The lines of a file, to be appended to; the same ones when the path comes again."""
        lines = self.files.get(path)
        if lines is None:
            if len(self.files) == MAX_FILES:
                raise FormatError(f"more than {MAX_FILES:,} files in one report", over_limit=True)
            lines = self.files[path] = (array("I"), array("I"))
        return lines

    def report(self) -> Report:
        """The report; ``read`` counts line entries. ``FormatError`` where all there was had to be skipped, or it is too much."""
        read = sum(len(missed) + len(hit) for missed, hit in self.files.values())
        if read > MAX_ENTRIES:
            raise FormatError(f"{read:,} line entries, more than the {MAX_ENTRIES:,} that are read", over_limit=True)
        if len(self.roots) > MAX_ROOTS or len(self.roots) * len(self.files) > MAX_ROOTED_FILES:
            raise FormatError(f"{len(self.roots):,} source roots for {len(self.files):,} files are too many", over_limit=True)
        if self.skipped and not read:
            raise FormatError(f"none of its {self.skipped:,} entries could be understood")
        files = {path: settled(missed, hit) for path, (missed, hit) in self.files.items()}
        return Report(format=self.format, files=files, roots=tuple(self.roots), read=read, skipped=self.skipped)


def settled(missed: array[int], hit: array[int]) -> FileCoverage:
    """Sorted and disjoint lines; one that is in both is hit. Lines are from 1 to ``MAX_LINE``."""
    if len(hit) + len(missed) > _FEW:  # sets of that many numbers would take hundreds of megabytes
        states = bytearray(MAX_LINE + 1)
        for state, lines in ((1, missed), (2, hit)):
            for line in lines:
                states[line] = state
        ran, idle = (array("I", compress(count(), states.translate(only))) for only in (_ONLY_HIT, _ONLY_MISSED))
        return FileCoverage(hit=ran, missed=idle)
    ran_once = set(hit)
    return FileCoverage(hit=array("I", sorted(ran_once)), missed=array("I", sorted(set(missed) - ran_once)))


def merged(parts: list[FileCoverage]) -> FileCoverage:
    """Several measurements of one file: hit in any is hit, missed in one and absent in another is missed."""
    if len(parts) == 1:
        return parts[0]
    missed, hit = array("I"), array("I")
    for part in parts:
        hit.extend(part.hit)
        missed.extend(part.missed)
    return settled(missed, hit)
