"""Flags a credential that stands readable in an added line or in a trace.

## Why
Whoever can read the branch, the pull request or the attached session can use the key, and a later commit that removes it takes nothing back:
it stays in the history, in forks and in caches.

## Fix
Revoke the key where it was issued, and issue a new one. Then take it out of the change and its history, and let the program read it from
its surroundings.

## Limits
Knows the shapes that vendors give their keys, and a few places where a password stands; one without either goes unseen. Placeholders,
documented examples and what is no random text are left alone. In tests, fixtures, examples and documentation, and for kinds that are often
harmless (keys for tests, tokens that expire, passwords in addresses), it asks and never blocks. A line that was only moved asks as well. No
key is tried, and none is printed or kept.

A trace names the place of a leak, not its text; a trace that keeps silent, or that was redacted, shows none.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate, groupby
from typing import Final

from prgate.model.diff import FileChange, Hunk
from prgate.model.evidence import Evidence
from prgate.model.finding import Finding
from prgate.model.missing import Missing, need
from prgate.model.paths import FileClass, path_text
from prgate.model.rule import Fact, Files, Findings, Needs, Read, Rule
from prgate.model.trace import Trace
from prgate.model.wording import counted, quoted
from prgate.recognise.secrets import UNCERTAIN, Secret, find_secrets

_FIX: Final = "Revoke it where it was issued, first of all; then take it out of the change and its history."
_AGAIN: Final = "Attach the session again with the key redacted."
_USED: Final = FileClass.SOURCE, FileClass.CONFIG, FileClass.OTHER, FileClass.TRACE
"""Classes of files in which a key is not there to be looked at."""
_EXAMPLES: Final = re.compile(
    rb"(?i)(?:^|[/._-])(?:examples?|samples?|templates?|fixtures?|mocks?|demos?|dist|testdata|tests?)(?:[/._-]|$)"
)
_QUOTED: Final = 160


@dataclass(frozen=True, slots=True)
class Params:
    """Nothing to tune: a key that anybody can read is nobody's key."""


@dataclass(frozen=True, slots=True)
class _Found:
    """The credentials of one line: ``values`` are their texts, ``quote`` how the line begins, cut off within none of them."""

    line: int
    quote: bytes
    kinds: tuple[str, ...]
    values: tuple[bytes, ...]


def check(evidence: Evidence, _: Params) -> Findings:
    """One finding per added line with a credential, and per kind of credential in a trace."""
    traces = evidence.traces.items
    files = () if isinstance(evidence.diff, Missing) else evidence.diff.files
    brought = {path_text(file.path): file for file in files if file.file_class is FileClass.TRACE}
    for trace in traces:
        yield from _in_trace(trace, brought.get(trace.name))
    watched = brought.keys() & {trace.name for trace in traces}
    looked = [file for file in need(evidence.diff).files if file.added and path_text(file.path) not in watched]
    gone, told = _removed(files), {leak.kind for trace in traces for leak in trace.leaks}
    for file in looked:
        for hunk in need(file.hunks):
            for found in _in_hunk(hunk):
                yield _finding(file, found, moved=gone.issuperset(found.values), traced=not told.isdisjoint(found.kinds))
    for unread in evidence.traces.unread:
        need(unread)
    return f"added lines of {counted(len(looked), 'file')}" + (f" and {counted(len(traces), 'trace')}" if traces else "")


def _in_hunk(hunk: Hunk) -> Iterator[_Found]:
    """What stands in consecutive lines, each counted where it begins: a private key goes on over many."""
    for _, run in groupby(enumerate(hunk.added()), key=lambda pair: pair[1][0] - pair[0]):
        added = [numbered for _, numbered in run]
        yield from _in_lines(added[0][0], [line for _, line in added])


def _in_lines(first: int, lines: list[bytes]) -> Iterator[_Found]:
    text = b"\n".join(lines)
    starts = [0, *accumulate(len(line) + 1 for line in lines)]
    found: dict[int, list[Secret]] = {}
    for secret in find_secrets(text):
        found.setdefault(bisect_right(starts, secret.start) - 1, []).append(secret)
    for at, secrets in found.items():
        begin = starts[at]
        cut = next((secret.end - begin + 1 for secret in secrets if secret.start - begin < _QUOTED < secret.end - begin), _QUOTED)
        kinds = tuple(dict.fromkeys(secret.kind for secret in secrets))
        yield _Found(first + at, lines[at][:cut], kinds, tuple(text[secret.start : secret.end] for secret in secrets))


def _removed(files: Iterable[FileChange]) -> frozenset[bytes]:
    """The credentials that the change takes away somewhere; what cannot be read takes none."""
    hunks = (hunk for file in files if not isinstance(file.hunks, Missing) for hunk in file.hunks if hunk.old_count)
    texts = (b"\n".join(line for _, line in hunk.removed()) for hunk in hunks)
    return frozenset(text[secret.start : secret.end] for text in texts for secret in find_secrets(text))


def _finding(file: FileChange, found: _Found, *, moved: bool, traced: bool) -> Finding:
    """``traced``: a trace holds such a key as well, so that one cure serves both."""
    sure = any(kind not in UNCERTAIN for kind in found.kinds)
    shown = file.file_class not in _USED or _EXAMPLES.search(file.path) is not None
    return Finding(
        message=f"This line holds a credential: {' and '.join(found.kinds)}{', which a removed line held before' if moved else ''}",
        fix=f"{_FIX} {_AGAIN}" if traced else _FIX,
        path=file.path,
        line=found.line,
        end_line=found.line,
        quote=found.quote.decode("utf-8", "replace"),
        certain=sure and not shown and not moved,
    )


def _in_trace(trace: Trace, file: FileChange | None) -> Iterator[Finding]:
    """One finding per kind, at its first line where the change brings the trace along."""
    for kind in dict.fromkeys(leak.kind for leak in trace.leaks):
        lines = [leak.line for leak in trace.leaks if leak.kind == kind]
        more = f" and {counted(len(lines) - 1, 'more line')}" if len(lines) > 1 else ""
        yield Finding(
            message=f"The trace {quoted(trace.name)} holds a credential: {kind}, line {lines[0]:,}{more}",
            fix=f"{_FIX} {_AGAIN}",
            path=None if file is None else file.path,
            line=None if file is None else lines[0],
            end_line=None if file is None else lines[0],
            certain=kind not in UNCERTAIN,
        )


def needs(_: Params) -> Needs:
    """The added lines of every file, and the traces."""
    return Needs(facts=frozenset({Fact.TRACE}), lines=Files())


RULE = Rule(
    "leaked-secret",
    Params,
    check,
    needs,
    everyone=True,
    read=Read(1, "credential", "Is this a real key, and has it been revoked?"),
)
