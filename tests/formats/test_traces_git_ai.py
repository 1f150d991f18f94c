"""git-ai's notes: attestation, sessions, prompts with their conversations, and people."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import Any

import pytest

from prgate.errors import FormatError
from prgate.formats.traces import blocks, git_ai, read_trace, recognises
from prgate.formats.traces.draft import MAX_ATTRIBUTIONS
from prgate.formats.traces.records import MAX_RECORD
from prgate.model.lines import line_digest
from prgate.model.trace import Attribution, EventKind, Trace, Writer

BASE = "4e" * 20
SESSION = "s_0123456789abcd"
CLAUDE = {"agent_id": {"tool": "claude", "id": "c-1", "model": "claude-opus-4-6"}, "human_author": "Robin Roe"}


def note(attested: str = "", *, ends: str = "\n", **log: Any) -> bytes:
    about = {"schema_version": "authorship/3.0.0", "git_ai_version": "1.4.0", "base_commit_sha": BASE, "prompts": {}} | log
    return (attested + "---\n" + json.dumps(about, indent=2)).replace("\n", ends).encode()


def read(attested: str = "", **log: Any) -> Trace:
    return read_trace("n", note(attested, **log))


def talked(*messages: Any) -> Trace:
    return read(prompts={"35eb637": CLAUDE | {"messages": [{"type": "user", "text": "go"}, *messages]}})


def whose(trace: Trace) -> list[tuple[bytes, int, int, Writer, int | None]]:
    return [(item.path, item.start, item.end, item.writer, item.session) for item in trace.attributions]


@pytest.mark.parametrize(
    "text",
    [
        b"---\ntitle: notes\n---\n{}\n",
        b"---\n{}",
        b'---\n["authorship/3.0.0"]',
        b'{"schema_version": "authorship/3.0.0"}',
        b'a.py\n  s_1 3\n{"schema_version": "authorship/3.0.0"}',
        b'a.py\n  s_1 three\n---\n{"schema_version": "authorship/3.0.0"}',
        b'list\n  one 1\n---\n{"schema_version": "3"}',
        b"---",
        b"",
    ],
)
def test_other_texts_with_dashes_are_none(text: bytes) -> None:
    assert not recognises(text)


def test_a_session_wrote_the_lines_of_its_traces() -> None:
    trace = read(f"src/a.py\n  {SESSION}::t_0 1,3-5\nb.py\n  {SESSION}::t_1 7\n", sessions={SESSION: CLAUDE})
    assert Attribution(b"src/a.py", 1, 1, Writer.AGENT, None, ("n", 2), 0) == trace.attributions[0]
    assert [(b"src/a.py", 1, 1), (b"src/a.py", 3, 5), (b"b.py", 7, 7)] == [(item.path, item.start, item.end) for item in trace.attributions]
    (session,) = trace.sessions
    assert ("claude-code", "c-1", ("claude-opus-4-6",), BASE) == (session.agent, session.id, session.models, session.commit)
    assert ("git-ai-note", 3, 0) == (trace.format, trace.read, trace.skipped)


@pytest.mark.parametrize("key", ["75b8b35dceb7e11d", "35eb637", "0f3a2c4e-7c1d-4a52-9f43-8c2f0d6f1b11", SESSION])
def test_every_kind_of_key_finds_its_writer(key: str) -> None:
    assert [(b"a.py", 1, 1, Writer.AGENT, 0)] == whose(read(f"a.py\n  {key} 1\n", prompts={key: CLAUDE}))


@pytest.mark.parametrize("key", ["ai_agent", "human", "s_ff::t_0", "h_ff", "35eb637"])
def test_a_key_that_the_json_lacks_is_an_unknown_writer(key: str) -> None:
    expected = [(b"a.py", 1, 2, Writer.UNKNOWN, None), (b"a.py", 3, 3, Writer.AGENT, 0)]
    assert expected == whose(read(f"a.py\n  {key} 1-2\n  {SESSION} 3\n", sessions={SESSION: CLAUDE}))


def test_a_person_has_no_session() -> None:
    trace = read("a.py\n  h_55c03ed47cd416 4-6\n", humans={"h_55c03ed47cd416": {"author": "Robin Roe"}})
    assert ([(b"a.py", 4, 6, Writer.HUMAN, None)], ()) == (whose(trace), trace.sessions)


def test_a_note_may_mix_all() -> None:
    trace = read(
        f"a.py\n  35eb637 1\n  h_1 2\n  {SESSION}::t_1 3\n",
        prompts={"35eb637": CLAUDE | {"agent_id": {"tool": "cursor", "id": "x", "model": "m"}}},
        sessions={SESSION: CLAUDE},
        humans={"h_1": {"author": "Robin Roe"}},
    )
    assert [(Writer.AGENT, 0), (Writer.HUMAN, None), (Writer.AGENT, 1)] == [(item.writer, item.session) for item in trace.attributions]
    assert (["cursor", "claude-code"], 6) == ([session.agent for session in trace.sessions], trace.read)


@pytest.mark.parametrize(
    ("line", "path"),
    [
        ('"with space.py"', b"with space.py"),
        ('"', b'"'),
        ("plain.py  ", b"plain.py"),
        ('"half', b'"half'),
        ("caf\u00e9.py", b"caf\xc3\xa9.py"),
    ],
)
def test_paths_may_be_quoted(line: str, path: bytes) -> None:
    assert [path] == [item.path for item in read(f"{line}\n  {SESSION} 1\n", sessions={SESSION: CLAUDE}).attributions]


def test_a_path_that_is_no_text_keeps_its_bytes() -> None:
    data = note(f"name.py\n  {SESSION} 1\n", sessions={SESSION: CLAUDE}).replace(b"name", b"na\xff")
    assert [b"na\xff.py"] == [item.path for item in read_trace("n", data).attributions]


def test_the_base_may_stand_anywhere_and_be_no_commit() -> None:
    late = note(f"a.py\n  {SESSION} 1\n", sessions={SESSION: CLAUDE}).replace(b'"base_commit_sha"', b'"other"')
    assert None is read_trace("n", late).sessions[0].commit
    assert (
        BASE == read_trace("n", late.replace(b'"other"', b'"x"')[:-1] + b',"base_commit_sha":"' + BASE.encode() + b'"}').sessions[0].commit
    )
    assert None is read(f"a.py\n  {SESSION} 1\n", sessions={SESSION: CLAUDE}, base_commit_sha="initial").sessions[0].commit


@pytest.mark.parametrize(
    "line",
    ["  s_1", "  s_1 three", "  s_1 1,", "  s_1 -3", "  s_1 1 2", "   s_1 1", "  s_1 99999999999", "  two words 4"],
)
def test_lines_that_are_no_entry_are_counted(line: str) -> None:
    trace = read(f"a.py\n  {SESSION} 1\n{line}\n\n", sessions={SESSION: CLAUDE})
    assert (1, 2, 1) == (len(trace.attributions), trace.read, trace.skipped)


def test_an_entry_without_a_path_is_counted() -> None:
    data = note(f"a.py\n  {SESSION} 1\n", sessions={SESSION: CLAUDE})
    with pytest.raises(FormatError, match="no reader"):
        read_trace("n", b"  s_1 1\n" + data)
    draft_only = read_trace("n", note(f"a.py\n  {SESSION} 2-1,0,3\n", sessions={SESSION: CLAUDE}))
    assert [3] == [item.start for item in draft_only.attributions]


def test_a_conversation_is_prompts_messages_and_calls() -> None:
    trace = talked(
        {"type": "assistant", "text": "I look.", "timestamp": "2026-04-02T21:25:30.385Z"},
        {"type": "tool_use", "name": "Read", "input": {"file_path": "/w/a.py"}},
        {"type": "tool_use", "name": "Edit", "input": {"file_path": "/w/a.py", "old_string": "a = 1", "new_string": "a = 2222"}},
        {"type": "tool_use", "name": "run_terminal_cmd", "input": {"command": "make"}},
        {"type": "tool_use", "name": "apply_patch", "input": "*** Begin Patch\n*** Add File: b.py\n+value = 1\n*** End Patch"},
        {"type": "tool_use", "name": "search_replace", "input": {"file_path": "/w/c.py"}},
        {"type": "tool_use", "name": "mcp__wiki__find", "input": {}},
        {"type": "tool_use"},
    )
    kinds = [EventKind.PROMPT, EventKind.MESSAGE, EventKind.TOOL_CALL, EventKind.EDIT, EventKind.COMMAND, EventKind.EDIT, EventKind.EDIT]
    assert [*kinds, EventKind.MCP_CALL, EventKind.TOOL_CALL] == [event.kind for event in trace.events]
    assert [b"/w/a.py", b"b.py", b"/w/c.py"] == [event.path for event in trace.events if event.edit is not None]
    assert [line_digest(b"a = 2222"), line_digest(b"value = 1"), b""] == [
        event.edit.lines for event in trace.events if event.edit is not None
    ]
    assert ("2026-04-02T21:25:30.385Z", True, "wiki/find") == (trace.events[1].at, trace.events[2].reads, trace.events[7].name)
    assert [3, 4, 5, 6, 7, 8, 9, 10, 11] == [event.ref[1] for event in trace.events]


@pytest.mark.parametrize(
    "message",
    [
        {"type": "user", "text": "<command-name>/clear</command-name>"},
        {"type": "user", "text": "[Request interrupted by user]"},
        {"type": "user", "text": " \n"},
        {"type": "assistant", "text": ""},
        {"type": "thinking", "text": "hm"},
        {"type": "plan", "text": "1."},
    ],
)
def test_what_says_nothing_is_no_event(message: dict[str, Any]) -> None:
    trace = talked(message)
    assert (1, 3, 0) == (len(trace.events), trace.read, trace.skipped)


@pytest.mark.parametrize("message", [{"type": "user"}, {"type": "assistant", "text": 3}, {"type": "new"}, {"type": []}, {}, "words", None])
def test_messages_that_are_not_understood_are_counted(message: Any) -> None:
    trace = talked(message)
    assert (1, 2, 1) == (len(trace.events), trace.read, trace.skipped)


def test_each_prompt_is_a_session_with_its_own_conversation() -> None:
    said = {"messages": [{"type": "user", "text": "go"}]}
    trace = read(prompts={"a": CLAUDE | said, "b": {"agent_id": {"tool": "Some Bot!"}} | said, "c": said})
    assert ([0, 1, 2], ["claude-code", "unknown", "unknown"]) == (
        [event.session for event in trace.events],
        [session.agent for session in trace.sessions],
    )


def test_a_conversation_may_stand_before_the_agent() -> None:
    trace = read(prompts={"a": {"messages": [{"type": "user", "text": "go"}]} | CLAUDE})
    assert ["claude-code"] == [trace.sessions[event.session].agent for event in trace.events]


@pytest.mark.parametrize("log", [{"prompts": []}, {"sessions": None}, {"humans": "x"}, {"prompts": {"a": {"messages": None}}}])
def test_parts_of_another_shape_tell_nothing(log: dict[str, Any]) -> None:
    assert [(b"a.py", 1, 1, Writer.UNKNOWN, None)] == whose(read("a.py\n  s_9 1\n", **log))


def test_sessions_that_are_no_objects_are_counted() -> None:
    trace = read(f"a.py\n  {SESSION} 1\n  35eb637 2\n", sessions={SESSION: 1}, humans={"h_1": 2}, prompts={"35eb637": CLAUDE})
    assert ([Writer.UNKNOWN, Writer.AGENT], 3, 2) == ([item.writer for item in trace.attributions], trace.read, trace.skipped)


def test_json_that_breaks_off_is_counted_and_what_came_before_counts() -> None:
    data = note(f"a.py\n  {SESSION} 1\n  {SESSION} 2\n", sessions={SESSION: CLAUDE}, humans={"h_1": {"author": "Robin Roe"}})
    trace = read_trace("n", data[: data.index(b'"author"')])
    assert ([Writer.AGENT, Writer.AGENT], 3, 2) == ([item.writer for item in trace.attributions], trace.read, trace.skipped)
    cut = read_trace("n", data[: data.index(b'"model"')])
    assert ("unknown", 2) == (cut.sessions[0].agent, cut.skipped)
    talk = note("a.py\n  35eb637 1\n", prompts={"35eb637": CLAUDE | {"messages": [{"type": "user", "text": "go"}] * 3}})
    half = read_trace("n", talk[: talk.rindex(b'"text"')])
    assert (2, 3, 2) == (len(half.events), half.read, half.skipped)


@pytest.mark.parametrize("log", [{}, {"sessions": {SESSION: CLAUDE}}, {"humans": {"h_1": {"author": "Robin Roe"}}}])
def test_a_note_that_attests_nothing_says_just_that(log: dict[str, Any]) -> None:
    assert recognises(note(**log))
    trace = read(**log)
    assert ((), (), 0) == (trace.events, trace.attributions, trace.skipped)


def test_a_note_that_attests_nothing_and_breaks_off_is_no_trace() -> None:
    data = note(sessions={SESSION: CLAUDE})
    with pytest.raises(FormatError, match="git-ai-note"):
        read_trace("n", data[: data.index(b'"model"')])


def test_a_note_without_its_json_is_none_and_attested_lines_alone_tell_no_writer() -> None:
    assert not recognises(b"a.py\n  s_1 1\n")
    assert not recognises(b"a.py\n  s_1 1\n---")


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_line_ends_and_a_byte_order_mark_make_no_difference(ends: str) -> None:
    data = note(f"a.py\n  {SESSION} 1-2\n", ends=ends, sessions={SESSION: CLAUDE})
    for text in (data, b"\xef\xbb\xbf" + data):
        assert [(b"a.py", 1, 2, Writer.AGENT, 0)] == whose(read_trace("n", text))


class Trickle:
    """A stream that ends blocks where it likes."""

    def __init__(self, parts: Iterable[bytes]) -> None:
        self.parts = iter(parts)

    def read(self, _: int, /) -> bytes:
        return next(self.parts, b"")


def test_a_note_beyond_the_first_blocks_is_read_to_its_end() -> None:
    entry = f"  {SESSION} 1\n"
    attested = "a.py\n" + entry + "\n".join("x" * 200 + str(number) for number in range(2 * blocks.HEAD // 200)) + "\n" + entry
    data = note(attested, sessions={SESSION: CLAUDE})
    whole = read_trace("n", data)
    assert (2, Writer.AGENT) == (len(whole.attributions), whole.attributions[-1].writer)
    assert whole == read_trace("n", Trickle(data[at : at + 99_991] for at in range(0, len(data), 99_991)))


def test_an_attestation_without_an_end_names_nobody() -> None:
    attested = "a.py\n  s_1 1\n" + "pad.py\n" * (blocks.HEAD // 7 + 1)
    assert [(b"a.py", 1, 1, Writer.UNKNOWN, None)] == whose(read_trace("n", BytesIO(attested.encode())))


@pytest.mark.parametrize(
    ("attested", "message"),
    [
        ("a.py\n" + ("  s_1 " + ",".join(["1"] * 500_001) + "\n") * 2, f"{MAX_ATTRIBUTIONS:,} attributions"),
        ("a.py\n  s_1 1\n" + "x" * (MAX_RECORD + 2 * blocks.BLOCK), "a line of"),
    ],
)
def test_more_than_anybody_writes_is_refused(attested: str, message: str) -> None:
    with pytest.raises(FormatError, match=message) as caught:
        read_trace("n", note(attested))
    assert caught.value.over_limit


def test_too_many_ranges_are_refused_before_more_is_read() -> None:
    def parts() -> Iterator[bytes]:
        yield (b"a.py\n  s_1 " + b"1," * 500_000 + b"1\n  s_1 " + b"1," * 510_000 + b"1\n" + b"pad.py\n" * blocks.HEAD)[: blocks.HEAD]
        pytest.fail("read on")

    with pytest.raises(FormatError, match="attributions"):
        read_trace("n", Trickle(parts()))


def test_the_reader_names_no_agent_of_its_own() -> None:
    assert () == git_ai.READER.agents
