"""What Codex's tools were called for, and how the calls ended."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from prgate.formats.traces.apply_patch import BEGIN, Patched, added, patched, patches
from prgate.formats.traces.places import join
from prgate.formats.traces.records import Object, members
from prgate.formats.traces.session import Session, members_of, objects_of, strings_of, text
from prgate.model.trace import EventKind

_SHELLS = frozenset({"container.exec", "exec_command", "shell", "shell_command", "unified_exec"})
_EXIT = re.compile(r"(?:Process exited with code|Exit code:) (-?\d{1,10})\b", re.ASCII)
_INTERCEPTED = re.compile(r"Wall time: [\d.]{1,20} seconds\nOutput:\nExit code: (-?\d{1,10})\nWall time: ", re.ASCII)
"""How a shell tool reports a patch that it applied itself, instead of the shell."""
_HEADER = 400
"""Characters of an output in which its exit code stands; what the command printed comes after."""


_FORMS = {EventKind.PROMPT: ("event", "completed", "item"), EventKind.MESSAGE: ("item", "completed", "event")}
"""Prompts and messages stand in a rollout in up to three forms; the first that a rollout has counts, so that no injected text is a prompt."""


@dataclass(slots=True)
class Rollout:
    """A session, and where it holds prompts and messages more than once; ``shells`` are the calls of commands."""

    session: Session
    twice: dict[tuple[EventKind, str], set[int]] = field(default_factory=dict)
    shells: set[str] = field(default_factory=set)

    def say(self, kind: EventKind, number: int, *, at: str | None, form: str) -> None:
        """Note a prompt or message in one of its forms."""
        self.twice.setdefault((kind, form), set()).add(len(self.session.events))
        self.session.add(kind, number, at=at)

    def doubles(self) -> set[int]:
        """Events that say again what the better of their forms has said."""
        dropped: set[int] = set()
        for kind, forms in _FORMS.items():
            held = [self.twice[kind, form] for form in forms if (kind, form) in self.twice]
            dropped.update(*held[1:])
        return dropped


def call_tool(rollout: Rollout, number: int, tool: str, given: Object, *, at: str | None, call: str | None) -> None:
    """Note a call by what it does: a command, edits (a patch, also one in a command), a look at a file, or any other tool."""
    if call is not None and (call in rollout.session.calls or _edits_of(call) in rollout.session.calls):
        return
    workdir = text(given.get("workdir"))
    patch = next((value for value in given.values() if isinstance(value, str) and BEGIN in value), "")
    if tool == "apply_patch" and (files := _files(patch)):
        _edit(rollout, number, files, at=at, call=call, workdir=workdir)
        return
    if tool not in _SHELLS:
        kind = EventKind.READ if tool == "view_image" else EventKind.TOOL
        rollout.session.add(kind, number, at=at, tool=tool, call=call, path=text(given.get("path")))
        return
    line = given.get("command", given.get("cmd"))
    words = [line] if isinstance(line, str) else strings_of(line)
    files = _files("\n".join(words)) if any("apply_patch" in word or "applypatch" in word for word in words) else []
    if words[:1] != ["apply_patch"] or not files:
        rollout.session.add(EventKind.COMMAND, number, at=at, tool=tool, call=call)
        if call is not None:
            rollout.shells.add(call)
    _edit(rollout, number, files, at=at, call=call, workdir=workdir)


def _edits_of(call: str) -> str:
    """The key of the edits that a call makes beside what else it does: a command may fail after its patch went in."""
    return f"{call}/edits"


def _files(patch: str) -> list[Patched]:
    return [file for part in patches(patch) for file in patched(part)]


def _changes(changes: Object) -> list[Patched]:
    files: list[Patched] = []
    for path, change in changes.items():
        sort = members_of(change)
        unified, content, moved = sort.get("unified_diff"), sort.get("content"), text(sort.get("move_path"))
        brings = added(unified) if isinstance(unified, str) else content if isinstance(content, str) and sort.get("type") == "add" else ""
        files += [Patched(path, brings)] if moved is None else [Patched(path, ""), Patched(moved, brings)]
    return files


def _edit(rollout: Rollout, number: int, files: list[Patched], *, at: str | None, call: str | None, workdir: str | None) -> None:
    for file in files:
        path = join(workdir, file.path)
        key = None if call is None else _edits_of(call)
        rollout.session.add(EventKind.EDIT, number, at=at, tool="apply_patch", call=key, path=path, brings=(file.brings,))


def settle_output(rollout: Rollout, call: str | None, output: object) -> None:
    """Note how a call ended. A failed command leaves open whether its patch went in."""
    ok = _ended(output)
    if call is None or ok is None:
        return
    rollout.session.settle(call, ok=ok)
    if ok or call not in rollout.shells:
        rollout.session.settle(_edits_of(call), ok=ok)


def _ended(output: object) -> bool | None:
    """Whether a tool's output says that it worked: by an exit code before what the command printed, or by a flag."""
    if isinstance(output, dict):
        success = output.get("success")
        return success if isinstance(success, bool) else _ended(output.get("content"))
    if isinstance(output, list):
        return _ended(next((piece for block in objects_of(output) if isinstance(piece := block.get("text"), str)), None))
    if not isinstance(output, str):
        return None
    if output.startswith("{"):
        code = members_of(members(output).get("metadata")).get("exit_code")
        return code == 0 if isinstance(code, int) else None
    if output.startswith("apply_patch verification failed"):
        return False
    said = _EXIT.search(output[:_HEADER].partition("\nOutput:")[0]) or _INTERCEPTED.match(output)
    return None if said is None else int(said[1]) == 0


def note_run(rollout: Rollout, number: int, end: Object, *, at: str | None, call: str | None) -> None:
    """Note how a command ended, the command itself where no call of the conversation brought it, and the files that Codex saw it read."""
    if call is None or call not in rollout.session.calls:
        rollout.session.add(EventKind.COMMAND, number, at=at, tool="exec_command", call=call)
    if isinstance(code := end.get("exit_code"), int):
        rollout.session.settle(call, ok=code == 0)
    workdir = (text(end.get("cwd")) or "").removeprefix("file://") or None
    for part in objects_of(end.get("parsed_cmd")):
        if part.get("type") == "read" and (path := text(part.get("path"))) is not None:
            rollout.session.add(EventKind.READ, number, at=at, tool="exec_command", path=join(workdir, path))


def note_change(rollout: Rollout, number: int, end: Object, *, at: str | None, call: str | None) -> None:
    """Note how a patch ended, and its edits where no call of the conversation brought them."""
    if call is None or _edits_of(call) not in rollout.session.calls:
        _edit(rollout, number, _changes(members_of(end.get("changes"))), at=at, call=call, workdir=None)
    ok = end.get("success", end.get("status") == "completed" if "status" in end else None)
    if call is not None and isinstance(ok, bool):
        rollout.session.settle(_edits_of(call), ok=ok)
