"""Coverage reports of many tools, each read into the same three states; the content alone tells which reader takes it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from prgate.errors import FormatError
from prgate.formats.coverage import cobertura, coveragepy_json, lcov
from prgate.formats.coverage.guarded_xml import root_of
from prgate.model.coverage import Report


class Reader(Protocol):
    """A module of this package that reads one format."""

    NAME: str

    def sniff(self, head: bytes) -> bool:
        """Whether the first bytes of a file are this format's; raises nothing."""
        ...

    def read(self, data: bytes) -> Report:
        """The report; raises ``FormatError`` and nothing else."""
        ...


READERS: tuple[Reader, ...] = (cobertura, coveragepy_json, lcov)

HEAD = 16 * 1024
"""Bytes that are looked at to tell the format."""

_NOT_REPORTS = (
    (b"SQLite format 3\x00", "coverage.py's data file, not a report: run `coverage json` and give what it writes"),
    (b"\x1f\x8b", "compressed: unpack it first"),
    (b"PK\x03\x04", "an archive: unpack it first"),
    (b"\xff\xfe", "UTF-16 text: write the report as UTF-8"),
    (b"\xfe\xff", "UTF-16 text: write the report as UTF-8"),
    (b"mode: ", "a Go coverage profile: convert it with gocover-cobertura"),
)


def read_report(data: bytes, readers: Sequence[Reader] = READERS) -> Report:
    """The report, read by the one reader that recognises its first 16 KiB.

    ``read`` counts line entries, so 0 says that a well-formed report measured nothing. Raises ``FormatError``: no reader or several
    recognise it, it is damaged, nothing in it can be understood; ``over_limit`` for its size and its number of files, lines and roots.
    """
    head = data[:HEAD]
    found = [reader for reader in readers if reader.sniff(head)]
    match found:
        case [reader]:
            return reader.read(data)
        case []:
            known = ", ".join(sorted(reader.NAME for reader in readers))
            raise FormatError(f"not a coverage report that is read ({known}): {_guess(head)}")
        case _:
            raise FormatError(f"several readers recognise it: {', '.join(sorted(reader.NAME for reader in found))}")


def _guess(head: bytes) -> str:
    """What the bytes seem to be instead."""
    if not head:
        return "it is empty"
    for start, what in _NOT_REPORTS:
        if head.startswith(start):
            return f"it is {what}"
    if not head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<"):
        return "its content is something else"
    try:
        root = root_of(head)
    except FormatError as error:
        return str(error)
    return f"its root element is <{root[0][:40]}>" if root else f"no element begins in its first {HEAD:,} bytes"
