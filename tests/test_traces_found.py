"""One judgement finds traces in every place of a local clone, and says of each where it was and why it could not be read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from prgate.gather import stored as module
from prgate.gather.gathered import missing_input
from prgate.gather.kept import gather_kept
from prgate.git import open_repository
from prgate.model.grade import Grade
from prgate.model.missing import Missing, Why
from prgate.model.policy import TRACE_PLACES, Judge
from prgate.model.verdict import EvidenceRead
from prgate.request import Range, Request, Supplied
from prgate.run import judge
from tests.formats.traces.recorded import ROLLOUT, STREAM, TRANSCRIPT
from tests.keeping import ID, OTHER, TRAILER, attach, checkpoint, in_branch, note
from tests.repositories import Repo
from tests.tracing import AT, MARK, attached, committed, gathered, judged, named, noted, outcome, policy, sealed, squashed, told, traces

EMPTY_NOTE = b'---\n{"schema_version": "authorship/3.0.0", "base_commit_sha": "", "prompts": {}}\n'
NOTE = b"""a.py
  s_0123456789abcd::t_0123456789abcd 1
---
{"schema_version": "authorship/3.0.0", "base_commit_sha": "", "git_ai_version": "1.4.0", "prompts": {}, "humans": {},
 "sessions": {"s_0123456789abcd": {"agent_id": {"tool": "claude", "id": "x", "model": "m"}}}}
"""


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    return sealed(tmp_path / "repo")


def test_nothing_attached_is_said_with_every_place_that_was_searched(repo: Repo) -> None:
    verdict = judged(repo)
    assert ([], "fail") == (traces(verdict), outcome(verdict))
    (finding,) = next(result.findings for result in verdict.results if result.rule == "missing-trace")
    for words in (
        "what the gate is given",
        "the change's files",
        "attached to the branch",
        "its notes",
        "its checkpoints",
    ):
        assert words in finding.fix


@pytest.mark.parametrize("leave", [attached, noted, named, squashed, committed])
def test_a_trace_is_found_in_its_place_and_named_by_it(repo: Repo, leave: Callable[[Repo], str]) -> None:
    source = leave(repo)
    verdict = judged(repo)
    assert [(source, "claude-stream-json")] == told(verdict)
    (item,) = traces(verdict)
    assert isinstance(item, EvidenceRead)
    assert ("trace:1", Grade.CLAIMED, True) == (item.id, item.grade, item.sha256 is not None)
    assert "pass" == outcome(verdict)


PLACE_OF: dict[Callable[[Repo], str], str] = {attached: "refs", noted: "notes", named: "checkpoints", committed: "tree"}


@pytest.mark.parametrize("leave", PLACE_OF)
def test_a_place_that_the_policy_leaves_out_is_not_searched(repo: Repo, leave: Callable[[Repo], str]) -> None:
    leave(repo)
    others = ", ".join(place for place in TRACE_PLACES if place != PLACE_OF[leave])
    verdict = judged(repo, policy=policy(repo.path.parent, evidence=f"{{trace: {{places: [{others}]}}}}"))
    assert ([], "fail") == (told(verdict), outcome(verdict))


def test_only_what_is_named_is_searched_where_nothing_else_is_a_place(repo: Repo) -> None:
    attached(repo)
    verdict = judged(repo, policy=policy(repo.path.parent, evidence="{trace: {places: [input]}}"))
    assert ([], "fail") == (told(verdict), outcome(verdict))


@pytest.mark.parametrize("line", ["Claude-Session: https://claude.ai/code/session_01", "Agent-Logs-Url: https://example.com/x"])
def test_an_address_is_a_pointer_and_no_evidence(repo: Repo, line: str) -> None:
    repo.commit(f"More\n\n{line}\n")
    verdict = judged(repo)
    assert ([], "fail") == (told(verdict), outcome(verdict))


def test_a_checkpoint_that_is_kept_elsewhere_is_listed_and_counts_for_nothing(repo: Repo) -> None:
    repo.commit("More" + TRAILER)
    verdict = judged(repo)
    assert [(Why.ABSENT, f"checkpoint {ID}, which a commit names, is not here")] == told(verdict)
    assert "fail" == outcome(verdict)
    attached(repo)
    assert "pass" == outcome(judged(repo))


def test_a_checkpoint_that_is_kept_elsewhere_leaves_a_person_s_change_alone(repo: Repo) -> None:
    repo.git("checkout", "--quiet", "-b", "person", "main")
    repo.write("b.py", b"x\n")
    repo.commit("By hand" + TRAILER)
    assert [] == list(judged(repo, judge=Judge.AGENTS).faults)


def test_a_note_that_says_nothing_of_anybody_is_no_trace(repo: Repo) -> None:
    note(repo, repo.head(), EMPTY_NOTE)
    assert ([], "fail") == (told(judged(repo)), outcome(judged(repo)))


def test_a_note_that_nobody_can_read_is_unknown(repo: Repo) -> None:
    note(repo, repo.head(), b"Reviewed by nobody.\n")
    assert ([Why.UNREADABLE], "unknown") == ([item[0] for item in told(judged(repo))], outcome(judged(repo)))


def test_a_note_s_lines_are_those_of_its_commit(repo: Repo) -> None:
    note(repo, repo.head(), NOTE)
    found, _ = gathered(repo)
    assert [(b"a.py", repo.head())] == [(item.path, item.revision) for trace in found.items for item in trace.attributions]
    (item,) = traces(judged(repo))
    assert isinstance(item, EvidenceRead)
    assert "1 attribution" in str(item.note)


def test_the_same_session_in_two_places_is_read_once_and_others_all(repo: Repo) -> None:
    attach(repo, "feat/seal", "a", STREAM, at=1_767_600_001)
    attach(repo, "feat/seal", "b", ROLLOUT)
    attach(repo, "feat/seal", "c", STREAM)
    repo.commit(f"More{TRAILER}Entire-Checkpoint: {OTHER}\n")
    in_branch(repo, {ID: checkpoint(STREAM, TRANSCRIPT), OTHER: checkpoint(b"no trace\n")})
    assert [
        ("refs/prgate/feat/seal/a", "claude-stream-json"),
        ("refs/prgate/feat/seal/b", "codex-rollout"),
        (f"checkpoint {ID}, session 1", "claude-transcript"),
    ] == told(judged(repo))[:3]
    assert [Why.UNREADABLE] == [item[0] for item in told(judged(repo))[3:]]


def test_the_same_note_on_two_commits_is_of_both(repo: Repo) -> None:
    note(repo, repo.head(), NOTE)
    repo.write("b.py", b"x\n")
    repo.commit("More" + MARK)
    note(repo, repo.head(), NOTE)
    found, _ = gathered(repo)
    assert 2 == len({item.revision for trace in found.items for item in trace.attributions})


@pytest.mark.parametrize("data", [b"", b"no trace\n", b"\0" * 1_000, STREAM[:40]])
def test_what_is_attached_and_cannot_be_read_is_unknown_and_never_a_pass(repo: Repo, data: bytes) -> None:
    attach(repo, "feat/seal", "s", data)
    verdict = judged(repo)
    assert ([Why.UNREADABLE], "unknown") == ([item[0] for item in told(verdict)], outcome(verdict))
    assert "refs/prgate/feat/seal/s" in str(told(verdict))


def test_an_attached_trace_that_cannot_be_read_leaves_open_who_took_part(repo: Repo) -> None:
    repo.git("checkout", "--quiet", "-b", "person", "main")
    repo.write("b.py", b"x\n")
    repo.commit("By hand")
    attach(repo, "person", "s", b"no trace\n")
    assert gathered(repo)[0].in_doubt


def test_a_place_that_cannot_be_seen_is_unknown_and_says_nothing_of_who_took_part(repo: Repo) -> None:
    lost = Missing(Why.FORBIDDEN, "the fork may not be read", "Give it.")
    found, inputs = gathered(repo, kept=lost)
    assert ((lost,), False, TRACE_PLACES) == (found.unread, found.in_doubt, found.searched)
    assert (missing_input("trace:place:1", "trace", lost),) == inputs
    assert "unknown" == outcome(judged(repo, kept=lost))
    attached(repo)
    assert "unknown" == outcome(judged(repo, kept=lost))


def test_a_folder_that_is_no_repository_is_a_place_that_cannot_be_seen(repo: Repo, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    found, _ = gathered(repo, kept=tmp_path / "empty")
    assert [Why.FAILED] == [each.why for each in found.unread]


def test_commits_that_cannot_be_listed_hide_what_they_name(repo: Repo) -> None:
    lost = Missing(Why.OVER_LIMIT, "too many", "Split it.")
    with open_repository(repo.path) as repository:
        base, head = repository.resolve("main"), repository.resolve("HEAD")
        found = gather_kept(Request(at=AT, repo=repo.path, head="HEAD"), Range(repository, base, head, base), lost, TRACE_PLACES, limit=9)
    assert ((), (lost,)) == (found.operands, found.unseen)


def test_another_repository_s_refs_count_where_the_request_names_one(repo: Repo, tmp_path: Path) -> None:
    attached(repo)
    other = Repo(tmp_path / "other")
    attach(other, "theirs", "t", ROLLOUT)
    verdict = judged(repo, kept=other.path, branch="theirs")
    assert [("refs/prgate/theirs/t", "codex-rollout")] == told(verdict)


def test_a_head_on_no_branch_has_no_sessions_and_says_so(repo: Repo) -> None:
    attached(repo)
    repo.git("checkout", "--quiet", "--detach")
    repo.commit("on no branch")
    found, _ = gathered(repo)
    assert ((), ("input", "tree", "notes", "checkpoints")) == (found.items, found.searched)


def test_a_diff_alone_has_no_repository_to_search(repo: Repo, tmp_path: Path) -> None:
    attached(repo)
    diff = tmp_path / "x.diff"
    diff.write_bytes(repo.git("diff", "main", "HEAD"))
    verdict = judge(Request(at=AT, diff=diff, policy=policy(tmp_path), judge=Judge.ALL))
    assert [] == told(verdict)


# Limits, and what is damaged.


def test_a_trace_over_the_limit_is_refused_with_its_size(repo: Repo, tmp_path: Path) -> None:
    attached(repo)
    committed(repo)
    file = tmp_path / "s.jsonl"
    file.write_bytes(STREAM)
    found, _ = gathered(repo, limit=len(STREAM) - 1, traces=(Supplied(file, "s.jsonl"),))
    assert [Why.OVER_LIMIT] * 3 == [each.why for each in found.unread]
    assert all(f"{len(STREAM):,} bytes" in each.detail for each in found.unread)
    assert 3 == len(gathered(repo, limit=len(STREAM), traces=(Supplied(file, "s.jsonl"),))[0].items)


def test_all_together_have_a_limit_and_what_is_left_out_is_counted(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(4):
        attach(repo, "feat/seal", f"s{number}", STREAM + b"\n" * number, at=1_767_600_000 + number)
    monkeypatch.setattr(module.read_stored, "__kwdefaults__", {"total": 2 * len(STREAM) + 10})
    found, _ = gathered(repo)
    assert (2, ["2 more are left out"]) == (len(found.items), [each.detail.split(":")[0] for each in found.unread])


def test_a_file_that_is_not_here_is_said(repo: Repo) -> None:
    attached(repo)
    oid = repo.git("rev-parse", "refs/prgate/feat/seal/s:trace.json").decode().strip()
    (repo.path / ".git" / "objects" / oid[:2] / oid[2:]).unlink()
    verdict = judged(repo)
    assert "its bytes are not in this repository" in str(told(verdict))
    assert "unknown" == outcome(verdict)


@pytest.mark.parametrize("cut", [False, True])
def test_a_damaged_file_is_said_and_spoils_no_other(repo: Repo, cut: bool) -> None:
    attach(repo, "feat/seal", "bad", STREAM + b"\n", at=1_767_600_009)
    attached(repo)
    repo.damage(repo.git("rev-parse", "refs/prgate/feat/seal/bad:trace.json").decode().strip(), cut=cut)
    found, _ = gathered(repo)
    assert (["refs/prgate/feat/seal/s"], 1) == ([trace.name for trace in found.items], len(found.unread))
    assert "refs/prgate/feat/seal/bad" in found.unread[0].detail
