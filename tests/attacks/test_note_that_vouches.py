"""A git-ai note says that a person wrote the lines that an agent's commit brings, or another agent than the one that did.

Group: inputs
Seen in: nobody yet: no gate that was read takes git-ai's notes; they are a ref that whoever may push can write anew
Held by: a note moves lines from undeclared to declared-human and never an agent's lines; what a note gives to an agent is an agent's.
Left: where the policy accepts `declared-human`, a note declares unmarked lines, as a commit without marks would.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.action.bench import CODE, Bench
from tests.attacks.attached import POLICY, session
from tests.forge.forge import Forge
from tests.keeping import note

PERSON = "h_0123456789abcd"
LINES = f"src/crypto/seal.py\n  {PERSON} 1-6\n---\n"
SAID = (
    LINES
    + '{"schema_version": "authorship/3.0.0", "base_commit_sha": "", "prompts": {}, "sessions": {}, "humans": {"%s": {"author": "Robin Roe"}}}\n'
)


def noted(bench: Bench, commit: str, data: bytes) -> None:
    note(bench.repo, commit, data)
    bench.host.git.take(bench.repo.path, "refs/notes/ai", "refs/notes/ai")


@pytest.mark.parametrize("accept", [b"vouched", b"vouched, declared-human"])
def test_an_agent_s_lines_stay_an_agent_s(forge: Forge, tmp_path: Path, accept: bytes) -> None:
    bench = Bench(forge, tmp_path, policy=POLICY.replace(b"[vouched]", b"[%s]" % accept))
    pull = bench.open()
    noted(bench, bench.head, (SAID % PERSON).encode())
    ran = bench.act(bench.opened(pull))
    assert ["note on " + bench.head[:12]] == [item["source"] for item in ran.verdict["evidence"] if item["kind"] == "trace"]
    assert (1, [("src/crypto/seal.py", 1)]) == (ran.code, ran.found("agent-authored-risk"))
    assert "fail" == ran.outcome("missing-trace"), "a note about a person is no agent's session"


def test_a_note_is_no_way_around_the_session_that_wrote_the_lines(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path, policy=POLICY.replace(b"[vouched]", b"[vouched, declared-human]"))
    head = bench.branch("hand/open", files={"src/crypto/seal.py": CODE})
    pull = bench.open(head="hand/open")
    noted(bench, head, (SAID % PERSON).encode())
    forge.artifact(bench.host, forge.run(pull), "trace", {"s.jsonl": session({"src/crypto/seal.py": CODE})})
    ran = bench.act(bench.opened(pull), trace_artifact="trace")
    assert 1 == ran.code
    assert {"src/crypto/seal.py"} == {path for path, _ in ran.found("agent-authored-risk")}
