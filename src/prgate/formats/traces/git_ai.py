"""git-ai's note on a commit: whose its lines are, a line ``---``, and JSON about the sessions, prompts and people that wrote them.

Sources: git_ai_standard_v3.0.0 and the serialiser of git-ai at 55a1d72, and the 10,685 notes on its own commits.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Final

from prgate.formats.traces.blocks import HEAD, Blocks
from prgate.formats.traces.document import UNREADABLE, Document
from prgate.formats.traces.draft import MAX_ATTRIBUTIONS, Draft
from prgate.formats.traces.names import agent_of
from prgate.formats.traces.reader import Head, Reader
from prgate.formats.traces.records import BOM, MAX_RECORD, Object, over
from prgate.formats.traces.tools import call_tool
from prgate.formats.traces.values import commit_of, members_of, text, time_of
from prgate.model.trace import EventKind, Writer

NAME: Final = "git-ai-note"

_SCHEMA: Final = b'"authorship/'
_END: Final = b"---"
_MARK: Final = re.compile(rb"(?:\A|\n)---[ \r]*\n")
_RANGES: Final = rb"[0-9]{1,10}(?:-[0-9]{1,10})?(?:,[0-9]{1,10}(?:-[0-9]{1,10})?)*"
_ENTRY: Final = re.compile(rb"  (?P<key>[^\s]{1,200}) (?P<ranges>" + _RANGES + rb")[ \r]*")
_OPENS: Final = re.compile(rb"[^\s{\[][^\n]*\n  [^\s]{1,200} " + _RANGES + rb"[ \r]*\n")
_INJECTED: Final = (
    "<bash-", "<command-", "<local-command-", "<system-reminder>", "<task-notification>", "Caveat: The messages below were generated",
    "[Request interrupted by user",
)  # fmt: skip
"""Text in the user's role that Claude Code put there."""


def sniff(head: Head) -> bool:
    """Whether the JSON behind the line ``---`` has an authorship schema, or entries go on to where no more is seen."""
    start = head.text.removeprefix(BOM)
    if not _OPENS.match(start) and not start.startswith(_END):
        return False
    mark = _MARK.search(start)
    if mark is None:
        return len(head.text) >= HEAD
    log = start[mark.end() :].lstrip()
    return log.startswith(b"{") and _SCHEMA in log


@dataclass(slots=True)
class _Entry:
    """One line of the attestation."""

    record: int
    path: str
    key: str
    ranges: str


@dataclass(slots=True)
class _Note:
    """``writers`` finds the session of a key, null for a person; ``record`` counts the lines, then the parts of the JSON."""

    draft: Draft
    entries: list[_Entry] = field(default_factory=list)
    ranges: int = 0
    record: int = 0
    writers: dict[str, int | None] = field(default_factory=dict)


def read(draft: Draft, blocks: Blocks) -> None:
    """Read a note. It does not name its own commit, so attributions have no revision. Raises ``FormatError``."""
    note = _Note(draft)
    stream = iter(blocks)
    rest = _attestation(note, stream)
    log = Document(chain((rest,), stream))
    base = _log(note, log)
    draft.may_be_empty = not log.broken
    for index in range(len(draft.sessions)):
        draft.current = index
        draft.tell(commit=base)
    for entry in note.entries:
        _attribute(note, entry)


def _attestation(note: _Note, blocks: Iterator[bytes]) -> bytes:
    """Note the lines up to ``---``; what was read behind it."""
    path: str | None = None
    rest, first = b"", True
    for block in blocks:
        data = rest + (block.removeprefix(BOM) if first else block)
        first, at = False, 0
        while (end := data.find(b"\n", at)) >= 0:
            line, at = data[at:end], end + 1
            note.record += 1
            if line.rstrip() == _END:
                return data[at:]
            path = _line(note, line, path)
        rest = data[at:]
        if len(rest) > MAX_RECORD:
            raise over(f"a line of {len(rest):,} bytes or more, {MAX_RECORD:,} are allowed")
    return b""


def _line(note: _Note, line: bytes, path: str | None) -> str | None:
    """Take one line; the path that the next ones are about."""
    if not line.strip():
        return path
    if not line.startswith(b"  "):
        named = line.rstrip().decode("utf-8", "surrogateescape")
        return named[1:-1] if len(named) > 1 and named.startswith('"') and named.endswith('"') else named
    entry = _ENTRY.fullmatch(line)
    note.draft.count(understood=entry is not None and path is not None)
    if entry is not None and path is not None:
        ranges = entry["ranges"].decode()
        note.ranges += ranges.count(",") + 1
        if note.ranges > MAX_ATTRIBUTIONS:
            raise over(f"more than {MAX_ATTRIBUTIONS:,} attributions")
        note.entries.append(_Entry(note.record, path, entry["key"].decode("utf-8", "surrogateescape"), ranges))
    return path


def _log(note: _Note, log: Document) -> str | None:
    """Note the sessions, prompts and people; the commit that the note names as its base."""
    base = None
    for key in log.members():
        match key:
            case "base_commit_sha":
                base = commit_of(log.value())
            case "prompts" | "sessions":
                for name in _parts(log):
                    _session(note, name, log)
            case "humans":
                for name in _parts(log):
                    note.writers[name] = None
                    note.draft.count(understood=isinstance(log.value(), dict))
            case _:
                pass
    if log.broken:
        note.draft.count(understood=False)
    return base


def _parts(log: Document) -> Iterable[str]:
    return log.members() if log.peek() == "{" else ()


def _session(note: _Note, key: str, log: Document) -> None:
    """One session or prompt, with its conversation where the note has that."""
    draft = note.draft
    note.record += 1
    if log.peek() != "{":
        draft.count(understood=False)
        return
    note.writers[key] = draft.session(agent_of(None))
    for member in log.members():
        if member == "agent_id":
            about = members_of(log.value())
            draft.sessions[draft.current] = replace(draft.about, agent=agent_of(text(about.get("tool"))), id=text(about.get("id")))
            draft.tell(model=text(about.get("model")))
        elif member == "messages" and log.peek() == "[":
            for _ in log.elements():
                value = log.value()
                if value is not UNREADABLE:
                    note.record += 1
                    draft.count(understood=_message(note, members_of(value)))
    draft.count(understood=not log.broken)


def _message(note: _Note, message: Object) -> bool:
    draft, at, words = note.draft, time_of(message.get("timestamp")), message.get("text")
    match text(message.get("type")):
        case "user" if isinstance(words, str):
            if words.strip() and not words.lstrip().startswith(_INJECTED):
                draft.add(EventKind.PROMPT, note.record, at=at, text=words)
        case "assistant" if isinstance(words, str):
            if words.strip():
                draft.add(EventKind.MESSAGE, note.record, at=at, text=words)
        case "tool_use":
            given = message.get("input")
            arguments = {"input": given} if isinstance(given, str) else members_of(given)
            call_tool(draft, note.record, text(message.get("name")) or "", arguments, at=at)
        case kind:
            return kind in {"thinking", "plan"}
    return True


def _attribute(note: _Note, entry: _Entry) -> None:
    """Whose a key is says the JSON alone: a session by its part before ``::``; what the JSON lacks is nobody's."""
    draft = note.draft
    key = entry.key.partition("::")[0]
    told = note.writers.get(key)
    writer = Writer.UNKNOWN if key not in note.writers else Writer.HUMAN if told is None else Writer.AGENT
    draft.current = told or 0
    before = len(draft.attributions)
    for part in entry.ranges.split(","):
        first, _, last = part.partition("-")
        draft.attribute(entry.record, entry.path, (int(first), int(last or first)), writer, None)
    if writer is Writer.UNKNOWN:
        draft.attributions[before:] = [replace(item, session=None) for item in draft.attributions[before:]]


READER = Reader(
    NAME, (), sniff, read, holds="whose lines, agent, model, session; prompts and calls in notes before 1.3.4", found="`refs/notes/ai`"
)
