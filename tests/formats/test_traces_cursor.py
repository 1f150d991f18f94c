"""The events of Cursor's command line agent."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prgate.formats.traces import cursor_stream, read_trace, recognises
from prgate.formats.traces.draft import Scribe
from prgate.formats.traces.reader import head_of
from prgate.model.trace import EventKind, Trace, TraceEvent
from tests.formats.traces.seen import brings, digests

OPENING = {
    "type": "system",
    "subtype": "init",
    "apiKeySource": "login",
    "cwd": "/r",
    "session_id": "s",
    "model": "m",
    "permissionMode": "default",
}
AT_MS, AT = 1767225600123, "2026-01-01T00:00:00.123Z"


_MEMBERS = ["call_id", "subtype", "tool_call", "shellToolCall", "editToolCall", "mcpToolCall", "function", "args", "result", "success"]
_MEMBERS += [
    "message",
    "content",
    "text",
    "command",
    "path",
    "diffString",
    "exitCode",
    "name",
    "arguments",
    "permissionMode",
    "model",
    "cwd",
]
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(["completed", "started", "bypassPermissions"]) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(_MEMBERS), inner, max_size=4),
    max_leaves=12,
)


def told(*records: dict[str, Any], scribe: Scribe | None = None, **opening: Any) -> Trace:
    lines = (OPENING | opening, *({"session_id": "s", "timestamp_ms": AT_MS} | record for record in records))
    return read_trace("t", "\n".join(map(json.dumps, lines)).encode(), scribe)


def said(role: str, *words: Any, **more: Any) -> dict[str, Any]:
    return {"type": role, "message": {"role": role, "content": [{"type": "text", "text": word} for word in words]}, **more}


def call(tool: str, result: Any = None, call_id: str = "c", **args: Any) -> dict[str, Any]:
    """A call that starts, or with a result one that has ended."""
    inner = {"args": args} if result is None else {"args": args, "result": result}
    subtype = "started" if result is None else "completed"
    return {"type": "tool_call", "subtype": subtype, "call_id": call_id, "tool_call": {"startedAtMs": "1", f"{tool}ToolCall": inner}}


def only(trace: Trace) -> TraceEvent:
    (event,) = trace.events
    return event


ASKED = said("user", "do it")


@pytest.mark.parametrize(
    "record",
    [
        OPENING | {"tools": ["Bash"]},
        OPENING | {"mcp_servers": []},
        OPENING | {"apiKeySource": None},
        OPENING | {"session_id": ""},
        OPENING | {"subtype": "status"},
        {"type": "tool_call", "subtype": "started", "call_id": "c", "tool_call": {"shell": {}}},
        {"type": "tool_call", "subtype": "started", "call_id": "c", "tool_call": {"shellToolCall": "odd"}},
        {"type": "tool_call", "subtype": "started", "tool_call": {"shellToolCall": {}}},
        {"type": "tool_call", "subtype": "begun", "call_id": "c", "tool_call": {"shellToolCall": {}}},
        {"type": "tool_call", "subtype": "started", "call_id": "c"},
        said("assistant", "hello", session_id="s"),
    ],
)
def test_what_other_programs_write_is_no_stream_of_cursor(record: dict[str, Any]) -> None:
    assert not cursor_stream.sniff(head_of(json.dumps(record).encode()))


def test_a_stream_whose_start_is_lost_is_known_by_its_calls() -> None:
    assert recognises(json.dumps(call("ls")).encode())
    named = {"type": "tool_call", "subtype": "started", "call_id": "c", "tool_call": {"function": {"name": "lookup", "arguments": "{}"}}}
    assert only(read_trace("t", json.dumps(named).encode())).name == "lookup"


def test_the_session_is_what_the_start_says() -> None:
    (session,) = told(ASKED).sessions
    assert (session.agent, session.id, session.cwd, session.models, session.started) == ("cursor", "s", "/r", ("m",), AT)


def test_a_stream_that_opens_again_under_another_name_is_another_session() -> None:
    trace = told(ASKED, OPENING, OPENING | {"session_id": "later"}, said("user", "more", session_id="later"))
    assert [session.id for session in trace.sessions] == ["s", "later"]
    assert [event.session for event in trace.events] == [0, 1]


@pytest.mark.parametrize(
    ("mode", "permits"), [("default", []), ("acceptEdits", ["edits-freely"]), ("bypassPermissions", ["bypassed"]), (7, [])]
)
def test_a_mode_is_noted_unless_it_tells_nothing(mode: Any, permits: list[str]) -> None:
    trace = told(ASKED, permissionMode=mode)
    assert [event.name for event in trace.events if event.kind is EventKind.APPROVAL] == permits


def test_pieces_of_a_message_count_once() -> None:
    trace = told(
        said("user", "do", " it"),
        said("assistant", " "),
        said("assistant", "I "),
        {"type": "thinking", "subtype": "delta", "text": "hm"},
        said("assistant", "will"),
        said("assistant", "I will", model_call_id="1"),
        call("ls"),
        said("assistant", "done"),
        said("user", " \n", 7),
        {"type": "user", "message": {"content": "more"}},
        said("assistant", "yes"),
    )
    kinds = [EventKind.PROMPT, EventKind.MESSAGE, EventKind.TOOL_CALL, EventKind.MESSAGE, EventKind.PROMPT, EventKind.MESSAGE]
    assert [event.kind for event in trace.events] == kinds
    assert {event.at for event in trace.events} == {AT}


@pytest.mark.parametrize(
    ("result", "ok", "code"),
    [
        ({"success": {"exitCode": 0, "stdout": "a.py"}}, True, 0),
        ({"success": {"exitCode": 2}}, False, 2),
        ({"failure": {"exitCode": 1}}, False, 1),
        ({"success": {"isBackground": True}}, None, None),
        ({"success": {"isBackground": True, "exitCode": 0}}, True, 0),
        ({"success": {}}, True, None),
        ({"timeout": {}}, False, None),
        ({"odd": 7}, False, None),
        ("odd", None, None),
        (None, None, None),
    ],
)
def test_a_command_has_the_exit_status_of_its_result(result: Any, ok: bool | None, code: int | None) -> None:
    trace = told(call("shell", command="pytest"), call("shell", result, command="pytest"))
    event = only(trace)
    assert event.command is not None
    assert (event.kind, event.ref, event.ok, event.command.exit, event.command.tests) == (EventKind.COMMAND, ("t", 2), ok, code, True)


def test_a_command_is_seen_from_its_folder() -> None:
    trace = told(call("shell", command="cat > a.py <<'E'\nvalue = 1\nE", workingDirectory="/r/src"))
    assert [event.path for event in trace.events] == [None, b"src/a.py"]


def test_a_command_without_a_line_is_a_command() -> None:
    assert only(told(call("shell", command=7))).kind is EventKind.COMMAND


@pytest.mark.parametrize("ended", ["rejected", "permissionDenied"])
def test_a_declined_call_did_nothing_and_is_an_answer(ended: str) -> None:
    records = [call("write", path="/r/a.py", fileText="value = 1"), call("write", {ended: {"reason": "no"}}), call("write", {ended: {}})]
    edit, answer = told(*records).events
    assert (edit.ok, brings(edit)) == (False, frozenset())
    assert (answer.kind, answer.name, answer.ok, answer.ref) == (EventKind.APPROVAL, "answer", False, ("t", 3))


def test_a_declined_command_wrote_nothing_and_a_failed_one_may_have() -> None:
    line = "cat > a.py <<'E'\nvalue = 1\nE\npytest"
    assert brings(*told(call("shell", command=line), call("shell", {"rejected": {}})).events) == frozenset()
    assert brings(*told(call("shell", command=line), call("shell", {"failure": {"exitCode": 1}})).events) == digests("value = 1")


@pytest.mark.parametrize(
    ("tool", "args", "result", "lines"),
    [
        ("write", {"fileText": "one line\ntwo line"}, {"success": {"linesCreated": 2}}, ("one line", "two line")),
        ("edit", {"streamContent": "old line\nnew line"}, None, ("old line", "new line")),
        ("edit", {"streamContent": "old line\nnew line"}, {"success": {"diffString": " old line\n-gone line\n+new line"}}, ("new line",)),
        ("edit", {"streamContent": "new line"}, {"error": {"message": "no such file"}}, ()),
        ("delete", {}, {"success": {"prevContent": "old line"}}, ()),
        ("applyAgentDiff", {"streamContent": 7}, {"success": {"diffString": "+new line"}}, ("new line",)),
    ],
)
def test_what_an_edit_brings_in(tool: str, args: dict[str, Any], result: Any, lines: tuple[str, ...]) -> None:
    event = only(told(call(tool, path="/r/a.py", **args), call(tool, result, path="/r/a.py", **args)))
    assert (event.kind, event.path, event.name, brings(event)) == (EventKind.EDIT, b"a.py", tool, digests(*lines))


def test_a_call_that_only_ends_is_a_call() -> None:
    event = only(told(call("read", {"success": {"content": "value = 1"}}, path="/r/a.py")))
    assert (event.kind, event.path, event.reads, event.ok) == (EventKind.TOOL_CALL, b"a.py", True, True)


def test_tools_fall_into_their_kinds() -> None:
    both = {"providerIdentifier": "wiki", "toolName": "ask"}
    trace = told(
        call("mcp", {"success": {"isError": True}}, "1", **both),
        call("mcp", None, "2", serverIdentifier="wiki", name="wiki-ask"),
        call("mcp", None, "3"),
        call("read", None, "4"),
        *(call(tool, None, tool, path="/r/src") for tool in ("task", "updateTodos", "askQuestion", "grep", "ls", "webSearch")),
    )
    assert [(event.kind, event.name, event.path, event.ok) for event in trace.events] == [
        (EventKind.MCP_CALL, "wiki/ask", None, False),
        (EventKind.MCP_CALL, "wiki/wiki-ask", None, None),
        (EventKind.MCP_CALL, "", None, None),
        (EventKind.TOOL_CALL, "read", None, None),
        (EventKind.SUBAGENT, "task", None, None),
        (EventKind.DECISION, "updateTodos", None, None),
        (EventKind.DECISION, "askQuestion", None, None),
        (EventKind.TOOL_CALL, "grep", None, None),
        (EventKind.TOOL_CALL, "ls", None, None),
        (EventKind.TOOL_CALL, "webSearch", None, None),
    ]
    assert not any(event.reads for event in trace.events)


@settings(deadline=None, max_examples=100)
@given(
    st.lists(st.dictionaries(st.sampled_from(_MEMBERS), _VALUES, max_size=8), max_size=5),
    st.sampled_from(["tool_call", "assistant", "system"]),
)
def test_events_of_any_shape_are_survived(events: list[dict[str, Any]], kind: str) -> None:
    trace = told(*[ASKED] * 6, *({**shaped, "type": kind} for shaped in events))
    assert trace.read + trace.skipped == 7 + len(events)


def test_silent_events_are_read_and_unknown_ones_skipped() -> None:
    trace = told(
        ASKED,
        {"type": "interaction_query", "subtype": "request"},
        {"type": "result", "subtype": "success"},
        {"type": "system", "subtype": "status"},
        {"type": "from-the-future"},
        {"type": "tool_call", "subtype": "started", "call_id": "1", "tool_call": {}},
        {"type": "user", "message": {"content": 7}},
    )
    assert (trace.read, trace.skipped) == (5, 3)


@pytest.mark.parametrize("moment", [-1, 10**18, True, "1767225600123", None, 1.5])
def test_a_moment_that_is_none_is_left_out(moment: Any) -> None:
    assert only(told(ASKED | {"timestamp_ms": moment})).at is None


def test_a_scribe_is_told_the_texts() -> None:
    scribe = Scribe()
    named = {
        "type": "tool_call",
        "subtype": "completed",
        "call_id": "3",
        "tool_call": {"function": {"name": "look", "arguments": {"q": 1}}},
    }
    told(ASKED, said("assistant", "I will"), call("shell", {"success": {"stdout": "a.py"}}, "1", command="ls"), named, scribe=scribe)
    assert [scribe.told[index] for index in scribe.kept] == [
        ("do it", None, None),
        ("I will", None, None),
        (None, {"command": "ls"}, "1"),
        (None, {"q": 1}, "3"),
    ]
    assert scribe.answers == {"1": "a.py"}
