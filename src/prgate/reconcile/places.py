"""Which changed files a trace means by the paths that it names."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from prgate.model.diff import FileChange


@dataclass(frozen=True, slots=True)
class Place:
    """A path as a trace names it, in components; ``rooted`` if it is absolute, so that the whole repository path must be its end."""

    parts: tuple[bytes, ...]
    rooted: bool


class Changed:
    """The changed files by the last component of both their paths."""

    __slots__ = ("_by_name", "_found")

    def __init__(self, files: Iterable[FileChange]) -> None:
        self._by_name: dict[bytes, list[tuple[tuple[bytes, ...], bytes]]] = {}
        self._found: dict[tuple[bytes, str | None], frozenset[bytes]] = {}
        for file in files:
            for path in file.paths:
                parts = tuple(path.split(b"/"))
                self._by_name.setdefault(parts[-1], []).append((parts, file.path))

    def meant(self, path: bytes, cwd: str | None) -> frozenset[bytes]:
        """The changes (``FileChange.path``) that share the longest end with a trace's path; one of the two must be wholly the other's end."""
        if path[path.rfind(b"/") + 1 :] not in self._by_name and not path.endswith((b"/", b"/.", b"/..")) and b"\\" not in path:
            return frozenset()
        key = path, cwd
        if key not in self._found:
            self._found[key] = frozenset(self._best(place(path, cwd)))
        return self._found[key]

    def _best(self, named: Place) -> set[bytes]:
        best: set[bytes] = set()
        longest = 0
        for parts, key in self._by_name.get(named.parts[-1] if named.parts else b"", ()):
            shared = min(len(parts), len(named.parts))
            if parts[-shared:] != named.parts[-shared:] or (named.rooted and shared < len(parts)):
                continue
            if shared > longest:
                best, longest = set(), shared
            if shared == longest:
                best.add(key)
        return best


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
