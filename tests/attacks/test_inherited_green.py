"""A commit earns a green check on the way into a branch where it is harmless, and brings it along into the protected one.

Group: forge
Seen in: every gate that reports by commit under one name: the forge matches a required check by name and commit alone
Held by: into any branch but the default one, or one that its policy lists, the check is called `prgate/verdict (into BRANCH)`.
Left: a branch that the policy lists in `policy_from_base` shares the name, since its policy is trusted as much.
"""

from __future__ import annotations

from pathlib import Path

from tests.action.bench import CHECK, Bench
from tests.forge.forge import Forge


def test_a_green_earned_on_the_way_into_another_branch_is_not_the_required_one(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path)
    forge.push(bench.host, "mine", bench.repo, ref="agent/seal")
    head = bench.push("Note", files={"notes.md": b"Sealed.\n"})
    side = bench.open(base="mine")
    ran = bench.act(bench.opened(side))
    assert 0 == ran.code
    assert [f"{CHECK} (into mine)"] == [run["name"] for run in bench.checks(head)]
    pull = bench.open(base="main")
    assert None is bench.conclusion(head)
    assert 1 == bench.act(bench.opened(pull)).code
    assert "failure" == bench.conclusion(head)


def test_judging_the_harmless_way_again_does_not_turn_the_required_check(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path)
    forge.push(bench.host, "mine", bench.repo, ref="agent/seal")
    head = bench.push("Note", files={"notes.md": b"Sealed.\n"})
    side, pull = bench.open(base="mine"), bench.open(base="main")
    bench.act(bench.opened(pull))
    assert 0 == bench.act(bench.opened(side)).code
    assert "failure" == bench.conclusion(head)
