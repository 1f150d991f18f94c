"""OpenHands: saved trajectories, the resolver's runs, and the events of version 1."""

from __future__ import annotations

import json
from typing import Any

import pytest

from prgate.formats.traces import read_trace, recognises
from prgate.formats.traces.draft import Scribe
from prgate.model.trace import EventKind, Permit, Trace, TraceEvent
from tests.formats.traces.seen import brings_just

SHA = "0123456789abcdef0123456789abcdef01234567"
PATCH = "diff --git a/a.py b/a.py\r\n--- a/a.py\r\n+++ b/a.py\r\n@@ -1 +1,2 @@\r\n-x\r\n+answer = 42\r\n+++ not_a_header = 43\r\n"


def acted(number: int, action: str, *, source: str = "agent", tool: dict[str, Any] | None = None, **args: Any) -> dict[str, Any]:
    event = {"id": number, "timestamp": "2026-11-20T10:00:00.1", "source": source, "message": "", "action": action, "args": args}
    return event if tool is None else event | {"tool_call_metadata": tool}


def saw(cause: int, observation: str, content: str = "", **extras: Any) -> dict[str, Any]:
    return {"id": cause + 100, "source": "agent", "cause": cause, "observation": observation, "content": content, "extras": extras}


def asked(number: int = 0) -> dict[str, Any]:
    return acted(number, "message", source="user", content="do it")


def trajectory(*events: Any) -> Trace:
    return read_trace("t", json.dumps([asked(), *events]).encode())


def called(name: str, model: str = "m", **arguments: Any) -> dict[str, Any]:
    calls = [{"id": "other"}, {"id": "c", "function": {"name": name, "arguments": json.dumps(arguments)}}]
    return {"function_name": name, "tool_call_id": "c", "model_response": {"model": model, "choices": [{"message": {"tool_calls": calls}}]}}


def last(trace: Trace) -> TraceEvent:
    return trace.events[-1]


@pytest.mark.parametrize(
    "record",
    [
        {"action": "run", "args": {"command": "make"}},
        {"source": "agent", "action": "run"},
        {"source": "robot", "action": "run", "args": {}},
        {"source": "agent", "observation": "run", "content": 7, "id": 1},
        {"source": "agent", "kind": "ActionEvent"},
        {"source": "agent", "kind": "Step", "id": "1", "timestamp": "x"},
        {"history": [], "git_patch": ""},
        {"history": [], "instruction": "x"},
        {"history": {}, "git_patch": "", "issue": {}},
    ],
)
def test_what_is_no_event_or_run_is_not_taken(record: dict[str, Any]) -> None:
    assert not recognises(json.dumps(record).encode())


@pytest.mark.parametrize("shape", ["[%s]", "%s\n"])
def test_events_stand_in_an_array_or_one_a_line(shape: str) -> None:
    trace = read_trace("t", (shape % json.dumps(asked())).encode())
    assert [("openhands", EventKind.PROMPT)] == [(trace.format, event.kind) for event in trace.events]


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (acted(1, "message", content="so"), EventKind.MESSAGE),
        (acted(1, "finish", final_thought="done"), EventKind.MESSAGE),
        (acted(1, "run", command="make"), EventKind.COMMAND),
        (acted(1, "run", command=7), EventKind.COMMAND),
        (acted(1, "run_ipython", code="print(1)"), EventKind.COMMAND),
        (acted(1, "run_ipython"), EventKind.COMMAND),
        (acted(1, "read", path="/w/a.py"), EventKind.TOOL_CALL),
        (acted(1, "write", path="/w/a.py", content="answer = 42"), EventKind.EDIT),
        (acted(1, "delegate", agent="x", inputs={}), EventKind.SUBAGENT),
        (acted(1, "task_tracking", command="plan"), EventKind.DECISION),
        (acted(1, "call_tool_mcp", name="open_issue", arguments={}), EventKind.MCP_CALL),
        (acted(1, "browse", url="https://forge.example"), EventKind.TOOL_CALL),
    ],
)
def test_an_action_is_what_it_does(event: dict[str, Any], expected: EventKind) -> None:
    assert expected is last(trajectory(event)).kind


def test_an_mcp_call_has_no_server_here() -> None:
    assert "unknown/open_issue" == last(trajectory(acted(1, "call_tool_mcp", name="open_issue"))).name


@pytest.mark.parametrize(
    "event",
    [
        acted(1, "recall", query="x"),
        acted(1, "change_agent_state"),
        acted(1, "system", openhands_version="0.50.0"),
        saw(0, "null"),
        saw(0, "recall", "x"),
    ],
)
def test_what_only_the_program_did_is_understood_and_no_event(event: dict[str, Any]) -> None:
    trace = trajectory(event)
    assert (2, 0, 1) == (trace.read, trace.skipped, len(trace.events))


@pytest.mark.parametrize("event", [7, {"source": "agent"}, {"action": 7}, {"kind": "FromTheFutureEvent"}, {"observation": 7}])
def test_what_is_not_understood_is_skipped_and_counted(event: Any) -> None:
    trace = trajectory(event)
    assert (1, 1) == (trace.read, trace.skipped)


def test_the_session_knows_version_and_models() -> None:
    session = trajectory(
        acted(1, "system", openhands_version="0.50.0"), acted(2, "think", tool=called("think", "m1"), thought="x")
    ).sessions[0]
    assert ("openhands", "0.50.0", ("m1",), None) == (session.agent, session.version, session.models, session.started)


def test_a_moment_with_a_zone_is_the_sessions_start() -> None:
    event = asked() | {"timestamp": "2026-11-20T10:00:00Z"}
    trace = read_trace("t", json.dumps([event]).encode())
    assert "2026-11-20T10:00:00Z" == trace.sessions[0].started == trace.events[0].at


@pytest.mark.parametrize(
    ("observation", "expected"),
    [
        (saw(1, "run", "ok", metadata={"exit_code": 0}), (True, 0)),
        (saw(1, "run", "no", metadata={"exit_code": 2}), (False, 2)),
        (saw(1, "run", "", exit_code=3), (False, 3)),
        (saw(1, "run", "still running", metadata={"exit_code": -1}), (False, None)),
        (saw(1, "error", "it broke"), (False, None)),
        (saw(1, "run", "nobody knows"), (None, None)),
        (saw(9, "run", "", exit_code=3), (None, None)),
    ],
)
def test_an_observation_ends_the_action_that_caused_it(observation: dict[str, Any], expected: tuple[bool | None, int | None]) -> None:
    event = last(trajectory(acted(1, "run", command="make"), observation))
    assert event.command is not None
    assert expected == (event.ok, event.command.exit)


def test_a_refusal_is_a_persons_answer_and_the_action_did_not_happen() -> None:
    trace = trajectory(acted(1, "write", path="a.py", content="answer = 42"), saw(1, "user_rejected", "no"))
    edit, answer = trace.events[1:]
    assert (False, EventKind.APPROVAL, Permit.ANSWER, False) == (edit.ok, answer.kind, answer.name, answer.ok)
    assert brings_just(edit)
    script = acted(1, "run", command="cat > a.py <<'EOF'\nanswer = 42\nEOF")
    for refused in (saw(1, "user_rejected", "no"), new("UserRejectObservation", 2, action_id=1)):
        assert [] == [event for event in trajectory(script, refused).events if event.edit is not None and event.edit.lines]


def test_an_edit_is_told_by_what_the_model_called_and_by_the_diff_that_came_back() -> None:
    meant = called("str_replace_editor", command="create", path="/w/a.py", file_text="answer = 42")
    acts = acted(1, "edit", path="/w/a.py", content="", tool=meant)
    assert brings_just(last(trajectory(acts)), "answer = 42")
    diff = "--- /w/a.py\n+++ /w/a.py\n@@ -1 +1,2 @@\n-x\n+answer = 42\n+other = 43\n"
    event = last(trajectory(acts, saw(1, "edit", diff, path="/w/a.py")))
    assert (b"/w/a.py", True) == (event.path, event.ok)
    assert brings_just(event, "answer = 42", "other = 43")
    failed = last(trajectory(acts, saw(1, "edit", "ERROR:\nNo replacement was performed", path="/w/a.py")))
    assert not failed.ok
    assert brings_just(failed)


def test_an_edit_without_the_models_answer_is_told_by_its_arguments() -> None:
    acts = acted(
        1,
        "edit",
        command="str_replace",
        path="a.py",
        old_str="x",
        new_str="answer = 42",
        file_text=None,
        tool={"function_name": "edit_file"},
    )
    assert brings_just(last(trajectory(acts)), "answer = 42")
    assert last(trajectory(acted(1, "edit", command="view", path="a.py"))).reads


def test_an_action_that_stands_there_twice_counts_once() -> None:
    acts = acted(1, "write", path="a.py", content="answer = 42")
    assert [EventKind.PROMPT, EventKind.EDIT] == [event.kind for event in trajectory(acts, acts).events]


def test_a_run_of_the_resolver_is_a_session_with_its_whole_patch() -> None:
    history = [
        {"action": "message", "content": "mend it"},
        {"action": "run", "command": "make"},
        {"observation": "run", "content": "ok", "exit_code": 0},
        [{"action": "run", "command": "make"}, {"observation": "run", "content": "no", "exit_code": 1}],
        7,
    ]
    issue = {"owner": "Octo", "repo": "Pay", "number": 5}
    record = {"issue": issue, "instruction": "mend", "base_commit": SHA, "git_patch": PATCH, "history": history}
    other = {
        "instance_id": "x",
        "instruction": "y",
        "history": [],
        "test_result": {"git_patch": PATCH},
        "metadata": {"llm_config": {"model": "m"}},
    }
    trace = read_trace("t", f"{json.dumps(record)}\n{json.dumps(other)}\n".encode())
    assert [("octo/pay", SHA, ()), (None, None, ("m",))] == [
        (session.repository, session.commit, session.models) for session in trace.sessions
    ]
    assert [EventKind.PROMPT, EventKind.COMMAND, EventKind.COMMAND, EventKind.EDIT, EventKind.EDIT] == [
        event.kind for event in trace.events
    ]
    assert [True, False] == [event.ok for event in trace.events if event.command]
    assert [(b"a.py", "patch", 0), (b"a.py", "patch", 1)] == [
        (event.path, event.name, event.session) for event in trace.events if event.edit
    ]
    assert brings_just(last(trace), "answer = 42", "++ not_a_header = 43")
    assert 1 == trace.skipped


def test_a_run_with_a_patch_that_is_none_still_counts() -> None:
    record = {"issue": {}, "git_patch": "no diff", "history": [{"action": "run", "command": "make"}]}
    other = {"history": [{"action": "run", "command": "make"}], "git_patch": None}
    data = f"{json.dumps(record)}\n{json.dumps(other)}\n{json.dumps(asked())}".encode()
    assert [EventKind.COMMAND, EventKind.COMMAND, EventKind.PROMPT] == [event.kind for event in read_trace("t", data).events]


def test_a_call_that_the_models_answer_does_not_hold_is_told_by_its_arguments() -> None:
    meant = called("str_replace_editor", path="no.py", file_text="no") | {"tool_call_id": "another"}
    assert b"a.py" == last(trajectory(acted(1, "edit", command="create", path="a.py", file_text="answer = 42", tool=meant))).path


def new(kind: str, number: int, **more: Any) -> dict[str, Any]:
    source = "user" if kind == "MessageEvent" else "agent"
    return {"id": f"e{number}", "timestamp": "2026-11-20T10:00:00Z", "source": source, "kind": kind} | more


def test_events_of_version_1_tell_the_same() -> None:
    scribe = Scribe()
    events = [
        new("SystemPromptEvent", 0),
        new("MessageEvent", 1, llm_message={"role": "user", "content": [{"type": "text", "text": "do it"}]}),
        new("MessageEvent", 2, source="agent", llm_message={"role": "assistant", "content": []}),
        new("ActionEvent", 3, tool_name="terminal", action={"kind": "TerminalAction", "command": "make", "timeout": None}),
        new("ObservationEvent", 4, action_id="e3", observation={"kind": "x", "exit_code": 2}),
        new(
            "ActionEvent",
            5,
            tool_name="file_editor",
            action={},
            tool_call={"function": {"arguments": '{"command": "create", "path": "a.py", "file_text": "answer = 42"}'}},
        ),
        new("ObservationEvent", 6, action_id="e5", observation={"is_error": False}),
        new("ActionEvent", 7, tool_call={"name": "file_editor", "arguments": {"command": "view", "path": "a.py"}}),
        new("UserRejectObservation", 8, action_id="e7"),
        new("ActionEvent", 9, tool_name="terminal", action={"command": "make"}),
        new("ObservationEvent", 10, action_id="e9", observation={"metadata": {"exit_code": 0}}),
        new("ActionEvent", 11, tool_name="terminal", action={"command": "make"}),
        new("AgentErrorEvent", 12, action_id="e11"),
        new("Condensation", 13),
    ]
    trace = read_trace("t", "\n".join(map(json.dumps, events)).encode(), scribe)
    told = [(event.kind, event.ok, event.command.exit if event.command else None) for event in trace.events]
    assert [
        (EventKind.PROMPT, None, None), (EventKind.MESSAGE, None, None), (EventKind.COMMAND, False, 2), (EventKind.EDIT, True, None),
        (EventKind.TOOL_CALL, False, None), (EventKind.APPROVAL, False, None), (EventKind.COMMAND, True, 0), (EventKind.COMMAND, False, None),
    ] == told  # fmt: skip
    assert 0 == trace.skipped
    assert "do it" == scribe.told[0][0]
    assert brings_just(next(event for event in trace.events if event.kind is EventKind.EDIT), "answer = 42")


def test_an_observation_of_version_1_without_an_end_leaves_it_open() -> None:
    acts = new("ActionEvent", 1, tool_name="terminal", action={"command": "sleep"})
    for told, expected in (({}, None), ({"is_error": True}, False), ({"error": "x"}, False), ({"exit_code": -1}, None)):
        trace = read_trace("t", json.dumps([asked(), acts, new("ObservationEvent", 2, action_id="e1", observation=told)]).encode())
        assert expected is last(trace).ok
