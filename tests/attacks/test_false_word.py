"""Somebody says with `/prgate wrote` to have written by hand what the agent's session, or the mark on its commit, shows to be the agent's.

Group: identity
Seen in: nobody yet: no gate that was read asks people what they wrote
Held by: what a mark or a trace gives to an agent stays the agent's whoever declares it, so that it is read as such, and the declaration is a
  finding of `false-declaration`; a declaration of nothing in the change is refused and says so.
Left: a declaration that no mark and no trace contradicts is believed, and counts as claimed, which `accept: [vouched]` does not take.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.action.bench import CODE, Bench
from tests.attacks.attached import put
from tests.attacks.attached import session as session_of
from tests.forge.forge import Forge

RULES = b"rules: {agent-authored-risk: {mode: block, params: {accept: [vouched, declared-human]}}, false-declaration: block}\n"
POLICY = b"version: 1\n" + RULES + b'domains: {crypto: {paths: ["**/crypto/**"]}}\n'


def test_a_commit_that_bears_an_agent_s_mark_stays_the_agent_s(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path, policy=POLICY)
    pull = bench.open()
    comment = forge.comment(pull, f"/prgate wrote {bench.head[:7]}: all by hand", by="maint-one")
    ran = bench.act(forge.event("issue_comment", pull, comment=comment))
    assert (1, "fail", "fail") == (ran.code, ran.outcome("agent-authored-risk"), ran.outcome("false-declaration"))
    assert [("src/crypto/seal.py", 1), ("tests/test_seal.py", 1)] == ran.found("false-declaration")
    assert 0 == ran.verdict["authorship"]["lines"]["declared-human"]
    assert {"src/crypto/seal.py", "tests/test_seal.py"} == {item["path"] for item in ran.verdict["reading"]["items"]}


@pytest.mark.parametrize("traced", [False, True])
def test_lines_that_a_session_wrote_stay_the_agent_s(forge: Forge, tmp_path: Path, traced: bool) -> None:
    bench = Bench(forge, tmp_path, policy=POLICY)
    head = bench.branch("claude/seal", files={"src/crypto/seal.py": CODE})
    if traced:
        put(bench, session_of({"src/crypto/seal.py": CODE}), branch="claude/seal")
    pull = bench.open(head="claude/seal")
    comment = forge.comment(pull, f"/prgate wrote {head}", by="maint-one")
    ran = bench.act(forge.event("issue_comment", pull, comment=comment))
    outcome = "fail" if traced else "pass"
    assert (int(traced), outcome, outcome) == (ran.code, ran.outcome("agent-authored-risk"), ran.outcome("false-declaration"))
    lines = {"agent": 6, "declared-human": 0} if traced else {"agent": 0, "declared-human": 6}
    assert lines | {"undeclared": 0} == ran.verdict["authorship"]["lines"]


@pytest.mark.parametrize(
    ("by", "words"),
    [("reader-one", "/prgate wrote {head}"), ("dev-three", "/prgate wrote {head}"), ("maint-one", "> /prgate wrote {head}")],
)
def test_the_word_of_who_may_not_say_it_or_does_not_changes_nothing(forge: Forge, tmp_path: Path, by: str, words: str) -> None:
    bench = Bench(forge, tmp_path, policy=POLICY)
    head = bench.branch("claude/seal", files={"src/crypto/seal.py": CODE})
    pull = bench.open(head="claude/seal")
    forge.comment(pull, words.format(head=head), by=by)
    ran = bench.act(bench.opened(pull))
    assert (1, "fail", 0) == (ran.code, ran.outcome("agent-authored-risk"), ran.verdict["authorship"]["lines"]["declared-human"])


def test_a_declaration_of_nothing_is_told_so(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path, policy=POLICY)
    pull = bench.open()
    words = f"/prgate wrote src/crypto/other.py:1-3 at {bench.head}"
    comment = forge.comment(pull, words, by="maint-one")
    ran = bench.act(forge.event("issue_comment", pull, comment=comment))
    assert [("src/crypto/other.py:1-3", "`src/crypto/other.py` is not changed here")] == [
        (command["of"], command["refused"]) for command in ran.verdict["commands"]
    ]
