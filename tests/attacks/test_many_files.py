"""A change of thousands of files hides one behind the 300 or 3,000 that the forge's API lists.

Group: inputs
Seen in: mergeproof 1.0.2 (3,000 files); whatever reads the API's comparison (300 files)
Held by: the change is read from git's objects, all of it; a limit of prgate's own is an incomplete verdict, never a pass of what came
  before it.
"""

from __future__ import annotations

from pathlib import Path

from tests.action.bench import MARK, POLICY, Bench
from tests.forge.forge import Forge
from tests.forge.handles import Pull

RISKY = "zz/crypto/seal.py"


def crowd(bench: Bench, many: int) -> Pull:
    """A pull request of so many new files that hold the same byte, and of one that sorts behind them."""
    repo = bench.repo
    repo.branch("agent/crowd", "main")
    repo.write(RISKY, b"def seal(key):\n    return key\n")
    repo.commit("Crowd")
    blob = repo.git("hash-object", "-w", "--stdin", stdin=b"1").decode().strip()
    repo.git("update-index", "--index-info", stdin="".join(f"100644 {blob}\tdata/{n:05}.txt\n" for n in range(many)).encode())
    repo.git("commit", "--quiet", "--amend", "--message", f"Crowd{MARK}")
    bench.forge.push(bench.host, "agent/crowd", repo)
    return bench.open(head="agent/crowd")


def test_the_last_of_three_thousand_files_is_seen(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path)
    pull = crowd(bench, 3_100)
    ran = bench.act(bench.opened(pull))
    assert (1, "failure") == (ran.code, bench.conclusion(pull.head_sha))
    assert [(RISKY, 1)] == ran.found("agent-authored-risk")
    assert "in 3,101 files" in ran.said("oversized-change")[0]
    assert () == forge.requests("GET", "/files")


def test_more_files_than_the_limit_are_no_pass(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path, policy=POLICY + b"mode: observe\nlimits: {files: 100}\n")
    pull = crowd(bench, 100)
    ran = bench.act(bench.opened(pull))
    assert (1, "incomplete", "action_required") == (ran.code, ran.outputs["verdict"], bench.conclusion(pull.head_sha))
