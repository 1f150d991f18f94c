"""A pull request takes the sessions away that were attached, or writes them anew once they were read.

Group: forge
Seen in: every trace that is kept in git or at the forge: whoever wrote it can write it again
Held by: every judgement looks again, names each trace by place and digest, and what is no longer there counts for nothing; a trace in the tree
  counts only where the change adds or edits it, never one that the base has already.
Left: a session that is taken away without any event leaves the check as it was until the next one.
"""

from __future__ import annotations

from pathlib import Path

from tests.action.bench import MARK, Bench
from tests.attacks.attached import POLICY, REF, WHOLE, put, session, sources
from tests.forge.forge import Forge


def test_a_session_that_is_gone_or_other_at_the_next_look_counts_as_it_is_then(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path, policy=POLICY)
    pull = bench.open()
    put(bench, session())
    first = bench.act(bench.opened(pull))
    put(bench, session({"src/crypto/seal.py": WHOLE["src/crypto/seal.py"], "tests/test_seal.py": b"nothing = 'of this'\n"}))
    second = bench.act(bench.opened(pull))
    bench.host.git.point(REF, None)
    third = bench.act(bench.opened(pull))
    assert ["pass", "fail"] == [ran.outcome("unexplained-change") for ran in (first, second)]
    assert [[REF], [REF], []] == [sources(ran) for ran in (first, second, third)]
    assert 2 == len({item["sha256"] for ran in (first, second) for item in ran.verdict["evidence"] if item["kind"] == "trace"})
    assert "fail" == third.outcome("missing-trace")


def test_a_session_in_the_tree_counts_only_for_the_change_that_brings_it(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path, policy=POLICY, files={".prgate/old.jsonl": session()})
    pull = bench.open()
    kept = bench.act(bench.opened(pull))
    bench.push("Tidy" + MARK, files={".prgate/old.jsonl": None})
    gone = bench.act(bench.opened(pull))
    bench.push("Anew" + MARK, files={".prgate/old.jsonl": session({**WHOLE, "notes.md": b"and this\n"})})
    anew = bench.act(bench.opened(pull))
    assert [[], [], [".prgate/old.jsonl"]] == [sources(ran) for ran in (kept, gone, anew)]
    assert ["fail", "fail", "pass"] == [ran.outcome("missing-trace") for ran in (kept, gone, anew)]
