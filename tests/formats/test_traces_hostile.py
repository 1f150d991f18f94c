"""Damaged, foreign and hostile bytes: a trace, or a refusal, and nothing else."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prgate.errors import FormatError
from prgate.formats.traces import blocks, draft, read_trace, recognises, records
from prgate.model.trace import EventKind, Trace
from tests.formats.traces.recorded import RECORDED, ROLLOUT, STREAM, TRANSCRIPT
from tests.formats.traces.seen import brings

PROMPT = b'{"type":"user","sessionId":"s","uuid":"%d","message":{"content":"do it"}}'


def prompts(trace: Trace) -> int:
    return sum(event.kind is EventKind.PROMPT for event in trace.events)


@pytest.mark.parametrize(
    "junk",
    [
        b"no json",
        b'{"type":"user","sessionId":"s","uuid":"9","message":{"content":"cut o',
        b"\0" * 64,
        b'{"type":"user","sessionId":"s","uuid":"9","message":{"content":"do it"},"n":NaN}',
        b'{"type":"user","sessionId":"s","uuid":"9","message":{"content":"do it"},"n":-Infinity}',
        b'{"type":"user","sessionId":"s","uuid":"9","message":{"content":"do it"},"n":%s}' % (b"9" * 5000),
        b"[" * 100_000,
        b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
        b'["a list"]',
        b'"a string"',
        b"17",
        b'{"type":"from-the-future","sessionId":"s"}',
        b'{"type":["user"]}',
        b'{"type":"user"}',
        b'{"type":"assistant","message":{"content":7}}',
        b'{"type":"user","message":{"content":7}}',
        b'{"type":"user","message":"do it"}',
    ],
)
def test_a_record_that_is_not_understood_is_skipped_and_counted(junk: bytes) -> None:
    trace = read_trace("t", b"\n".join((PROMPT % 1, junk, PROMPT % 2)))
    assert (trace.read, trace.skipped, prompts(trace)) == (2, 1, 2)


def test_a_file_is_not_searched_to_its_end_for_a_sign() -> None:
    assert recognises(b"{}\n" * 199 + PROMPT % 1)
    assert not recognises(b"{}\n" * 200 + PROMPT % 1)
    assert not recognises(b"{}\n" * 10 + b" " * blocks.HEAD + PROMPT % 1)


def test_a_cut_off_last_line_is_counted() -> None:
    whole = read_trace("t", TRANSCRIPT)
    cut = read_trace("t", TRANSCRIPT[:-40])
    assert (cut.read, cut.skipped) == (whole.read - 1, 1)


@pytest.mark.parametrize("data", RECORDED.values())
def test_line_ends_byte_order_marks_and_blank_lines_change_nothing(data: bytes) -> None:
    plain = read_trace("t", data)
    assert read_trace("t", b"\xef\xbb\xbf" + data.replace(b"\n", b"\r\n\n  \n")) == plain


def test_objects_glued_on_a_line_are_told_apart() -> None:
    glued = TRANSCRIPT.replace(b"\n", b"")
    assert read_trace("t", glued) == read_trace("t", TRANSCRIPT)


def test_a_separator_of_unicode_ends_no_line() -> None:
    trace = read_trace("t", '{"type":"user","sessionId":"s","uuid":"1","message":{"content":"a\u2028b\x0b\x0c\x85"}}'.encode())
    assert (trace.read, trace.skipped) == (1, 0)


def test_bytes_that_are_not_utf_8_stay_in_a_path() -> None:
    block = b'{"type":"tool_use","id":"t","name":"Read","input":{"file_path":"/r/caf\xe9.py"}}'
    data = b'{"type":"assistant","sessionId":"s","uuid":"u","cwd":"/r","message":{"content":[%s]}}' % block
    assert [event.path for event in read_trace("t", data).events] == [b"caf\xe9.py"]


def test_a_surrogate_without_its_other_half_is_no_traceback() -> None:
    block = b'{"type":"tool_use","id":"t","name":"Write","input":{"file_path":"/r/\\ud800.py","content":"\\udcff\\ud800 = 1"}}'
    data = b'{"type":"assistant","sessionId":"s","uuid":"u","cwd":"/r","message":{"content":[%s]}}' % block
    (event,) = read_trace("t", data).events
    assert (event.path, len(brings(event))) == (b"?.py", 1)


def test_an_account_without_content_is_none() -> None:
    data = b'{"type":"system","sessionId":"s","uuid":"u"}\n' * 3
    assert recognises(data)
    with pytest.raises(FormatError, match="claude-transcript: nothing that anybody did in 3 records"):
        read_trace("t", data)


def test_an_array_is_read_like_lines() -> None:
    array = json.dumps([json.loads(line) for line in STREAM.splitlines()], indent=2).encode()
    assert read_trace("t", array) == read_trace("t", STREAM)


@pytest.mark.parametrize("cut", [1, 2, 40])
def test_a_cut_off_array_keeps_what_came_before(cut: int) -> None:
    array = json.dumps([json.loads(line) for line in STREAM.splitlines()], indent=2).encode()
    trace = read_trace("t", array[:-cut])
    assert trace.read >= STREAM.count(b"\n") - 1
    assert len(trace.events) == len(read_trace("t", STREAM).events)


def test_a_log_line_in_brackets_is_no_array() -> None:
    assert read_trace("t", b"[WARN] slow start\n" + STREAM).skipped == 1


@pytest.mark.parametrize(
    ("limit", "value", "said"),
    [
        ((blocks, "MAX_BYTES"), 1000, "more than 1,000 bytes"),
        ((records, "MAX_RECORD"), 1000, "a line of [0-9,]+ bytes or more, 1,000 are allowed"),
        ((records, "MAX_RECORDS"), 5, "more than 5 lines"),
        ((draft, "MAX_EVENTS"), 3, "more than 3 events"),
        ((draft, "MAX_SETTLED"), 5, "results settle more than 5 events"),
        ((draft, "MAX_LINES"), 10, "more than 10 edited lines"),
    ],
)
def test_beyond_a_limit_a_trace_is_refused_as_such(monkeypatch: pytest.MonkeyPatch, limit: tuple[Any, str], value: int, said: str) -> None:
    monkeypatch.setattr(*limit, value)
    with pytest.raises(FormatError, match=said) as refused:
        read_trace("t", TRANSCRIPT)
    assert refused.value.over_limit


def test_a_long_line_after_the_first_is_over_the_limit_and_still_recognised() -> None:
    data = PROMPT % 1 + b"\n" + b"x" * (records.MAX_RECORD + 1)
    assert recognises(data)
    with pytest.raises(FormatError) as refused:
        read_trace("t", data)
    assert refused.value.over_limit


def test_a_long_element_of_an_array_is_over_the_limit_and_the_array_still_recognised() -> None:
    data = b"[" + STREAM.replace(b"\n", b",") + b'{"type":"' + b"x" * (records.MAX_RECORD * 2) + b'"}]'
    assert recognises(data)
    with pytest.raises(FormatError, match=r"a part of [0-9,]+ characters or more, 16,777,216 are allowed") as refused:
        read_trace("t", data)
    assert refused.value.over_limit


def test_glued_records_are_counted_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "MAX_RECORDS", 5)
    with pytest.raises(FormatError, match="more than 5 records") as refused:
        read_trace("t", TRANSCRIPT.replace(b"\n", b""))
    assert refused.value.over_limit


class Endless:
    """A file of one short record over and over."""

    LINE = (PROMPT % 1).ljust(1023) + b"\n"

    def __init__(self, size: int) -> None:
        self.size = size
        self.at = 0

    def read(self, size: int) -> bytes:
        start = self.at % 1024
        given = (self.LINE * (size // 1024 + 2))[start : start + min(size, self.size - self.at)]
        self.at += len(given)
        return given


def test_three_hundred_megabytes_are_refused() -> None:
    with pytest.raises(FormatError, match="more than 268,435,456 bytes") as refused:
        read_trace("t", Endless(300_000_000))
    assert refused.value.over_limit


_MARKS = ["type", "user", "assistant", "message", "content", "payload", "timestamp", "session_id", "tool_use", "input", "id", "output"]
_MARKS += ["event_msg", "response_item", "item_completed", "item", "FileChange", "changes", "function_call", "call_id", "arguments", "name"]
_MARKS += [
    "apply_patch",
    "exec_command",
    "cmd",
    "*** Begin Patch\n*** Add File: a\n+b",
    "structuredPatch",
    "lines",
    "edits",
    "Edit",
    "text",
]
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from(_MARKS) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(_MARKS), inner, max_size=6),
    max_leaves=25,
)


@settings(deadline=None, max_examples=150)
@given(st.lists(_VALUES, max_size=6), st.sampled_from(list(RECORDED.values())))
def test_values_of_any_shape_are_a_trace_with_honest_counts(values: list[Any], data: bytes) -> None:
    lines = b"".join(json.dumps(value).encode() + b"\n" for value in values)
    trace = read_trace("t", data + lines)
    assert trace.read + trace.skipped == data.count(b"\n") + len(values)


@settings(deadline=None, max_examples=100)
@given(st.dictionaries(st.sampled_from(_MARKS), _VALUES, max_size=6), st.sampled_from(["user", "assistant"]))
def test_messages_of_any_shape_are_survived(message: dict[str, Any], role: str) -> None:
    shaped = {"type": role, "message": message, "toolUseResult": message, "sessionId": "s", "uuid": "u"}
    trace = read_trace("t", TRANSCRIPT + json.dumps(shaped).encode())
    assert trace.read + trace.skipped == TRANSCRIPT.count(b"\n") + 1


@settings(deadline=None, max_examples=100)
@given(st.sampled_from(["response_item", "event_msg", "session_meta", "turn_context"]), st.dictionaries(st.sampled_from(_MARKS), _VALUES))
def test_payloads_of_any_shape_are_survived(kind: str, payload: dict[str, Any]) -> None:
    shaped = {"timestamp": "2026-01-01T00:00:00Z", "type": kind, "payload": payload}
    trace = read_trace("t", ROLLOUT + json.dumps(shaped).encode())
    assert trace.read + trace.skipped == ROLLOUT.count(b"\n") + 1


@settings(deadline=None, max_examples=100)
@given(st.sampled_from(list(RECORDED.values())), st.data())
def test_flipped_and_cut_bytes_are_a_trace_or_a_refusal(data: bytes, draw: st.DataObject) -> None:
    broken = bytearray(data)
    for place in draw.draw(st.lists(st.integers(0, len(data) - 1), max_size=20)):
        broken[place] ^= draw.draw(st.integers(1, 255))
    try:
        trace = read_trace("t", bytes(broken[: draw.draw(st.integers(0, len(broken)))]))
    except FormatError:
        return
    assert trace.events
