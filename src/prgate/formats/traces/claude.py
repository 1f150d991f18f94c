"""What Claude Code's messages tell, in the transcript and in the stream alike.

Sources: sessions written by Claude Code 2.0.64 to 2.1.197, and the message types of its SDK.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from prgate.formats.traces.records import Object
from prgate.formats.traces.session import Session, members_of, objects_of, strings_of, text
from prgate.model.trace import EventKind

AGENT = "claude-code"

_COMMANDS = frozenset({"Bash", "PowerShell"})
_EDITS = frozenset({"Edit", "MultiEdit", "Write", "NotebookEdit"})
_READS = frozenset({"Read", "NotebookRead"})
_CALLS = frozenset({"tool_use", "server_tool_use", "mcp_tool_use"})
_NOT_A_PROMPT = (
    "<bash-", "<command-", "<local-command-", "<system-reminder>", "<task-notification>", "<user-prompt-submit-hook>",
    "Caveat: The messages below were generated", "[Request interrupted by user",
)  # fmt: skip
"""Text in the user's role that the program put there."""


def assistant(session: Session, number: int, record: Object, *, at: str | None) -> bool:
    """Note the texts and tool calls of an assistant message; false if the message is not understood."""
    content = members_of(record.get("message")).get("content")
    if isinstance(content, str):
        content = [{"type": "text", "text": content}]
    if not isinstance(content, list):
        return False
    if record.get("isApiErrorMessage") is True:
        return True
    for block in objects_of(content):
        kind = text(block.get("type"))
        if kind == "text" and isinstance(words := block.get("text"), str) and words.strip():
            session.add(EventKind.MESSAGE, number, at=at)
        elif kind in _CALLS:
            _call(session, number, block, at=at)
    return True


def user(session: Session, number: int, record: Object, *, at: str | None, prompts: bool) -> bool:
    """Note a prompt (if this record can hold a person's) and settle the tool calls whose results it brings."""
    content = members_of(record.get("message")).get("content")
    if isinstance(content, str):
        content = [{"type": "text", "text": content}]
    if not isinstance(content, list):
        return False
    blocks = objects_of(content)
    results = [block for block in blocks if block.get("type") == "tool_result"]
    told = members_of(record.get("toolUseResult", record.get("tool_use_result"))) if len(results) == 1 else {}
    for block in results:
        _result(session, block, told)
    if prompts and any(_is_prompt(block) for block in blocks):
        session.add(EventKind.PROMPT, number, at=at)
    return True


def _is_prompt(block: Object) -> bool:
    if block.get("type") == "image":
        return True
    words = block.get("text")
    return block.get("type") == "text" and isinstance(words, str) and bool(words.strip()) and not words.lstrip().startswith(_NOT_A_PROMPT)


def _call(session: Session, number: int, block: Object, *, at: str | None) -> None:
    call = text(block.get("id"))
    if call is not None and call in session.calls:
        return
    tool = text(block.get("name")) or ""
    given = members_of(block.get("input"))
    path = text(given.get("file_path")) or text(given.get("notebook_path"))
    if tool in _COMMANDS:
        session.add(EventKind.COMMAND, number, at=at, tool=tool, call=call)
    elif tool in _EDITS:
        session.add(EventKind.EDIT, number, at=at, tool=tool, call=call, path=path, brings=_brought_in(given))
    elif tool in _READS:
        session.add(EventKind.READ, number, at=at, tool=tool, call=call, path=path)
    else:
        session.add(EventKind.TOOL, number, at=at, tool=tool, call=call, path=path)


def _brought_in(given: Object) -> Iterator[str]:
    for part in (given, *objects_of(given.get("edits"))):
        for key in ("content", "new_source"):
            if isinstance(whole := part.get(key), str):
                yield whole
        old, new = part.get("old_string"), part.get("new_string")
        if isinstance(new, str):
            yield _middle(old if isinstance(old, str) else "", new)


def _middle(old: str, new: str) -> str:
    """``new`` without the lines that it shares with ``old`` at either end: an edit quotes them to find its place."""
    before, after = old.split("\n"), new.split("\n")
    shorter = min(len(before), len(after))
    first = next((index for index in range(shorter) if before[index] != after[index]), shorter)
    rest = shorter - first
    last = next((index for index in range(rest) if before[-1 - index] != after[-1 - index]), rest)
    return "\n".join(after[first : len(after) - last])


def _result(session: Session, block: Object, result: Object) -> None:
    ok = None if text(result.get("backgroundTaskId")) else not (block.get("is_error") is True or result.get("interrupted") is True)
    session.settle(text(block.get("tool_use_id")), ok=ok, brings=() if result.get("userModified") is True else _added(result))


def _added(result: Object) -> Iterable[str]:
    """The lines that the tool says it added; a person's changes to the edit (``userModified``) are not among what the agent brings in."""
    for hunk in objects_of(result.get("structuredPatch")):
        yield from (line[1:] for line in strings_of(hunk.get("lines")) if line.startswith("+"))
