"""Claude Code's session transcript, ``~/.claude/projects/<project>/<session>.jsonl``: one record a line, no published schema."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from prgate.formats.traces import claude
from prgate.formats.traces.blocks import Blocks
from prgate.formats.traces.claude_context import attachment
from prgate.formats.traces.draft import Draft
from prgate.formats.traces.names import repository_of
from prgate.formats.traces.reader import Head, Reader
from prgate.formats.traces.records import Object, read_records
from prgate.formats.traces.values import members_of, text, time_of, whole_of

NAME: Final = "claude-transcript"

_TELLING: Final = frozenset({"user", "assistant", "system", "attachment", "progress"})
_SILENT: Final = frozenset({
    "agent-color", "agent-name", "agent-setting", "ai-title", "artifact-autoreact-ledger", "artifact-comment-monitor", "atis-latch",
    "attribution-snapshot", "bridge-session", "content-replacement", "continued-in", "cost-state", "custom-title", "ended-by-model",
    "file-history-delta", "file-history-snapshot", "fork-context-ref", "frame-link", "history-suppression", "last-prompt", "mode",
    "queue-operation", "relocated", "result", "started", "summary", "system", "tag", "worktree-state",
})  # fmt: skip
"""Records that are understood and tell no event."""
_INJECTED: Final = ("isMeta", "isCompactSummary", "isSidechain", "isVisibleInTranscriptOnly")


@dataclass(slots=True)
class Transcript:
    """A transcript that is being read: the records that it had, and the pull requests that it names."""

    telling: claude.Telling
    seen: set[str] = field(default_factory=set)
    pulls: set[tuple[str, int]] = field(default_factory=set)


def sniff(head: Head) -> bool:
    """Whether a record names its session and itself in the transcript's way."""
    return any(
        text(record.get("type")) in _TELLING and text(record.get("sessionId")) and text(record.get("uuid")) for record in head.records
    )


def read(draft: Draft, blocks: Blocks) -> None:
    """Read a transcript; a record written twice counts once. Raises ``FormatError``."""
    draft.session(claude.AGENT)
    transcript = Transcript(claude.Telling(draft))
    for number, record in read_records(blocks):
        draft.count(understood=record is not None and _take(transcript, number, record))
    repositories = {repository for repository, _ in transcript.pulls}
    if len(repositories) == 1:
        draft.tell(repository=repositories.pop(), pull=min(transcript.pulls)[1] if len(transcript.pulls) == 1 else None)


def _take(transcript: Transcript, number: int, record: Object) -> bool:
    draft = transcript.telling.draft
    at = time_of(record.get("timestamp"))
    branch = text(record.get("gitBranch"))
    draft.tell(
        id=text(record.get("sessionId")),
        version=text(record.get("version")),
        cwd=text(record.get("cwd")),
        branch=branch if branch != "HEAD" else None,
        started=at,
    )
    return _again(transcript, record) or _tell(transcript, number, record, at=at)


def _again(transcript: Transcript, record: Object) -> bool:
    """Whether the record was there before."""
    uuid = text(record.get("uuid"))
    if uuid is None:
        return False
    if uuid in transcript.seen:
        return True
    transcript.seen.add(uuid)
    return False


def _tell(transcript: Transcript, number: int, record: Object, *, at: str | None) -> bool:
    telling = transcript.telling
    match text(record.get("type")):
        case "assistant":
            return claude.assistant(telling, number, record, at=at)
        case "user":
            if record.get("isSidechain") is not True:
                claude.permit(telling, number, record.get("permissionMode"), at=at)
            prompts = not any(record.get(mark) is True for mark in _INJECTED)
            return claude.user(telling, number, record, at=at, prompts=prompts)
        case "permission-mode":
            claude.permit(telling, number, record.get("permissionMode"), at=at)
        case "progress":
            _progress(transcript, number, members_of(record.get("data")), record)
        case "attachment":
            attachment(telling, number, record, at=at)
        case "pr-link":
            repository, pull = repository_of(text(record.get("prRepository"))), whole_of(record.get("prNumber"))
            if repository is not None and pull is not None:
                transcript.pulls.add((repository, pull))
        case kind:
            return kind in _SILENT
    return True


def _progress(transcript: Transcript, number: int, data: Object, record: Object) -> None:
    """Until 2.1 what a sub-agent did stood nowhere but in the progress of the call that started it."""
    inner = members_of(data.get("message"))
    if data.get("type") != "agent_progress" or _again(transcript, inner):
        return
    at = time_of(inner.get("timestamp"))
    told = {"cwd": record.get("cwd"), **inner}
    if inner.get("type") == "assistant":
        claude.assistant(transcript.telling, number, told, at=at)
    elif inner.get("type") == "user":
        claude.user(transcript.telling, number, told, at=at, prompts=False)


READER: Final = Reader(
    NAME,
    (claude.AGENT,),
    sniff,
    read,
    holds="prompts, tool calls, results, exit codes, edits, permission modes, denials; where linked the pull request",
    found="`~/.claude/projects/<project>/<session>.jsonl`",
)
