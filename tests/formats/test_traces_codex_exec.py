"""The events of ``codex exec --json``."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prgate.formats.traces import read_trace, recognises
from prgate.formats.traces.draft import Scribe
from prgate.model.trace import Edit, EventKind, Trace, TraceEvent

_MEMBERS = ["id", "type", "command", "status", "exit_code", "changes", "path", "server", "tool", "text", "aggregated_output"]
_WORDS = ["command_execution", "file_change", "mcp_tool_call", "todo_list", "agent_message", "collab_tool_call", "declined", "completed"]
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(_WORDS) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(_MEMBERS), inner, max_size=4),
    max_leaves=10,
)


def told(*records: dict[str, Any], scribe: Scribe | None = None) -> Trace:
    start = {"type": "thread.started", "thread_id": "t-1"}
    return read_trace("t", "\n".join(map(json.dumps, (start, {"type": "turn.started"}, *records))).encode(), scribe)


def item(kind: str, id_: str = "item_0", event: str = "completed", **more: Any) -> dict[str, Any]:
    return {"type": f"item.{event}", "item": {"id": id_, "type": kind, **more}}


def only(trace: Trace) -> TraceEvent:
    (event,) = trace.events
    return event


SAID = item("agent_message", "said", text="done")


@pytest.mark.parametrize(
    "record",
    [
        {"type": "thread.started"},
        {"type": "thread.started", "thread_id": 7},
        {"type": "turn.started"},
        {"type": "item.completed", "item": {"id": "1", "type": "from-the-future"}},
        {"type": "item.completed", "item": {"type": "agent_message", "text": "done"}},
        {"type": "item.completed", "item": "agent_message"},
        {"type": "item.added", "item": {"id": "1", "type": "agent_message"}},
    ],
)
def test_what_other_programs_write_is_no_run(record: dict[str, Any]) -> None:
    assert not recognises(json.dumps(record).encode())


def test_a_run_is_known_without_its_start() -> None:
    assert read_trace("t", json.dumps(SAID).encode()).format == "codex-exec-json"


def test_a_run_is_a_session_and_another_run_is_another() -> None:
    trace = told(SAID, {"type": "thread.started", "thread_id": "t-2"}, SAID)
    assert [(session.agent, session.id) for session in trace.sessions] == [("codex", "t-1"), ("codex", "t-2")]
    assert [(event.kind, event.session) for event in trace.events] == [(EventKind.MESSAGE, 0), (EventKind.MESSAGE, 1)]


@pytest.mark.parametrize(
    ("end", "ok", "code"),
    [
        ({"status": "completed", "exit_code": 0}, True, 0),
        ({"status": "failed", "exit_code": 2}, False, 2),
        ({"exit_code": 1}, False, 1),
        ({"status": "in_progress"}, None, None),
        ({"status": "completed", "exit_code": "0"}, True, None),
        ({}, None, None),
    ],
)
def test_a_command_has_the_exit_status_of_its_end(end: dict[str, Any], ok: bool | None, code: int | None) -> None:
    line = "/bin/bash -lc 'pytest -q'"
    trace = told(
        item("command_execution", event="started", command=line, status="in_progress"), item("command_execution", command=line, **end)
    )
    event = only(trace)
    assert event.command is not None
    assert (event.kind, event.ref, event.ok, event.command.exit, event.command.tests) == (EventKind.COMMAND, ("t", 3), ok, code, True)


def test_a_command_without_a_line_is_a_command() -> None:
    assert only(told(item("command_execution", command=7))).kind is EventKind.COMMAND


@pytest.mark.parametrize(("kind", "more"), [("command_execution", {"command": "cat > a.py <<'E'\nvalue = 1\nE"}), ("mcp_tool_call", {})])
def test_a_declined_item_did_nothing_and_is_an_answer(kind: str, more: dict[str, Any]) -> None:
    trace = told(item(kind, event="started", **more), item(kind, status="declined", **more))
    *events, answer = trace.events
    assert [event.ok for event in events] == [False] * len(events)
    assert all(event.edit in {None, Edit()} for event in events)
    assert (answer.kind, answer.name, answer.ok, answer.ref) == (EventKind.APPROVAL, "answer", False, ("t", 4))


@pytest.mark.parametrize(("status", "ok"), [("completed", True), ("failed", False), (None, None)])
def test_a_change_is_an_edit_of_each_file_without_its_lines(status: str | None, ok: bool | None) -> None:
    changes = [{"path": "/r/a.py", "kind": "update"}, {"path": "b.py", "kind": "delete"}, {"kind": "add"}, "odd"]
    trace = told(
        item("file_change", event="started", changes=changes, status="in_progress"), item("file_change", changes=changes, status=status)
    )
    found = [(event.kind, event.path, event.ok, event.edit) for event in trace.events]
    assert found == [(EventKind.EDIT, path, ok, Edit()) for path in (b"/r/a.py", b"b.py", None)]


def test_a_call_of_a_server_is_told_by_both_names() -> None:
    failed = item("mcp_tool_call", server="wiki", tool="ask", error={"message": "down"}, status="failed")
    event = only(told(item("mcp_tool_call", event="started", server="wiki", tool="ask"), failed))
    assert (event.kind, event.name, event.ok) == (EventKind.MCP_CALL, "wiki/ask", False)


def test_a_plan_is_a_decision_each_time_that_it_changes() -> None:
    plan = [item("todo_list", event=event, items=[]) for event in ("started", "updated", "updated", "completed")]
    assert [(event.kind, event.ref[1]) for event in told(*plan).events] == [(EventKind.DECISION, number) for number in (3, 4, 5)]


@settings(deadline=None, max_examples=100)
@given(st.lists(st.dictionaries(st.sampled_from(_MEMBERS), _VALUES, max_size=8), max_size=5))
def test_items_of_any_shape_are_survived(items: list[dict[str, Any]]) -> None:
    trace = told(SAID, SAID, SAID, *({"type": "item.completed", "item": shaped} for shaped in items))
    assert trace.read + trace.skipped == 5 + len(items)


def test_other_items_are_told_apart() -> None:
    trace = told(
        item("web_search", "1", "started", query="how"),
        item("web_search", "1", query="how"),
        item("collab_tool_call", "2", "started", tool="spawn_agent"),
        item("collab_tool_call", "2", tool="spawn_agent", status="completed"),
        item("collab_tool_call", "3", tool="wait", status="failed"),
        item("collab_tool_call", "4", status="completed"),
        item("agent_message", "5", "started", text=" "),
        item("agent_message", "5", text="done"),
        item("agent_message", "5", text="done"),
        item("agent_message", "6", text=7),
    )
    assert [(event.kind, event.name, event.ok) for event in trace.events] == [
        (EventKind.TOOL_CALL, "web_search", None),
        (EventKind.SUBAGENT, "spawn_agent", True),
        (EventKind.TOOL_CALL, "wait", False),
        (EventKind.TOOL_CALL, "", True),
        (EventKind.MESSAGE, "", None),
    ]


def test_silent_events_are_read_and_unknown_ones_skipped() -> None:
    trace = told(
        SAID,
        item("reasoning", "1", text="hm"),
        item("error", "2", message="slow"),
        {"type": "turn.completed", "usage": {}},
        {"type": "turn.failed"},
        {"type": "error"},
        item("from-the-future", "3"),
        {"type": "item.completed", "item": {"type": "web_search"}},
        {"type": "item.completed"},
        {"type": "turn.dreamt"},
    )
    assert (trace.read, trace.skipped) == (9, 3)


def test_items_without_an_id_are_each_their_own() -> None:
    records = [{"type": "item.completed", "item": {"type": "web_search"}}] * 2
    assert len(told(*records).events) == 2


def test_a_scribe_is_told_the_texts() -> None:
    scribe = Scribe()
    told(SAID, item("command_execution", "1", command="ls", aggregated_output="a.py", exit_code=0), scribe=scribe)
    assert [scribe.told[index] for index in scribe.kept] == [("done", None, "0/said"), (None, {"command": "ls"}, "0/1")]
    assert scribe.answers == {"0/1": "a.py"}
