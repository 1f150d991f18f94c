"""A branch is given thousands of sessions, or one of more than 256 MB, so that the gate runs out of time, memory or disk.

Group: runner
Seen in: whatever fetches `refs/*` or reads a session whole; 257 MB of one byte are a quarter of a megabyte on the wire
Held by: the 50 newest sessions of a branch are read, each up to 256 MB and all up to 512 MB, a piece at a time; what is left out is said with
  its number or size and is unknown, which passes nothing that asks for traces. No other rule waits for it.
"""

from __future__ import annotations

import resource
from pathlib import Path

from tests.action.bench import Bench
from tests.attacks.attached import POLICY, put, session, sources
from tests.forge.forge import Forge
from tests.keeping import attach

MANY = 3_000
HUGE = 257 * 1024 * 1024


def test_thousands_of_sessions_are_counted_and_fifty_read(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path, policy=POLICY, local=False)
    commit = attach(bench.repo, "agent/seal", "s", session())
    there = bench.host.git
    there.take(bench.repo.path, "refs/prgate/agent/seal/s", "refs/prgate/agent/seal/s")
    lines = "".join(f"create refs/prgate/agent/seal/s{number}\0{commit}\0" for number in range(MANY))
    there.git("update-ref", "--stdin", "-z", stdin=lines.encode())
    ran = bench.act(bench.opened(bench.open()))
    assert ["refs/prgate/agent/seal/s", "over-limit"] == sources(ran), "they are one and the same file"
    assert f"{MANY + 1:,} sessions are attached" in str(ran.verdict["evidence"])
    assert (1, "fail") == (ran.code, ran.outcome("agent-authored-risk"))


def test_a_session_over_the_limit_is_refused_with_its_size_and_never_held_in_memory(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path, policy=POLICY, local=False)
    pull = bench.open()
    put(bench, b" " * HUGE)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    ran = bench.act(bench.opened(pull))
    assert (["over-limit"], "unknown", "fail") == (sources(ran), ran.outcome("missing-trace"), ran.outcome("agent-authored-risk"))
    assert f"{HUGE:,} bytes" in str(ran.verdict["evidence"])
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000, "kibibytes"
