"""What Claude Code's messages tell, in the transcript and in the stream alike.

Sources: sessions written by Claude Code 2.0.64 to 2.1.197, and the message types of its SDK.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from prgate.formats.traces.draft import Draft
from prgate.formats.traces.edit_blocks import middle
from prgate.formats.traces.records import Object
from prgate.formats.traces.values import members_of, objects_of, strings_of, text, words_of
from prgate.model.trace import EventKind, Permit

AGENT: Final = "claude-code"

_COMMANDS: Final = frozenset({"Bash", "PowerShell"})
_EDITS: Final = frozenset({"Edit", "MultiEdit", "Write", "NotebookEdit"})
_READS: Final = frozenset({"Read", "NotebookRead"})
_KINDS: Final = {
    **dict.fromkeys(("Agent", "Task"), EventKind.SUBAGENT),
    **dict.fromkeys(("AskUserQuestion", "EnterPlanMode", "ExitPlanMode", "TaskCreate", "TaskUpdate", "TodoWrite"), EventKind.DECISION),
}
_CALLS: Final = frozenset({"tool_use", "server_tool_use", "mcp_tool_use"})
_NOT_A_PROMPT: Final = (
    "<bash-", "<command-", "<local-command-", "<system-reminder>", "<task-notification>", "<user-prompt-submit-hook>",
    "Caveat: The messages below were generated", "[Request interrupted by user",
)  # fmt: skip
"""Text in the user's role that the program put there."""

_NO_MODEL: Final = "<synthetic>"
_PERMITS: Final = {
    "default": Permit.ASKS,
    "plan": Permit.ASKS,
    "acceptEdits": Permit.EDITS,
    "auto": Permit.CONFINED,
    "dontAsk": Permit.CONFINED,
    "bypassPermissions": Permit.BYPASSED,
}
"""Permission modes. In ``dontAsk`` only what the settings allow is done, in ``auto`` what a second model allows."""

_REFUSED: Final = "User rejected tool use"
_REFUSAL: Final = "The user doesn't want to proceed with this tool use"
_NO_ANSWER: Final = frozenset({"cancelled", "interrupted"})
"""Denials that nobody decided on."""
_EXIT: Final = re.compile(r"(?:Error: )?Exit code (\d{1,9})\b", re.ASCII)
_BACKGROUND: Final = "Command running in background with ID"


@dataclass(slots=True)
class Telling:
    """A session that is being read; ``refused`` are the calls that were denied."""

    draft: Draft
    refused: set[str] = field(default_factory=set)


def permit(telling: Telling, number: int, mode: object, *, at: str | None) -> None:
    """Note the permission mode that holds from here on."""
    if (permitted := _PERMITS.get(text(mode) or "")) is not None:
        telling.draft.permit(number, permitted, at=at)


def refuse(telling: Telling, number: int, call: str | None, *, at: str | None) -> None:
    """Note that a call was denied before it ran; saying it twice changes nothing."""
    if call is None or call in telling.refused or call not in telling.draft.calls:
        return
    telling.refused.add(call)
    telling.draft.settle(call, ok=False, ran=False)
    telling.draft.permit(number, Permit.ANSWER, at=at, ok=False)


def assistant(telling: Telling, number: int, record: Object, *, at: str | None) -> bool:
    """Note the texts and tool calls of an assistant message; false if the message is not understood."""
    message = members_of(record.get("message"))
    content = message.get("content")
    if isinstance(content, str):
        content = [{"type": "text", "text": content}]
    if not isinstance(content, list):
        return False
    if record.get("isApiErrorMessage") is True:
        return True
    model = text(message.get("model"))
    telling.draft.tell(model=None if model == _NO_MODEL else model)
    workdir = text(record.get("cwd"))
    for block in objects_of(content):
        kind = text(block.get("type"))
        if kind == "text" and isinstance(words := block.get("text"), str) and words.strip():
            telling.draft.add(EventKind.MESSAGE, number, at=at, text=words)
        elif kind in _CALLS:
            _call(telling.draft, number, block, at=at, workdir=workdir)
    return True


def user(telling: Telling, number: int, record: Object, *, at: str | None, prompts: bool) -> bool:
    """Note a prompt (if this record can hold a person's) and settle the tool calls whose results it brings."""
    content = members_of(record.get("message")).get("content")
    if isinstance(content, str):
        content = [{"type": "text", "text": content}]
    if not isinstance(content, list):
        return False
    blocks = objects_of(content)
    results = [block for block in blocks if block.get("type") == "tool_result"]
    for block in results:
        _result(telling, number, block, record if len(results) == 1 else {}, at=at)
    if prompts:
        prompt(telling, number, blocks, at=at)
    return True


def prompt(telling: Telling, number: int, blocks: list[Object], *, at: str | None) -> None:
    """Note a prompt if any of the blocks is a person's."""
    asked = [block for block in blocks if _is_prompt(block)]
    if asked:
        telling.draft.add(EventKind.PROMPT, number, at=at, text=words_of(asked))


def _is_prompt(block: Object) -> bool:
    if block.get("type") == "image":
        return True
    words = block.get("text")
    return block.get("type") == "text" and isinstance(words, str) and bool(words.strip()) and not words.lstrip().startswith(_NOT_A_PROMPT)


def _call(draft: Draft, number: int, block: Object, *, at: str | None, workdir: str | None) -> None:
    call = text(block.get("id"))
    if call is not None and call in draft.calls:
        return
    tool = text(block.get("name")) or ""
    given = members_of(block.get("input"))
    path = text(given.get("file_path")) or text(given.get("notebook_path"))
    if tool in _COMMANDS:
        line = given.get("command")
        draft.command(number, line if isinstance(line, str) else "", at=at, name=tool, call=call, workdir=workdir, given=given)
    elif tool in _EDITS:
        draft.add(EventKind.EDIT, number, at=at, name=tool, call=call, path=path, brings=_brought_in(given), given=given)
    elif tool in _READS:
        draft.add(EventKind.TOOL_CALL, number, at=at, name=tool, call=call, path=path, reads=path is not None, given=given)
    elif tool == "Grep" and (searched := _searched(given)) is not None:
        draft.add(EventKind.TOOL_CALL, number, at=at, name=tool, call=call, path=searched, reads=True, given=given)
    elif tool.startswith("mcp__"):
        server, _, name = tool.removeprefix("mcp__").partition("__")
        draft.add(EventKind.MCP_CALL, number, at=at, name=f"{server}/{name}", call=call, given=given)
    else:
        if tool == "Skill" and (skill := text(given.get("skill")) or text(given.get("command"))) is not None:
            draft.use("skill", skill)
        draft.add(_KINDS.get(tool, EventKind.TOOL_CALL), number, at=at, name=tool, call=call, path=path, given=given)


def _searched(given: Object) -> str | None:
    """The one file whose lines a search shows; its name has an ending, which a folder's seldom has."""
    path = text(given.get("path"))
    named = path is not None and "." in path.rpartition("/")[2].lstrip(".")
    return path if named and given.get("output_mode") == "content" else None


def _brought_in(given: Object) -> Iterator[str]:
    for part in (given, *objects_of(given.get("edits"))):
        for key in ("content", "new_source"):
            if isinstance(whole := part.get(key), str):
                yield whole
        old, new = part.get("old_string"), part.get("new_string")
        if isinstance(new, str):
            yield middle(old if isinstance(old, str) else "", new)


def _result(telling: Telling, number: int, block: Object, record: Object, *, at: str | None) -> None:
    """Settle a call. ``record`` has what the program says of it beside the answer, where the record has one result only."""
    told = record.get("toolUseResult", record.get("tool_use_result"))
    result = members_of(told)
    call = text(block.get("tool_use_id"))
    words = words_of(block.get("content"))
    failed = block.get("is_error") is True or result.get("interrupted") is True
    background = text(result.get("backgroundTaskId")) is not None or words.startswith(_BACKGROUND)
    code: int | None = None
    if failed:
        said = _EXIT.match(words)
        code = None if said is None else int(said[1])
    elif not background and text(result.get("returnCodeInterpretation")) is None:
        code = 0
    telling.draft.settle(call, ok=None if background else not failed, code=code, brings=added(result), output=words)
    if failed and _refused(record.get("toolDenialKind"), told, words):
        refuse(telling, number, call, at=at)


def _refused(denial: object, told: object, words: str) -> bool:
    if isinstance(denial, str):
        return denial not in _NO_ANSWER
    return told == _REFUSED or words.startswith(_REFUSAL)


def added(result: Object) -> Iterator[str]:
    """The lines that an editing tool says it added; none where a person changed the edit, for then they are not the agent's alone."""
    for hunk in objects_of(result.get("structuredPatch")) if result.get("userModified") is not True else ():
        yield from (line[1:] for line in strings_of(hunk.get("lines")) if line.startswith("+"))
