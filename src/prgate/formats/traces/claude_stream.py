"""Claude Code's ``--output-format stream-json``, one message a line, and claude-code-action's execution file, the same as one array."""

from __future__ import annotations

from collections.abc import Sequence

from prgate.formats.traces import claude
from prgate.formats.traces.reader import Reader
from prgate.formats.traces.records import Object, read_records
from prgate.formats.traces.session import Session, members_of, text, time_of
from prgate.model.trace import Trace

NAME = "claude-stream-json"

_SILENT = frozenset({
    "auth_status", "control_request", "control_response", "conversation_reset", "keep_alive", "prompt_suggestion", "rate_limit_event",
    "result", "stream_event", "system", "tool_progress", "tool_use_summary",
})  # fmt: skip
"""Messages that are understood and tell no event."""


def sniff(head: Sequence[Object]) -> bool:
    """Whether the stream opens or speaks in the SDK's way; other agents' streams share only single keys of it."""
    return any(_opens(record) or _speaks(record) for record in head)


def _opens(record: Object) -> bool:
    named = text(record.get("session_id")) is not None and isinstance(record.get("tools"), list)
    return record.get("type") == "system" and record.get("subtype") == "init" and named


def _speaks(record: Object) -> bool:
    message = members_of(record.get("message"))
    named = text(record.get("session_id")) is not None and "sessionId" not in record
    return record.get("type") == "assistant" and named and message.get("type") == "message" and text(message.get("model")) is not None


def read(name: str, data: bytes) -> Trace:
    """Read a stream or execution file. It holds no branch and, unless user messages are replayed, no prompt. Raises ``FormatError``."""
    session = Session(name, NAME, claude.AGENT)
    for number, record in read_records(data):
        session.count(understood=record is not None and _take(session, number, record))
    return session.finish()


def _take(session: Session, number: int, record: Object) -> bool:
    session.session = session.session or text(record.get("session_id"))
    at = time_of(record.get("timestamp"))
    match text(record.get("type")):
        case "system":
            session.agent_version = session.agent_version or text(record.get("claude_code_version"))
            session.cwd = session.cwd or text(record.get("cwd"))
            return True
        case "assistant":
            return claude.assistant(session, number, record, at=at)
        case "user":
            injected = any(record.get(mark) is True for mark in ("isMeta", "isSynthetic")) or record.get("parent_tool_use_id") is not None
            return claude.user(session, number, record, at=at, prompts=not injected)
        case kind:
            return kind in _SILENT


READER = Reader(NAME, claude.AGENT, sniff, read)
