"""A git repository, read with nothing in it, around it or in the environment steering what is seen; the only caller of git."""

from __future__ import annotations

from collections.abc import Collection, Generator, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from prgate.formats.git_diff import Classify, Keep
from prgate.git.blame import read_blame
from prgate.git.changes import read_changes
from prgate.git.history import read_commit, read_commits
from prgate.git.kept import Found, Sought, find_kept
from prgate.git.objects import list_changed, list_paths, read_blob, read_contents, read_entry
from prgate.git.process import Git
from prgate.git.refs import Refs
from prgate.git.scratch import Source, build_scratch, find_source
from prgate.git.streams import Joined, file_sizes, read_streams
from prgate.git.undone import read_undone
from prgate.model.commit import Commit
from prgate.model.diff import Diff
from prgate.model.history import Undone
from prgate.model.missing import Missing, Why
from prgate.model.policy import Limits
from prgate.model.verdict import Fault

_BLOB_BYTES = 16 * 1024 * 1024


class Repository:
    """What the gate asks of a repository. Commits are full ids, as ``resolve`` gives them; paths are bytes, ``/``-separated."""

    __slots__ = ("_git", "_paths", "_refs", "_shallow")

    def __init__(self, source: Source, git: Git) -> None:
        self._git = git
        self._refs = Refs(source)
        self._paths: dict[str, tuple[bytes, ...]] = {}
        self._shallow = source.shallow is not None

    def close(self) -> None:
        """End the process that waits for questions."""
        self._refs.close()

    def resolve(self, ref: str) -> str:
        """The full id of the commit that a ref names in the user's repository. Raises ``PrgateError`` if it names none."""
        return self._refs.resolve(ref)

    def merge_base(self, base: str, head: str) -> str | Missing:
        """Where the two histories part; of several such commits git's first, as in ``git diff BASE...HEAD``."""
        found = self._git.run("merge-base", base, head)
        if found.code == 0:
            return found.out.decode("ascii").strip()
        if found.code > 1:
            return Missing(Why.UNREADABLE, f"git could not look for a merge base: {found.words}", "Look for damage with `git fsck`.")
        if self._shallow:
            fix = "Fetch the whole history: `fetch-depth: 0` in actions/checkout, `git fetch --unshallow` in a clone."
            return Missing(Why.FAILED, "no merge base was found: this clone is shallow, its history is cut off", fix)
        return Missing(
            Why.FAILED, "no merge base was found: the two histories are unrelated", "Name the branch that the change started from."
        )

    def diff(
        self, merge_base: str, head: str, *, classify: Classify, keep: Keep, limits: Limits
    ) -> tuple[Diff | Missing, tuple[Fault, ...]]:
        """What changed from ``merge_base`` to ``head``, and every reason not to trust it; an unreadable diff is ``Missing``."""
        return read_changes(self._git, merge_base, head, classify=classify, keep=keep, limits=limits)

    def commits(self, merge_base: str, head: str, limit: int) -> tuple[Commit, ...] | Missing:
        """The commits that ``head`` has and ``merge_base`` lacks, newest first, no parent before its child."""
        return read_commits(self._git, merge_base, head, limit=limit)

    def commit(self, sha: str) -> Commit | Missing:
        """One commit by its full id, without the paths that it touches."""
        return read_commit(self._git, sha)

    def blob(self, commit: str, path: bytes) -> tuple[int, bytes] | None:
        """The tree mode and the bytes at a path, ``None`` if nothing is there; no bytes for a folder or a submodule.

        A symbolic link is given as its mode and target, never followed. Raises ``FormatError`` for an object that is missing, damaged or
        larger than 16 MiB.
        """
        return read_blob(self._git, commit, path, limit=_BLOB_BYTES)

    def entry(self, commit: str, path: bytes) -> tuple[int, str] | None:
        """The tree mode and object id at a path, ``None`` if nothing is there. Raises ``FormatError`` when git cannot read its folders."""
        return read_entry(self._git, commit, path)

    def contents(self, oids: Collection[str], *, each: int, total: int) -> Mapping[str, bytes] | Missing:
        """The bytes of files by object id, as long as one has at most ``each`` bytes and all have ``total``; all-zero ids are left out."""
        return read_contents(self._git, oids, each=each, total=total)

    def sizes(self, oids: Sequence[str]) -> Mapping[str, int]:
        """Bytes of each file by object id; what is not here, or no file, is left out."""
        return file_sizes(self._git, oids)

    def streams(self, files: Sequence[Sequence[str]]) -> Generator[Joined, None, None]:
        """Files to be read a piece at a time, each before the next is asked for; a file of several objects is theirs, a line end between two."""
        return read_streams(self._git, files)

    def branches(self, ref: str, commit: str) -> tuple[str, ...]:
        """The branch that a ref of the user's repository means, without a remote's name; where it means none, those that end at the commit."""
        return self._refs.branches(ref, commit)

    def kept(self, sought: Sought) -> Found:
        """The sessions that the user's repository keeps beside its branches; a file may be named whose bytes are not here."""
        return find_kept(self._refs.call, self._git, sought)

    def paths(self, commit: str) -> tuple[bytes, ...]:
        """Every path of a commit, sorted. Raises ``FormatError`` when git cannot read its folders."""
        if commit not in self._paths:
            self._paths[commit] = list_paths(self._git, commit)
        return self._paths[commit]

    def changed(self, old: str, new: str) -> frozenset[bytes]:
        """Every path that is not the same at two commits, in one walk. Raises ``FormatError`` when git cannot read their folders."""
        return list_changed(self._git, old, new)

    def blame(self, merge_base: str, head: str, path: bytes, *, layout: bool = True) -> tuple[tuple[int, int, str], ...] | Missing:
        """(first line, last line, commit) over the lines at head that commits of the range brought, sorted."""
        return read_blame(self._git, merge_base, head, path, layout=layout)

    def undone(self, merge_base: str, paths: Collection[bytes]) -> Mapping[bytes, tuple[Undone, ...]] | Missing:
        """Per path, if anything, what reverts and fixes before the merge base took out of it, newest first."""
        return read_undone(self._git, merge_base, paths)


@contextmanager
def open_repository(path: Path) -> Iterator[Repository]:
    """The repository that ``path`` lies in, until the block ends. Raises ``PrgateError`` if there is none, or no git of 2.34 or later.

    Everything is read through a bare repository in a temporary folder, which borrows the objects and is removed afterwards.
    """
    with TemporaryDirectory(prefix="prgate-") as name:
        folder = Path(name)
        source = find_source(path, folder)
        with closing(Repository(source, build_scratch(folder, source))) as repository:
            yield repository
