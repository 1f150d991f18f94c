"""Which session is meant, and what belongs to it."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from prgate.attach.find import named_session, read_session, this_session
from prgate.errors import FormatError, PrgateError
from prgate.model.trace import EventKind
from tests.attach.material import ID, Place, Session

OTHER = "99999999-1111-4222-8333-444455556666"


def rollout(place: Place, cwd: str, id_: str = OTHER) -> Path:
    path = place.home / ".codex" / "sessions" / "2026" / "01" / "05" / f"rollout-2026-01-05T08-00-00-{id_}.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    meta = {"timestamp": "2026-01-05T08:00:00Z", "type": "session_meta", "payload": {"id": id_, "cwd": cwd}}
    path.write_text(json.dumps(meta) + "\n", "utf-8")
    return path


def newest(place: Place, **environment: str) -> Path:
    return this_session((str(place.repo.path),), environment, place.home)


def aged(path: Path, seconds: int) -> Path:
    os.utime(path, (seconds, seconds))
    return path


@pytest.mark.parametrize("id_", ["", "../x", "a*", "[a]", "x" * 101, "-a"])
def test_what_is_no_id_is_never_looked_for(place: Place, id_: str) -> None:
    with pytest.raises(PrgateError, match="no id of a session"):
        named_session(id_, {}, place.home)


def test_an_id_that_nobody_has_is_said_with_where_it_was_looked_for(place: Place) -> None:
    with pytest.raises(PrgateError, match="no session has this id") as caught:
        named_session(ID, {}, place.home)
    assert str(place.home / ".claude" / "projects") in caught.value.help


def test_a_session_is_found_by_its_id_wherever_it_ran(place: Place) -> None:
    claude = place.transcript(Session("/elsewhere"))
    codex = rollout(place, "/elsewhere")
    assert named_session(ID, {}, place.home) == claude
    assert named_session(OTHER, {}, place.home) == codex
    assert named_session(OTHER, {"CODEX_HOME": str(place.home / ".codex")}, Path("/nowhere")) == codex
    assert named_session(ID, {"CLAUDE_CONFIG_DIR": str(place.home / ".claude")}, Path("/nowhere")) == claude


def test_with_no_session_here_it_says_what_to_do(place: Place) -> None:
    place.transcript(Session("/elsewhere").says("x"))
    place.transcript(Session(f"{place.repo.path}-two").says("x"))
    rollout(place, "/elsewhere")
    with pytest.raises(PrgateError, match="was found") as caught:
        newest(place)
    assert "prgate attach FILE" in caught.value.help


@pytest.mark.parametrize("variable", ["CLAUDE_CODE_SESSION_ID", "CODEX_THREAD_ID", "CODEX_SESSION_ID"])
def test_the_session_that_runs_the_command_goes_first(place: Place, variable: str) -> None:
    place.transcript(place.session().says("x"))
    codex = aged(rollout(place, str(place.repo.path)), 1)
    assert newest(place, **{variable: OTHER}) == codex


def test_else_it_is_the_newest_that_ran_in_the_work_tree(place: Place) -> None:
    claude = aged(place.transcript(Session(f"{place.repo.path}/sub").says("x")), 2_000_000_000)
    codex = aged(rollout(place, str(place.repo.path)), 1_900_000_000)
    aged(rollout(place, "/elsewhere", ID), 2_100_000_000)
    assert newest(place, CLAUDE_CODE_SESSION_ID="gone") == claude
    aged(codex, 2_050_000_000)
    assert newest(place) == codex


def test_a_file_that_names_no_folder_or_cannot_be_read_is_passed_over(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = aged(rollout(place, str(place.repo.path)), 1)
    empty = rollout(place, str(place.repo.path), "22222222-0000-4000-8000-000000000000")
    empty.write_bytes(b"")
    damaged = rollout(place, str(place.repo.path), "33333333-0000-4000-8000-000000000000")
    damaged.write_bytes(b'{"cwd": "\\x"}')
    gone = rollout(place, "", "44444444-0000-4000-8000-000000000000")
    gone.unlink()
    gone.symlink_to(place.home / "nowhere")
    folder = gone.with_name("rollout-folder.jsonl")
    folder.mkdir()
    assert newest(place) == wanted


def test_what_a_sub_agent_did_belongs_to_the_session_in_the_order_of_time(place: Place) -> None:
    main = place.session().says("start").edits("a.py", "one = 1\n").says("end")
    path = place.transcript(main)
    part = Session(str(place.repo.path), sidechain=True)
    part.edits("b.py", "two = 2\n")
    part.write(path.parent / ID / "subagents" / "agent-1.jsonl")
    (path.parent / ID / "subagents" / "agent-2.jsonl").write_text("damaged", "utf-8")
    (path.parent / ID / "subagents" / "agent-3.jsonl").mkdir()
    whole = read_session(path)
    assert [session.id for session in whole.sessions] == [ID]
    edits = [event.path for event in whole.events if event.kind is EventKind.EDIT]
    assert edits == [b"b.py", b"a.py"]
    assert whole.read == len(main.records) + len(part.records)
    assert [event.session for event in whole.events] == [0] * len(whole.events)


def test_another_session_beside_keeps_its_own_place(place: Place) -> None:
    path = place.transcript(place.session().says("start"))
    Session(str(place.repo.path), OTHER, sidechain=True).edits("b.py", "two = 2\n").write(path.parent / ID / "subagents" / "agent-1.jsonl")
    whole = read_session(path)
    assert [(session.id, whole.events[number].session) for number, session in enumerate(whole.sessions)] == [(ID, 0), (OTHER, 1)]


def test_an_event_without_a_time_stays_behind_the_one_before(place: Place) -> None:
    session = place.session().says("one").says("two").says("three")
    del session.records[1]["timestamp"]
    session.records[2]["timestamp"] = "2026-02-30T99:00:00Z"
    assert [event.ref[1] for event in read_session(place.transcript(session)).events] == [1, 2, 3]


def test_a_file_that_is_not_there_or_no_session_is_said(place: Place) -> None:
    with pytest.raises(PrgateError, match="cannot be read"):
        read_session(place.home / "nothing.jsonl")
    (place.home / "text").write_text("no session", "utf-8")
    with pytest.raises(FormatError):
        read_session(place.home / "text")
