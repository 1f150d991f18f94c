"""LCOV tracefiles: geninfo(1) of lcov 1.x and 2.x, and what other tools write in its name."""

from __future__ import annotations

import re
from io import BytesIO

from prgate.errors import FormatError
from prgate.formats.coverage.tally import MAX_BYTES, Counts, LineNumbers, Lines, Tally
from prgate.model.coverage import Report

NAME = "lcov"

_BOM = b"\xef\xbb\xbf"
_RECORD = re.compile(rb"[A-Za-z][A-Za-z0-9_]{0,15}:|\s*(?:#|$)")


def sniff(head: bytes) -> bool:
    """Whether the first line that is neither blank nor a comment begins a record (``TN:`` or ``SF:``)."""
    for line in head.removeprefix(_BOM).split(b"\n"):
        text = line.strip()
        if text and not text.startswith(b"#"):
            return text.startswith((b"TN:", b"SF:"))
    return False


def read(data: bytes) -> Report:
    """Lines from ``DA`` records; the same file may come in several sections.

    ``FormatError`` where the last section or the last line has no end; a file that was cut off between two sections looks whole.
    A byte of a path that is not UTF-8 stands as a lone surrogate (``surrogateescape``). Records of other kinds are passed over, lines that
    are no record at all are counted as skipped.
    """
    if len(data) > MAX_BYTES:
        raise FormatError(f"{len(data):,} bytes, more than the {MAX_BYTES:,} that are read", over_limit=True)
    tally = Tally(NAME)
    numbers, counts = LineNumbers(), Counts()
    lines: Lines | None = None
    opened = place = skipped = 0
    raw = b""
    for place, raw in enumerate(BytesIO(data.removeprefix(_BOM)), 1):
        if raw.startswith(b"DA:"):
            number, _, rest = raw[3:].partition(b",")
            line, hit = numbers[number], counts[rest]
            if hit is None:
                hit = counts[rest.partition(b",")[0]]
            if lines is None or hit is None or not line:
                skipped += 1
            else:
                lines[hit].append(line)
        elif raw.startswith(b"SF:"):
            skipped += lines is not None  # the section before has no end
            path = raw[3:].rstrip(b"\r\n").decode("utf-8", "surrogateescape").replace("\\", "/")
            lines, opened = tally.lines(path), place
        elif raw.startswith(b"end_of_record"):
            skipped += lines is None
            lines = None
        elif not _RECORD.match(raw):
            skipped += 1
    if lines is not None:
        raise FormatError("cut off: the section that begins here has no end_of_record", opened)
    _refuse_cut_line(raw, place)
    tally.skipped = skipped
    return tally.report()


def _refuse_cut_line(last: bytes, place: int) -> None:
    if not last.endswith(b"\n") and not last.startswith((b"end_of_record", b"#")) and last.strip():
        raise FormatError("cut off: the last line has no end", place)
