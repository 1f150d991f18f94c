"""The files that a command line names: bytes under a limit, then values or why they are missing."""

from __future__ import annotations

import stat
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import IO, Final, Generic, TypeVar

from prgate.errors import FormatError, PrgateError
from prgate.model.grade import Grade
from prgate.model.missing import Missing, Why
from prgate.model.wording import quoted

T = TypeVar("T")
U = TypeVar("U")
_BLOCK: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Operand(Generic[T]):
    """One named file: its value or why it is missing, the digest of its bytes where they were read, and how far it can be trusted."""

    name: str
    value: T | Missing
    sha256: str | None
    grade: Grade = Grade.CLAIMED
    note: str | None = None


def read_bytes(path: Path, *, option: str, limit: int, name: str | None = None) -> bytes | Missing:
    """The file's bytes, or ``Missing`` where it exists and is too large or unreadable; ``PrgateError`` where it does not exist.

    ``name`` is what a reader knows the file by, where that is not its own name.
    """
    called = name or path.name
    file = _opened(path, called, option=option, limit=limit)
    if isinstance(file, Missing):
        return file
    with file:
        try:
            return file.read()
        except OSError as error:
            return _unreadable(called, error, option)


def _opened(path: Path, called: str, *, option: str, limit: int) -> IO[bytes] | Missing:
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise PrgateError("not a regular file", f"{option} {path}", "Name a file.")
        if status.st_size > limit:
            detail = f"{quoted(called)} has {status.st_size:,} bytes, more than the limit of {limit:,}"
            return Missing(Why.OVER_LIMIT, detail, f"Make it smaller, or raise its limit in the policy ({option}).")
        return path.open("rb")
    except (FileNotFoundError, NotADirectoryError) as error:
        raise PrgateError("no such file", f"{option} {path}", "Check the path; it is relative to the current folder.") from error
    except (OSError, ValueError) as error:
        return _unreadable(called, error, option)


def _unreadable(called: str, error: OSError | ValueError, option: str) -> Missing:
    reason = error.strerror if isinstance(error, OSError) else str(error)
    return Missing(Why.FORBIDDEN, f"{quoted(called)} cannot be read: {reason}", f"Make the file of {option} readable.")


def read_operand(path: Path, read: Callable[[bytes], T], *, option: str, limit: int, name: str | None = None) -> Operand[T]:
    """The file through its reader; what the reader refuses is ``Missing``, with the place it stopped at. ``name`` as of ``read_bytes``."""
    called = name or path.name
    data = read_bytes(path, option=option, limit=limit, name=called)
    if isinstance(data, Missing):
        return Operand(called, data, None)
    return Operand(called, parsed(called, data, read, option=option), sha256(data).hexdigest())


class Digested:
    """A file that is read a piece at a time; ``sha256`` is the digest of what was read so far."""

    __slots__ = ("_file", "sha256")

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.sha256 = sha256()

    def read(self, size: int, /) -> bytes:
        """At most ``size`` bytes, none at the end; ``FormatError`` where the system does not give them."""
        try:
            data = self._file.read(size)
        except OSError as error:
            raise FormatError(f"it cannot be read: {error.strerror}") from error
        self.sha256.update(data)
        return data


def stream_operand(path: Path, read: Callable[[Digested], T], *, option: str, limit: int, name: str | None = None) -> Operand[T]:
    """As ``read_operand``, for a file that may be too large to be held; ``read`` need not read to the end."""
    called = name or path.name
    file = _opened(path, called, option=option, limit=limit)
    if isinstance(file, Missing):
        return Operand(called, file, None)
    with file:
        stream = Digested(file)
        value = parsed(called, stream, read, option=option)
        broken = parsed(called, stream, _drained, option=option)
        return Operand(called, value, stream.sha256.hexdigest()) if broken is None else Operand(called, broken, None)


def _drained(stream: Digested) -> None:
    while stream.read(_BLOCK):
        pass


def parsed(name: str, data: U, read: Callable[[U], T], *, option: str) -> T | Missing:
    """What the reader makes of the bytes, or of a stream of them; a refusal is ``Missing``."""
    try:
        return read(data)
    except FormatError as error:
        why = Why.OVER_LIMIT if error.over_limit else Why.UNREADABLE
        return Missing(why, f"{quoted(name)}: {error}", f"Give {option} a file in a known format that is whole.")
