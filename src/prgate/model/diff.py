"""What changed between the merge base and the head."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from operator import itemgetter

from prgate.model.missing import Missing
from prgate.model.paths import FileClass

_RUN_OF_ADDED = re.compile(rb"\++")

SYMLINK = 0o120000
SUBMODULE = 0o160000
REGULAR = frozenset({0o100644, 0o100755})
"""Tree modes of a file that is neither a link, a folder nor a submodule."""


class Status(StrEnum):
    """How a path changed, as git's raw output says it."""

    ADDED = "added"
    DELETED = "deleted"
    MODIFIED = "modified"
    RENAMED = "renamed"
    TYPE_CHANGED = "type-changed"


class Side(StrEnum):
    """Which tree a line number counts in."""

    BASE = "base"
    HEAD = "head"


@dataclass(frozen=True, slots=True)
class Hunk:
    r"""One hunk; line numbers count from 1 and ``body`` keeps git's bytes, each line with its marker (`` ``, ``+``, ``-``, ``\\``).

    Invariant: the body holds exactly ``old_count`` lines of the old side and ``new_count`` of the new. Lines end at ``\\n`` only.
    """

    old_start: int
    old_count: int
    new_start: int
    new_count: int
    body: bytes

    def added(self) -> Iterator[tuple[int, bytes]]:
        """Each added line as (line number at head, bytes without marker and line end)."""
        number = self.new_start
        for line in self.body.split(b"\n"):
            marker = line[:1]
            if marker == b"+":
                yield number, line[1:]
                number += 1
            elif marker == b" ":
                number += 1

    def added_runs(self) -> Iterator[tuple[int, int]]:
        """Unbroken runs of added lines as (first, last line number at head)."""
        markers = bytes(map(itemgetter(0), filter(None, self.body.split(b"\n"))))
        for run in _RUN_OF_ADDED.finditer(markers.translate(None, b"-\\")):
            yield self.new_start + run.start(), self.new_start + run.end() - 1

    def line_at(self, offset: int) -> int:
        """The head line number of the line that begins at ``offset`` in the body."""
        before = b"\n" + self.body[:offset]
        return self.new_start + before.count(b"\n") - 1 - before.count(b"\n-") - before.count(b"\n\\")

    def removed(self) -> Iterator[tuple[int, bytes]]:
        """Each removed line as (line number at base, bytes without marker and line end)."""
        number = self.old_start
        for line in self.body.split(b"\n"):
            marker = line[:1]
            if marker == b"-":
                yield number, line[1:]
                number += 1
            elif marker == b" ":
                number += 1


@dataclass(frozen=True, slots=True)
class Mark:
    """A changed line that alone puts its file in a high-risk domain, and what it says (``text``).

    ``line`` is its number at head; of a removed line, the head line that now stands nearest to where it was, 0 in a file without lines.
    """

    domain: str
    line: int
    removed: bool
    text: str


def within(old_path: bytes | None, new_path: bytes | None, modes: tuple[int, int]) -> tuple[bytes, ...]:
    """For each side that is a symbolic link or a submodule a path in the folder for which it stands; no file can have such a name."""
    sides = zip((old_path, new_path), modes, strict=True)
    return tuple(dict.fromkeys(path + b"/." for path, mode in sides if path is not None and mode in {SYMLINK, SUBMODULE}))


@dataclass(frozen=True, slots=True)
class FileChange:
    """One changed path. ``modes`` and ``oids`` are (base, head), 0 and all-zero ids where a side does not exist.

    ``added`` and ``removed`` are git's numstat counts, 0 for a binary change. ``hunks`` is empty where no line changed (mode, pure
    rename, binary, empty file) and ``Missing`` where lines changed and were not kept.
    ``file_class`` is what the file is for; ``domains`` are the policy's high-risk domains that either path or a mark puts it in.
    """

    status: Status
    old_path: bytes | None
    new_path: bytes | None
    modes: tuple[int, int]
    oids: tuple[str, str]
    binary: bool
    added: int
    removed: int
    hunks: tuple[Hunk, ...] | Missing
    file_class: FileClass = FileClass.OTHER
    domains: tuple[str, ...] = ()
    marks: tuple[Mark, ...] = ()

    @property
    def path(self) -> bytes:
        """The path at head, or the path at base of a deleted file."""
        path = self.new_path if self.new_path is not None else self.old_path
        assert path is not None, "a change has at least one path"
        return path

    @property
    def paths(self) -> tuple[bytes, ...]:
        """Both paths, once each, base first: what path rules test."""
        return tuple(dict.fromkeys(path for path in (self.old_path, self.new_path) if path is not None))

    @property
    def places(self) -> tuple[bytes, ...]:
        """What path globs are held against: both paths, and what lies within a link or submodule, which stands for a folder."""
        return (*self.paths, *within(self.old_path, self.new_path, self.modes))

    @property
    def symlink(self) -> bool:
        """Whether either side is a symbolic link."""
        return SYMLINK in self.modes

    @property
    def submodule(self) -> bool:
        """Whether either side is a submodule commit."""
        return SUBMODULE in self.modes


@dataclass(frozen=True, slots=True)
class Diff:
    """All changed paths, sorted by (path at head or base).

    ``rename_limit_hit`` says that git gave up exhaustive rename detection, so some renames stand as a delete and an add.
    """

    files: tuple[FileChange, ...]
    rename_limit_hit: bool = False

    @property
    def added(self) -> int:
        """Added lines over all files."""
        return sum(file.added for file in self.files)
