"""Objects read by id: their sizes are checked before their bytes are taken, and their bytes against their ids."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from hashlib import new as new_hash
from typing import IO, Final

from prgate.errors import FormatError
from prgate.git.process import Git
from prgate.model.missing import Missing, Why

REFETCH: Final = "Fetch what is missing (`git fetch --refetch`), or look for damage with `git fsck`."
_ENTRY: Final = re.compile(rb"([0-7]{6}) [a-z]+ ([0-9a-f]+)\t(.*)\0", re.DOTALL)
_KIND_OF_FILE: Final = 0o170000
_FILES: Final = (0o100000, 0o120000)
_PATHS_BYTES: Final = 256 * 1024 * 1024


def read_contents(git: Git, oids: Collection[str], *, each: int, total: int) -> Mapping[str, bytes] | Missing:
    """The bytes of these files by id, sorted by id; all-zero ids, the sides that do not exist, are left out."""
    wanted = sorted({oid for oid in oids if oid.strip("0")})
    found: dict[str, bytes] = {}
    left = total

    def refuse(size: int) -> str | None:
        if size > each:
            return f"a file has {size} bytes, over the limit of {each} for one"
        return f"{len(wanted)} files together have more than {total} bytes" if size > left else None

    try:
        for oid, data in zip(wanted, read_objects(git, wanted, "blob", refuse), strict=True):
            found[oid] = data
            left -= len(data)
    except FormatError as error:
        if error.over_limit:
            fix = "Split the change, or raise `limits.content_bytes` or `limits.contents_bytes` in the policy."
            return Missing(Why.OVER_LIMIT, error.message, fix)
        return Missing(Why.UNREADABLE, error.message, REFETCH)
    return found


def read_entry(git: Git, commit: str, path: bytes) -> tuple[int, str] | None:
    """The mode and object id at a path of a commit, ``None`` if nothing is there."""
    found = git.run("ls-tree", "-z", "--full-tree", commit, "--", path)
    if found.code:
        raise FormatError(found.words)
    entry = _ENTRY.fullmatch(found.out)
    if entry is None or entry[3] != path:
        return None
    return int(entry[1], 8), entry[2].decode("ascii")


def read_blob(git: Git, commit: str, path: bytes, *, limit: int) -> tuple[int, bytes] | None:
    """The mode and bytes of a file at a commit; no bytes for a folder or a submodule, ``None`` if nothing is there."""
    entry = read_entry(git, commit, path)
    if entry is None:
        return None
    mode, oid = entry
    if mode & _KIND_OF_FILE not in _FILES:
        return mode, b""

    def refuse(size: int) -> str | None:
        return f"it has {size} bytes, over the limit of {limit}" if size > limit else None

    (data,) = read_objects(git, [oid], "blob", refuse)
    return mode, data


def list_paths(git: Git, commit: str) -> tuple[bytes, ...]:
    """Every path of a commit that is no folder, sorted. Raises ``FormatError`` when git cannot read its folders."""
    found = git.run("ls-tree", "-r", "-z", "--name-only", "--full-tree", commit, limit=_PATHS_BYTES)
    if found.over_limit:
        raise FormatError(f"the paths of a commit come to more than {_PATHS_BYTES} bytes", over_limit=True)
    if found.code:
        raise FormatError(found.words)
    return tuple(sorted(found.out.split(b"\0")[:-1]))


def list_changed(git: Git, old: str, new: str) -> frozenset[bytes]:
    """Every path of no folder that is not the same at both commits. Raises ``FormatError`` when git cannot read the folders."""
    found = git.run("diff-tree", "-r", "-z", "--name-only", "--no-renames", old, new, "--", limit=_PATHS_BYTES)
    if found.over_limit:
        raise FormatError(f"the paths that differ come to more than {_PATHS_BYTES} bytes", over_limit=True)
    if found.code:
        raise FormatError(found.words)
    return frozenset(found.out.split(b"\0")[:-1])


def read_objects(git: Git, oids: Sequence[str], kind: str, refuse: Callable[[int], str | None]) -> Iterator[bytes]:
    """The objects in the order asked for. Raises ``FormatError``: one is missing, damaged or of another kind, or refused for its size."""
    questions = "".join(f"{oid}\n" for oid in oids).encode("ascii")
    with git.ask("cat-file", "--batch", questions=questions) as answers:
        for oid in oids:
            yield _answer(answers, oid, kind.encode("ascii"), refuse)


def _answer(answers: IO[bytes], oid: str, kind: bytes, refuse: Callable[[int], str | None]) -> bytes:
    """One answer: ``ID KIND SIZE``, the bytes and a line end. Git does not notice when a damaged object gives fewer bytes than that."""
    fields = answers.readline().split()
    if len(fields) != 3 or fields[1] != kind:
        told = fields[1].decode("ascii", "replace") if len(fields) > 1 else "damaged"
        raise FormatError(f"object {oid} should be a {kind.decode('ascii')} and is {told}")
    size = int(fields[2])
    refusal = refuse(size)
    if refusal is not None:
        raise FormatError(refusal, over_limit=True)
    data = answers.read(size + 1)[:-1]
    digest = new_hash("sha1" if len(oid) == 40 else "sha256", b"%s %d\0" % (kind, size), usedforsecurity=False)
    digest.update(data)
    if digest.hexdigest() != oid:
        raise FormatError(f"object {oid} is damaged")
    return data
