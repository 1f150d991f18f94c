"""Sessions that agents recorded, read by their content and never by their file name."""

from __future__ import annotations

from io import BytesIO

from prgate.errors import FormatError
from prgate.formats.traces import (
    agent_trace,
    aider,
    atif,
    attached,
    claude_stream,
    claude_transcript,
    codex_exec,
    codex_rollout,
    copilot_cli,
    cursor_stream,
    gemini_cli,
    git_ai,
    mini_swe_agent,
    openhands,
    swe_agent,
)
from prgate.formats.traces.blocks import HEAD, Blocks, Readable
from prgate.formats.traces.draft import Draft, Scribe
from prgate.formats.traces.reader import Reader, head_of
from prgate.model.trace import Trace

READERS: tuple[Reader, ...] = (
    agent_trace.READER,
    aider.READER,
    atif.READER,
    attached.READER,
    claude_stream.READER,
    claude_transcript.READER,
    codex_exec.READER,
    codex_rollout.READER,
    copilot_cli.READER,
    cursor_stream.READER,
    gemini_cli.READER,
    git_ai.READER,
    mini_swe_agent.READER,
    openhands.READER,
    swe_agent.READER,
)
"""All formats: a new one is a file beside these and a line here."""

MOST_SKIPPED = 0.5
"""The share of records that may be damaged before the trace counts as unreadable."""


def recognises(data: bytes) -> bool:
    """Whether exactly one reader takes the content; looks at its first bytes only."""
    return len(_takers(data)) == 1


def read_trace(name: str, stream: Blocks | Readable | bytes, scribe: Scribe | None = None) -> Trace:
    """Read a session file; ``name`` is what its events' references call it. ``scribe`` is told the texts, which the trace does not keep.

    Raises ``FormatError``: over a limit, taken by no reader or by several, mostly damaged, or without any content that is understood.
    """
    blocks = stream if isinstance(stream, Blocks) else Blocks(BytesIO(stream) if isinstance(stream, bytes) else stream)
    takers = _takers(blocks.head)
    if len(takers) != 1:
        known = ", ".join(reader.name for reader in takers or READERS)
        raise FormatError(f"more than one reader takes this trace: {known}" if takers else f"no reader takes this trace; known are {known}")
    (reader,) = takers
    draft = Draft(name, reader.name, scribe)
    reader.read(draft, blocks)
    blocks.drain()
    if draft.skipped > MOST_SKIPPED * (draft.read + draft.skipped):
        raise FormatError(f"{reader.name}: {draft.skipped:,} of {draft.read + draft.skipped:,} records are damaged or unknown")
    return draft.finish(tuple(blocks.leaks))


def _takers(data: bytes) -> tuple[Reader, ...]:
    head = head_of(data[:HEAD])
    return tuple(reader for reader in READERS if reader.sniff(head))
