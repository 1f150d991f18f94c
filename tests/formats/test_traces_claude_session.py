"""What Claude Code's records tell of the session itself: its models, its permissions, its rules, its denials, its commands."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

import pytest

from prgate.formats.traces.draft import Scribe
from prgate.model.trace import EventKind, InUse, Permit, Trace
from tests.formats.traces.claude_records import call, did, only, result, said, stream, transcript
from tests.formats.traces.seen import brings, digests

ASKED = said("do it")


def permits(trace: Trace) -> list[tuple[str, bool | None, int]]:
    """(what, the answer, record) of each approval."""
    return [(event.name, event.ok, event.ref[1]) for event in trace.events if event.kind is EventKind.APPROVAL]


def attached(**attachment: Any) -> dict[str, Any]:
    return {"type": "attachment", "attachment": attachment}


def speaking(model: Any, **more: Any) -> dict[str, Any]:
    return {"type": "assistant", "message": {"type": "message", "model": model, "content": [{"type": "text", "text": "hello"}]}, **more}


def test_models_are_those_that_answered() -> None:
    records = [speaking(model) for model in ("opus", "<synthetic>", "haiku", "opus", 7)]
    assert transcript(*records).sessions[0].models == ("opus", "haiku")


def test_an_error_of_the_service_names_no_model() -> None:
    assert transcript(speaking("opus", isApiErrorMessage=True), ASKED).sessions[0].models == ()


def test_a_stream_names_its_model_without_its_window() -> None:
    assert stream(speaking("opus"), opening={"model": "opus[1m]"}).sessions[0].models == ("opus",)


def test_a_session_starts_with_its_first_time() -> None:
    first, second = "2026-01-01T00:00:00Z", "2026-01-01T00:00:01Z"
    trace = transcript({"type": "queue-operation", "timestamp": first}, said("do it", timestamp=second))
    assert (trace.sessions[0].started, only(trace).at) == (first, second)
    assert stream(said("do it", timestamp=second)).sessions[0].started == second


@pytest.mark.parametrize(
    ("links", "repository", "pull"),
    [
        ([], None, None),
        ([("Acme/Pay", 7), ("Acme/Pay", 7)], "acme/pay", 7),
        ([("Acme/Pay", 7), ("Acme/Pay", 8)], "acme/pay", None),
        ([("Acme/Pay", 7), ("acme/other", 7)], None, None),
        ([("Acme/Pay", "7"), ("Acme/Pay", True), (None, 7)], None, None),
    ],
)
def test_a_pull_request_is_named_where_only_one_is(links: list[tuple[Any, Any]], repository: str | None, pull: int | None) -> None:
    records = [{"type": "pr-link", "prRepository": named, "prNumber": number} for named, number in links]
    trace = transcript(ASKED, *records)
    assert (trace.sessions[0].repository, trace.sessions[0].pull, trace.skipped) == (repository, pull, 0)


@pytest.mark.parametrize(
    ("mode", "permit"),
    [
        ("default", "asks"),
        ("plan", "asks"),
        ("acceptEdits", "edits-freely"),
        ("auto", "confined"),
        ("dontAsk", "confined"),
        ("bypassPermissions", "bypassed"),
    ],
)
def test_a_permission_mode_is_noted_wherever_it_stands(mode: str, permit: str) -> None:
    assert permits(transcript(said("do it", permissionMode=mode))) == [(permit, None, 1)]
    assert permits(transcript({"type": "permission-mode", "permissionMode": mode}, ASKED)) == [(permit, None, 1)]
    assert permits(stream(ASKED, opening={"permissionMode": mode})) == [(permit, None, 1)]
    assert permits(stream(ASKED, {"type": "system", "subtype": "status", "permissionMode": mode})) == [(permit, None, 3)]


def test_a_permission_mode_is_noted_when_it_changes() -> None:
    modes = ["default", "plan", "acceptEdits", "acceptEdits", "from-the-future", 7, "default"]
    trace = transcript(*(said("go on", permissionMode=mode) for mode in modes))
    assert permits(trace) == [("asks", None, 1), ("edits-freely", None, 3), ("asks", None, 7)]


def test_a_subagents_mode_is_not_the_sessions() -> None:
    assert permits(transcript(said("go on", permissionMode="bypassPermissions", isSidechain=True), ASKED)) == []


REFUSAL = "The user doesn't want to proceed with this tool use. The tool use was rejected."


@pytest.mark.parametrize(
    "record",
    [
        result("Write", "User rejected tool use", failed=True, words="no"),
        result("Write", f"Error: {REFUSAL}", failed=True, words=REFUSAL),
        result("Write", failed=True, words=[{"type": "text", "text": REFUSAL}]),
        result("Write", failed=True, words="no", toolDenialKind="permission-rule"),
        result("Write", failed=True, words=REFUSAL, toolDenialKind="user-rejected"),
    ],
)
def test_a_denied_call_did_nothing_and_is_an_answer(record: dict[str, Any]) -> None:
    trace = transcript(did(call("Write", file_path="/r/a.py", content="value = 1")), record)
    edit, answer = trace.events
    assert (edit.kind, edit.ok, brings(edit)) == (EventKind.EDIT, False, frozenset())
    assert (answer.kind, answer.name, answer.ok, answer.ref) == (EventKind.APPROVAL, Permit.ANSWER, False, ("t", 2))


@pytest.mark.parametrize(
    "record",
    [
        result("Bash", "Error: no such file", failed=True, words="no such file"),
        result("Bash", failed=True, words=REFUSAL, toolDenialKind="interrupted"),
        result("Bash", failed=True, words=REFUSAL, toolDenialKind="cancelled"),
        result("Bash", words=REFUSAL),
        result("Other", failed=True, words=REFUSAL),
    ],
)
def test_a_failure_is_no_denial(record: dict[str, Any]) -> None:
    assert permits(transcript(did(call("Bash", command="cat no-such-file")), record)) == []


def test_a_denied_command_wrote_nothing_and_a_failed_one_may_have() -> None:
    command = did(call("Bash", command="cat > a.py <<'EOF'\nvalue = 1\nEOF\npytest"))
    denied = transcript(command, result("Bash", failed=True, words=REFUSAL))
    failed = transcript(command, result("Bash", failed=True, words="Exit code 1\nno tests"))
    assert brings(*denied.events) == frozenset()
    assert brings(*failed.events) == digests("value = 1")
    assert [event.ok for event in failed.events] == [False, None]


def test_the_end_of_a_stream_lists_what_was_denied() -> None:
    ended = {"type": "result", "permission_denials": [{"tool_use_id": f"id-{name}"} for name in ("Write", "Write", "Bash", "Other")]}
    work = did(call("Write", file_path="/r/a.py", content="value = 1"), call("Bash", command="make"), call("Read"))
    trace = stream(work, result("Write", failed=True, words=REFUSAL), result("Bash", failed=True, words="needs approval"), ended)
    assert permits(trace) == [("answer", False, 3), ("answer", False, 5)]
    assert [event.ok for event in trace.events[:3]] == [False, False, None]


@pytest.mark.parametrize(
    ("record", "ok", "code"),
    [
        (result("Bash"), True, 0),
        (result("Bash", failed=True, words="Exit code 2\nno such test"), False, 2),
        (result("Bash", failed=True, words="Error: Exit code 137"), False, 137),
        (result("Bash", failed=True, words=[{"type": "text", "text": "Exit code 1"}]), False, 1),
        (result("Bash", failed=True, words="it says Exit code 0"), False, None),
        (result("Bash", failed=True, words="Exit code 12345678901"), False, None),
        (result("Bash", failed=True, words=7), False, None),
        (result("Bash", {"interrupted": True}), False, None),
        (result("Bash", {"returnCodeInterpretation": "No matches found"}), True, None),
        (result("Bash", {"backgroundTaskId": "b1"}), None, None),
        (result("Bash", words="Command running in background with ID: b1"), None, None),
    ],
)
def test_a_command_has_an_exit_status_where_it_is_told(record: dict[str, Any], ok: bool | None, code: int | None) -> None:
    event = only(transcript(did(call("Bash", command="pytest")), record))
    assert event.command is not None
    assert (event.ok, event.command.exit) == (ok, code)


def test_a_command_is_seen_from_the_folder_of_its_record() -> None:
    trace = transcript(ASKED, did(call("Bash", command="cat > a.py <<'EOF'\nvalue = 1\nEOF"), cwd="/r/src"))
    assert [event.path for event in trace.events if event.kind is EventKind.EDIT] == [b"src/a.py"]


def test_a_command_without_a_line_is_a_command() -> None:
    command = only(transcript(did(call("Bash", command=7)))).command
    assert command is not None
    assert (command.programs, command.exit) == ((), None)


@pytest.mark.parametrize(
    ("tool", "given", "seen"),
    [
        ("Read", {"file_path": "/r/a.py"}, (b"a.py", True)),
        ("Read", {}, (None, False)),
        ("NotebookRead", {"notebook_path": "/r/a.ipynb"}, (b"a.ipynb", True)),
        ("Grep", {"path": "/r/src/a.py", "output_mode": "content"}, (b"src/a.py", True)),
        ("Grep", {"path": "/r/src/a.py"}, (None, False)),
        ("Grep", {"path": "/r/src", "output_mode": "content"}, (None, False)),
        ("Grep", {"path": "/r/.github", "output_mode": "content"}, (None, False)),
        ("Grep", {"output_mode": "content"}, (None, False)),
        ("Glob", {"path": "/r/src", "pattern": "*.py"}, (None, False)),
        ("LSP", {"file_path": "/r/a.py"}, (b"a.py", False)),
    ],
)
def test_a_file_is_read_where_its_text_was_shown(tool: str, given: dict[str, Any], seen: tuple[bytes | None, bool]) -> None:
    event = only(transcript(did(call(tool, **given))))
    assert (event.kind, event.path, event.reads) == (EventKind.TOOL_CALL, *seen)


def test_what_stood_before_the_model_is_in_use() -> None:
    trace = transcript(
        ASKED,
        attached(type="nested_memory", path="/r/sub/CLAUDE.md", content={"content": "be good"}),
        attached(type="nested_memory", content={"path": "/r/CLAUDE.md", "content": "be good"}),
        attached(type="nested_memory"),
        attached(type="instructions", files=[{"path": "/r/AGENTS.md", "content": "be kind"}, {"path": "/r/no-text.md"}]),
        attached(type="skill_listing", names=["review", 7]),
        attached(type="invoked_skills", skills=[{"name": "commit", "content": "how to"}]),
        attached(type="mcp_instructions_delta", addedNames=["forge"]),
        attached(type="date_change"),
        {"type": "attachment", "attachment": "odd"},
        did(call("Skill", skill="review")),
        did({"type": "tool_use", "id": "2", "name": "Skill", "input": {"command": "deploy"}}),
        did({"type": "tool_use", "id": "3", "name": "Skill", "input": {}}),
    )
    found = [(used.kind, used.name, used.digest is not None) for used in trace.sessions[0].in_use]
    assert found == [
        ("rules", "/r/sub/CLAUDE.md", True),
        ("rules", "/r/CLAUDE.md", True),
        ("rules", "/r/AGENTS.md", True),
        ("rules", "/r/no-text.md", False),
        ("skill", "review", False),
        ("skill", "commit", True),
        ("server", "forge", False),
        ("skill", "deploy", False),
    ]
    first, second, third = (used.digest for used in trace.sessions[0].in_use[:3])
    assert first == second == sha256(b"be good").hexdigest() != third
    assert (trace.skipped, len(trace.events)) == (0, 4)


def test_a_stream_lists_what_is_in_use() -> None:
    servers = [{"name": "forge", "status": "connected"}, {"name": "down", "status": "failed"}, {"name": 7}, "odd"]
    trace = stream(ASKED, opening={"skills": ["review"], "mcp_servers": servers})
    assert trace.sessions[0].in_use == (InUse("skill", "review"), InUse("server", "forge"))


@pytest.mark.parametrize(
    ("asked", "prompts"),
    [
        ({"prompt": "go left"}, 1),
        ({"prompt": [{"type": "text", "text": "go left"}], "commandMode": "prompt"}, 1),
        ({"prompt": "<task-notification> done"}, 0),
        ({"prompt": "done", "commandMode": "task-notification"}, 0),
        ({}, 0),
    ],
)
def test_a_prompt_may_come_while_the_agent_works(asked: dict[str, Any], prompts: int) -> None:
    trace = transcript(attached(type="queued_command", **asked), did({"type": "text", "text": "hello"}))
    assert [event.kind for event in trace.events] == [EventKind.PROMPT] * prompts + [EventKind.MESSAGE]


def progress(number: int, message: dict[str, Any], kind: str = "agent_progress") -> dict[str, Any]:
    return {"type": "progress", "data": {"type": kind, "message": {"uuid": f"inner-{number}", **message}}}


def test_what_a_subagent_did_may_stand_in_the_progress_of_its_call() -> None:
    edit = did({"type": "text", "text": "hello"}, call("Write", file_path="/r/a.py", content="value = 1"))
    at = "2026-01-01T00:00:00Z"
    trace = transcript(
        progress(1, said("Find it.")),
        progress(2, {**edit, "timestamp": at}),
        progress(2, {**edit, "timestamp": at}),
        progress(3, did(call("Bash", command="cat > b.py <<'EOF'\nvalue = 2\nEOF"))),
        progress(4, result("Write")),
        progress(5, {"type": "odd"}),
        progress(6, edit, kind="bash_progress"),
        {"type": "progress", "data": "odd"},
        ASKED,
    )
    found = [(event.kind, event.path, event.ok) for event in trace.events]
    assert found == [
        (EventKind.MESSAGE, None, None),
        (EventKind.EDIT, b"a.py", True),
        (EventKind.COMMAND, None, None),
        (EventKind.EDIT, b"b.py", None),
        (EventKind.PROMPT, None, None),
    ]
    assert (trace.events[0].at, trace.skipped) == (at, 0)


def test_a_stream_that_opens_again_under_another_name_is_another_session() -> None:
    opening = {"type": "system", "subtype": "init", "tools": [], "cwd": "/elsewhere"}
    trace = stream(ASKED, {**opening, "session_id": "s"}, {**opening, "session_id": "later"}, said("more"))
    assert [(session.id, session.cwd) for session in trace.sessions] == [("s", "/r"), ("later", "/elsewhere")]
    assert [event.session for event in trace.events] == [0, 1]


def test_a_scribe_is_told_the_texts() -> None:
    scribe = Scribe()
    work = did({"type": "text", "text": "I will"}, call("Bash", command="ls"), call("Read", file_path="/r/a.py"))
    read = result("Read", words=[{"type": "text", "text": "one"}, {"type": "image"}, {"type": "text", "text": "two"}])
    transcript(
        said([{"type": "text", "text": "do"}, {"type": "text", "text": "it"}]), work, result("Bash", words="a.py"), read, scribe=scribe
    )
    told = [scribe.told[index] for index in scribe.kept]
    assert told == [
        ("do\nit", None, None),
        ("I will", None, None),
        (None, {"command": "ls"}, "id-Bash"),
        (None, {"file_path": "/r/a.py"}, "id-Read"),
    ]
    assert scribe.answers == {"id-Bash": "a.py", "id-Read": "one\ntwo"}
