"""GitHub Copilot CLI's events, kind by kind."""

from __future__ import annotations

import json
from typing import Any

import pytest

from prgate.formats.traces import read_trace, recognises
from prgate.model.lines import line_digest
from prgate.model.trace import EventKind, InUse, Permit, Trace, TraceEvent

AT = "2026-06-25T01:50:34.403Z"
START = {
    "sessionId": "s-1", "version": 1, "producer": "copilot-agent", "copilotVersion": "1.0.64", "startTime": AT, "selectedModel": "gpt-5",
    "context": {"cwd": "/w/shop", "gitRoot": "/w/shop", "branch": "main", "headCommit": "3c" * 20, "repository": "Octo-Org/Shop"},
}  # fmt: skip


def event(type_: str, /, **data: Any) -> dict[str, Any]:
    return {"type": type_, "data": data, "id": "e", "timestamp": AT, "parentId": None}


def session(*events: dict[str, Any], start: dict[str, Any] = START) -> Trace:
    return read_trace("t", "\n".join(json.dumps(item) for item in (event("session.start", **start), *events)).encode())


def prompted(*events: dict[str, Any]) -> tuple[TraceEvent, ...]:
    first, *rest = session(event("user.message", content="go"), *events).events
    assert first.kind is EventKind.PROMPT
    return tuple(rest)


def ran(tool: str, given: Any, call: str | None = "c", **more: Any) -> dict[str, Any]:
    return event("tool.execution_start", toolCallId=call, toolName=tool, arguments=given, **more)


def ended(said: str = "", *, call: str = "c", success: Any = True, **more: Any) -> dict[str, Any]:
    return event("tool.execution_complete", toolCallId=call, success=success, result={"content": said} | more)


def only(*events: dict[str, Any]) -> TraceEvent:
    (told,) = prompted(*events)
    return told


@pytest.mark.parametrize(
    "record",
    [
        {"type": "user.message", "data": {"content": "go"}, "id": "e"},
        {"type": "user.message", "data": "go", "id": "e", "parentId": None},
        {"type": "user", "data": {}, "id": "e", "parentId": None},
        {"type": "page.view", "data": {}, "id": "e", "parentId": None},
        {"type": "session.start", "data": {}, "parentId": None},
    ],
)
def test_events_of_other_programs_are_none(record: dict[str, Any]) -> None:
    assert not recognises(json.dumps(record).encode())


def test_the_start_tells_what_the_session_is() -> None:
    told = session(event("user.message", content="go")).sessions[0]
    assert ("copilot-cli", "s-1", "1.0.64", ("gpt-5",), AT) == (told.agent, told.id, told.version, told.models, told.started)
    assert ("octo-org/shop", "main", "3c" * 20, "/w/shop") == (told.repository, told.branch, told.commit, told.cwd)


def test_a_session_without_a_repository_tells_none() -> None:
    told = session(
        event("user.message", content="go"), start={"sessionId": "s", "context": {"cwd": "/w", "baseCommit": "1b" * 20}}
    ).sessions[0]
    assert (None, None, "1b" * 20, "/w") == (told.repository, told.branch, told.commit, told.cwd)


def test_a_file_may_hold_sessions_one_after_the_other() -> None:
    other = START | {"sessionId": "s-2"}
    trace = session(*(part for start in (START, other) for part in (event("session.start", **start), event("user.message", content="go"))))
    assert ([0, 1], ["s-1", "s-2"]) == ([item.session for item in trace.events], [item.id for item in trace.sessions])


def test_paths_are_seen_from_the_top_of_the_repository() -> None:
    inside = START | {"context": {"cwd": "/w/shop/web", "gitRoot": "/w/shop"}}
    trace = session(ran("view", {"path": "a.ts"}, "1"), ran("view", {"path": "/w/shop/b.py"}, "2"), start=inside)
    assert [b"web/a.ts", b"b.py"] == [item.path for item in trace.events]
    moved = event("session.context_changed", cwd="/w/shop/docs", gitRoot="/w/shop", branch="later")
    trace = session(moved, ran("view", {"path": "c.md"}), start=inside)
    assert ([b"docs/c.md"], "later") == ([item.path for item in trace.events], trace.sessions[0].branch)


def test_a_resumed_session_tells_what_the_start_left_open() -> None:
    trace = session(event("session.resume", context={"branch": "b"}), event("user.message", content="go"), start={"sessionId": "s"})
    assert "b" == trace.sessions[0].branch


def test_models_add_up() -> None:
    trace = session(
        event("session.model_change", newModel="m-2"), event("assistant.message", content="", model="m-3"), ran("sql", {}, model="m-4")
    )
    assert ("gpt-5", "m-2", "m-3", "m-4") == trace.sessions[0].models


@pytest.mark.parametrize(
    "message",
    [
        {"content": ""},
        {"content": 3},
        {"content": "load", "source": "skill-pdf"},
        {"content": "look", "source": "agent-7"},
        {"content": "go on", "isAutopilotContinuation": True},
    ],
)
def test_what_the_program_puts_in_the_users_name_is_no_prompt(message: dict[str, Any]) -> None:
    assert () == prompted(event("user.message", **message))


def test_what_a_subagent_is_told_is_no_prompt() -> None:
    assert () == prompted(event("user.message", content="look") | {"agentId": "a-1"})


def test_an_answer_is_a_message_and_one_without_words_is_none() -> None:
    assert (
        EventKind.MESSAGE
        is only(event("assistant.message", content="done"), event("assistant.message", content=" "), event("assistant.message")).kind
    )


@pytest.mark.parametrize(
    ("end", "ok", "code"),
    [
        (ended("out\n<shellId: 4 completed with exit code 0>"), True, 0),
        (ended("out\n<shellId: 4 completed with exit code 2>"), False, 2),
        (ended("<exited with exit code 1>"), False, 1),
        (ended("<exited with exit code 1> said the program\n<shellId: 4 completed with exit code 0>\n"), True, 0),
        (ended("<exited with exit code 1> said the program"), True, None),
        (ended("", contents=[{"type": "text"}, {"type": "shell_exit", "exitCode": 3}]), False, 3),
        (event("tool.execution_complete", toolCallId="c", success=True, shellExecution={"exitCode": 7}), False, 7),
        (event("tool.execution_complete", toolCallId="c", success=False, error={"message": "denied"}), False, None),
        (ended("<command with shellId: 4 is still running after 30 seconds. Use read_bash to wait.>"), None, None),
        (ended(success=None), None, None),
    ],
)
def test_a_command_ends_with_its_exit_status(end: dict[str, Any], ok: bool | None, code: int | None) -> None:
    told = only(ran("bash", {"command": "make"}), end)
    assert told.command is not None
    assert (EventKind.COMMAND, "bash", ok, code) == (told.kind, told.name, told.ok, told.command.exit)


RUNNING = ended("<command with shellId: 30 is still running after 30 seconds.>")


@pytest.mark.parametrize(
    ("later", "ok", "code"),
    [
        ([event("system.notification", kind={"type": "shell_completed", "shellId": "30", "exitCode": 0})], True, 0),
        ([event("system.notification", kind={"type": "shell_completed", "shellId": "30"})], None, None),
        ([event("system.notification", kind={"type": "shell_completed", "shellId": "31", "exitCode": 0})], None, None),
        ([event("system.notification", content="hello")], None, None),
        ([ran("read_bash", {"shellId": "30"}, "r"), ended("<shellId: 30 completed with exit code 4>", call="r")], False, 4),
        ([ran("read_bash", {"shellId": "31"}, "r"), ended("<shellId: 31 completed with exit code 4>", call="r")], None, None),
        ([ran("read_bash", {"shellId": "30"}, "r"), ended("<exited with exit code 4>", call="r")], None, None),
    ],
)
def test_a_command_that_runs_on_is_settled_when_its_end_is_told(
    later: list[dict[str, Any]],
    ok: bool | None,
    code: int | None,
) -> None:
    told = prompted(ran("bash", {"command": "make"}), RUNNING, *later)[0]
    assert told.command is not None
    assert (ok, code) == (told.ok, told.command.exit)


def digests(*lines: str) -> bytes:
    return b"".join(sorted(found for line in lines if (found := line_digest(line.encode())) is not None))


DIFF = "\ndiff --git a/w/shop/a.py b/w/shop/a.py\n--- a/w/shop/a.py\n+++ b/w/shop/a.py\n@@ -1,2 +1,3 @@\n keep = 0\n-old = 1\n+new = 22\n+more = 3\n"


def test_an_edit_brings_in_what_its_arguments_change() -> None:
    told = only(ran("edit", {"path": "/w/shop/a.py", "old_str": "keep = 0\nold = 1", "new_str": "keep = 0\nnew = 1"}), ended("updated"))
    assert told.edit is not None
    assert (EventKind.EDIT, b"a.py", True, digests("new = 1")) == (told.kind, told.path, told.ok, told.edit.lines)


def test_an_edits_diff_is_what_it_really_brought_in() -> None:
    told = only(ran("create", {"path": "/w/shop/a.py", "file_text": "new = 1\n"}), ended("created", detailedContent=DIFF))
    assert told.edit is not None
    assert digests("new = 22", "more = 3") == told.edit.lines


@pytest.mark.parametrize("detailed", ["no diff", DIFF + DIFF.replace("a.py", "b.py"), None])
def test_a_result_without_the_diff_of_one_file_leaves_the_arguments(detailed: str | None) -> None:
    told = only(ran("create", {"path": "a.py", "file_text": "new = 1\n"}), ended("created", detailedContent=detailed))
    assert told.edit is not None
    assert digests("new = 1") == told.edit.lines


def test_a_failed_edit_brought_in_nothing() -> None:
    told = only(ran("create", {"path": "a.py", "file_text": "new = 1\n"}), ended(success=False))
    assert told.edit is not None
    assert (False, b"") == (told.ok, told.edit.lines)


def test_a_patch_given_as_text_is_an_edit_of_each_file() -> None:
    patch = "*** Begin Patch\n*** Add File: a.py\n+one = 1\n*** Update File: b.py\n+two = 2\n*** End Patch"
    told = prompted(ran("apply_patch", patch), ended("done", detailedContent=DIFF + DIFF))
    assert [(b"a.py", digests("one = 1")), (b"b.py", digests("two = 2"))] == [(item.path, item.edit.lines) for item in told if item.edit]


def test_a_look_at_a_file_reads_it() -> None:
    told = only(ran("view", {"path": "/w/shop/a.py"}), ended("1. one"))
    assert (EventKind.TOOL_CALL, b"a.py", True, True) == (told.kind, told.path, told.reads, told.ok)


def test_a_call_that_is_told_twice_counts_once() -> None:
    assert "sql" == only(ran("sql", {}), ran("sql", {})).name
    assert 2 == len(prompted(ran("sql", {}, None), ran("sql", {}, None)))


@pytest.mark.parametrize(
    ("more", "name"),
    [({"mcpServerName": "wiki", "mcpToolName": "find"}, "wiki/find"), ({"mcpServerName": "wiki"}, "wiki/wiki-find")],
)
def test_a_call_of_a_server_is_an_mcp_call(more: dict[str, str], name: str) -> None:
    told = only(ran("wiki-find", {"path": "a.md"}, **more), ended(success=False))
    assert (EventKind.MCP_CALL, name, b"a.md", False) == (told.kind, told.name, told.path, told.ok)


@pytest.mark.parametrize("tool", ["ask_user", "exit_plan_mode"])
def test_questions_and_plans_are_decisions(tool: str) -> None:
    assert (EventKind.DECISION, tool) == ((told := only(ran(tool, {"question": "how?"}))).kind, told.name)


def test_a_changed_plan_is_a_decision() -> None:
    assert (EventKind.DECISION, "plan") == ((told := only(event("session.plan_changed", operation="update"))).kind, told.name)


def test_a_subagent_counts_once_whether_its_call_is_told_or_not() -> None:
    started = event("subagent.started", toolCallId="c", agentName="explore")
    assert (EventKind.SUBAGENT, "task", True) == (
        (told := only(ran("task", {"prompt": "look"}), started, ended())).kind,
        told.name,
        told.ok,
    )
    failed = event("subagent.failed", toolCallId="c", error="x")
    assert (EventKind.SUBAGENT, "explore", False) == ((told := only(started, failed)).kind, told.name, told.ok)
    assert 2 == len(prompted(event("subagent.started"), event("subagent.started")))


@pytest.mark.parametrize(
    ("changed", "permit"),
    [
        ({"allowAllPermissions": True, "previousAllowAllPermissions": False}, Permit.BYPASSED),
        ({"allowAllPermissions": False}, Permit.ASKS),
        ({"mode": "allow-all"}, Permit.BYPASSED),
        ({"mode": "assisted"}, Permit.EDITS),
        ({"mode": "manual"}, Permit.ASKS),
    ],
)
def test_permissions_say_what_is_asked_from_then_on(changed: dict[str, Any], permit: Permit) -> None:
    told = only(event("session.permissions_changed", **changed))
    assert (EventKind.APPROVAL, permit, None) == (told.kind, told.name, told.ok)


@pytest.mark.parametrize("changed", [{}, {"mode": "other"}, {"allowAllPermissions": "yes"}])
def test_permissions_of_no_known_mode_tell_nothing(changed: dict[str, Any]) -> None:
    assert () == prompted(event("session.permissions_changed", **changed))


@pytest.mark.parametrize(
    ("done", "ok"),
    [
        ({"decisionSource": "human_response", "result": {"kind": "approved"}}, True),
        ({"decisionSource": "human_response", "result": {"kind": "approved-for-session"}}, True),
        ({"decisionSource": "human_response", "result": {"kind": "cancelled"}}, False),
        ({"result": {"kind": "denied-interactively-by-user"}}, False),
    ],
)
def test_a_persons_answer_is_an_approval(done: dict[str, Any], ok: bool) -> None:
    told = only(event("permission.requested", requestId="q"), event("permission.completed", requestId="q", **done))
    assert (EventKind.APPROVAL, Permit.ANSWER, ok) == (told.kind, told.name, told.ok)


@pytest.mark.parametrize("source", [None, "host_policy", "assisted_approval", "authorization_carry_forward"])
def test_an_approval_that_no_person_gave_is_none(source: str | None) -> None:
    assert () == prompted(event("permission.completed", decisionSource=source, result={"kind": "approved"}))
    assert () == prompted(event("permission.completed", decisionSource=source))


def test_a_skill_is_in_use_with_its_digest() -> None:
    trace = session(
        event("user.message", content="go"),
        event("skill.invoked", name="pdf", content=""),
        event("skill.invoked", name="x"),
        event("skill.invoked"),
    )
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert (InUse("skill", "pdf", empty), InUse("skill", "x")) == trace.sessions[0].in_use


def test_a_file_of_the_sessions_own_folder_is_no_edit() -> None:
    assert () == prompted(event("session.workspace_file_changed", path="plan.md", operation="create"))


def test_kinds_of_known_families_tell_nothing_and_others_are_counted() -> None:
    no_event = {"type": "user.message", "data": {"content": "go"}}
    known = (event("hook.start"), event("abort"), event("session.brand_new"))
    trace = session(event("user.message", content="go"), *known, event("page.view"), {"type": 1}, no_event)
    assert (1, 5, 3) == (len(trace.events), trace.read, trace.skipped)
