"""A green that an earlier run left does not stand where a later one could not say what is true now."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from prgate.github.session import Budget
from tests.action.bench import CHECK, Bench
from tests.forge.forge import Forge
from tests.forge.handles import Pull

LISTED = b"version: 1\nextends: [baseline]\npolicy_from_base: [release]\n"


def green(forge: Forge, place: Path, *, policy: bytes = b"version: 1\nextends: [baseline]\n", base: str = "main") -> tuple[Bench, Pull]:
    """A pull request that was let through, by a maintainer's approval that is then dismissed."""
    bench = Bench(forge, place, policy=policy)
    if base != "main":
        forge.push(bench.host, base, bench.repo, ref="main")
    pull = bench.open(base=base)
    review = forge.review(pull, by="maint-one")
    assert 0 == bench.act(bench.opened(pull)).code
    assert "neutral" == bench.conclusion(bench.head)
    forge.dismiss(pull, review)
    return bench, pull


@pytest.mark.parametrize("base", ["main", "release"])
def test_a_run_that_crashes_takes_it_down(forge: Forge, tmp_path: Path, base: str) -> None:
    bench, pull = green(forge, tmp_path, policy=LISTED, base=base)
    event = bench.opened(pull)

    def swept() -> None:
        forge.edit(pull, title="Seal all messages")
        for folder in event.path.parent.rglob("prgate-*"):
            shutil.rmtree(folder)

    forge.before("GET", r"/pulls/[0-9]+$", swept)
    with pytest.raises(FileNotFoundError):
        bench.act(event)
    assert "failure" == bench.conclusion(bench.head)


@pytest.mark.parametrize("moment", [("GET", "/compare/"), ("GET", "/info/refs"), ("PATCH", "/issues/comments/")])
def test_a_run_that_is_cancelled_or_out_of_time_takes_it_down(forge: Forge, tmp_path: Path, moment: tuple[str, str]) -> None:
    bench, pull = green(forge, tmp_path)
    bench.local = False
    environment = bench.environment(bench.opened(pull))
    started: list[int] = []
    forge.before(*moment, lambda: os.kill(started[0], signal.SIGINT))
    with subprocess.Popen(
        [sys.executable, "-I", "-m", "prgate", "action"],
        env={"PATH": os.environ["PATH"], **environment},
        cwd=environment["RUNNER_TEMP"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    ) as process:
        started.append(process.pid)
        said = process.communicate()[0].decode()
    assert (130, "action_required") == (process.returncode, bench.conclusion(bench.head))
    assert "Traceback" not in said
    assert "cancelled or ran out of time" in bench.checks(bench.head)[-1]["output"]["summary"]


def test_what_interrupts_it_goes_on_afterwards(forge: Forge, tmp_path: Path) -> None:
    bench, pull = green(forge, tmp_path)
    forge.before("GET", "/compare/", lambda: os.kill(os.getpid(), signal.SIGINT))
    with pytest.raises(KeyboardInterrupt):
        bench.act(bench.opened(pull))
    assert "action_required" == bench.conclusion(bench.head)


def test_an_event_whose_pull_request_cannot_be_read_takes_it_down(forge: Forge, tmp_path: Path) -> None:
    bench, pull = green(forge, tmp_path)
    forge.edit(pull, title="x" * 1_001)
    ran = bench.act(forge.event("pull_request_target", pull, action="edited"))
    assert (1, "incomplete", "action_required") == (ran.code, ran.outputs["verdict"], bench.conclusion(bench.head))


def test_a_red_that_the_gate_set_before_it_was_told_to_set_none_is_set_right(forge: Forge, tmp_path: Path) -> None:
    silent = b"version: 1\nextends: [baseline]\npublish: {check: false}\n"
    bench = Bench(forge, tmp_path, policy=silent)
    pull = bench.open()
    forge.review(pull, by="maint-one")
    assert 0 == bench.act(bench.opened(pull)).code
    assert [] == bench.checks(bench.head)
    forge.fault("GET", "/compare/", "404")
    assert 1 == bench.act(bench.opened(pull)).code
    assert "action_required" == bench.conclusion(bench.head)
    assert 0 == bench.act(bench.opened(pull)).code
    assert "neutral" == bench.conclusion(bench.head)


def test_another_pull_request_that_goes_into_another_branch_by_now_holds_nothing(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path)
    forge.push(bench.host, "side", bench.repo, ref="main")
    forge.push(bench.host, "agent/twin", bench.repo)
    pull, twin = bench.open(), bench.open(head="agent/twin", body="Nothing", author="maint-two")
    forge.review(pull, by="maint-one")
    assert 1 == bench.act(bench.opened(twin)).code
    bench.act(bench.opened(pull))
    assert "failure" == bench.conclusion(bench.head)
    forge.retarget(twin, "side")
    bench.act(forge.event("pull_request_target", twin, action="edited"))
    assert 0 == bench.act(bench.opened(pull)).code
    assert "neutral" == bench.conclusion(bench.head, CHECK)


def test_a_pull_request_that_was_closed_meanwhile_is_said_to_be(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path)
    pull = bench.open()
    forge.before("GET", r"/pulls/[0-9]+$", lambda: forge.close(pull))
    ran = bench.act(bench.opened(pull))
    assert ([], []) == (bench.checks(bench.head), bench.ours(pull))
    assert "closed" in ran.log
    assert "closed" in ran.summary


@pytest.mark.parametrize("requests", [1, 4, 6])
def test_a_run_that_may_ask_no_more_still_says_so(forge: Forge, tmp_path: Path, requests: int) -> None:
    bench, pull = green(forge, tmp_path)
    ran = bench.act(bench.opened(pull), budget=Budget(requests=requests))
    assert (1, "incomplete", "action_required") == (ran.code, ran.outputs["verdict"], bench.conclusion(bench.head))


def test_a_verdict_on_a_head_that_is_gone_is_no_output_to_act_on(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path)
    pull = bench.open()
    forge.review(pull, by="maint-one")
    assert "warn" == bench.act(bench.opened(pull)).outputs["verdict"]
    forge.before("GET", r"/pulls/[0-9]+$", lambda: bench.push("Sneak", files={"src/auth/door.py": b"open = True\n"}))
    ran = bench.act(bench.opened(pull))
    assert ("", True) == (ran.outputs["verdict"], "has another head by now" in ran.log)
