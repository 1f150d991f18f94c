"""OpenHands' events: a saved trajectory (one array), events one a line or of version 1, and the resolver's ``output.jsonl``.

Source: ``openhands/events`` of OpenHands 0.9 to 0.62, the resolver's output, and the event types of ``openhands-sdk`` 1.
"""

from __future__ import annotations

from typing import Final

from prgate.formats.traces.blocks import Blocks
from prgate.formats.traces.document import read_list
from prgate.formats.traces.draft import Draft
from prgate.formats.traces.names import repository_of
from prgate.formats.traces.openhands_event import Run, take_event, take_new_event
from prgate.formats.traces.reader import Head, Reader
from prgate.formats.traces.records import Object
from prgate.formats.traces.values import commit_of, members_of, text
from prgate.formats.traces.whole_diff import changed
from prgate.model.trace import EventKind

NAME: Final = "openhands"
AGENT: Final = "openhands"

_SOURCES: Final = frozenset({"agent", "environment", "hook", "user"})


def sniff(head: Head) -> bool:
    """Whether a record is an event with its source, or one issue's run."""
    return any(_is_event(record) or _is_run(record) for record in (*head.records, head.members))


def _is_event(record: Object) -> bool:
    if text(record.get("source")) not in _SOURCES:
        return False
    if isinstance(kind := record.get("kind"), str):
        return kind.endswith(("Event", "Action", "Observation")) and "timestamp" in record and "id" in record
    acts = isinstance(record.get("action"), str) and isinstance(record.get("args"), dict)
    return acts or (isinstance(record.get("observation"), str) and isinstance(record.get("content"), str) and "id" in record)


def _is_run(record: Object) -> bool:
    about = isinstance(record.get("git_patch", members_of(record.get("test_result")).get("git_patch")), str)
    return isinstance(record.get("history"), list) and about and ("instruction" in record or "issue" in record)


def read(draft: Draft, blocks: Blocks) -> None:
    """Read events, or one run a line, each a session of its own. Raises ``FormatError``."""
    run: Run | None = None
    for number, record in read_list(blocks):
        if record is not None and isinstance(record.get("history"), list):
            _issue(draft, number, record)
            run = None
            continue
        if run is None:
            draft.session(AGENT)
            run = Run(draft)
        draft.count(understood=record is not None and _event(run, number, record))


def _event(run: Run, number: int, event: Object) -> bool:
    return take_new_event(run, number, event) if isinstance(event.get("kind"), str) else take_event(run, number, event)


def _issue(draft: Draft, number: int, record: Object) -> None:
    """One issue's run: its events, and the patch that came out of it."""
    draft.session(AGENT)
    issue = members_of(record.get("issue"))
    owner, name = text(issue.get("owner")), text(issue.get("repo"))
    metadata = members_of(record.get("metadata"))
    draft.tell(
        repository=repository_of(f"{owner}/{name}") if owner and name else None,
        commit=commit_of(record.get("base_commit")),
        model=text(members_of(metadata.get("llm_config")).get("model")),
    )
    run = Run(draft)
    for item in record["history"]:
        for event in item if isinstance(item, list) else (item,):
            draft.count(understood=isinstance(event, dict) and _event(run, number, event))
    patch = record.get("git_patch", members_of(record.get("test_result")).get("git_patch"))
    if isinstance(patch, str):
        draft.count(understood=True)
        for file in changed(patch):
            draft.add(EventKind.EDIT, number, name="patch", path=file.path, brings=(file.brings,), ok=True)


READER = Reader(
    NAME,
    (AGENT,),
    sniff,
    read,
    holds="prompts, commands with exit status, edits; the resolver's output also its whole patch",
    found="`--save-trajectory-path`, the resolver's `output.jsonl`, the events of a conversation",
)
