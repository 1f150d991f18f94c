"""Lines that are given once, to whoever asks first."""

from __future__ import annotations

from collections.abc import Iterator


class Untaken:
    """Numbers from 0 below ``count``; what many ask for costs no more than what one asks for."""

    __slots__ = ("_next",)

    def __init__(self, count: int) -> None:
        self._next = list(range(count + 1))

    def take(self, first: int, end: int) -> Iterator[int]:
        """Those from ``first`` to below ``end`` that nobody took; they are taken from then on."""
        end = min(end, len(self._next) - 1)
        at = self._from(max(first, 0)) if first < end else end
        while at < end:
            self._next[at] = at + 1
            yield at
            at = self._from(at + 1)

    def _from(self, at: int) -> int:
        while self._next[at] != at:
            self._next[at] = self._next[self._next[at]]
            at = self._next[at]
        return at
