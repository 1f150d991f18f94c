"""Cuts the added lines of a file into spans of one standing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from prgate.authorship.standing import UNDECLARED, Standing
from prgate.model.authorship import Origin, Span
from prgate.model.diff import Hunk
from prgate.model.grade import Grade
from prgate.model.reconciliation import Accounted

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


def overlay(pieces: Iterable[Piece], accounted: tuple[Accounted, ...]) -> Iterator[Piece]:
    """The pieces, cut where the sorted, disjoint ``accounted`` change. Lines that a trace gives to an agent are that agent's.

    Lines that it gives to a person are declared by it where nobody else has spoken. What is an agent's already stays as it is.
    """
    at = 0
    for start, end, one in pieces:
        first = start
        while first <= end:
            while at < len(accounted) and accounted[at].end < first:
                at += 1
            told = accounted[at] if at < len(accounted) and accounted[at].start <= end else None
            covered = told is not None and told.start <= first
            last = end if told is None else min(end, told.end if covered else told.start - 1)
            yield first, last, _heard(one, told) if told is not None and covered else one
            first = last + 1


def _heard(one: Standing, told: Accounted) -> Standing:
    if one.origin is Origin.AGENT or (told.agent is None and one.origin is Origin.DECLARED_HUMAN):
        return one
    origin = Origin.DECLARED_HUMAN if told.agent is None else Origin.AGENT
    return Standing(origin, Grade.CLAIMED, told.agent, f"trace:{told.trace}")


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
