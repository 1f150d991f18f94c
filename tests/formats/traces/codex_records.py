"""Records as Codex writes them, and what becomes of them."""

from __future__ import annotations

import json
from typing import Any

from prgate.formats.traces import read_trace
from prgate.formats.traces.draft import Scribe
from prgate.model.trace import EventKind, Trace, TraceEvent
from tests.formats.traces.seen import brings, digests

AT = "2026-01-01T00:00:00.000Z"
META = {"id": "s", "cwd": "/r", "cli_version": "0.1", "git": {"commit_hash": "a" * 40, "branch": "main"}}
PATCH = "*** Begin Patch\n*** Update File: src/a.py\n@@\n keep\n-old line\n+new line\n*** End Patch"


def enveloped(kind: str, payload: Any) -> dict[str, Any]:
    """A line of a rollout."""
    return {"timestamp": AT, "type": kind, "payload": payload}


def item(**payload: Any) -> dict[str, Any]:
    """A line with an item of the conversation."""
    return enveloped("response_item", payload)


def event(**payload: Any) -> dict[str, Any]:
    """A line with an event of the program."""
    return enveloped("event_msg", payload)


def completed(**payload: Any) -> dict[str, Any]:
    """A line with an item in the form that events have since 2026."""
    return event(type="item_completed", item=payload)


def message(role: str, *words: str) -> dict[str, Any]:
    """A message of some role."""
    return item(type="message", role=role, content=[{"type": "input_text", "text": word} for word in words])


def call(name: str, call_id: str | None = "c", **given: Any) -> dict[str, Any]:
    """A function call."""
    return item(type="function_call", name=name, arguments=json.dumps(given), call_id=call_id)


def output(text: Any, call_id: str = "c") -> dict[str, Any]:
    """The output of that call."""
    return item(type="function_call_output", call_id=call_id, output=text)


def rollout(*records: dict[str, Any], meta: dict[str, Any] = META, scribe: Scribe | None = None) -> Trace:
    """The trace of a rollout of the records."""
    return read_trace("t", "\n".join(map(json.dumps, (enveloped("session_meta", meta), *records))).encode(), scribe)


def only(trace: Trace) -> TraceEvent:
    """The one event of a trace."""
    (found,) = trace.events
    return found


def edits(trace: Trace) -> list[tuple[bytes | None, bool | None, bool]]:
    """(path, how it ended, whether it brings in ``new line``) of each edit."""
    return [(event.path, event.ok, brings(event) == digests("new line")) for event in trace.events if event.kind is EventKind.EDIT]
