"""A change brings a `.gitattributes` that calls its sources binary, generated or filtered, so that a diff of them shows nothing.

Group: inputs
Seen in: every gate that runs `git diff` in a checkout of the change
Held by: the change is read in a bare repository where every attribute but git's own is off; a file keeps the class that it had at the
  base; the `.gitattributes` is a finding of `gate-tampering`.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.action.bench import MARK, Bench
from tests.forge.forge import Forge

WORDS = ("binary", "-diff linguist-generated linguist-vendored filter=none export-ignore")


@pytest.mark.parametrize("words", WORDS)
def test_a_file_s_lines_are_seen_whatever_attributes_it_is_given(forge: Forge, tmp_path: Path, words: str) -> None:
    bench = Bench(forge, tmp_path)
    pull = bench.open()
    bench.push(f"Attributes{MARK}", files={".gitattributes": f"* {words}\n*.py {words}\n".encode()})
    ran = bench.act(bench.opened(pull))
    assert (1, [("src/crypto/seal.py", 1)]) == (ran.code, ran.found("agent-authored-risk"))
    assert [(".gitattributes", None)] == ran.found("gate-tampering")
    assert 13 == ran.verdict["authorship"]["lines"]["agent"]


def test_attributes_that_the_base_has_hide_nothing_either(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path)
    bench.push("Attributes", branch="main", files={".gitattributes": b"* -diff\n"})
    bench.repo.checkout("agent/seal")
    bench.repo.git("rebase", "--quiet", "main")
    forge.push(bench.host, "agent/seal", bench.repo)
    ran = bench.act(bench.opened(bench.open()))
    assert (1, [("src/crypto/seal.py", 1)]) == (ran.code, ran.found("agent-authored-risk"))
