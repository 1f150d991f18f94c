"""Times the coverage readers and the mapping beside the bare parser of each format: ``python -m tests.benchmarks.coverage``."""

from __future__ import annotations

import argparse
import json
import pyexpat
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.benchmarks.measure import run

ROOT = Path(__file__).parents[2]
READ, BARE, START = "prgate", "bare", "start"
LINES_PER_FILE = 250
TRACKED = 200_000


def main() -> None:
    """Print one line per format, size and way; ratios are of CPU seconds in the same run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, nargs="+", default=[200_000, 1_000_000])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--one", nargs=3, metavar=("FORMAT", "WAY", "FILE"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        print(json.dumps(one(*arguments.one)))
        return
    print(f"Python {sys.version.split()[0]}, {pyexpat.EXPAT_VERSION}; best of {arguments.rounds}")
    print(f"{'format':10} {'lines':>9} {'MB':>6} | {'way':7} {'s':>6} {'MB/s':>6} {'peak MB':>8} | ratio to bare")
    with tempfile.TemporaryDirectory() as folder:
        for lines in arguments.lines:
            for name, write in WRITERS.items():
                path = Path(folder) / f"{lines}.{name}"
                with path.open("wb") as file:
                    file.writelines(write(lines))
                compare(name, lines, path, arguments.rounds)
    mapping()


def compare(name: str, lines: int, path: Path, rounds: int) -> None:
    """Each way in a process of its own, in turn, so that memory is its own and noise falls on all."""
    best: dict[str, tuple[float, int]] = {}
    for _ in range(rounds):
        for way in (START, BARE, READ):
            result = run([sys.executable, "-m", "tests.benchmarks.coverage", "--one", name, way, str(path)], cwd=ROOT)
            if result.code:
                sys.exit(result.stderr.decode("utf-8", "replace"))
            seconds = json.loads(result.stdout)
            best[way] = min(best.get(way, (seconds, result.peak_bytes)), (seconds, result.peak_bytes))
    megabytes = path.stat().st_size / 1e6
    for way in (BARE, READ):
        seconds, peak = best[way]
        ratio = f"{seconds / best[BARE][0]:.2f}, {(peak - best[START][1]) / 1e6:.0f} MB over the file itself" if way == READ else ""
        print(f"{name:10} {lines:>9,} {megabytes:>6.1f} | {way:7} {seconds:>6.2f} {megabytes / seconds:>6.0f} {peak / 1e6:>8.0f} | {ratio}")


def one(name: str, way: str, path: str) -> float:
    """CPU seconds of reading the file in one way; ``start`` only loads it."""
    from prgate.formats.coverage import read_report

    data = Path(path).read_bytes()
    ways: dict[str, Callable[[], object]] = {READ: lambda: read_report(data), BARE: lambda: PARSERS[name](data), START: lambda: None}
    action = ways[way]
    begun = time.process_time()
    action()
    return time.process_time() - begun


def bare_xml(data: bytes) -> None:
    """The parser with an empty handler."""
    parser = pyexpat.ParserCreate()
    parser.StartElementHandler = lambda _name, _attributes: None
    parser.Parse(data, True)


def bare_lines(data: bytes) -> None:
    """Every line split at its commas."""
    for line in data.split(b"\n"):
        line.split(b",")


def files(lines: int) -> Iterator[tuple[str, list[tuple[int, int]]]]:
    """Paths with (line, count), the same at each call."""
    chance = random.Random(1)
    for number in range(max(1, lines // LINES_PER_FILE)):
        line, measured = 0, []
        for _ in range(LINES_PER_FILE):
            line += chance.choice((1, 1, 1, 2))
            measured.append((line, chance.choice((0, 1, 1, 2, 17, chance.randrange(10_000)))))
        yield f"services/team{number % 50}/src/module{number}.py", measured


def write_xml(lines: int) -> Iterator[bytes]:
    """Cobertura as coverage.py lays it out."""
    yield b'<?xml version="1.0" ?>\n<coverage line-rate="0.9">\n\t<sources>\n\t\t<source>/home/runner/work/pay/pay</source>\n\t</sources>\n'
    yield b'\t<packages>\n\t\t<package name="pay">\n\t\t\t<classes>\n'
    for path, measured in files(lines):
        yield f'\t\t\t\t<class name="m" filename="{path}" line-rate="1">\n\t\t\t\t\t<methods/>\n\t\t\t\t\t<lines>\n'.encode()
        yield "".join(f'\t\t\t\t\t\t<line number="{line}" hits="{count}"/>\n' for line, count in measured).encode()
        yield b"\t\t\t\t\t</lines>\n\t\t\t\t</class>\n"
    yield b"\t\t\t</classes>\n\t\t</package>\n\t</packages>\n</coverage>\n"


def write_lcov(lines: int) -> Iterator[bytes]:
    """LCOV as geninfo lays it out."""
    for path, measured in files(lines):
        yield f"TN:\nSF:/home/runner/work/pay/pay/{path}\n".encode()
        yield "".join(f"DA:{line},{count}\n" for line, count in measured).encode()
        yield f"LF:{len(measured)}\nLH:1\nend_of_record\n".encode()


def write_json(lines: int) -> Iterator[bytes]:
    """coverage.py's JSON."""
    entries = {
        path: {
            "executed_lines": [line for line, count in measured if count],
            "missing_lines": [line for line, count in measured if not count],
        }
        for path, measured in files(lines)
    }
    yield json.dumps({"meta": {"format": 3, "version": "7.17.3"}, "files": entries}).encode()


def mapping() -> None:
    """Reports of 20,000 files against 200,000 tracked ones."""
    from array import array

    from prgate.formats.coverage.mapping import merge_reports
    from prgate.formats.coverage.places import tree_of
    from prgate.model.coverage import FileCoverage, Report

    tracked = [f"services/team{number % 50}/pkg{number % 700}/src/module{number}.py" for number in range(TRACKED)]
    paths = [path.encode() for path in tracked]
    print(f"mapping against {TRACKED:,} tracked files: the index alone {seconds_of(lambda: tree_of(paths)):.2f} s")
    lines = FileCoverage(array("I", [1]), array("I", [2]))
    ways: dict[str, Callable[[str], str]] = {
        "exact": lambda path: path,
        "workspace": lambda path: f"/home/runner/work/pay/pay/{path}",
        "ending": lambda path: path.partition("/")[2].partition("/")[2],
        "none": lambda path: f"/elsewhere/{path}x",
    }
    for name, written in ways.items():
        report = Report("lcov", {written(path): lines for path in tracked[:20_000]})
        print(f"  20,000 paths, {name:9} {seconds_of(lambda report=report: merge_reports([report], paths)):.2f} s, index included")  # type: ignore[misc]  # the loop's value is bound


def seconds_of(action: Callable[[], object]) -> float:
    """CPU seconds."""
    begun = time.process_time()
    action()
    return time.process_time() - begun


WRITERS: dict[str, Callable[[int], Iterator[bytes]]] = {"cobertura": write_xml, "lcov": write_lcov, "json": write_json}
PARSERS: dict[str, Callable[[bytes], object]] = {"cobertura": bare_xml, "lcov": bare_lines, "json": json.loads}

if __name__ == "__main__":
    main()
