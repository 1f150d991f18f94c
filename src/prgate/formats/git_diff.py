"""What ``git diff -z --raw --numstat -p -M --full-index`` prints, read while it runs: its three parts must agree on every file."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Final

from prgate.errors import FormatError
from prgate.formats.git_header import headers
from prgate.formats.git_list import Entry, read_list
from prgate.formats.patch import Patch
from prgate.model.diff import Diff, FileChange, Hunk, Status, within
from prgate.model.missing import Missing, Why
from prgate.model.paths import FileClass, path_text
from prgate.model.policy import Limits
from prgate.model.verdict import Fault
from prgate.model.wording import quoted

Classify = Callable[[bytes | None, bytes | None], tuple[FileClass, tuple[str, ...]]]
"""The class and the high-risk domains of a change, by its old and new path."""
Keep = Callable[[FileChange], bool]
"""Whether anybody wants the lines of a change; it is called with a change whose lines have not been read."""

NOT_ASKED: Final = Missing(Why.ABSENT, "no rule that is on asked for the lines of this file", "Nothing to mend.")
DAMAGED: Final = "Run it again; if it stays, look for damage with `git fsck`."


def read_diff(chunks: Iterable[bytes], *, classify: Classify, keep: Keep, limits: Limits) -> tuple[Diff, tuple[Fault, ...]]:
    """The diff, and a fault for every place where git's list, its counts and its patch do not agree.

    Raises ``FormatError`` when the list of files cannot be read or has more files than the limit: then nothing is known. Damage or a limit
    behind the list is a fault, and the lines of every file from there on are ``Missing``. A file with a line over the limit has its lines
    ``Missing`` without a fault: whoever needs them cannot judge.
    """
    patch = Patch(chunks, total=limits.patch_bytes)
    files: list[FileChange] = []
    faults: list[Fault] = []
    lost: Missing | None = None
    for entry in read_list(patch, files=limits.files):
        change = _change(entry, classify)
        hunks: tuple[Hunk, ...] | Missing | None = lost
        if hunks is None:
            try:
                hunks = _read_lines(patch, entry, keep=keep(change), line_bytes=limits.line_bytes)
            except FormatError as error:
                hunks = lost = _stopped(error)
            if isinstance(hunks, Missing) and (hunks.why is Why.FAILED or hunks is lost):
                faults.append(Fault(hunks.detail, hunks.fix, path_text(change.path)))
        if hunks is lost and entry.counts in (None, (0, 0)) and entry.status is not Status.TYPE_CHANGED:
            hunks = ()
        files.append(replace(change, hunks=hunks) if hunks else change)
    if lost is None and not patch.at_end():
        faults.append(Fault("git's patch goes on behind the last file that git lists", DAMAGED))
    return Diff(tuple(sorted(files, key=lambda change: change.path))), tuple(faults)


def classified(
    classify: Classify, old_path: bytes | None, new_path: bytes | None, modes: tuple[int, int]
) -> tuple[FileClass, tuple[str, ...]]:
    """The class and the domains of a change; a link or a submodule is also in those of the folder for which it stands."""
    file_class, domains = classify(old_path, new_path)
    inside = (name for path in within(old_path, new_path, modes) for name in classify(None, path)[1])
    return file_class, tuple(sorted({*domains, *inside}))


def _change(entry: Entry, classify: Classify) -> FileChange:
    file_class, domains = classified(classify, entry.old_path, entry.new_path, entry.modes)
    added, removed = entry.counts or (0, 0)
    return FileChange(
        status=entry.status,
        old_path=entry.old_path,
        new_path=entry.new_path,
        modes=entry.modes,
        oids=(entry.oids[0].decode("ascii"), entry.oids[1].decode("ascii")),
        binary=entry.counts is None,
        added=added,
        removed=removed,
        hunks=(),
        file_class=file_class,
        domains=domains,
    )


def _stopped(error: FormatError) -> Missing:
    if error.over_limit:
        detail = f"{error.message}; its lines were read up to this file"
        return Missing(Why.OVER_LIMIT, detail, "Split the change, or raise `limits.patch_bytes` in the policy.")
    return Missing(Why.FAILED, f"git's patch cannot be followed from this file on: {error.message}", DAMAGED)


def _read_lines(patch: Patch, entry: Entry, *, keep: bool, line_bytes: int) -> tuple[Hunk, ...] | Missing:
    """The hunks of one file; ``Missing`` with ``FAILED`` when its counts are not git's. Raises ``FormatError`` when the patch is another's."""
    hunks: tuple[Hunk, ...] = ()
    fits = True
    binary = False
    added = removed = 0
    for expected in headers(entry):
        if not patch.take(expected.head):
            raise FormatError("what git lists for it does not come next")
        if patch.take(expected.text):
            found, plus, minus = patch.hunks(keep=keep, line_bytes=line_bytes)
            if not plus and not minus:
                raise FormatError("it has no hunk")
            if found is None:
                fits = False
            else:
                hunks += found
            added += plus
            removed += minus
        elif patch.take(expected.binary):
            binary = True
    if not _agree(entry, (added, removed), binary=binary):
        stated = "binary" if entry.counts is None else "+{} -{}".format(*entry.counts)
        return Missing(Why.FAILED, f"git counts {stated} for this file and its patch holds +{added} -{removed}", DAMAGED)
    if not keep:
        return NOT_ASKED if added or removed else ()
    if not fits:
        name = quoted(path_text(entry.new_path or entry.old_path or b""))
        detail = f"{name} has a line of more than {line_bytes:,} bytes"
        return Missing(Why.OVER_LIMIT, detail, "Have a person read this file, or raise `limits.line_bytes` in the policy.")
    return hunks


def _agree(entry: Entry, found: tuple[int, int], *, binary: bool) -> bool:
    """Whether the patch has the lines that numstat counts.

    Of a binary file that only moved or changed its mode the patch says nothing. A change of type (file to symbolic link) stands in the
    patch as all of the old and all of the new; numstat leaves out what they share.
    """
    if entry.counts is None:
        return binary or entry.oids[0] == entry.oids[1]
    if entry.status is not Status.TYPE_CHANGED:
        return not binary and entry.counts == found
    added, removed = entry.counts
    return not binary and added <= found[0] and added - removed == found[0] - found[1]
