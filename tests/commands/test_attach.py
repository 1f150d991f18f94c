"""``prgate attach``: what it prints, what it refuses, what it leaves behind."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from prgate.commands.attach import attach
from prgate.errors import PrgateError
from prgate.formats.classes import path_class
from prgate.formats.traces import read_trace
from prgate.model.paths import FileClass
from tests.attach.conftest import place as place  # noqa: PLC0414 (the fixture of the attach tests)
from tests.attach.material import ID, Place, Session

REF = f"refs/prgate/change/{ID}"
OTHER = "99999999-1111-4222-8333-444455556666"


def run(place: Place, *args: str) -> None:
    attach.main(["--repo", str(place.repo.path), *args], standalone_mode=False)


@pytest.fixture
def said(place: Place, capsys: pytest.CaptureFixture[str]) -> Said:
    return Said(place, capsys)


class Said:
    """What a command prints."""

    def __init__(self, place: Place, capsys: pytest.CaptureFixture[str]) -> None:
        self.place = place
        self.capsys = capsys

    def __call__(self, *args: str) -> str:
        self.capsys.readouterr()
        run(self.place, *args)
        return self.capsys.readouterr().out


@pytest.fixture
def transcript(place: Place) -> Path:
    """A session of the newest kind in the clone, whose one line is in its work tree."""
    place.repo.write("a.py", b"first = 1\ntotal = 1\n")
    session = place.session().edits(f"{place.repo.path}/a.py", "total = 1\nfirst try of it\n").runs("ls")
    return place.transcript(session)


def test_without_a_session_it_says_where_it_looked(place: Place) -> None:
    with pytest.raises(PrgateError, match="no session of Claude Code or Codex"):
        run(place)
    assert place.here() == {}


def test_one_line_says_what_was_attached(said: Said, transcript: Path, place: Place) -> None:
    line = said(str(transcript))
    told = "1 session of Claude Code (1 edit, 1 command, 1 of 2 lines is in this branch)"
    assert (
        line
        == f"attached {told} as {REF}, not pushed yet: `prgate attach --push` does it, and so does the hook once the branch is pushed\n"
    )
    assert place.here(place.origin) == {}
    place.repo.git("push", "--quiet", "origin", "change")
    assert said() == f"attached {told} as {REF}, pushed to origin\n"
    assert place.here(place.origin) == place.here()


def test_the_newest_session_or_the_named_one_is_taken(said: Said, transcript: Path, place: Place) -> None:
    place.transcript(place.session(OTHER).says("other"))
    assert f"refs/prgate/change/{ID}," in said("--session", ID)
    assert list(place.here()) == [REF]
    said(str(transcript), str(transcript.with_name(f"{OTHER}.jsonl")))
    assert len(place.here()) == 2


@pytest.mark.parametrize(("flag", "pushed"), [("--push", True), ("--no-push", False)])
def test_pushing_can_be_asked_for_and_forbidden(said: Said, transcript: Path, place: Place, flag: str, *, pushed: bool) -> None:
    if not pushed:
        place.repo.git("push", "--quiet", "origin", "change")
    said(flag)
    assert (place.here(place.origin) == place.here()) is pushed


def test_without_a_remote_there_is_nothing_to_push_to(said: Said, transcript: Path, place: Place) -> None:
    place.repo.git("remote", "remove", "origin")
    with pytest.raises(PrgateError, match="no remote to push to"):
        said("--push")
    with pytest.raises(PrgateError, match="no remote"):
        said("--remove", "--push")
    assert said().endswith(f"as {REF}\n")


def test_a_dry_run_prints_the_very_document_and_attaches_nothing(said: Said, transcript: Path, place: Place) -> None:
    printed = said("--dry-run")
    assert place.here() == {}
    said()
    assert printed.encode() == place.attached(REF)
    assert "first try" not in printed
    assert read_trace("t", printed.encode()).agents == ("claude-code",)


def test_another_branch_can_be_named(said: Said, transcript: Path, place: Place) -> None:
    place.repo.commit("mine")
    place.repo.checkout("main")
    assert "1 of 2 lines is in this branch" in said("--branch", "change")
    assert list(place.here()) == [REF]


def test_a_file_that_is_no_session_is_said(place: Place) -> None:
    text = place.tmp / "notes.txt"
    text.write_text("no session", "utf-8")
    with pytest.raises(PrgateError, match="no reader takes this trace") as caught:
        run(place, str(text))
    assert caught.value.where == str(text)


def test_a_file_and_an_id_exclude_each_other(place: Place, transcript: Path) -> None:
    with pytest.raises(PrgateError, match="not both"):
        run(place, "--session", ID, str(transcript))


def test_into_the_branch_writes_a_file_and_says_what_that_means(said: Said, transcript: Path, place: Place) -> None:
    printed = said("--into-branch")
    file = place.repo.path / ".prgate" / f"{ID}.json"
    assert f"as .prgate/{ID}.json\n" in printed
    assert "cannot be taken back" in printed
    assert place.here() == {}
    assert json.loads(file.read_bytes())["branch"] == "change"
    assert path_class(f".prgate/{ID}.json".encode()) is FileClass.TRACE


@pytest.mark.parametrize("taken", ["link", "folder", "parent", "file"])
def test_into_the_branch_never_leads_out_of_it(said: Said, transcript: Path, place: Place, taken: str) -> None:
    file = place.repo.path / ".prgate" / f"{ID}.json"
    match taken:
        case "link":
            file.parent.mkdir(parents=True)
            file.symlink_to(place.tmp / "outside.json")
        case "folder":
            file.mkdir(parents=True)
        case "parent":
            (place.tmp / "outside").mkdir()
            (place.repo.path / ".prgate").symlink_to(place.tmp / "outside")
        case _:
            (place.repo.path / ".prgate").write_text("a file", "utf-8")
    with pytest.raises(PrgateError, match=r"leads out of|cannot be written"):
        said("--into-branch")
    assert not (place.tmp / "outside.json").exists()
    assert [*(place.tmp / "outside").glob("*")] == []


def test_what_is_attached_is_listed_and_removed(said: Said, transcript: Path, place: Place) -> None:
    assert said("--list") == "nothing is attached to change in this clone\n"
    assert said("--remove") == "nothing was attached to change in this clone\n"
    said("--push")
    assert said("--list") == f"{REF}\n"
    printed = said("--remove")
    assert printed.startswith(f"removed {REF}\nIt may still be at origin: --remove --push takes it away there.\n")
    assert "has to be replaced" in printed
    assert (place.here(), len(place.here(place.origin))) == ({}, 1)
    assert said("--remove", "--push").startswith(f"removed {REF}\nWhat others have fetched")
    assert place.here(place.origin) == {}
    assert said("--remove", "--push") == "nothing was attached to change in this clone and origin\n"


@pytest.mark.parametrize(("agent", "file"), [("claude", ".claude/settings.json"), ("codex", ".codex/hooks.json")])
def test_the_hook_is_set_and_what_a_person_has_to_approve_is_said(said: Said, place: Place, agent: str, file: str) -> None:
    printed = said("--install", agent)
    assert printed.startswith(f"set the hook in {file}\nNext:\n  1. ")
    assert ("/hooks" in printed) is (agent == "codex")
    assert "`gate-tampering`" in printed
    assert not (place.home / f".{agent}").exists()
    assert said("--install", agent) == f"{file} has the hook already\n"
    assert said("--uninstall", agent) == f"took the hook out of {file}\n"
    assert said("--uninstall", agent) == f"{file} has no hook of prgate\n"


def test_the_hook_can_be_set_for_all_repositories_of_a_person(said: Said, place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    printed = said("--install", "claude", "--global")
    assert printed.startswith(f"set the hook in {place.home}/.claude/settings.json\n")
    assert "gate-tampering" not in printed
    assert "prgate is not on the PATH here" in printed
    (place.tmp / "prgate").write_text("#!/bin/sh\n", "utf-8")
    (place.tmp / "prgate").chmod(0o755)
    monkeypatch.setenv("PATH", f"{place.tmp}:/usr/bin:/bin")
    assert "PATH" not in said("--install", "codex", "--global")
    assert not (place.repo.path / ".claude").exists()


def test_a_layout_that_could_not_be_kept_is_said(said: Said, place: Place) -> None:
    place.repo.write(".claude/settings.json", b'{"model": "opus"}')
    assert "its layout is not" in said("--install", "claude")


def test_setting_and_taking_out_exclude_each_other(place: Place) -> None:
    with pytest.raises(PrgateError, match="either"):
        run(place, "--install", "claude", "--uninstall", "codex")


def test_an_agent_that_no_signature_names_keeps_its_own_word(said: Said, place: Place) -> None:
    place.repo.write("x.json", b"")
    document = {"format": "prgate-attached", "version": 1, "source": "aider-history", "branch": "b", "sessions": [{"agent": "my-agent"}]}
    file = place.tmp / "x.json"
    file.write_text(json.dumps(document | {"events": [{"kind": "message"}]}), "utf-8")
    assert said(str(file)).startswith("attached 1 session of my-agent (0 edits, 0 commands) as refs/prgate/")


def test_the_hook_tells_its_line_on_standard_error_alone(
    place: Place, transcript: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import io
    import sys

    call = {"transcript_path": str(transcript), "cwd": str(place.repo.path), "hook_event_name": "Stop"}
    for data, line in (
        (json.dumps(call), f"prgate: attached 1 session of claude-code (1 edit, 1 command, 1 of 2 lines is in this branch) as {REF}\n"),
        ("{}", ""),
    ):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data.encode())))
        run(place, "--hook")
        assert capsys.readouterr() == ("", line)


@pytest.mark.parametrize("option", ["--install=claude", "--uninstall=codex", "--list", "--remove"])
def test_a_dry_run_does_nothing_but_show_what_would_be_attached(place: Place, transcript: Path, option: str) -> None:
    run(place, str(transcript))
    before = place.here()
    with pytest.raises(PrgateError, match="nothing else"):
        run(place, "--dry-run", option)
    assert before == place.here()
    assert not (place.repo.path / ".claude").exists()


def test_a_session_that_ran_outside_the_clone_says_why_nothing_of_it_counts(said: Said, place: Place) -> None:
    hint = "It ran outside this clone, so none of its edits is kept"
    for cwd, hinted in (("/somewhere/else", True), (f"{place.repo.path}-2", True), (str(place.repo.path), False)):
        session = Session(cwd).edits(f"{cwd}/a.py", "total = 1\n").runs("ls")
        assert hinted == (hint in said(str(session.write(place.tmp / "session.jsonl"))))
    talked = Session("/somewhere/else").runs("ls")
    assert hint not in said(str(talked.write(place.tmp / "session.jsonl")))
