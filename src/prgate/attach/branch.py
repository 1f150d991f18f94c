"""The branch that a session is attached to: what it is called at its remote, what it started from, and which lines it adds."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from prgate.errors import PrgateError
from prgate.git.kept import SESSION_REFS
from prgate.git.own import EMPTY_TREES, Clone

PUSHED: Final = "refs/prgate-pushed"
"""What was pushed last, by remote, as ``refs/remotes`` is for branches."""
_USUAL: Final = ("main", "master")
_MOST_FILES: Final = 5_000
_FILE_BYTES: Final = 4 * 1024 * 1024
_ALL_BYTES: Final = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Branch:
    """``name`` is what it is called at ``remote`` (null where there is none), where a pull request comes from.

    ``there``: it is at the remote as far as the clone knows. ``default``: it is the remote's default branch. ``tip`` is its commit where
    another branch is checked out; else it is the work tree that counts.
    """

    name: str
    remote: str | None
    there: bool
    default: bool
    tip: str | None = None

    @property
    def folder(self) -> str:
        """Where its sessions are."""
        return f"{SESSION_REFS}{self.name}"


def find_branch(clone: Clone, named: str | None) -> Branch:
    """The branch of that name, or the one that is checked out. Raises ``PrgateError`` for a detached head and for a name that is none."""
    out = clone.branch()
    local = named or out
    if local is None:
        raise PrgateError("no branch is checked out", clone.top, "Check one out, or name it with --branch.")
    if clone.run("check-ref-format", f"refs/heads/{local}").code:
        raise PrgateError("this cannot be a branch", f"--branch {local}", "Name it as `git branch` shows it.")
    goes_to = clone.refs("push", f"refs/heads/{local}").get(f"refs/heads/{local}", "")
    remote = clone.refs("push:remotename", f"refs/heads/{local}").get(f"refs/heads/{local}", "")
    remotes = clone.ask("remote").split()
    if remote not in remotes:
        remote = "origin" if "origin" in remotes else remotes[0] if len(remotes) == 1 else ""
    tracked = goes_to if goes_to.startswith(f"refs/remotes/{remote}/") else f"refs/remotes/{remote}/{local}"
    name = tracked.removeprefix(f"refs/remotes/{remote}/")
    known = clone.refs("symref", tracked, f"refs/remotes/{remote}/HEAD")
    default = known.get(f"refs/remotes/{remote}/HEAD", "")
    tip = None if local == out else clone.commit(f"refs/heads/{local}")
    return Branch(name, remote or None, tracked in known, default == tracked if default else name in _USUAL, tip)


def find_base(clone: Clone, branch: Branch, started: str | None) -> str:
    """The commit that the branch's lines are counted from: where it left the default branch of its remote, or what it follows, or a main branch.

    Where there is none of them the commit that the session ``started`` at, else the empty tree. The default branch is counted from its own
    state at the remote.
    """
    head = branch.tip or clone.commit("HEAD")
    if head is None:
        return EMPTY_TREES[len(clone.ask("hash-object", "--stdin"))]
    own = {f"refs/heads/{branch.name}", f"refs/remotes/{branch.remote}/{branch.name}"}
    names = [f"refs/remotes/{branch.remote}/{name}" for name in ("HEAD", *_USUAL)]
    names += [f"refs/heads/{name}" for name in _USUAL]
    known = clone.refs("objectname", *names)
    upstream = "" if branch.tip else clone.run("rev-parse", "--quiet", "--verify", "--symbolic-full-name", "@{upstream}").text
    if branch.default and branch.there:
        names = [f"refs/remotes/{branch.remote}/{branch.name}"]
        known |= clone.refs("objectname", *names)
        own = set()
    elif upstream:
        names.insert(1, upstream)
        known |= clone.refs("objectname", upstream)
    for name in names:
        if name in known and name not in own and (base := clone.merge_base(known[name], head)) is not None:
            return base
    if started is not None and clone.merge_base(started, head) == started:
        return started
    return EMPTY_TREES[len(head)]


def added(clone: Clone, branch: Branch, base: str) -> Iterator[bytes]:
    """Every line that the branch adds to ``base``; the work tree's with those of files that nobody has told git of."""
    yield from clone.added(base, branch.tip)
    if branch.tip is not None:
        return
    left = _ALL_BYTES
    for path in clone.untracked()[:_MOST_FILES]:
        data = _contents(Path(clone.top, os.fsdecode(path)), min(left, _FILE_BYTES))
        left -= len(data)
        yield from data.split(b"\n")


def _contents(path: Path, most: int) -> bytes:
    """The bytes of a plain text file; none of a link, of anything larger, and of what cannot be read."""
    try:
        if path.is_symlink() or not path.is_file() or path.stat().st_size > most:
            return b""
        data = path.read_bytes()
    except OSError:
        return b""
    return b"" if b"\0" in data[:8000] else data


def holds(clone: Clone, branch: Branch) -> Callable[[bytes], bool]:
    """Whether there is a file or folder at a path of the branch."""
    if branch.tip is not None:
        return clone.paths(branch.tip).__contains__
    top = os.fsencode(clone.top)
    return lambda path: os.path.lexists(os.path.join(top, path))  # noqa: PTH118 (a path of any bytes)
