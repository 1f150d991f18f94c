"""Files read by object id a piece at a time, so that a large one is never held whole."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from hashlib import new as new_hash
from hashlib import sha256
from typing import IO, Final

from prgate.errors import FormatError
from prgate.git.process import Git

_BLOCK: Final = 1024 * 1024


def file_sizes(git: Git, oids: Sequence[str]) -> Mapping[str, int]:
    """Bytes of each file by its id; what is not here, or no file, is left out."""
    questions = "".join(f"{oid}\n" for oid in dict.fromkeys(oids)).encode("ascii")
    sizes: dict[str, int] = {}
    with git.ask("cat-file", "--batch-check", questions=questions) as answers:
        for line in answers:
            fields = line.split()
            if len(fields) == 3 and fields[1] == b"blob":
                sizes[fields[0].decode("ascii")] = int(fields[2])
    return sizes


class Joined:
    """The bytes of one file, or of several as one with a line end between two. ``sha256`` is the digest of what was read so far.

    ``read`` raises ``FormatError`` for a file that is missing or damaged, which is known only at its end.
    """

    __slots__ = ("_answers", "_check", "_oid", "_oids", "_rest", "sha256", "whole")

    def __init__(self, answers: IO[bytes], oids: Sequence[str]) -> None:
        self._answers = answers
        self._oids = list(oids)
        self._oid = ""
        self._rest = 0
        self._check = sha256()
        self.sha256 = sha256()
        self.whole = True
        """Whether everything was there and as its id says."""

    def read(self, size: int, /) -> bytes:
        """At most ``size`` bytes, none at the end."""
        if not self.whole:
            return b""
        between = bool(self._oid)
        while not self._rest:
            if self._oid:
                self._end()
            if not self._oids:
                return b""
            self._begin(self._oids.pop(0))
            if between and self._rest:
                self.sha256.update(b"\n")
                return b"\n"
        data = self._answers.read(min(size, self._rest))
        if not data:
            raise self._broken("is damaged")
        self._rest -= len(data)
        self._check.update(data)
        self.sha256.update(data)
        return data

    def drain(self) -> bool:
        """Read to the end, whether anybody wants it or not; whether everything was there and sound."""
        try:
            while self.read(_BLOCK):
                pass
        except FormatError:
            return False
        return self.whole

    def _begin(self, oid: str) -> None:
        self._oid = oid
        fields = self._answers.readline().split()
        if len(fields) != 3 or fields[1] != b"blob":
            raise self._broken("is not here, or no file")
        self._rest = int(fields[2])
        self._check = new_hash("sha1" if len(oid) == 40 else "sha256", b"blob %d\0" % self._rest, usedforsecurity=False)

    def _end(self) -> None:
        self._answers.read(1)
        if self._check.hexdigest() != self._oid:
            raise self._broken("is damaged")
        self._oid = ""

    def _broken(self, how: str) -> FormatError:
        self.whole = False
        return FormatError(f"object {self._oid} {how}")


def read_streams(git: Git, files: Sequence[Sequence[str]]) -> Generator[Joined, None, None]:
    """Each of the files, given as the ids of its parts; one is read before the next is asked for. One process, unless something is damaged."""
    left = list(files)
    while left:
        questions = "".join(f"{oid}\n" for parts in left for oid in parts).encode("ascii")
        with git.ask("cat-file", "--batch", questions=questions) as answers:
            while left:
                joined = Joined(answers, left.pop(0))
                yield joined
                if not joined.drain():
                    break
