"""The attached document: written, read back the same, and anything else refused."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prgate.errors import FormatError
from prgate.formats.traces import READERS, read_trace, recognises
from prgate.formats.traces.attached import MAX_BYTES, NAME, VERSION, About, attached_json, event_bytes
from prgate.formats.traces.reader import head_of
from prgate.model.trace import Attribution, Command, Edit, EventKind, InUse, Masked, Permit, Session, Trace, TraceEvent, Writer, Writes

MOMENT = "2026-01-05T08:00:00.123Z"
SHA = "0123456789abcdef0123456789abcdef01234567"
ABOUT = About(source="codex-rollout", branch="change", base=SHA, lines=(2, 1))

digests = st.lists(st.binary(min_size=8, max_size=8), max_size=3).map(b"".join)
moments = st.none() | st.sampled_from([MOMENT, "2026-01-05T08:00:00+01:00"])
texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)
paths = st.binary(min_size=1, max_size=12).filter(lambda path: b"\0" not in path) | st.sampled_from([b'"a"', b"\xff\xfe", "ä/b c".encode()])
oks = st.none() | st.booleans()
edits = st.builds(
    Edit,
    digests,
    st.lists(st.builds(Masked, st.integers(0, 99), st.integers(0, 99), st.binary(min_size=8, max_size=8))).map(tuple),
    digests,
)
commands = st.builds(
    Command,
    st.lists(texts, max_size=2).map(tuple),
    st.lists(paths, max_size=2).map(tuple),
    st.sampled_from(Writes),
    st.booleans(),
    st.none() | st.integers(-300, 300),
)


@st.composite
def traces(draw: st.DrawFn) -> Trace:
    sessions = draw(
        st.lists(
            st.builds(
                Session,
                agent=st.sampled_from(["claude-code", "unknown"]),
                id=st.none() | texts,
                version=st.none() | texts,
                models=st.lists(texts, max_size=2).map(tuple),
                started=moments,
                repository=st.none() | texts,
                branch=st.none() | texts,
                commit=st.sampled_from([None, SHA]),
                pull=st.none() | st.integers(1, 9999),
                in_use=st.lists(st.builds(InUse, texts, texts, st.sampled_from([None, "0" * 64])), max_size=2).map(tuple),
            ),
            min_size=1,
            max_size=3,
        )
    )
    number = st.integers(0, len(sessions) - 1)
    events = []
    for index, kind in enumerate(draw(st.lists(st.sampled_from(EventKind), min_size=1, max_size=6)), 1):
        events.append(
            TraceEvent(
                kind,
                draw(moments),
                ("t", index),
                draw(number),
                draw(st.none() | paths),
                draw(oks),
                draw(st.sampled_from(["", "Write", "server/tool", Permit.BYPASSED.value])),
                draw(st.booleans()),
                draw(edits) if kind is EventKind.EDIT else draw(st.none() | edits),
                draw(commands) if kind is EventKind.COMMAND else None,
            )
        )
    attributions = [
        Attribution(draw(paths), index, index + 3, draw(st.sampled_from(Writer)), SHA, ("t", index), draw(st.none() | number))
        for index in range(1, draw(st.integers(0, 2)) + 1)
    ]
    return Trace("t", NAME, tuple(sessions), tuple(events), 7, 2, tuple(attributions))


def document(**changed: Any) -> bytes:
    """A sound document with other members."""
    whole: dict[str, Any] = {
        "format": NAME,
        "version": VERSION,
        "source": "codex-rollout",
        "branch": "change",
        "sessions": [{"agent": "codex"}],
        "events": [{"kind": "message"}],
    }
    return json.dumps(whole | changed).encode()


def event(**members: Any) -> bytes:
    return document(events=[members])


@settings(deadline=None, max_examples=60)
@given(traces())
def test_what_is_written_is_read_back_the_same(trace: Trace) -> None:
    data = attached_json(trace, ABOUT)
    assert read_trace("t", data) == trace
    assert [reader.name for reader in READERS if reader.sniff(head_of(data))] == [NAME]
    assert attached_json(read_trace("t", data), ABOUT) == data
    assert data.isascii()


def test_a_sound_document_is_taken() -> None:
    assert read_trace("t", document()).agents == ("codex",)
    assert recognises(document())
    assert read_trace("t", document()).format == NAME


@pytest.mark.parametrize("version", [0, 2, "1", None])
def test_another_version_is_refused_and_the_cure_is_said(version: object) -> None:
    with pytest.raises(FormatError, match="attach the session again"):
        read_trace("t", document(version=version))


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (document(version=True), "version"),
        (document(version=1.0), "version"),
        (document(cwd="/home/dev"), "unknown key `cwd`"),
        (document(sessions=[{"agent": "codex", "cwd": "/home/dev"}]), r"sessions\[0\]: unknown key"),
        (document(sessions=[{"agent": "Codex CLI"}]), "one word"),
        (document(sessions=[{"agent": "codex", "pull": -1}]), "pull"),
        (document(sessions=[{"agent": "codex", "started": "yesterday"}]), "moment"),
        (document(sessions=[{"agent": "codex", "id": "x" * 1025}]), "id"),
        (document(sessions=[]), r"events\[0\]\.session: there is no such session"),
        (event(kind="thought"), "is not one of"),
        (event(kind="message", session=1), "no such session"),
        (event(kind="message", text="what was said"), "unknown key `text`"),
        (event(kind="message", path=""), "no path"),
        (event(kind="message", path="a\0b"), "no path"),
        (event(kind="message", path='"a"b'), "no path"),
        (event(kind="message", path='"a'), "no path"),
        (event(kind="message", name="not a name"), "name of a tool"),
        (event(kind="edit"), "which lines"),
        (event(kind="edit", edit={"lines": "AAAA"}), "8 bytes"),
        (event(kind="edit", edit={"lines": "A"}), "not base64"),
        (event(kind="edit", edit={"lines": "%"}), "base64"),
        (event(kind="edit", edit={"masked": [{"before": 1, "after": 1, "digest": "AAAA"}]}), "8 bytes"),
        (event(kind="command"), "says what it was"),
        (event(kind="message", command={}), "says what it was"),
        (event(kind="command", command={"paths": [""]}), "no path"),
        (document(attributions=[{"path": "a", "start": 2, "end": 1, "writer": "agent"}]), "no such lines"),
        (document(attributions=[{"path": "a", "start": 1, "end": 1, "writer": "agent", "session": 1}]), "no such session"),
        (document(attributions=[{"path": "", "start": 1, "end": 1, "writer": "agent"}]), "no path"),
        (document(dropped={"thought": 1}), "is not one of"),
        (document(events=[]), "nothing that anybody did"),
        (document(read=1, skipped=2), "damaged or unknown"),
        (document()[:-1] + b',"read":0,"read":1}', "twice"),
    ],
)
def test_anything_else_is_refused(data: bytes, why: str) -> None:
    with pytest.raises(FormatError, match=why):
        read_trace("t", data)


def test_a_document_over_its_size_is_refused() -> None:
    with pytest.raises(FormatError, match="at most") as caught:
        read_trace("t", document() + b" " * MAX_BYTES)
    assert caught.value.over_limit


@settings(deadline=None, max_examples=60)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["kind", "agent", "lines", "x"]), inner, max_size=3),
        max_leaves=8,
    ),
    st.sampled_from(["source", "branch", "base", "read", "lines", "outside", "dropped", "redacted", "sessions", "events", "attributions"]),
)
def test_hostile_values_end_in_a_format_error_or_a_trace(value: object, key: str) -> None:
    with suppress(FormatError):
        read_trace("t", document(**{key: value}))


def test_an_event_takes_as_many_bytes_as_is_said() -> None:
    told = TraceEvent(EventKind.EDIT, MOMENT, ("t", 1), path=b"a.py", edit=Edit(bytes(16)))
    trace = Trace("t", NAME, (Session("codex"),), (told,), 1, 0)
    one, two = (
        len(attached_json(replace(trace, events=(told,) * count), replace(ABOUT, out=dict.fromkeys(range(count), 3)))) for count in (1, 2)
    )
    assert event_bytes(told, 3) == two - one


def test_what_is_counted_beside_the_trace_is_in_the_document() -> None:
    about = About("atif", "change", None, (3, 4), {0: 4}, 2, {"command": 9}, {"github-token": 1}, {"aws": 5})
    trace = Trace("t", NAME, (Session("codex"),), (TraceEvent(EventKind.EDIT, None, ("t", 1), edit=Edit()),), 1, 0)
    told = json.loads(attached_json(trace, about))
    assert told["events"] == [{"kind": "edit", "edit": {"out": 4}}]
    assert {key: told[key] for key in ("source", "branch", "lines", "outside", "dropped", "redacted", "secrets")} == {
        "source": "atif",
        "branch": "change",
        "lines": {"within": 3, "out": 4},
        "outside": 2,
        "dropped": {"command": 9},
        "redacted": {"github-token": 1},
        "secrets": {"aws": 5},
    }
