"""MB/s and peak memory of ``prgate trace`` on an invented session of every format.

    python -m tests.benchmarks.trace_speed [--size 200] [--only FORMAT …] [--runs 3] [--folder FOLDER] [--prgate CMD] [FILE …]

Writes each session to ``--folder`` (a temporary one if left out), reads it and removes it. Sizes are about those of public sessions (4 to
11 kB an event, some 6 kB an edited line): outputs of a hundred bytes to a megabyte, edits of up to twenty lines. FILE: sessions of one's
own to measure beside them. Aims: 60 MB a second of CPU time, 100 MB. Exit code 1: a format misses one of them.
"""

from __future__ import annotations

import argparse
import json
import shlex
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Final

from tests.benchmarks.measure import beside_python, command, run
from tests.formats.traces.invented import INVENTED, Turn

LEAST_SPEED: Final = 60.0
MOST_MEMORY: Final = 100.0
ATTACHED_BYTES: Final = 900_000
"""A document that ``prgate attach`` writes has a limit of its own."""

_WORDS: Final = (
    "value",
    "total",
    "row",
    "index",
    "self",
    "result",
    "path",
    "name",
    "check",
    "given",
    "found",
    "lines",
    "start",
    "end",
    "told",
    "kind",
)
_MARKS: Final = (" = ", ".", "(", ")", ": ", ", ", " + ", "[", "]", ' == "', '" ', "\t", " # ", " -> ", "é", "\\n")


def main() -> None:
    """Write, read, say."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--size", type=int, default=200, help="MB of each session")
    parser.add_argument("--only", nargs="*", default=list(INVENTED), choices=list(INVENTED))
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--prgate", default=beside_python("prgate"))
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE")
    options = parser.parse_args()
    missed = []
    print(f"{'':22}{'MB':>8}{'best':>9}{'MB/s':>8}{'cpu MB/s':>10}{'peak':>10}  events")
    for path in options.files:
        measured(path.name, path, options)
    with tempfile.TemporaryDirectory(prefix="prgate-speed-", dir=options.folder) as folder:
        for name in options.only:
            path = Path(folder) / "session"
            write(name, path, ATTACHED_BYTES if name == "prgate-attached" else options.size * 1_000_000)
            good = measured(name, path, options)
            missed += [] if good or name == "prgate-attached" else [name]
            path.unlink()
    if missed:
        print(f"under {LEAST_SPEED:.0f} MB/s of CPU time or over {MOST_MEMORY:.0f} MB: {', '.join(missed)}")
        sys.exit(1)


def write(name: str, path: Path, size: int) -> None:
    """A session of about this many bytes, the same ones every time."""
    with path.open("wb") as file:
        for piece in INVENTED[name].pieces(turns(lambda: file.tell() < size)):
            file.write(piece)


def turns(go_on: Callable[[], bool]) -> Iterator[Turn]:
    """Turns with varied texts for as long as wanted."""
    rng = Random(4)
    pool = [line(rng) for _ in range(20_000)]
    number = 0
    while go_on():
        shown = "".join(rng.sample(pool, min(len(pool), int(rng.lognormvariate(5.5, 1.3)) + 3)))
        code = "".join(f"{text.rstrip()} {number}\n" for text in rng.sample(pool, rng.randrange(1, 20)))
        yield Turn(number, shown, code)
        number += 1


def line(rng: Random) -> str:
    """A line that looks like code or like what a program prints."""
    return " " * rng.choice((0, 4, 8)) + "".join(rng.choice(_WORDS) + rng.choice(_MARKS) for _ in range(rng.randrange(2, 9))) + "\n"


def measured(name: str, path: Path, options: argparse.Namespace) -> bool:
    """Read the file and say how fast; whether it meets the aims."""
    size = path.stat().st_size / 1e6
    runs = [run(command(f"{options.prgate} trace {shlex.quote(str(path))} --format json")) for _ in range(options.runs)]
    if any(one.code for one in runs):
        print(f"{name:22}{size:8.1f}  {runs[0].stderr.decode('utf-8', 'replace').strip()}")
        return False
    best, cpu, peak = min(one.seconds for one in runs), min(one.cpu_seconds for one in runs), max(one.peak_bytes for one in runs) / 1e6
    told = json.loads(runs[0].stdout)
    events = ", ".join(f"{count} {kind}" for kind, count in told["events"].items() if count)
    print(
        f"{name:22}{size:8.1f}{best:8.2f}s{size / best:8.1f}{size / cpu:10.1f}{peak:7.1f} MB  {events}; {told['skipped']} skipped",
        flush=True,
    )
    return size / cpu >= LEAST_SPEED and peak <= MOST_MEMORY


if __name__ == "__main__":
    main()
