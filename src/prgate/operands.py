"""The files that a command line names: bytes under a limit, then values or why they are missing."""

from __future__ import annotations

import stat
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Generic, TypeVar

from prgate.errors import FormatError, PrgateError
from prgate.model.grade import Grade
from prgate.model.missing import Missing, Why
from prgate.model.wording import quoted

T = TypeVar("T")


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
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise PrgateError("not a regular file", f"{option} {path}", "Name a file.")
        if status.st_size > limit:
            detail = f"{quoted(called)} has {status.st_size:,} bytes, more than the limit of {limit:,}"
            return Missing(Why.OVER_LIMIT, detail, f"Make it smaller, or raise its limit in the policy ({option}).")
        data = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise PrgateError("no such file", f"{option} {path}", "Check the path; it is relative to the current folder.") from error
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        return Missing(Why.FORBIDDEN, f"{quoted(called)} cannot be read: {reason}", f"Make the file of {option} readable.")
    return data


def read_operand(path: Path, read: Callable[[bytes], T], *, option: str, limit: int, name: str | None = None) -> Operand[T]:
    """The file through its reader; what the reader refuses is ``Missing``, with the place it stopped at. ``name`` as of ``read_bytes``."""
    called = name or path.name
    data = read_bytes(path, option=option, limit=limit, name=called)
    if isinstance(data, Missing):
        return Operand(called, data, None)
    return Operand(called, parsed(called, data, read, option=option), sha256(data).hexdigest())


def parsed(name: str, data: bytes, read: Callable[[bytes], T], *, option: str) -> T | Missing:
    """What the reader makes of the bytes; a refusal is ``Missing``."""
    try:
        return read(data)
    except FormatError as error:
        why = Why.OVER_LIMIT if error.over_limit else Why.UNREADABLE
        return Missing(why, f"{quoted(name)}: {error}", f"Give {option} a file in a known format that is whole.")
