"""What the trace readers make of public sessions, how fast, and how much of a session's commit its edits explain.

    python -m tests.benchmarks.traces --traces FOLDER [--repos FOLDER]

``FOLDER/<format>/…`` holds sessions; a checkpoint folder's ``commitN.txt`` names the commit that it belongs to. ``--repos`` holds clones or
mirrors, at any depth; the commit is looked for in all of them.
"""

from __future__ import annotations

import argparse
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from prgate.errors import FormatError
from prgate.formats.traces import read_trace, recognises
from prgate.model.lines import line_digest
from prgate.model.trace import Trace

FOLDERS = ("claude-transcript", "claude-execution-file", "codex-rollout", "entire")


def main() -> None:
    """Read, count, time, and hold against git where it can be."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--traces", type=Path, required=True)
    parser.add_argument("--repos", type=Path)
    options = parser.parse_args()
    if not options.traces.is_dir():
        print(f"skipped: no folder {options.traces}")
        return
    repositories = (
        [] if options.repos is None else [path.parent for path in options.repos.rglob("HEAD") if (path.parent / "objects").is_dir()]
    )
    pairs = [
        (trace, added) for path, trace in _sessions(options.traces) for commit in _commits(path) if (added := _added(commit, repositories))
    ]
    true = [_share(trace, added) for trace, added in pairs]
    shuffled = [_share(trace, added) for trace, _ in pairs for other, added in pairs if other is not trace]
    print(f"\ntrue pairs: n {len(true)}, share of the commit's added lines explained {', '.join(f'{share:.2f}' for share in sorted(true))}")
    for name, shares in (("true", true), ("shuffled", shuffled)):
        if shares:
            print(f"{name}: n {len(shares)}, median {median(shares):.2f}, mean {sum(shares) / len(shares):.2f}, max {max(shares):.2f}")


def _sessions(folder: Path) -> Iterator[tuple[Path, Trace]]:
    for path in sorted(path for name in FOLDERS for path in (folder / name).rglob("*.json*")):
        data = path.read_bytes()
        if path.suffix == ".json" and not recognises(data):
            continue
        started = time.perf_counter()
        try:
            trace = read_trace(path.name, data)
        except FormatError as error:
            print(f"{path.relative_to(folder)}: {error}")
            continue
        seconds = time.perf_counter() - started
        kinds = Counter(event.kind.value for event in trace.events)
        told = ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items()))
        print(f"{path.relative_to(folder)}: {trace.format} {trace.agent_version}, read {trace.read}, skipped {trace.skipped}; {told}")
        print(f"  {len(data) / 1e6:.2f} MB in {seconds:.4f} s, {len(data) / 1e6 / seconds:.0f} MB/s")
        yield path, trace


def _commits(path: Path) -> Iterator[str]:
    """The commits that the sample's folder names."""
    for named in sorted(path.parents[1].glob("commit*.txt")):
        yield named.read_text("utf-8").split()[1]


def _added(commit: str, repositories: list[Path]) -> list[bytes]:
    """Digests of the commit's added lines that tell anything; none if no repository has the commit."""
    for repository in repositories:
        command = ["git", "--git-dir", str(repository), "show", "--format=", "--no-color", "--no-ext-diff", "-U0", commit]
        done = subprocess.run(command, capture_output=True, check=False)
        if done.returncode == 0:
            lines = (line[1:] for line in done.stdout.split(b"\n") if line.startswith(b"+") and not line.startswith(b"+++ "))
            return [digest for line in lines if (digest := line_digest(line)) is not None]
    return []


def _share(trace: Trace, added: list[bytes]) -> float:
    digests = frozenset[bytes]().union(*(event.digests for event in trace.events))
    return sum(digest in digests for digest in added) / len(added)


if __name__ == "__main__":
    main()
