"""A unified diff inside a trace: the files that it names and the lines that it brings into each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from prgate.formats.apply_patch import Patched
from prgate.formats.git_quoting import unquote
from prgate.formats.traces.places import encoded

_HUNK: Final = re.compile(r"@@ -[0-9]{1,10}(?:,([0-9]{1,10}))? \+[0-9]{1,10}(?:,([0-9]{1,10}))? @@")
_NOWHERE: Final = "/dev/null"


def changed(diff: str, path: str | None = None) -> Iterator[Patched]:
    """The files of a diff in its order; ``path`` is meant by hunks before any header of a file.

    Where a hunk says how many lines it has, none of them is taken for a header. Anything that is no diff brings nothing.
    """
    file = _File(path)
    lines = diff.split("\n")
    for index, line in enumerate(lines):
        if file.takes(line):
            continue
        pair = line.startswith("--- ") and index + 1 < len(lines) and lines[index + 1].startswith("+++ ")
        if line.startswith("diff --git ") or (pair and file.hunks):
            yield from file.told()
            file = _File(None)
        if pair:
            file.path = _path(line[4:], "a/") or file.path
        elif line.startswith("+++ "):
            file.path = _path(line[4:], "b/") or file.path
        elif line.startswith("rename to "):
            file.path, file.renamed = line[10:].rstrip("\r"), True
    yield from file.told()


@dataclass(slots=True)
class _File:
    """One file of a diff so far: ``left`` are the lines of a hunk, old and new, still to come."""

    path: str | None
    hunks: bool = False
    renamed: bool = False
    brings: list[str] = field(default_factory=list)
    left: tuple[int, int] | None = None
    uncounted: bool = False

    def takes(self, line: str) -> bool:
        """Whether the line is a hunk's header or part of one."""
        if self.left is not None:
            self._count(line)
            return True
        if line.startswith("@@"):
            hunk = _HUNK.match(line)
            self.hunks, self.uncounted = True, hunk is None
            self.left = None if hunk is None else (int(hunk[1] or 1), int(hunk[2] or 1))
            self._close()
            return True
        if self.uncounted and line.startswith("+") and not line.startswith("+++ "):
            self.brings.append(line[1:])
            return True
        return False

    def told(self) -> Iterator[Patched]:
        """The file, if the diff said anything of it."""
        if (self.hunks or self.renamed) and self.path is not None:
            yield Patched(self.path, "\n".join(self.brings))

    def _count(self, line: str) -> None:
        assert self.left is not None, "a hunk is open"
        mark = line[:1]
        old, new = self.left
        if mark == "+":
            self.brings.append(line[1:])
        both = mark in {" ", "", "\r"}
        self.left = (old - (both or mark == "-"), new - (both or mark == "+"))
        self._close()

    def _close(self) -> None:
        if self.left is not None and max(self.left) <= 0:
            self.left = None


def _path(header: str, prefix: str) -> str | None:
    """The path of a ``---`` or ``+++`` line, without git's prefix and what stands behind a tab; ``None`` for no file."""
    quoted = unquote(encoded(header)) if header.startswith('"') else None
    path = header.partition("\t")[0].rstrip("\r ") if quoted is None else quoted[0].decode("utf-8", "surrogateescape")
    return None if path == _NOWHERE else path.removeprefix(prefix)
