"""Coverage is handed in by an artifact of another head, repository or workflow, or by one that names another pull request.

Group: inputs
Seen in: GitHub's own example of `workflow_run`, which takes the pull request's number from the artifact
Held by: only artifacts of runs on this head commit of this head repository count, as the forge tells them; a workflow that the change
  leaves alone wins over one that it brings or edits, whose report is claimed; nothing inside an artifact says what it is about.
Left: the tests that write a report are the change's own code, also in a workflow that nobody touched; and `claimed` reports are accepted
  unless the policy's `evidence` asks for more.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.action.bench import MARK, Bench, Ran
from tests.forge.forge import Forge
from tests.forge.handles import Pull

OURS = ".github/workflows/tests.yml"
THEIRS = ".github/workflows/evil.yml"
POLICY = b"version: 1\nrules: {uncovered-change: block}\n"
CODE = b"".join(b"x%d = %d\n" % (number, number) for number in range(1, 31))


def report(hits: int) -> bytes:
    lines = "\n".join(f"DA:{number},{hits}" for number in range(1, 31))
    return f"SF:src/app.py\n{lines}\nend_of_record\n".encode()


def opened(forge: Forge, place: Path, **more: bytes) -> tuple[Bench, Pull]:
    """A pull request that brings 30 lines which its own tests never reach."""
    bench = Bench(forge, place, policy=POLICY)
    bench.push("Tests", branch="main", files={OURS: b"on: pull_request\n", "src/app.py": b""})
    bench.branch("agent/app", f"App{MARK}", files={"src/app.py": CODE, **more})
    return bench, bench.open(head="agent/app")


def judged(bench: Bench, pull: Pull) -> tuple[Ran, list[Any]]:
    ran = bench.act(bench.opened(pull), coverage_artifact="coverage")
    return ran, [item for item in ran.verdict["evidence"] if item["id"].startswith("coverage")]


def test_an_artifact_of_anything_but_this_head_is_none(forge: Forge, tmp_path: Path) -> None:
    bench, pull = opened(forge, tmp_path)
    fork = forge.fork(bench.host, "dev-two")
    merged = forge.event("pull_request", pull, action="opened").sha
    runs = (forge.run(pull, sha=bench.head), forge.run(pull, sha=merged), forge.run(pull) | {"head_repository": {"id": fork.id}})
    for run in runs:
        forge.artifact(bench.host, run, "coverage", {"lcov.info": report(1)})
    ran, (item,) = judged(bench, pull)
    assert (1, "unknown", "action_required") == (ran.code, ran.outcome("uncovered-change"), bench.conclusion(pull.head_sha))
    assert "absent" == item["missing"]["why"]


def test_a_workflow_that_the_change_brings_displaces_nobody_s_report(forge: Forge, tmp_path: Path) -> None:
    bench, pull = opened(forge, tmp_path, **{THEIRS: b"on: push\n"})
    forge.artifact(bench.host, forge.run(pull, path=OURS), "coverage", {"lcov.info": report(0)})
    forge.artifact(bench.host, forge.run(pull, path=THEIRS, event="push"), "coverage", {"lcov.info": report(1)})
    ran, (item,) = judged(bench, pull)
    assert (1, "fail", "verified") == (ran.code, ran.outcome("uncovered-change"), item["grade"])
    assert f"{OURS}` unchanged" in item["note"]


def test_a_report_of_the_change_s_own_workflow_is_a_claim_and_said_to_be_one(forge: Forge, tmp_path: Path) -> None:
    bench, pull = opened(forge, tmp_path, **{OURS: b"on: pull_request\n# mine\n"})
    forge.artifact(bench.host, forge.run(pull, path=OURS), "coverage", {"lcov.info": report(1)})
    _, (item,) = judged(bench, pull)
    assert ("claimed", True) == (item["grade"], "which this change brings or edits" in item["note"])


def test_a_number_inside_is_never_read(forge: Forge, tmp_path: Path) -> None:
    bench, pull = opened(forge, tmp_path)
    other = bench.open()
    run = forge.run(pull)
    forge.artifact(
        bench.host, run, "coverage", {"lcov.info": report(0), "pr.txt": b"%d\n" % other.number, "pr_number": b"%d" % other.number}
    )
    ran = bench.act(forge.event("workflow_run", bench.host, run=run), coverage_artifact="coverage")
    assert (1, []) == (ran.code, bench.checks(other.head_sha))
    assert "success" != bench.conclusion(pull.head_sha)
