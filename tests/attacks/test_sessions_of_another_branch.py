"""A fork or a neighbour attaches sessions under names that look like this branch's, so that they are taken for it.

Group: forge
Seen in: nobody yet: no other gate that was read looks for sessions in refs of a branch
Held by: only `refs/prgate/BRANCH/SESSION` counts, in the repository of the head and nowhere else, with nothing but a session's name behind the
  branch's.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.action.bench import Bench
from tests.attacks.attached import POLICY, put, session, sources
from tests.forge.forge import Forge


@pytest.mark.parametrize("branch", ["agent", "agent/seal/deeper", "agent/sea", "agent/seal2", "main", "Agent/seal"])
def test_a_session_of_a_branch_with_a_similar_name_is_not_this_one_s(forge: Forge, tmp_path: Path, branch: str) -> None:
    bench = Bench(forge, tmp_path, policy=POLICY)
    put(bench, session(), branch=branch)
    ran = bench.act(bench.opened(bench.open()))
    assert ([], "fail") == (sources(ran), ran.outcome("missing-trace"))


def test_a_fork_s_sessions_are_its_own_pull_s_and_no_other_s(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path, policy=POLICY)
    fork = forge.fork(bench.host, "dev-two")
    ref = put(bench, session(), to=fork)
    ours = bench.act(bench.opened(bench.open()))
    assert ([], "fail") == (sources(ours), ours.outcome("missing-trace"))
    theirs = bench.act(bench.opened(bench.open(fork=fork, author="dev-two")))
    assert ([ref], "pass", "pass") == (sources(theirs), theirs.outcome("missing-trace"), theirs.outcome("unexplained-change"))


def test_what_the_repository_keeps_for_a_branch_of_that_name_is_not_the_fork_s(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path, policy=POLICY)
    fork = forge.fork(bench.host, "dev-two")
    put(bench, session())
    ran = bench.act(bench.opened(bench.open(fork=fork, author="dev-two")))
    assert ([], "fail") == (sources(ran), ran.outcome("missing-trace"))
