"""Agent Trace: records that say whose the lines of a file are, one a line, as an array or as one object.

Sources: the specification 0.1.0 and its reference hook (cursor/agent-trace at 2754f07), and files written by Cursor, agentdiff and others.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from prgate.formats.traces.blocks import Blocks
from prgate.formats.traces.document import Document, read_list
from prgate.formats.traces.draft import Draft
from prgate.formats.traces.names import UNKNOWN, agent_of
from prgate.formats.traces.reader import Head, Reader
from prgate.formats.traces.records import Object
from prgate.formats.traces.values import commit_of, members_of, objects_of, strings_of, text, time_of, whole_of
from prgate.model.trace import EventKind, Writer

NAME: Final = "agent-trace"

_WRITERS: Final = {"ai": Writer.AGENT, "human": Writer.HUMAN, "mixed": Writer.MIXED}
_SHELL: Final = ".shell-history"
_SESSIONS: Final = ".sessions"
_NO_FILES: Final = frozenset({_SHELL, _SESSIONS, ".unknown"})
"""Names under which the reference hook notes what belongs to no file."""
_PROMPTS: Final = frozenset({"beforeSubmitPrompt", "UserPromptSubmit", "userPromptSubmitted"})
_FLAT: Final = "agent-trace/"
_URL: Final = "file://"
_DRIVE: Final = re.compile(r"\A/+([A-Za-z]:[\\/])")
_GOES_ON: Final = (b"{", b"[", b",")


def sniff(head: Head) -> bool:
    """Whether a record has files with conversations, tells of a prompt in such records' form, or names the flat form's schema."""
    return any(_is_record(record) or _is_prompt(record) or _is_flat(record) for record in (*head.records, head.members))


def _is_record(record: Object) -> bool:
    files = record.get("files")
    return (files == [] and _is_stamped(record)) or any(isinstance(file.get("conversations"), list) for file in objects_of(files))


def _is_stamped(record: Object) -> bool:
    return all(text(record.get(key)) is not None for key in ("version", "id", "timestamp"))


def _is_prompt(record: Object) -> bool:
    event = text(members_of(record.get("metadata")).get("hook_event_name"))
    return (
        event is not None and _is_stamped(record) and "files" not in record and text(members_of(record.get("tool")).get("name")) is not None
    )


def _is_flat(record: Object) -> bool:
    return (text(record.get("schema")) or "").startswith(_FLAT) and text(record.get("file_path")) is not None


def read(draft: Draft, blocks: Blocks) -> None:
    """Read records; a person's lines belong to no session, and begin none. Raises ``FormatError``."""
    story = _Story(draft)
    if _is_one(blocks.head):
        value = Document(blocks).value()
        draft.count(understood=isinstance(value, dict) and story.take(1, value))
        return
    for number, record in read_list(blocks):
        draft.count(understood=record is not None and story.take(number, record))


def _is_one(head: bytes) -> bool:
    """Whether the file is one object over several lines."""
    first = head.removeprefix(b"\xef\xbb\xbf").lstrip().partition(b"\n")[0].rstrip()
    return first.startswith(b"{") and first.endswith(_GOES_ON)


@dataclass(slots=True)
class _Story:
    """The sessions of a file by agent and id."""

    draft: Draft
    sessions: dict[tuple[str, str | None], int] = field(default_factory=dict)

    def take(self, number: int, record: Object) -> bool:
        """Note what a record tells; false for one that is not understood."""
        if _is_flat(record):
            return self._flat(number, record)
        if _is_prompt(record):
            return self._prompt(number, record)
        if not _is_record(record):
            return False
        for file in objects_of(record.get("files")):
            path = _path(file.get("path"))
            if path is None:
                continue
            for conversation in objects_of(file.get("conversations")):
                if path in _NO_FILES:
                    self._apart(number, record, path, conversation)
                else:
                    self._lines(number, record, path, conversation)
        return True

    def _lines(self, number: int, record: Object, path: str, conversation: Object) -> None:
        """The revision is told as it stands: the reference hook writes the commit before the one that has the lines."""
        vcs = members_of(record.get("vcs"))
        revision = commit_of(vcs.get("revision")) if vcs.get("type") in (None, "git") else None
        whose = members_of(conversation.get("contributor"))
        for part in objects_of(conversation.get("ranges")):
            own = members_of(part.get("contributor")) or whose
            writer = _WRITERS.get(text(own.get("type")) or "", Writer.UNKNOWN)
            if writer is not Writer.HUMAN:
                self._enter(record, conversation, own)
            first, last = whole_of(part.get("start_line")), whole_of(part.get("end_line"))
            if first is not None and last is not None:
                self.draft.attribute(number, path, (first, last), writer, revision)

    def _apart(self, number: int, record: Object, path: str, conversation: Object) -> None:
        """Shell runs and the starts and ends of sessions, which the reference hook notes as files."""
        at, metadata = time_of(record.get("timestamp")), members_of(record.get("metadata"))
        self._enter(record, conversation, members_of(conversation.get("contributor")))
        if path == _SHELL and isinstance(line := metadata.get("command"), str):
            self.draft.command(number, line, at=at, name=text(metadata.get("tool_name")) or "", given={"command": line})
        elif path == _SESSIONS and metadata.get("event") == "session_start":
            self.draft.tell(started=at)

    def _prompt(self, number: int, record: Object) -> bool:
        metadata = members_of(record.get("metadata"))
        self._enter(record, {}, {"model_id": metadata.get("model")})
        if text(metadata.get("hook_event_name")) in _PROMPTS:
            self.draft.add(EventKind.PROMPT, number, at=time_of(record.get("timestamp")))
        return True

    def _flat(self, number: int, record: Object) -> bool:
        path = _path(record.get("file_path"))
        first, last = whole_of(record.get("start_line")), whole_of(record.get("end_line"))
        if path is None or first is None or last is None:
            return False
        self._session(agent_of(text(record.get("agent"))), text(record.get("session_id")))
        self.draft.tell(model=text(record.get("model_id")) or text(record.get("model")))
        self.draft.attribute(number, path, (first, last), Writer.AGENT, commit_of(record.get("revision")))
        return True

    def _enter(self, record: Object, conversation: Object, whose: Object) -> None:
        """Go on in the session that the record or the conversation names, with what they tell about it."""
        tool, metadata = members_of(record.get("tool")), members_of(record.get("metadata"))
        own = members_of(metadata.get("agentdiff")) or metadata
        ids = (own.get("session_id"), metadata.get("session_id"), metadata.get("conversation_id"))
        id_ = next((told for told in map(text, ids) if told is not None), _last(conversation.get("url")))
        name = text(tool.get("name"))
        if id_ == UNKNOWN:
            id_ = None
            name = None if "prompt_hash" in own else name  # agentdiff, knowing no session, names the commit's author as the tool
        self._session(agent_of(name), id_)
        model = text(whose.get("model_id"))
        roots = strings_of(metadata.get("workspace_roots"))
        folder = text(metadata.get("cwd")) or (roots[0] if len(roots) == 1 else None)
        self.draft.tell(
            version=text(tool.get("version")),
            model=None if model == UNKNOWN else model,
            cwd=None if folder is None else _DRIVE.sub(r"\1", folder),
        )

    def _session(self, agent: str, id_: str | None) -> None:
        index = self.sessions.get((agent, id_))
        if index is None:
            self.sessions[agent, id_] = self.draft.session(agent, id_)
        else:
            self.draft.current = index


def _path(value: object) -> str | None:
    """A path as the record says it, without ``file://``; one of backslashes alone is Windows's, drive or not."""
    path = text(value)
    if path is None:
        return None
    path = _DRIVE.sub(r"\1", path.removeprefix(_URL)) if path.startswith(_URL) else path
    return path if "/" in path else path.replace("\\", "/")


def _last(url: object) -> str | None:
    """The conversation's own part of its address: the last one, without what a transcript's file name ends in."""
    words = (text(url) or "").partition("?")[0].partition("#")[0].replace("\\", "/").rstrip("/")
    return words.rpartition("/")[2].removesuffix(".jsonl") or None


READER = Reader(
    NAME,
    (),
    sniff,
    read,
    holds="whose lines, model, commit; with the reference hook also commands",
    found="`.agent-trace/traces.jsonl`, agentdiff's `refs/agentdiff/*`",
)
