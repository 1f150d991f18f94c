"""GitHub Copilot CLI's events, ``~/.copilot/session-state/<id>/events.jsonl``: one a line, each with its kind and data.

Sources: sessions written by Copilot CLI 1.0.64 to 1.0.68 and the event types of @github/copilot-sdk 1.0.14.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from prgate.formats.traces.blocks import Blocks
from prgate.formats.traces.draft import Draft
from prgate.formats.traces.names import repository_of
from prgate.formats.traces.reader import Head, Reader
from prgate.formats.traces.records import Object, read_records
from prgate.formats.traces.tools import COMMANDS, call_tool, folded, path_of
from prgate.formats.traces.values import commit_of, members_of, objects_of, text, time_of, whole_of
from prgate.formats.traces.whole_diff import changed
from prgate.model.trace import EventKind, Permit

NAME: Final = "copilot-cli"
AGENT: Final = "copilot-cli"

_KINDS: Final = frozenset({
    "abort", "assistant", "auto_mode_switch", "capabilities", "command", "commands", "elicitation", "exit_plan_mode", "external_tool",
    "factory", "hook", "mcp", "mcp_app", "model", "pending_messages", "permission", "sampling", "session", "session_limits_exhausted", "skill",
    "subagent", "system", "tool", "tool_search", "ui", "user", "user_input",
})  # fmt: skip
"""What kinds begin with; one of these that is not looked at tells no event."""
_SHOWS: Final = frozenset({"session", "user", "assistant", "tool"})
_MODES: Final = {"manual": Permit.ASKS, "assisted": Permit.EDITS, "allow-all": Permit.BYPASSED}
"""In ``assisted`` a model judges what is asked and asks a person about the rest."""
_REFUSED: Final = "denied-interactively-by-user"
_ENDED: Final = re.compile(
    r"<(?:shellId: (?P<shell>[A-Za-z0-9_-]{1,40}) )?(?:completed|exited) with exit code (?P<code>-?[0-9]{1,10})>\s*\Z", re.ASCII
)
_RUNNING: Final = re.compile(r"<command with (?:shellId|id): (?P<shell>[A-Za-z0-9_-]{1,40}) is (?:still )?running")
_LAST: Final = 400
"""Characters at the end of an output in which the shell tool says how the command stands."""


def sniff(head: Head) -> bool:
    """Whether a record is an event in the envelope that all of them have."""
    return any(_is_event(record) and _family(record) in _SHOWS and "." in record["type"] for record in head.records)


def _is_event(record: Object) -> bool:
    return text(record.get("id")) is not None and "parentId" in record and isinstance(record.get("data"), dict) and bool(_family(record))


def _family(record: Object) -> str:
    return (text(record.get("type")) or "").partition(".")[0]


@dataclass(slots=True)
class _Run:
    """A session's events. ``cwd`` is where it runs, if that is not where paths are seen from; ``shells`` are the calls still running."""

    draft: Draft
    cwd: str | None = None
    shells: dict[str, str] = field(default_factory=dict)
    commands: set[str] = field(default_factory=set)


def read(draft: Draft, blocks: Blocks) -> None:
    """Read events. Raises ``FormatError``."""
    draft.session(AGENT)
    run = _Run(draft)
    for number, record in read_records(blocks):
        draft.count(understood=record is not None and _is_event(record) and _take(run, number, record))


@dataclass(frozen=True, slots=True)
class _Event:
    """One event, ``data`` being what its kind tells."""

    number: int
    at: str | None
    record: Object
    data: Object


def _take(run: _Run, number: int, record: Object) -> bool:
    note = _NOTES.get(text(record.get("type")) or "")
    if note is not None:
        note(run, _Event(number, time_of(record.get("timestamp")), record, members_of(record.get("data"))))
    return note is not None or _family(record) in _KINDS


def _start(run: _Run, event: _Event) -> None:
    """A file may hold several sessions, one after the other."""
    draft, data, id_ = run.draft, event.data, text(event.data.get("sessionId"))
    if draft.about.id not in (None, id_):
        draft.session(AGENT)
    draft.tell(
        id=id_, version=text(data.get("copilotVersion")), started=time_of(data.get("startTime")), model=text(data.get("selectedModel"))
    )
    _context(run, event)


def _context(run: _Run, event: _Event) -> None:
    context = members_of(event.data.get("context", event.data))
    cwd, top = text(context.get("cwd")), text(context.get("gitRoot"))
    run.cwd = cwd
    run.draft.tell(
        cwd=top or cwd,
        repository=repository_of(text(context.get("repository"))),
        branch=text(context.get("branch")),
        commit=commit_of(context.get("headCommit")) or commit_of(context.get("baseCommit")),
    )


def _model(run: _Run, event: _Event) -> None:
    run.draft.tell(model=text(event.data.get("newModel")))


def _permissions(run: _Run, event: _Event) -> None:
    """The mode's name; older versions only say whether all is allowed."""
    everything = event.data.get("allowAllPermissions")
    old = "allow-all" if everything is True else "manual" if everything is False else ""
    mode = _MODES.get(text(event.data.get("mode")) or old)
    if mode is not None:
        run.draft.permit(event.number, mode, at=event.at)


def _answer(run: _Run, event: _Event) -> None:
    """Only what the event calls a person's is a person's answer: rules, hooks, models and hosts give the same results."""
    kind = text(members_of(event.data.get("result")).get("kind")) or ""
    if event.data.get("decisionSource") == "human_response" or kind == _REFUSED:
        run.draft.permit(event.number, Permit.ANSWER, at=event.at, ok=kind.startswith("approved"))


def _plan(run: _Run, event: _Event) -> None:
    run.draft.add(EventKind.DECISION, event.number, at=event.at, name="plan")


def _prompt(run: _Run, event: _Event) -> None:
    """Skills, other agents and the autopilot speak in the user's name too."""
    data, words = event.data, event.data.get("content")
    own = data.get("source") in (None, "", "user") and data.get("isAutopilotContinuation") is not True
    if own and event.record.get("agentId") is None and isinstance(words, str) and words.strip():
        run.draft.add(EventKind.PROMPT, event.number, at=event.at, text=words)


def _message(run: _Run, event: _Event) -> None:
    run.draft.tell(model=text(event.data.get("model")))
    if isinstance(words := event.data.get("content"), str) and words.strip():
        run.draft.add(EventKind.MESSAGE, event.number, at=event.at, text=words)


def _call(run: _Run, event: _Event) -> None:
    draft, data, call, given = run.draft, event.data, text(event.data.get("toolCallId")), event.data.get("arguments")
    if call is not None and call in draft.calls:
        return
    draft.tell(model=text(data.get("model")))
    tool, server = text(data.get("toolName")) or "", text(data.get("mcpServerName"))
    arguments = {"input": given} if isinstance(given, str) else members_of(given)
    if server is not None:
        name = f"{server}/{text(data.get('mcpToolName')) or tool}"
        draft.add(EventKind.MCP_CALL, event.number, at=event.at, name=name, call=call, path=path_of(arguments), given=arguments)
        return
    if call is not None and folded(tool) in COMMANDS:
        run.commands.add(call)
    call_tool(draft, event.number, tool, arguments, at=event.at, call=call, workdir=run.cwd)


def _complete(run: _Run, event: _Event) -> None:
    """A command's end is its exit status, told apart from the tool's; one that runs on is settled when that is told."""
    draft, call, result = run.draft, text(event.data.get("toolCallId")), members_of(event.data.get("result"))
    worked = success if isinstance(success := event.data.get("success"), bool) else None
    said = output if isinstance(output := result.get("content"), str) else ""
    ended, running = _ENDED.search(said[-_LAST:]), _RUNNING.search(said[-_LAST:])
    if call in run.commands:
        code = _status(event.data, result)
        if code is None and ended is not None:
            code = int(ended["code"])
        if running is not None and code is None:
            run.shells[running["shell"]] = call
            worked = None
        draft.settle(call, ok=worked if code is None else code == 0, code=code, output=said)
        return
    if ended is not None and ended["shell"] in run.shells:
        draft.settle(run.shells.pop(ended["shell"]), ok=int(ended["code"]) == 0, code=int(ended["code"]))
    draft.settle(call, ok=worked, brings=_brought_in(result), output=said)


def _status(data: Object, result: Object) -> int | None:
    told = [data.get("shellExecution"), *objects_of(result.get("contents"))]
    return next((code for part in told if (code := whole_of(members_of(part).get("exitCode"))) is not None), None)


def _brought_in(result: Object) -> tuple[str, ...]:
    """What an edit of one file really brought in, where the result has its diff."""
    diff = result.get("detailedContent")
    files = tuple(changed(diff)) if isinstance(diff, str) and diff.lstrip().startswith("diff --git ") else ()
    return tuple(file.brings for file in files) if len(files) == 1 else ()


def _notice(run: _Run, event: _Event) -> None:
    kind = members_of(event.data.get("kind"))
    call = run.shells.pop(text(kind.get("shellId")) or "", None)
    code = whole_of(kind.get("exitCode"))
    if call is not None and code is not None:
        run.draft.settle(call, ok=code == 0, code=code)


def _subagent(run: _Run, event: _Event) -> None:
    call = text(event.data.get("toolCallId"))
    if call is None or call not in run.draft.calls:
        run.draft.add(EventKind.SUBAGENT, event.number, at=event.at, name=text(event.data.get("agentName")) or "", call=call)


def _failed(run: _Run, event: _Event) -> None:
    run.draft.settle(text(event.data.get("toolCallId")), ok=False)


def _skill(run: _Run, event: _Event) -> None:
    content = event.data.get("content")
    if (name := text(event.data.get("name"))) is not None:
        run.draft.use("skill", name, content if isinstance(content, str) else None)


_NOTES: Final[Mapping[str, Callable[[_Run, _Event], None]]] = {
    "assistant.message": _message,
    "permission.completed": _answer,
    "session.context_changed": _context,
    "session.model_change": _model,
    "session.permissions_changed": _permissions,
    "session.plan_changed": _plan,
    "session.resume": _context,
    "session.start": _start,
    "skill.invoked": _skill,
    "subagent.failed": _failed,
    "subagent.started": _subagent,
    "system.notification": _notice,
    "tool.execution_complete": _complete,
    "tool.execution_start": _call,
    "user.message": _prompt,
}
"""What is noted. ``session.workspace_file_changed`` is about the session's own folder, not about the repository."""


READER = Reader(
    NAME,
    (AGENT,),
    sniff,
    read,
    holds="prompts, calls, commands with exit status, edits, approvals, repository, commit",
    found="`~/.copilot/session-state/<id>/events.jsonl`",
)
