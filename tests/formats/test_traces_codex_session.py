"""What Codex's records tell of the session itself: its origin, its permissions, its instructions, its denials, its commands."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

import pytest

from prgate.formats.traces import read_trace
from prgate.formats.traces.draft import Scribe
from prgate.model.trace import EventKind, Trace
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

ASKED = message("user", "do it")
FULL = {"type": "danger-full-access"}
HELD = {"type": "workspace-write"}


def permits(trace: Trace) -> list[tuple[str, bool | None]]:
    """(what, the answer) of each approval."""
    return [(event.name, event.ok) for event in trace.events if event.kind is EventKind.APPROVAL]


def turned(**context: Any) -> list[tuple[str, bool | None]]:
    return permits(rollout(enveloped("turn_context", context), ASKED))


def bare(*lines: dict[str, Any]) -> Trace:
    """The trace of a rollout without envelopes."""
    return read_trace("t", "\n".join(map(json.dumps, ({"id": "s", "timestamp": AT, "instructions": "be good"}, *lines))).encode())


@pytest.mark.parametrize(
    ("address", "repository"),
    [
        ("https://github.com/Acme/Pay.git", "acme/pay"),
        ("git@github.com:Acme/Pay.git", "acme/pay"),
        ("https://bot:word@github.com/Acme/Pay", "acme/pay"),
        ("https://github.com/..git", None),
        ("", None),
        (7, None),
        (None, None),
    ],
)
def test_the_repository_is_told_without_credentials(address: Any, repository: str | None) -> None:
    trace = rollout(ASKED, meta=META | {"git": {"repository_url": address}})
    assert trace.sessions[0].repository == repository


def test_the_model_is_told_by_each_turn() -> None:
    turns = [enveloped("turn_context", {"model": model}) for model in ("one", "two", "one", 7)]
    assert rollout(*turns, ASKED).sessions[0].models == ("one", "two")


@pytest.mark.parametrize(
    ("context", "permit"),
    [
        ({"approval_policy": "never", "sandbox_policy": FULL}, "bypassed"),
        ({"approval_policy": "never", "sandbox_policy": {"mode": "danger-full-access"}}, "bypassed"),
        ({"approval_policy": "never", "permission_profile": {"type": "disabled"}}, "bypassed"),
        ({"approval_policy": "never", "sandbox_policy": HELD, "permission_profile": {"type": "disabled"}}, "confined"),
        ({"approval_policy": "never", "permission_profile": {"type": "managed"}}, "confined"),
        ({"approval_policy": "on-failure", "sandbox_policy": HELD}, "asks"),
        ({"approval_policy": "on-failure", "sandbox_policy": FULL}, "bypassed"),
        ({"approval_policy": "on-request"}, "asks"),
        ({"approval_policy": "untrusted", "sandbox_policy": FULL, "approvals_reviewer": "user"}, "asks"),
        ({"approval_policy": {"granular": {"rules": True}}}, "asks"),
        ({"approval_policy": "on-request", "sandbox_policy": HELD, "approvals_reviewer": "guardian"}, "confined"),
        ({"approval_policy": "on-request", "sandbox_policy": FULL, "approvals_reviewer": "guardian"}, "bypassed"),
    ],
)
def test_who_is_asked_follows_from_policy_and_sandbox(context: dict[str, Any], permit: str) -> None:
    assert turned(**context) == [(permit, None)]
    assert permits(rollout(event(type="thread_settings_applied", thread_settings=context), ASKED)) == [(permit, None)]


@pytest.mark.parametrize(
    "context",
    [
        {},
        {"approval_policy": "never"},
        {"approval_policy": "on-failure"},
        {"approval_policy": "from-the-future", "sandbox_policy": FULL},
        {"approval_policy": ["never"], "sandbox_policy": FULL},
        {"approval_policy": "on-request", "approvals_reviewer": "guardian"},
        {"sandbox_policy": FULL},
    ],
)
def test_a_policy_that_is_not_told_whole_tells_nothing(context: dict[str, Any]) -> None:
    assert turned(**context) == []


def test_permissions_are_noted_when_they_change() -> None:
    turns = [{"approval_policy": policy, "sandbox_policy": FULL} for policy in ("never", "never", "on-request", "never")]
    trace = rollout(*(enveloped("turn_context", turn) for turn in turns), ASKED)
    assert permits(trace) == [("bypassed", None), ("asks", None), ("bypassed", None)]


def test_a_rollout_without_envelopes_tells_its_permissions_in_the_users_role() -> None:
    told = "<environment_context>\n<cwd>/r</cwd>\n<approval_policy>never</approval_policy>\n<sandbox_mode>danger-full-access</sandbox_mode>"
    content = [{"type": "input_text", "text": told}]
    asked = [{"type": "input_text", "text": "do it"}]
    trace = bare({"type": "message", "role": "user", "content": content}, {"type": "message", "role": "user", "content": asked})
    assert permits(trace) == [("bypassed", None)]
    assert (trace.sessions[0].cwd, trace.sessions[0].started) == ("/r", AT)
    assert [(used.kind, used.name) for used in trace.sessions[0].in_use] == [("rules", "AGENTS.md")]


GOOD = sha256(b"be good").hexdigest()


@pytest.mark.parametrize(
    ("record", "used"),
    [
        (message("user", "# AGENTS.md instructions for /r\n\n<INSTRUCTIONS>\nbe good\n</INSTRUCTIONS>"), ("rules", "AGENTS.md", GOOD)),
        (message("user", "# AGENTS.md instructions for /r\n\n<INSTRUCTIONS>\nbe good\n"), ("rules", "AGENTS.md", GOOD)),
        (message("user", "<user_instructions>\n\nbe good\n\n</user_instructions>"), ("rules", "AGENTS.md", GOOD)),
        (enveloped("turn_context", {"user_instructions": "be good"}), ("rules", "AGENTS.md", GOOD)),
        (
            message("user", "<skill>\n<name>worktree</name>\nhow to"),
            ("skill", "worktree", sha256(b"<skill>\n<name>worktree</name>\nhow to").hexdigest()),
        ),
    ],
)
def test_rules_and_skills_are_in_use(record: dict[str, Any], used: tuple[str, str, str]) -> None:
    trace = rollout(record, ASKED)
    assert [(found.kind, found.name, found.digest) for found in trace.sessions[0].in_use] == [used]
    assert only(trace).kind is EventKind.PROMPT


@pytest.mark.parametrize("words", ["<skill>\nno name", "<user_instructions>\n \n</user_instructions>", "<turn_aborted>"])
def test_what_names_nothing_is_not_in_use(words: str) -> None:
    assert rollout(message("user", words), ASKED).sessions[0].in_use == ()


def test_a_message_may_hold_injected_text_and_a_prompt() -> None:
    trace = rollout(message("user", "<environment_context>\n<cwd>/turn</cwd>", "do it"), meta={"id": "s"})
    assert (only(trace).kind, trace.sessions[0].cwd) == (EventKind.PROMPT, "/turn")


@pytest.mark.parametrize("refusal", ["exec command rejected by user", "patch rejected by user", {"content": "patch rejected by user"}])
def test_a_declined_call_did_nothing_and_is_an_answer(refusal: Any) -> None:
    for record in (call("apply_patch", input=PATCH), call("shell", command=["bash", "-lc", f"apply_patch <<'EOF'\n{PATCH}\nEOF"])):
        trace = rollout(record, output(refusal), output(refusal))
        assert permits(trace) == [("answer", False)]
        assert edits(trace) == [(b"src/a.py", False, False)]


@pytest.mark.parametrize(
    "record",
    [
        completed(type="CommandExecution", id="c", status="declined", exit_code=-1),
        event(type="exec_command_end", call_id="c", status="declined", exit_code=-1),
        completed(type="FileChange", id="c", status="declined", changes={}),
        output(json.dumps({"output": "exec command rejected by user", "metadata": {}})),
    ],
)
def test_a_declined_end_is_an_answer(record: dict[str, Any]) -> None:
    trace = rollout(call("exec_command", cmd=f"apply_patch <<'EOF'\n{PATCH}\nEOF"), record)
    assert permits(trace) == [("answer", False)]
    assert edits(trace) == [(b"src/a.py", False, False)]


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("Exit code: 2\nWall time: 0 seconds\nOutput:\n", 2),
        ("Process exited with code -1\nOutput:\n", -1),
        ("Process exited with code 12345678901\nOutput:\n", None),
        (json.dumps({"output": "", "metadata": {"exit_code": 3}}), 3),
        (json.dumps({"output": "", "metadata": {"exit_code": True}}), None),
        ("Wall time: 0.1 seconds\nOutput:\nExit code: 1\nWall time: 0 seconds\nOutput:\nno such file", 1),
        ({"success": True}, None),
        ("fine", None),
    ],
)
def test_a_command_has_an_exit_status_where_it_is_told(said: Any, code: int | None) -> None:
    command = only(rollout(call("shell", command=["ls"]), output(said))).command
    assert command is not None
    assert command.exit == code


def test_a_command_that_goes_on_is_settled_by_who_looks_at_it_last() -> None:
    trace = rollout(
        call("exec_command", "1", cmd="pytest"),
        output("Chunk ID: a\nProcess running with session ID 7\nOutput:\n", "1"),
        call("write_stdin", "2", session_id=7, chars=""),
        output("Chunk ID: b\nProcess running with session ID 7\nOutput:\n", "2"),
        call("write_stdin", "3", session_id=7, chars=""),
        output("Chunk ID: c\nProcess exited with code 1\nOutput:\n", "3"),
        call("write_stdin", "4", session_id=8, chars=""),
        output("Process exited with code 0\nOutput:\n", "4"),
    )
    first = trace.events[0]
    assert first.command is not None
    assert (first.ok, first.command.exit) == (False, 1)
    assert [event.ok for event in trace.events] == [False, None, False, True]


@pytest.mark.parametrize(
    ("record", "name", "ok"),
    [
        (
            event(type="mcp_tool_call_end", call_id="c", invocation={"server": "wiki", "tool": "ask", "arguments": {}}, result={"Ok": {}}),
            "wiki/ask",
            True,
        ),
        (
            event(type="mcp_tool_call_end", call_id="c", invocation={"server": "wiki", "tool": "ask"}, result={"Ok": {"isError": True}}),
            "wiki/ask",
            False,
        ),
        (
            event(type="mcp_tool_call_end", call_id="c", invocation={"server": "wiki", "tool": "ask"}, result={"Err": "down"}),
            "wiki/ask",
            False,
        ),
        (completed(type="McpToolCall", id="c", server="wiki", tool="ask", result={"content": []}, status="completed"), "wiki/ask", True),
        (completed(type="McpToolCall", id="c", server="wiki", tool="ask", error={"message": "no"}, status="failed"), "wiki/ask", False),
        (completed(type="McpToolCall", id="c", status="inProgress"), "", None),
    ],
)
def test_a_call_of_a_server_is_known_by_its_end(record: dict[str, Any], name: str, ok: bool | None) -> None:
    for records in ((record,), (call("wiki__ask"), record)):
        found = only(rollout(*records))
        assert (found.kind, found.name, found.ok) == (EventKind.MCP_CALL, name, ok)


def test_a_call_of_a_server_may_have_its_name_in_a_name_space() -> None:
    records = [item(type="function_call", name="ask", namespace=space, arguments="{}", call_id=space) for space in ("mcp__wiki", "other")]
    assert [(found.kind, found.name) for found in rollout(*records).events] == [
        (EventKind.MCP_CALL, "wiki/ask"),
        (EventKind.TOOL_CALL, "ask"),
    ]


def test_plans_questions_and_agents_are_told_apart() -> None:
    trace = rollout(call("update_plan", "1"), call("request_user_input", "2"), call("spawn_agent", "3"), completed(type="Plan", id="4"))
    assert [(found.kind, found.name) for found in trace.events] == [
        (EventKind.DECISION, "update_plan"),
        (EventKind.DECISION, "request_user_input"),
        (EventKind.SUBAGENT, "spawn_agent"),
        (EventKind.DECISION, "plan"),
    ]


def test_a_scribe_is_told_the_texts() -> None:
    scribe = Scribe()
    rollout(
        ASKED,
        event(type="user_message", message="do it"),
        message("assistant", "I will", "now"),
        call("exec_command", "1", cmd="ls"),
        output("Process exited with code 0\nOutput:\na.py", "1"),
        call("update_plan", "2", plan=[]),
        output("Plan updated", "2"),
        scribe=scribe,
    )
    told = [scribe.told[index] for index in scribe.kept]
    assert told == [("do it", None, None), ("I will\nnow", None, None), (None, {"cmd": "ls"}, "1"), (None, {"plan": []}, "2")]
    assert scribe.answers == {"1": "Process exited with code 0\nOutput:\na.py", "2": "Plan updated"}
