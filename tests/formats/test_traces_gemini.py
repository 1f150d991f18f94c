"""Gemini CLI's chats, as one document and as a record a line."""

from __future__ import annotations

import json
from typing import Any

import pytest

from prgate.errors import FormatError
from prgate.formats.traces import read_trace, recognises
from prgate.model.lines import line_digest
from prgate.model.trace import EventKind, InUse, Trace, TraceEvent

AT = "2026-01-15T20:51:48.582Z"
ABOUT = {"sessionId": "s-1", "projectHash": "7e" * 32, "startTime": AT, "lastUpdated": AT}


def said(kind: str, content: Any, id_: str = "m", **more: Any) -> dict[str, Any]:
    return {"id": id_, "timestamp": AT, "type": kind, "content": content, **more}


def called(
    tool: str, given: Any = None, *, call: str | None = "c", status: str = "success", output: str | None = None, **more: Any
) -> dict[str, Any]:
    result = [{"functionResponse": {"id": call, "name": tool, "response": {"output": output}}}]
    return {"id": call, "name": tool, "args": given or {}, "status": status, "result": result, **more}


def chat(*messages: Any, **more: Any) -> Trace:
    return read_trace("t", json.dumps(ABOUT | {"messages": [*messages]} | more, indent=2).encode())


def lines(*records: Any) -> Trace:
    return read_trace("t", "\n".join(map(json.dumps, (ABOUT, *records))).encode())


def calls(*told: dict[str, Any]) -> tuple[TraceEvent, ...]:
    first, *rest = chat(said("user", "go", "u"), said("gemini", "", "g", model="gemini-2.5-pro", toolCalls=list(told))).events
    assert first.kind is EventKind.PROMPT
    return tuple(rest)


def only(*told: dict[str, Any]) -> TraceEvent:
    (event,) = calls(*told)
    return event


def digests(*texts: str) -> bytes:
    return b"".join(sorted(found for text in texts if (found := line_digest(text.encode())) is not None))


@pytest.mark.parametrize(
    "record",
    [
        {"sessionId": "s", "messages": []},
        {"projectHash": "7e", "messages": []},
        {"sessionId": 1, "projectHash": "7e"},
        {"sessionId": "s", "uuid": "u"},
    ],
)
def test_other_sessions_are_none(record: dict[str, Any]) -> None:
    assert not recognises(json.dumps(record).encode())


def test_a_document_and_lines_tell_the_same() -> None:
    messages = [
        said("user", "go", "1"),
        said("gemini", "I write.", "2", model="m", toolCalls=[called("write_file", {"file_path": "a.py", "content": "value = 1"})]),
        said("info", "update", "3"),
    ]
    compact = read_trace("t", json.dumps(ABOUT | {"messages": messages}).encode())
    for trace in (
        chat(*messages),
        compact,
        read_trace("t", b"\xef\xbb\xbf" + json.dumps(ABOUT | {"messages": messages}, indent=1).encode()),
    ):
        assert [EventKind.PROMPT, EventKind.MESSAGE, EventKind.EDIT] == [event.kind for event in trace.events]
        assert ([1, 2, 2], 3) == ([event.ref[1] for event in trace.events], trace.read)
        assert ("gemini-cli", "s-1", AT, ("m",)) == (
            trace.sessions[0].agent,
            trace.sessions[0].id,
            trace.sessions[0].started,
            trace.sessions[0].models,
        )
    told = lines(*messages)
    assert ([event.kind for event in compact.events], compact.sessions) == ([event.kind for event in told.events], told.sessions)


@pytest.mark.parametrize(
    "words", ["/clear", "?", " \n", "<session_context>\nToday is Monday.", "<hook_context>x", None, [{"inlineData": {}}], 7]
)
def test_what_is_no_conversation_is_no_prompt(words: Any) -> None:
    assert [2] == [event.ref[1] for event in chat(said("user", words, "1"), said("user", "go", "2")).events]


@pytest.mark.parametrize("words", ["go", ["go"], [{"text": "g"}, {"text": "o"}, {"text": 1}], {"text": "go"}])
def test_a_prompt_may_come_in_parts(words: Any) -> None:
    assert [EventKind.PROMPT] == [event.kind for event in chat(said("user", words)).events]


@pytest.mark.parametrize("message", [said("system", "x"), {"type": "user", "content": "x"}, "x", None])
def test_messages_that_are_not_understood_are_counted(message: Any) -> None:
    trace = chat(said("user", "go", "1"), message)
    assert (1, 1, 1) == (len(trace.events), trace.read, trace.skipped)


def test_a_document_that_breaks_off_is_counted() -> None:
    data = json.dumps(ABOUT | {"messages": [said("user", "go", str(number)) for number in range(4)]}, indent=2).encode()
    trace = read_trace("t", data[: data.rindex(b'"content"')])
    assert (3, 3, 2) == (len(trace.events), trace.read, trace.skipped)
    with pytest.raises(FormatError, match="nothing that anybody did"):
        read_trace("t", json.dumps(ABOUT | {"messages": {}}, indent=2).encode())


def test_the_only_folder_is_where_it_ran() -> None:
    edit = said("gemini", "", toolCalls=[called("write_file", {"file_path": "/w/shop/a.py", "content": "value = 1"})])
    assert [b"a.py"] == [event.path for event in chat(edit, directories=["/w/shop"]).events]
    assert [b"/w/shop/a.py"] == [event.path for event in chat(edit, directories=["/w/shop", "/w/other"]).events]


SHELL = "Command: make\nDirectory: (root)\nOutput: Exit Code: 9\nError: (none)\nExit Code: {}\nSignal: {}\nBackground PIDs: (none)\nProcess Group PGID: 26"


@pytest.mark.parametrize(
    ("output", "ok", "code"),
    [
        (SHELL.format(0, 0), True, 0),
        (SHELL.format(2, "(none)"), False, 2),
        (SHELL.format("(none)", "SIGKILL"), True, None),
        ("Output: Exit Code: 3\nProcess Group PGID: 26", True, 0),
        ("<untrusted_context>\nOutput: x\nExit Code: 1\nProcess Group PGID: 26\n</untrusted_context>", False, 1),
        ("Output: " + "word " * 400 + "\nExit Code: 1\nProcess Group PGID: 26", False, 1),
        ("Output: x\nSignal: 9\nProcess Group PGID: 26", True, None),
        ("Exit Code: 3\nProcess Group PGID: 26\nsaid the program", True, None),
        ("Command is running in background. PID: 4. Initial output:\n", None, None),
        ("Command moved to background (PID: 4). Output hidden.", None, None),
    ],
)
def test_a_command_ends_with_its_exit_code(output: str, ok: bool | None, code: int | None) -> None:
    event = only(called("run_shell_command", {"command": "make", "dir_path": "web"}, output=output))
    assert event.command is not None
    assert (EventKind.COMMAND, "run_shell_command", ok, code) == (event.kind, event.name, event.ok, event.command.exit)


@pytest.mark.parametrize(
    ("status", "ok"), [("error", False), ("cancelled", False), ("awaiting_approval", None), ("executing", None), ("new", None)]
)
def test_a_calls_status_is_how_it_ended(status: str, ok: bool | None) -> None:
    event = only(called("write_file", {"file_path": "a.py", "content": "value = 1"}, status=status))
    assert event.edit is not None
    assert (ok, b"" if ok is False else digests("value = 1")) == (event.ok, event.edit.lines)


def test_a_replacement_brings_in_what_it_changes() -> None:
    event = only(called("replace", {"file_path": "a.py", "old_string": "keep = 0\nold = 1", "new_string": "keep = 0\nnew = 1"}))
    assert event.edit is not None
    assert (b"a.py", True, digests("new = 1")) == (event.path, event.ok, event.edit.lines)


DIFF = "Index: a.py\n===\n--- a.py\tCurrent\n+++ a.py\tProposed\n@@ -1,1 +1,2 @@\n-old = 1\n+new = 22\n+more = 3\n"


def test_the_diff_of_an_edit_is_what_it_really_brought_in() -> None:
    display = {"fileDiff": DIFF, "fileName": "a.py", "newContent": "x"}
    event = only(called("write_file", {"file_path": "a.py", "content": "new = 1"}, resultDisplay=display))
    assert event.edit is not None
    assert digests("new = 22", "more = 3") == event.edit.lines


@pytest.mark.parametrize(
    ("tool", "given"),
    [
        ("write_file", {"content": "by a person = 1", "ai_proposed_content": "new = 1"}),
        ("replace", {"old_string": "x", "new_string": "by a person = 1", "ai_proposed_content": "new = 1"}),
    ],
)
def test_what_a_person_changed_in_an_edit_is_not_the_agents(tool: str, given: dict[str, str]) -> None:
    event = only(called(tool, {"file_path": "a.py", "modified_by_user": True, **given}, resultDisplay={"fileDiff": DIFF}))
    assert event.edit is not None
    assert digests("new = 1") == event.edit.lines
    unsaid = only(
        called("write_file", {"file_path": "a.py", "modified_by_user": True, "content": "new = 1"}, resultDisplay={"fileDiff": DIFF})
    )
    assert unsaid.edit is not None
    assert digests("new = 1") == unsaid.edit.lines


@pytest.mark.parametrize("given", [{"absolute_path": "/w/a.py"}, {"file_path": "/w/a.py"}])
def test_a_look_at_a_file_reads_it(given: dict[str, str]) -> None:
    event = only(called("read_file", given))
    assert (EventKind.TOOL_CALL, b"/w/a.py", True) == (event.kind, event.path, event.reads)


@pytest.mark.parametrize("key", ["paths", "include"])
def test_a_look_at_many_files_reads_each(key: str) -> None:
    assert [(b"a.py", True), (b"docs/*.md", True)] == [
        (event.path, event.reads) for event in calls(called("read_many_files", {key: ["a.py", "docs/*.md"]}))
    ]
    assert (None, False) == ((event := only(called("read_many_files", {key: []}))).path, event.reads)


@pytest.mark.parametrize(
    ("told", "name"),
    [
        (called("mcp_wiki_find_page"), "wiki/find_page"),
        (called("find", displayName="find (wiki MCP Server)"), "wiki/find"),
        (called("wiki__find", displayName="find (wiki MCP Server)"), "wiki/find"),
    ],
)
def test_a_call_of_a_server_is_an_mcp_call(told: dict[str, Any], name: str) -> None:
    assert (EventKind.MCP_CALL, name, True) == ((event := only(told)).kind, event.name, event.ok)


@pytest.mark.parametrize(
    ("tool", "kind"),
    [
        ("codebase_investigator", EventKind.SUBAGENT),
        ("invoke_agent", EventKind.SUBAGENT),
        ("write_todos", EventKind.DECISION),
        ("ask_user", EventKind.DECISION),
        ("exit_plan_mode", EventKind.DECISION),
        ("save_memory", EventKind.TOOL_CALL),
        ("google_web_search", EventKind.TOOL_CALL),
    ],
)
def test_other_tools_are_what_they_do(tool: str, kind: EventKind) -> None:
    assert (kind, tool) == ((event := only(called(tool))).kind, event.name)


def test_a_skill_is_in_use() -> None:
    trace = chat(said("gemini", "", toolCalls=[called("activate_skill", {"name": "pdf"}), called("activate_skill", call="d")]))
    assert (InUse("skill", "pdf"),) == trace.sessions[0].in_use


def test_a_message_that_grows_counts_once() -> None:
    first = called("run_shell_command", {"command": "make"}, status="executing")
    done = called("run_shell_command", {"command": "make"}, output=SHELL.format(1, 0))
    late = called("run_shell_command", {"command": "make"}, output=SHELL.format(0, 0))
    trace = lines(
        said("user", "go", "u"),
        said("user", "go", "u"),
        said("gemini", "", "g", toolCalls=[first]),
        said("gemini", "I run it.", "g", toolCalls=[first]),
        said("gemini", "I run it.", "g", toolCalls=[done]),
        said("gemini", "I run it.", "g", toolCalls=[late]),
    )
    assert [EventKind.PROMPT, EventKind.COMMAND, EventKind.MESSAGE] == [event.kind for event in trace.events]
    assert trace.events[1].command is not None
    assert (False, 1) == (trace.events[1].ok, trace.events[1].command.exit)


def test_calls_without_an_id_are_never_the_same() -> None:
    told = called("write_file", {"file_path": "a.py", "content": "value = 1"}, call=None)
    assert [None, None] == [event.ok for event in calls(told, told)]


def test_a_rewind_takes_back_words_but_not_deeds() -> None:
    edit = said("gemini", "", "g", toolCalls=[called("write_file", {"file_path": "a.py", "content": "value = 1"})])
    trace = lines(said("user", "go", "u"), edit, {"$rewindTo": "u"}, said("user", "go on", "v"))
    assert ([EventKind.PROMPT, EventKind.EDIT, EventKind.PROMPT], 5, 0) == (
        [event.kind for event in trace.events],
        trace.read,
        trace.skipped,
    )


def test_settings_are_taken_over_with_the_messages_in_them() -> None:
    trace = lines(
        {"$set": {"lastUpdated": AT}},
        {"$set": {"directories": ["/w"], "messages": [said("user", "go", "u"), said("gemini", "done", "g")]}},
        {"$set": {"messages": [said("user", "go", "u"), said("odd", "x"), said("gemini", "more", "h")]}},
        {"$set": 1},
        {"$rewindTo": 1},
    )
    assert [EventKind.PROMPT, EventKind.MESSAGE, EventKind.MESSAGE] == [event.kind for event in trace.events]
    assert ("/w", 3, 3) == (trace.sessions[0].cwd, trace.read, trace.skipped)
