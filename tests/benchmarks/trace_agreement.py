"""Whether trace readers agree with other readers of the same sessions, and whether the ATIF that prgate writes is valid and reads back.

    python -m tests.benchmarks.trace_agreement --traces FOLDER [--python PYTHON]

Every file below ``FOLDER`` that a reader takes is read, written as ATIF and read again. ``PYTHON`` is a Python 3.12 or later with any of
``atif``, ``cc-session-core`` and ``harbor``; what it lacks is skipped by name. Calls are compared by the tool's name, results by number.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from prgate.errors import FormatError
from prgate.formats.traces import read_trace
from prgate.formats.traces.atif_write import to_atif
from prgate.formats.traces.draft import Scribe
from prgate.model.trace import EventKind, Trace

_PEERS = Path(__file__).with_name("trace_peers.py")
_CALLS = frozenset(EventKind) - {EventKind.PROMPT, EventKind.MESSAGE, EventKind.APPROVAL}


def main() -> None:
    """Read, write, read again, ask the others, print what differs."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--traces", type=Path, required=True)
    parser.add_argument("--python", type=Path)
    options = parser.parse_args()
    if not options.traces.is_dir():
        print(f"skipped: no folder {options.traces}")
        return
    with tempfile.TemporaryDirectory() as scratch:
        samples, ours = _samples(options.traces, Path(scratch))
        if options.python is None or not options.python.exists():
            print("skipped: atif, cc-session-core, harbor (no --python)")
            return
        asked = json.dumps({"samples": samples, "scratch": scratch})
        done = subprocess.run([options.python, _PEERS], input=asked, capture_output=True, text=True, check=False)
        if done.returncode:
            print(f"skipped: {done.stderr.strip().splitlines()[-1]}")
            return
        _compare(options.traces, samples, ours, json.loads(done.stdout))


def _samples(folder: Path, scratch: Path) -> tuple[list[dict[str, str]], dict[str, Any]]:
    """The files that a reader takes, each with what was written of it, and what we count in it."""
    samples: list[dict[str, str]] = []
    ours: dict[str, Any] = {}
    same: Counter[bool] = Counter()
    left: Counter[str] = Counter()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        scribe = Scribe()
        try:
            trace = read_trace(path.name, path.read_bytes(), scribe)
        except FormatError as error:
            left["no reader takes it" if "no reader takes" in str(error) else f"{path.relative_to(folder)}: {error}"] += 1
            continue
        if not trace.events and not trace.attributions:
            left[f"{path.relative_to(folder)}: read, and says that nothing is anybody's"] += 1
            continue
        written = scratch / f"{len(samples)}.json"
        written.write_text(to_atif(trace, scribe), encoding="utf-8")
        again = read_trace(path.name, written.read_bytes())
        matches = _told(trace) == _told(again)
        same[matches] += 1
        if not matches:
            print(f"{path.relative_to(folder)}: what was written does not read back the same")
        samples.append({"path": str(path), "format": trace.format, "written": str(written)})
        ours[str(path)] = _calls(trace, scribe)
    print(f"read {len(samples)} files: {dict(sorted(Counter(sample['format'] for sample in samples).items()))}")
    print(f"written as ATIF and read back with the same events, edits and attributions: {same[True]} of {same.total()}")
    print(f"left alone {left.total()}:", *(f"{why} ({count})" for why, count in left.items()), sep="\n  ")
    return samples, ours


def _told(trace: Trace) -> tuple[Any, ...]:
    events = Counter((event.kind, event.path, event.ok, event.name, event.reads, event.edit, event.command) for event in trace.events)
    return events, Counter((item.path, item.start, item.end, item.writer, item.revision) for item in trace.attributions)


def _calls(trace: Trace, scribe: Scribe) -> tuple[Counter[str], int]:
    """Calls by tool, each once however many events it has, and how many of them have an answer or an end."""
    names: dict[str, str] = {}
    ended: set[str] = set()
    for index, event in zip(scribe.kept, trace.events, strict=True):
        call = (scribe.told[index][2] or f"#{index}").removesuffix("/edits")
        if event.kind in _CALLS:
            names.setdefault(call, event.name)
            if event.ok is not None or call in scribe.answers:
                ended.add(call)
    return Counter(names.values()), len(ended)


def _compare(folder: Path, samples: list[dict[str, str]], ours: dict[str, Any], theirs: dict[str, Any]) -> None:
    for package in ("atif", "harbor model"):
        if (answers := theirs[package]) is None:
            print(f"skipped: {package} (absent)")
            continue
        print(f"{package}: valid {sum(answer is None for answer in answers.values())} of {len(answers)}")
        print(*(f"  {path}: {answer}" for path, answer in answers.items() if answer is not None), sep="\n", end="")
    for package in ("cc-session-core", "harbor"):
        if (answers := theirs[package]) is None:
            print(f"skipped: {package} (absent)")
            continue
        agree: Counter[str] = Counter()
        for sample in samples:
            if (answer := answers.get(sample["path"])) is None:
                continue
            names, ended = ours[sample["path"]]
            agree["files"] += 1
            if isinstance(answer, str):
                agree["refused by it"] += 1
                print(f"  {Path(sample['path']).relative_to(folder)}: {answer}")
                continue
            other = Counter(
                {
                    name.replace("mcp__", "", 1).replace("__", "/", 1) if name.startswith("mcp__") else name: n
                    for name, n in answer[0].items()
                }
            )
            agree["same calls"] += names == other
            agree["same number of results"] += ended == answer[1]
            agree["calls here"] += names.total()
            agree["calls there"] += other.total()
            agree["calls in both"] += (names & other).total()
            if names != other or ended != answer[1]:
                print(f"  {Path(sample['path']).relative_to(folder)} ({sample['format']})")
                print(f"    only here {dict(names - other)}, only there {dict(other - names)}, results {ended} and {answer[1]}")
        print(f"{package}: {dict(agree)}")


if __name__ == "__main__":
    main()
