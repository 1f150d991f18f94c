"""Measures counted tests on labelled pull requests: ``test_counts.py --corpus INDEX.jsonl --repos FOLDER``."""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from prgate.formats.classes import classifier
from prgate.formats.tests import count_tests
from prgate.model.paths import FileClass, path_text
from prgate.model.tests import TestCount
from prgate.recognise.languages import language_of
from tests.benchmarks.corpus_rows import Row, find_repository, git, lacking, read_index

CLASSIFIER = classifier({}, {})
NOTHING = TestCount(0, 0)


@dataclass(frozen=True, slots=True)
class Counted:
    """One changed test file: both sides, and what counting them took."""

    path: bytes
    language: str
    base: TestCount | None
    head: TestCount | None
    size: int
    seconds: float


def main() -> int:
    """Print agreement of counted gains with the label ``tests_added``, per language, and every disagreement."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, required=True, help="index.jsonl")
    parser.add_argument("--repos", type=Path, required=True, help="folder with copies of the repositories")
    parser.add_argument("--all", action="store_true", help="also rows that nobody checked by hand (their labels are guesses)")
    arguments = parser.parse_args()
    if not arguments.corpus.is_file() or not arguments.repos.is_dir():
        print(f"skipped: no {arguments.corpus} or no folder {arguments.repos}")
        return 0
    agreed: Counter[str] = Counter()
    seen: Counter[str] = Counter()
    size, seconds, slowest = 0, 0.0, (0.0, b"")
    for row in read_index(arguments.corpus):
        if not (row.told("tests_added") or (arguments.all and not row.hand_checked)):
            continue
        repository = find_repository(arguments.repos, row.repo)
        if repository is None or lacking(repository, row):
            seen["skipped, no copy of the commits"] += 1
            continue
        files = list(count_range(repository, row))
        size += sum(file.size for file in files)
        seconds += sum(file.seconds for file in files)
        slowest = max([slowest, *((file.seconds, file.path) for file in files)])
        language, agrees = compare(row, files)
        seen[language] += 1
        agreed[language] += agrees
    for language, rows in sorted(seen.items()):
        print(f"{language}: {agreed[language]} of {rows}" if not language.startswith("skipped") else f"{language}: {rows}")
    print(f"{size / 1e6:.1f} MB counted in {seconds:.2f} s; slowest {slowest[0]:.3f} s, {path_text(slowest[1])}")
    return 0


def compare(row: Row, files: list[Counted]) -> tuple[str, bool]:
    """The row's language, and whether the counts say the same as the label; prints both sides if not."""
    definitions = sum((file.head or NOTHING).definitions - (file.base or NOTHING).definitions for file in files)
    assertions = sum((file.head or NOTHING).assertions - (file.base or NOTHING).assertions for file in files)
    read = [file for file in files if file.base or file.head]
    unread = sorted({file.language for file in files if not (file.base or file.head)})
    language = (
        Counter(file.language for file in read).most_common(1)[0][0]
        if read
        else f"no reader ({', '.join(unread)})"
        if unread
        else "no test file"
    )
    added = bool(row.labels["tests_added"])
    if (definitions > 0 or assertions > 0) == added:
        return language, True
    print(f"{row.id}: label tests_added {added}; counted {definitions:+d} definitions, {assertions:+d} assertions; {row.labels['notes']}")
    for file in files:
        print(f"    {path_text(file.path)} [{file.language}]: {shown(file.base)} -> {shown(file.head)}")
    return language, False


def shown(count: TestCount | None) -> str:
    """Definitions and assertions, or a dash for a side that is not there or not read."""
    return "-" if count is None else f"{count.definitions} d {count.assertions} a"


def count_range(repository: Path, row: Row) -> Iterator[Counted]:
    """Each changed test file of the range, counted on both sides."""
    raw = git(repository, "diff", "--raw", "-z", "-M", "-l2000", "--no-abbrev", f"{row.base}...{row.head}").stdout.split(b"\0")
    fields = iter(raw)
    for entry in fields:
        if not entry:
            continue
        _, _, old_oid, new_oid, status = entry.removeprefix(b":").split(b" ")
        old = new = next(fields)
        if status[:1] in b"RC":
            new = next(fields)
        sides = (None if status == b"A" else old, None if status == b"D" else new)
        if CLASSIFIER.classify(*sides)[0] is not FileClass.TEST:
            continue
        data = [b"" if path is None else blob(repository, oid) for path, oid in zip(sides, (old_oid, new_oid), strict=True)]
        begun = time.perf_counter()
        base, head = (None if path is None else count_tests(path, content) for path, content in zip(sides, data, strict=True))
        spent = time.perf_counter() - begun
        language = language_of(new)
        name = language.id if language else "none"
        yield Counted(new, name, base[1] if base else None, head[1] if head else None, sum(map(len, data)), spent)


def blob(repository: Path, oid: bytes) -> bytes:
    """One file's content."""
    return git(repository, "cat-file", "blob", oid.decode()).stdout


if __name__ == "__main__":
    sys.exit(main())
