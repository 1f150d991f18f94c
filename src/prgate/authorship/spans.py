"""Cuts the added lines of a file into spans of one standing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

from prgate.authorship.standing import UNDECLARED, WRITTEN, Standing
from prgate.model.authorship import Origin, Span
from prgate.model.diff import Hunk
from prgate.model.grade import Grade
from prgate.model.reconciliation import Accounted

T = TypeVar("T")

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
    return _turned(pieces, [(told.start, told.end, told) for told in accounted], _heard)


def declare(pieces: Iterable[Piece], ranges: Iterable[tuple[int, int]]) -> Iterator[Piece]:
    """The pieces, where a person says to have written the lines of ``ranges``. What is an agent's already stays as it is."""
    disjoint: list[tuple[int, int, Standing]] = []
    for start, end in sorted(ranges):
        if disjoint and start <= disjoint[-1][1]:
            disjoint[-1] = (disjoint[-1][0], max(disjoint[-1][1], end), WRITTEN)
        else:
            disjoint.append((start, end, WRITTEN))
    return _turned(pieces, disjoint, lambda one, said: one if one.origin is Origin.AGENT else said)


def _turned(pieces: Iterable[Piece], ranges: Sequence[tuple[int, int, T]], turn: Callable[[Standing, T], Standing]) -> Iterator[Piece]:
    """The pieces, cut where the sorted, disjoint ``ranges`` change, each piece within one as that one turns it."""
    at = 0
    for start, end, one in pieces:
        first = start
        while first <= end:
            while at < len(ranges) and ranges[at][1] < first:
                at += 1
            begin, until, said = ranges[at] if at < len(ranges) else (end + 1, end + 1, None)
            if said is None or begin > end:
                yield first, end, one
                break
            last = min(end, until if begin <= first else begin - 1)
            yield first, last, turn(one, said) if begin <= first else one
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
