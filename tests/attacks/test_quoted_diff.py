"""A trace is made up for the purpose: it quotes the whole diff as edits of its own, and says that the tests passed.

Group: inputs
Seen in: every tool that takes a session for what was done; no session format ties what it tells to what happened
Held by: it buys no other rule off. The quoted lines become an agent's, whatever the commits claim, so that what an agent writes in a risky
  place asks for a person all the same; a trace counts as `claimed`, and no approval, check or coverage can stand in it.
Left: `missing-trace`, `unexplained-change` and `foreign-trace` pass. The trust model says what each rule is worth against a lie.
"""

from __future__ import annotations

from pathlib import Path

from tests.action.bench import CODE, Bench
from tests.attacks.attached import POLICY, put, session
from tests.forge.forge import Forge


def test_it_explains_every_line_and_lets_nothing_else_through(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path, policy=POLICY)
    pull = bench.open()
    put(bench, session())
    ran = bench.act(bench.opened(pull))
    assert ["pass"] * 3 == [ran.outcome(rule) for rule in ("missing-trace", "unexplained-change", "foreign-trace")]
    assert [("src/crypto/seal.py", 1)] == ran.found("agent-authored-risk")
    assert (1, "failure") == (ran.code, bench.conclusion(bench.head))
    assert ["claimed"] == [item["grade"] for item in ran.verdict["evidence"] if item["kind"] == "trace"]


def test_it_makes_an_agent_s_of_lines_that_bear_no_mark(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path, policy=POLICY)
    bench.branch("hand/open", files={"src/crypto/open.py": CODE})
    pull = bench.open(head="hand/open")
    assert [] == bench.act(bench.opened(pull)).found("agent-authored-risk")
    put(bench, session({"src/crypto/open.py": CODE}), branch="hand/open")
    ran = bench.act(bench.opened(pull))
    assert (1, [("src/crypto/open.py", 1)]) == (ran.code, ran.found("agent-authored-risk"))
