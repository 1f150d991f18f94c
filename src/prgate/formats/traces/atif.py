"""ATIF, the Agent Trajectory Interchange Format 1.0 to 1.8: one JSON document, written by Harbor for some thirty agents.

Source: the format's RFC 0001 (harbor-framework/harbor) and the models of ``harbor`` 0.24 and ``atif`` 1.8.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from prgate.formats.shape import ShapeError
from prgate.formats.shape_reader import read_shape
from prgate.formats.traces.atif_step import TOLD, take_step
from prgate.formats.traces.blocks import Blocks
from prgate.formats.traces.document import Document
from prgate.formats.traces.draft import MAX_IN_USE, Draft
from prgate.formats.traces.event_json import AttributionShape, attribution_of
from prgate.formats.traces.names import UNKNOWN, agent_of, repository_of
from prgate.formats.traces.reader import Head, Reader
from prgate.formats.traces.records import Object
from prgate.formats.traces.values import commit_of, members_of, objects_of, strings_of, text, time_of, whole_of
from prgate.model.trace import InUse

NAME: Final = "atif"
_DEEPEST: Final = 8
"""Sub-agents of sub-agents that are followed."""


def sniff(head: Head) -> bool:
    """Whether the document says that it is one, or holds steps in its way where what says so stands behind them."""
    version = head.members.get("schema_version")
    if isinstance(version, str):
        return version.startswith("ATIF-v")
    return isinstance(head.members.get("steps"), list) and b'"step_id"' in head.text


def read(draft: Draft, blocks: Blocks) -> None:
    """Read a document, or several one after the other, step by step. Raises ``FormatError``."""
    document = Document(blocks)
    while document.peek() == "{" and not document.broken:
        _trajectory(draft, document, parent=None, depth=0)
    if document.broken or document.peek():
        draft.count(understood=False)


def _trajectory(draft: Draft, document: Document, *, parent: int | None, depth: int) -> None:
    mine = draft.session(UNKNOWN)
    for key in document.members():
        draft.current = mine
        match key:
            case "session_id":
                draft.tell(id=text(document.value()))
            case "agent":
                _agent(draft, members_of(document.value()))
            case "extra":
                _extra(draft, members_of(document.value()))
            case "steps" if document.peek() == "[":
                _steps(draft, document, embedded=parent is not None)
            case "subagent_trajectories" if document.peek() == "[" and depth < _DEEPEST:
                for _ in document.elements():
                    if document.peek() == "{":
                        _trajectory(draft, document, parent=mine, depth=depth + 1)
            case _:
                pass
    draft.current = mine if parent is None else parent


def _steps(draft: Draft, document: Document, *, embedded: bool) -> None:
    for _ in document.elements():
        step = document.value()
        if not document.broken:
            number = draft.read + draft.skipped + 1
            draft.count(understood=isinstance(step, dict) and take_step(draft, number, step, embedded=embedded))


def _agent(draft: Draft, agent: Object) -> None:
    name, version = agent_of(agent.get("name")), text(agent.get("version"))
    draft.sessions[draft.current] = replace(draft.about, agent=name)
    draft.tell(version=version if version != UNKNOWN else None, model=text(agent.get("model_name")))
    _extra(draft, members_of(agent.get("extra")))


def _extra(draft: Draft, extra: Object) -> None:
    """What the format has no member for: under plain names, and as Harbor's converters spell it."""
    git = members_of(extra.get("git"))
    folders, branches = strings_of(extra.get("cwds")), strings_of(extra.get("git_branches"))
    pull = whole_of(extra.get("pull"))
    draft.tell(
        cwd=text(extra.get("cwd")) or (text(folders[0]) if folders else None),
        repository=repository_of(text(extra.get("repository")) or text(git.get("repository_url"))),
        branch=text(extra.get("branch")) or text(git.get("branch")) or (text(branches[0]) if branches else None),
        commit=commit_of(extra.get("commit")) or commit_of(git.get("commit_hash")),
        pull=pull if pull is not None and pull > 0 else None,
    )
    told = members_of(extra.get(TOLD))
    draft.tell(started=time_of(told.get("started")))
    for model in strings_of(told.get("models")):
        draft.tell(model=text(model))
    used = [InUse(kind, name, text(entry.get("digest"))) for entry in objects_of(told.get("in_use")) for kind, name in _used(entry)]
    if used:
        draft.sessions[draft.current] = replace(draft.about, in_use=tuple(dict.fromkeys((*draft.about.in_use, *used)))[:MAX_IN_USE])
    for entry in objects_of(told.get("attributions")):
        _attribution(draft, entry)


def _used(entry: Object) -> Iterator[tuple[str, str]]:
    kind, name = text(entry.get("kind")), text(entry.get("name"))
    if kind is not None and name is not None:
        yield kind, name


def _attribution(draft: Draft, entry: Object) -> None:
    record = draft.read + draft.skipped + 1
    try:
        item = attribution_of(read_shape(AttributionShape, entry), (draft.name, record))
    except ShapeError:
        return
    draft.attribute(record, item.path.decode("utf-8", "surrogateescape"), (item.start, item.end), item.writer, item.revision)


READER = Reader(
    NAME,
    (),
    sniff,
    read,
    holds="whatever its writer put in: prompts, tool calls, results, times; exit status and commit in `extra`",
    found="where a tool writes it; Harbor: `agent/trajectory.json`",
)
