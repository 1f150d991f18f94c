"""Whether lines that no session wrote are found: foreign lines spliced into true pairs, and counted line by line.

    python -m tests.benchmarks.trace_insertion --repo CLONE [--repo CLONE ...] [--seed 1]

Into each true pair (``trace_pairs.py``) go once 5 to 30 lines that stand together in another commit of the same clone, in a file with the same
ending, from sessions that the pair does not share, at a random place of its added lines. A flagged line is right if it was spliced in. Lines
that a person or a shell wrote in a true pair count against precision although they are no mistake, so figures are given apart for pairs of which the
trace explained everything, or nearly so, before. Lines of two kinds are flagged: those that the account leaves unexplained, and those in the
findings of `unexplained-change`, which leaves out documents and the like and runs of fewer than three lines.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from prgate.model.diff import Diff, FileChange, Hunk
from prgate.model.missing import Missing
from prgate.rules import unexplained_change
from tests.benchmarks.trace_pairs import Pair, all_pairs, evidence, findings, open_lines, shares, telling_lines

FEWEST, MOST = 5, 30


@dataclass(frozen=True, slots=True)
class Spliced:
    """A diff with foreign lines ``start`` to ``end`` in ``path``."""

    pair: Pair
    diff: Diff
    path: bytes
    start: int
    end: int


def main() -> None:
    """Precision and recall by line, for all pairs and for those that were explained before."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--repo", type=Path, action="append", required=True)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    true = all_pairs(options.repo)
    if not true:
        print("skipped: no commit of these clones names a checkpoint whose sessions can be read")
        return
    before = {id(pair): shares(pair.diff, pair.traces) for pair in true}
    left = sum(telling - met for telling, met in before.values())
    print(f"before any splice {left:,} of {sum(telling for telling, _ in before.values()):,} telling lines are unexplained")
    rows = list(splice(true, options.seed))
    for name, least in (("all true pairs", 0.0), ("95 % explained before", 0.95), ("all explained before", 1.0)):
        chosen = [one for one in rows if before[id(one.pair)][0] and before[id(one.pair)][1] >= least * before[id(one.pair)][0]]
        print(f"{name}: {len(chosen)} pairs, {sum(one.end - one.start + 1 for one in chosen):,} lines spliced in")
        counts = [_count(one) for one in chosen]
        for column, kind in enumerate(("unexplained, every line", "unexplained, telling lines", "unexplained-change, every line")):
            right, wrong, missed = (sum(count[column][index] for count in counts) for index in range(3))
            print(
                f"    {kind}: precision {right / max(right + wrong, 1):.3f}, recall {right / max(right + missed, 1):.3f} "
                f"({right:,} right, {wrong:,} wrong, {missed:,} missed)"
            )


def _count(one: Spliced) -> list[tuple[int, int, int]]:
    """Right, wrong and missed lines: unexplained, unexplained of those that tell anything, in findings of the rule."""
    about = evidence(one.pair, one.diff, one.pair.traces)
    flagged = {(path, line) for path, lines in open_lines(one.diff, about.reconciliation.files, all_lines=True).items() for line in lines}
    telling = {(file.path, line) for file in one.diff.files for line in telling_lines(file)}
    added = {(file.path, line): file for file in one.diff.files for hunk in _hunks(file) for line, _ in hunk.added()}
    told: set[tuple[bytes, int]] = set()
    for finding in findings(unexplained_change.RULE, about):
        assert finding.path is not None
        assert finding.line is not None
        told |= {(finding.path, line) for line in range(finding.line, (finding.end_line or finding.line) + 1)} & added.keys()
    spliced = {(one.path, line) for line in range(one.start, one.end + 1)}
    judged = {key for key in spliced if unexplained_change._judged(added[key])}
    return [_compare(flagged, spliced), _compare(flagged & telling, spliced & telling), _compare(told, judged)]


def _compare(flagged: set[tuple[bytes, int]], spliced: set[tuple[bytes, int]]) -> tuple[int, int, int]:
    return len(flagged & spliced), len(flagged - spliced), len(spliced - flagged)


def splice(all_pairs: Sequence[Pair], seed: int) -> Iterator[Spliced]:
    """Each pair once, those left out that have no place or no donor."""
    chance = random.Random(seed)
    runs = [(pair, ending(file.path), run) for pair in all_pairs for file in pair.diff.files for run in _runs(file) if len(run) >= FEWEST]
    for pair in all_pairs:
        spots = [(file, line) for file in pair.diff.files for hunk in _hunks(file) for line, _ in hunk.added()]
        if not spots:
            continue
        file, line = chance.choice(spots)
        donors = [
            run
            for other, kind, run in runs
            if kind == ending(file.path) and other.repository == pair.repository and not other.sessions & pair.sessions
        ]
        if not donors:
            continue
        run = chance.choice(donors)
        size = min(len(run), chance.randint(FEWEST, MOST))
        first = chance.randint(0, len(run) - size)
        foreign = run[first : first + size]
        changed = replace(file, hunks=tuple(_hunk_with(hunk, line, foreign) for hunk in _hunks(file)), added=file.added + size)
        files = tuple(changed if one is file else one for one in pair.diff.files)
        yield Spliced(pair, replace(pair.diff, files=files), file.path, line, line + size - 1)


def ending(path: bytes) -> bytes:
    return path[path.rfind(b"/") + 1 :].rpartition(b".")[2]


def _hunks(file: FileChange) -> tuple[Hunk, ...]:
    return () if isinstance(file.hunks, Missing) else file.hunks


def _runs(file: FileChange) -> Iterator[list[bytes]]:
    """The file's unbroken runs of added lines."""
    for hunk in _hunks(file):
        texts = dict(hunk.added())
        for start, end in hunk.added_runs():
            yield [texts[line] for line in range(start, end + 1)]


def _hunk_with(hunk: Hunk, line: int, foreign: list[bytes]) -> Hunk:
    """The hunk with lines added before its added line ``line``, or moved down if that stands before it."""
    if hunk.new_start > line:
        return replace(hunk, new_start=hunk.new_start + len(foreign))
    if line >= hunk.new_start + hunk.new_count:
        return hunk
    body, number = [], hunk.new_start
    for text in hunk.body.split(b"\n"):
        if number == line and text[:1] == b"+":
            body += [b"+" + one for one in foreign]
        body.append(text)
        number += text[:1] in {b"+", b" "}
    return replace(hunk, body=b"\n".join(body), new_count=hunk.new_count + len(foreign))


if __name__ == "__main__":
    main()
