"""What a tool call does, by its name and arguments, for formats that carry the calls of any agent."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from prgate.formats.apply_patch import BEGIN, Patched, patched, patches
from prgate.formats.traces.draft import Draft
from prgate.formats.traces.edit_blocks import middle, replaced
from prgate.formats.traces.places import join
from prgate.formats.traces.records import Object
from prgate.formats.traces.values import objects_of, strings_of, text
from prgate.formats.traces.whole_diff import changed
from prgate.model.trace import EventKind

COMMANDS: Final = frozenset({
    "bash", "bashcommand", "containerexec", "developershell", "execbash", "execcommand", "executebash", "executecommand", "localshell",
    "powershell", "runbash", "runcommand", "runinterminal", "runshellcommand", "runterminalcmd", "runterminalcommand", "shell",
    "shellcommand", "terminal", "unifiedexec",
})  # fmt: skip
_EDITS: Final = frozenset({
    "applydiff", "applypatch", "create", "createfile", "deletefile", "developertexteditor", "edit", "editfile", "editnotebook", "fileeditor", "insert",
    "insertedit", "insertcontent", "inserteditintofile", "multiedit", "multireplacestringinfile", "notebookedit", "patch", "replace",
    "replaceinfile", "replacestringinfile", "searchandreplace", "searchreplace", "strreplace", "strreplacebasededittool", "strreplaceeditor",
    "texteditor", "write", "writefile", "writetofile",
})  # fmt: skip
_READS: Final = frozenset({
    "cat", "notebookread", "open", "openfile", "read", "readfile", "readmanyfiles", "view", "viewfile", "viewimage",
})  # fmt: skip
_DECISIONS: Final = frozenset({
    "askfollowupquestion", "askuser", "askuserquestion", "enterplanmode", "exitplanmode", "managetodolist", "requestuserinput", "taskcreate", "tasktracker",
    "taskupdate", "todowrite", "updateplan", "updatetodo", "updatetodolist", "updatetodos", "writetodos",
})  # fmt: skip
_SUBAGENTS: Final = frozenset({
    "agent", "codebaseinvestigator", "delegate", "delegatetoagent", "invokeagent", "newtask", "runsubagent", "spawnagent", "startsubagent",
    "subagent", "task",
})  # fmt: skip
_LOOKS: Final = frozenset({"view", "undo_edit", "undo"})

_LINES: Final = ("command", "cmd", "keystrokes", "commands", "script")
_PATHS: Final = (
    "file_path", "filePath", "path", "notebook_path", "target_file", "target_notebook", "TargetFile", "filename", "file_name", "file",
    "absolute_path",
)  # fmt: skip
_WHOLE: Final = (
    "content", "contents", "file_text", "new_source", "new_content", "code_edit", "insert_text", "replacement_text", "text",
)  # fmt: skip
_PAIRS: Final = (
    ("old_string", "new_string"), ("oldString", "newString"), ("old_str", "new_str"), ("old_text", "new_text"), ("search", "replace"),
    ("old", "new"),
)  # fmt: skip
_LISTS: Final = ("edits", "replacements", "changes")
_DIFFS: Final = ("diff", "patch", "input", "patch_text")
_FOLDERS: Final = ("workdir", "dir_path", "directory")
_MCP: Final = re.compile(r"mcp__([A-Za-z0-9_.-]{1,60}?)__([A-Za-z0-9_.-]{1,60})", re.ASCII)
MOST_READS: Final = 1_000
"""Files that one call may name."""


def folded(tool: str) -> str:
    """A tool's name without what its writers spell differently."""
    return re.sub(r"[^a-z0-9]", "", tool.lower())


def path_of(given: Object) -> str | None:
    """The file that a call's arguments name."""
    return next((path for key in _PATHS if (path := text(given.get(key)))), None)


def line_of(given: Object) -> str | list[str]:
    """The command line, or the words of one, among a call's arguments."""
    line = next((given[key] for key in _LINES if isinstance(given.get(key), str | list)), "")
    return line if isinstance(line, str) else strings_of(line)


def call_tool(
    draft: Draft,
    record: int,
    tool: str,
    given: Object,
    *,
    at: str | None = None,
    call: str | None = None,
    workdir: str | None = None,
    diff: str | None = None,
    server: str | None = None,
) -> None:
    """Note a call by what it does: a command, edits, a look at a file, an MCP call, a sub-agent, a decision, or any other tool.

    ``diff`` is what the call is known to have changed; it counts instead of what its arguments say. ``server`` is the MCP server that has
    the tool. Paths are seen from ``workdir``. A call that was noted before is left alone.
    """
    if call is not None and call in draft.calls:
        return
    mcp = _MCP.fullmatch(tool)
    if server is not None or mcp is not None:
        _other(
            draft,
            record,
            f"{server}/{tool}" if mcp is None or server is not None else f"{mcp[1]}/{mcp[2]}",
            given,
            at=at,
            call=call,
            kind=EventKind.MCP_CALL,
        )
        return
    name, doing = folded(tool), text(given.get("command"))
    if name in COMMANDS:
        _command(draft, record, tool, given, at=at, call=call, workdir=workdir)
    files = list(changed(diff, path_of(given))) if diff is not None else []
    if not files and name in _EDITS and doing not in _LOOKS:
        files = list(_patch(given)) or list(_written(given, path_of(given)))
    for index, file in enumerate(files):
        told = given if index == 0 else None
        draft.add(EventKind.EDIT, record, at=at, name=tool, call=call, path=join(workdir, file.path), brings=(file.brings,), given=told)
    if files or name in COMMANDS:
        return
    if name in _READS or (name in _EDITS and doing == "view"):
        _read(draft, record, tool, given, at=at, call=call, workdir=workdir)
        return
    if name == "skill" and (skill := next((used for key in ("skill", "command", "name") if (used := text(given.get(key)))), None)):
        draft.use("skill", skill)
    _other(draft, record, tool, given, at=at, call=call, kind=_kind(name), workdir=workdir)


def _kind(name: str) -> EventKind:
    if name in _SUBAGENTS:
        return EventKind.SUBAGENT
    return EventKind.DECISION if name in _DECISIONS else EventKind.TOOL_CALL


def _other(
    draft: Draft,
    record: int,
    name: str,
    given: Object,
    *,
    at: str | None,
    call: str | None,
    kind: EventKind,
    workdir: str | None = None,
) -> None:
    path = path_of(given) if kind is EventKind.TOOL_CALL else None
    draft.add(kind, record, at=at, name=name, call=call, path=None if path is None else join(workdir, path), given=given)


def _read(draft: Draft, record: int, tool: str, given: Object, *, at: str | None, call: str | None, workdir: str | None) -> None:
    several = strings_of(given.get("paths", given.get("include")))[:MOST_READS]
    paths: list[str | None] = [*several] or [path_of(given)]
    for path in paths:
        where = None if path is None else join(workdir, path)
        draft.add(EventKind.TOOL_CALL, record, at=at, name=tool, call=call, path=where, reads=where is not None, given=given)


def _command(draft: Draft, record: int, tool: str, given: Object, *, at: str | None, call: str | None, workdir: str | None) -> None:
    """A command may fail after a patch in its text went in, so its end says nothing about the patch."""
    line = line_of(given)
    folder = next((folder for key in _FOLDERS if (folder := text(given.get(key)))), None)
    workdir = workdir if folder is None else join(workdir, folder)
    draft.command(record, line, at=at, name=tool, call=call, workdir=workdir, given=given)
    words = line if isinstance(line, str) else "\n".join(line)
    if BEGIN in words and ("apply_patch" in words or "applypatch" in words):
        for file in (file for part in patches(words) for file in patched(part)):
            draft.add(EventKind.EDIT, record, at=at, name="apply_patch", path=join(workdir, file.path), brings=(file.brings,))


def _patch(given: Object) -> Iterator[Patched]:
    """The files of a patch or diff among the arguments of an editing tool."""
    for spelled in (value for key in _DIFFS if isinstance(value := given.get(key), str)):
        if BEGIN in spelled:
            yield from (file for part in patches(spelled) for file in patched(part))
        else:
            yield from changed(spelled, path_of(given))


def _written(given: Object, path: str | None) -> Iterator[Patched]:
    """What the arguments of an editing tool put into the file, or into each of several."""
    brings: dict[str, list[str]] = {}
    parts: list[Object] = [given]
    for key in _LISTS:
        parts += objects_of(given.get(key))
    for part in parts:
        where = path_of(part) or path
        if where is not None:
            brings.setdefault(where, []).extend(_brought_in(part))
    yield from (Patched(where, "\n".join(texts)) for where, texts in brings.items())


def _brought_in(part: Object) -> Iterator[str]:
    for old, new in _PAIRS:
        if isinstance(put := part.get(new), str):
            searched = part.get(old)
            yield middle(searched if isinstance(searched, str) else "", put)
            break
    for key in (*_WHOLE, "diff"):
        if isinstance(whole := part.get(key), str):
            blocks = list(replaced(whole))
            yield from blocks or ([whole] if key != "diff" else [])
