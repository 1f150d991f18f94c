"""How much of a commit's added lines the edits of its own session explain, over all checkpoints that a repository carries.

    python -m tests.benchmarks.checkpoints --repo CLONE

``CLONE`` has a branch ``entire/checkpoints/v1`` with native sessions, and commits that name their checkpoint in a trailer.
"""

from __future__ import annotations

import argparse
import random
import subprocess
import time
from collections import Counter
from pathlib import Path
from statistics import median

from prgate.errors import FormatError
from prgate.formats.traces import read_trace, recognises
from prgate.model.lines import line_digest

BRANCH = "entire/checkpoints/v1"


def main() -> None:
    """Read every session, then compare with its commits and with other sessions' commits."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--repo", type=Path, required=True)
    repo: Path = parser.parse_args().repo
    if not repo.is_dir():
        print(f"skipped: no folder {repo}")
        return
    digests = _sessions(repo)
    pairs = [
        (digests[checkpoint], added) for commit, checkpoint in _commits(repo) if checkpoint in digests and (added := _added(repo, commit))
    ]
    if not pairs:
        print("no commit names a checkpoint that holds a session which a reader takes")
        return
    strangers = [added for _, added in pairs]
    random.Random(1).shuffle(strangers)
    for name, against in (("true", [added for _, added in pairs]), ("shuffled", strangers)):
        shares = [sum(line in told for line in added) / len(added) for (told, _), added in zip(pairs, against, strict=True)]
        half = sum(share >= 0.5 for share in shares) / len(shares)
        print(f"{name}: n {len(shares)}, median {median(shares):.2f}, mean {sum(shares) / len(shares):.2f}, half or more in {half:.0%}")


def _git(repo: Path, *arguments: str) -> bytes:
    return subprocess.run(["git", "--git-dir", str(repo), *arguments], capture_output=True, check=True).stdout


def _sessions(repo: Path) -> dict[str, set[bytes]]:
    """Per checkpoint the digests of all lines that its sessions' edits bring in."""
    digests: dict[str, set[bytes]] = {}
    formats: Counter[str] = Counter()
    kinds: Counter[str] = Counter()
    read = skipped = size = 0
    seconds = 0.0
    for name in _git(repo, "ls-tree", "-r", "--name-only", "-z", BRANCH).decode().split("\0"):
        if not name.endswith("full.jsonl"):
            continue
        try:
            data = _git(repo, "show", f"{BRANCH}:{name}")
        except subprocess.CalledProcessError:
            formats["not in this clone"] += 1
            continue
        started = time.perf_counter()
        try:
            trace = read_trace(name, data)
        except FormatError as error:
            formats["recognised and refused" if recognises(data) else f"refused: {str(error)[:40]}"] += 1
            continue
        seconds += time.perf_counter() - started
        size += len(data)
        read, skipped = read + trace.read, skipped + trace.skipped
        formats[trace.format] += 1
        kinds.update(f"{event.kind.value}{'' if event.ok is None else ' ok' if event.ok else ' failed'}" for event in trace.events)
        first, second, *_ = name.split("/")
        digests.setdefault(first + second, set()).update(*(event.digests for event in trace.events))
    print(
        f"{dict(formats)}; read {read}, skipped {skipped}; {size / 1e6:.1f} MB in {seconds:.2f} s, {size / 1e6 / max(seconds, 1e-9):.0f} MB/s"
    )
    print(dict(sorted(kinds.items())))
    return digests


def _commits(repo: Path) -> list[tuple[str, str]]:
    told = _git(repo, "log", "--all", "--no-merges", "--format=%H %(trailers:key=Entire-Checkpoint,valueonly,separator=%x20)").decode()
    rows = (line.split() for line in told.splitlines())
    return [(row[0], checkpoint) for row in rows for checkpoint in row[1:]]


def _added(repo: Path, commit: str) -> list[bytes]:
    patch = _git(repo, "show", "--format=", "--no-color", "--no-ext-diff", "-U0", commit)
    lines = (line[1:] for line in patch.split(b"\n") if line.startswith(b"+") and not line.startswith(b"+++ "))
    return [digest for line in lines if (digest := line_digest(line)) is not None]


if __name__ == "__main__":
    main()
