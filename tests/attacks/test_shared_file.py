"""A person's commit touches the file that an agent wrote, so that the whole file counts as the person's, or all of it as the agent's.

Group: inputs
Seen in: agentdiff (2026-06), which counts every added line of a touched file as the agent's
Held by: where commits of different origin meet in a file, each line is its own commit's, by blame in the bare repository.
Left: who a commit says wrote it is a claim; a person can commit what an agent wrote. `accept: [vouched]`, as in `strict`, asks for a
  reviewer then.
"""

from __future__ import annotations

from pathlib import Path

from tests.action.bench import CODE, Bench
from tests.forge.forge import Forge

MINE = b"\n\ndef open_seal(key, text):\n    return text\n"


def test_lines_stay_those_of_the_commit_that_brought_them(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path)
    pull = bench.open()
    bench.push("By hand", files={"src/crypto/seal.py": CODE + MINE})
    ran = bench.act(bench.opened(pull))
    assert (1, [("src/crypto/seal.py", 1)]) == (ran.code, ran.found("agent-authored-risk"))
    assert {"agent": 11, "declared-human": 4, "undeclared": 0} == ran.verdict["authorship"]["lines"]
