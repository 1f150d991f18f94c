"""Flags lines outside the change that tests ran before it and no longer run.

## Why
A total in percent hides it: new tested lines make up for old ones that lost their test. Code that the change never touched is now
unguarded, and nobody reading the diff can see it.

## Fix
Restore a test that reaches the lines, or say why they need none any more.

## Limits
Compares a report of the merge base with one of the head, line by line, mapped through the diff. Removing code never counts.
A test whose cover varies from run to run shows as lost cover; `tolerance` allows for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

from annotated_types import Ge

from prgate.model.coverage import FileCoverage
from prgate.model.diff import Hunk
from prgate.model.evidence import Evidence
from prgate.model.finding import Finding
from prgate.model.missing import need
from prgate.model.rule import Fact, Files, Findings, Needs, Rule
from prgate.model.wording import counted


@dataclass(frozen=True, slots=True)
class Params:
    """How much may be lost."""

    tolerance: Annotated[int, Ge(0), "Lines that may lose their cover."] = 0


def check(evidence: Evidence, params: Params) -> Findings:
    """One finding per run of lines outside the diff that went from hit to missed or unmeasured."""
    base = need(evidence.base_coverage).coverage
    head = need(evidence.coverage).coverage
    changed = {file.old_path: file for file in need(evidence.diff).files if file.old_path is not None}
    compared = 0
    lost: list[tuple[bytes, bool, list[int]]] = []
    for path, before in sorted(base.files.items()):
        file = changed.get(path)
        new_path = path if file is None else file.new_path
        if new_path is None:
            continue
        kept = list(before.hit) if file is None else list(_mapped(before, need(file.hunks)))
        compared += len(kept)
        after = head.files.get(new_path)
        still = frozenset(after.hit) if after is not None else frozenset[int]()
        gone = [number for number in kept if number not in still]
        if gone:
            lost.append((new_path, after is None, gone))
    looked = f"{counted(compared, 'line')} outside the diff that tests ran at the base"
    if sum(len(gone) for _, _, gone in lost) <= params.tolerance:
        return looked
    measured = sum(len(gone) for _, vanished, gone in lost if not vanished)
    theirs = "its" if measured == 1 else "their"
    message = f"{counted(measured, 'line')} outside the diff lost {theirs} cover: run by tests at the base, not at the head"
    for path, vanished, gone in lost:
        if vanished:
            yield _finding(
                f"The head report leaves out this file, of which tests ran {counted(len(gone), 'line')} at the base", path, None, None
            )
            continue
        for start, end in _runs(gone):
            yield _finding(message, path, start, end)
    return looked


def _mapped(before: FileCoverage, hunks: tuple[Hunk, ...]) -> Iterator[int]:
    """The head line numbers of base lines that were hit and that the diff keeps."""
    removed = {number for hunk in hunks for number, _ in hunk.removed()}
    kept: dict[int, int] = {}
    shifts = [(1, 0)]
    for hunk in hunks:
        kept.update(_context(hunk))
        # An empty old side is written as the line before it; the lines that shift begin one later.
        after = hunk.old_start + hunk.old_count + (hunk.old_count == 0)
        shifts.append((after, shifts[-1][1] + hunk.new_count - hunk.old_count))
    at = 0
    for number in before.hit:
        while at + 1 < len(shifts) and shifts[at + 1][0] <= number:
            at += 1
        if number not in removed:
            yield kept.get(number, number + shifts[at][1])


def _context(hunk: Hunk) -> Iterator[tuple[int, int]]:
    """Base and head line number of each line that the hunk shows unchanged."""
    old, new = hunk.old_start, hunk.new_start
    for line in hunk.body.split(b"\n"):
        match line[:1]:
            case b" ":
                yield old, new
                old, new = old + 1, new + 1
            case b"-":
                old += 1
            case b"+":
                new += 1
            case _:
                pass


def _runs(numbers: list[int]) -> Iterator[tuple[int, int]]:
    start = last = numbers[0]
    for number in numbers[1:]:
        if number != last + 1:
            yield start, last
            start = number
        last = number
    yield start, last


def _finding(message: str, path: bytes, line: int | None, end_line: int | None) -> Finding:
    return Finding(message=message, fix="Restore a test that reaches them.", path=path, line=line, end_line=end_line)


def needs(_: Params) -> Needs:
    """Coverage of both sides, and every changed line, to map the one onto the other."""
    return Needs(facts=frozenset({Fact.COVERAGE, Fact.BASE_COVERAGE}), lines=Files())


RULE = Rule("lost-coverage", Params, check, needs)
