"""The forge refuses to show a large change, and a gate takes the empty answer for a change of nothing.

Group: forge
Seen in: py-cov-action/python-coverage-comment-action, where 406 for the diff becomes 100 % covered
Held by: the forge is never asked for a diff; the change is read from git's objects, and where the forge will not compare or git cannot be
  reached, the verdict is incomplete and the check blocks.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.action.bench import MARK, Bench
from tests.forge.forge import Forge

POLICY = b"version: 1\nrules: {uncovered-change: block}\n"
MANY = 20_500


def test_a_change_that_no_forge_shows_is_measured_line_by_line(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path, policy=POLICY)
    code = b"".join(b"x%d = 1\n" % number for number in range(MANY))
    head = bench.branch("agent/app", f"App{MARK}", files={"src/app.py": code})
    pull = bench.open(head="agent/app")
    event = bench.opened(pull)
    lines = "\n".join(f"DA:{number},0" for number in range(1, MANY + 1))
    workspace = event.path.parent / "workspace"
    workspace.mkdir()
    (workspace / "lcov.info").write_text(f"SF:src/app.py\n{lines}\nend_of_record\n", encoding="utf-8")
    ran = bench.act(event, coverage="lcov.info")
    assert (1, "fail", "failure") == (ran.code, ran.outcome("uncovered-change"), bench.conclusion(head))
    assert f"0 of {MANY} added" in ran.said("uncovered-change")[0].replace(",", "")
    assert [] == [sent.path for sent in forge.requests() if "/files" in sent.path or "diff" in sent.headers.get("accept", "")]


@pytest.mark.parametrize(("path", "kind"), [("/compare/", "404"), (r"\.git/", "500")])
def test_a_change_that_cannot_be_had_is_no_pass(forge: Forge, tmp_path: Path, path: str, kind: str) -> None:
    bench = Bench(forge, tmp_path, policy=b"version: 1\nmode: observe\nextends: [observe]\n")
    pull = bench.open()
    forge.fault("*", path, kind, times=99)
    ran = bench.act(bench.opened(pull))
    assert (1, "incomplete", "action_required") == (ran.code, ran.outputs["verdict"], bench.conclusion(bench.head))
    assert "nothing was judged, so nothing passes" in bench.ours(pull)[0]
