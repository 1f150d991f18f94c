"""How much of a commit its own session explains, and what `foreign-trace` says of it and of sessions that belong to another commit.

    python -m tests.benchmarks.trace_pairs --repo CLONE [--repo CLONE ...] [--seed 1] [--show]

A clone (bare or its `.git`) has a branch ``entire/checkpoints/v1`` with native sessions, and commits that name their checkpoint in a trailer. A
true pair is a commit beside all sessions of its checkpoint that can be read; copies of one change (rebased, cherry-picked) count once. A swapped
pair has the sessions of another commit of the same clone that shares no session with it, drawn by the seed. A trailer is no proof: it names
the last session, also where a person made the commit by hand. So figures are given apart for the pairs of which the recorder's own metadata says
that a session touched a file of the commit. ``--show`` lists the true pairs that are accused and the swapped ones that are not.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from statistics import mean, median

from prgate.authorship.origins import attribute
from prgate.authorship.signs import find_signs
from prgate.errors import FormatError
from prgate.formats.classes import classifier
from prgate.formats.traces import read_trace
from prgate.git import Repository, open_repository
from prgate.model.commit import Commit
from prgate.model.diff import Diff, FileChange
from prgate.model.evidence import Evidence, Traces
from prgate.model.finding import Finding
from prgate.model.lines import line_digest
from prgate.model.missing import Missing, Why
from prgate.model.policy import Limits
from prgate.model.reconciliation import FileAccount
from prgate.model.rule import Rule
from prgate.model.subject import Base, Head, Subject
from prgate.model.trace import Trace
from prgate.model.verdict import Scope, ScopeState
from prgate.reconcile.account import reconcile
from prgate.reconcile.timing import Made
from prgate.rules import foreign_trace

BRANCH = "entire/checkpoints/v1"
FORGE = "https://forge.example/pull"
"""Says that the branch is known as the forge knows it."""
NONE = Missing(Why.ABSENT, "not part of this measurement", "")


@dataclass(frozen=True, slots=True)
class Pair:
    """A commit, what it changes, and the sessions of its checkpoint; ``sessions`` are their ids.

    ``made`` are its dates, ``branch`` the one that the recorder says it was made on; ``touched``: the recorder says that a session touched a
    file of the commit.
    """

    repository: str
    commit: Commit
    diff: Diff
    traces: tuple[Trace, ...]
    sessions: frozenset[str]
    made: Made
    branch: str | None
    touched: bool


@dataclass(slots=True)
class Checkpoint:
    traces: list[Trace]
    sessions: set[str]
    touched: set[str]
    branches: list[tuple[str, str]]
    """(When, branch) of each session's part in it."""


def main() -> None:
    """Shares of true and swapped pairs, then what the rule says of both."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--repo", type=Path, action="append", required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", action="store_true")
    options = parser.parse_args()
    true = all_pairs(options.repo)
    if not true:
        print("skipped: no commit of these clones names a checkpoint whose sessions can be read")
        return
    told = [pair for pair in true if pair.touched]
    swapped = list(swap(true, options.seed))
    for name, group in (("true", true), ("true, by the recorder's own account", told)):
        print_shares(name, [shares(pair.diff, pair.traces) for pair in group])
    print_shares("swapped", [shares(pair.diff, other.traces) for pair, other in swapped])
    print("formats", dict(Counter(trace.format for pair in true for trace in pair.traces)))
    for name, rows in (
        ("true pairs accused", [(pair, pair) for pair in true]),
        ("true pairs accused, by the recorder's own account", [(pair, pair) for pair in told]),
        ("swapped pairs found", swapped),
    ):
        verdicts = [(pair, other, findings(foreign_trace.RULE, evidence(pair, pair.diff, other.traces))) for pair, other in rows]
        accused = [row for row in verdicts if row[2]]
        print(f"foreign-trace: {name} {len(accused)} of {len(rows)} ({len(accused) / len(rows):.2%})")
        print("   ", dict(Counter(row[2][0].message.rpartition(", and ")[2].split(":")[0] for row in accused)))
        for pair, other, said in verdicts if options.show else ():
            if bool(said) == (pair is other):
                print(f"    {pair.commit.sha[:10]} beside {other.commit.sha[:10]}: {said[0].message if said else 'not accused'}")


def all_pairs(repos: Sequence[Path]) -> list[Pair]:
    return [pair for repo in repos if repo.is_dir() for pair in pairs(repo)]


def swap(true: Sequence[Pair], seed: int) -> Iterator[tuple[Pair, Pair]]:
    """Each pair beside another of its repository with which it shares no session."""
    chance = random.Random(seed)
    for pair in true:
        others = [other for other in true if other.repository == pair.repository and not other.sessions & pair.sessions]
        if others:
            yield pair, chance.choice(others)


def shares(diff: Diff, traces: tuple[Trace, ...]) -> tuple[int, int]:
    """Added lines that tell anything, and how many of them the traces explain."""
    account = reconcile(diff, traces)
    left = sum(len(lines) for lines in open_lines(diff, account.files).values())
    return account.telling, account.telling - left


def open_lines(diff: Diff, files: Mapping[bytes, FileAccount], *, all_lines: bool = False) -> dict[bytes, set[int]]:
    """Unexplained added lines by path; only those that tell anything, unless ``all_lines``."""
    found = {}
    for file in diff.files:
        numbers = {number for start, end in files[file.path].unexplained for number in range(start, end + 1)}
        if not all_lines:
            numbers &= telling_lines(file)
        found[file.path] = numbers
    return found


def telling_lines(file: FileChange) -> set[int]:
    hunks = () if isinstance(file.hunks, Missing) else file.hunks
    return {number for hunk in hunks for number, text in hunk.added() if line_digest(text) is not None}


def print_shares(name: str, rows: Sequence[tuple[int, int]]) -> None:
    each = [met / telling for telling, met in rows if telling]
    whole, most, half, tenth, none = (sum(map(test, each)) for test in TESTS)
    lines, met = (sum(column) for column in zip(*rows, strict=True))
    print(
        f"{name}: n {len(rows)}, mean {mean(each):.3f}, median {median(each):.3f}, of all {lines:,} lines {met / lines:.3f}; "
        f"all explained {whole}, 95 % {most}, half {half}, under a tenth {tenth}, none {none}"
    )


TESTS = (
    lambda share: share == 1,
    lambda share: share >= 0.95,
    lambda share: share >= 0.5,
    lambda share: share < 0.1,
    lambda share: share == 0,
)


def evidence(pair: Pair, diff: Diff, traces: tuple[Trace, ...]) -> Evidence:
    """What the gate would have gathered for the commit as a change of its own, without a forge."""
    commits = (pair.commit,)
    signs = find_signs(facts=NONE, commits=commits, traces=traces, head_ref=None)
    account = reconcile(diff, traces, made=pair.made)
    return Evidence(
        at="2026-11-21T00:00:00Z",
        trigger="cli",
        subject=Subject(None, None, FORGE, Base("main", None), None, Head(None, pair.branch, pair.commit.sha)),
        scope=Scope(ScopeState.JUDGED, ""),
        diff=diff,
        commits=commits,
        facts=NONE,
        authorship=attribute(diff=diff, commits=commits, facts=NONE, reconciliation=account, signs=signs, blame={}),
        traces=Traces(traces, ()),
        reconciliation=account,
        moved=NONE,
        coverage=NONE,
        base_coverage=NONE,
        tests=NONE,
        contents=NONE,
        heard=(),
        domains={},
        owners={},
        undone={},
        inputs=(),
        faults=(),
        review_blocks={},
    )


def findings(rule: Rule, about: Evidence) -> list[Finding]:
    return list(rule.check(about, rule.params()))


def git(repo: Path, *arguments: str) -> bytes:
    return subprocess.run(["git", "--git-dir", str(repo), *arguments], capture_output=True, check=True).stdout


def checkpoints(repo: Path) -> dict[str, Checkpoint]:
    """The checkpoints that have a session which a reader takes."""
    held: dict[str, Checkpoint] = {}
    for name in git(repo, "ls-tree", "-r", "--name-only", "-z", BRANCH).decode().split("\0"):
        one = held.setdefault("".join(name.split("/")[:2]), Checkpoint([], set(), set(), []))
        try:
            if name.endswith("/metadata.json"):
                told = json.loads(git(repo, "show", f"{BRANCH}:{name}"))
                one.touched.update(told.get("files_touched") or ())
                one.sessions.update(filter(None, [told.get("session_id")]))
                if told.get("branch"):
                    one.branches.append((told.get("created_at") or "", told["branch"]))
            if name.endswith("full.jsonl"):
                trace = read_trace(name, git(repo, "show", f"{BRANCH}:{name}"))
                one.traces.append(trace)
                one.sessions.update(session.id for session in trace.sessions if session.id is not None)
        except (subprocess.CalledProcessError, FormatError):
            continue
    return {id_: one for id_, one in held.items() if one.traces}


def pairs(repo: Path) -> Iterator[Pair]:
    """The true pairs of a clone, copies of one change once."""
    held = checkpoints(repo)
    told = git(repo, "log", "--all", "--no-merges", "--format=%H %(trailers:key=Entire-Checkpoint,valueonly,separator=%x20)").decode()
    seen: set[tuple[str, str]] = set()
    with open_repository(repo) as repository:
        for sha, *ids in map(str.split, told.splitlines()):
            for id_ in ids:
                pair = _pair(repository, repo, sha, held[id_]) if id_ in held else None
                if pair is None or not pair.diff.added:
                    continue
                key = id_, sha256(repr([(file.path, file.hunks) for file in pair.diff.files]).encode()).hexdigest()
                if key not in seen:
                    seen.add(key)
                    yield pair


def _pair(repository: Repository, repo: Path, sha: str, held: Checkpoint) -> Pair | None:
    parents = git(repo, "rev-list", "--parents", "-n1", sha).decode().split()[1:]
    if len(parents) != 1:
        return None
    commits = repository.commits(parents[0], sha, 10)
    start = repository.commit(parents[0])
    diff, _ = repository.diff(parents[0], sha, classify=classifier({}, {}).classify, keep=lambda _file: True, limits=Limits())
    if isinstance(diff, Missing) or isinstance(commits, Missing) or isinstance(start, Missing) or not commits:
        return None
    (commit,) = commits
    paths = {path.decode("utf-8", "replace") for file in diff.files for path in file.paths}
    made = Made(start.at, commit.authored, commit.at)
    branch = max(held.branches, default=("", None))[1]
    return Pair(str(repo), commit, diff, tuple(held.traces), frozenset(held.sessions), made, branch, bool(held.touched & paths))


if __name__ == "__main__":
    main()
