"""Invented sessions of every format, as long as wanted: what comes first, what each turn adds, what comes last."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

AT = "2026-03-01T10:00:00.000Z"
SHA = "0123456789abcdef0123456789abcdef01234567"


@dataclass(frozen=True, slots=True)
class Turn:
    """What happens in one turn: numbers from 0, what the command printed, what the edit brings in."""

    number: int
    shown: str
    code: str

    @property
    def path(self) -> str:
        return f"src/part_{self.number % 40}.py"


@dataclass(frozen=True, slots=True)
class Invented:
    """A session: ``opens``, then ``turn`` of each turn with ``between`` them, then ``closes``."""

    opens: str
    turn: Callable[[Turn], str]
    between: str = ""
    closes: str = ""

    def pieces(self, turns: Iterator[Turn]) -> Iterator[bytes]:
        """The session piece by piece."""
        yield self.opens.encode()
        for number, turn in enumerate(turns):
            yield f"{self.between if number else ''}{self.turn(turn)}".encode()
        yield self.closes.encode()


def small(name: str) -> bytes:
    """Two turns of a format."""
    turns = (Turn(number, f"1 passed, [REDACTED] {number}\n", f"def part_{number}():\n    return {number}\n") for number in range(2))
    return b"".join(INVENTED[name].pieces(turns))


def _lines(*records: Any) -> str:
    return "".join(json.dumps(record, separators=(",", ":")) + "\n" for record in records)


def _joined(*records: Any) -> str:
    return ",".join(json.dumps(record) for record in records)


def _agent_trace(turn: Turn) -> str:
    ranges = [
        {"start_line": 1 + 20 * at, "end_line": 9 + 20 * at, "content_hash": f"sha256:{at:08x}"} for at in range(len(turn.code) // 100 + 1)
    ]
    said = {"url": "file:///home/dev/a.jsonl", "contributor": {"type": "ai", "model_id": "acme/model"}, "ranges": ranges}
    record = {
        "version": "0.1.0",
        "id": f"r{turn.number}",
        "timestamp": AT,
        "vcs": {"type": "git", "revision": SHA},
        "tool": {"name": "cursor", "version": "3"},
    }
    return _lines(
        record | {"files": [{"path": turn.path, "conversations": [said]}], "metadata": {"conversation_id": "c", "note": turn.shown}}
    )


def _aider(turn: Turn) -> str:
    block = f"{turn.path}\n```python\n<<<<<<< SEARCH\n=======\n{turn.code}>>>>>>> REPLACE\n```\n"
    shown = "".join(f"> {line}  \n" for line in turn.shown.splitlines())
    return f"\n#### mend part {turn.number}  \n\nHere it is.\n\n{block}\n> Applied edit to {turn.path}  \n> Commit 0123456 feat: mend  \n{shown}"


def _atif(turn: Turn) -> str:
    number = 2 * turn.number
    call = {"tool_call_id": f"c{number}", "function_name": "Bash", "arguments": {"command": "pytest -q"}}
    write = {"tool_call_id": f"w{number}", "function_name": "Write", "arguments": {"file_path": f"/r/{turn.path}", "content": turn.code}}
    observed = {"results": [{"source_call_id": f"c{number}", "content": turn.shown}, {"source_call_id": f"w{number}", "content": "ok"}]}
    act = {
        "step_id": number + 2,
        "timestamp": AT,
        "source": "agent",
        "message": "Doing.",
        "tool_calls": [call, write],
        "observation": observed,
    }
    return _joined({"step_id": number + 1, "timestamp": AT, "source": "user", "message": "mend it"}, act)


def _attached(turn: Turn) -> str:
    return json.dumps({"kind": "edit", "at": AT, "ok": True, "name": "Write", "path": turn.path, "edit": {"lines": "AAECAwQFBgc="}})


def _claude(turn: Turn, about: Callable[[int], dict[str, Any]]) -> str:
    def did(at: int, call: str, tool: str, given: Any) -> dict[str, Any]:
        block = {"type": "tool_use", "id": call, "name": tool, "input": given}
        return about(at) | {
            "type": "assistant",
            "message": {"role": "assistant", "model": "acme", "content": [{"type": "text", "text": "So."}, block]},
        }

    def saw(at: int, call: str, words: str, told: Any) -> dict[str, Any]:
        block = {"type": "tool_result", "tool_use_id": call, "content": words, "is_error": False}
        return about(at) | {"type": "user", "message": {"role": "user", "content": [block]}, "toolUseResult": told}

    at, path = turn.number * 7, f"/r/{turn.path}"
    hunk = {"oldStart": 1, "oldLines": 0, "newStart": 1, "newLines": 2, "lines": [f"+{line}" for line in turn.code.splitlines()]}
    return _lines(
        about(at) | {"type": "user", "permissionMode": "default", "message": {"role": "user", "content": "mend it"}},
        did(at + 1, f"r{at}", "Read", {"file_path": path}),
        saw(at + 2, f"r{at}", turn.code, {"type": "text", "file": {"filePath": path, "content": turn.code}}),
        did(at + 3, f"b{at}", "Bash", {"command": "cd /r && pytest -q tests"}),
        saw(at + 4, f"b{at}", turn.shown, {"stdout": turn.shown, "stderr": "", "interrupted": False}),
        did(at + 5, f"w{at}", "Edit", {"file_path": path, "old_string": "x", "new_string": turn.code}),
        saw(at + 6, f"w{at}", "The file has been updated.", {"filePath": path, "structuredPatch": [hunk]}),
    )


def _transcript(turn: Turn) -> str:
    return _claude(
        turn, lambda at: {"sessionId": "s", "uuid": f"u{at}", "timestamp": AT, "cwd": "/r", "version": "2.1.0", "gitBranch": "b"}
    )


def _stream(turn: Turn) -> str:
    return _claude(turn, lambda at: {"session_id": "s", "uuid": f"u{at}"})


def _codex_exec(turn: Turn) -> str:
    ran = {"id": f"i{turn.number}", "type": "command_execution", "command": "bash -lc 'pytest -q'", "aggregated_output": turn.shown}
    change = {"id": f"f{turn.number}", "type": "file_change", "changes": [{"path": turn.path, "kind": "update"}], "status": "completed"}
    return _lines(
        {"type": "turn.started"},
        {"type": "item.started", "item": ran | {"status": "in_progress"}},
        {"type": "item.completed", "item": ran | {"exit_code": 0, "status": "completed"}},
        {"type": "item.completed", "item": change},
        {"type": "item.completed", "item": {"id": f"m{turn.number}", "type": "agent_message", "text": turn.code}},
    )


def _rollout(turn: Turn) -> str:
    def line(kind: str, **payload: Any) -> dict[str, Any]:
        return {"timestamp": AT, "type": kind, "payload": payload}

    patch = (
        f"*** Begin Patch\n*** Update File: {turn.path}\n@@\n" + "".join(f"+{row}\n" for row in turn.code.splitlines()) + "*** End Patch"
    )
    test, edit = f"t{turn.number}", f"e{turn.number}"
    shell = {"type": "function_call", "name": "shell", "arguments": json.dumps({"command": ["bash", "-lc", "pytest -q"]}), "call_id": test}
    told = json.dumps({"output": turn.shown, "metadata": {"exit_code": 0, "duration_seconds": 0.1}})
    return _lines(
        line("event_msg", type="user_message", message="mend it"),
        line("response_item", **shell),
        line("response_item", type="function_call_output", call_id=test, output=told),
        line("response_item", type="custom_tool_call", name="apply_patch", input=patch, call_id=edit, status="completed"),
        line(
            "response_item", type="custom_tool_call_output", call_id=edit, output=json.dumps({"output": "ok", "metadata": {"exit_code": 0}})
        ),
    )


def _copilot(turn: Turn) -> str:
    def event(type_: str, **data: Any) -> dict[str, Any]:
        return {"type": type_, "data": data, "id": f"e{turn.number}", "timestamp": AT, "parentId": None}

    test, edit = f"t{turn.number}", f"e{turn.number}"
    return _lines(
        event("user.message", content="mend it"),
        event("tool.execution_start", toolCallId=test, toolName="bash", arguments={"command": "pytest -q"}),
        event("permission.completed", toolCallId=test, result={"kind": "approved"}, decisionSource="human_response"),
        event("tool.execution_complete", toolCallId=test, success=True, result={"content": turn.shown, "detailedContent": turn.shown}),
        event("tool.execution_start", toolCallId=edit, toolName="create", arguments={"path": f"/r/{turn.path}", "file_text": turn.code}),
        event("tool.execution_complete", toolCallId=edit, success=True, result={"content": "Created."}),
    )


def _cursor(turn: Turn) -> str:
    def call(tool: str, name: str, args: Any, result: Any) -> Iterator[dict[str, Any]]:
        base = {"type": "tool_call", "call_id": f"{name}{turn.number}", "session_id": "s", "timestamp_ms": 1767225600123}
        yield base | {"subtype": "started", "tool_call": {f"{tool}ToolCall": {"args": args}}}
        yield base | {"subtype": "completed", "tool_call": {f"{tool}ToolCall": {"args": args, "result": {"success": result}}}}

    diff = "".join(f"+{line}\n" for line in turn.code.splitlines())
    return _lines(
        {"type": "user", "session_id": "s", "message": {"role": "user", "content": [{"type": "text", "text": "mend it"}]}},
        *call("shell", "t", {"command": "pytest -q"}, {"exitCode": 0, "stdout": turn.shown}),
        *call("edit", "e", {"path": f"/r/{turn.path}"}, {"diffString": f"@@ -0,0 +1,2 @@\n{diff}", "afterFullFileContent": turn.code}),
    )


def _gemini(turn: Turn) -> str:
    def called(tool: str, given: Any, said: str) -> dict[str, Any]:
        answer = [{"functionResponse": {"id": f"{tool}{turn.number}", "name": tool, "response": {"output": said}}}]
        return {"id": f"{tool}{turn.number}", "name": tool, "args": given, "status": "success", "timestamp": AT, "result": answer}

    calls = [
        called("run_shell_command", {"command": "pytest -q"}, f"Output: {turn.shown}\nExit Code: 0"),
        called("write_file", {"file_path": f"/r/{turn.path}", "content": turn.code}, "Created."),
    ]
    return _joined(
        {"id": f"u{turn.number}", "timestamp": AT, "type": "user", "content": "mend it"},
        {"id": f"g{turn.number}", "timestamp": AT, "type": "gemini", "content": "Doing.", "model": "acme", "toolCalls": calls},
    )


def _git_ai(turn: Turn) -> str:
    talk = [
        {"type": "user", "text": "mend it", "timestamp": AT},
        {"type": "assistant", "text": turn.shown, "timestamp": AT},
        {"type": "tool_use", "name": "Write", "input": {"file_path": turn.path, "content": turn.code}, "timestamp": AT},
    ]
    writer = {"agent_id": {"tool": "claude", "id": f"c{turn.number}", "model": "acme"}, "human_author": "Robin Roe", "messages": talk}
    return f'"{turn.number:016x}":{json.dumps(writer)}'


def _mini(turn: Turn) -> str:
    return _joined(
        {
            "role": "assistant",
            "content": f"THOUGHT: so.\n\n```mswea_bash_command\ncat > {turn.path} <<'EOF'\n{turn.code}EOF\n```",
            "extra": {"timestamp": 1.5},
        },
        {"role": "user", "content": f"<returncode>0</returncode>\n<output>\n{turn.shown}</output>", "extra": {"returncode": 0}},
    )


def _openhands(turn: Turn) -> str:
    def acted(at: int, action: str, **args: Any) -> dict[str, Any]:
        return {"id": at, "timestamp": "2026-03-01T10:00:00.1", "source": "agent", "message": "", "action": action, "args": args}

    def saw(at: int, what: str, said: str, **extras: Any) -> dict[str, Any]:
        return {"id": at + 1, "source": "agent", "cause": at, "observation": what, "content": said, "extras": extras}

    at = 10 + 4 * turn.number
    return _joined(
        acted(at, "run", command="pytest -q"),
        saw(at, "run", turn.shown, metadata={"exit_code": 0}),
        acted(at + 2, "write", path=f"/workspace/r/{turn.path}", content=turn.code),
        saw(at + 2, "write", "ok"),
    )


def _swe(turn: Turn) -> str:
    state = '{"open_file": "n/a", "working_dir": "/r"}'
    text = f"cat > {turn.path} <<'EOF'\n{turn.code}EOF"
    return _joined(
        {"action": "pytest -q", "observation": turn.shown, "response": "So.", "thought": "", "state": state},
        {"action": text, "observation": "", "response": text, "thought": "", "state": state},
    )


_ATIF = {"schema_version": "ATIF-v1.8", "session_id": "s", "agent": {"name": "codex", "version": "1.2.3", "model_name": "acme"}}
_NOTE = {"schema_version": "authorship/3.0.0", "git_ai_version": "1.4.0", "base_commit_sha": SHA}
_ATTACHED = {
    "format": "prgate-attached",
    "version": 1,
    "source": "claude-transcript",
    "branch": "change",
    "sessions": [{"agent": "claude-code"}],
}
_CURSOR = {
    "type": "system",
    "subtype": "init",
    "apiKeySource": "login",
    "cwd": "/r",
    "session_id": "s",
    "model": "acme",
    "permissionMode": "default",
}
_STREAM = {
    "type": "system",
    "subtype": "init",
    "session_id": "s",
    "tools": ["Bash"],
    "cwd": "/r",
    "claude_code_version": "2.1.0",
    "permissionMode": "plan",
}
_META = {
    "id": "s",
    "cwd": "/r",
    "cli_version": "0.1",
    "git": {"commit_hash": SHA, "branch": "main", "repository_url": "https://forge.example/a/b.git"},
}
_COPILOT = {
    "sessionId": "s",
    "copilotVersion": "1.0.64",
    "startTime": AT,
    "context": {"cwd": "/r", "gitRoot": "/r", "branch": "main", "headCommit": SHA},
}
_ASKED = {
    "id": 0,
    "timestamp": "2026-03-01T10:00:00.1",
    "source": "user",
    "message": "",
    "action": "message",
    "args": {"content": "mend it"},
}
_MINI = {"trajectory_format": "mini-swe-agent-1.1", "info": {"mini_version": "1.17.0", "exit_status": "Submitted"}}
_AIDER = "\n# aider chat started at 2026-11-20 10:00:00\n\n> Aider v0.86.1  \n> Main model: acme with diff edit format  \n"


def _open(document: Any, rest: str) -> str:
    """A document with more members to come."""
    return f"{json.dumps(document)[:-1]},{rest}"


INVENTED = {
    "agent-trace": Invented("", _agent_trace),
    "aider": Invented(_AIDER, _aider),
    "atif": Invented(_open(_ATIF, '"steps":['), _atif, ",", "]}"),
    "prgate-attached": Invented(_open(_ATTACHED, '"events":['), _attached, ",", "]}"),
    "claude-stream-json": Invented(_lines(_STREAM), _stream),
    "claude-transcript": Invented("", _transcript),
    "codex-exec-json": Invented(_lines({"type": "thread.started", "thread_id": "t"}), _codex_exec),
    "codex-rollout": Invented(_lines({"timestamp": AT, "type": "session_meta", "payload": _META}), _rollout),
    "copilot-cli": Invented(_lines({"type": "session.start", "data": _COPILOT, "id": "e", "timestamp": AT, "parentId": None}), _copilot),
    "cursor-stream-json": Invented(_lines(_CURSOR), _cursor),
    "gemini-cli": Invented(_open({"sessionId": "s", "projectHash": "7e" * 32, "startTime": AT}, '"messages":['), _gemini, ",", "]}"),
    "git-ai-note": Invented(f"src/part_1.py\n  {0:016x} 1,3-5\n---\n" + _open(_NOTE, '"prompts":{'), _git_ai, ",", "}}"),
    "mini-swe-agent": Invented(_open(_MINI, '"messages":[{"role":"user","content":"mend it"},'), _mini, ",", "]}"),
    "openhands": Invented("[" + json.dumps(_ASKED) + ",", _openhands, ",", "]"),
    "swe-agent": Invented('{"environment":"x","trajectory":[', _swe, ",", '],"history":[{"role":"user","content":"mend it"}],"info":{}}'),
}
