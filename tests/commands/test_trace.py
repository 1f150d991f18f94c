"""``prgate trace``: what it says of a session, what it refuses, and the session as ATIF."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tracemalloc
from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest

from prgate.commands.trace import trace
from prgate.errors import PrgateError
from prgate.formats.traces import read_trace
from prgate.formats.traces.blocks import MAX_BYTES
from prgate.model.trace import EventKind
from prgate.render.trace import trace_json, trace_text
from tests.formats.traces.recorded import ROLLOUT, STREAM, TRANSCRIPT

KEY = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"
SHA = "0123456789abcdef0123456789abcdef01234567"


@pytest.fixture
def session(tmp_path: Path) -> Path:
    path = tmp_path / "session.jsonl"
    path.write_bytes(TRANSCRIPT)
    return path


def run(capsys: pytest.CaptureFixture[str], *args: object) -> str:
    trace.main([str(arg) for arg in args], standalone_mode=False)
    return capsys.readouterr().out


def program(*args: object, stdin: bytes = b"", **environment: str) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "prgate", "trace", *map(str, args)]
    return subprocess.run(command, input=stdin, capture_output=True, check=False, env=os.environ | environment)


def atif(*told: dict[str, Any], steps: tuple[dict[str, Any], ...] = (), **agent: Any) -> bytes:
    steps = (*steps, {"source": "system", "message": "", "extra": {"prgate": list(told)}})
    document = {
        "schema_version": "ATIF-v1.7",
        "agent": {"name": "codex", "version": "1", **agent},
        "steps": [{"step_id": 1, **step} for step in steps],
    }
    return json.dumps(document).encode()


def digests(*each: bytes) -> str:
    return b64encode(b"".join(one * 8 for one in each)).decode()


def test_a_file_that_no_reader_takes_is_refused_with_the_formats_that_are_known(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("hello")
    done = program(tmp_path / "notes.txt")
    assert (2, b"") == (done.returncode, done.stdout)
    assert b"no reader takes this trace" in done.stderr
    assert b"atif" in done.stderr
    assert b"claude-transcript" in done.stderr


@pytest.mark.parametrize("name", ["missing.jsonl", "."])
def test_a_file_that_cannot_be_opened_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(PrgateError, match="cannot be read"):
        trace.main([str(tmp_path / name)], standalone_mode=False)


def test_a_file_over_the_limit_is_refused_with_its_size(tmp_path: Path) -> None:
    path = tmp_path / "huge.jsonl"
    with path.open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    with pytest.raises(PrgateError, match=f"{MAX_BYTES + 1:,} bytes are over the limit of {MAX_BYTES:,}"):
        trace.main([str(path)], standalone_mode=False)


def test_a_record_over_a_limit_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "long.jsonl"
    path.write_bytes(TRANSCRIPT + b"x" * (17 * 1024 * 1024))
    with pytest.raises(PrgateError) as refused:
        trace.main([str(path)], standalone_mode=False)
    assert "over the limit" in refused.value.message
    assert "one session at a time" in refused.value.help


def test_a_place_that_cannot_be_written_is_refused(session: Path, tmp_path: Path) -> None:
    with pytest.raises(PrgateError, match="cannot be written"):
        trace.main([str(session), "--output", str(tmp_path / "no" / "such" / "file")], standalone_mode=False)


def test_json_says_what_was_understood(session: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = json.loads(run(capsys, session, "--format", "json"))
    found = read_trace("t", TRANSCRIPT)
    assert ["format", "sessions", "events", "edits", "attributions", "read", "skipped", "leaks"] == list(told)
    assert ("claude-transcript", found.read, 0, [], {}) == (
        told["format"],
        told["read"],
        told["skipped"],
        told["leaks"],
        told["attributions"],
    )
    assert [kind.value for kind in EventKind] == list(told["events"])
    assert len(found.events) == sum(told["events"].values())
    keys = ["agent", "id", "version", "models", "started", "repository", "branch", "commit", "pull", "in_use"]
    assert keys == list(told["sessions"][0])
    assert "claude-code" == told["sessions"][0]["agent"]
    assert {event.path.decode() for event in found.events if event.kind is EventKind.EDIT and event.path} == set(told["edits"])
    assert all(count > 0 for count in told["edits"].values())


def test_lines_that_edits_of_a_file_share_count_once() -> None:
    write = {"kind": "edit", "path": "a.py", "edit": {"lines": digests(b"0", b"1")}}
    more = {
        "kind": "edit",
        "path": '"\\377"',
        "edit": {"lines": digests(b"0"), "masked": [{"before": 4, "after": 4, "digest": digests(b"2")}]},
    }
    told = json.loads(trace_json(read_trace("t", atif(write, write, more, {"kind": "edit", "edit": {"lines": digests(b"0")}}))))
    assert {"a.py": 2, "\\xff": 2} == told["edits"]


def test_attributions_are_lines_by_path_and_writer() -> None:
    lines = [
        {"path": "a.py", "start": 1, "end": 3, "writer": "agent", "revision": SHA},
        {"path": "a.py", "start": 7, "end": 7, "writer": "human"},
    ]
    found = read_trace("t", atif(extra={"prgate": {"attributions": lines}}))
    assert {"a.py": {"agent": 3, "human": 1}} == json.loads(trace_json(found))["attributions"]
    text = trace_text(found)
    assert "Attributions (3 agent, 1 human) cover 4 lines in 1 file:" in text
    assert "No events." in text
    assert "edits" not in text


def test_standard_input_is_read() -> None:
    done = program("-", "--format", "json", stdin=ROLLOUT)
    assert (0, b"") == (done.returncode, done.stderr)
    assert "codex-rollout" == json.loads(done.stdout)["format"]


def test_text_is_one_quiet_screen_without_colour() -> None:
    done = program("-", stdin=STREAM, NO_COLOR="1")
    text = done.stdout.decode()
    assert (0, b"") == (done.returncode, done.stderr)
    assert text.startswith("prgate: a trace in the format claude-stream-json, ")
    assert len(text.splitlines()) <= 30
    assert "\x1b" not in text
    assert "Edits bring in, short and repeated ones left out, " in text


def test_text_says_what_the_trace_does_not_tell() -> None:
    nothing = trace_text(read_trace("t", atif({"kind": "command", "command": {}}, {"kind": "message"})))
    assert "It does not tell: times, whether a command worked, edits, prompts, the repository, the commit that it started from." in nothing
    prompt = {"source": "user", "message": "do", "timestamp": "2026-11-20T10:00:00Z"}
    edit = {"kind": "edit", "path": "a", "edit": {"lines": digests(b"0")}}
    extra = {"repository": "octo/pay", "commit": SHA}
    done = {"kind": "command", "ok": True, "command": {"exit": 0, "tests": True}}
    assert "does not tell" not in trace_text(read_trace("t", atif(edit, done, steps=(prompt,), extra=extra)))
    assert "It does not tell: exit status." in trace_text(
        read_trace("t", atif(edit, {"kind": "command", "ok": True, "command": {}}, steps=(prompt,), extra=extra))
    )


def test_events_are_counted_with_what_matters_of_them() -> None:
    told: list[dict[str, Any]] = [
        {"kind": "command", "ok": False, "command": {"tests": True}},
        {"kind": "tool-call", "path": "a", "reads": True},
        {"kind": "tool-call"},
        {"kind": "approval", "name": "answer", "ok": False},
        {"kind": "approval", "name": "bypassed"},
        {"kind": "mcp-call"},
    ]
    text = trace_text(read_trace("t", atif(*told)))
    assert "credential" not in text
    assert "Events: 2 tool calls (1 file read), 1 command (1 failed, 1 of tests), 2 approvals (bypassed, no), 1 MCP call." in text


def test_a_session_is_shown_with_what_is_known_of_it() -> None:
    used = [{"kind": "rules", "name": f"{number}.md"} for number in range(7)]
    extra = {"repository": "octo/pay", "branch": "b", "commit": SHA, "pull": 12, "prgate": {"in_use": used}}
    text = trace_text(read_trace("t", atif({"kind": "prompt"}, extra=extra, model_name="gpt-6")))
    for line in (
        "Session: codex 1, gpt-6",
        "  repository octo/pay",
        "  branch b",
        f"  commit {SHA}",
        "  pull request 12",
        "  and 2 more in use",
    ):
        assert f"\n{line}\n" in text
    assert "  in use rules 0.md, rules 1.md" in text


def test_much_of_a_kind_is_counted_and_not_shown() -> None:
    edits = [{"kind": "edit", "path": f"{number}.py", "edit": {"lines": digests(b"0")}} for number in range(20)]
    text = trace_text(read_trace("t", atif(*edits) * 9))
    assert "1 credential can be read in it; replace it" in trace_text(read_trace("t", atif({"kind": "prompt"}, extra={"branch": KEY})))
    assert "and 4 more sessions" in text
    assert "and 8 more files" in text


def test_credentials_are_told_by_kind_and_line_alone() -> None:
    prompts = "\n".join(
        json.dumps({"type": "user", "sessionId": "s", "uuid": f"{number}", "message": {"content": KEY}}) for number in range(12)
    )
    found = read_trace("t", prompts.encode())
    leaks = json.loads(trace_json(found))["leaks"]
    assert (12, ["kind", "line"], list(range(1, 13))) == (len(leaks), list(leaks[0]), [leak["line"] for leak in leaks])
    text = trace_text(found, colour=True)
    assert KEY not in text + trace_json(found)
    assert "12 credentials can be read in it" in text
    assert "and 4 more" in text
    assert "\x1b[1;31m" in text


def test_what_a_trace_says_steers_no_terminal_and_no_log() -> None:
    edit = {"kind": "edit", "path": "a\x1b[31m\u202eb\n::error::x", "edit": {"lines": digests(b"0")}}
    extra = {"branch": "\x1b]0;x\x07\n::warning::y", "prgate": {"in_use": [{"kind": "rules", "name": "\n::stop-commands::z"}]}}
    found = read_trace("t", atif(edit, extra=extra, version="\u200b\n##[error]v"))
    for text in (trace_text(found), trace_json(found)):
        assert [] == [char for char in text if char != "\n" and not char.isprintable()]
        assert [] == [line for line in text.splitlines() if line.lstrip().startswith(("::", "##["))]


def test_a_converted_session_reads_back_the_same(session: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    written = tmp_path / "session.atif.json"
    assert "" == run(capsys, session, "--convert", "atif", "--output", written)
    first, again = (json.loads(run(capsys, path, "--format", "json")) for path in (session, written))
    assert ("claude-transcript", "atif") == (first["format"], again["format"])
    assert (first["events"], first["edits"]) == (again["events"], again["edits"])


def test_the_report_may_go_to_a_file(session: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "" == run(capsys, session, "--output", tmp_path / "report.txt")
    assert (tmp_path / "report.txt").read_text().startswith("prgate: a trace in the format claude-transcript, ")


def test_a_large_file_is_never_held_whole(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "large.jsonl"
    filler = json.dumps({"type": "system", "sessionId": "s", "uuid": "f", "note": "x" * 1_000_000}).encode() + b"\n"
    with path.open("wb") as file:
        file.write(TRANSCRIPT)
        for _ in range(60):
            file.write(filler)
    tracemalloc.start()
    try:
        run(capsys, path)
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
    finally:
        tracemalloc.stop()
