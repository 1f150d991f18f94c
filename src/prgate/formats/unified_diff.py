"""A diff that a user hands over: no repository stands behind it, so what it alone cannot tell stays unknown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from unidiff.errors import UnidiffParseError
from unidiff.patch import PatchSet

from prgate.errors import FormatError
from prgate.formats.git_diff import NOT_ASKED, Classify, Keep, classified
from prgate.formats.patch import HUNK_HEADER, follow
from prgate.formats.unified_header import Header, Lines, at_plain_header, read_git_header, read_plain_header
from prgate.model.diff import Diff, FileChange, Hunk, Status
from prgate.model.missing import Missing, Why
from prgate.model.paths import path_text
from prgate.model.policy import Limits
from prgate.model.verdict import Fault
from prgate.model.wording import quoted

_WHOLE: Final = "Give the whole output of `git diff BASE...HEAD`, unedited."
_COMBINED: Final = (b"diff --cc ", b"diff --combined ", b"@@@ ")
_SPACE, _PLUS, _MINUS, _BACKSLASH, _LINE_END = b" +-\\\n"


@dataclass(frozen=True, slots=True)
class _File:
    """A file's header, ``None`` if it names none; where in the data it starts and its hunks start and end; what they hold."""

    header: Header | None
    place: int
    start: int
    end: int
    hunks: tuple[Hunk, ...]
    added: int
    removed: int
    fits: bool


def read_unified_diff(data: bytes, *, classify: Classify, keep: Keep, limits: Limits) -> tuple[Diff, tuple[Fault, ...]]:
    """The diff, and a fault for every part of it that cannot be judged.

    Takes what ``git diff``, ``git show``, ``git format-patch`` and ``diff -ru`` print. Hunks are read by their declared counts; the
    library unidiff counts them again and must agree. Modes and object ids that the diff does not
    say are zero. Raises ``FormatError``, with the line, for what is no diff, is cut off, has too many or too few lines in a hunk, combines
    several parents, or names a file twice as a series of patches does.
    """
    if len(data) > limits.patch_bytes:
        raise FormatError(f"it is larger than {limits.patch_bytes} bytes", over_limit=True)
    faults: list[Fault] = []
    lines = Lines(data)
    read = list(_files(lines, faults, limits))
    faults += _recount(data, read)
    changes: dict[bytes, FileChange] = {}
    for file in read:
        if file.header is None:
            faults.append(Fault(f"the headers at line {lines.number(file.place)} do not tell which file they are about", _WHOLE))
            continue
        change = _change(file, file.header, classify=classify, keep=keep, limits=limits)
        if file.header.copied:
            faults.append(
                Fault("it is a copy, whose other lines a diff does not show", "Make the diff without -C.", path_text(change.path))
            )
        before = changes.get(change.path)
        if before is not None:
            change = _retyped(before, change, lines, file.place)
        changes[change.path] = change
    if not changes and not faults:
        raise FormatError("no changed file in it")
    return Diff(tuple(changes[path] for path in sorted(changes))), tuple(faults)


def _files(lines: Lines, faults: list[Fault], limits: Limits) -> Iterator[_File]:
    """The files in order. Between two of them only what no hunk could hold is passed over: mail, ``Index:`` lines, a signature."""
    count = 0
    behind_hunk = False
    while lines.position < len(lines.data):
        line = lines.peek()
        place = lines.position
        header: Header | None
        if line.startswith(b"diff --git "):
            header = read_git_header(lines)
        elif at_plain_header(lines):
            header = read_plain_header(lines)
        elif line.startswith(_COMBINED):
            raise lines.error("a combined diff of several parents shows only part of a change; give `git diff BASE...HEAD`")
        elif line.startswith(b"@@ -") or (behind_hunk and line[:1] in {b" ", b"+", b"-"} and line != b"-- "):
            raise lines.error("a line belongs to no hunk, or a hunk to no file")
        else:
            if line.startswith(b"Only in ") or (line.startswith(b"Binary files ") and line.endswith(b" differ")):
                faults.append(
                    Fault(f"line {lines.number(place)} tells of a file whose lines it does not show", "Make the diff with `git diff`.")
                )
            lines.step()
            behind_hunk = False
            continue
        count += 1
        if count > limits.files:
            raise FormatError(f"more than {limits.files} files changed", over_limit=True)
        start = lines.position
        hunks, added, removed, fits = _hunks(lines, limits.line_bytes)
        behind_hunk = lines.position > start
        yield _File(header, place, start, lines.position, hunks, added, removed, fits)


def _hunks(lines: Lines, line_bytes: int) -> tuple[tuple[Hunk, ...], int, int, bool]:
    """All hunks here, the lines they add and remove, and whether every line is within the limit."""
    hunks: list[Hunk] = []
    added = removed = 0
    fits = True
    next_lines = (1, 1)
    while lines.data.startswith(b"@@ -", lines.position):
        match = HUNK_HEADER.match(lines.data, lines.position)
        if match is None:
            raise lines.error("a hunk header is malformed")
        old_start, old_count, new_start, new_count = map(int, match.groups(b"1"))
        try:
            next_lines = follow(next_lines, old_start, old_count, new_start, new_count)
        except FormatError as error:
            raise lines.error(error.message) from error
        lines.step()
        body, context, short = _body(lines, old_count, new_count, line_bytes)
        added += new_count - context
        removed += old_count - context
        fits = fits and short
        hunks.append(Hunk(old_start, old_count, new_start, new_count, body))
    return tuple(hunks), added, removed, fits


def _body(lines: Lines, old: int, new: int, line_bytes: int) -> tuple[bytes, int, bool]:
    """The lines of a hunk by its counts, how many of them are context, and whether each is within the limit.

    A context line that lost its only space on the way, as in mail, gets it back.
    """
    data, start = lines.data, lines.position
    context = 0
    bare: list[int] = []
    longest = 0
    while old or new or data.startswith(b"\\", lines.position):
        position = lines.position
        end = data.find(b"\n", position)
        if end < 0:
            raise lines.error("it is cut off in a hunk")
        marker = data[position]
        if marker == _PLUS:
            new -= 1
        elif marker == _MINUS:
            old -= 1
        elif marker in {_SPACE, _LINE_END}:
            old -= 1
            new -= 1
            context += 1
            if marker == _LINE_END:
                bare.append(position)
        elif marker != _BACKSLASH:
            raise lines.error("a hunk has fewer lines than its header declares")
        if old < 0 or new < 0:
            raise lines.error("a hunk has other lines than its header declares")
        longest = max(longest, end - position - 1)
        lines.position = end + 1
    cuts = [start, *bare, lines.position]
    body = b" ".join(data[first:last] for first, last in pairwise(cuts))
    return body, context, longest <= line_bytes


def _change(file: _File, header: Header, *, classify: Classify, keep: Keep, limits: Limits) -> FileChange:
    old_path = None if header.copied else header.old_path
    file_class, domains = classified(classify, old_path, header.new_path, header.modes)
    change = FileChange(
        status=header.status,
        old_path=old_path,
        new_path=header.new_path,
        modes=header.modes,
        oids=header.oids,
        binary=header.binary,
        added=file.added,
        removed=file.removed,
        hunks=(),
        file_class=file_class,
        domains=domains,
    )
    if header.copied:
        return replace(change, hunks=Missing(Why.UNREADABLE, "a diff does not show the copied lines", "Make the diff without -C."))
    if not file.hunks:
        return change
    if not keep(change):
        return replace(change, hunks=NOT_ASKED)
    if not file.fits:
        detail = f"{quoted(path_text(change.path))} has a line of more than {limits.line_bytes:,} bytes"
        fix = "Have a person read this file, or raise `limits.line_bytes` in the policy."
        return replace(change, hunks=Missing(Why.OVER_LIMIT, detail, fix))
    return replace(change, hunks=file.hunks)


def _retyped(before: FileChange, change: FileChange, lines: Lines, place: int) -> FileChange:
    """A deletion and an addition of one path, which is how a patch tells that a file became a link, a submodule or the reverse."""
    if (before.status, change.status) != (Status.DELETED, Status.ADDED):
        raise lines.error("a file comes a second time; a series of patches is no diff of a range, give `git diff BASE...HEAD`", place)
    hunks: tuple[Hunk, ...] | Missing
    if isinstance(before.hunks, Missing) or isinstance(change.hunks, Missing):
        hunks = before.hunks if isinstance(before.hunks, Missing) else change.hunks
    else:
        hunks = before.hunks + change.hunks
    return replace(
        change,
        status=Status.TYPE_CHANGED,
        old_path=before.old_path,
        modes=(before.modes[0], change.modes[1]),
        oids=(before.oids[0], change.oids[1]),
        binary=before.binary or change.binary,
        added=before.added + change.added,
        removed=before.removed + change.removed,
        hunks=hunks,
    )


def _recount(data: bytes, files: list[_File]) -> Iterator[Fault]:
    """What unidiff counts otherwise. It is given numbers for names, since it cannot tell all of them apart."""
    read = [file for file in files if file.hunks]
    try:
        patches = PatchSet(_neutral(data, read), metadata_only=True)
    except UnidiffParseError as error:
        yield Fault(f"unidiff reads this diff otherwise: {path_text(str(error)[:120].encode('utf-8', 'surrogateescape'))!r}", _WHOLE)
        return
    if [(patch.added, patch.removed) for patch in patches] != [(file.added, file.removed) for file in read]:
        yield Fault("unidiff counts other lines in this diff", _WHOLE)


def _neutral(data: bytes, files: list[_File]) -> Iterator[str]:
    """The lines of the diff, each with its end, under headers that name nothing."""
    for number, file in enumerate(files):
        yield f"--- a/{number}\n"
        yield f"+++ b/{number}\n"
        position = file.start
        while position < file.end:
            end = data.find(b"\n", position) + 1
            # Only its start is looked at, so a long line is not copied whole.
            yield data[position : min(end, position + 200)].decode("utf-8", "surrogateescape")
            position = end
