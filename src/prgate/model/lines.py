"""Normal form and digest of a source line, the same for findings, traces and authorship."""

from __future__ import annotations

from hashlib import blake2b

SHORTEST_TELLING_LINE = 4
"""A normalised line shorter than this (``}``, ``end``) says nothing about who wrote it."""


def normalise(line: bytes) -> bytes:
    """The line without leading, trailing and repeated ASCII white space."""
    return b" ".join(line.split())


def line_digest(line: bytes) -> bytes | None:
    """Eight bytes of BLAKE2b of the normalised line; ``None`` for a line too short to tell anything."""
    normal = normalise(line)
    if len(normal) < SHORTEST_TELLING_LINE:
        return None
    return blake2b(normal, digest_size=8).digest()
