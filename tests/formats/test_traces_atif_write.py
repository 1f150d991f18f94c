"""Sessions written as ATIF: valid, without credentials, and the same when they are read back."""

from __future__ import annotations

import base64
import json
from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prgate.errors import FormatError
from prgate.formats.traces import read_trace
from prgate.formats.traces.atif_write import to_atif
from prgate.formats.traces.draft import Scribe
from prgate.model.trace import EventKind, InUse, Permit, Trace, Writer
from tests.formats.traces.recorded import RECORDED
from tests.formats.trajectories import AT, KEY, SHA, asked, did, document, only, trajectory


def written(data: bytes) -> tuple[Trace, dict[str, Any]]:
    scribe = Scribe()
    trace = read_trace("t", data, scribe)
    return trace, json.loads(to_atif(trace, scribe))


def facts(trace: Trace) -> Counter[tuple[Any, ...]]:
    return Counter(
        (event.kind, event.at, event.path, event.ok, event.name, event.reads, event.edit, event.command) for event in trace.events
    )


def keeps_the_rules(told: dict[str, Any], *, embedded: bool = False) -> None:
    """What ``atif`` and ``harbor`` ask of a document."""
    known = {"schema_version", "session_id", "trajectory_id", "agent", "steps", "notes", "extra", "subagent_trajectories"}
    assert set() == told.keys() - known
    assert "ATIF-v1.7" == told["schema_version"]
    assert all(isinstance(told["agent"][key], str) for key in ("name", "version"))
    assert [*range(1, len(told["steps"]) + 1)] == [step["step_id"] for step in told["steps"]]
    assert told["steps"]
    assert embedded is ("trajectory_id" in told)
    for step in told["steps"]:
        assert set() == step.keys() - {"step_id", "timestamp", "source", "message", "tool_calls", "observation", "extra"}
        assert isinstance(step["message"], str)
        assert step["source"] == "agent" or "tool_calls" not in step
        calls = {call["tool_call_id"] for call in step.get("tool_calls", ())}
        assert all(isinstance(call["arguments"], dict) for call in step.get("tool_calls", ()))
        results = step.get("observation", {"results": []})["results"]
        assert set() == {result["source_call_id"] for result in results} - calls
    others = told.get("subagent_trajectories", [])
    assert len(others) == len({other["trajectory_id"] for other in others})
    for other in others:
        keeps_the_rules(other, embedded=True)


@pytest.mark.parametrize("data", RECORDED.values(), ids=RECORDED)
def test_what_is_written_reads_back_the_same(data: bytes) -> None:
    trace, told = written(data)
    keeps_the_rules(told)
    again = read_trace("t", json.dumps(told).encode())
    assert "atif" == again.format
    assert facts(trace) == facts(again)
    assert [session.agent for session in trace.sessions] == [session.agent for session in again.sessions]


def test_statements_over_several_lines_come_back() -> None:
    trace, told = written(
        json.dumps(document(asked(), did("Write", {"path": "a.py", "content": "answer = call(\n    first,\n    second,\n)\n"}))).encode()
    )
    edit = only(trace, EventKind.EDIT).edit
    assert edit is not None
    assert edit.wrapped
    assert edit == only(read_trace("t", json.dumps(told).encode()), EventKind.EDIT).edit


def test_lines_with_a_redaction_come_back() -> None:
    content = 'address = "https://forge.example/" + "[REDACTED]" + "/settings/of/mine"'
    trace, told = written(json.dumps(document(asked(), did("Write", {"path": "a.py", "content": content}))).encode())
    edit = only(trace, EventKind.EDIT).edit
    assert edit is not None
    assert edit.masked
    assert edit == only(read_trace("t", json.dumps(told).encode()), EventKind.EDIT).edit


def test_texts_are_written_where_the_scribe_has_them() -> None:
    steps = [asked("mend it"), did("bash", {"command": "make"}, {"content": "all good", "extra": {"exit_code": 0}})]
    _, told = written(json.dumps(document(*steps)).encode())
    prompt, call = told["steps"]
    assert ("user", "mend it") == (prompt["source"], prompt["message"])
    assert ("bash", {"command": "make"}) == (call["tool_calls"][0]["function_name"], call["tool_calls"][0]["arguments"])
    assert ("all good", {"ok": True, "exit_code": 0}) == (
        call["observation"]["results"][0]["content"],
        call["observation"]["results"][0]["extra"],
    )


def test_credentials_are_cut_out_of_all_that_is_written() -> None:
    steps = [
        asked(f"use {KEY}"),
        did("bash", {"command": f"curl -H {KEY}", "env": {"API": [KEY]}}, {"content": f"it is {KEY}"}),
        did("Write", {"path": f"{KEY}.txt", "content": KEY}),
    ]
    _, told = written(json.dumps(document(*steps)).encode())
    assert KEY not in json.dumps(told)
    assert "ghp_" in json.dumps(told)
    _, told = written(json.dumps(document(asked(), did("login", {"password": "f9G7h6J5k4L3"}))).encode())
    assert "f9G7h6J5k4L3" not in json.dumps(told)


def test_a_trace_without_a_scribe_still_tells_its_events() -> None:
    trace = trajectory(asked(), did("Write", {"path": "a.py", "content": "answer = 42"}))
    told = json.loads(to_atif(trace, Scribe()))
    keeps_the_rules(told)
    assert facts(trace) == facts(read_trace("t", json.dumps(told).encode()))


def test_sessions_approvals_attributions_and_what_was_in_use_come_back() -> None:
    agent = {"name": "codex", "version": "1", "extra": {"prgate": {
        "started": AT, "models": ["m2"], "in_use": [{"kind": "rules", "name": "AGENTS.md", "digest": "ab"}, {"kind": 7}],
        "attributions": [{"path": "a.py", "start": 1, "end": 3, "writer": "human", "revision": SHA}, {"path": "a.py", "start": "1"},
                         {"path": "a.py", "start": 2, "end": 1, "writer": "human"}],
    }}}  # fmt: skip
    bypass = {"source": "system", "message": "", "extra": {"prgate": [{"kind": "approval", "name": "bypassed"}]}}
    inner = document(did("bash", {"command": "make"}), trajectory_id="x")
    first = document(asked(), bypass, agent=agent, subagent_trajectories=[inner])
    trace, told = written(json.dumps(first).encode())
    again = read_trace("t", json.dumps(told).encode())
    assert (trace.sessions, facts(trace)) == (again.sessions, facts(again))
    assert (InUse("rules", "AGENTS.md", "ab"),) == again.sessions[0].in_use
    assert [(b"a.py", 1, 3, Writer.HUMAN, SHA)] == [(it.path, it.start, it.end, it.writer, it.revision) for it in again.attributions]
    assert Permit.BYPASSED == only(again, EventKind.APPROVAL).name
    keeps_the_rules(told)


def test_a_session_without_events_and_one_with_only_attributions_are_written() -> None:
    agent = {"name": "codex", "extra": {"prgate": {"attributions": [{"path": "a.py", "start": 1, "end": 3, "writer": "unknown"}]}}}
    trace, told = written(json.dumps(document(agent=agent)).encode())
    keeps_the_rules(told)
    assert Writer.UNKNOWN is read_trace("t", json.dumps(told).encode()).attributions[0].writer
    assert () == trace.events


def test_odd_bytes_and_moments_do_not_spoil_what_is_written() -> None:
    odd = json.dumps(document(asked("x\udc80"), did("Write", {"path": "/r/caf\udce9.py", "content": "answer = 42"}))).encode()
    raw = odd.replace(b"\\udc80", b"\x80").replace(b"\\udce9", b"\xe9").replace(AT.encode(), b"2026-99-99T10:00:00Z")
    trace, told = written(raw)
    text = json.dumps(told, ensure_ascii=False)
    assert text == text.encode("utf-8").decode("utf-8")
    assert all("timestamp" not in step for step in told["steps"])
    again = read_trace("t", json.dumps(told).encode())
    assert b"caf\xe9.py" == only(again, EventKind.EDIT).path == only(trace, EventKind.EDIT).path


def test_arguments_of_any_shape_are_written_as_an_object() -> None:
    deep: Any = "end"
    for _ in range(100):
        deep = [deep, {"x": deep}] if isinstance(deep, str) else [deep]
    _, told = written(json.dumps(document(asked(), did("strange", {"deep": deep, "number": 1.5}), did("strange", "text"))).encode())
    keeps_the_rules(told)


def told_by_the_writer(**event: Any) -> dict[str, Any]:
    return {"source": "agent", "message": "", "extra": {"prgate": [event]}}


@pytest.mark.parametrize(
    "event",
    [
        {"kind": "edit", "path": "a.py"},
        {"kind": "edit", "path": "a.py", "edit": {"lines": "zz"}},
        {"kind": "edit", "path": '"a', "edit": {}},
        {"kind": "edit", "path": "a.py", "edit": {"masked": [{"before": -1, "after": 1, "digest": "AAAAAAAAAAA="}]}},
        {"kind": "command", "command": {"writes": "x"}},
        {"kind": "command", "path": "\0", "command": {}},
        {"kind": "message", "name": "<b>"},
        {"kind": "message", "ok": "yes"},
        {"kind": "thought"},
    ],
)
def test_what_is_no_event_of_the_writer_is_skipped(event: dict[str, Any]) -> None:
    trace = trajectory(asked(), told_by_the_writer(**event))
    assert (1, 1, 1) == (trace.read, trace.skipped, len(trace.events))


def test_events_of_the_writer_are_read_within_limits() -> None:
    half = base64.b64encode(bytes(8 * 500_001)).decode()
    edits = [told_by_the_writer(kind="edit", path=path, edit={"lines": half}) for path in ("a.py", "b.py")]
    assert 2 == len(trajectory(asked(), edits[0]).events)
    with pytest.raises(FormatError, match="edited lines") as refused:
        trajectory(asked(), *edits)
    assert refused.value.over_limit


TEXTS = st.text(max_size=20)
CALLS = st.builds(
    did,
    st.sampled_from(["Bash", "Write", "Edit", "apply_patch", "Read", "TodoWrite", "Task", "mcp__a__b", "x"]),
    st.dictionaries(
        st.sampled_from(["command", "path", "content", "old_string", "new_string", "input", "diff"]), TEXTS | st.lists(TEXTS, max_size=2)
    ),
    st.none()
    | st.fixed_dictionaries(
        {}, optional={"content": TEXTS, "extra": st.fixed_dictionaries({}, optional={"exit_code": st.integers(-9, 300), "diff": TEXTS})}
    ),
)
STEPS = st.lists(st.one_of(st.builds(asked, TEXTS), CALLS), min_size=1, max_size=6)


@settings(max_examples=80, deadline=None)
@given(STEPS)
def test_any_trajectory_comes_back_from_what_is_written_of_it(steps: list[dict[str, Any]]) -> None:
    trace, told = written(json.dumps(document(asked(), *steps)).encode())
    keeps_the_rules(told)
    again = read_trace("t", json.dumps(told).encode())
    assert Counter(event.kind for event in trace.events) == Counter(event.kind for event in again.events)
    assert [event.edit for event in trace.events] == [event.edit for event in again.events]
