"""Sessions that agents recorded, read by their content and never by their file name."""

from __future__ import annotations

from prgate.errors import FormatError
from prgate.formats.traces import claude_stream, claude_transcript, codex_rollout
from prgate.formats.traces.reader import Reader
from prgate.formats.traces.records import head, read_records
from prgate.model.trace import Trace

READERS: tuple[Reader, ...] = (claude_transcript.READER, claude_stream.READER, codex_rollout.READER)


def recognises(data: bytes) -> bool:
    """Whether exactly one reader takes the content; looks at its first records only."""
    return len(_takers(data)) == 1


def read_trace(name: str, data: bytes) -> Trace:
    """Read a session; ``name`` is what its events' references call the file.

    Raises ``FormatError``: over a limit, taken by no reader or by several, or without any content that is understood.
    """
    takers = _takers(data)
    if not takers:
        next(read_records(data), None)  # a file or first line beyond the limits is told from a foreign one
    if len(takers) != 1:
        known = ", ".join(reader.name for reader in takers or READERS)
        raise FormatError(f"more than one reader takes this trace: {known}" if takers else f"no reader takes this trace; known are {known}")
    return takers[0].read(name, data)


def _takers(data: bytes) -> tuple[Reader, ...]:
    first = head(data)
    return tuple(reader for reader in READERS if reader.sniff(first))
