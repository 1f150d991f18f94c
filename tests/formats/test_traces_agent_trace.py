"""Agent Trace: records of its specification, of its reference hook, and of those who write it their own way."""

from __future__ import annotations

import json
from typing import Any

import pytest

from prgate.errors import FormatError
from prgate.formats.traces import read_trace, recognises
from prgate.model.trace import Attribution, EventKind, Trace, Writer

COMMIT = "0f" * 20


def record(*files: dict[str, Any], **more: Any) -> dict[str, Any]:
    base = {"version": "0.1.0", "id": "r", "timestamp": "2026-04-14T10:18:33Z", "vcs": {"type": "git", "revision": COMMIT}}
    return base | {"tool": {"name": "cursor", "version": "3.1"}, "files": list(files)} | more


def said(path: str, *ranges: Any, whose: str | None = "ai", **more: Any) -> dict[str, Any]:
    parts = [part if isinstance(part, dict) else {"start_line": part[0], "end_line": part[1]} for part in ranges]
    contributor = {} if whose is None else {"contributor": {"type": whose, "model_id": "anthropic/claude-opus-4-6"}}
    return {"path": path, "conversations": [{"ranges": parts} | contributor | more]}


def traced(*records: dict[str, Any]) -> Trace:
    return read_trace("t", "\n".join(map(json.dumps, records)).encode())


def only(trace: Trace) -> Attribution:
    (attribution,) = trace.attributions
    return attribution


def hook(path: str, **metadata: Any) -> dict[str, Any]:
    return record(said(path, (1, 1)), version="1.0", metadata=metadata)


@pytest.mark.parametrize(
    "other",
    [
        {"version": "1.0.0", "id": "p", "timestamp": "now", "files": ["dist"]},
        {"version": "1.0.0", "files": []},
        {"files": {"a.py": {"conversations": []}}},
        {"schema": "agent-trace/v0.1.0"},
        {"schema": "https://json-schema.org", "file_path": "a.py"},
        {"version": "1", "id": "p", "timestamp": "now", "tool": {"name": "x"}, "metadata": {}},
        {"version": "1", "id": "p", "timestamp": "now", "metadata": {"hook_event_name": "beforeSubmitPrompt"}},
    ],
)
def test_other_records_with_files_and_versions_are_none(other: dict[str, Any]) -> None:
    assert not recognises(json.dumps(other).encode())


def test_a_range_tells_whose_lines_they_are_at_which_commit() -> None:
    trace = traced(record(said("src/a.py", (3, 7))))
    assert Attribution(b"src/a.py", 3, 7, Writer.AGENT, COMMIT, ("t", 1), 0) == only(trace)
    assert ("cursor", "3.1", ("anthropic/claude-opus-4-6",)) == (
        trace.sessions[0].agent,
        trace.sessions[0].version,
        trace.sessions[0].models,
    )


@pytest.mark.parametrize(
    ("whose", "writer"),
    [("ai", Writer.AGENT), ("mixed", Writer.MIXED), ("unknown", Writer.UNKNOWN), ("robot", Writer.UNKNOWN), (None, Writer.UNKNOWN)],
)
def test_the_contributor_is_the_writer(whose: str | None, writer: Writer) -> None:
    assert (writer, 0) == (only(trace := traced(record(said("a.py", (1, 2), whose=whose)))).writer, trace.attributions[0].session)


def test_a_persons_lines_begin_no_session() -> None:
    trace = traced(record(said("a.py", (1, 2), whose="human"), tool={"name": "Robin Roe"}))
    assert ((), Writer.HUMAN, None) == (trace.sessions, only(trace).writer, only(trace).session)


def test_a_range_may_have_a_contributor_of_its_own() -> None:
    own = {"start_line": 4, "end_line": 5, "contributor": {"type": "human"}}
    trace = traced(record(said("a.py", (1, 3), own)))
    assert [(Writer.AGENT, 0), (Writer.HUMAN, None)] == [(item.writer, item.session) for item in trace.attributions]


@pytest.mark.parametrize(
    "vcs",
    [
        {"type": "jj", "revision": COMMIT},
        {"type": "hg", "revision": COMMIT},
        {"type": "git", "revision": "main"},
        {"type": "git"},
        None,
        [],
    ],
)
def test_what_is_no_git_commit_is_no_revision(vcs: Any) -> None:
    assert only(traced(record(said("a.py", (1, 1)), vcs=vcs))).revision is None


@pytest.mark.parametrize("version", ["1.0", "0.1.0", "next"])
def test_the_version_may_be_any(version: str) -> None:
    assert only(traced(record(said("a.py", (1, 1)), version=version, sig={"alg": "ed25519"}))).start == 1


@pytest.mark.parametrize(
    "part", [{}, {"start_line": "1", "end_line": 2}, {"start_line": 5, "end_line": 4}, {"start_line": 0, "end_line": 4}]
)
def test_impossible_ranges_are_left_out(part: dict[str, Any]) -> None:
    assert only(traced(record(said("a.py", part, (2, 2))))).start == 2


@pytest.mark.parametrize(
    ("spelled", "path"),
    [
        ("src\\pages\\view.tsx", b"src/pages/view.tsx"),
        ("file:///c:/work/src/a.py", b"c:/work/src/a.py"),
        ("file:///home/dev/a.py", b"/home/dev/a.py"),
        ("file:///home/c:/a.py", b"/home/c:/a.py"),
        ("C:\\work\\a.py", b"C:/work/a.py"),
        ("odd\\name/a.py", b"odd\\name/a.py"),
    ],
)
def test_paths_of_other_systems_are_understood(spelled: str, path: bytes) -> None:
    assert path == only(traced(record(said(spelled, (1, 1))))).path


@pytest.mark.parametrize("path", [None, "", 7])
def test_a_file_without_a_path_tells_nothing(path: Any) -> None:
    assert (
        only(traced(record({"path": path, "conversations": [{"ranges": [{"start_line": 1, "end_line": 1}]}]}, said("a.py", (1, 1))))).path
        == b"a.py"
    )


def test_paths_are_seen_from_where_the_session_runs() -> None:
    metadata = {"workspace_roots": ["/c:/work/shop"], "conversation_id": "c1"}
    assert b"src/a.py" == only(traced(record(said("c:\\work\\shop\\src\\a.py", (1, 1)), metadata=metadata))).path
    assert b"a.py" == only(traced(record(said("/work/a.py", (1, 1)), metadata={"cwd": "/work"}))).path


@pytest.mark.parametrize(
    ("metadata", "url", "id_"),
    [
        ({"conversation_id": "c1"}, None, "c1"),
        ({"session_id": "s1", "conversation_id": "c1"}, None, "s1"),
        ({"agentdiff": {"session_id": "d1"}}, "https://example.com/x", "d1"),
        ({}, "https://example.com/threads/t-1?share=1#top", "t-1"),
        ({}, "file://c:\\Users\\dev\\.cursor\\transcripts\\be6c\\be6c.jsonl", "be6c"),
        ({"session_id": "unknown"}, None, None),
        ({}, None, None),
    ],
)
def test_the_session_is_the_one_that_the_record_names(metadata: dict[str, Any], url: str | None, id_: str | None) -> None:
    trace = traced(record(said("a.py", (1, 1), url=url), metadata=metadata))
    assert [id_] == [session.id for session in trace.sessions]


def test_records_of_one_session_are_of_one_session() -> None:
    one, two = ({"conversation_id": name} for name in ("c1", "c2"))
    trace = traced(*(record(said("a.py", (1, 1)), metadata=metadata) for metadata in (one, two, one)))
    assert (["c1", "c2"], [0, 1, 0]) == ([session.id for session in trace.sessions], [item.session for item in trace.attributions])


def test_agentdiff_without_a_session_names_a_person_as_the_tool() -> None:
    trace = traced(
        record(said("a.py", (1, 1)), tool={"name": "Robin Roe"}, metadata={"prompt_hash": "e3", "session_id": "unknown"}),
        record(said("a.py", (2, 2)), tool={"name": "Robin Roe"}, metadata={"agentdiff": {"prompt_hash": "e3", "session_id": "unknown"}}),
    )
    assert [("unknown", None)] == [(session.agent, session.id) for session in trace.sessions]


def test_a_model_that_nobody_knows_is_none() -> None:
    assert () == traced(record(said("a.py", (1, 1), contributor={"type": "ai", "model_id": "unknown"}))).sessions[0].models


def test_a_shell_run_is_a_command_and_no_attribution() -> None:
    trace = traced(hook(".shell-history", session_id="s", tool_name="Bash", command="pytest -q"))
    (event,) = trace.events
    assert (EventKind.COMMAND, "Bash", "2026-04-14T10:18:33Z", ()) == (event.kind, event.name, event.at, trace.attributions)
    assert event.command is not None


def test_the_start_of_a_session_is_its_start() -> None:
    trace = traced(
        hook(".sessions", session_id="s", event="session_end"),
        hook(".sessions", session_id="s", event="session_start") | {"timestamp": "2026-04-14T10:00:00Z"},
        hook("a.py", session_id="s"),
    )
    assert ("2026-04-14T10:00:00Z", 1) == (trace.sessions[0].started, len(trace.attributions))


@pytest.mark.parametrize("path", [".shell-history", ".sessions", ".unknown"])
def test_names_that_stand_for_no_file_are_never_attributed(path: str) -> None:
    assert [b"a.py"] == [item.path for item in traced(hook(path), hook("a.py")).attributions]


def test_prompts_beside_the_records_are_prompts() -> None:
    prompt = {key: value for key, value in record().items() if key != "files"}
    about = {"conversation_id": "c1", "model": "opus", "workspace_roots": ["/work", "/other"]}
    trace = traced(
        prompt | {"metadata": about | {"hook_event_name": "beforeSubmitPrompt"}},
        prompt | {"metadata": about | {"hook_event_name": "stop"}},
    )
    assert ([EventKind.PROMPT], 2) == ([event.kind for event in trace.events], trace.read)
    assert ("c1", ("opus",), None) == (trace.sessions[0].id, trace.sessions[0].models, trace.sessions[0].cwd)


def flat(**more: Any) -> dict[str, Any]:
    return {"schema": "agent-trace/v0.1.0", "session_id": "s", "file_path": "/home/dev/shop/a.py", "start_line": 2, "end_line": 3} | more


def test_flat_records_are_understood() -> None:
    trace = traced(flat(tool="Edit", model="claude-opus-4-6"), flat(start_line=9, end_line=9, agent="Claude Code", revision=COMMIT))
    assert [(b"/home/dev/shop/a.py", 2, None, 0), (b"/home/dev/shop/a.py", 9, COMMIT, 1)] == [
        (item.path, item.start, item.revision, item.session) for item in trace.attributions
    ]
    assert [("unknown", ("claude-opus-4-6",)), ("claude-code", ())] == [(session.agent, session.models) for session in trace.sessions]


@pytest.mark.parametrize(
    "broken", [flat(start_line=None), flat(end_line="3"), flat(file_path=""), {"schema": "agent-trace/v9"}, record() | {"files": 1}]
)
def test_records_that_are_not_understood_are_counted(broken: dict[str, Any]) -> None:
    trace = traced(flat(), flat(), broken)
    assert (2, 1) == (trace.read, trace.skipped)


def test_an_array_and_a_single_object_are_read_like_lines() -> None:
    records = [record(said("a.py", (1, 1))), record(said("b.py", (2, 2)))]
    for text in (
        json.dumps(records),
        json.dumps(records, indent=2),
        "\n".join(map(json.dumps, records)),
        "\ufeff" + "\r\n".join(map(json.dumps, records)),
    ):
        assert [b"a.py", b"b.py"] == [item.path for item in read_trace("t", text.encode()).attributions]
    for text in (json.dumps(records[0]), json.dumps(records[0], indent=2), "\ufeff\n" + json.dumps(records[0], indent=2)):
        assert b"a.py" == only(read_trace("t", text.encode())).path


def test_a_single_object_that_breaks_off_is_refused() -> None:
    with pytest.raises(FormatError, match="damaged or unknown"):
        read_trace("t", json.dumps(record(said("a.py", (1, 1))), indent=2).encode()[:-9])


def test_records_without_content_are_no_account() -> None:
    with pytest.raises(FormatError, match="nothing that anybody did"):
        traced(record())
