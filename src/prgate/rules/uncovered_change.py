"""Flags added lines that no test runs.

## Why
A reviewer reads an untested line as a promise that nothing keeps.

## Fix
Add a test that runs the lines and fails without this change.

## Limits
Only lines that the report can measure count. A report is made by the code under test: from anywhere but a trusted run it is claimed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated

from annotated_types import Ge, Le

from prgate.model.coverage import Coverage, FileCoverage
from prgate.model.diff import FileChange
from prgate.model.evidence import Evidence
from prgate.model.finding import Finding
from prgate.model.missing import need
from prgate.model.paths import FileClass, path_text
from prgate.model.rule import Fact, Files, Findings, Needs, Read, Rule
from prgate.recognise.languages import is_code, language_of

_JUDGED = frozenset({FileClass.SOURCE})


@dataclass(frozen=True, slots=True)
class Params:
    """How much of the change tests must run."""

    minimum: Annotated[int, Ge(0), Le(100), "Least share of added measurable lines that tests run, in percent."] = 80
    lines: Annotated[int, Ge(1), "Added measurable lines below which the share is not judged."] = 20


def check(evidence: Evidence, params: Params) -> Findings:
    """Findings on the missed runs of lines if the share is too low, and on each source file that the reports should know and omit."""
    measured = need(evidence.coverage).coverage
    hits = total = 0
    missed: list[tuple[FileChange, FileCoverage, dict[int, bytes]]] = []
    for file in need(evidence.diff).files:
        if file.file_class not in _JUDGED or file.new_path is None or not file.added:
            continue
        added = {number: line for hunk in need(file.hunks) for number, line in hunk.added()}
        known = measured.files.get(file.new_path)
        if known is None:
            yield from _omitted(file, added, measured)
            continue
        file_hits = sum(1 for number in known.hit if number in added)
        hits += file_hits
        total += file_hits + sum(1 for number in known.missed if number in added)
        missed.append((file, known, added))
    looked = f"{hits} of {total} added measurable lines are run by tests"
    if total >= params.lines and hits * 100 < params.minimum * total:
        for file, known, added in missed:
            for start, end in _runs(frozenset(known.missed), known, sorted(added)):
                yield Finding(
                    message=f"No test runs these lines: {looked}, less than {params.minimum} %",
                    fix="Add a test that runs them and fails without this change.",
                    path=file.path,
                    line=start,
                    end_line=end,
                    quote=added[start].decode("utf-8", "replace"),
                )
    return looked


def _omitted(file: FileChange, added: dict[int, bytes], measured: Coverage) -> Iterator[Finding]:
    language = language_of(file.path)
    code = [number for number, line in added.items() if language is None or is_code(language, line)]
    if code and any(path_text(file.path).endswith(suffix) for suffix in measured.suffixes):
        yield Finding(
            message="The coverage report measures this language and leaves this file out",
            fix="Measure the file: import it in a test, or take it out of the report's omit list.",
            path=file.path,
            line=min(code),
            end_line=max(code),
            quote=added[min(code)].decode("utf-8", "replace"),
        )


def _runs(missed: Collection[int], known: FileCoverage, added: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Stretches of added lines from a missed line to a missed line with no line between them that a test runs or that is not added."""
    hit = frozenset(known.hit)
    start = end = before = 0
    for number in added:
        if start and (number in hit or number != before + 1):
            yield start, end
            start = 0
        if number in missed:
            start, end = start or number, number
        before = number
    if start:
        yield start, end


def needs(_: Params) -> Needs:
    """Coverage at head, the added lines of source files."""
    return Needs(facts=frozenset({Fact.COVERAGE}), lines=Files(classes=_JUDGED))


RULE = Rule(
    "uncovered-change",
    Params,
    check,
    needs,
    read=Read(4, "untested", "What could break here without anybody noticing?"),
)
