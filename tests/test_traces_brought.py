"""Traces that a change brings along as files, and traces that are named."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest

from prgate.model.missing import Missing, Why
from prgate.model.policy import Judge
from prgate.model.verdict import EvidenceRead
from prgate.operands import stream_operand
from prgate.request import Request, Supplied
from prgate.run import judge
from tests.formats.traces.recorded import STREAM
from tests.repositories import Repo
from tests.tracing import AT, committed, gathered, judged, outcome, policy, sealed, told, traces


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    return sealed(tmp_path / "repo")


# Files of the change.


@pytest.mark.parametrize(
    "path", [".agent-trace/traces.jsonl", ".prgate/s.jsonl", ".prgate/deep/s.json", ".prgate/history.md", "logs/s.log"]
)
def test_a_file_of_the_change_counts_at_its_places(repo: Repo, path: str) -> None:
    repo.write(path, STREAM)
    repo.commit("With its session")
    used = policy(repo.path.parent, classes='{trace: ["logs/**"]}')
    assert [(path, "claude-stream-json")] == told(judged(repo, policy=used))


@pytest.mark.parametrize("path", [".prgate/run.py", ".agent-trace/run.py", "logs/run.py", ".prgate/s.txt", "docs/s.json"])
def test_no_other_file_does_and_no_program(repo: Repo, path: str) -> None:
    repo.write(path, STREAM)
    repo.commit("With its session")
    used = policy(repo.path.parent, classes='{trace: ["logs/**"]}')
    assert [] == told(judged(repo, policy=used))


def test_a_file_at_its_places_that_is_no_trace_is_left_alone(repo: Repo) -> None:
    repo.write(".prgate/notes.md", b"# Notes\n")
    repo.write(".agent-trace/link", b"x")
    repo.symlink(".prgate/link.json", "s.json")
    repo.commit("Notes")
    assert ([], "fail") == (told(judged(repo)), outcome(judged(repo)))


def test_a_damaged_file_at_its_places_is_said(repo: Repo) -> None:
    committed(repo)
    repo.damage(repo.git("rev-parse", "HEAD:.prgate/s.json").decode().strip())
    assert [Why.UNREADABLE] == [each.why for each in gathered(repo)[0].unread]


def test_more_files_than_a_change_should_bring_are_not_read(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("prgate.gather.traces._MOST_FILES", 1)
    for number in range(2):
        repo.write(f".prgate/{number}.json", STREAM + b"\n" * number)
    repo.commit("With its sessions")
    assert (True, [Why.OVER_LIMIT]) == (gathered(repo)[0].in_doubt, [each.why for each in gathered(repo)[0].unread])


def test_a_trace_file_in_a_diff_alone_cannot_be_read(repo: Repo, tmp_path: Path) -> None:
    committed(repo)
    diff = tmp_path / "x.diff"
    diff.write_bytes(repo.git("diff", "main", "HEAD"))
    verdict = judge(Request(at=AT, diff=diff, policy=policy(tmp_path), judge=Judge.ALL))
    assert [(Why.ABSENT, "a diff alone holds no whole trace file")] == told(verdict)


# Files that are named.


def test_a_named_file_is_read_as_a_stream_and_its_digest_is_of_the_whole(repo: Repo, tmp_path: Path) -> None:
    file = tmp_path / "s.jsonl"
    data = STREAM + b"\n" * 500_000
    file.write_bytes(data)
    (item,) = traces(judged(repo, traces=(Supplied(file, "s.jsonl", note="said so"),)))
    assert isinstance(item, EvidenceRead)
    assert ("s.jsonl", sha256(data).hexdigest(), True) == (item.source, item.sha256, str(item.note).endswith("; said so"))


def test_the_digest_is_of_the_whole_file_whatever_its_reader_leaves(tmp_path: Path) -> None:
    file = tmp_path / "s"
    file.write_bytes(b"0123456789")
    operand = stream_operand(file, lambda stream: stream.read(4), option="--trace", limit=10)
    assert (b"0123", sha256(b"0123456789").hexdigest()) == (operand.value, operand.sha256)


def test_a_named_file_that_is_none_or_missing_is_said(repo: Repo, tmp_path: Path) -> None:
    file = tmp_path / "s.jsonl"
    file.write_bytes(b"no trace\n" * 1_000)
    lost = Missing(Why.ABSENT, "no artifact", "Upload it.")
    found, inputs = gathered(repo, traces=(Supplied(file, "s.jsonl"), lost))
    assert ([Why.UNREADABLE, Why.ABSENT], True) == ([each.why for each in found.unread], found.in_doubt)
    assert ["trace:1", "trace:2"] == [item.id for item in inputs]


def test_a_disk_that_fails_while_reading_is_said(repo: Repo) -> None:
    place = Path("/proc/self/mem")
    if not place.exists():
        pytest.skip("no file here fails when it is read")
    found, _ = gathered(repo, traces=(Supplied(place, "s.jsonl"),))
    assert (1, True) == (len(found.unread), "cannot be read" in found.unread[0].detail)
