"""Two pull requests have the same head, and the harmless one's green stands for the other.

Group: forge
Seen in: every gate that reports by commit: a check belongs to the commit, not to the pull request
Held by: a check run names the pull request that it answers for; while another open one with this head is held, the check shows the worse
  of the two and says which.
"""

from __future__ import annotations

from pathlib import Path

from tests.action.bench import Bench
from tests.forge.forge import Forge

HARMLESS = b"version: 1\nextends: [baseline]\npolicy_from_base: [mine]\n"


def test_the_check_shows_the_worse_of_two_with_one_head(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path, policy=HARMLESS)
    forge.push(bench.host, "mine", bench.repo, ref="agent/seal")
    head = bench.push("Note", files={"notes.md": b"Sealed.\n"})
    held, harmless = bench.open(base="main"), bench.open(base="mine")
    assert 1 == bench.act(bench.opened(held)).code
    ran = bench.act(bench.opened(harmless))
    assert (0, "failure") == (ran.code, bench.conclusion(head))
    assert f"The same commit is in pull request {held.number}, which ended as failure" in ran.log
    forge.close(held)
    bench.act(bench.opened(harmless))
    assert "failure" != bench.conclusion(head)
