"""The JSON report of coverage.py (``coverage json``), whose lists of lines are the same since version 5."""

from __future__ import annotations

from array import array

from prgate.errors import FormatError
from prgate.formats.coverage.tally import MAX_BYTES, MAX_LINE, Tally
from prgate.formats.json_reader import read_json
from prgate.model.coverage import Report
from prgate.model.wording import quoted

NAME = "coverage.py-json"

_FORMATS = (None, 2, 3)
"""``meta.format``; versions before 7 do not say it."""


def sniff(head: bytes) -> bool:
    """Whether an object begins with ``meta``, as coverage.py writes it, or tells of executed lines early on."""
    body = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    return body.startswith(b"{") and (body[1:].lstrip().startswith(b'"meta"') or b'"executed_lines"' in body)


def read(data: bytes) -> Report:
    """Lines of ``executed_lines`` and ``missing_lines`` per file; contexts, and the same lines again per function and class, are not read.

    Excluded lines are unmeasured. A file whose lists are not lists, and a line that is no line number, are skipped.
    """
    document = read_json(data, max_bytes=MAX_BYTES)
    if not isinstance(document, dict) or not isinstance(meta := document.get("meta"), dict):
        raise FormatError("not a coverage.py report: there is no 'meta' object")
    version = meta.get("format")
    if version not in _FORMATS:
        raise FormatError(f"coverage.py JSON of format {quoted(str(version)[:20])} is not read, only up to {_FORMATS[-1]}")
    files = document.get("files")
    if not isinstance(files, dict):
        raise FormatError("not a coverage.py report: there is no 'files' object")
    tally = Tally(NAME)
    for path, entry in files.items():
        executed, missing = (entry.get("executed_lines"), entry.get("missing_lines")) if isinstance(entry, dict) else (None, None)
        if not isinstance(executed, list) or not isinstance(missing, list):
            tally.skipped += 1
            continue
        missed_lines, hit_lines = tally.lines(path.replace("\\", "/"))
        tally.skipped += _take(missing, missed_lines) + _take(executed, hit_lines)
    return tally.report()


def _take(numbers: list[object], lines: array[int]) -> int:
    """Append what are line numbers; the number of those that are none (``True`` is none)."""
    good = [line for line in numbers if type(line) is int and 0 < line <= MAX_LINE]
    lines.fromlist(good)
    return len(numbers) - len(good)
