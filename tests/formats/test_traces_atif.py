"""ATIF: what a trajectory tells."""

from __future__ import annotations

import json
from typing import Any

import pytest

from prgate.formats.traces import read_trace, recognises
from prgate.model.trace import EventKind, InUse
from tests.formats.traces.seen import digests
from tests.formats.trajectories import AT, SHA, asked, did, document, lines, only, trajectory


@pytest.mark.parametrize(
    "data",
    [
        {"schema_version": "AGTF-v1.0", "steps": []},
        {"schema_version": "1.7", "agent": {}, "steps": [{"step_id": 1}]},
        {"steps": [{"number": 1}]},
        {"steps": {"step_id": 1}},
        [{"schema_version": "ATIF-v1.7"}],
    ],
)
def test_what_is_no_trajectory_is_not_taken(data: Any) -> None:
    assert not recognises(json.dumps(data).encode())


@pytest.mark.parametrize("version", [f"ATIF-v1.{minor}" for minor in range(9)])
def test_every_version_is_taken(version: str) -> None:
    assert recognises(json.dumps(document(asked(), schema_version=version)).encode())


def test_members_may_stand_in_any_order() -> None:
    told = document(asked(), did("bash", {"command": "make"}))
    turned = {key: told[key] for key in ("steps", "extra", "agent", "session_id", "schema_version") if key in told}
    assert read_trace("t", json.dumps(told).encode()) == read_trace("t", json.dumps(turned).encode())


def test_a_document_whose_version_stands_behind_more_than_is_looked_at_is_known_by_its_steps() -> None:
    long = [asked("x" * 1000) for _ in range(3000)]
    told = document(*long)
    turned = {key: told[key] for key in ("steps", "agent", "session_id", "schema_version")}
    assert 3000 == len(read_trace("t", json.dumps(turned).encode()).events)


def test_documents_one_after_the_other_are_sessions_of_one_trace() -> None:
    data = json.dumps(document(asked())).encode()
    trace = read_trace("t", data + b"\n" + data)
    assert ((0, 1), 2) == (tuple(event.session for event in trace.events), len(trace.sessions))


def test_a_session_is_told_by_agent_and_extra() -> None:
    agent = {"name": "Claude Code", "version": "unknown", "model_name": "m1", "extra": {"cwd": "/r", "branch": "b"}}
    extra = {"repository": "https://user:pw@github.com/Owner/Name.git", "commit": SHA, "pull": 12}
    session = trajectory(asked(), {"source": "agent", "model_name": "m2", "message": "yes"}, agent=agent, extra=extra).sessions[0]
    assert ("claude-code", None, ("m1", "m2"), "/r", "b") == (session.agent, session.version, session.models, session.cwd, session.branch)
    assert ("owner/name", SHA, 12, AT, "s") == (session.repository, session.commit, session.pull, session.started, session.id)


def test_a_session_is_told_as_harbor_spells_it() -> None:
    git = {"commit_hash": SHA, "branch": "b", "repository_url": "git@gitlab.example:team/sub/name.git"}
    session = trajectory(asked(), agent={"name": "codex", "extra": {"cwds": ["/w", "/x"], "git": git}}).sessions[0]
    assert ("/w", "b", SHA, "git@gitlab.example:team/sub/name.git") == (session.cwd, session.branch, session.commit, session.repository)
    assert "main" == trajectory(asked(), agent={"extra": {"git_branches": ["main"]}}).sessions[0].branch


@pytest.mark.parametrize(
    "step",
    [
        asked("  "),
        asked("<environment_context>\n<cwd>/r</cwd>"),
        asked("from the agent to its own", extra={"is_sidechain": True}),
        {"source": "system", "message": "You are"},
        {"source": "agent", "message": "  "},
    ],
)
def test_what_no_person_asked_and_no_agent_said_is_no_event(step: dict[str, Any]) -> None:
    assert [EventKind.PROMPT] == [event.kind for event in trajectory(asked(), step).events]


def test_prompts_and_messages_may_come_in_parts() -> None:
    parts = [{"type": "text", "text": "look"}, {"type": "image", "source": {"path": "a.png"}}]
    said = {"source": "agent", "message": [{"type": "text", "text": "seen"}]}
    trace = trajectory(asked(parts), asked(parts[1:]), said)
    assert [EventKind.PROMPT, EventKind.PROMPT, EventKind.MESSAGE] == [event.kind for event in trace.events]
    assert {AT} == {event.at for event in trace.events}


@pytest.mark.parametrize(
    "step",
    [
        7,
        None,
        "step",
        {"source": "robot", "message": "hi"},
        {"message": "hi"},
        {"source": ["user"]},
        {"source": "user", "extra": {"prgate": [{"kind": "x"}]}},
    ],
)
def test_a_step_that_is_not_understood_is_skipped_and_counted(step: Any) -> None:
    told = document(asked(), asked())
    told["steps"].append(step)
    trace = read_trace("t", json.dumps(told).encode())
    assert (2, 1, 2) == (trace.read, trace.skipped, len(trace.events))


def test_a_document_that_is_cut_off_keeps_the_steps_before() -> None:
    data = json.dumps(document(asked(), asked(), asked())).encode()
    trace = read_trace("t", data[: data.rindex(b'"source"')])
    assert (2, 1) == (trace.read, trace.skipped)


def test_what_stands_behind_the_document_is_counted() -> None:
    assert 1 == read_trace("t", json.dumps(document(asked(), asked())).encode() + b"\nnonsense").skipped


@pytest.mark.parametrize(
    ("tool", "arguments", "expected"),
    [
        ("Bash", {"command": "make test"}, EventKind.COMMAND),
        ("exec_command", {"cmd": "make", "workdir": "/r/sub"}, EventKind.COMMAND),
        ("shell", {"command": ["bash", "-lc", "make"]}, EventKind.COMMAND),
        ("bash_command", {"keystrokes": "make\n"}, EventKind.COMMAND),
        ("Write", {"file_path": "/r/a.py", "content": "answer = 42"}, EventKind.EDIT),
        ("apply_patch", {"input": "*** Begin Patch\n*** Add File: a.py\n+answer = 42\n*** End Patch"}, EventKind.EDIT),
        ("TodoWrite", {"todos": []}, EventKind.DECISION),
        ("Task", {"prompt": "look"}, EventKind.SUBAGENT),
        ("mcp__forge__open_issue", {"title": "x"}, EventKind.MCP_CALL),
        ("Grep", {"pattern": "x"}, EventKind.TOOL_CALL),
        ("Read", {"file_path": "/r/a.py"}, EventKind.TOOL_CALL),
        ("Skill", {"skill": "review"}, EventKind.TOOL_CALL),
        ("frobnicate", "no object", EventKind.TOOL_CALL),
    ],
)
def test_a_call_is_what_its_tool_does(tool: str, arguments: Any, expected: EventKind) -> None:
    assert expected is only(trajectory(did(tool, arguments))).kind


def test_calls_keep_their_tools_names_and_mcp_calls_their_servers() -> None:
    assert "Grep" == only(trajectory(did("Grep", {"pattern": "x"}))).name
    assert "forge/open_issue" == only(trajectory(did("mcp__forge__open_issue", {}))).name
    assert (InUse("skill", "review"),) == trajectory(did("Skill", {"skill": "review"})).sessions[0].in_use


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("Write", {"file_path": "/r/a.py", "content": "answer = 42"}),
        ("str_replace_editor", {"command": "create", "path": "/r/a.py", "file_text": "answer = 42"}),
        (
            "str_replace_editor",
            {"command": "str_replace", "path": "/r/a.py", "old_str": "import os\n", "new_str": "import os\nanswer = 42\n"},
        ),
        ("str_replace_based_edit_tool", {"command": "insert", "path": "a.py", "insert_text": "answer = 42"}),
        ("Edit", {"file_path": "/r/a.py", "old_string": "import os\nx\n", "new_string": "import os\nanswer = 42\n"}),
        ("MultiEdit", {"file_path": "a.py", "edits": [{"old_string": "x", "new_string": "answer = 42"}]}),
        ("multi_replace_string_in_file", {"replacements": [{"filePath": "/r/a.py", "oldString": "x", "newString": "answer = 42"}]}),
        ("replace_in_file", {"path": "a.py", "diff": "<<<<<<< SEARCH\nx\n=======\nanswer = 42\n>>>>>>> REPLACE"}),
        ("apply_diff", {"path": "a.py", "diff": "@@ -1 +1 @@\n-x\n+answer = 42"}),
        ("patch", {"patch": "--- a/a.py\n+++ b/a.py\n@@ -1 +1 @@\n-x\n+answer = 42"}),
        ("apply_patch", {"input": "*** Begin Patch\n*** Update File: /r/a.py\n@@\n-x\n+answer = 42\n*** End Patch"}),
    ],
)
def test_an_edit_brings_in_what_its_arguments_put_there(tool: str, arguments: dict[str, Any]) -> None:
    event = only(trajectory(did(tool, arguments)))
    assert (EventKind.EDIT, b"a.py", digests("answer = 42")) == (event.kind, event.path, lines(event))


def test_a_patch_names_every_file_that_it_touches() -> None:
    patch = (
        "diff --git a/old.py b/new.py\nsimilarity index 90%\nrename from old.py\nrename to new.py\n--- a/old.py\n+++ b/new.py\n"
        "@@ -1,2 +1,3 @@\n import os\n-x\n+answer = 42\n+++ count = 1\n"
        "diff --git a/gone.py b/gone.py\n--- a/gone.py\n+++ /dev/null\n@@ -1 +0,0 @@\n-x = 1\n\\ No newline at end of file\n"
        'diff --git "a/caf\\303\\251.py" "b/caf\\303\\251.py"\n--- /dev/null\n+++ "b/caf\\303\\251.py"\n@@ -0,0 +1 @@\n+made = True\n'
        "diff --git a/x b/y\nrename from x\nrename to y\n"
    )
    trace = trajectory(did("git_apply", {"x": 1}, {"extra": {"diff": patch}}))
    assert [b"new.py", b"gone.py", "café.py".encode(), b"y"] == [event.path for event in trace.events]
    assert [digests("answer = 42", "++ count = 1"), frozenset(), digests("made = True"), frozenset()] == [
        lines(event) for event in trace.events
    ]


@pytest.mark.parametrize("diff", ["no diff", "@@ -1 +1 @@\n-x\n+y = 1", "--- a\nno pair", "+++ b/a.py"])
def test_a_diff_that_names_no_file_or_no_line_is_none(diff: str) -> None:
    assert EventKind.TOOL_CALL is only(trajectory(did("x", {}, {"extra": {"diff": diff}}))).kind


def test_looking_through_an_editor_is_no_edit() -> None:
    event = only(trajectory(did("str_replace_editor", {"command": "view", "path": "/r/a.py"})))
    assert (EventKind.TOOL_CALL, True, b"a.py") == (event.kind, event.reads, event.path)
    assert EventKind.TOOL_CALL is only(trajectory(did("str_replace_editor", {"command": "undo_edit", "path": "a.py"}))).kind


def test_reading_several_files_at_once_reads_each() -> None:
    trace = trajectory(did("read_many_files", {"paths": ["a.py", "/r/b.py"]}))
    assert [(True, b"a.py"), (True, b"b.py")] == [(event.reads, event.path) for event in trace.events]
    assert not only(trajectory(did("Read", {}))).reads


def test_a_diff_in_extra_counts_instead_of_the_arguments() -> None:
    diff = "diff --git a/a.py b/a.py\n--- a/a.py\n+++ b/a.py\n@@ -1 +1 @@\n-x\n+answer = 42\n"
    for step in (
        did("save", {"file": "b.py"}, extra={"diff": diff}),
        did("Write", {"path": "b.py", "content": "no"}, {"extra": {"diff": diff}}),
    ):
        event = only(trajectory(step))
        assert (EventKind.EDIT, b"a.py", digests("answer = 42")) == (event.kind, event.path, lines(event))
    trace = trajectory(did("bash", {"command": "sh fix.sh"}, {"extra": {"diff": diff, "exit_code": 0}}))
    assert [EventKind.COMMAND, EventKind.EDIT] == [event.kind for event in trace.events]


def test_a_patch_in_a_command_is_an_edit_and_stays_one_where_the_command_fails() -> None:
    patch = "apply_patch <<'EOF'\n*** Begin Patch\n*** Add File: sub/a.py\n+answer = 42\n*** End Patch\nEOF\nmake"
    trace = trajectory(did("exec_command", {"cmd": patch, "workdir": "/r"}, {"content": "Exit code: 2\nOutput:\nno"}))
    edit = next(event for event in trace.events if event.kind is EventKind.EDIT)
    assert (b"sub/a.py", digests("answer = 42")) == (edit.path, lines(edit))
    assert (False, 2) == ((command := only(trace, EventKind.COMMAND)).ok, command.command.exit if command.command else None)


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        ({"content": "done"}, (None, None)),
        ({"content": "done", "extra": {"exit_code": 0}}, (True, 0)),
        ({"content": "no", "extra": {"exit_code": 7}}, (False, 7)),
        ({"content": "no", "extra": {"exit_code": True}}, (None, None)),
        ({"content": "no", "extra": {"metadata": {"exit_code": 3}}}, (False, 3)),
        ({"content": "no", "extra": {"tool_result_is_error": True}}, (False, None)),
        ({"content": "yes", "extra": {"success": True}}, (True, None)),
        ({"content": "Chunk ID: ab\nWall time: 0.1 seconds\nProcess exited with code 4\nOutput:\n"}, (False, 4)),
        ({"content": '{"output":"x","metadata":{"exit_code":0}}'}, (True, 0)),
        ({"content": "the test says\nExit code: 0"}, (None, None)),
        ({"content": [{"type": "text", "text": "Exit code: 1"}]}, (False, 1)),
        ({"extra": {"tool_result_metadata": {"tool_use_result": {"exitCode": 5}}}}, (False, 5)),
    ],
)
def test_a_command_ends_as_extra_or_the_header_of_its_output_says(result: dict[str, Any], expected: tuple[bool | None, int | None]) -> None:
    event = only(trajectory(did("bash", {"command": "make"}, result)))
    assert event.command is not None
    assert expected == (event.ok, event.command.exit)


def test_output_of_other_tools_says_nothing_about_how_they_ended() -> None:
    assert only(trajectory(did("Read", {"file_path": "a"}, {"content": "Exit code: 1"}))).ok is None


def test_a_failed_edit_brings_nothing_and_a_result_of_claude_code_says_what_it_brought() -> None:
    given = {"file_path": "a.py", "content": "answer = 42"}
    assert frozenset() == lines(only(trajectory(did("Write", given, {"extra": {"is_error": True}}))))
    patch = {"structuredPatch": [{"lines": ["-x", "+answer = 43"]}]}
    told = {"tool_result_is_error": False, "tool_result_metadata": {"tool_use_result": patch}}
    assert digests("answer = 43") == lines(only(trajectory(did("Write", given, {"extra": told}))))
    told["tool_result_metadata"] = {"tool_use_result": patch | {"userModified": True}}
    assert digests("answer = 42") == lines(only(trajectory(did("Write", given, {"extra": told}))))


def test_results_settle_calls_of_their_own_step_alone() -> None:
    first = did("bash", {"command": "make"}, {"extra": {"exit_code": 1}})
    trace = trajectory(first, did("bash", {"command": "make"}), did("bash", {"command": "make"}, {"extra": {"exit_code": 0}}))
    assert [False, None, True] == [event.ok for event in trace.events]


def test_a_sub_agent_is_a_session_whose_prompts_are_no_persons() -> None:
    copied = {"source": "agent", "message": "again", "is_copied_context": True}
    inner = document(asked(), copied, did("bash", {"command": "make"}), trajectory_id="x", agent={"name": "helper"})
    delegates = did("Task", {"prompt": "x"}, {"subagent_trajectory_ref": [{"trajectory_id": "x"}]})
    refers = {"source": "system", "message": "", "observation": {"results": [{"subagent_trajectory_ref": [{"trajectory_id": "x"}]}]}}
    trace = trajectory(asked(), copied, delegates, refers, subagent_trajectories=[inner, 7])
    assert ["codex", "helper"] == [session.agent for session in trace.sessions]
    kinds = [EventKind.PROMPT, EventKind.MESSAGE, EventKind.SUBAGENT, EventKind.SUBAGENT, EventKind.COMMAND]
    assert kinds == [event.kind for event in trace.events]
    assert [0, 0, 0, 0, 1] == [event.session for event in trace.events]


def test_sub_agents_are_followed_only_so_deep() -> None:
    inner = document(asked(), did("bash", {"command": "make"}))
    for _ in range(20):
        inner = document(did("bash", {"command": "make"}), subagent_trajectories=[inner])
    assert 9 == len(read_trace("t", json.dumps(inner).encode()).sessions)


def test_a_deep_or_hostile_document_is_refused_or_counted() -> None:
    head = json.dumps(document(asked())).encode()[:-1]
    for tail in (b',"notes":' + b"[" * 200_000, b',"subagent_trajectories":[' * 5000, b',"extra":{"cwd":' * 5000):
        trace = read_trace("t", head + tail)
        assert (1, 1) == (trace.read, trace.skipped)
