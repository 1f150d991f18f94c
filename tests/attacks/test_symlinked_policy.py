"""The policy on the default branch is a symbolic link to a file that nobody guards, or a change makes it one.

Group: policy
Seen in: whatever reads the policy by the forge's contents API, which follows links
Held by: the policy is read as tree mode and blob; a link is never followed, and where one stands nothing passes.
"""

from __future__ import annotations

from pathlib import Path

from tests.action.bench import MARK, POLICY, Bench
from tests.forge.forge import Forge

PLACE = ".github/prgate.yml"


def test_a_link_on_the_default_branch_is_refused(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path, policy=None)
    bench.repo.checkout("main")
    bench.repo.write("docs/policy.yml", POLICY + b"mode: observe\n")
    bench.repo.symlink(PLACE, "../docs/policy.yml")
    bench.repo.commit("Link")
    forge.push(bench.host, "main", bench.repo)
    pull = bench.open()
    ran = bench.run(bench.opened(pull))
    assert (2, "incomplete", "failure") == (ran.code, ran.outputs["verdict"], bench.conclusion(bench.head))
    assert "symbolic link" in bench.ours(pull)[0]


def test_a_link_that_a_change_brings_changes_nothing_but_is_a_finding(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path)
    pull = bench.open()
    bench.repo.write("soft.yml", b"version: 1\nextends: [observe]\n")
    bench.repo.symlink(PLACE, "../soft.yml")
    bench.repo.commit(f"Link{MARK}")
    forge.push(bench.host, "agent/seal", bench.repo)
    ran = bench.act(bench.opened(pull))
    assert (1, "fail", [(PLACE, None)]) == (ran.code, ran.outcome("agent-authored-risk"), ran.found("gate-tampering"))
