"""Git's list of changed files: its raw entries with the counts of its numstat entries."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Final

from prgate.errors import FormatError
from prgate.formats.patch import Patch
from prgate.model.diff import Status

PATH_BYTES: Final = 4096
"""The longest path that is read, the longest that Linux opens (``PATH_MAX``)."""
_RAW: Final = re.compile(
    rb":([0-7]{6}) ([0-7]{6}) ([0-9a-f]{40}(?:[0-9a-f]{24})?) ([0-9a-f]{40}(?:[0-9a-f]{24})?) (?:([ADMT])|R([01][0-9]{2}))"
)
_NUMSTAT: Final = re.compile(rb"(?:([0-9]{1,10})\t([0-9]{1,10})|-\t-)\t(.*)", re.DOTALL)
_NUMSTAT_BYTES: Final = 2 * 11
_STATUS: Final = {b"A": Status.ADDED, b"D": Status.DELETED, b"M": Status.MODIFIED, b"T": Status.TYPE_CHANGED, None: Status.RENAMED}


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of git's list; ``score`` is the similarity of a rename in per cent, ``counts`` (added, removed) is ``None`` for binary."""

    status: Status
    score: int | None
    old_path: bytes | None
    new_path: bytes | None
    modes: tuple[int, int]
    oids: tuple[bytes, bytes]
    counts: tuple[int, int] | None = None


def read_list(patch: Patch, *, files: int) -> list[Entry]:
    """Git's raw entries with the counts of its numstat entries, which come behind them in the same order."""
    if patch.at_end():
        return []
    entries: list[Entry] = []
    field = patch.field(limit=PATH_BYTES)
    while field.startswith(b":"):
        match = _RAW.fullmatch(field)
        if match is None:
            raise FormatError("an entry of git's list of changed files is malformed")
        if len(entries) == files:
            raise FormatError(f"more than {files} files changed", over_limit=True)
        entries.append(_entry(match, patch))
        field = patch.field(limit=PATH_BYTES + _NUMSTAT_BYTES)
    for index, entry in enumerate(entries):
        entries[index] = replace(entry, counts=_counts(field, entry, patch))
        field = patch.field(limit=PATH_BYTES + _NUMSTAT_BYTES)
    if field or not entries:
        raise FormatError("git's counts name more files than git's list")
    return entries


def _entry(match: re.Match[bytes], patch: Patch) -> Entry:
    old_mode, new_mode, old_oid, new_oid, letter, score = match.groups()
    old_path: bytes | None
    new_path: bytes | None
    old_path = new_path = patch.field(limit=PATH_BYTES)
    status = _STATUS[letter]
    if status is Status.ADDED:
        old_path = None
    elif status is Status.DELETED:
        new_path = None
    elif status is Status.RENAMED:
        new_path = patch.field(limit=PATH_BYTES)
    modes = (int(old_mode, 8), int(new_mode, 8))
    if (
        (modes[0] == 0, modes[1] == 0) != (old_path is None, new_path is None)
        or len(old_oid) != len(new_oid)
        or b"" in (old_path, new_path)
    ):
        raise FormatError("an entry of git's list of changed files contradicts itself")
    return Entry(status, None if score is None else int(score), old_path, new_path, modes, (old_oid, new_oid))


def _counts(field: bytes, entry: Entry, patch: Patch) -> tuple[int, int] | None:
    """Added and removed lines from a numstat entry, which must be about the same paths."""
    match = _NUMSTAT.fullmatch(field)
    if match is None:
        raise FormatError("git's counts are malformed, or name fewer files than git's list")
    added, removed, path = match.groups()
    paths: tuple[bytes | None, ...]
    if entry.status is Status.RENAMED:
        paths = (path, patch.field(limit=PATH_BYTES), patch.field(limit=PATH_BYTES))
        expected: tuple[bytes | None, ...] = (b"", entry.old_path, entry.new_path)
    else:
        paths, expected = (path,), (entry.new_path or entry.old_path,)
    if paths != expected:
        raise FormatError("git's counts and git's list of changed files name different paths")
    return None if added is None else (int(added), int(removed))
