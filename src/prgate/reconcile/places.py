"""Which changed files a trace means by the paths that it names."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from prgate.model.diff import FileChange

MOST_ALIKE: Final = 50
"""Changed files with one name, or one end, beyond which that end alone says nothing about any of them."""


@dataclass(frozen=True, slots=True)
class Place:
    """A path as a trace names it, in components; ``rooted`` if it is absolute, so that the whole repository path must be its end."""

    parts: tuple[bytes, ...]
    rooted: bool


class Changed:
    """The changed files by both their paths, found from the end."""

    __slots__ = ("_deepest", "_found", "_names", "_turned", "_whole")

    def __init__(self, files: Iterable[FileChange]) -> None:
        self._whole: dict[bytes, set[bytes]] = {}
        for file in files:
            for path in file.paths:
                self._whole.setdefault(path, set()).add(file.path)
        self._names = {path[path.rfind(b"/") + 1 :] for path in self._whole}
        self._deepest = max((path.count(b"/") + 1 for path in self._whole), default=0)
        self._turned = sorted((_turned(path.split(b"/")), path) for path in self._whole)
        self._found: dict[tuple[bytes, str | None], frozenset[bytes]] = {}

    def meant(self, path: bytes, cwd: str | None) -> frozenset[bytes]:
        """The changes (``FileChange.path``) that share the longest end with a trace's path; one of the two must be wholly the other's end.

        Of more than ``MOST_ALIKE`` only the one with that very path is meant.
        """
        if path[path.rfind(b"/") + 1 :] not in self._names and not path.endswith((b"/", b"/.", b"/..")) and b"\\" not in path:
            return frozenset()
        key = path, cwd
        if key not in self._found:
            self._found[key] = frozenset(self._best(place(path, cwd)))
        return self._found[key]

    def _best(self, named: Place) -> set[bytes]:
        if not named.rooted and named.parts:
            start = _turned(named.parts)
            first = last = bisect_left(self._turned, (start,))
            while last < len(self._turned) and last - first <= MOST_ALIKE and self._turned[last][0].startswith(start):
                last += 1
            if first < last <= first + MOST_ALIKE:
                return set().union(*(self._whole[path] for _, path in self._turned[first:last]))
            if last > first:
                return self._whole.get(b"/".join(named.parts), set())
        for count in range(min(len(named.parts), self._deepest), 0, -1):
            found = self._whole.get(b"/".join(named.parts[-count:]))
            if found is not None:
                return found
        return set()


def _turned(parts: Sequence[bytes]) -> bytes:
    """A path from its last component to its first, so that those with one end stand together."""
    return b"".join(part + b"/" for part in reversed(parts))


def place(path: bytes, cwd: str | None) -> Place:
    r"""A path of a trace, resolved against the directory that the trace ran in where it names one; drive letters and ``\\`` are understood."""
    rooted = _rooted(path)
    if not rooted and cwd and _rooted(root := cwd.encode("utf-8", "replace")):
        path, rooted = root + b"/" + path, True
    if path[1:3] in {b":\\", b":/"} or path.startswith(b"\\\\"):
        path = path.replace(b"\\", b"/")
    parts: list[bytes] = []
    for part in path.split(b"/"):
        if part == b"..":
            del parts[-1:]
        elif part not in {b"", b"."}:
            parts.append(part)
    return Place(tuple(parts), rooted)


def _rooted(path: bytes) -> bool:
    return path.startswith((b"/", b"\\\\")) or (path[:1].isalpha() and path[1:3] in {b":\\", b":/"})
