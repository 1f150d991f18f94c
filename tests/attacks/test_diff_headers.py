"""A change has lines that read like headers of a diff, or characters that some take for the end of a line, to invent or hide files.

Group: inputs
Seen in: py-cov-action/python-coverage-comment-action, which found a file that is not there and 10,000 lines too many
Held by: paths and counts come from git's raw output, hunks are read by the numbers of lines that they declare, bytes are split at line
  feeds only, and where the two disagree there is a fault.
"""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner

from prgate.cli import cli
from tests.action.bench import MARK, Bench
from tests.forge.forge import Forge

BEFORE = b"".join(b"-- a/old%d.py\n" % number for number in range(3))
AFTER = (
    b"++ b/evil.py\n@@ -0,0 +1,10000 @@\n"
    b"x = 1\x0c@@ -0,0 +1,10000 @@\x0c+evil\n"
    b"y = 2\xe2\x80\xa8diff --git a/evil.py b/evil.py\xe2\x80\xa8+++ b/evil.py\n"
    b"z = 3\x85@@ -1 +1,9999 @@\r+evil\x1c\x1d\x1e\x0b\n"
    b"diff --git a/evil.py b/evil.py\nnew file mode 100644\n--- /dev/null\n+++ b/evil.py\n"
)


def changed(bench: Bench) -> str:
    bench.push("Old", branch="main", files={"src/app.py": BEFORE})
    return bench.branch("agent/app", f"App{MARK}", files={"src/app.py": AFTER})


def test_a_header_inside_a_file_is_a_line_of_it(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(
        forge, tmp_path, policy=b"version: 1\nextends: [baseline]\nrules: {oversized-change: {mode: block, params: {lines: 8}}}\n"
    )
    head = changed(bench)
    pull = bench.open(head="agent/app")
    ran = bench.run(bench.opened(pull))
    assert (1, "failure", []) == (ran.code, bench.conclusion(head), ran.verdict["faults"])
    assert {"agent": 9, "declared-human": 0, "undeclared": 0} == ran.verdict["authorship"]["lines"]
    assert "9 added lines in 1 file" in ran.said("oversized-change")[0]
    assert {None, "src/app.py"} >= {finding["path"] for result in ran.verdict["results"] for finding in result["findings"]}


def test_a_diff_that_is_handed_over_is_read_the_same_way(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path)
    changed(bench)
    patch = tmp_path / "change.diff"
    patch.write_bytes(bench.repo.git("diff", "--binary", "main", "agent/app"))
    done = CliRunner().invoke(cli, ["check", "--diff", str(patch), "--policy", "baseline", "--judge", "all", "--format", "json"])
    verdict = json.loads(done.stdout)
    assert ([], 9) == (verdict["faults"], sum(verdict["authorship"]["lines"].values()))
    assert {None, "src/app.py"} >= {finding["path"] for result in verdict["results"] for finding in result["findings"]}
