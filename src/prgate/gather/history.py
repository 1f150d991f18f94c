"""What reverts and fixes took out of the changed files before the change."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from prgate.errors import PrgateError
from prgate.git import open_repository
from prgate.model.diff import Diff, FileChange
from prgate.model.history import Undone, held_against_history
from prgate.model.lines import line_digest, packed, unpacked
from prgate.model.missing import Missing, Why
from prgate.request import Range

_BASE_BYTES: Final = 1024 * 1024
"""A larger file is not held against its history."""
_BASES_BYTES: Final = 64 * 1024 * 1024

History = Callable[[str, Collection[bytes]], Path | Missing]


def gather_undone(span: Range | None, diff: Diff | Missing, history: History | None) -> Mapping[bytes, tuple[Undone, ...]] | Missing:
    """Per head path what reverts and fixes took out of the file, under its present name or that at the base, and what does not stand in it anyway.

    ``history`` brings the repository to look into, null: the range's own.
    """
    if isinstance(diff, Missing):
        return diff
    if span is None:
        return Missing(Why.ABSENT, "a diff alone has no history", "Judge a range with --base and --head.")
    if isinstance(span.merge_base, Missing):
        return span.merge_base
    files = [file for file in diff.files if held_against_history(file)]
    paths = {path for file in files for path in file.paths}
    if not paths:
        return {}
    found = _undone(span, span.merge_base, paths, history)
    if isinstance(found, Missing):
        return found
    touched = [file for file in files if any(path in found for path in file.paths)]
    return _without_standing(span, touched, found)


def _undone(
    span: Range, merge_base: str, paths: Collection[bytes], history: History | None
) -> Mapping[bytes, tuple[Undone, ...]] | Missing:
    if history is None:
        return span.repository.undone(merge_base, paths)
    place = history(merge_base, paths)
    if isinstance(place, Missing):
        return place
    try:
        with open_repository(place) as repository:
            return repository.undone(merge_base, paths)
    except PrgateError as error:
        return Missing(Why.FAILED, error.message, error.help)


def _without_standing(
    span: Range, files: Collection[FileChange], found: Mapping[bytes, tuple[Undone, ...]]
) -> Mapping[bytes, tuple[Undone, ...]] | Missing:
    """What is left without the lines that stand in the file at the base: they were put back since, or were there twice."""
    sizes = span.repository.sizes([file.oids[0] for file in files])
    small = [file for file in files if sizes.get(file.oids[0], 0) <= _BASE_BYTES]
    bases = span.repository.contents([file.oids[0] for file in small], each=_BASE_BYTES, total=_BASES_BYTES)
    if isinstance(bases, Missing):
        return bases
    left: dict[bytes, tuple[Undone, ...]] = {}
    for file in small:
        standing = frozenset(map(line_digest, bases.get(file.oids[0], b"").split(b"\n")))
        every = (undone for path in file.paths for undone in found.get(path, ()))
        kept = tuple(replace(undone, lines=packed(unpacked(undone.lines) - standing)) for undone in every)
        left[file.path] = tuple(undone for undone in kept if undone.lines)
    return {path: undone for path, undone in left.items() if undone}
