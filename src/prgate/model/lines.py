"""Forms and digests of a source line, the same for findings, traces and authorship."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from hashlib import blake2b
from typing import Final

DIGEST_BYTES: Final = 8
SHORTEST_TELLING_LINE: Final = 4
"""A line whose telling form is shorter than this (``}``, ``end``) says nothing about who wrote it."""

_QUOTES: Final = bytes.maketrans(b"'`", b'""')
_LAYOUT: Final = b" \t\r\n\v\f,;"
_OPEN: Final = (b"(", b"[", b"{")
_CLOSE: Final = (b")", b"]", b"}")
MOST_WRAPPED: Final = 24
"""Lines over which a formatter is taken to have spread one statement."""


def normalise(line: bytes) -> bytes:
    """The line without leading, trailing and repeated ASCII white space."""
    return b" ".join(line.split())


def telling(line: bytes) -> bytes:
    """The line without what formatters move about: no white space, commas and semicolons, and all quotes alike."""
    return line.translate(_QUOTES, _LAYOUT)


def form_digest(form: bytes) -> bytes | None:
    """Eight bytes of BLAKE2b of a telling form; ``None`` for one too short to tell anything."""
    return blake2b(form, digest_size=DIGEST_BYTES).digest() if len(form) >= SHORTEST_TELLING_LINE else None


def wrapped(forms: Sequence[bytes]) -> Iterator[tuple[int, int, bytes]]:
    """Statements that a bracket at a line's end spreads over several lines: (first, last index, digest of all their forms as one line).

    Formatters wrap and unwrap such statements; brackets in strings count as any other, on both sides alike.
    """
    for first, form in enumerate(forms):
        if not form.endswith(_OPEN):
            continue
        depth = 0
        for last in range(first, min(first + MOST_WRAPPED, len(forms))):
            depth += sum(map(forms[last].count, _OPEN)) - sum(map(forms[last].count, _CLOSE))
            if depth <= 0:
                digest = form_digest(b"".join(forms[first : last + 1]))
                if last > first and digest is not None:
                    yield first, last, digest
                break


def line_digest(line: bytes) -> bytes | None:
    """Eight bytes of BLAKE2b of the line's telling form; ``None`` for a line too short to tell anything."""
    return form_digest(line.translate(_QUOTES, _LAYOUT))


def ends_digest(before: bytes, after: bytes) -> bytes:
    """Eight bytes of BLAKE2b of the two ends of a line in telling form."""
    return blake2b(before + b"\0" + after, digest_size=DIGEST_BYTES).digest()


def packed(digests: Iterable[bytes]) -> bytes:
    """Digests, each once, as one string in the order of their bytes."""
    return b"".join(sorted(set(digests)))


def unpacked(lines: bytes) -> frozenset[bytes]:
    """The digests that ``packed`` joined."""
    return frozenset(lines[at : at + DIGEST_BYTES] for at in range(0, len(lines), DIGEST_BYTES))
