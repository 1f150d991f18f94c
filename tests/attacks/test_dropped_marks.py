"""An agent leaves out every mark of itself, or its operator takes them away by hand, so that nothing is judged.

Group: identity
Seen in: every gate that looks for marks of agents, prgate with `judge: agents` among them
Held by: `judge: all` judges every pull request alike; the rules that run on everyone (`gate-tampering`, `hidden-text`) run under either.
Left: under `judge: agents`, the default, a change without marks is judged by the rules for everyone alone, and says so.
"""

from __future__ import annotations

from pathlib import Path

from tests.action.bench import CODE, POLICY, TEST, Bench
from tests.forge.forge import Forge

FILES = {"src/crypto/mac.py": CODE, "tests/test_mac.py": TEST, "src/seal.py": "x = 1  # \u202e\n".encode()}


def test_without_marks_the_rules_for_everyone_still_run_and_the_rest_says_it_did_not(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path)
    bench.branch("plain", files=dict(FILES))
    ran = bench.act(bench.opened(bench.open(head="plain")))
    assert ("fail", "not-applicable") == (ran.outcome("hidden-text"), ran.outcome("agent-authored-risk"))
    assert "not-judged" == ran.verdict["scope"]["state"]


def test_judge_all_asks_for_no_mark(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path, policy=POLICY.replace(b"baseline", b"strict") + b"judge: all\n")
    head = bench.branch("plain", files=dict(FILES))
    ran = bench.act(bench.opened(bench.open(head="plain")))
    assert (1, "fail", "failure") == (ran.code, ran.outcome("agent-authored-risk"), bench.conclusion(head))
