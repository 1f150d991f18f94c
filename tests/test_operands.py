"""A file that is named is read within its limit, whole or a piece at a time, and what keeps it from being read is said."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Self

import pytest

from prgate.errors import FormatError, PrgateError
from prgate.model.missing import Missing, Why
from prgate.operands import Digested, Operand, read_operand, stream_operand

Read = Callable[..., Operand[bytes]]


def whole(path: Path, *, limit: int) -> Operand[bytes]:
    return read_operand(path, bytes, option="--x", limit=limit)


def streamed(path: Path, *, limit: int) -> Operand[bytes]:
    return stream_operand(path, lambda stream: stream.read(limit), option="--x", limit=limit)


BOTH = pytest.mark.parametrize("read", [whole, streamed])


@BOTH
def test_a_file_that_is_not_there_or_none_is_a_mistake_of_the_user(tmp_path: Path, read: Read) -> None:
    for path in (tmp_path / "none", tmp_path, Path(os.devnull)):
        with pytest.raises(PrgateError, match=r"no such file|not a regular file"):
            read(path, limit=9)


@BOTH
def test_a_file_over_the_limit_is_refused_with_its_size(tmp_path: Path, read: Read) -> None:
    (tmp_path / "f").write_bytes(b"0123456789")
    found = read(tmp_path / "f", limit=9)
    assert (Missing, None) == (type(found.value), found.sha256)
    assert "`f` has 10 bytes, more than the limit of 9" in str(found.value)
    assert b"0123456789" == read(tmp_path / "f", limit=10).value


@BOTH
def test_a_name_that_no_file_can_have_is_missing(read: Read) -> None:
    found = read(Path("a\0b"), limit=9)
    assert isinstance(found.value, Missing)
    assert Why.FORBIDDEN == found.value.why


class Broken:
    """A file on a disk that fails."""

    def read(self, size: int = -1, /) -> bytes:
        raise OSError(5, "Input/output error")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing to close."""


@BOTH
def test_a_disk_that_fails_while_it_is_read_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, read: Read) -> None:
    (tmp_path / "f").write_bytes(b"x")
    monkeypatch.setattr(Path, "open", lambda *_: Broken())
    found = read(tmp_path / "f", limit=9)
    assert isinstance(found.value, Missing)
    assert ("cannot be read: Input/output error" in found.value.detail, None) == (True, found.sha256)


def test_what_its_reader_refuses_is_missing_and_has_its_digest(tmp_path: Path) -> None:
    def refuse(_: Digested) -> bytes:
        raise FormatError("too deep", over_limit=True)

    (tmp_path / "f").write_bytes(b"x")
    found = stream_operand(tmp_path / "f", refuse, option="--x", limit=9)
    assert (Why.OVER_LIMIT, 64) == (found.value.why if isinstance(found.value, Missing) else None, len(found.sha256 or ""))
