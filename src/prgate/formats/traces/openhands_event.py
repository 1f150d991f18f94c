"""One event of OpenHands: what was asked or done, or how what was done has ended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from prgate.formats.traces.draft import Draft
from prgate.formats.traces.names import UNKNOWN
from prgate.formats.traces.outcomes import code_in
from prgate.formats.traces.records import Object, members
from prgate.formats.traces.tools import call_tool
from prgate.formats.traces.values import members_of, objects_of, text, time_of, whole_of
from prgate.formats.traces.whole_diff import changed
from prgate.model.trace import EventKind, Permit

_SILENT: Final = frozenset({
    "change_agent_state", "condensation", "condensation_request", "loop_recovery", "null", "pause", "recall", "resume", "start", "stop",
})  # fmt: skip
"""Actions that are understood and tell no event."""
_NO_END: Final = frozenset({
    "agent_state_changed", "chat", "condense", "loop_detection", "null", "recall", "success", "system", "think",
})  # fmt: skip
_TOOLS: Final = {"edit": "edit", "read": "read", "write": "write", "delegate": "delegate", "task_tracking": "task_tracker"}
_SILENT_KINDS: Final = (
    "Condensation", "ConversationState", "LLMCompletion", "Pause", "StreamingDelta", "Token", "HookExecution", "Interrupt", "SystemPrompt",
)  # fmt: skip
_ENDS: Final = ("ObservationEvent", "UserRejectObservation", "AgentErrorEvent")


@dataclass(slots=True)
class Run:
    """Events in their order; ``last`` is the call that an observation without a cause belongs to."""

    draft: Draft
    last: str | None = None
    made: int = 0

    def begin(self, event: Object, at: str | None) -> str:
        """The key of the call that this action makes."""
        self.draft.tell(started=at)
        self.made += 1
        given = event.get("id")
        self.last = f"{self.draft.current}/{given}" if isinstance(given, int | str) and len(str(given)[:100]) < 100 else self._key()
        return self.last

    def ends(self, cause: object) -> str | None:
        """The key of the call that an observation ends."""
        return f"{self.draft.current}/{cause}" if isinstance(cause, int | str) else self.last

    def _key(self) -> str:
        return f"{self.draft.current}/-{self.made}"


def take_event(run: Run, number: int, event: Object) -> bool:
    """Note an event of version 0, flat or with ``args`` and ``extras``; false if it is none."""
    at = time_of(event.get("timestamp"))
    args = members_of(event.get("args", event))
    if isinstance(action := event.get("action"), str):
        return _act(run, number, event, action, args, at=at)
    if isinstance(ended := event.get("observation"), str):
        return ended in _NO_END or _end(run, number, event, ended, at=at)
    return False


def _act(run: Run, number: int, event: Object, action: str, args: Object, *, at: str | None) -> bool:
    draft = run.draft
    if action in _SILENT:
        return True
    call = run.begin(event, at)
    meant = members_of(event.get("tool_call_metadata"))
    tool, given = _called(draft, meant)
    words = next(
        (words for key in ("content", "final_thought", "thought", "task") if isinstance(words := args.get(key), str) and words), ""
    )
    match action:
        case "system":
            draft.tell(version=text(args.get("openhands_version")))
        case "message":
            asked = event.get("source") == "user" or (event.get("source") is None and run.made == 1)
            draft.add(EventKind.PROMPT if asked else EventKind.MESSAGE, number, at=at, text=words)
        case "finish" | "reject":
            draft.add(EventKind.MESSAGE, number, at=at, text=words)
        case "run":
            line = args.get("command")
            draft.command(number, line if isinstance(line, str) else "", at=at, name=tool or "run", call=call, given={"command": line})
        case "run_ipython":
            code = args.get("code")
            words = code if isinstance(code, str) else ""
            draft.command(number, ["python", "-c", words], at=at, name=tool or "run_ipython", call=call, given={"code": words})
        case "call_tool_mcp":
            server = UNKNOWN
            call_tool(draft, number, text(args.get("name")) or UNKNOWN, members_of(args.get("arguments")), at=at, call=call, server=server)
        case _:
            told = {key: value for key, value in args.items() if value is not None and value != ""} | given
            call_tool(draft, number, _TOOLS.get(action, tool or action), told, at=at, call=call)
    return True


def _called(draft: Draft, meant: Object) -> tuple[str | None, Object]:
    """The tool that the model called, and with what, as its answer has it."""
    response = members_of(meant.get("model_response"))
    draft.tell(model=text(response.get("model")))
    call = text(meant.get("tool_call_id"))
    for choice in objects_of(response.get("choices")):
        for made in objects_of(members_of(choice.get("message")).get("tool_calls")):
            arguments = members_of(made.get("function")).get("arguments")
            if text(made.get("id")) == call and isinstance(arguments, str):
                return text(meant.get("function_name")), members(arguments)
    return text(meant.get("function_name")), {}


def _end(run: Run, number: int, event: Object, ended: str, *, at: str | None) -> bool:
    draft, extras = run.draft, members_of(event.get("extras", event))
    call = run.ends(event.get("cause"))
    content = event.get("content")
    output = content if isinstance(content, str) else ""
    metadata = members_of(extras.get("metadata"))
    if ended == "user_rejected":
        draft.permit(number, Permit.ANSWER, at=at, ok=False)
        draft.settle(call, ok=False, output=output, ran=False)
        return True
    code = code_in(metadata) if code_in(metadata) is not None else code_in(extras)
    failed = ended == "error" or output.startswith(("ERROR:", "[Your proposed edit has introduced", "[No exact match found"))
    ok = False if failed else code == 0 if code is not None else True if ended in {"read", "edit", "write"} else None
    diff = "\n".join(file.brings for file in changed(output, text(extras.get("path")))) if ended == "edit" else ""
    draft.settle(call, ok=ok, code=code if code != -1 else None, brings=(diff,) if diff else (), output=output)
    return True


def take_new_event(run: Run, number: int, event: Object) -> bool:
    """Note an event of version 1, which says its kind; false for an unknown one."""
    draft, at, kind = run.draft, time_of(event.get("timestamp")), str(event["kind"])
    if kind == "ActionEvent":
        call = run.begin(event, at)
        action, made = members_of(event.get("action")), members_of(event.get("tool_call"))
        arguments = members_of(made.get("function")).get("arguments", made.get("arguments"))
        given = {key: value for key, value in action.items() if value is not None and key != "kind"}
        given |= members(arguments) if isinstance(arguments, str) else members_of(arguments)
        call_tool(draft, number, text(event.get("tool_name")) or text(made.get("name")) or UNKNOWN, given, at=at, call=call)
        return True
    if kind == "MessageEvent":
        words = "\n".join(
            piece for part in objects_of(members_of(event.get("llm_message")).get("content")) if isinstance(piece := part.get("text"), str)
        )
        run.begin(event, at)
        draft.add(EventKind.PROMPT if event.get("source") == "user" else EventKind.MESSAGE, number, at=at, text=words)
        return True
    if kind not in _ENDS:
        return kind.startswith(_SILENT_KINDS)
    told = members_of(event.get("observation"))
    ends = run.ends(event.get("action_id"))
    if kind == "UserRejectObservation":
        draft.permit(number, Permit.ANSWER, at=at, ok=False)
    metadata = members_of(told.get("metadata"))
    code = next((code for part in (told, metadata) if (code := whole_of(part.get("exit_code"))) is not None and code != -1), None)
    failed = kind != "ObservationEvent" or told.get("is_error") is True or bool(told.get("error"))
    worked = None if code is None and told.get("is_error") is None else code in {None, 0}
    draft.settle(ends, ok=False if failed else worked, code=code, ran=kind != "UserRejectObservation")
    return True
