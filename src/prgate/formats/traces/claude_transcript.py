"""Claude Code's session transcript, ``~/.claude/projects/<project>/<session>.jsonl``: one record a line, no published schema."""

from __future__ import annotations

from collections.abc import Sequence

from prgate.formats.traces import claude
from prgate.formats.traces.reader import Reader
from prgate.formats.traces.records import Object, read_records
from prgate.formats.traces.session import Session, text, time_of
from prgate.model.trace import Trace

NAME = "claude-transcript"

_TELLING = frozenset({"user", "assistant", "system", "attachment", "progress"})
_SILENT = frozenset({
    "agent-color", "agent-name", "agent-setting", "ai-title", "attachment", "custom-title", "file-history-delta", "file-history-snapshot",
    "last-prompt", "mode", "permission-mode", "pr-link", "progress", "queue-operation", "result", "started", "summary", "system", "tag",
    "worktree-state",
})  # fmt: skip
"""Records that are understood and tell no event."""


def sniff(head: Sequence[Object]) -> bool:
    """Whether a record names its session and itself in the transcript's way."""
    return any(text(record.get("type")) in _TELLING and text(record.get("sessionId")) and text(record.get("uuid")) for record in head)


def read(name: str, data: bytes) -> Trace:
    """Read a transcript; a record written twice counts once. Raises ``FormatError``."""
    session = Session(name, NAME, claude.AGENT)
    seen: set[str] = set()
    for number, record in read_records(data):
        session.count(understood=record is not None and _take(session, number, record, seen))
    return session.finish()


def _take(session: Session, number: int, record: Object, seen: set[str]) -> bool:
    session.session = session.session or text(record.get("sessionId"))
    session.agent_version = session.agent_version or text(record.get("version"))
    session.cwd = session.cwd or text(record.get("cwd"))
    branch = text(record.get("gitBranch"))
    session.branch = session.branch or (branch if branch != "HEAD" else None)
    uuid = text(record.get("uuid"))
    if uuid is not None and uuid in seen:
        return True
    if uuid is not None:
        seen.add(uuid)
    at = time_of(record.get("timestamp"))
    match text(record.get("type")):
        case "assistant":
            return claude.assistant(session, number, record, at=at)
        case "user":
            injected = any(record.get(mark) is True for mark in ("isMeta", "isCompactSummary", "isSidechain", "isVisibleInTranscriptOnly"))
            return claude.user(session, number, record, at=at, prompts=not injected)
        case kind:
            return kind in _SILENT


READER = Reader(NAME, claude.AGENT, sniff, read)
