"""What the head's repository keeps beside its branches is found by the Action, and steers nothing else."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from prgate.model.policy import Limits
from tests.action.bench import MARK, Bench, Ran
from tests.forge.faults import Fault
from tests.forge.forge import Forge
from tests.forge.handles import Pull
from tests.forge.world import Hosted
from tests.formats.traces.recorded import ROLLOUT, STREAM
from tests.keeping import ID, at_ref, attach, checkpoint, in_branch, note

POLICY = b"version: 1\nrules: {missing-trace: block, hidden-text: block, oversized-change: block}\n"
GIT = ("POST", r"\.git/git-upload-pack$")
BEFORE = 3
"""Questions to git before those for traces: refs, history, files."""


@pytest.fixture
def bench(forge: Forge, tmp_path: Path) -> Bench:
    return Bench(forge, tmp_path, policy=POLICY, local=False)


def carry(bench: Bench, ref: str, to: Hosted | None = None) -> None:
    """Put a ref of the desk to the forge."""
    (to or bench.host).git.take(bench.repo.path, ref, ref)


def traces(ran: Ran) -> list[Any]:
    return [
        (item.get("source"), item.get("format")) if "source" in item else item["missing"]["why"]
        for item in ran.verdict["evidence"]
        if item["kind"] == "trace"
    ]


def in_ref(bench: Bench) -> tuple[str, str]:
    attach(bench.repo, "agent/seal", "s", STREAM)
    return "refs/prgate/agent/seal/s", "refs/prgate/agent/seal/s"


def in_note(bench: Bench) -> tuple[str, str]:
    note(bench.repo, bench.head, STREAM)
    return "refs/notes/ai", f"note on {bench.head[:12]}"


def at_checkpoint(bench: Bench) -> tuple[str, str]:
    at_ref(bench.repo, ID, checkpoint(STREAM))
    return f"refs/entire/checkpoints/{ID[-2:]}/{ID}", f"checkpoint {ID}, session 0"


def in_checkpoints(bench: Bench) -> tuple[str, str]:
    in_branch(bench.repo, {ID: checkpoint(STREAM)})
    return "refs/heads/entire/checkpoints/v1", f"checkpoint {ID}, session 0"


@pytest.mark.parametrize("leave", [in_ref, in_note, at_checkpoint, in_checkpoints])
@pytest.mark.parametrize("forked", [False, True])
def test_a_trace_is_found_in_the_head_s_repository(
    forge: Forge, bench: Bench, leave: Callable[[Bench], tuple[str, str]], forked: bool
) -> None:
    bench.head = bench.push(f"More\n\nEntire-Checkpoint: {ID}{MARK}", files={"src/more.py": b"x = 1\n"})
    ref, source = leave(bench)
    fork = forge.fork(bench.host, "dev-two") if forked else None
    carry(bench, ref, fork)
    pull = bench.open(fork=fork, author="dev-two") if fork else bench.open()
    ran = bench.act(bench.opened(pull))
    assert (source, "claude-stream-json") in traces(ran)
    assert "pass" == ran.outcome("missing-trace")


def test_what_another_repository_keeps_for_a_branch_of_this_name_is_not_looked_at(forge: Forge, bench: Bench) -> None:
    fork = forge.fork(bench.host, "dev-two")
    carry(bench, in_ref(bench)[0])
    pull = bench.open(fork=fork, author="dev-two")
    ran = bench.act(bench.opened(pull))
    assert ([], "fail") == (traces(ran), ran.outcome("missing-trace"))
    assert re.search(r"what is attached to the branch", str(ran.verdict["results"]))


def test_nothing_attached_costs_two_requests_of_git_and_is_no_fault(bench: Bench) -> None:
    pull = bench.open()
    bench.forge.requests()
    ran = bench.act(bench.opened(pull))
    asked = [each.method for each in bench.forge.git_requests()]
    assert ["GET", "POST"] * 5 == asked
    assert ([], "fail", "pass") == (traces(ran), ran.outcome("missing-trace"), ran.outcome("hidden-text"))
    assert [] == ran.verdict["faults"]


def lost(bench: Bench, pull: Pull) -> Ran:
    """A run in which the traces, and nothing else, cannot be asked for."""
    ran = bench.act(bench.opened(pull))
    assert ("unknown", "pass", "pass") == tuple(ran.outcome(rule) for rule in ("missing-trace", "hidden-text", "oversized-change"))
    assert [] == ran.verdict["faults"]
    return ran


@pytest.mark.parametrize("kind", [Fault.SERVER_ERROR, Fault.FORBIDDEN, Fault.NOT_FOUND])
def test_a_repository_that_does_not_answer_leaves_only_the_traces_unknown(forge: Forge, bench: Bench, kind: Fault) -> None:
    pull = bench.open()
    carry(bench, in_ref(bench)[0])

    def skip(left: int) -> None:
        forge.before(*GIT, lambda: skip(left - 1)) if left else forge.fault(*GIT, kind, times=3 if kind is Fault.SERVER_ERROR else 1)

    skip(BEFORE)
    assert [("failed" if kind is Fault.SERVER_ERROR else "forbidden")] == traces(lost(bench, pull))
    forge.forget()
    assert "pass" == bench.act(bench.opened(pull)).outcome("missing-trace")


def test_a_private_fork_that_the_token_may_not_read_leaves_only_the_traces_unknown(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path, policy=POLICY, private=True, local=False)
    fork = forge.fork(bench.host, "maint-one")
    carry(bench, in_ref(bench)[0], fork)
    assert ["forbidden"] == traces(lost(bench, bench.open(fork=fork, author="maint-one")))


def test_a_fork_that_is_deleted_leaves_only_the_traces_unknown(forge: Forge, bench: Bench) -> None:
    fork = forge.fork(bench.host, "dev-two")
    pull = bench.open(fork=fork, author="dev-two")
    forge.delete_fork(fork)
    assert ["absent"] == traces(lost(bench, pull))


def test_a_change_of_too_many_commits_leaves_only_the_traces_unknown(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("prgate.action.evaluate.Limits", lambda: Limits(commits=0))
    assert ["over-limit"] == traces(lost(bench, bench.open()))


def test_a_head_whose_branch_is_deleted_keeps_its_sessions(bench: Bench) -> None:
    pull = bench.open()
    carry(bench, in_ref(bench)[0])
    bench.host.git.point("refs/heads/agent/seal", None)
    ran = bench.act(bench.opened(pull))
    assert "pass" == ran.outcome("missing-trace")


def test_no_ref_cuts_the_change_off_or_brings_one_in(forge: Forge, bench: Bench) -> None:
    """A ref that is fetched to the depth of one commit would cut the history of the change at that commit, if it came to the same repository."""
    bench.push("Second" + MARK, files={"src/second.py": b"y = '\xe2\x80\xae'\n"})
    bench.push("Third" + MARK, files={"src/third.py": b"z = 1\n"})
    pull = bench.open()
    before = bench.act(bench.opened(pull))
    for name, ref in (("s", "agent/seal~1"), ("t", "agent/seal"), ("u", "main")):
        bench.repo.git("update-ref", f"refs/prgate/agent/seal/{name}", ref)
        carry(bench, f"refs/prgate/agent/seal/{name}")
    after = bench.act(bench.opened(pull))
    assert [("src/second.py", 1)] == after.found("hidden-text") == before.found("hidden-text")
    assert before.verdict["authorship"] == after.verdict["authorship"]


def test_an_artifact_of_a_run_on_the_head_is_a_claim(forge: Forge, bench: Bench) -> None:
    pull = bench.open()
    forge.artifact(bench.host, forge.run(pull), "sessions", {"s.jsonl": ROLLOUT})
    (item,) = (item for item in bench.act(bench.opened(pull), trace_artifact="sessions").verdict["evidence"] if item["kind"] == "trace")
    assert ("sessions/s.jsonl", "claimed", "codex-rollout") == (item["source"], item["grade"], item["format"])
