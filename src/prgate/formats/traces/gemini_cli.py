"""Gemini CLI's chats, ``~/.gemini/tmp/<project>/chats/session-*``: one JSON document, in newer versions a record a line.

Sources: chats of October 2025 to February 2026 (documents only) and the recording of @google/gemini-cli-core 0.61.0.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from prgate.formats.traces.blocks import Blocks
from prgate.formats.traces.document import UNREADABLE, Document
from prgate.formats.traces.draft import Draft
from prgate.formats.traces.reader import Head, Reader
from prgate.formats.traces.records import Object, read_records
from prgate.formats.traces.tools import call_tool
from prgate.formats.traces.values import members_of, objects_of, strings_of, text, time_of
from prgate.formats.traces.whole_diff import changed
from prgate.model.trace import EventKind

NAME: Final = "gemini-cli"
AGENT: Final = "gemini-cli"

_SILENT: Final = frozenset({"info", "error", "warning"})
_NOT_A_PROMPT: Final = ("/", "?", "<session_context>", "<hook_context>")
"""What Gemini CLI itself takes for no conversation: its own commands, and text that the program put there."""
_SUBAGENTS: Final = frozenset({"codebase_investigator", "delegate_to_agent", "generalist", "invoke_agent"})
_SHELL: Final = "run_shell_command"
_SERVER: Final = re.compile(r"(?P<tool>[^\s()]{1,100}) \((?P<server>[^()]{1,100}) MCP Server\)")
_QUALIFIED: Final = re.compile(r"mcp_(?P<server>[^_]{1,100})_(?P<tool>.{1,100})", re.DOTALL)
_TRAILER: Final = re.compile(
    r"(?:\nExit Code: (?P<code>-?[0-9]{1,10}|\(none\)))?(?:\nSignal: (?P<signal>[^\n]{1,40}))?(?:\nBackground PIDs: [^\n]{1,200})?"
    r"\nProcess Group PGID: [0-9]{1,10}\s*(?:</untrusted_context>\s*)?\Z",
    re.ASCII,
)
"""How the result of a finished command ends; what the command printed comes before. Newer versions leave out an exit code of 0."""
_LAST: Final = 600
_BACKGROUND: Final = ("Command is running in background", "Command moved to background")
_ENDED: Final = {"success": True, "error": False, "cancelled": False}


def sniff(head: Head) -> bool:
    """Whether the document, or the first record, names a session and its project's hash."""
    return any(text(record.get("sessionId")) and text(record.get("projectHash")) for record in (head.members, *head.records[:1]))


@dataclass(slots=True)
class _Chat:
    """A session; messages are written again as they grow: ``seen`` are those whose words are noted, ``settled`` the calls that ended."""

    draft: Draft
    record: int = 0
    seen: set[str] = field(default_factory=set)
    settled: set[str] = field(default_factory=set)


def read(draft: Draft, blocks: Blocks) -> None:
    """Read a chat. What a rewind takes back was done all the same, and stays. Raises ``FormatError``."""
    draft.session(AGENT)
    chat = _Chat(draft)
    if _is_document(blocks.head):
        _document(chat, Document(blocks))
        return
    for number, record in read_records(blocks):
        chat.record = number
        draft.count(understood=record is not None and _take(chat, record))


def _is_document(head: bytes) -> bool:
    """Whether the first object goes on behind its line, or holds the messages itself."""
    first = head.removeprefix(b"\xef\xbb\xbf").lstrip().partition(b"\n")[0].rstrip()
    return first.endswith((b"{", b",")) or b'"messages"' in first


def _document(chat: _Chat, document: Document) -> None:
    draft = chat.draft
    for key in document.members():
        if key == "messages" and document.peek() == "[":
            for _ in document.elements():
                value = document.value()
                chat.record += 1
                draft.count(understood=value is not UNREADABLE and _message(chat, members_of(value)))
        elif key in {"sessionId", "startTime", "directories"}:
            _about(draft, {key: document.value()})
    if document.broken:
        draft.count(understood=False)


def _take(chat: _Chat, record: Object) -> bool:
    if isinstance(record.get("$rewindTo"), str):
        return True
    told = record.get("$set", record if "projectHash" in record else None)
    if isinstance(told, dict):
        _about(chat.draft, told)
        understood = [_message(chat, message) for message in objects_of(told.get("messages"))]
        return all(understood)
    return _message(chat, record)


def _about(draft: Draft, told: Object) -> None:
    folders = strings_of(told.get("directories"))
    draft.tell(id=text(told.get("sessionId")), started=time_of(told.get("startTime")), cwd=folders[0] if len(folders) == 1 else None)


def _message(chat: _Chat, message: Object) -> bool:
    kind, id_ = text(message.get("type")), text(message.get("id"))
    if id_ is None or not (kind in _SILENT or kind in {"user", "gemini"}):
        return False
    draft, at, words = chat.draft, time_of(message.get("timestamp")), _words(message.get("content")).strip()
    if words and id_ not in chat.seen:
        if kind == "user" and not words.startswith(_NOT_A_PROMPT):
            draft.add(EventKind.PROMPT, chat.record, at=at, text=words)
            chat.seen.add(id_)
        elif kind == "gemini":
            draft.add(EventKind.MESSAGE, chat.record, at=at, text=words)
            chat.seen.add(id_)
    draft.tell(model=text(message.get("model")))
    for call in objects_of(message.get("toolCalls")):
        _call(chat, call, at=time_of(call.get("timestamp")) or at)
    return True


def _words(content: object) -> str:
    """The text of a message, which is a string, a part or a list of parts."""
    if isinstance(content, str):
        return content
    parts = content if isinstance(content, list) else [content]
    return "".join(piece for part in parts if isinstance(piece := part if isinstance(part, str) else members_of(part).get("text"), str))


def _call(chat: _Chat, told: Object, *, at: str | None) -> None:
    draft, call, tool, given = chat.draft, text(told.get("id")), text(told.get("name")) or "", members_of(told.get("args"))
    if call is None or call not in draft.calls:
        _note(chat, tool, told, given, at=at, call=call)
    ok = _ENDED.get(text(told.get("status")) or "")
    if call is None or call in chat.settled or ok is None:
        return
    chat.settled.add(call)
    diff = members_of(told.get("resultDisplay")).get("fileDiff")
    brings = () if not isinstance(diff, str) or given.get("modified_by_user") is True else tuple(file.brings for file in changed(diff, ""))
    output = _output(told.get("result"))
    if tool != _SHELL:
        draft.settle(call, ok=ok, brings=brings, output=output)
        return
    code = _status(output)
    ended = None if any(word in output[:_LAST] for word in _BACKGROUND) else ok
    draft.settle(call, ok=ended if code is None else code == 0, code=code, output=output)


def _note(chat: _Chat, tool: str, told: Object, given: Object, *, at: str | None, call: str | None) -> None:
    draft, record = chat.draft, chat.record
    given = _own(given)
    served = _SERVER.fullmatch(text(told.get("displayName")) or "") or _QUALIFIED.fullmatch(tool)
    if served is not None:
        draft.add(EventKind.MCP_CALL, record, at=at, name=f"{served['server']}/{served['tool']}", call=call, given=given)
    elif tool in _SUBAGENTS:
        draft.add(EventKind.SUBAGENT, record, at=at, name=tool, call=call, given=given)
    else:
        if tool == "activate_skill" and (skill := text(given.get("name"))) is not None:
            draft.use("skill", skill)
        if "include" in given:
            given = {"paths": given["include"]} | given
        call_tool(draft, record, tool, given, at=at, call=call, workdir=text(given.get("dir_path")) or text(given.get("directory")))


def _own(given: Object) -> Object:
    """An edit's arguments as the model gave them, where a person changed them before they went in."""
    proposed = given.get("ai_proposed_content")
    if given.get("modified_by_user") is not True or not isinstance(proposed, str):
        return given
    return given | {"new_string" if "old_string" in given else "content": proposed}


def _output(result: object) -> str:
    """What a call's result tells the model."""
    answers = (members_of(members_of(part.get("functionResponse")).get("response")).get("output") for part in objects_of(result))
    return "\n".join(answer for answer in answers if isinstance(answer, str))


def _status(output: str) -> int | None:
    end = _TRAILER.search(output[-_LAST:])
    if end is None or end["code"] == "(none)":
        return None
    return int(end["code"]) if end["code"] is not None else 0 if end["signal"] is None else None


READER = Reader(
    NAME,
    (AGENT,),
    sniff,
    read,
    holds="prompts, calls, commands with exit status, edits",
    found="`~/.gemini/tmp/<project>/chats/session-*`",
)
