"""The events of Cursor's command line agent, ``cursor-agent -p --output-format stream-json``, one a line.

Sources: Cursor's reference of the output format and public readers of recorded streams (2025 and 2026).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from prgate.formats.apply_patch import added
from prgate.formats.traces.blocks import Blocks
from prgate.formats.traces.draft import Draft
from prgate.formats.traces.reader import Head, Reader
from prgate.formats.traces.records import Object, members, read_records
from prgate.formats.traces.values import members_of, objects_of, text, time_of_ms, whole_of
from prgate.model.trace import EventKind, Permit

NAME: Final = "cursor-stream-json"
AGENT: Final = "cursor"

_SILENT: Final = frozenset({"connection", "interaction_query", "result", "retry", "status", "system", "thinking"})
"""Events that are understood and tell nothing: a query of the print mode is answered by the program."""
_TOOL: Final = "ToolCall"
_KINDS: Final = {
    "askQuestion": EventKind.DECISION,
    "createPlan": EventKind.DECISION,
    "switchMode": EventKind.DECISION,
    "task": EventKind.SUBAGENT,
    "todo": EventKind.DECISION,
    "updateTodos": EventKind.DECISION,
}
_EDITS: Final = frozenset({"applyAgentDiff", "delete", "edit", "write"})
_PERMITS: Final = {"acceptEdits": Permit.EDITS, "bypassPermissions": Permit.BYPASSED}
"""``default`` stands there whether or not ``--force`` was given, so it tells nothing."""
_REFUSED: Final = frozenset({"permissionDenied", "rejected"})


@dataclass(slots=True)
class Stream:
    """A stream that is being read; ``speaking``: the last event was a piece of a message, which goes on in the next."""

    draft: Draft
    speaking: bool = False
    refused: set[str] = field(default_factory=set)


def sniff(head: Head) -> bool:
    """Whether the stream opens in Cursor's way, without the lists with which Claude Code opens, or calls a tool in it."""
    return any(_opens(record) or _calls(record) for record in head.records)


def _opens(record: Object) -> bool:
    named = text(record.get("session_id")) is not None and text(record.get("apiKeySource")) is not None
    return record.get("type") == "system" and record.get("subtype") == "init" and named and not {"tools", "mcp_servers"} & record.keys()


def _calls(record: Object) -> bool:
    named = record.get("type") == "tool_call" and text(record.get("call_id")) is not None
    return named and text(record.get("subtype")) in {"completed", "started"} and _tool(record)[0] != ""


def read(draft: Draft, blocks: Blocks) -> None:
    """Read a stream; pieces of a message that follow one another count once. Raises ``FormatError``."""
    draft.session(AGENT)
    stream = Stream(draft)
    for number, record in read_records(blocks):
        draft.count(understood=record is not None and _take(stream, number, record))


def _take(stream: Stream, number: int, record: Object) -> bool:
    draft = stream.draft
    kind = text(record.get("type"))
    if _opens(record) and draft.about.id not in {None, text(record.get("session_id"))}:
        draft.session(AGENT)
    at = time_of_ms(record.get("timestamp_ms"))
    draft.tell(id=text(record.get("session_id")), started=at)
    if kind == "system":
        draft.tell(cwd=text(record.get("cwd")), model=text(record.get("model")))
        if (permit := _PERMITS.get(text(record.get("permissionMode")) or "")) is not None:
            draft.permit(number, permit, at=at)
    elif kind in {"user", "assistant"}:
        return _message(stream, number, record, at=at)
    elif kind == "tool_call":
        stream.speaking = False
        return _tool_call(stream, number, record, at=at)
    return kind in _SILENT


def _message(stream: Stream, number: int, record: Object, *, at: str | None) -> bool:
    message = members_of(record.get("message"))
    content = message.get("content")
    if isinstance(content, str):
        content = [{"text": content}]
    if not isinstance(content, list):
        return False
    words = "".join(piece for block in objects_of(content) if isinstance(piece := block.get("text"), str))
    agent = record.get("type") == "assistant"
    if words.strip() and not (agent and stream.speaking):
        stream.draft.add(EventKind.MESSAGE if agent else EventKind.PROMPT, number, at=at, text=words)
    stream.speaking = agent and (stream.speaking or bool(words.strip()))
    return True


def _tool(record: Object) -> tuple[str, Object]:
    """The name of the tool that an event is about, without its ending, and what is told of the call; no name where there is none."""
    called = members_of(record.get("tool_call"))
    for key, value in called.items():
        if key.endswith(_TOOL) and isinstance(value, dict):
            return key.removesuffix(_TOOL), value
    function = members_of(called.get("function"))
    arguments = function.get("arguments")
    given = members(arguments) if isinstance(arguments, str) else members_of(arguments)
    return text(function.get("name")) or "", {"args": given, "result": function.get("result")}


def _tool_call(stream: Stream, number: int, record: Object, *, at: str | None) -> bool:
    tool, told = _tool(record)
    if not tool:
        return False
    call = text(record.get("call_id")) or f"record {number}"
    given, result = members_of(told.get("args")), told.get("result")
    if call not in stream.draft.calls:
        _call(stream.draft, number, tool, given, at=at, call=call)
    if record.get("subtype") == "completed" and isinstance(result, dict):
        _result(stream, number, result, at=at, call=call)
    return True


def _call(draft: Draft, number: int, tool: str, given: Object, *, at: str | None, call: str) -> None:
    path = text(given.get("path"))
    if tool == "shell":
        line, workdir = given.get("command"), text(given.get("workingDirectory"))
        draft.command(number, line if isinstance(line, str) else "", at=at, name=tool, call=call, workdir=workdir, given=given)
    elif tool in _EDITS:
        brings = [whole for key in ("fileText", "streamContent") if isinstance(whole := given.get(key), str)]
        draft.add(EventKind.EDIT, number, at=at, name=tool, call=call, path=path, brings=brings, given=given)
    elif tool == "mcp":
        server = text(given.get("providerIdentifier")) or text(given.get("serverIdentifier")) or ""
        name = text(given.get("toolName")) or text(given.get("name")) or ""
        draft.add(EventKind.MCP_CALL, number, at=at, name=f"{server}/{name}", call=call, given=given)
    elif tool == "read":
        draft.add(EventKind.TOOL_CALL, number, at=at, name=tool, call=call, path=path, reads=path is not None, given=given)
    else:
        draft.add(_KINDS.get(tool, EventKind.TOOL_CALL), number, at=at, name=tool, call=call, given=given)


def _result(stream: Stream, number: int, result: Object, *, at: str | None, call: str) -> None:
    """A result has one member, named for how the call ended; ``success`` of a shell holds its exit status all the same."""
    ended = next((key for key, value in result.items() if isinstance(value, dict)), None)
    told = members_of(result.get(ended or ""))
    refused = ended in _REFUSED
    code = whole_of(told.get("exitCode"))
    ok = ended == "success" and told.get("isError") is not True and code in {None, 0}
    output = next((words for key in ("stdout", "content", "message") if isinstance(words := told.get(key), str)), None)
    difference = told.get("diffString")
    brings = (added(difference),) if isinstance(difference, str) else ()
    stream.draft.settle(call, ok=None if _background(told) else ok, code=code, brings=brings, output=output, ran=not refused)
    if refused and call not in stream.refused:
        stream.refused.add(call)
        stream.draft.permit(number, Permit.ANSWER, at=at, ok=False)


def _background(told: Object) -> bool:
    return told.get("isBackground") is True and whole_of(told.get("exitCode")) is None


READER: Final = Reader(
    NAME,
    (AGENT,),
    sniff,
    read,
    holds="prompts, commands with exit codes, edits, reads, MCP calls, declined calls",
    found="`cursor-agent -p --output-format stream-json`",
)
