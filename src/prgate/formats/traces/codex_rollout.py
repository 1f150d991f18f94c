"""Codex CLI's rollout, ``$CODEX_HOME/sessions/…/rollout-*.jsonl``: items in an envelope, before September 2025 without one.

Sources: rollouts written by Codex 0.40 to 0.169 and the item types of its protocol crate.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from prgate.formats.traces.codex_calls import Rollout, call_tool, note_change, note_run, settle_output
from prgate.formats.traces.reader import Reader
from prgate.formats.traces.records import Object, members, read_records
from prgate.formats.traces.session import Session, commit_of, members_of, objects_of, text, time_of
from prgate.model.trace import EventKind, Trace

NAME = "codex-rollout"
AGENT = "codex"

_ENVELOPES = frozenset({
    "compacted", "event_msg", "inter_agent_communication", "inter_agent_communication_metadata", "response_item", "session_meta",
    "token_usage_record", "turn_context", "world_state",
})  # fmt: skip
_INJECTED = (
    "# AGENTS.md instructions", "<environment_context>", "<permissions instructions>", "<skill>", "<subagent_notification>",
    "<turn_aborted>", "<user_instructions>", "<user_shell_command>",
)  # fmt: skip
"""Text in the user's role that the program put there."""
_SILENT_ITEMS = frozenset({
    "additional_tools", "compaction", "compaction_trigger", "context_compaction", "ghost_snapshot", "image_generation_call", "other", "reasoning", "tool_search_call",
    "tool_search_output",
})  # fmt: skip
_CWD = re.compile(r"<cwd>([^<\n]{1,1024})</cwd>")


def sniff(head: Sequence[Object]) -> bool:
    """Whether a record stands in a rollout's envelope, or is a line that only rollouts without envelopes have."""
    return any(_enveloped(record) or _opens(record) or record.get("record_type") == "state" for record in head)


def _enveloped(record: Object) -> bool:
    return text(record.get("type")) in _ENVELOPES and isinstance(record.get("payload"), dict) and text(record.get("timestamp")) is not None


def _opens(record: Object) -> bool:
    return "type" not in record and "instructions" in record and bool(text(record.get("id")) and text(record.get("timestamp")))


def read(name: str, data: bytes) -> Trace:
    """Read a rollout; prompts and messages that it holds twice count once. Raises ``FormatError``."""
    rollout = Rollout(Session(name, NAME, AGENT))
    for number, record in read_records(data):
        rollout.session.count(understood=record is not None and _take(rollout, number, record))
    return rollout.session.finish(rollout.doubles())


def _take(rollout: Rollout, number: int, record: Object) -> bool:
    at = time_of(record.get("timestamp"))
    if not _enveloped(record):
        if _opens(record):
            _meta(rollout.session, record)
            return True
        return record.get("record_type") == "state" or _item(rollout, number, record, at=at)
    payload = members_of(record.get("payload"))
    match record.get("type"):
        case "session_meta":
            _meta(rollout.session, payload)
        case "turn_context":
            rollout.session.cwd = rollout.session.cwd or text(payload.get("cwd"))
        case "response_item":
            return _item(rollout, number, payload, at=at)
        case "event_msg":
            return _event(rollout, number, payload, at=at)
        case _:
            pass
    return True


def _meta(session: Session, meta: Object) -> None:
    """The first one counts: a forked session repeats its parent's."""
    if session.session is None:
        git = members_of(meta.get("git"))
        session.session = text(meta.get("id"))
        session.agent_version = text(meta.get("cli_version"))
        session.cwd = text(meta.get("cwd"))
        session.branch = text(git.get("branch"))
        session.base_commit = commit_of(git.get("commit_hash"))


def _event(rollout: Rollout, number: int, event: Object, *, at: str | None) -> bool:
    call = text(event.get("call_id"))
    match event.get("type"):
        case "user_message":
            rollout.say(EventKind.PROMPT, number, at=at, form="event")
        case "agent_message":
            rollout.say(EventKind.MESSAGE, number, at=at, form="event")
        case "exec_command_end":
            note_run(rollout, number, event, at=at, call=call)
        case "patch_apply_end":
            note_change(rollout, number, event, at=at, call=call)
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
            rollout.say(EventKind.PROMPT, number, at=at, form="completed")
        case "AgentMessage":
            rollout.say(EventKind.MESSAGE, number, at=at, form="completed")
        case "CommandExecution":
            note_run(rollout, number, item, at=at, call=call)
        case "FileChange":
            note_change(rollout, number, item, at=at, call=call)
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
            call_tool(rollout, number, text(item.get("name")) or "", given, at=at, call=call)
        case "custom_tool_call":
            call_tool(rollout, number, text(item.get("name")) or "", {"input": item.get("input")}, at=at, call=call)
        case "local_shell_call":
            action = members_of(item.get("action"))
            given = {"command": action.get("command"), "workdir": action.get("working_directory")}
            call_tool(rollout, number, "shell", given, at=at, call=call)
        case "web_search_call":
            rollout.session.add(EventKind.TOOL, number, at=at, tool="web_search", call=call)
        case "function_call_output" | "custom_tool_call_output":
            settle_output(rollout, call, item.get("output"))
        case kind:
            return kind in _SILENT_ITEMS
    return True


def _message(rollout: Rollout, number: int, message: Object, *, at: str | None) -> None:
    words = [piece for block in objects_of(message.get("content")) if isinstance(piece := block.get("text"), str)]
    first = next((piece.lstrip() for piece in words if piece.strip()), "")
    if message.get("role") == "assistant" and first:
        rollout.say(EventKind.MESSAGE, number, at=at, form="item")
    elif message.get("role") == "user" and first.startswith(_INJECTED):
        cwd = _CWD.search(first)
        rollout.session.cwd = rollout.session.cwd or (cwd[1] if cwd else None)
    elif message.get("role") == "user" and first:
        rollout.say(EventKind.PROMPT, number, at=at, form="item")


READER = Reader(NAME, AGENT, sniff, read)
