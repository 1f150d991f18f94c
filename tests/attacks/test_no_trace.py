"""An agent leaves no trace at all, or one that cannot be read, where only a trace that says something wrong is held.

Group: inputs
Seen in: agentdiff (2026-06), where no trace passes
Held by: an agent that can export its session and left none is a finding of `missing-trace`, a warning in `baseline` and a failure in
  `strict`; a trace that is there and cannot be read is unknown, which does not pass either.
Left: a trace is the agent's own account; one that lies with skill is not told from a true one.
"""

from __future__ import annotations

from pathlib import Path

from tests.action.bench import Bench
from tests.forge.forge import Forge

POLICY = b"version: 1\nextends: [strict]\nrules: {agent-authored-risk: 'off', lost-coverage: 'off', uncovered-change: 'off'}\n"


def test_no_trace_is_no_pass(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path, policy=POLICY)
    pull = bench.open()
    ran = bench.act(bench.opened(pull))
    assert (1, "fail", "failure") == (ran.code, ran.outcome("missing-trace"), bench.conclusion(bench.head))
    assert ["Claude Code can export its session, and none is attached"] == ran.said("missing-trace")


def test_a_trace_that_says_nothing_is_no_trace(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path, policy=POLICY)
    pull = bench.open()
    for number, content in enumerate((b"", b"{}\n", b'{"type": "user"}\n')):
        forge.artifact(bench.host, forge.run(pull), f"trace-{number}", {"session.jsonl": content})
        ran = bench.act(bench.opened(pull), trace_artifact=f"trace-{number}")
        assert (1, True) == (ran.code, ran.outcome("missing-trace") in {"fail", "unknown"})
