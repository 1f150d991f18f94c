"""Holds the traces against the diff: by content, so that rebase, squash and amend change nothing."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import Final

from prgate.model.diff import Diff, FileChange, Status
from prgate.model.reconciliation import LONG, Accounted, Contested, FileAccount, How, Reconciliation, TraceAccount
from prgate.model.trace import Trace
from prgate.reconcile.explained import Line, Told, Tries, added_runs, explain, ranges
from prgate.reconcile.sources import Brought, Source, Sources, find_sources
from prgate.reconcile.taken import Untaken
from prgate.reconcile.timing import Made, timing

FEWEST_MOVED: Final = 3
"""Different lines that a new file must share with a file edited elsewhere before it can be that file, moved."""
MOST_PLACES: Final = 50
"""A line edited into more files than this says nothing about which of them was moved."""

Places = Mapping[bytes, list[tuple[bytes, ...]]]
"""By digest the paths that a line was edited into."""


@dataclass(frozen=True, slots=True)
class Attributed:
    """Lines of one changed file that records of one trace (from 1) give to one writer; no agent: a person.

    ``digests`` are those of lines read at the commit that the record names; ``ranges`` are line numbers at head, inclusive, sorted, disjoint.
    """

    trace: int
    agent: str | None
    digests: frozenset[bytes] = frozenset()
    ranges: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Attributions:
    """By changed file what records say of its lines, and by trace (from 1) what ``TraceAccount`` counts of them."""

    files: Mapping[bytes, tuple[Attributed, ...]]
    told: Mapping[int, int]
    paths: Mapping[int, frozenset[bytes]]
    shared: Mapping[int, frozenset[bytes]]


NOTHING_ATTRIBUTED: Final = Attributions({}, {}, {}, {})


def reconcile(
    diff: Diff, traces: tuple[Trace, ...], *, attributions: Attributions = NOTHING_ATTRIBUTED, made: Made | None = None
) -> Reconciliation:
    """Which added lines the traces account for, file by file, and how each trace meets the change."""
    if not traces:
        return Reconciliation()
    sources = find_sources(diff, traces)
    known: dict[bytes, list[int]] = {}
    for number, paths in enumerate(sources.told, start=1):
        for digest in frozenset[bytes]().union(*paths.values()):
            known.setdefault(digest, []).append(number)
    places = cache(sources.places)
    met = [0] * len(traces)
    telling, tries = 0, Tries()
    files: dict[bytes, FileAccount] = {}
    for change in diff.files:
        runs = added_runs(change)
        digests = {line.digest for run in runs for line in run if line.digest is not None}
        brought = _brought(change, sources, digests, places)
        stated = attributions.files.get(change.path, ())
        explain(runs, _told(runs, brought, stated), tries)
        files[change.path] = _file_account(change.path, runs, sources, contested=tuple(_contested(runs, stated)))
        telling += sum(line.digest is not None for run in runs for line in run)
        for number, count in _met(runs, brought, known).items():
            met[number - 1] += count
    accounts = tuple(
        TraceAccount(
            told=sum(map(len, sources.told[number - 1].values())) + attributions.told.get(number, 0),
            met=met[number - 1],
            paths=len(sources.told[number - 1].keys() | attributions.paths.get(number, frozenset())),
            shared=len(sources.shared[number - 1] | attributions.shared.get(number, frozenset())),
            timing=timing(trace, made or Made()),
        )
        for number, trace in enumerate(traces, start=1)
    )
    return Reconciliation(files, accounts, telling)


def _brought(change: FileChange, sources: Sources, digests: AbstractSet[bytes], places: Callable[[], Places]) -> list[Brought]:
    """What came into a file: by its own name; under the name that it had before it was moved; from the text of commands."""
    own = [sources.brought[change.path]] if change.path in sources.brought else []
    moved = sources.beside.get(change.path, set()) & sources.edits.keys()
    if change.status is Status.ADDED and not moved and any(digest not in one.lines for one in own or [Brought()] for digest in digests):
        shared: Counter[tuple[bytes, ...]] = Counter()
        for digest in digests:
            found = places().get(digest, ())
            shared.update(found if len(found) <= MOST_PLACES else ())
        moved = {path for path, count in shared.items() if count >= FEWEST_MOVED and 2 * count >= len(digests)}
    return [*own, *(sources.at(path) for path in sorted(moved)), sources.anywhere]


def _told(runs: list[list[Line]], brought: list[Brought], stated: Iterable[Attributed]) -> Told:
    """An agent's attributions before a person's: what is an agent's by any record stays so."""
    digests: dict[bytes, Source] = {}
    places: dict[int, Source] = {}
    numbers = [line.number for run in runs for line in run]
    untaken = Untaken(len(numbers))
    for one in sorted(stated, key=lambda one: (one.agent is None, one.trace)):
        source = Source(How.ATTRIBUTION, one.trace, one.agent)
        for digest in one.digests:
            digests.setdefault(digest, source)
        for start, end in one.ranges:
            for at in untaken.take(bisect_left(numbers, start), bisect_right(numbers, end)):
                places[numbers[at]] = source
    return Told(brought, digests, places)


def _met(runs: list[list[Line]], brought: list[Brought], known: Mapping[bytes, Sequence[int]]) -> Counter[int]:
    """Per trace the lines of a file that it knows, whether or not an earlier trace explains them as well; ``known`` are those that it edits."""
    lines = Counter(
        (line.digest, len(line.form) >= LONG, 0 if line.source is None else line.source.trace)
        for run in runs
        for line in run
        if line.digest is not None
    )
    met: Counter[int] = Counter()
    for (digest, long, source), count in lines.items():
        here = {number for one in brought for number in one.traces(digest)}
        for number in here.union(known.get(digest, ()) if long else (), {source} - {0}):
            met[number] += count
    return met


def _contested(runs: list[list[Line]], stated: Iterable[Attributed]) -> Iterator[Contested]:
    """What records give to a person and another trace to an agent; lines that are hardly written twice by chance must be among them."""
    for one in sorted((one for one in stated if one.agent is None), key=lambda one: one.trace):
        starts = [start for start, _ in one.ranges]
        for run in runs:
            for meant, lines in groupby(run, key=lambda line: _meant(line, one, starts)):
                found = list(lines)
                if meant and any(len(line.form) >= LONG for line in found):
                    yield Contested(found[0].number, found[-1].number, one.trace)


def _meant(line: Line, one: Attributed, starts: Sequence[int]) -> bool:
    """Whether a record gives a line to a person that another trace gives to an agent."""
    if line.source is None or line.source.agent is None or line.source.trace == one.trace:
        return False
    at = bisect_right(starts, line.number) - 1
    return line.digest in one.digests or (at >= 0 and line.number <= one.ranges[at][1])


def _file_account(path: bytes, runs: list[list[Line]], sources: Sources, *, contested: tuple[Contested, ...]) -> FileAccount:
    spans, unexplained = [], []
    for start, end, source in ranges(runs):
        if source is None:
            unexplained.append((start, end))
        else:
            spans.append(Accounted(start, end, source.how, source.trace, source.agent))
    mentions = tuple(sources.mentions.get(path, ()))
    return FileAccount(tuple(spans), tuple(unexplained), mentions, sources.may_have_written(path), contested)
