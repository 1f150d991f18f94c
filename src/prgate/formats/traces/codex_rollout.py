"""Codex CLI's rollout, ``$CODEX_HOME/sessions/…/rollout-*.jsonl``: items in an envelope, before September 2025 without one.

Sources: rollouts written by Codex 0.40 to 0.169 and the item types of its protocol crate.
"""

from __future__ import annotations

from typing import Final

from prgate.formats.traces.blocks import Blocks
from prgate.formats.traces.codex_calls import Rollout, call_tool, note_change, note_mcp, note_run, settle_output
from prgate.formats.traces.codex_context import INJECTED, injected, origin, turn
from prgate.formats.traces.draft import Draft
from prgate.formats.traces.reader import Head, Reader
from prgate.formats.traces.records import Object, members, read_records
from prgate.formats.traces.values import members_of, objects_of, text, time_of, words_of
from prgate.model.trace import EventKind

NAME: Final = "codex-rollout"
AGENT: Final = "codex"

_ENVELOPES: Final = frozenset({
    "compacted", "event_msg", "inter_agent_communication", "inter_agent_communication_metadata", "response_item", "session_meta",
    "token_usage_record", "turn_context", "world_state",
})  # fmt: skip
_SILENT_ITEMS: Final = frozenset({
    "additional_tools", "agent_message", "compaction", "compaction_summary", "compaction_trigger", "context_compaction", "ghost_snapshot",
    "image_generation_call", "other", "reasoning", "tool_search_call", "tool_search_output",
})  # fmt: skip


def sniff(head: Head) -> bool:
    """Whether a record stands in a rollout's envelope, or is a line that only rollouts without envelopes have."""
    return any(_enveloped(record) or _opens(record) or record.get("record_type") == "state" for record in head.records)


def _enveloped(record: Object) -> bool:
    return text(record.get("type")) in _ENVELOPES and isinstance(record.get("payload"), dict) and text(record.get("timestamp")) is not None


def _opens(record: Object) -> bool:
    return "type" not in record and "instructions" in record and bool(text(record.get("id")) and text(record.get("timestamp")))


def read(draft: Draft, blocks: Blocks) -> None:
    """Read a rollout; prompts and messages that it holds twice count once. Raises ``FormatError``."""
    draft.session(AGENT)
    rollout = Rollout(draft)
    for number, record in read_records(blocks):
        draft.count(understood=record is not None and _take(rollout, number, record))
    draft.dropped.update(rollout.doubles())


def _take(rollout: Rollout, number: int, record: Object) -> bool:
    at = time_of(record.get("timestamp"))
    if not _enveloped(record):
        if _opens(record):
            origin(rollout.draft, record)
            return True
        return record.get("record_type") == "state" or _item(rollout, number, record, at=at)
    payload = members_of(record.get("payload"))
    match record.get("type"):
        case "session_meta":
            origin(rollout.draft, payload)
        case "turn_context":
            turn(rollout.draft, number, payload, at=at)
        case "response_item":
            return _item(rollout, number, payload, at=at)
        case "event_msg":
            return _event(rollout, number, payload, at=at)
        case _:
            pass
    return True


def _event(rollout: Rollout, number: int, event: Object, *, at: str | None) -> bool:
    call = text(event.get("call_id"))
    match event.get("type"):
        case "user_message":
            rollout.say(EventKind.PROMPT, number, words_of(event.get("message")), at=at, form="event")
        case "agent_message":
            rollout.say(EventKind.MESSAGE, number, words_of(event.get("message")), at=at, form="event")
        case "exec_command_end":
            note_run(rollout, number, event, at=at, call=call)
        case "patch_apply_end":
            note_change(rollout, number, event, at=at, call=call)
        case "mcp_tool_call_end":
            note_mcp(rollout, number, event, at=at, call=call)
        case "thread_settings_applied":
            turn(rollout.draft, number, members_of(event.get("thread_settings")), at=at)
        case "item_completed":
            _completed(rollout, number, members_of(event.get("item")), at=at)
        case kind:
            return isinstance(kind, str)
    return True


def _completed(rollout: Rollout, number: int, item: Object, *, at: str | None) -> None:
    """The form that events have since 2026; the item's id is its call's."""
    call = text(item.get("id"))
    match item.get("type"):
        case "UserMessage":
            rollout.say(EventKind.PROMPT, number, words_of(item.get("content")), at=at, form="completed")
        case "AgentMessage":
            rollout.say(EventKind.MESSAGE, number, words_of(item.get("content")), at=at, form="completed")
        case "CommandExecution":
            note_run(rollout, number, item, at=at, call=call)
        case "FileChange":
            note_change(rollout, number, item, at=at, call=call)
        case "McpToolCall":
            note_mcp(rollout, number, item, at=at, call=call)
        case "Plan":
            rollout.draft.add(EventKind.DECISION, number, at=at, name="plan")
        case _:
            pass


def _item(rollout: Rollout, number: int, item: Object, *, at: str | None) -> bool:
    call = text(item.get("call_id")) or text(item.get("id"))
    match text(item.get("type")):
        case "message":
            _message(rollout, number, item, at=at)
        case "function_call":
            arguments = item.get("arguments")
            given = members(arguments) if isinstance(arguments, str) else {}
            namespace = text(item.get("namespace"))
            call_tool(rollout, number, text(item.get("name")) or "", given, at=at, call=call, namespace=namespace)
        case "custom_tool_call":
            call_tool(rollout, number, text(item.get("name")) or "", {"input": item.get("input")}, at=at, call=call)
        case "local_shell_call":
            action = members_of(item.get("action"))
            given = {"command": action.get("command"), "workdir": action.get("working_directory")}
            call_tool(rollout, number, "shell", given, at=at, call=call)
        case "web_search_call":
            rollout.draft.add(EventKind.TOOL_CALL, number, at=at, name="web_search", call=call)
        case "function_call_output" | "custom_tool_call_output" | "local_shell_call_output":
            settle_output(rollout, number, call, item.get("output"), at=at)
        case kind:
            return kind in _SILENT_ITEMS
    return True


def _message(rollout: Rollout, number: int, message: Object, *, at: str | None) -> None:
    words = [piece for block in objects_of(message.get("content")) if isinstance(piece := block.get("text"), str) and piece.strip()]
    if message.get("role") == "assistant" and words:
        rollout.say(EventKind.MESSAGE, number, "\n".join(words), at=at, form="item")
    elif message.get("role") == "user":
        put = [piece.lstrip() for piece in words if piece.lstrip().startswith(INJECTED)]
        for piece in put:
            injected(rollout.draft, number, piece, at=at)
        if len(put) < len(words):
            rollout.say(EventKind.PROMPT, number, "\n".join(words), at=at, form="item")


READER: Final = Reader(
    NAME,
    (AGENT,),
    sniff,
    read,
    holds="prompts, commands with exit codes, edits, MCP calls, approval policy and sandbox, AGENTS.md, repository and base commit",
    found="`$CODEX_HOME/sessions/…/rollout-*.jsonl`",
)
