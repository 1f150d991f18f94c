"""ATIF documents of invented sessions."""

from __future__ import annotations

import json
from typing import Any

from prgate.formats.traces import read_trace
from prgate.model.lines import unpacked
from prgate.model.trace import EventKind, Trace, TraceEvent

AT = "2026-11-20T10:00:00Z"
SHA = "0123456789abcdef0123456789abcdef01234567"
KEY = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"


def document(*steps: dict[str, Any], **more: Any) -> dict[str, Any]:
    told = [{"step_id": number, "timestamp": AT} | step for number, step in enumerate(steps, 1)]
    agent = {"name": "codex", "version": "1.2.3", "model_name": "gpt-6", "extra": {"cwd": "/r"}}
    return {"schema_version": "ATIF-v1.8", "session_id": "s", "agent": agent, "steps": told} | more


def trajectory(*steps: dict[str, Any], **more: Any) -> Trace:
    return read_trace("t", json.dumps(document(*steps, **more)).encode())


def asked(message: Any = "do it", **more: Any) -> dict[str, Any]:
    return {"source": "user", "message": message, **more}


def did(tool: str, arguments: Any, result: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    call = {"tool_call_id": "c", "function_name": tool, "arguments": arguments, **more}
    observed = {} if result is None else {"observation": {"results": [{"source_call_id": "c", **result}]}}
    return {"source": "agent", "message": "", "tool_calls": [call], **observed}


def only(trace: Trace, kind: EventKind | None = None) -> TraceEvent:
    (event,) = [event for event in trace.events if kind is None or event.kind is kind]
    return event


def lines(event: TraceEvent) -> frozenset[bytes]:
    assert event.edit is not None
    return unpacked(event.edit.lines)
