"""A trace is the agent's own account: it is a claim, whichever workflow handed it on."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.action.bench import Bench
from tests.forge.forge import Forge
from tests.formats.traces.recorded import TRANSCRIPT

TESTS = ".github/workflows/tests.yml"
POLICY = b"version: 1\nextends: [baseline]\nrules: {missing-trace: block}\nevidence: {trace: {accept: %s}}\n"


def judged(forge: Forge, place: Path, accept: bytes) -> tuple[str, str, str]:
    """Grade and note of a trace that a workflow which the change leaves alone uploaded, and what comes of it."""
    bench = Bench(forge, place, policy=POLICY % accept, files={TESTS: b"on: pull_request\n"})
    pull = bench.open()
    forge.artifact(bench.host, forge.run(pull, path=TESTS), "trace", {"session.jsonl": TRANSCRIPT})
    ran = bench.act(bench.opened(pull), trace_artifact="trace")
    (item,) = (each for each in ran.verdict["evidence"] if each["kind"] == "trace")
    return item["grade"], item["note"], ran.outcome("missing-trace")


def test_a_trace_from_a_workflow_of_the_base_is_no_more_than_claimed(forge: Forge, tmp_path: Path) -> None:
    grade, note, outcome = judged(forge, tmp_path, b"verified")
    assert ("claimed", "unknown") == (grade, outcome)
    assert TESTS in note


def test_it_counts_where_the_policy_accepts_a_claim(forge: Forge, tmp_path: Path) -> None:
    grade, _, outcome = judged(forge, tmp_path, b"claimed")
    assert ("claimed", "pass") == (grade, outcome)


REPORT = b"TN:\nSF:src/pay.py\nDA:1,1\nDA:2,1\nend_of_record\n"
COVERED = b"version: 1\nrules: {lost-coverage: block}\nevidence: {coverage: {accept: verified}}\n"


@pytest.mark.parametrize("others", [6, 40], ids=["a few", "more than are looked through"])
@pytest.mark.parametrize("kept", [0, 101], ids=["quiet", "busy"])
def test_runs_on_other_branches_that_point_at_the_base_do_not_push_out_its_report(
    forge: Forge, tmp_path: Path, others: int, kept: int
) -> None:
    bench = Bench(forge, tmp_path, policy=COVERED, files={TESTS: b"on: push\n", "src/pay.py": b"def pay(amount):\n    return amount\n"})
    pull = bench.open()
    elsewhere = forge.run(pull, path=TESTS)
    for _ in range(kept):
        forge.artifact(bench.host, elsewhere, "base-coverage", b"")
    true = forge.run(bench.host, path=TESTS, event="push", sha=bench.base)
    forge.artifact(bench.host, true, "base-coverage", {"lcov.info": REPORT})
    for number in range(others):
        other = forge.run(bench.host, path=TESTS, event="push", sha=bench.base, branch=f"other-{number}")
        forge.artifact(bench.host, other, "base-coverage", {"lcov.info": REPORT.replace(b",1", b",0")})
    forge.artifact(bench.host, forge.run(pull, path=TESTS), "coverage", {"lcov.info": REPORT.replace(b"DA:2,1", b"DA:2,0")})
    ran = bench.act(bench.opened(pull), coverage_artifact="coverage", base_coverage_artifact="base-coverage")
    assert (1, "fail", [("src/pay.py", 2)]) == (ran.code, ran.outcome("lost-coverage"), ran.found("lost-coverage"))
