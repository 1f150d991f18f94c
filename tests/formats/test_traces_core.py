"""What every reader stands on: blocks, heads, values, redactions, and the draft that a trace is made from."""

from __future__ import annotations

import time
from io import BytesIO
from typing import Any

import pytest

from prgate.errors import FormatError
from prgate.formats.traces import blocks, draft, read_trace, recognises
from prgate.formats.traces.blocks import Blocks
from prgate.formats.traces.draft import Draft, Scribe
from prgate.formats.traces.masks import masked
from prgate.formats.traces.reader import Head, head_of
from prgate.formats.traces.values import commit_of, members_of, objects_of, strings_of, text, time_of, time_of_ms, whole_of, words_of
from prgate.model.lines import ends_digest, packed
from prgate.model.trace import Edit, EventKind, InUse, Leak, Masked, Permit, Writer
from prgate.recognise.secrets import find_secrets
from tests.formats.traces.seen import brings, digests

PROMPT = b'{"type":"user","sessionId":"s","uuid":"%d","message":{"content":"do it"}}\n'
SECRET = b"AKIA" + b"Q3EGRTW2VZ7LMP4X"
"""Of the form of a key, made up."""


class Trickle:
    """A stream that gives a few bytes at a time."""

    def __init__(self, data: bytes, size: int) -> None:
        self.stream = BytesIO(data)
        self.size = size

    def read(self, size: int) -> bytes:
        return self.stream.read(min(size, self.size))


@pytest.fixture
def drawn() -> Draft:
    found = Draft("t", "some-format")
    found.session("some-agent", "s")
    return found


@pytest.mark.parametrize("size", [1, 7, 1 << 20])
def test_blocks_are_the_stream_once(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "HEAD", 20)
    monkeypatch.setattr(blocks, "BLOCK", 8)
    for data in (b"", b"short", bytes(range(100))):
        found = Blocks(Trickle(data, size))
        assert found.head == data[:20]
        assert b"".join(found) == data
        assert b"".join(found) == b""
        assert found.size == len(data)


def test_what_no_reader_has_read_is_still_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = b'[{"type":"system","subtype":"init","session_id":"s","tools":[]},' + b'{"type":"user","message":{"content":"do it"}}, oops'
    data = broken + b" " * (3 * blocks.BLOCK) + b"\nkey = " + SECRET + b"\n"
    assert list(find_secrets(SECRET))
    trace = read_trace("t", data)
    assert (trace.skipped, [leak.line for leak in trace.leaks]) == (1, [2])
    monkeypatch.setattr(blocks, "MAX_BYTES", 3 * blocks.BLOCK)
    with pytest.raises(FormatError, match="more than 3,145,728 bytes") as refused:
        read_trace("t", data)
    assert refused.value.over_limit


@pytest.mark.parametrize("before", range(0, 1200, 37))
def test_a_credential_is_told_once_with_its_line_wherever_a_block_ends(before: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "HEAD", 600)
    monkeypatch.setattr(blocks, "BLOCK", 600)
    data = b"line\n" * 4 + b"x" * before + b"\nkey = " + SECRET + b" and " + SECRET[:-1] + b"Y\n" + b"line\n" * 300
    found = Blocks(BytesIO(data))
    found.drain()
    (leak,) = found.leaks
    assert leak == Leak(leak.kind, 6)


def test_only_so_many_leaks_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "MAX_LEAKS", 3)
    found = Blocks(BytesIO((b"key = " + SECRET + b"\n") * 5))
    found.drain()
    assert [leak.line for leak in found.leaks] == [1, 2, 3]


@pytest.mark.parametrize(
    ("data", "records", "members"),
    [
        (b"", (), {}),
        (b"words\n{}", ({},), {}),
        (b'{"a":1}\n{"b":[2', ({"a": 1},), {"a": 1}),
        (b'{\n"a":{"b":1},\n"c":"d"}', (), {"a": {"b": 1}, "c": "d"}),
        (b'{"a":1,"b":[2', (), {"a": 1, "b": []}),
        (b'{"a":1,"b":{"c":2', (), {"a": 1, "b": {}}),
        (b'{"a":1,"b":"cut o', (), {"a": 1, "b": None}),
        (b'[{"a":1},7,{"a":2},{"a', ({"a": 1}, {"a": 2}), {}),
        (b'[log] slow\n{"a":1}', ({"a": 1},), {}),
        (b"\xef\xbb\xbf [\n]", (), {}),
    ],
)
def test_a_head_shows_records_and_members(data: bytes, records: tuple[Any, ...], members: dict[str, Any]) -> None:
    assert head_of(data) == Head(data, records, members)


def test_a_head_shows_so_many_records_at_most() -> None:
    assert len(head_of(b"[" + b'{"a":1},' * 500 + b"7]").records) == 200
    assert len(head_of(b'{"a":1}\n' * 500).records) == 200


def test_a_head_beyond_a_limit_shows_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("records", "document"):
        monkeypatch.setattr(f"prgate.formats.traces.{name}.MAX_RECORDS", 5)
    for data in (b'{"a":1}\n' * 10, b"[" + b"1," * 10 + b"1]", b'{"a":' + b"1," * 10):
        assert len(head_of(data).records) <= 5
    assert not recognises(b"\n" * 100 + PROMPT % 1)


def test_more_damaged_records_than_others_make_a_trace_unreadable() -> None:
    assert read_trace("t", PROMPT % 1 + PROMPT % 2 + b"damaged\n" * 2).skipped == 2
    with pytest.raises(FormatError, match="claude-transcript: 3 of 5 records are damaged or unknown"):
        read_trace("t", PROMPT % 1 + PROMPT % 2 + b"damaged\n" * 3)


@pytest.mark.parametrize(
    ("pick", "good", "bad"),
    [
        (text, ["a", "x" * 1024], ["", "x" * 1025, 7, None, ["a"]]),
        (time_of, ["2026-01-01T00:00:00Z", "2026-01-01T00:00:00.123456789+01:00"], ["2026-01-01", "2026-01-01T00:00:00", 7, None]),
        (commit_of, ["a" * 40, "0" * 64], ["a" * 39, "A" * 40, 7, None]),
        (whole_of, [0, -7, 2**53], [True, 1.0, "1", None, 2**53 + 1, -(10**30)]),
    ],
)
def test_a_value_is_of_the_type_that_was_hoped_for_or_none(pick: Any, good: list[Any], bad: list[Any]) -> None:
    assert [pick(value) for value in good] == good
    assert [pick(value) for value in bad] == [None] * len(bad)


def test_containers_of_another_type_are_empty() -> None:
    assert (members_of([]), objects_of({}), strings_of("a")) == ({}, [], [])
    assert (members_of({"a": 1}), objects_of([{}, 7]), strings_of(["a", 7])) == ({"a": 1}, [{}], ["a"])


@pytest.mark.parametrize(
    ("moment", "expected"),
    [(0, "1970-01-01T00:00:00.000Z"), (253402300799000, "9999-12-31T23:59:59.000Z"), (253402300799001, None), (-1, None), (True, None)],
)
def test_a_moment_in_milliseconds_is_a_time(moment: int, expected: str | None) -> None:
    assert time_of_ms(moment) == expected


@pytest.mark.parametrize(
    ("line", "ends"),
    [
        (b"token = '[REDACTED]' # keep", (b'token="', b'"#keep')),
        (b"a = REDACTED", None),
        (b"value = 1", None),
        (b"url = <redacted:token>/path/***REDACTED***/to", None),
        (b"the_url = <redacted:token>/path/***REDACTED***/to", (b"the_url=", b"/to")),
        (b"url_of = (Redacted-key) + suffix", (b"url_of=", b"+suffix")),
    ],
)
def test_a_masked_line_is_known_by_its_ends(line: bytes, ends: tuple[bytes, bytes] | None) -> None:
    assert masked(line) == (None if ends is None else Masked(len(ends[0]), len(ends[1]), ends_digest(*ends)))


def test_an_edit_keeps_no_text_but_digests_and_the_ends_of_masked_lines(drawn: Draft) -> None:
    index = drawn.add(EventKind.EDIT, 1, path="a.py", brings=("value = 1\n}\nvalue = 1", "token = [REDACTED] keep_this\n"))
    edit = drawn.events[index].edit
    assert edit is not None
    assert brings(drawn.events[index]) >= digests("value = 1")
    assert [mask.before for mask in edit.masked] == [6]


@pytest.mark.parametrize(("ok", "ran", "kept"), [(True, True, True), (None, True, True), (False, True, False), (False, False, False)])
def test_a_failed_edit_brought_nothing(drawn: Draft, ok: bool | None, ran: bool, kept: bool) -> None:
    index = drawn.add(EventKind.EDIT, 1, call="c", brings=("value = 1",))
    drawn.settle("c", ok=ok, ran=ran)
    assert (drawn.events[index].ok, bool(brings(drawn.events[index]))) == (ok, kept)


def test_a_file_of_nothing_but_what_could_be_a_credential_is_over_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "MAX_LOOKS", 10)
    placeholder = b"ghp_" + b"a" * 36 + b" "
    watched = Blocks(BytesIO(placeholder * 10))
    watched.drain()
    assert watched.leaks == []
    with pytest.raises(FormatError, match="more than 10 places") as refused:
        Blocks(BytesIO(placeholder * 11)).drain()
    assert refused.value.over_limit


def test_a_text_that_a_command_writes_to_many_files_is_worked_through_once(drawn: Draft, monkeypatch: pytest.MonkeyPatch) -> None:
    names = " ".join(f"f{number}.py" for number in range(5_000))
    start = time.process_time()
    drawn.command(1, f"tee {names} <<E\n{'total = price + tax ' * 6_000}\nE\n")
    assert time.process_time() - start < 1
    edited = [event for event in drawn.events if event.kind is EventKind.EDIT]
    assert (len(edited), len({event.edit for event in edited})) == (5_000, 1)
    assert brings(edited[0]) == digests("total = price + tax " * 6_000)
    monkeypatch.setattr("prgate.formats.traces.draft.MAX_LINES", 10_000)
    with pytest.raises(FormatError, match="more than 10,000 edited lines"):
        drawn.command(1, f"tee {names} <<E\nx = 1\ny = 2\nE\n")


def test_a_result_is_worked_through_once_however_many_events_its_call_stands_for(drawn: Draft) -> None:
    indexes = [drawn.add(EventKind.EDIT, 1, call="c", brings=("value = 1",)) for _ in range(3)]
    drawn.settle("c", ok=True, brings=iter(("other = 2",)))
    assert [brings(drawn.events[index]) for index in indexes] == [digests("other = 2")] * 3


def test_records_that_name_one_call_again_and_again_are_over_the_limit(drawn: Draft, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("prgate.formats.traces.draft.MAX_SETTLED", 3)
    for _ in range(2):
        drawn.add(EventKind.TOOL_CALL, 1, call="c")
    drawn.known("c", EventKind.MCP_CALL, "server/tool")
    with pytest.raises(FormatError, match="settle more than 3 events"):
        drawn.known("c", EventKind.MCP_CALL, "server/tool")


def test_a_result_says_better_what_an_edit_brought(drawn: Draft) -> None:
    for brought, expected in (
        (("other = 2",), digests("other = 2")),
        (("}",), digests("value = 1")),
        (("k = [REDACTED] keep_this",), None),
    ):
        index = drawn.add(EventKind.EDIT, 1, call=str(brought), brings=("value = 1",))
        drawn.settle(str(brought), ok=True, brings=brought)
        if expected is None:
            edit = drawn.events[index].edit
            assert edit is not None
            assert (len(edit.masked), digests("value = 1") & brings(drawn.events[index])) == (1, frozenset())
        else:
            assert brings(drawn.events[index]) == expected


def test_a_call_may_turn_out_to_be_of_another_kind(drawn: Draft) -> None:
    drawn.add(EventKind.TOOL_CALL, 1, name="ask", call="c")
    drawn.command(1, "ls", name="shell", call="c")
    drawn.add(EventKind.TOOL_CALL, 1, name="ask", call="d")
    drawn.known("c", EventKind.MCP_CALL, "wiki/ask")
    drawn.known("d", EventKind.MCP_CALL, "no name")
    drawn.known(None, EventKind.MCP_CALL, "wiki/ask")
    found = [(event.kind, event.name) for event in drawn.events]
    assert found == [(EventKind.MCP_CALL, "wiki/ask"), (EventKind.COMMAND, "shell"), (EventKind.MCP_CALL, "")]


def test_a_mode_is_noted_per_session_when_it_changes(drawn: Draft) -> None:
    for permit in (Permit.ASKS, Permit.ASKS, Permit.ANSWER, Permit.ANSWER, Permit.ASKS):
        drawn.permit(1, permit)
    drawn.session("some-agent")
    drawn.permit(2, Permit.ASKS)
    assert [(event.name, event.session) for event in drawn.events] == [("asks", 0), ("answer", 0), ("answer", 0), ("asks", 1)]


def test_the_first_word_about_a_session_counts_and_models_add_up(drawn: Draft) -> None:
    drawn.tell(cwd=None, model="one")
    drawn.tell(cwd="/r", model="two", id="other")
    drawn.tell(cwd="/s", model="one")
    assert (drawn.about.id, drawn.about.cwd, drawn.about.models) == ("s", "/r", ("one", "two"))


def test_what_is_in_use_counts_once_per_session(drawn: Draft) -> None:
    for _ in range(2):
        drawn.use("skill", "review")
        drawn.use("rules", "a.md", "be good")
        drawn.use("rules", "a.md", "be kind")
    drawn.session("some-agent")
    drawn.use("skill", "review")
    assert [(used.kind, used.name) for used in drawn.sessions[0].in_use] == [("skill", "review"), ("rules", "a.md"), ("rules", "a.md")]
    assert drawn.sessions[1].in_use == (InUse("skill", "review"),)


def test_lists_of_a_session_have_an_end(drawn: Draft) -> None:
    for number in range(2000):
        drawn.use("skill", str(number))
        drawn.tell(model=str(number))
    assert (len(drawn.about.in_use), len(drawn.about.models)) == (draft.MAX_IN_USE, draft.MAX_MODELS)


def test_beyond_a_limit_a_draft_is_refused(drawn: Draft, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn.attribute(1, "a.py", (1, 2), Writer.AGENT, None)
    for limit in ("MAX_SESSIONS", "MAX_ATTRIBUTIONS"):
        monkeypatch.setattr(draft, limit, 1)
    with pytest.raises(FormatError, match="more than 1 attributions") as refused:
        drawn.attribute(1, "a.py", (1, 2), Writer.AGENT, None)
    assert refused.value.over_limit
    with pytest.raises(FormatError, match="more than 1 sessions") as refused:
        drawn.session("some-agent")
    assert refused.value.over_limit


def test_an_attribution_of_lines_that_cannot_be_is_left_out(drawn: Draft) -> None:
    for lines in ((0, 1), (2, 1), (1, draft.MAX_LINES + 1)):
        drawn.attribute(1, "a.py", lines, Writer.AGENT, None)
    drawn.attribute(1, "", (1, 2), Writer.AGENT, None)
    drawn.attribute(1, "a.py", (1, 2), Writer.HUMAN, "a" * 40)
    (found,) = drawn.finish().attributions
    assert (found.path, found.start, found.end, found.session, found.revision) == (b"a.py", 1, 2, None, "a" * 40)


def test_paths_are_seen_from_where_the_session_ran_which_may_be_told_late(drawn: Draft) -> None:
    drawn.add(EventKind.TOOL_CALL, 1, path="/r/a.py")
    drawn.command(2, "rm /r/b.py /r/b.py c.py")
    drawn.add(EventKind.TOOL_CALL, 3, path="")
    drawn.tell(cwd="/r")
    first, second, third = drawn.finish().events
    assert (first.path, third.path) == (b"a.py", None)
    assert second.command is not None
    assert second.command.paths == (b"b.py", b"c.py")


def test_what_is_dropped_is_not_in_the_trace_and_the_scribe_knows(drawn: Draft) -> None:
    drawn.scribe = Scribe()
    for words in ("one", "two"):
        drawn.add(EventKind.MESSAGE, 1, text=words)
    drawn.dropped.add(0)
    assert len(drawn.finish().events) == 1
    assert [drawn.scribe.told[index][0] for index in drawn.scribe.kept] == ["two"]


def test_digests_are_packed_without_order() -> None:
    found = Draft("t", "f").edit(["b = 22\na = 11", "a = 11"])
    assert found == Edit(packed(digests("a = 11", "b = 22")))


def test_the_words_of_a_message_are_its_text_in_whatever_parts() -> None:
    assert ["", "", ""] == [words_of(value) for value in (None, {"text": "a"}, [{"text": 1}, "b"])]
    assert ("a", "a\nb") == (words_of("a"), words_of([{"text": "a"}, {"type": "image"}, {"text": "b"}]))


@pytest.mark.parametrize(
    ("text", "records"),
    [
        (b'{"a": {"b": 1}}', [{"a": {"b": 1}}]),
        (b'{"a": 1}\n', [{"a": 1}]),
        (b'{"a": 1}\n{"b": 2}\n', [{"a": 1}, {"b": 2}]),
        (b'{"a": 1}{"b": 2}', [{"a": 1}, {"b": 2}]),
        (b'{"a": 1}, 2', [{"a": 1}]),
        (b'{\n"a": 1\n}\n', []),
        (b'{"a": 1', []),
    ],
)
def test_a_head_has_the_records_of_its_lines_and_the_members_of_its_one_object(text: bytes, records: list[object]) -> None:
    head = head_of(text)
    assert records == list(head.records)
    assert {"a": records[0]["a"] if records and isinstance(records[0], dict) else 1} == head.members
