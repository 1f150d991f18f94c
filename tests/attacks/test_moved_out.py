"""A change moves a file out of a high-risk folder, and a gate that matches only where it ends up lets it go.

Group: inputs
Seen in: mergeproof 1.0.2, which keeps the old path and never matches it
Held by: both paths of a rename are matched, with or without edits; git's own rename detection decides, with its limit said where it is
  reached.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.action.bench import MARK, Bench
from tests.forge.forge import Forge

CODE = b"".join(b"def step_%d(key, text):\n    return key + text\n" % number for number in range(10))


@pytest.mark.parametrize("moved", [CODE, CODE.replace(b"key + text", b"text", 1)], ids=["as it was", "and edited"])
def test_a_file_that_leaves_a_high_risk_folder_is_held(forge: Forge, tmp_path: Path, moved: bytes) -> None:
    bench = Bench(forge, tmp_path)
    bench.push("Seal", branch="main", files={"src/crypto/plain.py": CODE})
    head = bench.branch("agent/move", f"Move{MARK}", files={"src/crypto/plain.py": None, "src/misc/plain.py": moved})
    ran = bench.act(bench.opened(bench.open(head="agent/move")))
    assert (1, "failure") == (ran.code, bench.conclusion(head))
    assert {"src/misc/plain.py"} == {path for path, _ in ran.found("agent-authored-risk")}
