"""Two runs at once: what one of them saw before the other spoke never lets through what the other holds."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.action.bench import CHECK, Bench
from tests.forge.forge import Forge

LISTED = b"version: 1\nextends: [baseline]\npolicy_from_base: [mine]\n"
LOOKED = r"/pulls/[0-9]+$"
"""A pull request by itself is asked for when it is looked at again, after everything else was gathered."""
POSTED = r"/check-runs$"


@pytest.mark.parametrize(("verb", "moment"), [("GET", LOOKED), ("GET", r"/permission$")])
def test_a_run_that_saw_an_approval_does_not_undo_what_a_later_one_said_of_its_dismissal(
    forge: Forge, tmp_path: Path, verb: str, moment: str
) -> None:
    bench = Bench(forge, tmp_path)
    pull = bench.open()
    review = forge.review(pull, by="maint-one")

    def dismissed() -> None:
        forge.dismiss(pull, review)
        assert 1 == bench.act(bench.opened(pull)).code

    forge.before(verb, moment, dismissed)
    ran = bench.act(bench.opened(pull))
    assert (1, "fail", "failure") == (ran.code, ran.outcome("agent-authored-risk"), bench.conclusion(bench.head))
    assert 1 == len(bench.ours(pull))
    assert "agent-authored-risk" in bench.ours(pull)[0]


def test_a_verdict_that_was_spoken_meanwhile_and_holds_nothing_either_leaves_the_green(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path)
    pull = bench.open()
    forge.review(pull, by="maint-one")
    forge.before("GET", LOOKED, lambda: bench.act(bench.opened(pull)))
    ran = bench.act(bench.opened(pull))
    assert (0, "neutral", 2) == (ran.code, bench.conclusion(bench.head), len(bench.checks(bench.head)))


def test_a_pull_request_that_is_held_again_and_again_meanwhile_is_incomplete(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path)
    pull = bench.open()
    forge.review(pull, by="maint-one")
    numbers = iter(range(100, 200))
    said = lambda: forge.check(  # noqa: E731 (said in the place where it is used)
        bench.host, bench.head, CHECK, conclusion="failure", external_id=f"prgate:1 pr={pull.number} own=failure run={next(numbers)}.1"
    )
    forge.before("GET", LOOKED, said, times=3)
    ran = bench.act(bench.opened(pull))
    assert (1, "incomplete", "action_required") == (ran.code, ran.outputs["verdict"], bench.conclusion(bench.head))
    assert "other runs held it" in ran.log


def test_two_pull_requests_with_one_head_that_are_judged_at_once_show_the_worse(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path, policy=LISTED)
    forge.push(bench.host, "mine", bench.repo, ref="agent/seal")
    head = bench.push("Note", files={"notes.md": b"Sealed.\n"})
    held, harmless = bench.open(base="main"), bench.open(base="mine")
    forge.before("GET", LOOKED, lambda: bench.act(bench.opened(held)))
    ran = bench.act(bench.opened(harmless))
    assert "failure" == bench.conclusion(head)
    assert f"The same commit is in pull request {held.number}, which ended as failure" in ran.log


@pytest.mark.parametrize(("kind", "said"), [("forbidden", "answered 403"), ("500", "answered 500")])
def test_a_green_is_not_shown_where_what_others_said_meanwhile_cannot_be_seen(forge: Forge, tmp_path: Path, kind: str, said: str) -> None:
    bench = Bench(forge, tmp_path)
    pull = bench.open()
    forge.review(pull, by="maint-one")
    forge.before("GET", LOOKED, lambda: forge.fault("GET", r"/commits/[0-9a-f]+/check-runs", kind, times=9))
    ran = bench.act(bench.opened(pull))
    assert "action_required" == bench.conclusion(bench.head)
    assert said in " ".join(ran.log.split())
