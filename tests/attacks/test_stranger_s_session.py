"""Somebody else who may push attaches a session to a branch that is not theirs: to vouch for it, to accuse its author, or to jam the gate.

Group: identity
Seen in: git itself: no rule of a branch holds for refs outside `refs/heads/` and `refs/tags/`, and a push does not say who made it
Held by: a session never vouches for anything: it explains lines by making them an agent's, which asks for more and not for less. One that
  cannot be read is unknown for what rests on traces, is named by its ref, and turns no other rule.
Left: whoever may push can attach or take away sessions of any branch, and so hold a change up or spare it `missing-trace`; `prgate attach
  --remove --push` takes away what does not belong.
"""

from __future__ import annotations

from pathlib import Path

from tests.action.bench import CODE, Bench
from tests.attacks.attached import POLICY, put, session, sources
from tests.forge.forge import Forge


def test_it_vouches_for_nothing(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path, policy=POLICY)
    pull = bench.open()
    put(bench, session(), name="stranger")
    ran = bench.act(bench.opened(pull))
    assert (1, "fail", "failure") == (ran.code, ran.outcome("agent-authored-risk"), bench.conclusion(bench.head))


def test_one_that_nobody_can_read_is_named_and_leaves_the_other_and_every_other_rule_alone(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path, policy=POLICY)
    pull = bench.open()
    put(bench, session())
    before = bench.act(bench.opened(pull))
    put(bench, b"no session\n", name="stranger")
    ran = bench.act(bench.opened(pull))
    assert (["refs/prgate/agent/seal/s", "unreadable"], "refs/prgate/agent/seal/stranger" in ran.summary) == (sources(ran), True)
    assert "fail" == before.outcome("agent-authored-risk") == ran.outcome("agent-authored-risk")
    assert "pass" == ran.outcome("missing-trace")


def test_a_person_s_lines_become_an_agent_s_and_the_check_says_by_which_session(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path, policy=POLICY)
    bench.branch("hand/open", files={"src/crypto/open.py": CODE})
    pull = bench.open(head="hand/open")
    ref = put(bench, session({"src/crypto/open.py": CODE}), branch="hand/open", name="stranger")
    ran = bench.act(bench.opened(pull))
    assert (1, [("src/crypto/open.py", 1)]) == (ran.code, ran.found("agent-authored-risk"))
    assert [ref] == sources(ran)
    assert ref in ran.summary
