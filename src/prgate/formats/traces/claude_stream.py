"""Claude Code's ``--output-format stream-json``, one message a line, and claude-code-action's execution file, the same as one array."""

from __future__ import annotations

from typing import Final

from prgate.formats.traces import claude
from prgate.formats.traces.blocks import Blocks
from prgate.formats.traces.claude_context import available
from prgate.formats.traces.document import read_list
from prgate.formats.traces.draft import Draft
from prgate.formats.traces.reader import Head, Reader
from prgate.formats.traces.records import Object
from prgate.formats.traces.values import members_of, objects_of, text, time_of

NAME: Final = "claude-stream-json"

_SILENT: Final = frozenset({
    "auth_status", "control_request", "control_response", "conversation_reset", "keep_alive", "prompt_suggestion", "rate_limit_event",
    "stream_event", "tool_progress", "tool_use_summary",
})  # fmt: skip
"""Messages that are understood and tell no event."""


def sniff(head: Head) -> bool:
    """Whether the stream opens or speaks in the SDK's way; other agents' streams share only single keys of it."""
    return any(_opens(record) or _speaks(record) for record in head.records)


def _opens(record: Object) -> bool:
    named = text(record.get("session_id")) is not None and isinstance(record.get("tools"), list)
    return record.get("type") == "system" and record.get("subtype") == "init" and named


def _speaks(record: Object) -> bool:
    message = members_of(record.get("message"))
    named = text(record.get("session_id")) is not None and "sessionId" not in record
    return record.get("type") == "assistant" and named and message.get("type") == "message" and text(message.get("model")) is not None


def read(draft: Draft, blocks: Blocks) -> None:
    """Read a stream or execution file. It holds no branch and, unless user messages are replayed, no prompt. Raises ``FormatError``."""
    draft.session(claude.AGENT)
    telling = claude.Telling(draft)
    for number, record in read_list(blocks):
        draft.count(understood=record is not None and _take(telling, number, record))


def _take(telling: claude.Telling, number: int, record: Object) -> bool:
    draft = telling.draft
    at = time_of(record.get("timestamp"))
    if _opens(record) and draft.about.id not in {None, text(record.get("session_id"))}:
        draft.session(claude.AGENT)
    draft.tell(id=text(record.get("session_id")), started=at)
    match text(record.get("type")):
        case "system":
            if record.get("subtype") == "init":
                model = text(record.get("model")) or ""
                draft.tell(
                    version=text(record.get("claude_code_version")), cwd=text(record.get("cwd")), model=model.partition("[")[0] or None
                )
                available(draft, record)
            claude.permit(telling, number, record.get("permissionMode"), at=at)
        case "assistant":
            return claude.assistant(telling, number, record, at=at)
        case "user":
            injected = any(record.get(mark) is True for mark in ("isMeta", "isSynthetic")) or record.get("parent_tool_use_id") is not None
            return claude.user(telling, number, record, at=at, prompts=not injected)
        case "result":
            for denial in objects_of(record.get("permission_denials")):
                claude.refuse(telling, number, text(denial.get("tool_use_id")), at=at)
        case kind:
            return kind in _SILENT
    return True


READER: Final = Reader(
    NAME,
    (claude.AGENT,),
    sniff,
    read,
    holds="tool calls, results, exit codes, edits, permission modes, denials, skills and servers; no prompt",
    found="`claude -p --output-format stream-json`, `execution_file` of claude-code-action",
)
