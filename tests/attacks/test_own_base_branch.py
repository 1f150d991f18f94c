"""A pull request goes into a branch of the attacker's own, whose policy lets everything through.

Group: policy
Seen in: policy-bot (2024-10), which reads the policy at the head of the branch that the change goes into
Held by: the default branch's policy is in force for every base, unless it lists that base in `policy_from_base` itself; the check then
  bears the name of the branch, so that nobody can require it by mistake.
"""

from __future__ import annotations

from pathlib import Path

from tests.action.bench import CHECK, Bench
from tests.forge.forge import Forge

SOFT = b"version: 1\nextends: [observe]\npolicy_from_base: [mine]\n"


def test_the_policy_of_an_attacker_s_own_base_judges_nobody(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path)
    bench.branch("mine", files={".github/prgate.yml": SOFT})
    ran = bench.run(bench.opened(bench.open(base="mine")))
    assert (1, "fail") == (ran.code, ran.outcome("agent-authored-risk"))
    assert forge.show("/repos/acme/pay/branches/main")["commit"]["sha"] == ran.verdict["policy"]["commit"]
    assert (None, "failure") == (bench.conclusion(bench.head), bench.conclusion(bench.head, f"{CHECK} (into mine)"))


def test_without_a_policy_on_the_default_branch_another_s_is_none(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path, policy=None)
    bench.branch("mine", files={".github/prgate.yml": SOFT})
    ran = bench.act(bench.opened(bench.open(base="mine")))
    assert "pack:observe" == ran.verdict["policy"]["source"]
    assert None is bench.conclusion(bench.head)
