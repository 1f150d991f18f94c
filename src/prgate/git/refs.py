"""What a ref that a user names stands for, asked of the user's own repository."""

from __future__ import annotations

import os
from subprocess import PIPE, Popen
from typing import Final

from prgate.errors import PrgateError
from prgate.git.process import Finished
from prgate.git.scratch import Source

_TRUE_HISTORY: Final = ("-c", "core.commitGraph=false")
"""``REF~1`` means the parent that the commit itself names."""
_HEADS: Final = "refs/heads/"
_REMOTES: Final = "refs/remotes/"
_MOST_BRANCHES: Final = 20


class Refs:
    """The commits that refs name. One process answers all questions; a ref reaches it as data, so it is never taken for an option."""

    __slots__ = ("_process", "_source")

    def __init__(self, source: Source) -> None:
        self._source = source
        self._process: Popen[bytes] | None = None

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None

    def resolve(self, ref: str) -> str:
        """The full id of the commit. Raises ``PrgateError`` for a ref that names none, or several."""
        name = os.fsencode(ref)
        if not name or b"\n" in name or b"\0" in name:
            raise PrgateError("this cannot be a ref", repr(ref), "Name a branch, a tag or a commit.")
        if self._process is None:
            self._process = self._source.git.start("-C", self._source.path, *_TRUE_HISTORY, "cat-file", "--batch-check", stdin=PIPE)
        assert self._process.stdin is not None, "started with pipes"
        assert self._process.stdout is not None, "started with pipes"
        self._process.stdin.write(name + b"^{commit}\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline().split()
        if not answer:
            # A damaged object ends git; the next question starts another.
            self.close()
        if len(answer) == 3 and answer[1] == b"commit":
            return answer[0].decode("ascii")
        help_ = "Fetch it (`git fetch origin BRANCH`), or list what is there (`git branch --all`, `git log`); a short id may name several: give all of it."
        raise PrgateError("this ref names no commit here", ref, help_)

    def call(self, *args: str, limit: int = 1024 * 1024) -> Finished:
        """What git says in the user's repository, up to a limit in bytes; only for what refs there are."""
        return self._source.git.run("-C", self._source.path, *_TRUE_HISTORY, *args, limit=limit)

    def branches(self, ref: str, commit: str) -> tuple[str, ...]:
        """The branch that a ref means, without a remote's name; where it means none, those that end at the commit, at most 20, sorted."""
        named = self.call("symbolic-ref", "--quiet", "HEAD").out if ref in {"HEAD", "@"} else os.fsencode(ref)
        name = os.fsdecode(named.rstrip(b"\n"))
        meant = {name} if name.startswith("refs/") else {_HEADS + name, _REMOTES + name} if name else set()
        exact = self._branches(*sorted(meant)) if meant else {}
        found = [short for full, short in exact.items() if full in meant]
        return tuple(found or sorted(set(self._branches(f"--points-at={commit}", _HEADS, _REMOTES).values()))[:_MOST_BRANCHES])

    def _branches(self, *asked: str) -> dict[str, str]:
        """Short names by full ones, of what is a branch here or a copy of a remote's."""
        found: dict[str, str] = {}
        for line in self.call("for-each-ref", "--format=%(refname)", *asked).out.split(b"\n")[:-1]:
            full = os.fsdecode(line)
            short = full.removeprefix(_HEADS) if full.startswith(_HEADS) else full.removeprefix(_REMOTES).partition("/")[2]
            if full.startswith((_HEADS, _REMOTES)) and short not in {"", "HEAD"}:
                found[full] = short
        return found
