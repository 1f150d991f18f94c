"""Records as Claude Code writes them, and what becomes of them."""

from __future__ import annotations

import json
from typing import Any

from prgate.formats.traces import read_trace
from prgate.formats.traces.draft import Scribe
from prgate.model.trace import Trace, TraceEvent


def transcript(*records: dict[str, Any], scribe: Scribe | None = None) -> Trace:
    """The trace of a transcript of the records, each with what every record has."""
    lines = [{"sessionId": "s", "uuid": str(number), "cwd": "/r", "version": "2.1.0"} | record for number, record in enumerate(records)]
    return read_trace("t", "\n".join(map(json.dumps, lines)).encode(), scribe)


def stream(*records: dict[str, Any], opening: dict[str, Any] | None = None, scribe: Scribe | None = None) -> Trace:
    """The trace of a stream of the records behind its opening."""
    start = {"type": "system", "subtype": "init", "tools": ["Bash"], "cwd": "/r", "claude_code_version": "2.1.0"} | (opening or {})
    return read_trace("t", "\n".join(json.dumps({"session_id": "s"} | record) for record in (start, *records)).encode(), scribe)


def said(content: Any, **more: Any) -> dict[str, Any]:
    """A record in the user's role."""
    return {"type": "user", "message": {"role": "user", "content": content}, **more}


def did(*blocks: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A record in the assistant's role."""
    return {"type": "assistant", "message": {"role": "assistant", "content": list(blocks)}, **more}


def call(name: str, **given: Any) -> dict[str, Any]:
    """The block of a tool call."""
    return {"type": "tool_use", "id": f"id-{name}", "name": name, "input": given}


def result(
    name: str, told: dict[str, Any] | str | None = None, *, failed: bool | None = None, words: Any = "words", **more: Any
) -> dict[str, Any]:
    """The record of the result of that call."""
    block: dict[str, Any] = {"type": "tool_result", "tool_use_id": f"id-{name}", "content": words}
    return said([block if failed is None else block | {"is_error": failed}], toolUseResult=told, **more)


def only(trace: Trace) -> TraceEvent:
    """The one event of a trace."""
    (event,) = trace.events
    return event
