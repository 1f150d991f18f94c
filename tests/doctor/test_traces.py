"""The share of recent agents' changes that brought a trace along."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from prgate.doctor import traces
from prgate.doctor.answer import Answer, State
from prgate.doctor.house import read_house
from prgate.doctor.traces import recent_steps
from prgate.git import Repository, open_repository
from prgate.model.commit import Commit
from prgate.model.missing import Missing
from tests.keeping import ID, attach, checkpoint, in_branch, note
from tests.repositories import Repo

TRACE = (Path(__file__).parents[2] / "src" / "prgate" / "demo" / "trace.jsonl").read_bytes()
SILENT = b'---\n{"schema_version": "authorship/3.0.0", "base_commit_sha": "", "prompts": {}}\n'
CLAUDE = "change\n\nCo-authored-by: Claude <noreply@anthropic.com>\n"
COPILOT = "change\n\nCo-authored-by: Copilot <198982749+Copilot@users.noreply.github.com>\n"


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    repo = Repo(tmp_path / "repo")
    repo.commit("first")
    return repo


@contextmanager
def opened(repo: Repo) -> Iterator[Repository]:
    with open_repository(repo.path) as repository:
        yield repository


def answer(repo: Repo) -> Answer:
    with opened(repo) as repository:
        return traces.traces(read_house(repository, "HEAD"))


def change(repo: Repo, message: str, **files: bytes) -> str:
    for name, data in files.items():
        repo.write(f".prgate/traces/{name}.jsonl", data)
    return repo.commit(message)


def merge(repo: Repo, branch: str, message: str) -> str:
    repo.checkout("main")
    repo.git("merge", "--quiet", "--no-ff", "--no-commit", branch)
    return repo.commit(message)


def test_no_history_is_unknown(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "repo")
    repo.commit("only")
    assert (answer(repo).state, answer(repo).found) == (State.UNKNOWN, "no history was there to look through")


def test_a_branch_without_marks_says_so(repo: Repo) -> None:
    repo.commit("a change by hand")
    assert (answer(repo).state, answer(repo).found) == (State.OK, "no marks of an agent in the last 1 step of the branch")


def test_an_agents_change_without_a_trace_is_counted(repo: Repo) -> None:
    change(repo, CLAUDE)
    change(repo, CLAUDE, good=TRACE)
    change(repo, COPILOT)
    repo.commit("by hand")
    found = answer(repo)
    assert found.state is State.ATTEND
    told = "1 of the last 2 changes by agents that can export a trace carried a readable one in the tree, in a note or as a checkpoint"
    assert found.found == f"{told}; 1 more are by agents that keep their session (the last 4 steps of the branch)"
    assert [".prgate/traces/good.jsonl"] == [str(spot) for spot in found.places]


@pytest.mark.parametrize("data", [b"", b"not a trace", b'{"a": 1}\n', b"\xff" * 100])
def test_a_file_that_no_reader_takes_is_no_trace(repo: Repo, data: bytes) -> None:
    change(repo, CLAUDE, bad=data)
    assert answer(repo).found.startswith("0 of the last 1 change by agents")


def test_a_link_to_a_trace_is_no_trace(repo: Repo) -> None:
    repo.write("elsewhere", TRACE)
    repo.symlink(".prgate/traces/a.jsonl", "../../elsewhere")
    repo.commit(CLAUDE)
    assert answer(repo).state is State.ATTEND


def test_a_trace_that_was_taken_away_again_is_none(repo: Repo) -> None:
    change(repo, CLAUDE, good=TRACE)
    repo.remove(".prgate/traces/good.jsonl")
    repo.commit(CLAUDE)
    assert answer(repo).found.startswith("1 of the last 2 changes")


def test_a_damaged_trace_is_none(repo: Repo) -> None:
    change(repo, CLAUDE, good=TRACE)
    repo.damage(repo.git("rev-parse", "HEAD:.prgate/traces/good.jsonl").decode().strip())
    assert answer(repo).state is State.ATTEND


def test_a_note_on_any_of_its_commits_is_a_trace(repo: Repo) -> None:
    repo.branch("side")
    sha = change(repo, CLAUDE)
    merge(repo, "side", "Merge pull request #3 from acme/side\n\nwords")
    assert answer(repo).state is State.ATTEND
    note(repo, sha, TRACE)
    found = answer(repo)
    assert (State.OK, [f"note on {sha[:12]}"]) == (found.state, [str(spot) for spot in found.places])


@pytest.mark.parametrize("data", [b"Reviewed.\n", SILENT])
def test_a_note_that_tells_of_nobody_is_no_trace(repo: Repo, data: bytes) -> None:
    note(repo, change(repo, CLAUDE), data)
    assert answer(repo).state is State.ATTEND


def test_a_checkpoint_that_the_commit_names_is_a_trace(repo: Repo) -> None:
    change(repo, f"{CLAUDE}Entire-Checkpoint: {ID}\n")
    assert answer(repo).state is State.ATTEND
    in_branch(repo, {ID: checkpoint(b"no trace\n", TRACE)})
    found = answer(repo)
    assert (State.OK, [f"checkpoint {ID}, session 1"]) == (found.state, [str(spot) for spot in found.places])


def test_a_session_attached_to_a_branch_is_said_not_to_count(repo: Repo) -> None:
    change(repo, CLAUDE)
    attach(repo, "main", "s", TRACE)
    found = answer(repo)
    assert found.state is State.ATTEND
    assert "Not counted: sessions attached to a branch, most of which go with it, and artifacts" in found.cure


def test_every_change_with_a_trace_is_ok(repo: Repo) -> None:
    change(repo, CLAUDE, good=TRACE)
    assert answer(repo).state is State.OK


def test_a_merge_is_one_change_with_all_its_commits(repo: Repo) -> None:
    repo.branch("side")
    change(repo, CLAUDE)
    change(repo, "add the session", good=TRACE)
    merge(repo, "side", "Merge pull request #3 from acme/side\n\nwords")
    found = answer(repo)
    assert (found.state, found.found.partition(" by ")[0]) == (State.OK, "1 of the last 1 change")


def test_the_branch_that_a_merge_names_is_a_mark(repo: Repo) -> None:
    repo.branch("claude/fix")
    repo.commit("no marks here")
    merge(repo, "claude/fix", "Merge pull request #3 from acme/claude/fix\n\nwords")
    assert answer(repo).found.startswith("0 of the last 1 change by agents")
    repo.commit("Merge pull request #4 from acme/claude/fix is what this is not")
    assert answer(repo).found.startswith("0 of the last 1 change by agents")


def test_each_commit_belongs_to_the_step_that_brought_it(repo: Repo) -> None:
    first = repo.head()
    repo.branch("one")
    one = repo.commit("one")
    repo.branch("two", first)
    two = repo.commit("two")
    repo.git("merge", "--quiet", "--no-ff", "--no-commit", "one")
    both = repo.commit("both")
    merged_one = merge(repo, "one", "Merge one")
    merged_two = merge(repo, "two", "Merge two")
    with opened(repo) as repository:
        steps = recent_steps(repository, repo.head())
    assert not isinstance(steps, Missing)
    assert [[merged_two, {both, two}], [merged_one, {one}]] == [[step[0].sha, {commit.sha for commit in step[1:]}] for step in steps]


def test_only_so_many_steps_are_looked_through(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    shas = [repo.commit(str(number)) for number in range(7)]
    monkeypatch.setattr(traces, "LOOKED_THROUGH", 3)
    with opened(repo) as repository:
        steps = recent_steps(repository, repo.head())
    assert not isinstance(steps, Missing)
    assert [step[0].sha for step in steps] == shas[:3:-1]


def test_a_long_history_is_halved_until_it_fits(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    shas = [repo.commit(str(number)) for number in range(6)]
    monkeypatch.setattr(traces, "_MOST_COMMITS", 2)
    with opened(repo) as repository:
        steps = recent_steps(repository, repo.head())
    assert not isinstance(steps, Missing)
    assert [step[0].sha for step in steps] == [shas[5]]


def test_a_history_that_cannot_be_read_is_unknown(repo: Repo) -> None:
    repo.write("a", b"1")
    broken = repo.commit("one")
    repo.write("a", b"2")
    repo.commit("two")
    repo.damage(repo.git("rev-parse", f"{broken}^{{tree}}").decode().strip())
    found = answer(repo)
    assert (found.state, found.found.partition(": ")[0]) == (State.UNKNOWN, "the history could not be read")


def test_a_commit_that_is_damaged_ends_the_history_there(repo: Repo) -> None:
    middle = repo.commit("one")
    repo.commit("two")
    repo.commit("three")
    repo.damage(middle)
    assert answer(repo).state is State.UNKNOWN


def test_what_leads_out_of_the_known_commits_ends_the_line() -> None:
    def commit(sha: str, *parents: str) -> Commit:
        return Commit(sha, parents, "", "", "", "", "", "", ())

    known = {"c": commit("c", "b"), "b": commit("b")}
    assert [["c"], ["b"]] == [[each.sha for each in step] for step in traces._steps("c", known)]
