"""What is said on a pull request can be done on a pull request: no option of a command line, no limit that no policy has."""

from __future__ import annotations

from pathlib import Path

from tests.action.bench import Bench
from tests.forge.forge import Forge


def test_a_pull_request_that_brings_no_commit_is_told_to_bring_one(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path)
    pull = bench.open()
    forge.push(bench.host, "main", bench.repo, ref="agent/seal")
    ran = bench.act(bench.opened(pull))
    (body,) = bench.ours(pull)
    assert (2, "failure") == (ran.code, bench.conclusion(bench.head))
    assert "The range is empty" in body
    assert "--base" not in body + ran.log
    assert "Push a commit that the base branch lacks, or close the pull request." in body


def test_of_two_pull_requests_with_one_commit_it_is_said_how_to_go_on(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path)
    forge.push(bench.host, "agent/twin", bench.repo)
    pull, twin = bench.open(), bench.open(head="agent/twin", author="maint-two")
    forge.review(pull, by="maint-one")
    assert 1 == bench.act(bench.opened(twin)).code
    ran = bench.act(bench.opened(pull))
    assert (0, "failure") == (ran.code, bench.conclusion(bench.head))
    assert "Close one of the two" in bench.checks(bench.head)[-1]["output"]["summary"]
    forge.close(twin)
    assert 0 == bench.act(bench.opened(pull)).code
    assert "neutral" == bench.conclusion(bench.head)
