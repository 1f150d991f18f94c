"""A change deletes a file of a high-risk folder, and a gate that looks at what is left sees nothing there.

Group: inputs
Seen in: mergeproof 1.0.2
Held by: either path of every change is matched; a deletion is a finding at the base's side, and whoever deletes is its author.
"""

from __future__ import annotations

from pathlib import Path

from tests.action.bench import MARK, Bench
from tests.forge.forge import Forge

CODE = b"def seal(key, text):\n    return key + text\n"


def test_a_deleted_crypto_file_is_held_and_named(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path)
    bench.push("Seal", branch="main", files={"src/crypto/plain.py": CODE})
    head = bench.branch("agent/drop", f"Drop{MARK}", files={"src/crypto/plain.py": None})
    pull = bench.open(head="agent/drop")
    ran = bench.run(bench.opened(pull))
    assert (1, "fail", "failure") == (ran.code, ran.outputs["verdict"], bench.conclusion(head))
    assert [("src/crypto/plain.py", None)] == ran.found("agent-authored-risk")
    assert "src/crypto/plain.py" in bench.ours(pull)[0]
