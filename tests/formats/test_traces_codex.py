"""Codex's rollout, form by form."""

from __future__ import annotations

import json
from typing import Any

import pytest

from prgate.formats.traces import read_trace, recognises
from prgate.model.trace import EventKind
from tests.formats.traces.codex_records import (
    AT,
    META,
    PATCH,
    call,
    completed,
    edits,
    enveloped,
    event,
    item,
    message,
    only,
    output,
    rollout,
)


@pytest.mark.parametrize(
    "words",
    ["<environment_context>\n  <cwd>/r</cwd>", "# AGENTS.md instructions for /r", "  <user_instructions>", "<turn_aborted>", "", " \n"],
)
def test_what_the_program_puts_in_the_users_role_is_no_prompt(words: str) -> None:
    assert only(rollout(message("user", words), message("user", "do it"))).ref == ("t", 3)


@pytest.mark.parametrize("kind", ["developer", "system", "tool"])
def test_other_roles_are_silent(kind: str) -> None:
    assert only(rollout(message(kind, "be good"), message("user", "do it"))).kind is EventKind.PROMPT


def test_prompts_and_messages_that_stand_there_twice_count_once() -> None:
    trace = rollout(
        message("user", "do it"),
        event(type="user_message", message="do it"),
        event(type="agent_message", message="done"),
        message("assistant", "done"),
    )
    assert [(found.kind, found.ref[1]) for found in trace.events] == [(EventKind.PROMPT, 3), (EventKind.MESSAGE, 5)]


def test_prompts_and_messages_that_stand_there_three_times_count_once() -> None:
    trace = rollout(
        message("user", "do it"),
        event(type="user_message", message="do it"),
        completed(type="UserMessage", id="1"),
        completed(type="AgentMessage", id="2"),
        event(type="agent_message", message="done"),
    )
    assert [(found.kind, found.ref[1]) for found in trace.events] == [(EventKind.PROMPT, 3), (EventKind.MESSAGE, 5)]


def test_what_the_program_says_is_a_prompt_wins_over_words_in_the_users_role() -> None:
    for said in (completed(type="UserMessage", id="1"), event(type="user_message", message="do it")):
        trace = rollout(message("user", "a hint of a plug-in"), message("user", "do it"), said)
        assert [(found.kind, found.ref[1]) for found in trace.events] == [(EventKind.PROMPT, 4)]


def test_a_rollout_without_envelopes_is_known_without_its_first_line() -> None:
    lines = [{"record_type": "state"}, {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "do it"}]}]
    assert only(read_trace("t", "\n".join(map(json.dumps, lines)).encode())).kind is EventKind.PROMPT


def test_a_rollout_without_envelopes_is_read() -> None:
    lines = [
        {"id": "s", "timestamp": AT, "instructions": None, "git": {"commit_hash": "b" * 40, "branch": "old"}},
        {"record_type": "state"},
        {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "<environment_context>\n<cwd>/r</cwd>"}]},
        {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "do it"}]},
        {"type": "function_call", "name": "shell", "arguments": json.dumps({"command": ["apply_patch", PATCH]}), "call_id": "c"},
        {"type": "function_call_output", "call_id": "c", "output": json.dumps({"output": "", "metadata": {"exit_code": 0}})},
        {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "done"}]},
        {"type": "never-heard-of"},
    ]
    trace = read_trace("t", "\n".join(map(json.dumps, lines)).encode())
    (session,) = trace.sessions
    assert (session.id, session.cwd, session.branch, session.commit) == ("s", "/r", "old", "b" * 40)
    assert (trace.read, trace.skipped) == (7, 1)
    assert [found.kind for found in trace.events] == [EventKind.PROMPT, EventKind.EDIT, EventKind.MESSAGE]
    assert edits(trace) == [(b"src/a.py", True, True)]


@pytest.mark.parametrize(
    "record",
    [
        {"type": "function_call", "call_id": "c", "name": "shell", "arguments": "{}"},
        {"type": "session.start", "timestamp": AT, "data": {"copilotVersion": "1"}},
        {"type": "session_meta", "timestamp": AT, "payload": "none"},
        {"type": "session_meta", "payload": {}},
        {"id": "s", "timestamp": AT, "instructions": None, "type": "message"},
    ],
)
def test_what_other_programs_write_is_no_rollout(record: dict[str, Any]) -> None:
    assert not recognises(json.dumps(record).encode())


def test_a_forked_session_keeps_its_own_name() -> None:
    trace = rollout(enveloped("session_meta", META | {"id": "parent", "cwd": "/other"}), message("user", "do it"))
    assert (trace.sessions[0].id, trace.sessions[0].cwd) == ("s", "/r")


def test_a_commit_that_is_no_object_id_is_left_out() -> None:
    meta = META | {"git": {"commit_hash": "main"}}
    assert rollout(message("user", "do it"), meta=meta).sessions[0].commit is None


def test_a_turn_names_the_folder_where_the_start_does_not() -> None:
    trace = rollout(enveloped("turn_context", {"cwd": "/turn"}), message("user", "do it"), meta={"id": "s"})
    assert trace.sessions[0].cwd == "/turn"


@pytest.mark.parametrize(
    ("text", "ok"),
    [
        ("Chunk ID: 1\nWall time: 1 seconds\nProcess exited with code 1\nOutput:\nProcess exited with code 0\n", False),
        ("Chunk ID: 1\nProcess running with session ID 7\nOutput:\nProcess exited with code 0\n", None),
        ("Exit code: 2\nWall time: 0 seconds\nOutput:\n", False),
        (json.dumps({"output": "Exit code: 0", "metadata": {"exit_code": 3}}), False),
        (json.dumps({"output": "x", "metadata": {"exit_code": "0"}}), None),
        ("{no json", None),
        ("fine", None),
        ("", None),
        (None, None),
        ({"success": False, "content": "x"}, False),
        ({"content": "Exit code: 0\nOutput:\n"}, True),
        ([{"type": "input_text", "text": "Exit code: 0\nOutput:\n"}], True),
        ([], None),
        ("Wall time: 0.1 seconds\nOutput:\nExit code: 0\nWall time: 0 seconds\nOutput:\nSuccess.", True),
        ("Wall time: 0.1 seconds\nOutput:\nExit code: 0\n", None),
        ("Process exited with code 0\nOutput:\nProcess exited with code 1", True),
        (json.dumps({"output": "x", "metadata": {"exit_code": 0}}), True),
    ],
)
def test_how_a_command_ended(text: Any, ok: bool | None) -> None:
    assert only(rollout(call("shell", command=["ls"]), output(text))).ok is ok


def test_an_output_or_an_item_that_names_no_call_settles_none() -> None:
    nameless = item(type="function_call_output", output="Exit code: 1\n")
    assert only(rollout(call("shell", None, command=["ls"]), nameless, completed(type="Reasoning"))).ok is None


def test_an_output_without_a_call_is_no_event() -> None:
    assert only(rollout(output("Exit code: 1\n"), message("user", "do it"))).kind is EventKind.PROMPT


@pytest.mark.parametrize(
    "record",
    [
        call("apply_patch", input=PATCH),
        call("apply_patch", patch=PATCH),
        item(type="custom_tool_call", name="apply_patch", call_id="c", input=PATCH),
        call("shell", command=["apply_patch", PATCH]),
        call("shell", command=["apply_patch", PATCH], workdir="/r"),
    ],
)
def test_a_patch_is_an_edit(record: dict[str, Any]) -> None:
    trace = rollout(record, output("Exit code: 0\nOutput:\nSuccess."))
    assert only(trace).name == "apply_patch"
    assert edits(trace) == [(b"src/a.py", True, True)]


@pytest.mark.parametrize(
    "record",
    [
        call("shell", command=["bash", "-lc", f"apply_patch <<'EOF'\n{PATCH}\nEOF\n"]),
        call("shell_command", command=f"applypatch <<'EOF'\n{PATCH}\nEOF && pytest"),
        call("exec_command", cmd=f"apply_patch <<'EOF'\n{PATCH}\nEOF"),
        item(type="local_shell_call", call_id="c", action={"type": "exec", "command": ["bash", "-lc", f"apply_patch <<E\n{PATCH}\nE"]}),
    ],
)
def test_a_patch_in_a_command_is_a_command_and_an_edit(record: dict[str, Any]) -> None:
    trace = rollout(record, output("Exit code: 0\nOutput:\nSuccess."))
    assert [(found.kind, found.ok) for found in trace.events] == [(EventKind.COMMAND, True), (EventKind.EDIT, True)]
    assert edits(trace) == [(b"src/a.py", True, True)]


def test_a_failed_command_leaves_open_whether_its_patch_went_in() -> None:
    trace = rollout(call("exec_command", cmd=f"apply_patch <<'EOF'\n{PATCH}\nEOF && pytest"), output("Exit code: 1\nOutput:\n"))
    assert [found.ok for found in trace.events] == [False, None]
    assert edits(trace) == [(b"src/a.py", None, True)]


def test_a_failed_patch_brings_nothing_in() -> None:
    trace = rollout(call("apply_patch", input=PATCH), output("apply_patch verification failed: no such line"))
    assert edits(trace) == [(b"src/a.py", False, False)]


def test_a_command_that_only_quotes_a_patch_is_no_edit() -> None:
    assert only(rollout(call("shell", command=["grep", "-r", PATCH]))).kind is EventKind.COMMAND


@pytest.mark.parametrize("given", [{"input": "*** Begin Patch\n@@\n+x"}, {"input": "nonsense"}, {"input": 7}, {}])
def test_a_patch_without_files_is_a_tool_call(given: dict[str, Any]) -> None:
    assert only(rollout(call("apply_patch", **given))).kind is EventKind.TOOL_CALL


def test_a_patch_of_several_files_tells_them_apart() -> None:
    patch = (
        "*** Begin Patch\n*** Add File: new.py\n+new line\n+\n*** Delete File: gone.py\n"
        "*** Update File: was.py\n*** Move to: is.py\n@@ def f\n-old\n+new line\n*** End Patch"
    )
    trace = rollout(call("apply_patch", input=f"{patch}\nbetween\n{patch}"))
    one = [(b"new.py", None, True), (b"gone.py", None, False), (b"was.py", None, False), (b"is.py", None, True)]
    assert edits(trace) == one * 2


def test_a_patch_without_an_end_goes_to_the_end() -> None:
    assert edits(rollout(call("apply_patch", input="*** Begin Patch\n*** Add File: a.py\n+new line"))) == [(b"a.py", None, True)]


def test_paths_are_seen_from_the_folder_of_the_call() -> None:
    trace = rollout(call("shell", command=["apply_patch", PATCH], workdir="/r/packages/pay"))
    assert edits(trace) == [(b"packages/pay/src/a.py", None, True)]


CHANGES = {
    "/r/add.py": {"type": "add", "content": "new line\n"},
    "/r/gone.py": {"type": "delete", "content": "new line\n"},
    "/r/edit.py": {"type": "update", "unified_diff": "@@ -1 +1 @@\n-old\n+new line\n", "move_path": None},
    "/r/was.py": {"type": "update", "unified_diff": "@@ -1 +1 @@\n-old\n+new line\n", "move_path": "/r/is.py"},
    "/r/odd.py": 7,
}
CHANGED = [(b"add.py", True), (b"gone.py", False), (b"edit.py", True), (b"was.py", False), (b"is.py", True), (b"odd.py", False)]


@pytest.mark.parametrize(
    "record",
    [
        event(type="patch_apply_end", call_id="c", success=True, changes=CHANGES),
        completed(type="FileChange", id="c", status="completed", changes=CHANGES),
    ],
)
def test_edits_that_no_call_announced_come_from_their_result(record: dict[str, Any]) -> None:
    assert edits(rollout(record)) == [(path, True, new) for path, new in CHANGED]


def test_a_result_without_a_call_id_still_tells_its_edits() -> None:
    assert edits(rollout(event(type="patch_apply_end", success=True, changes={"/r/add.py": CHANGES["/r/add.py"]}))) == [
        (b"add.py", None, True)
    ]


@pytest.mark.parametrize(
    ("record", "ok"),
    [
        (event(type="patch_apply_end", call_id="c", success=False, changes={}), False),
        (event(type="patch_apply_end", call_id="c", changes={}), None),
        (completed(type="FileChange", id="c", status="failed", changes={}), False),
        (completed(type="FileChange", id="c", status="completed", changes={}), True),
    ],
)
def test_the_result_of_an_announced_edit_only_settles_it(record: dict[str, Any], ok: bool | None) -> None:
    assert edits(rollout(call("apply_patch", input=PATCH), record)) == [(b"src/a.py", ok, ok is not False)]


@pytest.mark.parametrize(("end", "ok"), [({"exit_code": 0}, True), ({"exit_code": 1}, False), ({}, None), ({"exit_code": "0"}, None)])
def test_the_end_of_a_command_settles_it(end: dict[str, Any], ok: bool | None) -> None:
    for record in (event(type="exec_command_end", call_id="c", **end), completed(type="CommandExecution", id="c", **end)):
        assert only(rollout(call("exec_command", cmd="ls"), record)).ok is ok


def test_a_command_that_no_call_announced_comes_from_its_end() -> None:
    trace = rollout(completed(type="CommandExecution", id="c", exit_code=0), event(type="exec_command_end", exit_code=1))
    assert [(found.kind, found.ok) for found in trace.events] == [(EventKind.COMMAND, True), (EventKind.COMMAND, None)]


def test_files_that_codex_saw_a_command_read_are_reads() -> None:
    parsed = [{"type": "read", "path": "a.py"}, {"type": "search", "path": "b.py"}, {"type": "read"}, "odd"]
    trace = rollout(
        call("exec_command", cmd="cat a.py"), completed(type="CommandExecution", id="c", cwd="file:///r/sub", parsed_cmd=parsed)
    )
    assert [(found.kind, found.path) for found in trace.events] == [(EventKind.COMMAND, None), (EventKind.TOOL_CALL, b"sub/a.py")]


def test_other_calls_are_tools() -> None:
    trace = rollout(
        call("update_plan", "1", plan=[]),
        call("view_image", "2", path="/r/a.png"),
        item(type="web_search_call", status="completed"),
        item(type="custom_tool_call", name="exec", call_id="3", input="tools.x()"),
        item(type="function_call", name="write_stdin", arguments=7, call_id="4"),
        item(type="function_call", name="write_stdin", arguments="[1]", call_id="4"),
        call("shell", "5"),
        call("shell", None, command="ls"),
    )
    assert [(found.kind, found.name, found.path) for found in trace.events] == [
        (EventKind.DECISION, "update_plan", None),
        (EventKind.TOOL_CALL, "view_image", b"a.png"),
        (EventKind.TOOL_CALL, "web_search", None),
        (EventKind.TOOL_CALL, "exec", None),
        (EventKind.TOOL_CALL, "write_stdin", None),
        (EventKind.COMMAND, "shell", None),
        (EventKind.COMMAND, "shell", None),
    ]


def test_silent_records_are_read_and_unknown_ones_skipped() -> None:
    trace = rollout(
        message("user", "do it"),
        item(type="reasoning", summary=[]),
        enveloped("compacted", {"message": ""}),
        event(type="token_count"),
        completed(type="Plan"),
        item(type="never-heard-of"),
        event(),
        enveloped("never-heard-of", {}),
    )
    assert (trace.read, trace.skipped) == (6, 3)
