"""A change, a session or a report has one line of fifty megabytes, so that whoever reads line by line runs out of time or memory.

Group: inputs
Seen in: whatever reads lines without a bound, or runs a pattern over each
Held by: lines are read in blocks and have a limit; a file with a longer one counts as not looked at, and a rule that
  needs it knows nothing and passes nothing; a record of a session or a tag of a report over
  its limit makes that evidence missing.
"""

from __future__ import annotations

from pathlib import Path

from tests.action.bench import Bench
from tests.attacks.told import nothing_acts
from tests.forge.forge import Forge

LONG = 50 * 1024 * 1024
POLICY = b"version: 1\nextends: [strict]\n"


def test_a_change_with_such_a_line_is_not_let_through(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path, policy=b"version: 1\nextends: [baseline]\njudge: all\n")
    head = bench.branch("person/table", files={"src/table.py": b"x = '" + b"a" * LONG + b"'\n"})
    pull = bench.open(head="person/table")
    ran = bench.run(bench.opened(pull))
    nothing_acts(bench, pull, ran)
    assert (1, "incomplete", "action_required") == (ran.code, ran.outputs["verdict"], bench.conclusion(head))
    assert {"unknown"} == {ran.outcome("hidden-text"), ran.outcome("missing-tests")}
    assert "`src/table.py` has a line of more than 1,048,576 bytes" in bench.ours(pull)[0]


def test_evidence_with_such_a_line_is_missing(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path, policy=POLICY)
    pull = bench.open()
    event = bench.opened(pull)
    workspace = event.path.parent / "workspace"
    workspace.mkdir()
    message = b'{"sessionId": "s", "uuid": "1", "type": "user", "message": {"role": "user", "content": "do it"}, "cwd": "'
    (workspace / "session.jsonl").write_bytes(message + b"a" * LONG + b'"}\n')
    (workspace / "lcov.info").write_bytes(b"TN:\nSF:" + b"a" * LONG)
    ran = bench.act(event, trace="session.jsonl", coverage="lcov.info")
    seen = nothing_acts(bench, pull, ran)
    assert {"unknown"} == {ran.outcome("missing-trace"), ran.outcome("uncovered-change")}
    assert (1, "failure") == (ran.code, bench.conclusion(bench.head))
    assert len(seen.all) < 100_000
