"""Time the reading of an 80 MB diff beside the very same git command alone, in turn.

    python -m tests.benchmarks.large_diff [--repo PATH --base REF --head REF] [--rounds 5] [--command NAME …] [--prgate CMD]

Without ``--repo`` a repository of some 8,000 changed files is made: one that never changes, so figures can be compared. ``--command`` picks
from ``git`` (the command alone, into /dev/null), ``read`` (that command and the diff reader), ``check`` (``prgate check --policy baseline
--judge all``). Prints one JSON object. Aims: no more than 1.3 times git's time, and under 300 MB in any process of ours.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from prgate.git import open_repository
from prgate.git.changes import diff_command
from prgate.model.diff import FileChange
from prgate.model.missing import Missing
from prgate.model.paths import FileClass
from prgate.model.policy import Limits
from tests.benchmarks.measure import NotRunError, Run, run

SEED = 20
FILES = 8_000
WORDS = (
    "return",
    "value",
    "self",
    "token",
    "index",
    "None",
    "for",
    "in",
    "if",
    "not",
    "raise",
    "import",
    "assert",
    "yield",
    "list",
    "name",
)
_ROOT = Path(__file__).parents[2]
PERSON = "dev-one <dev-one@example.com>"


def main() -> int:
    """Print the figures; 1 if a command did not end well or did not read everything, else 0."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repo", type=Path)
    parser.add_argument("--base", default="main")
    parser.add_argument("--head", default="change")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--command", action="append", choices=("git", "read", "check"))
    parser.add_argument("--prgate", default="", help="how prgate is started; the default is this interpreter with -m prgate")
    parser.add_argument("--read", nargs=3, metavar=("REPO", "MERGE_BASE", "HEAD"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.read:
        return read(Path(arguments.read[0]), *arguments.read[1:])
    with tempfile.TemporaryDirectory(prefix="large-diff-") as folder:
        repo = arguments.repo or build(Path(folder, "repo"))
        commands = command_lines(repo, arguments.base, arguments.head, prgate=arguments.prgate)
        picked = {name: commands[name] for name in arguments.command or ("git", "read")}
        return report(picked, measured(picked, arguments.rounds))


def command_lines(repo: Path, base: str, head: str, *, prgate: str) -> dict[str, Sequence[str]]:
    """The commands that can be measured, by name."""
    with open_repository(repo) as repository:
        base_commit, head_commit = repository.resolve(base), repository.resolve(head)
        merge_base = repository.merge_base(base_commit, head_commit)
    if isinstance(merge_base, Missing):
        sys.exit(merge_base.detail)
    check = [*(shlex.split(prgate) or [sys.executable, "-m", "prgate"]), "check", "--repo", str(repo), "--base", base, "--head", head]
    return {
        "git": ["git", "-C", str(repo), *diff_command(merge_base, head_commit, renames=Limits().renames)],
        "read": [sys.executable, "-m", "tests.benchmarks.large_diff", "--read", str(repo), merge_base, head_commit],
        "check": [*check, "--policy", "baseline", "--judge", "all", "--format", "json"],
    }


def measured(commands: dict[str, Sequence[str]], rounds: int) -> dict[str, list[Run]]:
    """Each command so many times, in turn, after a round that warms the caches."""
    runs: dict[str, list[Run]] = {name: [] for name in commands}
    for turn in range(rounds + 1):
        for name, argv in commands.items():
            done = run(argv, cwd=_ROOT, stdout=subprocess.DEVNULL if name == "git" else None)
            if turn:
                runs[name].append(done)
    return runs


def report(commands: dict[str, Sequence[str]], runs: dict[str, list[Run]]) -> int:
    """Print seconds, ratios to git alone of runs beside each other, and peaks in bytes."""
    bad = 0
    figures: dict[str, object] = {}
    for name in commands:
        done = runs[name]
        seconds = sorted(each.seconds for each in done)
        figures[name] = {
            "code": sorted({each.code for each in done}),
            "seconds": {"min": round(seconds[0], 3), "median": round(seconds[len(seconds) // 2], 3)},
            "cpu_seconds": round(min(each.cpu_seconds for each in done), 3),
            "peak_bytes_of_largest_process": max(each.peak_bytes for each in done),
        }
        if name != "git" and "git" in runs:
            ratios = sorted(ours.seconds / gits.seconds for ours, gits in zip(done, runs["git"], strict=True))
            figures[f"{name}_to_git"] = {
                "of_minima": round(seconds[0] / min(each.seconds for each in runs["git"]), 3),
                "median": round(ratios[len(ratios) // 2], 3),
                "all": [round(ratio, 3) for ratio in ratios],
            }
        if name == "read":
            figures["read_says"] = json.loads(done[-1].stdout or b"null")
        bad += any(each.code not in ({0, 1} if name == "check" else {0}) for each in done)
        sys.stderr.write("".join(each.stderr.decode("utf-8", "replace") for each in done if each.code))
    print(json.dumps(figures, indent=1))
    return 1 if bad else 0


def read(repo: Path, merge_base: str, head: str) -> int:
    """Read one diff, keep every line of it, and print what came of it with this process's own peak."""

    def classify(_old: bytes | None, _new: bytes | None) -> tuple[FileClass, tuple[str, ...]]:
        return FileClass.OTHER, ()

    def keep(_change: FileChange) -> bool:
        return True

    with open_repository(repo) as repository:
        diff, faults = repository.diff(merge_base, head, classify=classify, keep=keep, limits=Limits())
    if isinstance(diff, Missing) or faults:
        print(json.dumps({"faults": [fault.message for fault in faults]}))
        return 1
    hunks = [file.hunks for file in diff.files if not isinstance(file.hunks, Missing)]
    told = {
        "files": len(diff.files),
        "unread": len(diff.files) - len(hunks),
        "added": diff.added,
        "hunks": sum(map(len, hunks)),
        "kept_bytes": sum(len(hunk.body) for each in hunks for hunk in each),
        "own_peak_bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
        "rename_limit_hit": diff.rename_limit_hit,
    }
    print(json.dumps(told))
    return 0


def build(path: Path) -> Path:
    """A repository with branches ``main`` and ``change``; the same objects every time."""
    path.mkdir()
    subprocess.run(["git", "init", "--quiet", "--bare", "--initial-branch=main", path], check=True)
    process = subprocess.Popen(["git", "-C", path, "fast-import", "--quiet"], stdin=subprocess.PIPE)
    assert process.stdin is not None
    process.stdin.writelines(stream())
    process.stdin.close()
    if process.wait():
        raise NotRunError("git fast-import failed")
    return path


def stream() -> Iterator[bytes]:
    """Input for ``git fast-import``: two commits. Of ten files, six are edited, two new, one is deleted, one renamed and edited."""
    chance = random.Random(SEED)
    yield from commit("main", 1)
    olds: dict[int, list[bytes]] = {}
    for number in range(FILES):
        if number % 10 not in {6, 7}:
            olds[number] = lines(chance, size(chance, number))
            yield from put(f"src/package{number % 97}/old{number}.py", olds[number])
    yield from commit("change", 2, start="refs/heads/main")
    for number in range(FILES):
        match number % 10:
            case 6 | 7:
                yield from put(f"src/package{number % 97}/new{number}.py", lines(chance, size(chance, number)))
            case 8:
                yield f"D src/package{number % 97}/old{number}.py\n".encode()
            case 9:
                yield f"R src/package{number % 97}/old{number}.py lib/moved{number}.py\n".encode()
                yield from put(f"lib/moved{number}.py", edited(chance, olds[number], every=40))
            case _:
                yield from put(f"src/package{number % 97}/old{number}.py", edited(chance, olds[number], every=5))


def size(chance: random.Random, number: int) -> int:
    """Lines of a file: most have a few hundred, some few, one in four hundred very many."""
    return 20_000 if number % 400 == 7 else chance.choice((5, 60, 200, 400, 900))


def lines(chance: random.Random, count: int) -> list[bytes]:
    """So many lines that look like code."""
    return [
        b"    " * chance.randrange(4) + " ".join(chance.choices(WORDS, k=chance.randrange(1, 9))).encode() + b"\n" for _ in range(count)
    ]


def edited(chance: random.Random, old: list[bytes], *, every: int) -> list[bytes]:
    """The lines with about one in ``every`` replaced, dropped or doubled."""
    new: list[bytes] = []
    for line in old:
        match chance.randrange(3 * every):
            case 0:
                new += lines(chance, 1)
            case 1:
                pass
            case 2:
                new += [line, *lines(chance, 2)]
            case _:
                new.append(line)
    return new


def put(path: str, content: list[bytes]) -> Iterator[bytes]:
    """Set a file's content."""
    data = b"".join(content)
    yield f"M 100644 inline {path}\ndata {len(data)}\n".encode() + data + b"\n"


def commit(branch: str, minute: int, *, start: str = "") -> Iterator[bytes]:
    """Begin a commit."""
    yield f"commit refs/heads/{branch}\ncommitter {PERSON} {1_767_600_000 + 60 * minute} +0000\ndata 1\nx\n".encode()
    if start:
        yield f"from {start}\n".encode()


if __name__ == "__main__":
    sys.exit(main())
