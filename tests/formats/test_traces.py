"""Which reader takes what, and what the sessions recorded from the real programs say."""

from __future__ import annotations

import pytest

from prgate.errors import FormatError
from prgate.formats.traces import READERS, read_trace, recognises
from prgate.formats.traces.reader import head_of
from prgate.model.lines import line_digest
from prgate.model.trace import EventKind, Trace
from tests.formats.traces.recorded import RECORDED, ROLLOUT, STREAM, TRANSCRIPT
from tests.formats.traces.seen import brings


def told(trace: Trace, kind: EventKind) -> list[tuple[bytes | None, bool | None]]:
    return [(event.path, event.ok) for event in trace.events if event.kind is kind]


def brought_in(trace: Trace, path: bytes) -> frozenset[bytes]:
    return brings(*(event for event in trace.events if event.path == path))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n\n\n",
        b"# notes of 2026-01-01 10:00:00",
        b"{}",
        b'{"type":"assistant"}',
        b'[{"type":"assistant","message":{"content":[]}}]',
        b'{"type":"thread.started"}',
        b'{"type":"system","subtype":"init","session_id":"s","model":"m"}',
        b'[WARN] {"type":"assistant"}',
        b'{"type":["user"],"sessionId":"s","uuid":"u"}\n{"type":{"a":1},"payload":{},"timestamp":"t"}',
        b"\xff\xfe{\x00}\x00",
        b"\0" * 1000,
    ],
)
def test_content_of_no_known_format_is_refused(data: bytes) -> None:
    assert not recognises(data)
    known = ", ".join(reader.name for reader in READERS)
    with pytest.raises(FormatError, match=f"no reader takes this trace; known are {known}$"):
        read_trace("trace.jsonl", data)


def test_content_that_two_readers_take_is_refused() -> None:
    data = TRANSCRIPT + ROLLOUT
    assert not recognises(data)
    with pytest.raises(FormatError, match="more than one reader takes this trace: claude-transcript, codex-rollout"):
        read_trace("trace.jsonl", data)


@pytest.mark.parametrize("format_id", RECORDED)
def test_the_content_decides_and_not_the_file_name(format_id: str) -> None:
    assert recognises(RECORDED[format_id])
    trace = read_trace("rollout-2026.full.json", RECORDED[format_id])
    assert (trace.format, trace.name) == (format_id, "rollout-2026.full.json")


def test_a_recorded_session_is_taken_by_its_own_reader_alone() -> None:
    for format_id, data in RECORDED.items():
        head = head_of(data)
        assert [reader.name for reader in READERS if reader.sniff(head)] == [format_id]


@pytest.mark.parametrize("data", [TRANSCRIPT, STREAM])
def test_a_session_of_claude_code_is_read_whole(data: bytes) -> None:
    trace = read_trace("trace", data)
    (session,) = trace.sessions
    assert (session.agent, session.version, session.cwd, trace.skipped) == ("claude-code", "2.1.197", "/home/dev/pay", 0)
    assert (session.id, session.models) == ("6f1d2c3b-4a59-4e68-8b7a-0c9d8e7f6a5b", ("claude-opus-4-6",))
    assert told(trace, EventKind.APPROVAL) == [(None, None)]
    assert len(told(trace, EventKind.PROMPT)) == 1
    assert told(trace, EventKind.TOOL_CALL) == [
        (b"src/pay/crypto/token.py", True),
        (b"src/pay/net/retry.py", True),
        (b"tests/test_retry.py", True),
        (b"tests/test_cache.py", True),
    ]
    assert told(trace, EventKind.EDIT) == [
        (b"src/pay/crypto/token.py", True),
        (b"src/pay/crypto/token.py", True),
        (b"src/pay/net/retry.py", True),
        (b"src/pay/net/retry.py", True),
        (b"tests/test_retry.py", True),
        (b"tests/test_cache.py", True),
    ]
    assert [ok for _, ok in told(trace, EventKind.COMMAND)] == [True, True, False, True, True, True, True]
    assert [event.command.exit for event in trace.events if event.command] == [0, 0, 1, 0, 0, 0, 0]
    assert [event.command.tests for event in trace.events if event.command] == [True, False, True, True, False, True, False]
    assert line_digest(b'        raise ValueError("a secret needs 32 bytes or more")') in brought_in(trace, b"src/pay/crypto/token.py")
    assert line_digest(b"def sign(payload: bytes, key: Key) -> str:") not in brought_in(trace, b"src/pay/crypto/token.py")


def test_only_the_transcript_knows_the_branch() -> None:
    branches = [read_trace("t", data).sessions[0].branch for data in (TRANSCRIPT, STREAM)]
    assert branches == ["claude/rotate-keys", None]


def test_a_file_written_anew_brings_in_only_what_changed() -> None:
    for data in (TRANSCRIPT, STREAM):
        digests = brought_in(read_trace("t", data), b"tests/test_retry.py")
        assert line_digest(b"def test_waits_double_up_to_the_longest() -> None:") in digests
        assert line_digest(b"def test_an_answer_ends_the_attempts() -> None:") not in digests


def test_a_session_of_codex_is_read_whole() -> None:
    trace = read_trace("trace", ROLLOUT)
    (session,) = trace.sessions
    assert (session.agent, session.version, session.cwd, session.branch, trace.skipped) == ("codex", "0.169.0", "/home/dev/pay", "main", 0)
    assert (session.models, session.started) == (("gpt-5.2",), "2026-11-17T10:00:00.486Z")
    assert session.commit is not None
    assert len(session.commit) == 40
    assert [(event.name, event.ref) for event in trace.events if event.kind is EventKind.APPROVAL] == [("bypassed", ("trace", 6))]
    assert len(told(trace, EventKind.PROMPT)) == 1
    assert len(told(trace, EventKind.MESSAGE)) == 3
    assert told(trace, EventKind.TOOL_CALL) == [(b"src/pay/store/cache.py", None)]
    assert told(trace, EventKind.EDIT) == [
        (b"src/pay/store/cache.py", True),
        (b"tests/test_cache_length.py", True),
        (b"src/pay/store/cache.py", True),
    ]
    assert [ok for _, ok in told(trace, EventKind.COMMAND)] == [True, True, False, True, True]
    assert [event.command.exit for event in trace.events if event.command] == [0, 0, 1, 0, 0]
    assert line_digest(b"def __len__(self) -> int:") in brought_in(trace, b"src/pay/store/cache.py")


@pytest.mark.parametrize("data", RECORDED.values())
def test_events_are_in_order_and_name_their_record(data: bytes) -> None:
    trace = read_trace("name", data)
    numbers = [event.ref[1] for event in trace.events]
    assert numbers == sorted(numbers)
    assert {event.ref[0] for event in trace.events} == {"name"}
    assert trace.read + trace.skipped == data.count(b"\n")


@pytest.mark.parametrize("data", RECORDED.values())
def test_nothing_that_a_person_or_a_model_wrote_is_kept(data: bytes) -> None:
    trace = repr(read_trace("name", data))
    for words in ("Close #412", "entries it holds", "I will", "test_retry.py -q", "RETIRED_KEYS", " passed"):
        assert words not in trace


def test_a_name_that_is_no_tool_name_is_not_kept() -> None:
    block = b'{"type":"tool_use","id":"t","name":"@sec-lead <b>please approve</b>","input":{}}'
    data = b'{"type":"assistant","sessionId":"s","uuid":"u","message":{"content":[%s]}}' % block
    assert [(event.kind, event.name) for event in read_trace("t", data).events] == [(EventKind.TOOL_CALL, "")]
