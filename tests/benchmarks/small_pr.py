"""Time ``prgate check`` beside ``mergeproof check --local`` on one pull request of about 300 lines, in the same run.

    python -m tests.benchmarks.small_pr [--mergeproof CMD] [--prgate CMD] [--runs 15] [--profile]

Both judge the same range of the same repository by nine rules of like purpose. mergeproof (PyPI) is skipped by name where it is absent.
Exit code 1: a command did not end with a verdict.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from tests.benchmarks.measure import FLOOR, Run, Series, beside_python, command, interleave, run, table

MODULES = ("cache", "client", "config", "crypto/token", "models", "net/retry", "parser", "queue", "report", "store")
TITLE = "feat: retry and rotate"
BODY = "Fixes #41.\n\n## Why\nKeys outlive the process.\n\n🤖 Generated with [Claude Code](https://claude.com/claude-code)\n"

# As far as mergeproof can go without the forge: the four purposes it shares with the pack `baseline` (tests, evidence, risky paths, what
# steers the gate), as nine rules, for `baseline` has nine. What needs GitHub (approvals, check runs) is asked of neither.
MERGEPROOF_POLICY = """\
version: 1
project: bench
rules:
  - id: source-change-needs-tests
    when: {paths: ["src/**/*.py"], exclude_paths: ["src/**/__init__.py"]}
    require:
      - {check: tests.changed, name: tests touched, with: {map: {"src/{pkg}/{name}.py": "tests/**/test_{name}*.py"}}}
  - id: issue-linked
    require: [{check: pr.body, name: an issue is named, with: {matches: "#[0-9]+"}}]
  - id: description
    require: [{check: pr.body, name: sections, with: {sections: ["Why"], min_length: 20}}]
  - id: gate
    require: [{check: files.changed, name: gate untouched, with: {none_of: [".github/**", "CODEOWNERS", ".gitattributes", "mergeproof.yaml"]}}]
  - id: agents
    require: [{check: files.changed, name: instructions untouched, with: {none_of: ["**/AGENTS.md", "**/CLAUDE.md", ".mcp.json", ".claude/**"]}}]
  - id: crypto
    when: {paths: ["**/crypto/**", "**/auth/**"]}
    require: [{check: evidence.field, name: owner, severity: warn, with: {key: owner}}]
  - id: infra
    when: {paths: ["infra/**", "**/*.tf", "**/Dockerfile"]}
    require: [{check: evidence.field, name: environment, with: {key: environment}}]
  - id: migrations
    when: {paths: ["**/migrations/**", "**/*.sql"]}
    require: [{check: evidence.links, name: before and after, with: {min_pairs: 1}}]
  - id: labels
    require: [{check: pr.labels, name: not on hold, with: {none_of: ["hold"]}}]
"""


def _module(name: str, *, functions: int) -> str:
    stem = name.rpartition("/")[2]
    parts = [
        f"\n\ndef {stem}_{number}(values: list[int], limit: int = {number + 3}) -> int:\n"
        f'    """Sum of the values below the limit."""\n'
        f"    total = {number}\n    for value in values:\n        if value < limit:\n            total += value\n"
        f"        elif value > 10 * limit:\n            return -total\n    return total\n"
        for number in range(functions)
    ]
    return "".join((f'"""{stem}."""\n', *parts))


def _test(name: str, *, functions: int) -> str:
    stem = name.rpartition("/")[2]
    dotted = name.replace("/", ".")
    parts = [f"import unittest\n\nfrom src.app.{dotted} import {', '.join(f'{stem}_{number}' for number in range(functions))}\n\n"]
    parts.append(f"\nclass Test{stem.title()}(unittest.TestCase):\n")
    parts += [
        f"    def test_{stem}_{number}(self) -> None:\n        self.assertEqual({number} + 3, {stem}_{number}([1, 2]))\n\n"
        for number in range(functions)
    ]
    return "".join(parts)


def _write(root: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")


def _git(root: Path, *args: str) -> str:
    env = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    env |= {
        f"GIT_{who}_{what}": value
        for who in ("AUTHOR", "COMMITTER")
        for what, value in (("NAME", "Robin Roe"), ("EMAIL", "robin@acme.example"))
    }
    env |= {"GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull}
    return subprocess.run(["git", "-C", str(root), *args], check=True, capture_output=True, text=True, env=env).stdout.strip()


def _sources(*, functions: int, names: Sequence[str] = MODULES) -> dict[str, str]:
    files = {f"src/app/{name}.py": _module(name, functions=functions) for name in names}
    return files | {f"tests/test_{name.rpartition('/')[2]}.py": _test(name, functions=functions) for name in names}


def build(root: Path) -> tuple[str, str]:
    """A repository of sixty files with a branch ``agent``, checked out, that changes fourteen of them; returns base and head commits."""
    _git(root, "init", "-q", "-b", "main")
    _write(root, _sources(functions=2))
    _write(root, {f"src/app/extra/part{number}.py": _module(f"part{number}", functions=4) for number in range(40)})
    _write(
        root,
        {
            "README.md": "# app\n",
            "tests/__init__.py": "",
            ".gitignore": "__pycache__/\n.coverage*\ncoverage.json\n",
            "mergeproof.yaml": MERGEPROOF_POLICY,
        },
    )
    _git(root, "add", "-A")
    _git(root, "commit", "-q", "-m", "Base")
    _git(root, "switch", "-q", "-c", "agent")
    _write(root, _sources(functions=5, names=MODULES[:7]))
    _git(root, "add", "-A")
    _git(root, "commit", "-q", "-m", f"{TITLE}\n\nFixes #41\n\nCo-Authored-By: Claude <noreply@anthropic.com>")
    return _git(root, "rev-parse", "main"), _git(root, "rev-parse", "agent")


def coverage_report(root: Path) -> Path | None:
    """A report of the tests of the checked-out commit, by the real tool; null where coverage.py is not installed."""
    calls = (["run", "--source=src", "-m", "unittest", "discover", "-q", "-s", "tests", "-t", "."], ["json", "-q", "-o", "coverage.json"])
    for arguments in calls:
        if subprocess.run([sys.executable, "-m", "coverage", *arguments], cwd=root, capture_output=True, check=False).returncode:
            return None
    return root / "coverage.json"


def commands(root: Path, inputs: Path, *, prgate: Sequence[str], mergeproof: Sequence[str]) -> Iterator[tuple[str, list[str]]]:
    """Name and command line of everything that is timed."""
    base, head = build(root)
    facts = {
        "title": TITLE,
        "body": BODY,
        "author": "robin",
        "number": 57,
        "labels": [],
        "reviews": [],
        "head": {"ref": "agent", "sha": head},
    }
    _write(inputs, {"facts.json": json.dumps(facts), "body.md": BODY})
    check = [
        *prgate,
        "check",
        "--repo",
        str(root),
        "--base",
        base,
        "--head",
        head,
        "--policy",
        "baseline",
        "--judge",
        "all",
        "--pr",
        str(inputs / "facts.json"),
    ]
    yield "git --version", ["git", "--version"]
    yield "python -c pass", [sys.executable, "-c", "pass"]
    yield "prgate, text", check
    yield "prgate, json", [*check, "--format", "json"]
    if (report := coverage_report(root)) is not None:
        yield "prgate, json, coverage", [*check, "--format", "json", "--coverage", str(report)]
    if shutil.which(mergeproof[0]):
        local = ["check", "--local", "--root", str(root), "--base", base, "--policy", str(root / "mergeproof.yaml")]
        told = ["--title", TITLE, "--body-file", str(inputs / "body.md")]
        yield "mergeproof, text", [*mergeproof, *local, *told]
        yield "mergeproof, json", [*mergeproof, *local, *told, "--format", "json"]


def ratios(series: Mapping[str, Series]) -> Iterator[str]:
    """The two aims, with figures."""
    ours = series["prgate, json"]
    if (theirs := series.get("mergeproof, json")) is None:
        yield "skipped: mergeproof is not installed (give --mergeproof CMD)"
    else:
        yield f"prgate / mergeproof, json: {ours.best / theirs.best:.2f} by best, {ours.middle / theirs.middle:.2f} by median, {ours.cpu / theirs.cpu:.2f} by CPU (aim: at most 1)"
    yield f"prgate's largest process: {ours.peak / 1e6:.1f} MB (aim: under 60 MB); {FLOOR}"


def profile(argv: Sequence[str]) -> Iterator[str]:
    """The ten modules whose own code takes longest to import."""
    import_times = run([sys.executable, "-X", "importtime", *argv]).stderr.decode()
    rows = [
        line.removeprefix("import time:").split("|")
        for line in import_times.splitlines()
        if line.startswith("import time:") and "self" not in line
    ]
    total = sum(int(own) for own, _, _ in rows)
    yield f"imports: {len(rows)} modules, {total / 1000:.0f} ms; the slowest by their own code, in ms:"
    slowest = sorted(rows, key=lambda row: int(row[0]), reverse=True)[:10]
    yield from (f"    {int(own) / 1000:6.1f}  {name.strip()}" for own, _, name in slowest)


def _judged(done: Run) -> bool:
    """Whether a command ended with a verdict: 2 is mergeproof's ``pending``, and an error of prgate's that leaves no output."""
    return done.code in {0, 1, 2} and bool(done.stdout or not done.stderr) and b"Traceback" not in done.stderr


def main() -> int:
    """Exit code: 0, or 1 if a command did not judge, or 2 without prgate."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--prgate", default=beside_python("prgate"), help="command to run (default: %(default)s)")
    parser.add_argument("--mergeproof", default="mergeproof", help="command to run (default: %(default)s)")
    parser.add_argument("--runs", type=int, default=15)
    parser.add_argument("--profile", action="store_true", help="also say what prgate imports, for a prgate that is a Python script")
    options = parser.parse_args()
    prgate = command(options.prgate)
    mergeproof = command(options.mergeproof)
    if shutil.which(prgate[0]) is None:
        sys.stdout.write(f"skipped: no {prgate[0]} here\n")
        return 2
    with tempfile.TemporaryDirectory(prefix="prgate-small-") as folder:
        root, inputs = Path(folder, "repository"), Path(folder, "inputs")
        root.mkdir()
        timed = dict(commands(root, inputs, prgate=prgate, mergeproof=mergeproof))
        series = interleave(timed, rounds=options.runs, cwd=root)
        sys.stdout.write(f"{_git(root, 'diff', '--shortstat', 'main...agent')}\n\n{table(series)}\n\n")
        sys.stdout.write("".join(f"{line}\n" for line in ratios({one.name: one for one in series})))
        if options.profile:
            sys.stdout.write("".join(f"{line}\n" for line in profile(timed["prgate, json"])))
    broken = [
        f"{one.name}: exit {one.runs[0].code}: {one.runs[0].stderr.decode('utf-8', 'replace').strip()}"
        for one in series
        if not _judged(one.runs[0])
    ]
    sys.stdout.write("".join(f"{line}\n" for line in broken))
    return int(bool(broken))


if __name__ == "__main__":
    sys.exit(main())
