"""A fork's branch is called like our default branch, or like a whole ref, so that a run on it binds to another pull request, or to none.

Group: forge
Seen in: dorny/test-reporter 3 and others that look a pull request up by `OWNER:BRANCH` or by the branch alone
Held by: a run is bound by head repository, branch and commit together, each read from the forge again; a fork's `main` is not ours, and a
  ref is asked for by its full name, so that no other ref can stand in.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.action.bench import MARK, Bench
from tests.forge.forge import Forge


@pytest.mark.parametrize("branch", ["main", "refs/heads/main"])
def test_the_fork_s_own_pull_is_judged_on_its_own_head(forge: Forge, tmp_path: Path, branch: str) -> None:
    bench = Bench(forge, tmp_path, local=False)
    ours = bench.open()
    fork = forge.fork(bench.host, "dev-two")
    bench.repo.branch("theirs", "main")
    bench.repo.write("src/auth/door.py", b"def open_door():\n    return True\n")
    bench.repo.commit(f"Open{MARK}")
    head = forge.push(fork, branch, bench.repo)
    pull = bench.open(head=branch, fork=fork, author="dev-two")
    ran = (bench.run if branch == "main" else bench.act)(forge.event("workflow_run", bench.host, run=forge.run(pull)))
    assert (1, "failure") == (ran.code, bench.conclusion(head))
    assert [("src/auth/door.py", 1)] == ran.found("agent-authored-risk")
    assert (1, 0) == (len(bench.ours(pull)), len(bench.ours(ours)))
    assert [] == bench.checks(bench.head)


def test_a_tag_or_a_branch_inside_refs_heads_does_not_stand_in_for_the_default_branch(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path, local=False)
    bench.repo.branch("soft", "main")
    bench.repo.write(".github/prgate.yml", b"version: 1\nextends: [observe]\n")
    bench.repo.commit("Soften")
    soft = forge.push(bench.host, "refs/heads/main", bench.repo)
    for ref in ("refs/tags/main", "refs/tags/refs/heads/main", "refs/remotes/origin/main"):
        bench.host.git.point(ref, soft)
    ran = bench.act(bench.opened(bench.open()))
    assert (1, "failure") == (ran.code, bench.conclusion(bench.head))
    assert bench.host.git.refs()["refs/heads/main"] == ran.verdict["policy"]["commit"]
