"""The demo's data: its history as git exports it, coverage as coverage.py reports it, and the facts of its pull request."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from tests.record import normal
from tests.record.facts import comment, facts, review
from tests.record.place import environment, lay_out, run

DATA = Path(__file__).parents[2] / "src" / "prgate" / "demo"
BRANCH = "claude/rotate-keys"


def write_demo(recorded: Path, trace: bytes, *, python: Path, shift: timedelta) -> None:
    """Write the data of ``prgate demo`` from the repository that the agent worked in; the mending commit is made here."""
    env = environment(python)
    repo = recorded.parent / "demo"
    repo.mkdir()
    git = _git(repo, env)
    exported = run("git", "fast-export", "main", BRANCH, cwd=recorded, env=env)
    history = normal.moved_history(exported, shift=shift)
    git("init", "--quiet", "--template=", "--initial-branch=main")
    run("git", "fast-import", "--quiet", cwd=repo, env=env, stdin=history)
    base, agent = (git("rev-parse", name) for name in ("main", BRANCH))
    coverage = {"base": _coverage(repo, env, python, base), "agent": _coverage(repo, env, python, agent)}
    git("checkout", "--quiet", BRANCH)
    lay_out("mended", repo)
    git("add", "--all")
    moment = (normal.START + timedelta(hours=2)).isoformat()
    dates = {"GIT_AUTHOR_DATE": moment, "GIT_COMMITTER_DATE": moment}
    run("git", "commit", "--quiet", f"--message={_MENDED}", cwd=repo, env=env | dates)
    mended = git("rev-parse", BRANCH)
    coverage["mended"] = _coverage(repo, env, python, mended)
    commits = git("rev-list", "--reverse", f"main..{BRANCH}").split()
    asked = review("riley-k", "commented", agent, "2026-11-17T10:40:00Z", "What happens to tokens of a key that retires?")
    said = f"/prgate attest 1 at {mended[:7]}: read rotate_key line by line; retired keys go after two turns"
    attested = comment("sec-lead", "2026-11-17T12:30:00Z", said)
    files = {
        "history.fast-export": history,
        "mended.fast-export": run("git", "fast-export", "--reference-excluded-parents", BRANCH, f"^{agent}", cwd=repo, env=env),
        "trace.jsonl": trace,
        "facts-agent.json": _json(facts(base=base, head=agent, commits=commits[:-1], reviews=[asked])),
        "facts-mended.json": _json(facts(base=base, head=mended, commits=commits, reviews=[asked], comments=[attested])),
        **{f"coverage-{name}.json": report for name, report in coverage.items()},
    }
    DATA.mkdir(exist_ok=True)
    for name, data in files.items():
        (DATA / name).write_bytes(data)


_MENDED = "Test key rotation, and eviction from a full cache again"


def _git(repo: Path, env: dict[str, str]) -> Callable[..., str]:
    return lambda *arguments: run("git", *arguments, cwd=repo, env=env).decode().strip()


def _coverage(repo: Path, env: dict[str, str], python: Path, commit: str) -> bytes:
    """coverage.py's JSON report of the tests at ``commit``, made at the moment of the commit."""
    run("git", "checkout", "--quiet", "--detach", commit, cwd=repo, env=env)
    run(python, "-m", "coverage", "run", "-m", "pytest", "--quiet", cwd=repo, env=env)
    run(python, "-m", "coverage", "json", "--quiet", "-o", "report.json", cwd=repo, env=env)
    report = json.loads((repo / "report.json").read_bytes())
    (repo / "report.json").unlink()
    (repo / ".coverage").unlink()
    moment = run("git", "log", "-1", "--format=%cd", "--date=format:%Y-%m-%dT%H:%M:%S", commit, cwd=repo, env=env).decode().strip()
    report["meta"]["timestamp"] = moment
    return _json(report)


def _json(value: dict[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode() + b"\n"
