"""SWE-agent and mini-swe-agent: the steps of a run, the conversation, and the patch that came out of it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from prgate.formats.traces import read_trace, recognises
from prgate.model.trace import EventKind, Trace, TraceEvent
from tests.formats.traces.seen import brings_just

SHA = "0123456789abcdef0123456789abcdef01234567"
PATCH = "diff --git a/a.py b/a.py\n--- a/a.py\n+++ b/a.py\n@@ -1 +1 @@\n-x\n+answer = 42\n"
SHOWN = "[File: /r/a.py (3 lines total)]\n1:x"


def step(action: str, observation: str = "", **more: Any) -> dict[str, Any]:
    return {"action": action, "observation": observation, "thought": "", "state": '{"open_file": "n/a", "working_dir": "/r"}'} | more


def run(*steps: Any, **more: Any) -> Trace:
    told = {"environment": "x", "trajectory": list(steps), "history": [{"role": "user", "content": "mend it"}], "info": {}} | more
    return read_trace("t", json.dumps(told).encode())


def conversation(*messages: dict[str, Any]) -> Trace:
    task = {"role": "user", "content": "mend it", "message_type": "observation"}
    return read_trace("t", json.dumps({"history": [{"role": "system", "content": "You are"}, task, *messages]}).encode())


def calls(*made: tuple[str, Any], **more: Any) -> dict[str, Any]:
    told = [{"id": "c", "type": "function", "function": {"name": name, "arguments": arguments}} for name, arguments in made]
    return {"role": "assistant", "content": "", "message_type": "action", "tool_calls": told} | more


def first(trace: Trace) -> TraceEvent:
    return trace.events[0]


@pytest.mark.parametrize(
    "data",
    [
        {"trajectory": [{"x": 1}]},
        {"trajectory": {}, "history": []},
        {"history": [{"role": "user", "content": "x"}]},
        {"history": [], "message_type": "x"},
        {"attempts": [1]},
        {"trajectory_format": "other-1", "messages": []},
        {"messages": [], "info": {}},
        {"messages": [], "info": {"version": "1"}},
        [{"role": "user", "content": "hello"}],
        [{"content": "```mswea_bash_command"}],
    ],
)
def test_what_is_no_run_is_not_taken(data: Any) -> None:
    assert not recognises(json.dumps(data).encode())


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        ("ls -F\n", EventKind.COMMAND),
        ("   \n./edit.sh", EventKind.COMMAND),
        ("open a.py 12", EventKind.TOOL_CALL),
        ('find_file "a.py" src', EventKind.TOOL_CALL),
        ("scroll_down", EventKind.TOOL_CALL),
        ("create a.py", EventKind.EDIT),
        ("edit 1:1\nx\nend_of_edit", EventKind.EDIT),
        ("str_replace_editor view /r/a.py", EventKind.TOOL_CALL),
        ("submit", EventKind.TOOL_CALL),
    ],
)
def test_a_step_is_a_command_or_a_call_of_a_tool(action: str, expected: EventKind) -> None:
    assert expected is first(run(step(action, SHOWN))).kind


@pytest.mark.parametrize(
    ("action", "observation"),
    [
        ("edit 1:1\nanswer = 42\nend_of_edit\n", SHOWN),
        ("edit\nanswer = 42\nend_of_edit", SHOWN),
        ("edit 1:1\nanswer = 42", SHOWN),
        ("edit x 'answer = 42'", f"Text replaced. {SHOWN}"),
        ("edit 'import os\nx' 'import os\nanswer = 42'", f"Text replaced. {SHOWN}"),
        ("insert 'answer = 42' 3", SHOWN),
        ("str_replace_editor create /r/a.py --file_text 'answer = 42'", "File created successfully at: /r/a.py"),
        ("str_replace_editor str_replace /r/a.py --old_str x --new_str 'answer = 42'", "The file /r/a.py has been edited."),
    ],
)
def test_an_edit_brings_in_what_its_action_spells(action: str, observation: str) -> None:
    event = first(run(step(action, observation)))
    assert (b"a.py", True) == (event.path, event.ok)
    assert brings_just(event, "answer = 42")


def test_an_edit_goes_into_the_file_that_is_open() -> None:
    edit = "edit 1:1\nanswer = 42\nend_of_edit"
    opened = run(step("open b.py", "[File: /r/b.py (1 lines total)]"), step(edit, "File updated."))
    assert b"b.py" == next(event for event in opened.events if event.edit).path
    for state in ({"open_file": "/r/c.py", "working_dir": "/r"}, '{"open_file": "/r/c.py", "working_dir": "/r"}'):
        assert b"c.py" == first(run(step(edit, state=state))).path
    assert EventKind.TOOL_CALL is first(run(step(edit))).kind


@pytest.mark.parametrize(
    "observation",
    [
        "Your proposed edit has introduced new syntax error(s).",
        "No replacement was performed, old_str",
        "Your edit was not applied (file not modified)",
        "Usage: edit <start>",
    ],
)
def test_a_refused_edit_brings_nothing(observation: str) -> None:
    event = first(run(step("edit 1:1\nanswer = 42\nend_of_edit", f"{observation}\n{SHOWN}")))
    assert not event.ok
    assert brings_just(event)


def test_quotes_that_do_not_close_are_no_arguments() -> None:
    assert EventKind.TOOL_CALL is first(run(step("edit 'x", SHOWN.replace("File", "x")))).kind
    assert EventKind.TOOL_CALL is first(run(step(f"open {'x' * 300_000}"))).kind


def test_thoughts_are_messages_and_the_task_is_a_prompt() -> None:
    trace = run(
        step("ls", thought="So."),
        step("", thought="", response="Then."),
        history=[{"role": "system", "content": "x"}, {"role": "user", "content": [{"type": "text", "text": "mend"}]}],
    )
    assert [EventKind.MESSAGE, EventKind.COMMAND, EventKind.MESSAGE, EventKind.PROMPT] == [event.kind for event in trace.events]


@pytest.mark.parametrize("item", [7, {"observation": "x"}, {"action": 7}])
def test_a_step_that_is_not_understood_is_skipped_and_counted(item: Any) -> None:
    trace = run(step("ls"), item)
    assert (2, 1) == (trace.read, trace.skipped)


def test_what_is_done_counts_once_whichever_account_comes_first() -> None:
    messages = [{"role": "user", "content": "mend it"}, calls(("bash", '{"command": "ls"}')), {"role": "tool", "content": "a.py"}]
    steps = [step("ls"), step("make")]
    for told, expected in (
        ({"trajectory": steps, "history": messages, "info": {}}, 2),
        ({"history": messages, "info": {}, "trajectory": steps}, 1),
        ({"trajectory": [], "history": messages, "info": {}}, 1),
    ):
        trace = read_trace("t", json.dumps(told).encode())
        assert expected == sum(event.kind is EventKind.COMMAND for event in trace.events)
        assert 0 == trace.skipped


def test_the_submission_is_a_whole_patch() -> None:
    trace = run(step("ls"), info={"submission": PATCH, "swe_agent_version": "1.1.0"})
    event = trace.events[-1]
    assert ("patch", b"a.py", True, "1.1.0") == (event.name, event.path, event.ok, trace.sessions[0].version)
    assert brings_just(event, "answer = 42")


@pytest.mark.parametrize("spelled", [dict, json.dumps])
def test_the_configuration_names_repository_commit_and_model(spelled: Any) -> None:
    config = {"env": {"repo": {"github_url": "https://github.com/Octo/Pay", "base_commit": SHA}}, "agent": {"model": {"name": "m"}}}
    session = run(step("ls"), replay_config=spelled(config)).sessions[0]
    assert ("swe-agent", "octo/pay", SHA, ("m",), "/r") == (session.agent, session.repository, session.commit, session.models, session.cwd)


def test_every_attempt_of_a_run_is_read() -> None:
    told = {"attempts": [{"trajectory": [step("ls", "x")], "history": [], "info": {"submission": PATCH}}, {"trajectory": [step("ls")]}, 7]}
    trace = read_trace("t", json.dumps(told).encode())
    assert [EventKind.COMMAND, EventKind.EDIT, EventKind.COMMAND] == [event.kind for event in trace.events]


def test_a_run_that_is_cut_off_keeps_the_steps_before() -> None:
    data = json.dumps({"environment": "x", "trajectory": [step("ls"), step("make"), step("ls")]}).encode()
    assert (2, 1) == ((trace := read_trace("t", data[:-40])).read, trace.skipped)
    told = json.dumps({"environment": "x", "trajectory": [step("ls")], "info": "x"}).encode()
    assert 1 == read_trace("t", told[:-4]).skipped


def test_a_conversation_alone_tells_calls_and_their_ends() -> None:
    trace = conversation(
        {"role": "user", "content": "an example", "is_demo": True},
        calls(("open", '{"path": "a.py"}'), content="I look."),
        {"role": "tool", "content": SHOWN},
        calls(("edit", {"search": "x", "replace": "answer = 42"})),
        {"role": "tool", "content": f"Text replaced. {SHOWN}"},
        calls(("create", '{"filename": "b.py"}'), ("nothing", 7)),
        {"role": "user", "content": "[File: /r/b.py (1 lines total)]"},
        {"role": "assistant", "thought": "And now.", "content": "And now. ls", "action": "ls"},
        {"role": "user", "content": "b.py"},
        {"role": "user", "content": "nobody asked for this"},
        {"role": "assistant", "content": "", "action": " "},
        {"role": "robot"},
    )
    kinds = [event.kind for event in trace.events]
    tool = EventKind.TOOL_CALL
    assert [EventKind.PROMPT, EventKind.MESSAGE, tool, EventKind.EDIT, EventKind.EDIT, tool, EventKind.MESSAGE, EventKind.COMMAND] == kinds
    edit = trace.events[3]
    assert (b"/r/a.py", True) == (edit.path, edit.ok)
    assert brings_just(edit, "answer = 42")
    assert (True, b"a.py", 1) == (trace.events[2].reads, trace.events[2].path, trace.skipped)


def test_a_demonstration_is_not_what_was_asked() -> None:
    shown = [{"role": "user", "content": "an example", "is_demo": True}, calls(("bash", '{"command": "ls"}'), is_demo=True)]
    told = {"history": [*shown, {"role": "user", "content": "mend it", "message_type": "observation"}]}
    trace = read_trace("t", json.dumps(told).encode())
    assert [(EventKind.PROMPT, 3)] == [(event.kind, event.ref[1]) for event in trace.events]


def said(role: str, content: Any = "", **more: Any) -> dict[str, Any]:
    return {"role": role, "content": content, **more}


def mini(*messages: Any, info: dict[str, Any] | None = None) -> Trace:
    told = {"info": info or {}, "messages": [said("user", "mend it"), *messages], "trajectory_format": "mini-swe-agent-1.1"}
    return read_trace("t", json.dumps(told).encode())


@pytest.mark.parametrize("word", ["mswea_bash_command", "bash", "sh"])
def test_the_fence_in_an_answer_is_the_command(word: str) -> None:
    told = [
        said("system", "say COMPLETE_TASK_AND_SUBMIT_FINAL_OUTPUT"),
        said("user", "mend it"),
        said("assistant", f"So:\n\n```{word}\nmake test\n```\n"),
    ]
    trace = read_trace("t", json.dumps([*told, said("user", "<returncode>2</returncode>\n<output>\nno\n</output>")]).encode())
    assert [EventKind.PROMPT, EventKind.MESSAGE, EventKind.COMMAND] == [event.kind for event in trace.events]
    command = trace.events[-1]
    assert command.command is not None
    assert (False, 2, "mini-swe-agent") == (command.ok, command.command.exit, trace.format)


def test_actions_and_ends_stand_in_extra_since_1_1() -> None:
    trace = mini(
        said("system"),
        said("assistant", "", extra={"actions": [{"command": "make"}, {"command": 7}], "timestamp": 1_780_000_000.5}),
        said("user", "ok", extra={"returncode": 0, "timestamp": True}),
        said("exit", "", extra={"submission": "x"}),
    )
    event = trace.events[-1]
    assert event.command is not None
    assert (True, 0, "2026-05-28T20:26:40Z") == (event.ok, event.command.exit, event.at)


def test_tool_calls_are_ended_by_their_own_results() -> None:
    told = [{"id": call, "function": {"name": "bash", "arguments": json.dumps({"command": call})}} for call in ("a", "b")]
    ends = [
        said("tool", "x", tool_call_id="b", extra={"returncode": 1}),
        said("tool", [{"type": "text", "text": "x"}], tool_call_id="a", extra={"returncode": 0}),
    ]
    trace = mini(said("assistant", None, tool_calls=told), *ends)
    assert [True, False] == [event.ok for event in trace.events if event.command]


def test_answers_in_the_form_of_the_responses_api_are_read() -> None:
    output = [
        {"type": "reasoning", "content": None},
        {"type": "message", "content": [{"type": "output_text", "text": "So."}]},
        {"type": "function_call", "name": "bash", "arguments": '{"command": "make"}', "call_id": "c"},
    ]
    trace = mini(
        {"object": "response", "output": output},
        {"type": "function_call_output", "call_id": "c", "output": "x", "extra": {"returncode": 3}},
    )
    assert [EventKind.PROMPT, EventKind.MESSAGE, EventKind.COMMAND] == [event.kind for event in trace.events]
    assert not trace.events[-1].ok


def test_what_is_known_of_the_run_and_its_patch() -> None:
    config = {"model": {"model_name": "m"}, "environment": {"cwd": "/r"}}
    trace = mini(info={"mini_version": "2.1.0", "config": config, "submission": PATCH})
    session = trace.sessions[0]
    assert ("mini-swe-agent", "2.1.0", ("m",), "/r") == (session.agent, session.version, session.models, session.cwd)
    patch = next(event for event in trace.events if event.edit)
    assert ("patch", b"a.py") == (patch.name, patch.path)
    assert brings_just(patch, "answer = 42")


@pytest.mark.parametrize("message", [7, {"role": "robot"}, {"role": ["user"]}, {}])
def test_a_message_that_is_not_understood_is_skipped_and_counted(message: Any) -> None:
    trace = mini(message, said("assistant", "Well."))
    assert (2, 1) == (trace.read, trace.skipped)


def test_messages_that_are_cut_off_are_counted() -> None:
    data = json.dumps({"info": {"mini_version": "1.9"}, "messages": [said("user", "mend it"), said("user", "x" * 50)]}).encode()
    assert (1, 1) == ((trace := read_trace("t", data[:-20])).read, trace.skipped)
