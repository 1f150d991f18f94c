"""A damaged trace is brought along on purpose, so that rules end as unknown instead of accusing.

Group: inputs
Seen in: every gate where an input that cannot be read is an input that is not there; agentdiff (2026-06) passes where there is no trace
Held by: unknown passes nothing that blocks: the check asks for action until the trace can be read or is taken away; what was found before is
  found still, and rules that need no trace say what they say.
Left: a rule that only warns, as most on traces do in `baseline`, only warns of it.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.action.bench import MARK, Bench
from tests.attacks.attached import POLICY, put, session, sources
from tests.forge.forge import Forge

DAMAGED = {
    "half of it gone": session()[:300],
    "more broken records than sound ones": session() + b'{"broken": \n' * 100,
    "two formats in one": session() + b"\n# aider chat started at 2026-03-01 10:00:00\n" * 20,
    "nothing but NUL": b"\0" * 5_000,
}
ASKING = POLICY.replace(b"  agent-authored-risk: {mode: block, params: {accept: [vouched]}}\n", b"")


@pytest.mark.parametrize("name", DAMAGED)
@pytest.mark.parametrize("in_tree", [False, True])
def test_what_cannot_be_read_is_no_pass(forge: Forge, tmp_path: Path, name: str, in_tree: bool) -> None:
    bench = Bench(forge, tmp_path, policy=ASKING)
    if in_tree:
        bench.push("Session" + MARK, files={".prgate/s.jsonl": DAMAGED[name]})
    else:
        put(bench, DAMAGED[name])
    ran = bench.act(bench.opened(bench.open()))
    assert (1, True) == (ran.code, bench.conclusion(bench.repo.head()) in {"failure", "action_required"})
    assert ran.outcome("missing-trace") in {"fail", "unknown"}


def test_it_hides_no_credential_and_no_risky_line(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path, policy=POLICY)
    key = b"ghp_" + b"aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0eF3hJ6"
    bench.push(
        "Session" + MARK, files={".prgate/s.jsonl": b"{broken\n" * 9 + b'{"key": "' + key + b'"}\n', "src/key.py": b"k = '" + key + b"'\n"}
    )
    put(bench, DAMAGED["nothing but NUL"])
    ran = bench.act(bench.opened(bench.open()))
    assert [(".prgate/s.jsonl", 10), ("src/key.py", 1)] == ran.found("leaked-secret")
    assert [("src/crypto/seal.py", 1)] == ran.found("agent-authored-risk")
    assert "unreadable" in sources(ran)
