"""What people say that they wrote with ``/prgate wrote``: commits of the range, and added lines at head."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from prgate.model.authorship import Denied, Origin, Span
from prgate.model.commit import Commit
from prgate.model.diff import Diff, FileChange
from prgate.model.heard import Heard, Verb
from prgate.model.missing import Missing
from prgate.model.paths import path_text
from prgate.model.reconciliation import Contested
from prgate.model.wording import quoted

Lines = tuple[int, int]
"""First and last line, from 1, inclusive."""

_COMMIT: Final = re.compile(r"[0-9a-fA-F]{7,64}", re.ASCII)
_PLACE: Final = re.compile(r"(?P<path>.+):(?P<first>[0-9]{1,9})(?:-(?P<last>[0-9]{1,9}))?", re.ASCII | re.DOTALL)
_FORM: Final = "name a commit by 7 or more of its hex digits, or lines of a file: `/prgate wrote src/pay.py:10-20`"


@dataclass(frozen=True, slots=True)
class Claim:
    """One declaration that counts; ``where`` is the full id of a commit of the range, or a changed path with lines of it."""

    by: str
    source: str
    where: str | tuple[bytes, Lines]


def claims(heard: Iterable[Heard], *, diff: Diff, commits: tuple[Commit, ...] | Missing) -> tuple[Claim, ...]:
    """The declarations that count and are about something of the change, in the order in which they were said."""
    files = _by_text(diff)
    meant = ((one, _meant(one.of, files, commits)) for one in heard if one.verb is Verb.WROTE and one.refused is None)
    return tuple(Claim(one.by, one.source, found) for one, found in meant if not isinstance(found, _Nothing))


def written_commits(heard: Iterable[Heard], commits: tuple[Commit, ...] | Missing) -> frozenset[str]:
    """The ids of the commits that somebody says to have written."""
    named = (_commit(one.of, commits) for one in heard if one.verb is Verb.WROTE and one.refused is None and _COMMIT.fullmatch(one.of))
    return frozenset(found for found in named if isinstance(found, str))


def refuse_misses(heard: tuple[Heard, ...], *, diff: Diff | Missing, commits: tuple[Commit, ...] | Missing) -> tuple[Heard, ...]:
    """The same commands; a declaration that is about nothing of the change is refused, and says so. Nothing is, where there is no diff."""
    if isinstance(diff, Missing):
        return heard
    files = _by_text(diff)
    result = []
    for one in heard:
        found = _meant(one.of, files, commits) if one.verb is Verb.WROTE and one.refused is None else None
        result.append(replace(one, refused=found.why) if isinstance(found, _Nothing) else one)
    return tuple(result)


def lines_of(
    claim: Claim, change: FileChange, *, touching: Collection[str], blamed: Iterable[tuple[int, int, str]] | None
) -> Iterator[Lines]:
    """The head lines of one file that a claim is about; of a commit that others share the file with, those that blame gives it."""
    if not isinstance(claim.where, str):
        path, lines = claim.where
        if path == change.path:
            yield lines
    elif claim.where in touching and blamed is not None:
        yield from ((start, end) for start, end, sha in blamed if sha == claim.where)
    elif set(touching) == {claim.where} and not isinstance(change.hunks, Missing):
        yield from (run for hunk in change.hunks for run in hunk.added_runs())


def denials(change: FileChange, spans: tuple[Span, ...], said: Iterable[tuple[Claim, Iterable[Lines]]]) -> Iterator[Denied]:
    """Where somebody claims lines of a file that are an agent's."""
    for claim, ranges in said:
        for start, end, span in _agents(spans, ranges):
            yield Denied(change.path, start, end, claim.by, claim.source, span.agent, span.evidence)


def contradictions(change: FileChange, spans: tuple[Span, ...], contested: Iterable[Contested]) -> Iterator[Denied]:
    """Where a record gives lines of a file to a person that are an agent's by another trace."""
    for one in contested:
        for start, end, span in _agents(spans, [(one.start, one.end)]):
            yield Denied(change.path, start, end, None, f"trace:{one.trace}", span.agent, span.evidence)


def _agents(spans: tuple[Span, ...], ranges: Iterable[Lines]) -> Iterator[tuple[int, int, Span]]:
    """The parts of the ranges that are an agent's."""
    for first, last in ranges:
        for span in spans:
            if span.origin is Origin.AGENT and span.start <= last and first <= span.end:
                yield max(first, span.start), min(last, span.end), span


@dataclass(frozen=True, slots=True)
class _Nothing:
    """Why a declaration is about nothing of the change."""

    why: str


def _by_text(diff: Diff) -> Mapping[str, FileChange]:
    return {path_text(file.path): file for file in diff.files}


def _meant(of: str, files: Mapping[str, FileChange], commits: tuple[Commit, ...] | Missing) -> str | tuple[bytes, Lines] | _Nothing:
    if _COMMIT.fullmatch(of):
        return _commit(of, commits)
    place = _PLACE.fullmatch(of)
    if place is None:
        return _Nothing(_FORM)
    path, first = place["path"], int(place["first"])
    last = int(place["last"] or first)
    change = files.get(path)
    if change is None:
        return _Nothing(f"{quoted(path)} is not changed here")
    if isinstance(change.hunks, Missing):
        return _Nothing(f"the lines of {quoted(path)} were not kept")
    runs = (run for hunk in change.hunks for run in hunk.added_runs())
    if first > last or not any(start <= last and first <= end for start, end in runs):
        return _Nothing(f"{quoted(of)} has no added line")
    return change.path, (first, last)


def _commit(of: str, commits: tuple[Commit, ...] | Missing) -> str | _Nothing:
    if isinstance(commits, Missing):
        return _Nothing("the commits of the change could not be read")
    found = [commit.sha for commit in commits if commit.sha.startswith(of.lower())]
    if len(found) == 1:
        return found[0]
    return _Nothing(
        f"{len(found)} commits of the change begin with `{of[:12]}`" if found else f"no commit of the change begins with `{of[:12]}`"
    )
