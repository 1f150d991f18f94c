"""Which files of a range have to be at hand before it can be read offline."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from prgate.errors import FormatError
from prgate.git.history import LOG, Touch, read_touches
from prgate.git.objects import read_entry
from prgate.git.process import Git

_LIST_BYTES: Final = 256 * 1024 * 1024
_RAW: Final = ("diff-tree", "-r", "-z", "--raw", "--no-abbrev", "--no-renames")
_ABSENT: Final = b" missing"


def needed_blobs(git: Git, merge_base: str, head: str, places: Iterable[tuple[str, bytes]]) -> frozenset[str]:
    """Ids of the files that the diff, blame and ``places`` (commit, path) look into. Raises ``FormatError`` where a list cannot be had.

    - Both sides of what changed from ``merge_base`` to ``head``, for the patch and for renames.
    - Both sides of what each commit of the range touches, for blame follows lines and renames from commit to commit. A merge touches what
      differs from all parents; every other path in it is one parent's as it stands, where blame goes on without looking into it.
    - Where a merge's own path is absent in a parent, everything that this parent has and the merge lacks, for blame looks there for its
      former name.
    """
    oids: set[bytes] = set()
    for sha, touches in read_touches(_list(git, *LOG, f"{merge_base}..{head}", "--")):
        oids.update(_files(touches))
        merged = [touch.letters for touch in touches if len(touch.letters) > 1]
        for parent in sorted({number for letters in merged for number, letter in enumerate(letters, 1) if letter == ord("A")}):
            oids.update(_sides(_list(git, *_RAW, "--diff-filter=D", f"{sha}^{parent}", sha, "--")))
    oids.update(_sides(_list(git, *_RAW, merge_base, head, "--")))
    found = {oid.decode("ascii") for oid in oids}
    for commit, path in places:
        entry = read_entry(git, commit, path)
        if entry is not None and _is_file(b"%06o" % entry[0]):
            found.add(entry[1])
    return frozenset(found)


def absent_objects(git: Git, oids: Iterable[str]) -> tuple[str, ...]:
    """Those of the objects that are not here, sorted."""
    questions = "".join(f"{oid}\n" for oid in sorted(oids)).encode("ascii")
    with git.ask("cat-file", "--batch-check=%(objectname)", questions=questions) as answers:
        return tuple(line.split()[0].decode("ascii") for line in answers if line.rstrip(b"\n").endswith(_ABSENT))


def _list(git: Git, *args: str) -> bytes:
    found = git.run(*args, limit=_LIST_BYTES)
    if found.over_limit:
        raise FormatError(f"the list of what changed is larger than {_LIST_BYTES} bytes", over_limit=True)
    if found.code:
        raise FormatError(found.words)
    return found.out


def _files(touches: Iterable[Touch]) -> Iterator[bytes]:
    return (oid for touch in touches for mode, oid in zip(touch.modes, touch.oids, strict=True) if _is_file(mode))


def _sides(out: bytes) -> Iterator[bytes]:
    """``:MODE MODE ID ID LETTER``, a path, and so on; each ended by NUL."""
    for entry in out.split(b"\0")[:-1:2]:
        fields = entry[1:].split()
        yield from (oid for mode, oid in ((fields[0], fields[2]), (fields[1], fields[3])) if _is_file(mode))


def _is_file(mode: bytes) -> bool:
    """No folder, no submodule, and not the side where there is nothing."""
    return mode[:2] in {b"10", b"12"}
