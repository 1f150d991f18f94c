"""What SWE-agent did in one step: a command of its shell, or one of its own tools called in the shell's way."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from typing import Final

from prgate.formats.traces.draft import Draft
from prgate.formats.traces.records import Object, members
from prgate.formats.traces.tools import call_tool
from prgate.formats.traces.values import members_of, objects_of, text, words_of
from prgate.model.trace import EventKind

_ARGUMENTS: Final = {
    "create": ("path",),
    "edit": ("search", "replace"),
    "filemap": ("path",),
    "find_file": (),
    "goto": (),
    "insert": ("text",),
    "open": ("path",),
    "scroll_down": (),
    "scroll_up": (),
    "search_dir": (),
    "search_file": (),
    "str_replace_editor": ("command", "path"),
    "submit": (),
    "view_image": ("path",),
}
"""The tools that are no commands of the shell, and their arguments in order; options come with their names."""
_CHANGES: Final = frozenset({"create", "edit", "insert", "str_replace_editor"})
_OPENED: Final = re.compile(r"\[File: ([^\n]{1,1000}) \([0-9,]{1,12} lines total\)\]")
_RANGE: Final = re.compile(r"edit(?:[ \t]{1,4}[0-9]{1,10}:[0-9]{1,10})?[ \t]{0,4}\n", re.ASCII)
_END: Final = "end_of_edit"
_FAILED: Final = re.compile(
    r"\s{0,9}(?:Your (?:proposed )?edit (?:has introduced|command failed|was not applied)|No replacement was performed|No file open|"
    r"Usage: |Error: |Your .{1,80} not (?:found|applied)|Text not found)"
)
_WORKED: Final = re.compile(
    r"\s{0,9}(?:\[File: |File (?:updated|created)|New file created|Text (?:replaced|inserted)|The file .{1,1000} has been edited)"
)
_SPELLED: Final = 256 * 1024
"""Characters of a tool's call that are taken apart as words."""


@dataclass(slots=True)
class Shell:
    """The shell of a run: the file that is open in its editor, and which of the run's two accounts tells what was done."""

    draft: Draft
    told_by: str | None = None
    opened: str | None = None
    asked: bool = False
    pending: tuple[str, str] | None = None
    made: int = 0

    def call(self, number: int, tool: str, given: Object) -> None:
        """Note a call of a tool or command, whose end is still to come."""
        self.made += 1
        key = f"{number}/{self.made}"
        if tool in {"edit", "insert"} and text(given.get("path")) is None and self.opened is not None:
            given = {**given, "path": self.opened}
        if tool == "create" and "path" not in given:
            given = {"path": given.get("filename")}
        call_tool(self.draft, number, tool, given, call=key)
        self.pending = (key, tool)

    def end(self, shown: str) -> None:
        """What the last call put out: whether an edit worked, and which file is open now."""
        self.look(shown)
        if self.pending is not None:
            key, tool = self.pending
            failed, worked = _FAILED.match(shown), _WORKED.match(shown)
            ok = None if tool not in _CHANGES else False if failed else True if worked else None
            self.draft.settle(key, ok=ok, output=shown)
            self.pending = None

    def look(self, shown: str) -> None:
        """Note the file that the editor shows."""
        header = _OPENED.search(shown)
        if header is not None:
            self.opened = header[1]


def take_step(shell: Shell, number: int, step: Object) -> bool:
    """Note a step of the trajectory; false if it is none."""
    action, shown = step.get("action"), words_of(step.get("observation"))
    if not isinstance(action, str):
        return False
    if shell.told_by != "trajectory":
        return True
    _say(shell, number, step.get("thought") or step.get("response"))
    state = step.get("state")
    known = members(state) if isinstance(state, str) else members_of(state)
    shell.draft.tell(cwd=text(known.get("working_dir")))
    if shell.opened is None and (opened := text(known.get("open_file"))) not in {None, "n/a"}:
        shell.opened = opened
    if action.strip():
        shell.look(shown)
        shell.call(number, *taken_apart(action))
        shell.end(shown)
    return True


def take_message(shell: Shell, number: int, message: Object) -> bool:
    """Note a message of the conversation: the task, and what was done where no steps tell it; false if it is none."""
    role, words = text(message.get("role")), words_of(message.get("content"))
    if message.get("is_demo") is True or role == "system":
        return True
    if role == "user" and not shell.asked:
        shell.asked = True
        shell.draft.add(EventKind.PROMPT, number, text=words)
    elif role in {"user", "tool"} and shell.told_by == "history":
        shell.end(words)
    elif role == "assistant" and shell.told_by == "history":
        _say(shell, number, message.get("thought") or words)
        calls = [members_of(call.get("function")) for call in objects_of(message.get("tool_calls"))]
        for call in calls:
            arguments = call.get("arguments")
            given = members(arguments) if isinstance(arguments, str) else members_of(arguments)
            shell.call(number, text(call.get("name")) or "", given)
        if not calls and isinstance(action := message.get("action"), str) and action.strip():
            shell.call(number, *taken_apart(action))
    return role in {"assistant", "tool", "user"}


def _say(shell: Shell, number: int, words: object) -> None:
    if isinstance(words, str) and words.strip():
        shell.draft.add(EventKind.MESSAGE, number, text=words)


def taken_apart(action: str) -> tuple[str, Object]:
    """The tool and the arguments of an action; what is no tool of SWE-agent's is a command of the shell."""
    line = action.strip("\n")
    tool = line.split(None, 1)[0] if line.strip() else ""
    if tool not in _ARGUMENTS:
        return "bash", {"command": line}
    head = _RANGE.match(line)
    if head is not None:
        body = line[head.end() :].rstrip()
        return "edit", {"text": body.removesuffix(_END).removesuffix("\n")}
    try:
        words = shlex.split(line) if len(line) <= _SPELLED else []
    except ValueError:
        words = []
    names = iter(_ARGUMENTS[tool])
    given: Object = {}
    rest = iter(words[1:])
    for word in rest:
        name = word[2:] if word.startswith("--") and word[2:].isidentifier() else next(names, None)
        if name is not None:
            given[name] = next(rest, "") if word.startswith("--") and word[2:].isidentifier() else word
    return tool, given
