"""One step of an ATIF trajectory: what somebody said, the calls that an agent made, and how they ended."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from prgate.formats.shape import ShapeError
from prgate.formats.shape_reader import read_shape
from prgate.formats.traces.claude import added
from prgate.formats.traces.draft import Draft
from prgate.formats.traces.event_json import EventShape, event_of
from prgate.formats.traces.outcomes import code_before, code_in, ended
from prgate.formats.traces.records import Object
from prgate.formats.traces.tools import COMMANDS, call_tool, folded
from prgate.formats.traces.values import members_of, objects_of, text, time_of, words_of
from prgate.model.lines import DIGEST_BYTES
from prgate.model.trace import EventKind

TOLD: Final = "prgate"
"""The member of ``extra`` in which ``atif_write`` keeps what the format has no place for."""

_INJECTED: Final = (
    "# AGENTS.md instructions", "<bash-", "<command-", "<environment_context>", "<local-command-", "<permissions instructions>", "<skill>",
    "<subagent_notification>", "<system-reminder>", "<task-notification>", "<turn_aborted>", "<user_instructions>",
    "<user_shell_command>",
)  # fmt: skip
"""Text in the user's role that a program put there."""


def take_step(draft: Draft, number: int, step: Object, *, embedded: bool) -> bool:
    """Note what a step tells; false if it is none.

    ``embedded``: it is a sub-agent's. What was copied into it is told where it took place, and who asks it is no person.
    """
    at = time_of(step.get("timestamp"))
    extra = members_of(step.get("extra"))
    draft.tell(started=at, cwd=text(extra.get("cwd")))
    if isinstance(told := extra.get(TOLD), list):
        return [_note(draft, number, event, at=at) for event in told].count(False) == 0
    if embedded and step.get("is_copied_context") is True:
        return True
    before = len(draft.events)
    results = objects_of(members_of(step.get("observation")).get("results"))
    match step.get("source"):
        case "user":
            if not embedded and extra.get("is_sidechain") is not True and _asks(step.get("message")):
                draft.add(EventKind.PROMPT, number, at=at, text=words_of(step.get("message")))
        case "agent":
            draft.tell(model=text(step.get("model_name")))
            if (words := words_of(step.get("message"))).strip():
                draft.add(EventKind.MESSAGE, number, at=at, text=words)
            answers = {text(result.get("source_call_id")): result for result in reversed(results)}
            for index, call in enumerate(objects_of(step.get("tool_calls"))):
                result = answers.get(text(call.get("tool_call_id")), {})
                _call(draft, number, call, result, at=at, key=f"{number}/{index}")
        case "system":
            pass
        case _:
            return False
    refers = any(objects_of(result.get("subagent_trajectory_ref")) for result in results)
    if refers and not any(event.kind is EventKind.SUBAGENT for event in draft.events[before:]):
        draft.add(EventKind.SUBAGENT, number, at=at)
    return True


def _note(draft: Draft, number: int, tree: object, *, at: str | None) -> bool:
    """Note an event of the writer's; false if it is none."""
    try:
        event = event_of(read_shape(EventShape, tree), (draft.name, number))
    except ShapeError:
        return False
    if event.edit is not None:
        draft.count_lines(len(event.edit.lines) // DIGEST_BYTES)
    index = draft.add(event.kind, number)
    draft.events[index] = replace(event, at=at, session=draft.current)
    return True


def _asks(message: object) -> bool:
    words = words_of(message).lstrip()
    shows = any(part.get("type") not in {None, "text"} for part in objects_of(message) if isinstance(part.get("type"), str | None))
    return bool(words and not words.startswith(_INJECTED)) or shows


def _call(draft: Draft, number: int, call: Object, result: Object, *, at: str | None, key: str) -> None:
    """Note a call and its end, which no later step can change; a ``diff`` in the ``extra`` of either is what it changed."""
    tool, given, extra = text(call.get("function_name")) or "", members_of(call.get("arguments")), members_of(call.get("extra"))
    told = members_of(result.get("extra"))
    diff = next((diff for part in (told, extra) if isinstance(diff := part.get("diff"), str) and diff), None)
    call_tool(draft, number, tool, given, at=at, call=key, diff=diff)
    content = words_of(result.get("content"))
    harbor = members_of(members_of(told.get("tool_result_metadata")).get("tool_use_result"))
    parts = [part for part in (told, members_of(told.get("metadata")), harbor, extra) if part]
    code = next((code for part in parts if (code := code_in(part)) is not None), None)
    if code is None and folded(tool) in COMMANDS | {"applypatch"}:
        code = code_before(content)
    ok = next((ok for part in parts if (ok := ended(part)) is not None), None if code is None else code == 0)
    brings = () if diff is not None else added(harbor)
    draft.settle(key, ok=ok, code=code, brings=brings, output=content if "content" in result else None)
    draft.calls.pop(key, None)
