"""What an event brings in, as the digests that a test can name."""

from __future__ import annotations

from prgate.model.lines import line_digest, unpacked
from prgate.model.trace import TraceEvent


def digests(*lines: str) -> frozenset[bytes]:
    """The digests of the lines that tell anything."""
    found = [line_digest(line.encode()) for line in lines]
    return frozenset(digest for digest in found if digest is not None)


def brings_just(event: TraceEvent, *lines: str) -> bool:
    """Whether an edit brings in these lines and no other."""
    return event.edit is not None and digests(*lines) == unpacked(event.edit.lines)


def brings(*events: TraceEvent) -> frozenset[bytes]:
    """The digests of the lines that the events bring in."""
    return frozenset[bytes]().union(*(unpacked(event.edit.lines) for event in events if event.edit is not None))
