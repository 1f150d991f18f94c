"""What Claude Code put before its model, beside the conversation: the transcript's ``attachment`` records.

Sources: transcripts of Claude Code 2.1.153 to 2.1.270 and public readers of them.
"""

from __future__ import annotations

from prgate.formats.traces.claude import Telling, prompt
from prgate.formats.traces.draft import Draft
from prgate.formats.traces.records import Object
from prgate.formats.traces.values import members_of, objects_of, strings_of, text


def attachment(telling: Telling, number: int, record: Object, *, at: str | None) -> None:
    """Note rules, skills and servers in use, and a prompt that a person gave while the agent worked."""
    said = members_of(record.get("attachment"))
    match text(said.get("type")):
        case "nested_memory":
            _rules(telling.draft, said)
        case "instructions":
            for file in objects_of(said.get("files")):
                _rules(telling.draft, file)
        case "skill_listing":
            _name(telling.draft, "skill", said.get("names"))
        case "invoked_skills":
            for skill in objects_of(said.get("skills")):
                _named(telling.draft, "skill", skill.get("name"), skill.get("content"))
        case "mcp_instructions_delta":
            _name(telling.draft, "server", said.get("addedNames"))
        case "queued_command" if said.get("commandMode", "prompt") == "prompt":
            asked = said.get("prompt")
            prompt(telling, number, [{"type": "text", "text": asked}] if isinstance(asked, str) else objects_of(asked), at=at)
        case _:
            pass


def available(draft: Draft, opening: Object) -> None:
    """Note the skills and the servers that the start of a stream lists; a server that could not be reached is none."""
    _name(draft, "skill", opening.get("skills"))
    for server in objects_of(opening.get("mcp_servers")):
        if text(server.get("status")) not in {"disabled", "failed", "needs-auth"}:
            _named(draft, "server", server.get("name"), None)


def _rules(draft: Draft, file: Object) -> None:
    content = file.get("content")
    inner = members_of(content)
    _named(draft, "rules", file.get("path", inner.get("path")), inner.get("content", content))


def _name(draft: Draft, kind: str, names: object) -> None:
    for name in strings_of(names):
        _named(draft, kind, name, None)


def _named(draft: Draft, kind: str, name: object, content: object) -> None:
    if (known := text(name)) is not None:
        draft.use(kind, known, content if isinstance(content, str) else None)
