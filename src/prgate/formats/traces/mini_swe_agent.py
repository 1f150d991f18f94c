"""mini-swe-agent's ``.traj.json``: a list of messages, since version 1.1 of the format inside an object with what is known of the run.

Source: mini-swe-agent 1.0 to 2.2 and files that it wrote.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Final

from prgate.formats.traces.blocks import Blocks
from prgate.formats.traces.document import Document
from prgate.formats.traces.draft import Draft
from prgate.formats.traces.outcomes import code_before, code_in
from prgate.formats.traces.reader import Head, Reader
from prgate.formats.traces.records import Object, members
from prgate.formats.traces.tools import call_tool
from prgate.formats.traces.values import members_of, objects_of, text, words_of
from prgate.formats.traces.whole_diff import changed
from prgate.model.trace import EventKind

NAME: Final = "mini-swe-agent"
AGENT: Final = "mini-swe-agent"

_FENCE: Final = re.compile(r"^```(?:mswea_bash_command|bash|sh)[ \t]*\n(.*?)^```", re.DOTALL | re.MULTILINE)
_SHOWS_ITSELF: Final = re.compile(r"mswea_bash_command|COMPLETE_TASK_AND_SUBMIT_FINAL_OUTPUT|MINI_SWE_AGENT_FINAL_OUTPUT")
_LATEST: Final = 253_402_300_799
"""The last second of the year 9999."""


def sniff(head: Head) -> bool:
    """Whether the object names its format; a bare list holds messages whose task names the program's command."""
    shape = head.members.get("trajectory_format")
    if isinstance(shape, str):
        return shape.startswith("mini-swe-agent")
    if isinstance(head.members.get("messages"), list):
        return "mini_version" in members_of(head.members.get("info"))
    plain = not head.members and bool(head.records) and all(isinstance(record.get("role"), str) for record in head.records)
    return plain and any(_SHOWS_ITSELF.search(words_of(record.get("content"))) for record in head.records[:3])


def read(draft: Draft, blocks: Blocks) -> None:
    """Read a run message by message. Raises ``FormatError``."""
    document = Document(blocks)
    draft.session(AGENT)
    if document.peek() == "[":
        _messages(draft, document)
    else:
        for key in document.members():
            if key == "messages" and document.peek() == "[":
                _messages(draft, document)
            elif key == "info":
                _info(draft, members_of(document.value()))
    if document.broken:
        draft.count(understood=False)


def _info(draft: Draft, info: Object) -> None:
    config = members_of(info.get("config"))
    draft.tell(
        version=text(info.get("mini_version")),
        model=text(members_of(config.get("model")).get("model_name")),
        cwd=text(members_of(config.get("environment")).get("cwd")),
    )
    if isinstance(patch := info.get("submission"), str):
        for file in changed(patch):
            draft.add(EventKind.EDIT, max(draft.read + draft.skipped, 1), name="patch", path=file.path, brings=(file.brings,), ok=True)


def _messages(draft: Draft, document: Document) -> None:
    run = _Run(draft)
    for _ in document.elements():
        message = document.value()
        if not document.broken:
            draft.count(understood=isinstance(message, dict) and run.take(draft.read + draft.skipped + 1, message))


class _Run:
    """The conversation so far: whether the task was given, and the call that a message in the user's role ends."""

    __slots__ = ("_asked", "_draft", "_last")

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._asked = False
        self._last: str | None = None

    def take(self, number: int, message: Object) -> bool:
        role, words, extra = message.get("role"), words_of(message.get("content")), members_of(message.get("extra"))
        at = _moment(extra.get("timestamp"))
        if message.get("object") == "response":
            return self._response(number, message, at=at)
        match role:
            case "system" | "exit":
                pass
            case "user" if not self._asked:
                self._asked = True
                self._draft.add(EventKind.PROMPT, number, at=at, text=words)
            case "assistant":
                self._act(number, message, words, extra, at=at)
            case "user" | "tool":
                self._end(text(message.get("tool_call_id")) or self._last, words, extra)
            case _:
                if message.get("type") != "function_call_output":
                    return False
                self._end(text(message.get("call_id")), words_of(message.get("output")), extra)
        return True

    def _response(self, number: int, message: Object, *, at: str | None) -> bool:
        """An answer in the form of the Responses API."""
        for item in objects_of(message.get("output")):
            if item.get("type") == "function_call":
                self._call(number, text(item.get("name")), item.get("arguments"), text(item.get("call_id")), at=at)
            elif words := words_of(item.get("content")).strip():
                self._draft.add(EventKind.MESSAGE, number, at=at, text=words)
        return True

    def _act(self, number: int, message: Object, words: str, extra: Object, *, at: str | None) -> None:
        self._draft.tell(started=at)
        if words.strip():
            self._draft.add(EventKind.MESSAGE, number, at=at, text=words)
        calls = objects_of(message.get("tool_calls"))
        for call in calls:
            made = members_of(call.get("function"))
            self._call(number, text(made.get("name")), made.get("arguments"), text(call.get("id")), at=at)
        if not calls:
            told = [line for action in objects_of(extra.get("actions")) if isinstance(line := action.get("command"), str)]
            for line in told or _FENCE.findall(words)[:1]:
                self._call(number, "bash", {"command": line.strip()}, None, at=at)

    def _call(self, number: int, tool: str | None, arguments: object, call: str | None, *, at: str | None) -> None:
        given = members(arguments) if isinstance(arguments, str) else members_of(arguments)
        self._last = call or f"-{number}/{len(self._draft.events)}"
        call_tool(self._draft, number, tool or "bash", given, at=at, call=self._last)

    def _end(self, call: str | None, words: str, extra: Object) -> None:
        code = code_in(extra)
        code = code_before(words) if code is None else code
        self._draft.settle(call, ok=None if code is None else code == 0, code=code, output=words)
        self._last = None


def _moment(seconds: object) -> str | None:
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 < seconds < _LATEST:
        return None
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


READER = Reader(
    NAME,
    (),
    sniff,
    read,
    holds="prompts, commands with exit status, the whole patch",
    found="`--output`, `*.traj.json`",
)
