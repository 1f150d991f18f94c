"""Cuts the added lines of a file into spans of one standing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from prgate.authorship.standing import UNDECLARED, Standing
from prgate.model.authorship import Origin, Span
from prgate.model.diff import Hunk
from prgate.model.grade import Grade
from prgate.model.trace import Trace

Piece = tuple[int, int, Standing]
"""First line, last line, standing."""


def cut(hunks: Iterable[Hunk], ranges: tuple[Piece, ...], default: Standing) -> Iterator[Piece]:
    """The runs of added lines, cut where the sorted, disjoint ``ranges`` change; ``default`` where none covers."""
    at = 0
    for run_start, run_end in (run for hunk in hunks for run in hunk.added_runs()):
        start = run_start
        while start <= run_end:
            while at < len(ranges) and ranges[at][1] < start:
                at += 1
            first, last, one = ranges[at] if at < len(ranges) else (run_end + 1, run_end + 1, default)
            covered = first <= start
            end = min(run_end, last if covered else first - 1)
            yield start, end, one if covered else default
            start = end + 1


def overlay(pieces: Iterable[Piece], explained: Mapping[int, int], traces: tuple[Trace, ...]) -> Iterator[Piece]:
    """The pieces, with each line that a trace explains made its agent's; what is an agent's already stays as it is."""
    for start, end, one in pieces:
        if one.origin is Origin.AGENT:
            yield start, end, one
            continue
        for line in range(start, end + 1):
            number = explained.get(line)
            yield line, line, one if number is None else Standing(Origin.AGENT, Grade.CLAIMED, traces[number - 1].agent, f"trace:{number}")


def merge(pieces: Iterable[Piece]) -> Iterator[Span]:
    """Spans, adjacent equal pieces made one."""
    start, end, last = 0, 0, UNDECLARED
    for first, final, one in pieces:
        if end and first == end + 1 and one == last:
            end = final
            continue
        if end:
            yield Span(start, end, last.origin, last.grade, last.agent, last.evidence)
        start, end, last = first, final, one
    if end:
        yield Span(start, end, last.origin, last.grade, last.agent, last.evidence)
