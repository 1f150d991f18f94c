"""The bytes of a trace, one block at a time and within a limit, watched for credentials as they go by."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Protocol

from prgate.errors import FormatError
from prgate.model.trace import Leak
from prgate.recognise.secrets import LONGEST_SECRET, find_secrets

MAX_BYTES: Final = 256 * 1024 * 1024
BLOCK: Final = 1024 * 1024
HEAD: Final = 2 * BLOCK
"""Bytes in which a format must show itself."""
MAX_LEAKS: Final = 100
MAX_LOOKS: Final = 100_000
"""Places that could be a credential; honest sessions have next to none, and a file of nothing else would take minutes."""


class Readable(Protocol):
    """What a binary file offers."""

    def read(self, size: int, /) -> bytes:
        """At most ``size`` bytes, none at the end."""
        ...


class Blocks:
    """Iterates over the stream's blocks, once; ``head`` are its first bytes, which the iteration gives again.

    Raises ``FormatError`` (over limit) past ``MAX_BYTES`` and ``MAX_LOOKS``. ``leaks`` fills as the blocks go by, one for each kind and line.
    """

    __slots__ = ("_going", "_line", "_looks", "_stream", "_tail", "head", "leaks", "size")

    def __init__(self, stream: Readable) -> None:
        self._stream = stream
        pieces, size = [], 0
        while size < HEAD and (piece := stream.read(HEAD - size)):
            pieces.append(piece)
            size += len(piece)
        self.head = b"".join(pieces)
        self.size = 0
        self.leaks: list[Leak] = []
        self._tail = b""
        self._line = 1
        self._looks = 0
        self._going = self._all()

    def __iter__(self) -> Iterator[bytes]:
        return self._going

    def drain(self) -> None:
        """Let go by what nobody read, so that the limit holds and no credential stays unseen."""
        for _ in self._going:
            pass

    def _all(self) -> Iterator[bytes]:
        for start in range(0, len(self.head), BLOCK):
            yield self._seen(self.head[start : start + BLOCK])
        if len(self.head) < HEAD:
            return
        while block := self._stream.read(BLOCK):
            yield self._seen(block)

    def _seen(self, block: bytes) -> bytes:
        self.size += len(block)
        if self.size > MAX_BYTES:
            raise FormatError(f"the trace is over the limit: more than {MAX_BYTES:,} bytes", over_limit=True)
        self._watch(block)
        return block

    def _look(self) -> None:
        self._looks += 1
        if self._looks > MAX_LOOKS:
            raise FormatError(f"the trace is over the limit: more than {MAX_LOOKS:,} places that could be a credential", over_limit=True)

    def _watch(self, block: bytes) -> None:
        """A credential may lie across two blocks, so the end of one is looked at again with the next; what ends in it was told already."""
        text = self._tail + block
        seen = len(self._tail)
        counted = line = 0
        for secret in find_secrets(text, self._look) if len(self.leaks) < MAX_LEAKS else ():
            if secret.end > seen and len(self.leaks) < MAX_LEAKS:
                line += text.count(b"\n", counted, secret.start)
                counted = secret.start
                leak = Leak(secret.kind, self._line + line)
                if leak not in self.leaks:
                    self.leaks.append(leak)
        keep = text[-LONGEST_SECRET:]
        self._line += text.count(b"\n", 0, len(text) - len(keep))
        self._tail = keep
