"""What the hook does with the calls that real agents made, and that nothing stops the agent."""

from __future__ import annotations

import io
import json
import os
import shlex
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from prgate.attach.hook import Call, concerns, hook, read_call, settle
from prgate.attach.install import LINE
from prgate.attach.session import settled, take
from prgate.errors import FormatError
from prgate.formats.traces import read_trace
from prgate.git.own import NESTED
from prgate.model.trace import EventKind, Trace
from tests.attach.material import ID, Place, Session, append
from tests.record import hook_steps
from tests.repositories import Repo

RECORDED = Path(__file__).parent / "recorded"
AGENTS = {"claude": "claude-code-2.1.197", "codex": "codex-0.169.0"}
REF = f"refs/prgate/change/{ID}"


@dataclass
class Replay:
    """A clone of the recorded project in which the calls of an agent's hooks are made again."""

    agent: str
    repo: Repo
    origin: Repo
    home: Path

    def __post_init__(self) -> None:
        stem = AGENTS[self.agent]
        self.lines = self.moved(RECORDED / f"{stem}.session.jsonl").splitlines(keepends=True)
        self.calls: list[dict[str, Any]] = [json.loads(line) for line in self.moved(RECORDED / f"{stem}.calls.jsonl").splitlines()]

    def moved(self, path: Path) -> bytes:
        """A recording as if it had been made here."""
        return path.read_bytes().replace(b"/home/dev", str(self.home).encode())

    def call(self, number: int, *, whole: bool = False, **changed: Any) -> str:
        """Make a call while the session's file goes on as it did then; what the hook says."""
        entry = self.calls[number]
        given = entry["call"] | changed
        transcript = Path(given["transcript_path"])
        transcript.parent.mkdir(parents=True, exist_ok=True)
        before, after = (self.lines[:count] for count in entry["lines"])
        transcript.write_bytes(b"".join(self.lines if whole else before))
        late = threading.Timer(0.05, append, (transcript, b"" if whole else b"".join(after[len(before) :])))
        late.start()
        said = hook(io.BytesIO(json.dumps(given).encode()), {})
        late.join()
        return said

    def numbers(self, what: str) -> list[int]:
        """The calls whose command has this word."""
        return [number for number, entry in enumerate(self.calls) if what in entry["call"].get("tool_input", {}).get("command", "")]

    def works(self) -> None:
        """What the agent had written when it committed."""
        self.repo.write("till.py", (hook_steps.BASE["till.py"] + hook_steps.COUNT).encode())
        self.repo.write("test_till.py", hook_steps.TEST.encode())

    def commits(self) -> None:
        self.repo.commit("Count the till")

    def pushes(self) -> None:
        self.repo.git("commit", "--quiet", "--amend", "--message=Count what is in the till")
        self.repo.git("push", "--quiet", "-u", "origin", "HEAD")

    def refs(self, repo: Repo) -> list[str]:
        return repo.git("for-each-ref", "--format=%(refname)", "refs/prgate").decode().split()

    def trace(self, repo: Repo) -> Trace:
        (ref,) = self.refs(repo)
        return read_trace("t", repo.git("cat-file", "blob", f"{ref}:trace.json"))


@pytest.fixture(params=sorted(AGENTS))
def replay(request: pytest.FixtureRequest, place: Place) -> Replay:
    agent: str = request.param
    repo = Repo(place.home / "till")
    for path, text in hook_steps.BASE.items():
        repo.write(path, text.encode())
    repo.commit("A till")
    repo.git("remote", "add", "origin", str(place.origin.path))
    repo.git("push", "--quiet", "--force", "origin", "main")
    repo.git("remote", "set-head", "origin", "main")
    repo.branch(hook_steps.BRANCHES[agent])
    return Replay(agent, repo, place.origin, place.home)


def log(repo: Repo) -> str:
    file = repo.path / ".git" / "prgate-attach.log"
    return file.read_text("utf-8") if file.exists() else ""


def test_the_calls_of_a_recorded_session_leave_it_at_the_remote(replay: Replay) -> None:
    replay.works()
    replay.commits()
    (commit,) = replay.numbers("git add")
    said = replay.call(commit)
    assert "6 of 6 lines are in this branch" in said
    assert "lags" not in said
    assert "pushed" not in said
    assert (len(replay.refs(replay.repo)), replay.refs(replay.origin)) == (1, [])
    replay.pushes()
    (push,) = replay.numbers("git push")
    assert replay.call(push).endswith(", pushed to origin")
    assert replay.refs(replay.origin) == replay.refs(replay.repo)
    early = replay.trace(replay.origin)
    assert replay.call(-1, whole=True).endswith(", pushed to origin")
    trace = replay.trace(replay.origin)
    assert len(trace.events) > len(early.events)
    edited = [event for event in trace.events if event.kind is EventKind.EDIT]
    assert [event.path for event in edited] == [b"till.py", b"test_till.py"]
    assert [len(event.edit.lines) // 8 for event in edited if event.edit is not None] == [3, 3]
    runs = [(event.command.tests, event.command.exit) for event in trace.events if event.command is not None]
    assert (True, 0) in runs
    assert trace.agents == ({"claude": "claude-code", "codex": "codex"}[replay.agent],)


def test_nothing_of_home_and_of_what_was_said_is_attached(replay: Replay) -> None:
    replay.works()
    replay.commits()
    replay.call(-1, whole=True)
    (ref,) = replay.refs(replay.repo)
    data = replay.repo.git("cat-file", "blob", f"{ref}:trace.json").decode()
    for word in (str(replay.home), "tested", "look first", "missing_module", "first thoughts", "The till must count", "notes.txt"):
        assert word not in data


def test_the_command_that_the_hook_follows_is_among_those_that_worked(replay: Replay) -> None:
    replay.works()
    replay.commits()
    (commit,) = replay.numbers("git add")
    replay.call(commit)
    *_, last = (event for event in replay.trace(replay.repo).events if event.kind is EventKind.COMMAND)
    assert last.command is not None
    assert (last.ok, last.command.exit) == (True, 0)
    assert last.command.programs[0].startswith("git add")


def test_calls_that_change_no_branch_cost_nothing(replay: Replay) -> None:
    replay.works()
    replay.commits()
    quiet = [number for number, entry in enumerate(replay.calls) if not concerns(_call(entry["call"]))]
    assert len(quiet) == {"claude": 1, "codex": 3}[replay.agent]
    assert [replay.call(number) for number in quiet] == [""] * len(quiet)
    assert replay.refs(replay.repo) == []


def _call(given: dict[str, Any]) -> Call:
    call = read_call(json.dumps(given).encode())
    assert call is not None
    return call


def test_another_branch_that_was_only_looked_at_gets_nothing(replay: Replay) -> None:
    replay.repo.write("till.py", b"somebody = 'else'\n")
    replay.repo.commit("long ago")
    assert replay.call(-1, whole=True) == ""
    assert replay.refs(replay.repo) == []


def test_the_default_branch_is_never_pushed_by_a_hook(replay: Replay) -> None:
    replay.repo.checkout("main")
    replay.works()
    assert "as refs/prgate/main/" in replay.call(-1, whole=True)
    assert replay.refs(replay.origin) == []


def test_without_a_branch_or_a_clone_nothing_is_done(replay: Replay) -> None:
    replay.works()
    replay.commits()
    replay.repo.checkout("--detach")
    assert replay.call(-1, whole=True) == ""
    assert replay.call(-1, whole=True, cwd=str(replay.home)) == ""
    assert replay.refs(replay.repo) == []


def test_a_remote_that_is_not_there_is_logged_and_the_session_stays_here(replay: Replay) -> None:
    replay.works()
    replay.commits()
    replay.pushes()
    replay.repo.git("remote", "set-url", "origin", str(replay.home / "gone.git"))
    assert replay.call(-1, whole=True) == ""
    assert "attached here, but not pushed to origin" in log(replay.repo)
    assert len(replay.refs(replay.repo)) == 1


@pytest.mark.parametrize(
    ("data", "environment"),
    [
        (b"", {}),
        (b"{", {}),
        (b"[" * 100_000, {}),
        (b"[]", {}),
        (b'{"cwd": "/"}', {}),
        (b'{"cwd": 1, "transcript_path": []}', {}),
        (b'{"cwd": "/nowhere/at/all", "transcript_path": "/nowhere", "hook_event_name": "Stop"}', {}),
        (b'{"cwd": "\\u0000", "transcript_path": "\\u0000", "hook_event_name": "Stop"}', {}),
        (b'{"cwd": "\\ud800", "transcript_path": "\\ud800", "hook_event_name": "Stop", "last_assistant_message": "\\ud800"}', {}),
        (b'{"cwd": "/", "transcript_path": "/x", "tool_input": 1, "hook_event_name": "PostToolUse"}', {}),
    ],
)
def test_no_input_makes_a_hook_fail(place: Place, data: bytes, environment: dict[str, str]) -> None:
    assert hook(io.BytesIO(data), environment) == ""


def test_input_without_end_is_refused() -> None:
    with pytest.raises(FormatError, match="more than"):
        read_call(b" " * (32 * 1024 * 1024 + 1))


def test_a_hook_that_a_hook_of_ours_set_off_does_nothing(replay: Replay) -> None:
    replay.works()
    entry = replay.calls[-1]["call"]
    Path(entry["transcript_path"]).parent.mkdir(parents=True)
    Path(entry["transcript_path"]).write_bytes(b"".join(replay.lines))
    assert hook(io.BytesIO(json.dumps(entry).encode()), {NESTED: "1"}) == ""
    assert hook(io.BytesIO(json.dumps(entry).encode()), {}) != ""


@pytest.fixture
def lagging(place: Place) -> tuple[Place, Path, dict[str, Any]]:
    """A session whose last message is not in its file yet."""
    place.repo.write("a.py", b"first = 1\ntotal = 1\n")
    session = place.session().edits(f"{place.repo.path}/a.py", "total = 1\n")
    path = place.transcript(session)
    session.says("Done — “all” of it.\n")
    call = {"session_id": ID, "transcript_path": str(path), "cwd": str(place.repo.path), "hook_event_name": "Stop"}
    return place, path, call | {"last_assistant_message": "Done — “all” of it.\n", "late": session.data.decode()}


def test_a_file_that_lags_behind_is_waited_for(lagging: tuple[Place, Path, dict[str, Any]]) -> None:
    place, path, call = lagging
    threading.Timer(0.15, path.write_text, (call.pop("late"), "utf-8")).start()
    said = hook(io.BytesIO(json.dumps(call).encode()), {})
    assert "lags" not in said
    assert [event.kind for event in read_trace("t", place.attached(REF)).events] == [EventKind.EDIT, EventKind.MESSAGE]


def test_it_is_not_waited_for_longer_than_a_second(lagging: tuple[Place, Path, dict[str, Any]]) -> None:
    place, _, call = lagging
    start = time.monotonic()
    said = hook(io.BytesIO(json.dumps(call).encode()), {})
    assert time.monotonic() - start < 20
    assert said.endswith("; the session's file lags behind")
    assert list(place.here()) == [REF]


def test_what_is_waited_for_is_the_call_or_the_last_message(tmp_path: Path) -> None:
    file = tmp_path / "session"
    call = Call("PostToolUse", file, tmp_path, "git commit", "toolu_9", None, worked=False)
    assert not settle(call, seconds=0.0)
    file.write_text('{"id":"toolu_9"}', "utf-8")
    assert settle(call, seconds=0.0)
    stop = Call("Stop", file, tmp_path, None, None, 'said "ö"\n', worked=False)
    assert not settle(stop, seconds=0.0)
    for form in ('said \\"ö\\"\\n', 'said \\"\\u00f6\\"\\n'):
        file.write_text(form, "utf-8")
        assert settle(stop, seconds=0.0)
    assert settle(Call("Stop", file, tmp_path, None, None, None, worked=False), seconds=0.0)


def test_only_one_open_command_is_settled(place: Place) -> None:
    one = place.session().runs("git commit", ok=None).trace()
    two = place.session().runs("git commit", ok=None).runs("git push", ok=None).trace()
    none = place.session().runs("git commit").trace()
    assert [event.ok for event in settled(one).events] == [True]
    assert [event.ok for event in settled(two).events] == [None, None]
    assert settled(none) == none


def test_a_session_without_known_lines_counts_where_the_branch_changed_meanwhile(place: Place) -> None:
    def said() -> str:
        path = place.transcript(place.session().runs("python3 generate.py"))
        call = {"transcript_path": str(path), "cwd": str(place.repo.path), "hook_event_name": "Stop"}
        return hook(io.BytesIO(json.dumps(call).encode()), {})

    assert said() == ""
    place.repo.write("made.py", b"made = 1\n")
    assert "(0 edits, 1 command) as " in said()
    place.repo.git("add", "--all")
    late = "2026-01-06T08:00:00Z"
    place.repo.git("commit", "--quiet", "--message=made", env={"GIT_COMMITTER_DATE": late})
    assert "attached" in said()
    place.repo.git("commit", "--quiet", "--amend", "--no-edit", env={"GIT_COMMITTER_DATE": "2026-01-04T08:00:00Z"})
    assert said() == ""


def test_a_session_that_looked_only_counts_for_nothing(place: Place) -> None:
    place.repo.write("made.py", b"made = 1\n")
    path = place.transcript(place.session().runs("ls").says("x"))
    call = {"transcript_path": str(path), "cwd": str(place.repo.path), "hook_event_name": "Stop"}
    assert hook(io.BytesIO(json.dumps(call).encode()), {}) == ""


def test_the_log_does_not_grow_without_end(place: Place) -> None:
    file = place.repo.path / ".git" / "prgate-attach.log"
    file.write_bytes(b"x" * 70_000)
    call = {"transcript_path": "/nowhere", "cwd": str(place.repo.path), "hook_event_name": "Stop"}
    assert hook(io.BytesIO(json.dumps(call).encode()), {}) == ""
    assert file.stat().st_size < 1_000
    assert "cannot be read" in log(place.repo)
    file.unlink()
    file.mkdir()
    assert hook(io.BytesIO(json.dumps(call).encode()), {}) == ""


def test_a_pipe_in_place_of_the_session_file_is_not_waited_on(place: Place) -> None:
    os.mkfifo(place.tmp / "pipe")
    call = {"transcript_path": str(place.tmp / "pipe"), "cwd": str(place.repo.path), "hook_event_name": "Stop"}
    given = json.dumps(call).encode()
    line = [sys.executable, "-m", "prgate", "attach", "--hook"]
    done = subprocess.run(line, input=given, capture_output=True, cwd=place.tmp, check=False, timeout=20)
    assert (done.returncode, done.stdout) == (0, b"")
    assert "no plain file" in log(place.repo)


def test_a_folder_laid_out_as_a_bare_repository_starts_none_of_its_programs(place: Place) -> None:
    """What a stranger's branch holds is no repository: its settings could name a program that git starts."""
    inner = place.repo.path / "docs" / "inner"
    inner.mkdir(parents=True)
    place.repo.git("init", "--quiet", "--bare", str(inner))
    started = place.tmp / "started"
    watch = place.tmp / "watch"
    watch.write_text(f"#!/bin/sh\ntouch {started}\n", "utf-8")
    watch.chmod(0o755)
    for key, value in (("core.bare", "false"), ("core.worktree", str(inner)), ("core.fsmonitor", str(watch))):
        place.repo.git("config", "--file", str(inner / "config"), key, value)
    path = place.transcript(place.session().runs("make"))
    call = {"transcript_path": str(path), "cwd": str(inner), "hook_event_name": "Stop"}
    said = hook(io.BytesIO(json.dumps(call).encode()), {})
    assert (started.exists(), said) == (False, "")


@pytest.mark.parametrize("data", [b"no JSON", b""])
def test_the_command_ends_well_and_prints_nothing_on_standard_output(place: Place, data: bytes) -> None:
    done = subprocess.run([sys.executable, "-m", "prgate", "attach", "--hook"], input=data, capture_output=True, cwd=place.tmp, check=False)
    assert (done.returncode, done.stdout) == (0, b"")


def test_a_hook_without_standard_input_ends_well() -> None:
    line = f"{shlex.quote(sys.executable)} -m prgate attach --hook <&-"
    done = subprocess.run(["/bin/sh", "-c", line], capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_the_line_in_the_settings_never_fails_where_prgate_is_not_installed(tmp_path: Path) -> None:
    done = subprocess.run(["/bin/sh", "-c", LINE], env={"PATH": str(tmp_path)}, capture_output=True, check=False)
    assert done.returncode == 0
    assert done.stdout == b""


def test_a_session_that_ran_in_a_linked_folder_names_the_same_files(place: Place) -> None:
    place.repo.write("sub/a.py", b"total = 1\n")
    link = place.tmp / "link"
    link.symlink_to(place.repo.path)
    session = Session(f"{link}/sub").edits(f"{link}/sub/a.py", "total = 1\n")
    session.records[-1]["cwd"] = "/elsewhere"
    taken = take(place.clone(), place.branch(), place.transcript(session))
    assert [event.path for event in taken.trace.events] == [b"sub/a.py"]
    elsewhere = Session("/elsewhere").edits("/elsewhere/sub/a.py", "total = 1\n")
    assert take(place.clone(), place.branch(), place.transcript(elsewhere)).about.outside == 1


def test_a_folder_that_only_holds_a_link_into_the_clone_is_no_work_tree(place: Place) -> None:
    place.repo.write("sub/a.py", b"total = 1\n")
    desk = place.tmp / "desk"
    desk.mkdir()
    (desk / "sub").symlink_to(place.repo.path / "sub")
    session = Session(f"{desk}/sub").edits(f"{desk}/private/diary.txt", "total = 1\n")
    taken = take(place.clone(), place.branch(), place.transcript(session))
    assert (taken.trace.events, taken.about.outside) == ((), 1)


def test_a_session_in_another_work_tree_names_the_same_files(place: Place) -> None:
    other = place.repo.path / ".trees" / "two"
    place.repo.git("worktree", "add", "--quiet", "-b", "second", str(other))
    (other / "b.py").write_text("total = 1\n", "utf-8")
    path = place.transcript(Session(str(place.repo.path)).edits(f"{other}/b.py", "total = 1\n"))
    call = {"transcript_path": str(path), "cwd": str(other), "hook_event_name": "Stop"}
    assert "1 of 1 line is in this branch) as refs/prgate/second/" in hook(io.BytesIO(json.dumps(call).encode()), {})
    trace = read_trace("t", place.attached(f"refs/prgate/second/{ID}"))
    assert [event.path for event in trace.events] == [b"b.py"]
