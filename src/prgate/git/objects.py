"""Objects read by id through one long-lived ``git cat-file``, their sizes checked before their bytes are taken."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from subprocess import Popen
from typing import IO, Final

from prgate.errors import FormatError
from prgate.git.process import Git, words
from prgate.model.missing import Missing, Why

TREE: Final = 0o040000
_FILES: Final = (0o100000, 0o120000)
_TREE_BYTES: Final = 64 * 1024 * 1024
_BATCH: Final = 48
"""Requests sent at once: they fit the smallest pipe, so neither side ever waits for the other to read."""
_REFETCH: Final = "Fetch what is missing (`git fetch --refetch`), or look for damage with `git fsck`."


class Objects:
    """The objects of one repository. A process is started at the first question, and again after one that had to be stopped."""

    __slots__ = ("_errors", "_git", "_process", "_trees")

    def __init__(self, git: Git) -> None:
        self._git = git
        self._process: Popen[bytes] | None = None
        self._errors: IO[bytes] | None = None
        self._trees: dict[str, Mapping[bytes, tuple[int, str]]] = {}

    def close(self) -> None:
        """End the process."""
        if self._process is not None and self._errors is not None:
            self._process.kill()
            self._process.communicate()
            self._errors.close()
            self._process = self._errors = None

    def contents(self, oids: Collection[str], *, each: int, total: int) -> Mapping[str, bytes] | Missing:
        """The bytes of these files by id, sorted by id; all-zero ids, the sides that do not exist, are left out."""
        wanted = sorted({oid for oid in oids if oid.strip("0")})
        found: dict[str, bytes] = {}
        left = total

        def refuse(size: int) -> str | None:
            if size > each:
                return f"a file has {size} bytes, over the limit of {each} for one"
            return f"{len(wanted)} files together have more than {total} bytes" if size > left else None

        try:
            for oid, data in zip(wanted, self._read(wanted, "blob", refuse), strict=True):
                found[oid] = data
                left -= len(data)
        except FormatError as error:
            if error.over_limit:
                fix = "Split the change, or raise `limits.content_bytes` or `limits.contents_bytes` in the policy."
                return Missing(Why.OVER_LIMIT, error.message, fix)
            return Missing(Why.UNREADABLE, error.message, _REFETCH)
        return found

    def blob(self, commit: str, path: bytes, *, limit: int) -> tuple[int, bytes] | None:
        """The mode and bytes of a file at a commit; no bytes for a folder or a submodule, ``None`` if nothing is there."""
        entry = self.entry(commit, path)
        if entry is None:
            return None
        mode, oid = entry
        return mode, self._one(oid, "blob", limit=limit) if mode & 0o170000 in _FILES else b""

    def exists(self, commit: str, paths: Collection[bytes]) -> frozenset[bytes]:
        """Those of the paths at which there is something other than a folder."""
        return frozenset(path for path in paths if (entry := self.entry(commit, path)) is not None and entry[0] != TREE)

    def entry(self, commit: str, path: bytes) -> tuple[int, str] | None:
        """The mode and id that a path has at a commit. No link is followed on the way."""
        *folders, name = path.split(b"/")
        oid_bytes = len(commit) // 2
        tree = f"{commit}^{{tree}}"
        for folder in folders:
            mode, tree = self._tree(tree, oid_bytes).get(folder, (0, ""))
            if mode != TREE:
                return None
        return self._tree(tree, oid_bytes).get(name)

    def _tree(self, name: str, oid_bytes: int) -> Mapping[bytes, tuple[int, str]]:
        if name not in self._trees:
            self._trees[name] = _parse_tree(self._one(name, "tree", limit=_TREE_BYTES), oid_bytes)
        return self._trees[name]

    def _one(self, name: str, kind: str, *, limit: int) -> bytes:
        def refuse(size: int) -> str | None:
            return f"it has {size} bytes, over the limit of {limit}" if size > limit else None

        (data,) = self._read([name], kind, refuse)
        return data

    def _read(self, names: Sequence[str], kind: str, refuse: Callable[[int], str | None]) -> Iterator[bytes]:
        """The objects in the order asked for. Raises ``FormatError``: one is missing, damaged or another kind, or refused for its size."""
        done = False
        try:
            for start in range(0, len(names), _BATCH):
                batch = names[start : start + _BATCH]
                stdin, stdout = self._pipes()
                stdin.write("".join(f"{name}\n" for name in batch).encode("ascii"))
                stdin.flush()
                for name in batch:
                    yield self._answer(stdout, name, kind, refuse)
            done = True
        finally:
            # Whoever leaves early leaves answers in the pipe that the next question must not read.
            if not done:
                self.close()

    def _answer(self, stdout: IO[bytes], name: str, kind: str, refuse: Callable[[int], str | None]) -> bytes:
        header = stdout.readline()
        fields = header.split()
        if len(fields) != 3 or fields[1] != kind.encode("ascii"):
            told = b" ".join(fields[1:2]).decode("ascii", "replace") or self._words()
            raise FormatError(f"object {name} cannot be read as a {kind}: {told}")
        size = int(fields[2])
        refusal = refuse(size)
        if refusal is not None:
            raise FormatError(refusal, over_limit=True)
        data = stdout.read(size + 1)
        if len(data) != size + 1:
            raise FormatError(f"object {name} is damaged: {self._words()}")
        return data[:-1]

    def _pipes(self) -> tuple[IO[bytes], IO[bytes]]:
        if self._process is None:
            self._errors = tempfile.TemporaryFile(dir=self._git.folder)  # noqa: SIM115 (closed in `close`)
            self._process = self._git.start("cat-file", "--batch", stdin=True, bufsize=-1, errors=self._errors)
        assert self._process.stdin is not None, "started with pipes"
        assert self._process.stdout is not None, "started with pipes"
        return self._process.stdin, self._process.stdout

    def _words(self) -> str:
        assert self._process is not None, "asked while it runs"
        assert self._errors is not None, "asked while it runs"
        self._process.wait()
        self._errors.seek(0)
        return words(self._errors.read(1024), self._git.folder)


def _parse_tree(data: bytes, oid_bytes: int) -> Mapping[bytes, tuple[int, str]]:
    """Mode and id by name; of two entries with one name, which git writes nowhere, the first counts, as in git."""
    entries: dict[bytes, tuple[int, str]] = {}
    position = 0
    while position < len(data):
        space = data.find(b" ", position)
        nul = data.find(b"\0", space)
        end = nul + 1 + oid_bytes
        mode = data[position:space]
        if not 0 < space < nul or end > len(data) or not mode.isdigit() or b"8" in mode or b"9" in mode:
            raise FormatError("a folder is damaged")
        entries.setdefault(data[space + 1 : nul], (int(mode, 8), data[nul + 1 : end].hex()))
        position = end
    return entries
