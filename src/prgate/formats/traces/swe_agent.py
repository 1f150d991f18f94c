"""SWE-agent's ``.traj``: one JSON object with the steps of a run, the conversation behind them, and the patch that came out of it.

Source: files written by SWE-agent 0.6 to 1.1, and its tool bundles.
"""

from __future__ import annotations

from typing import Final

from prgate.formats.traces.blocks import Blocks
from prgate.formats.traces.document import Document
from prgate.formats.traces.draft import Draft
from prgate.formats.traces.names import repository_of
from prgate.formats.traces.reader import Head, Reader
from prgate.formats.traces.records import Object, members
from prgate.formats.traces.swe_agent_step import Shell, take_message, take_step
from prgate.formats.traces.values import commit_of, members_of, text
from prgate.formats.traces.whole_diff import changed
from prgate.model.trace import EventKind

NAME: Final = "swe-agent"
AGENT: Final = "swe-agent"


def sniff(head: Head) -> bool:
    """Whether the object has a run's members; one with its conversation alone holds messages of SWE-agent's kinds."""
    if isinstance(head.members.get("trajectory"), list):
        return bool({"environment", "history", "info"} & head.members.keys()) or b'"observation"' in head.text
    if isinstance(head.members.get("attempts"), list):
        return b'"trajectory"' in head.text
    return list(head.members) == ["history"] and b'"message_type"' in head.text


def read(draft: Draft, blocks: Blocks) -> None:
    """Read a run, or the attempts of one. What is done counts once, from the steps or the conversation, whichever comes first."""
    document = Document(blocks)
    draft.session(AGENT)
    _run(draft, document, Shell(draft))
    if document.broken:
        draft.count(understood=False)


def _run(draft: Draft, document: Document, shell: Shell) -> None:
    for key in document.members():
        match key:
            case "trajectory" | "history" if document.peek() == "[":
                _list(draft, document, shell, key)
            case "attempts" if document.peek() == "[":
                for _ in document.elements():
                    if document.peek() == "{":
                        _run(draft, document, Shell(draft))
            case "info":
                _info(draft, members_of(document.value()))
            case "replay_config":
                config = document.value()
                _config(draft, members(config) if isinstance(config, str) else members_of(config))
            case _:
                pass


def _list(draft: Draft, document: Document, shell: Shell, key: str) -> None:
    for _ in document.elements():
        item = document.value()
        if document.broken:
            return
        number = draft.read + draft.skipped + 1
        shell.told_by = shell.told_by or key
        if not isinstance(item, dict):
            draft.count(understood=False)
        elif key == "trajectory":
            draft.count(understood=take_step(shell, number, item))
        else:
            draft.count(understood=take_message(shell, number, item))


def _info(draft: Draft, info: Object) -> None:
    draft.tell(version=text(info.get("swe_agent_version")))
    if isinstance(patch := info.get("submission"), str):
        draft.count(understood=True)
        for file in changed(patch):
            draft.add(EventKind.EDIT, draft.read + draft.skipped, name="patch", path=file.path, brings=(file.brings,), ok=True)


def _config(draft: Draft, config: Object) -> None:
    repository = members_of(members_of(config.get("env")).get("repo"))
    model = members_of(members_of(config.get("agent")).get("model"))
    draft.tell(
        repository=repository_of(text(repository.get("github_url"))),
        commit=commit_of(repository.get("base_commit")),
        model=text(model.get("name")),
    )


READER = Reader(
    NAME,
    (),
    sniff,
    read,
    holds="prompts, commands, edits, the whole patch; no times, no exit status",
    found="`trajectories/…/*.traj`",
)
