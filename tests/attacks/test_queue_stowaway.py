"""An entry of the merge queue carries a commit that no judged pull request has, or claims by its words to be made of a harmless one.

Group: forge
Seen in: policy-bot (2024-10), which reports success on every queue entry; mergeproof 1.0.2 knows no queue
Held by: every changed line of the entry must be a changed line of an open pull request into this branch that is judged again, now; what
  is left over makes the entry incomplete. The branch's name and `(#N)` in a message only propose where to look.
Left: lines are compared by file and text, not by place; the queue's own branches, which only the forge writes, stand between.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tests.action.bench import CODE, Bench
from tests.forge.forge import Forge
from tests.forge.handles import Queue


def harmless(bench: Bench) -> Queue:
    """The queue's entry of a pull request that is let through."""
    bench.branch("notes", files={"notes.md": b"Sealed.\n"})
    pull = bench.open(head="notes")
    return bench.forge.queue(pull)


def with_commit(bench: Bench, entry: Queue, message: str) -> Queue:
    """The same entry with one more commit on its branch."""
    repo = bench.repo
    repo.git("fetch", "--quiet", str(bench.host.git.path), entry.head_sha)
    repo.branch("stowaway", entry.head_sha)
    repo.write("src/crypto/other.py", CODE)
    repo.commit(message)
    return replace(entry, head_sha=bench.forge.push(bench.host, entry.head_ref, repo))


def test_an_entry_with_a_commit_of_nobody_s_is_held(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path)
    entry = harmless(bench)
    assert 0 == bench.act(forge.event("merge_group", entry)).code
    stuffed = with_commit(bench, entry, "More")
    ran = bench.run(forge.event("merge_group", stuffed))
    assert (1, "incomplete", "action_required") == (ran.code, ran.outputs["verdict"], bench.conclusion(stuffed.head_sha))
    assert "The queue entry has 7 changed lines that pull request 1 has not" in " ".join(ran.log.split())


def test_a_commit_that_names_a_pull_request_is_not_therefore_of_it(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path)
    entry = harmless(bench)
    stuffed = with_commit(bench, entry, "Other (#1)\n\nMerge pull request #1 from acme/notes")
    ran = bench.act(forge.event("merge_group", stuffed))
    assert (1, "action_required") == (ran.code, bench.conclusion(stuffed.head_sha))


def test_an_entry_named_for_a_harmless_one_is_judged_by_what_it_brings(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path)
    entry = harmless(bench)
    risky = forge.queue(bench.open())
    ran = bench.act(forge.event("merge_group", replace(risky, head_ref=entry.head_ref)))
    assert 1 == ran.code
    assert bench.conclusion(risky.head_sha) in {"failure", "action_required"}
