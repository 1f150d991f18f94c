"""The events of ``codex exec --json``, one a line: weaker than the rollout, for it has no time, no prompt, no place and no text of edits.

Source: the thread events of OpenAI's Codex SDK 0.163.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from prgate.formats.traces.blocks import Blocks
from prgate.formats.traces.codex_calls import DECLINED
from prgate.formats.traces.draft import Draft
from prgate.formats.traces.reader import Head, Reader
from prgate.formats.traces.records import Object, read_records
from prgate.formats.traces.values import members_of, objects_of, text, whole_of
from prgate.model.trace import EventKind, Permit

NAME: Final = "codex-exec-json"
AGENT: Final = "codex"

_EVENTS: Final = frozenset({"error", "thread.started", "turn.completed", "turn.failed", "turn.started"})
_ITEM_EVENTS: Final = frozenset({"item.completed", "item.started", "item.updated"})
_SILENT: Final = frozenset({"error", "reasoning"})
_ENDED: Final = {"completed": True, "failed": False, DECLINED: False}


def sniff(head: Head) -> bool:
    """Whether a thread starts here, or an item of one is told."""
    return any(_starts(record) or _tells(record) for record in head.records)


def _starts(record: Object) -> bool:
    return record.get("type") == "thread.started" and text(record.get("thread_id")) is not None


def _tells(record: Object) -> bool:
    item = members_of(record.get("item"))
    kind = text(item.get("type"))
    return text(record.get("type")) in _ITEM_EVENTS and text(item.get("id")) is not None and (kind in _TAKERS or kind in _SILENT)


def read(draft: Draft, blocks: Blocks) -> None:
    """Read the events of one run or of several one after the other, each a session. Raises ``FormatError``."""
    draft.session(AGENT)
    for number, record in read_records(blocks):
        draft.count(understood=record is not None and _take(draft, number, record))


def _take(draft: Draft, number: int, record: Object) -> bool:
    if _starts(record):
        if draft.about.id is not None:
            draft.session(AGENT)
        draft.tell(id=text(record.get("thread_id")))
    kind = text(record.get("type"))
    if kind not in _ITEM_EVENTS:
        return kind in _EVENTS
    item = members_of(record.get("item"))
    take = _TAKERS.get(text(item.get("type")) or "")
    if take is None:
        return text(item.get("type")) in _SILENT
    # the ids of items begin anew with each run
    call = f"{draft.current}/{text(item.get('id')) or f'record {number}'}"
    anew = call not in draft.calls or (take is _plan and kind == "item.updated")
    take(draft, number, item, call, anew=anew)
    return True


def _command(draft: Draft, number: int, item: Object, call: str, *, anew: bool) -> None:
    if anew:
        line = item.get("command")
        draft.command(number, line if isinstance(line, str) else "", name="command_execution", call=call, given={"command": line})
    code, output = whole_of(item.get("exit_code")), item.get("aggregated_output")
    _settle(draft, number, item, call, code=code, output=output if isinstance(output, str) else None)


def _change(draft: Draft, number: int, item: Object, call: str, *, anew: bool) -> None:
    if anew:
        for change in objects_of(item.get("changes")):
            draft.add(EventKind.EDIT, number, name="file_change", call=call, path=text(change.get("path")), given=change)
    _settle(draft, number, item, call)


def _mcp(draft: Draft, number: int, item: Object, call: str, *, anew: bool) -> None:
    if anew:
        name = f"{text(item.get('server')) or ''}/{text(item.get('tool')) or ''}"
        draft.add(EventKind.MCP_CALL, number, name=name, call=call, given=item.get("arguments"))
    _settle(draft, number, item, call)


def _agents(draft: Draft, number: int, item: Object, call: str, *, anew: bool) -> None:
    tool = text(item.get("tool")) or ""
    if anew:
        draft.add(EventKind.SUBAGENT if tool == "spawn_agent" else EventKind.TOOL_CALL, number, name=tool, call=call)
    _settle(draft, number, item, call)


def _search(draft: Draft, number: int, item: Object, call: str, *, anew: bool) -> None:
    if anew:
        draft.add(EventKind.TOOL_CALL, number, name="web_search", call=call, given={"query": item.get("query")})


def _plan(draft: Draft, number: int, item: Object, call: str, *, anew: bool) -> None:
    if anew:
        draft.add(EventKind.DECISION, number, name="todo_list", call=call, given={"items": item.get("items")})


def _message(draft: Draft, number: int, item: Object, call: str, *, anew: bool) -> None:
    words = item.get("text")
    if anew and isinstance(words, str) and words.strip():
        draft.add(EventKind.MESSAGE, number, call=call, text=words)


def _settle(draft: Draft, number: int, item: Object, call: str, *, code: int | None = None, output: str | None = None) -> None:
    status = text(item.get("status"))
    if status == DECLINED:
        draft.permit(number, Permit.ANSWER, ok=False)
    ok = _ENDED.get(status or "", None if code is None else code == 0)
    if ok is not None:
        draft.settle(call, ok=ok, code=code, output=output, ran=status != DECLINED)


_TAKERS: Final[dict[str, Callable[..., None]]] = {
    "agent_message": _message,
    "collab_tool_call": _agents,
    "command_execution": _command,
    "file_change": _change,
    "mcp_tool_call": _mcp,
    "todo_list": _plan,
    "web_search": _search,
}
"""Per type of item what notes it: (draft, record, item, key of its events; ``anew``: it is new or has changed)."""

READER: Final = Reader(
    NAME,
    (AGENT,),
    sniff,
    read,
    holds="commands with exit codes, paths of edits without their lines, MCP calls, plans; no prompt, time or place",
    found="`codex exec --json`",
)
