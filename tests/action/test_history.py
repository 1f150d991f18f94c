"""The Action brings what was undone before a change only for the rule that asks, and looks for traces only where the policy does."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.action.bench import MARK, Bench, Ran
from tests.forge.faults import Fault
from tests.forge.forge import Forge
from tests.forge.handles import Pull

ON = b"version: 1\nrules: {resurrected-change: block, oversized-change: block}\n"
OFF = b"version: 1\nrules: {oversized-change: block}\n"
NO_PLACES = b"version: 1\nrules: {oversized-change: block}\nevidence: {trace: {places: [input, tree]}}\n"
GIT = ("POST", r"\.git/git-upload-pack$")
TWICE = b"def pay(order):\n    for attempt in range(RETRIES):\n        gateway.charge(order.total)\n        order.attempts = attempt\n"
ONCE = b"def pay(order):\n    gateway.charge(order.total)\n"


def reverted(forge: Forge, place: Path, policy: bytes) -> tuple[Bench, Pull]:
    """A repository whose main branch took something out, and an agent's pull request that brings it back."""
    bench = Bench(forge, place, policy=policy, local=False)
    bench.push("Retry", branch="main", files={"src/pay.py": TWICE})
    bench.push('Revert "Retry"', branch="main", files={"src/pay.py": ONCE})
    head = bench.branch("agent/retry", f"Make payments sturdy{MARK}", files={"src/pay.py": TWICE})
    bench.head = head
    pull = bench.open(head="agent/retry", title="Make payments sturdy")
    forge.requests()
    return bench, pull


def asked(bench: Bench) -> int:
    """How often git was given something: history, files, traces and what was undone."""
    return sum(each.method == "POST" for each in bench.forge.git_requests())


def test_what_a_revert_took_out_is_found_by_the_action(forge: Forge, tmp_path: Path) -> None:
    bench, pull = reverted(forge, tmp_path, ON)
    ran = bench.act(bench.opened(pull))
    (said,) = ran.said("resurrected-change")
    assert 'took out (2026-01-05, `Revert "Retry"`)' in said
    assert ("fail", []) == (ran.verdict["verdict"], ran.verdict["faults"])
    assert "history" in ran.summary


def test_a_change_that_is_not_judged_asks_for_no_history(forge: Forge, tmp_path: Path) -> None:
    bench, pull = reverted(forge, tmp_path, ON)
    bench.act(bench.opened(pull))
    with_history = asked(bench)
    bench.branch("people", "Retry by hand", files={"src/pay.py": TWICE})
    by_hand = bench.open(head="people", title="Retry by hand")
    bench.forge.requests()
    before = asked(bench)
    ran = bench.act(bench.opened(by_hand))
    assert "not-judged" == ran.verdict["scope"]["state"]
    assert asked(bench) - before == with_history - 2


@pytest.mark.parametrize(("policy", "expected"), [(NO_PLACES, 4), (OFF, 5), (ON, 7)])
def test_each_place_and_rule_costs_its_own_questions(forge: Forge, tmp_path: Path, policy: bytes, expected: int) -> None:
    bench, pull = reverted(forge, tmp_path, policy)
    before = asked(bench)
    ran = bench.act(bench.opened(pull))
    assert [] == ran.verdict["faults"]
    assert expected == asked(bench) - before


def lost(bench: Bench, pull: Pull) -> Ran:
    ran = bench.act(bench.opened(pull))
    assert ("unknown", "pass") == (ran.outcome("resurrected-change"), ran.outcome("oversized-change"))
    assert ("incomplete", []) == (ran.verdict["verdict"], ran.verdict["faults"])
    return ran


def test_a_history_that_cannot_be_fetched_leaves_only_this_rule_unknown(forge: Forge, tmp_path: Path) -> None:
    bench, pull = reverted(forge, tmp_path, ON)

    def skip(left: int) -> None:
        forge.before(*GIT, lambda: skip(left - 1)) if left else forge.fault(*GIT, Fault.FORBIDDEN, times=1)

    skip(4)
    assert "the history before the change" in str(lost(bench, pull).verdict["results"])
    forge.forget()
    assert "fail" == bench.act(bench.opened(pull)).outcome("resurrected-change")


def test_a_policy_that_cannot_be_read_is_said_before_traces_are_fetched(forge: Forge, tmp_path: Path) -> None:
    bench, pull = reverted(forge, tmp_path, b"version: 1\nrules: {no-such-rule: block}\n")
    before = asked(bench)
    ran = bench.act(bench.opened(pull))
    assert "no-such-rule" in ran.log
    assert 4 == asked(bench) - before
