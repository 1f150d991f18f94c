"""What Codex's tools were called for, and how the calls ended."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from prgate.formats.apply_patch import BEGIN, Patched, added, patched, patches
from prgate.formats.traces.draft import Draft
from prgate.formats.traces.places import join
from prgate.formats.traces.records import Object, members
from prgate.formats.traces.values import members_of, objects_of, strings_of, text, whole_of
from prgate.model.trace import EventKind, Permit

_SHELLS: Final = frozenset({"container.exec", "exec_command", "shell", "shell_command", "unified_exec"})
_KINDS: Final = {
    "request_user_input": EventKind.DECISION,
    "spawn_agent": EventKind.SUBAGENT,
    "update_plan": EventKind.DECISION,
}
_EXIT: Final = re.compile(r"(?:Process exited with code|Exit code:) (-?\d{1,9})\b", re.ASCII)
_INTERCEPTED: Final = re.compile(r"Wall time: [\d.]{1,20} seconds\nOutput:\nExit code: (-?\d{1,9})\nWall time: ", re.ASCII)
"""How a shell tool reports a patch that it applied itself, instead of the shell."""
_RUNNING: Final = re.compile(r"Process running with session ID (\d{1,9})\b", re.ASCII)
_HEADER: Final = 400
"""Characters of an output in which its exit code stands; what the command printed comes after."""
_REFUSED: Final = ("command rejected by user", "exec command rejected by user", "patch rejected by user", "rejected by user")
DECLINED: Final = "declined"

_FORMS: Final = {EventKind.PROMPT: ("event", "completed", "item"), EventKind.MESSAGE: ("item", "completed", "event")}
"""Prompts and messages stand in a rollout in up to three forms; the first that a rollout has counts, so that no injected text is a prompt."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an output says of its call: whether it worked, its exit status, the shell session that it left running, its text."""

    ok: bool | None = None
    code: int | None = None
    running: str | None = None
    refused: bool = False
    words: str | None = None


@dataclass(slots=True)
class Rollout:
    """A session, and where it holds prompts and messages more than once.

    ``shells`` are the calls of commands, ``running`` has the call that began a shell session which outlived it, and ``polls`` the session
    that a later call looks at.
    """

    draft: Draft
    twice: dict[tuple[EventKind, str], set[int]] = field(default_factory=dict)
    shells: set[str] = field(default_factory=set)
    running: dict[str, str] = field(default_factory=dict)
    polls: dict[str, str] = field(default_factory=dict)
    refused: set[str] = field(default_factory=set)

    def say(self, kind: EventKind, number: int, words: str, *, at: str | None, form: str) -> None:
        """Note a prompt or message in one of its forms."""
        self.twice.setdefault((kind, form), set()).add(len(self.draft.events))
        self.draft.add(kind, number, at=at, text=words)

    def doubles(self) -> set[int]:
        """Events that say again what the better of their forms has said."""
        dropped: set[int] = set()
        for kind, forms in _FORMS.items():
            held = [self.twice[kind, form] for form in forms if (kind, form) in self.twice]
            dropped.update(*held[1:])
        return dropped


def call_tool(
    rollout: Rollout, number: int, tool: str, given: Object, *, at: str | None, call: str | None, namespace: str | None = None
) -> None:
    """Note a call by what it does: a command, edits (a patch, also one in a command), a look at a file, an MCP call, or any other tool."""
    draft = rollout.draft
    if call is not None and (call in draft.calls or _edits_of(call) in draft.calls):
        return
    workdir = text(given.get("workdir"))
    patch = next((value for value in given.values() if isinstance(value, str) and BEGIN in value), "")
    if tool == "apply_patch" and (files := _files(patch)):
        _edit(rollout, number, files, at=at, call=call, workdir=workdir, given=given)
        return
    if tool in _SHELLS:
        _command(rollout, number, tool, given, at=at, call=call, workdir=workdir)
        return
    if tool == "write_stdin" and call is not None and (session := whole_of(given.get("session_id"))) is not None:
        rollout.polls[call] = str(session)
    if namespace is not None and namespace.startswith("mcp__"):
        draft.add(EventKind.MCP_CALL, number, at=at, name=f"{namespace.removeprefix('mcp__')}/{tool}", call=call, given=given)
        return
    path = text(given.get("path"))
    seen = tool == "view_image" and path is not None
    draft.add(_KINDS.get(tool, EventKind.TOOL_CALL), number, at=at, name=tool, call=call, path=path, reads=seen, given=given)


def _command(rollout: Rollout, number: int, tool: str, given: Object, *, at: str | None, call: str | None, workdir: str | None) -> None:
    line = given.get("command", given.get("cmd"))
    words = [line] if isinstance(line, str) else strings_of(line)
    files = _files("\n".join(words)) if any("apply_patch" in word or "applypatch" in word for word in words) else []
    if words[:1] != ["apply_patch"] or not files:
        told: str | list[str] = words if isinstance(line, list) else "".join(words)
        rollout.draft.command(number, told, at=at, name=tool, call=call, workdir=workdir, given=given)
        if call is not None:
            rollout.shells.add(call)
    _edit(rollout, number, files, at=at, call=call, workdir=workdir, given=given)


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


def _edit(
    rollout: Rollout, number: int, files: list[Patched], *, at: str | None, call: str | None, workdir: str | None, given: object = None
) -> None:
    key = None if call is None else _edits_of(call)
    for index, file in enumerate(files):
        told = given if index == 0 else None
        path = join(workdir, file.path)
        rollout.draft.add(EventKind.EDIT, number, at=at, name="apply_patch", call=key, path=path, brings=(file.brings,), given=told)


def settle_output(rollout: Rollout, number: int, call: str | None, output: object, *, at: str | None) -> None:
    """Note how a call ended. A failed command leaves open whether its patch went in."""
    if call is None:
        return
    said = _outcome(output)
    if said.refused:
        refuse(rollout, number, call, at=at)
        return
    if said.running is not None and call in rollout.shells:
        rollout.running[said.running] = call
    begun = rollout.running.get(rollout.polls.get(call, ""))
    if begun is not None and said.ok is not None:
        rollout.draft.settle(begun, ok=said.ok, code=said.code)
    _settle(rollout, call, said)


def _settle(rollout: Rollout, call: str, said: Outcome) -> None:
    if said.ok is None:
        if rollout.draft.scribe is not None and said.words is not None:
            rollout.draft.scribe.answers.setdefault(call, said.words)
        return
    rollout.draft.settle(call, ok=said.ok, code=said.code, output=said.words)
    if _edits_of(call) in rollout.draft.calls and (said.ok or call not in rollout.shells):
        rollout.draft.settle(_edits_of(call), ok=said.ok, output=said.words)


def refuse(rollout: Rollout, number: int, call: str, *, at: str | None) -> None:
    """Note that a person declined a call; several records may say so."""
    if call in rollout.refused:
        return
    rollout.refused.add(call)
    rollout.draft.settle(call, ok=False, ran=False)
    rollout.draft.settle(_edits_of(call), ok=False, ran=False)
    rollout.draft.permit(number, Permit.ANSWER, at=at, ok=False)


def _outcome(output: object) -> Outcome:
    """What a tool's output says of the call: by an exit code before what the command printed, or by a flag."""
    if isinstance(output, dict):
        success = output.get("success")
        inner = _outcome(output.get("content"))
        return Outcome(success, words=inner.words, refused=inner.refused) if isinstance(success, bool) else inner
    if isinstance(output, list):
        return _outcome(next((piece for block in objects_of(output) if isinstance(piece := block.get("text"), str)), None))
    if not isinstance(output, str):
        return Outcome()
    if output.startswith("{"):
        told = members(output)
        code, printed = whole_of(members_of(told.get("metadata")).get("exit_code")), told.get("output")
        words = printed if isinstance(printed, str) else output
        return Outcome(None if code is None else code == 0, code, refused=words.startswith(_REFUSED), words=words)
    if output.startswith("apply_patch verification failed"):
        return Outcome(ok=False, words=output)
    header = output[:_HEADER].partition("\nOutput:")[0]
    running, exited = _RUNNING.search(header), _EXIT.search(header) or _INTERCEPTED.match(output)
    code = None if exited is None else int(exited[1])
    session = None if running is None else running[1]
    return Outcome(None if code is None else code == 0, code, session, refused=output.startswith(_REFUSED), words=output)


def note_run(rollout: Rollout, number: int, end: Object, *, at: str | None, call: str | None) -> None:
    """Note how a command ended, the command itself where no call of the conversation brought it, and the files that Codex saw it read."""
    workdir = (text(end.get("cwd")) or "").removeprefix("file://") or None
    if call is None or call not in rollout.draft.calls:
        rollout.draft.command(number, strings_of(end.get("command")), at=at, name="exec_command", call=call, workdir=workdir)
    if call is not None and end.get("status") == DECLINED:
        refuse(rollout, number, call, at=at)
    elif (code := whole_of(end.get("exit_code"))) is not None:
        rollout.draft.settle(call, ok=code == 0, code=code)
    for part in objects_of(end.get("parsed_cmd")):
        if part.get("type") == "read" and (path := text(part.get("path"))) is not None:
            rollout.draft.add(EventKind.TOOL_CALL, number, at=at, name="exec_command", path=join(workdir, path), reads=True)


def note_change(rollout: Rollout, number: int, end: Object, *, at: str | None, call: str | None) -> None:
    """Note how a patch ended, and its edits where no call of the conversation brought them."""
    if call is None or _edits_of(call) not in rollout.draft.calls:
        _edit(rollout, number, _changes(members_of(end.get("changes"))), at=at, call=call, workdir=None)
    status = text(end.get("status"))
    ok = end.get("success", None if status is None else status == "completed")
    if call is not None and status == DECLINED:
        refuse(rollout, number, call, at=at)
    elif call is not None and isinstance(ok, bool):
        rollout.draft.settle(_edits_of(call), ok=ok)


def note_mcp(rollout: Rollout, number: int, end: Object, *, at: str | None, call: str | None) -> None:
    """Note which tool of which server a call was for, and how it ended; the call itself where no other record brought it."""
    invocation = members_of(end.get("invocation")) or end
    name = f"{text(invocation.get('server')) or ''}/{text(invocation.get('tool')) or ''}"
    if call is None or call not in rollout.draft.calls:
        rollout.draft.add(EventKind.MCP_CALL, number, at=at, name=name, call=call, given=invocation.get("arguments"))
    rollout.draft.known(call, EventKind.MCP_CALL, name)
    result = end.get("result")
    told = members_of(members_of(result).get("Ok", result))
    failed = "Err" in members_of(result) or end.get("error") is not None or end.get("status") == "failed"
    if result is not None or failed:
        rollout.draft.settle(call, ok=not failed and not any(told.get(mark) is True for mark in ("isError", "is_error")))
