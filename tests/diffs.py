"""Diffs of real repositories for tests, read with nothing classified, and applied again."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable, Iterator

from prgate.formats.git_diff import read_diff
from prgate.git import open_repository
from prgate.git.changes import diff_command
from prgate.model.diff import Diff, FileChange, Hunk
from prgate.model.missing import Missing
from prgate.model.paths import FileClass
from prgate.model.policy import Limits
from prgate.model.verdict import Fault
from tests.repositories import Repo

LIMITS = Limits()
NO_FAULTS: tuple[Fault, ...] = ()


def unclassified(_old: bytes | None, _new: bytes | None) -> tuple[FileClass, tuple[str, ...]]:
    return FileClass.OTHER, ()


def keep_all(_change: FileChange) -> bool:
    return True


def keep_none(_change: FileChange) -> bool:
    return False


def diff_of(repo: Repo, base: str, head: str, *, limits: Limits = LIMITS) -> tuple[Diff | Missing, tuple[Fault, ...]]:
    """The diff as the gate reads it, every line kept."""
    with open_repository(repo.path) as repository:
        return repository.diff(base, head, classify=unclassified, keep=keep_all, limits=limits)


def changes_of(repo: Repo, base: str, head: str, *, limits: Limits = LIMITS) -> dict[bytes, FileChange]:
    """The changes by path, of a diff that has no fault."""
    diff, faults = diff_of(repo, base, head, limits=limits)
    assert NO_FAULTS == faults
    assert isinstance(diff, Diff)
    return {change.path: change for change in diff.files}


def stream_of(repo: Repo, base: str, head: str) -> bytes:
    """What git prints for the reader, from the repository itself."""
    return repo.git(*diff_command(base, head, renames=LIMITS.renames))


def read(stream: bytes, *, block: int = 1 << 20, keep: bool = True, limits: Limits = LIMITS) -> tuple[Diff, tuple[Fault, ...]]:
    """What the reader makes of a stream that comes in blocks."""
    return read_diff(blocks(stream, block), classify=unclassified, keep=keep_all if keep else keep_none, limits=limits)


def blocks(stream: bytes, size: int) -> Iterator[bytes]:
    for start in range(0, len(stream), size):
        yield stream[start : start + size]


def hunks_of(change: FileChange) -> tuple[Hunk, ...]:
    assert not isinstance(change.hunks, Missing), change.hunks
    return change.hunks


def applied(base: bytes, hunks: Iterable[Hunk]) -> bytes:
    """The base with the hunks applied; every line that they remove or keep must be there."""
    old = [line + b"\n" for line in base.split(b"\n")]
    old[-1] = old[-1][:-1]
    new: list[bytes] = []
    position = 0
    for hunk in hunks:
        # Where the type changes, what is added comes as if it stood alone, behind all that is removed.
        first = max(position, hunk.old_start - 1 if hunk.old_count else hunk.old_start)
        new += old[position:first]
        position = first
        for marker, line in _lines(hunk):
            if marker in b" -":
                assert old[position] == line
                position += 1
            if marker in b" +":
                new.append(line)
    return b"".join(new + old[position:])


def _lines(hunk: Hunk) -> list[tuple[bytes, bytes]]:
    lines: list[tuple[bytes, bytes]] = []
    for line in hunk.body.split(b"\n")[:-1]:
        if line.startswith(b"\\"):
            marker, last = lines[-1]
            lines[-1] = marker, last.removesuffix(b"\n")
        else:
            lines.append((line[:1], line[1:] + b"\n"))
    return lines


def written(repo: Repo, files: dict[bytes, bytes], message: str) -> str:
    """Commit the repository with just these files, by way of git's plumbing, so that any name goes."""
    parent = subprocess.run(["git", "rev-parse", "-q", "--verify", "HEAD"], cwd=repo.path, capture_output=True, check=False).stdout.strip()
    parts = [
        b"commit refs/heads/main\ncommitter dev-one <dev-one@example.com> 1767600000 +0000\ndata %d\n%s\n"
        % (len(message), message.encode())
    ]
    if parent:
        parts.append(b"from %s\n" % parent)
    parts.append(b"deleteall\n")
    for path, data in files.items():
        parts.append(b"M 100644 inline %s\ndata %d\n%s\n" % (_quoted(path), len(data), data))
    repo.git("fast-import", "--quiet", "--force", stdin=b"".join(parts))
    return repo.head()


def _quoted(path: bytes) -> bytes:
    return b'"' + b"".join(b"\\%03o" % byte for byte in path) + b'"'
