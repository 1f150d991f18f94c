"""A fork has a branch named like one of ours, so that its run's reports and verdict are taken for ours.

Group: forge
Seen in: dorny/test-reporter 3, which picks the pull request by the branch's name
Held by: the run's head repository, branch and commit must all be those of an open pull request, each read from the forge again; else
  nothing is judged.
"""

from __future__ import annotations

from pathlib import Path

from tests.action.bench import Bench
from tests.forge.forge import Forge


def test_a_run_on_a_fork_s_branch_of_our_name_judges_nobody_s_pull(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path)
    pull = bench.open()
    for name in ("dev-two/pay", "acme/pay-2"):
        same = forge.run(pull) | {"head_repository": {"id": 4_711, "full_name": name}}
        ran = bench.act(forge.event("workflow_run", bench.host, run=same))
        assert (0, "") == (ran.code, ran.outputs["verdict"])
        assert "no open pull request has the head" in ran.log
    assert ([], []) == (bench.checks(bench.head), bench.ours(pull))


def test_the_fork_s_own_pull_is_judged_and_ours_left_alone(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path)
    pull = bench.open()
    fork = forge.fork(bench.host, "dev-two")
    bench.repo.write("notes.md", b"Sealed.\n")
    bench.repo.commit("Note")
    head = forge.push(fork, "agent/seal", bench.repo)
    theirs = bench.open(fork=fork, author="dev-two")
    bench.act(forge.event("workflow_run", bench.host, run=forge.run(theirs)))
    assert ([], "failure") == (bench.checks(pull.head_sha), bench.conclusion(head))
    assert (0, 1) == (len(bench.ours(pull)), len(bench.ours(theirs)))
