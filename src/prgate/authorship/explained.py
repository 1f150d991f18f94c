"""Which head lines the edits of a trace account for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from prgate.model.diff import FileChange
from prgate.model.lines import line_digest
from prgate.model.missing import Missing
from prgate.model.trace import EventKind, Trace

Edits = tuple[tuple[int, frozenset[bytes]], ...]
"""Of one path: (number of the trace from 1, digests of the lines that its edits bring in)."""


@dataclass(frozen=True, slots=True)
class Place:
    """A path as a trace names it, in components; ``rooted`` if it is absolute, so that the whole repository path must be its end."""

    parts: tuple[bytes, ...]
    rooted: bool


def explained_lines(change: FileChange, traces: tuple[Trace, ...]) -> frozenset[int]:
    """Added head lines whose ``line_digest`` is among those of the traces' edits of this path (a rename: of either path).

    A line too short to tell anything is never explained. Edits that a trace says failed count for nothing.
    """
    digests = edits_by_path((change.paths,), traces)
    return frozenset(explained_by(change, digests.get(change.path, ())))


def edits_by_path(changed: Iterable[tuple[bytes, ...]], traces: tuple[Trace, ...]) -> Mapping[bytes, Edits]:
    """The edits of each change, under its last path.

    A path in a trace goes to the changes that share the longest end with it, component by component.
    """
    by_name: dict[bytes, list[tuple[tuple[bytes, ...], bytes]]] = {}
    for paths in changed:
        for path in paths:
            parts = tuple(path.split(b"/"))
            by_name.setdefault(parts[-1], []).append((parts, paths[-1]))
    found: dict[bytes, dict[int, set[bytes]]] = {}
    for number, trace in enumerate(traces, 1):
        gathered: dict[bytes, set[bytes]] = {}
        for event in trace.events:
            if event.kind is EventKind.EDIT and event.path is not None and event.ok is not False:
                gathered.setdefault(event.path, set()).update(event.digests)
        for path, digests in gathered.items():
            for key in _best(place(path, trace.cwd), by_name):
                found.setdefault(key, {}).setdefault(number, set()).update(digests)
    return {key: tuple((number, frozenset(lines)) for number, lines in numbers.items()) for key, numbers in found.items()}


def explained_by(change: FileChange, edits: Edits) -> Mapping[int, int]:
    """Added head line to the number of the first trace that explains it."""
    if not edits or isinstance(change.hunks, Missing):
        return {}
    explained = {}
    for hunk in change.hunks:
        for line, text in hunk.added():
            digest = line_digest(text)
            number = next((number for number, digests in edits if digest in digests), None) if digest is not None else None
            if number is not None:
                explained[line] = number
    return explained


def place(path: bytes, cwd: str | None) -> Place:
    r"""A path of a trace, resolved against the directory that the trace ran in where it names one; drive letters and ``\\`` are understood."""
    rooted = _rooted(path)
    if not rooted and cwd and _rooted(root := cwd.encode("utf-8", "replace")):
        path, rooted = root + b"/" + path, True
    if path[1:3] in {b":\\", b":/"} or path.startswith(b"\\\\"):
        path = path.replace(b"\\", b"/")
    parts: list[bytes] = []
    for part in path.split(b"/"):
        if part == b"..":
            del parts[-1:]
        elif part not in {b"", b"."}:
            parts.append(part)
    return Place(tuple(parts), rooted)


def _rooted(path: bytes) -> bool:
    return path.startswith((b"/", b"\\\\")) or (path[:1].isalpha() and path[1:3] in {b":\\", b":/"})


def _best(named: Place, by_name: Mapping[bytes, list[tuple[tuple[bytes, ...], bytes]]]) -> set[bytes]:
    """The changes that share the longest end with a trace's path; one of the two must be wholly the other's end."""
    best: set[bytes] = set()
    longest = 0
    for parts, key in by_name.get(named.parts[-1] if named.parts else b"", ()):
        shared = min(len(parts), len(named.parts))
        if parts[-shared:] != named.parts[-shared:] or (named.rooted and shared < len(parts)):
            continue
        if shared > longest:
            best, longest = set(), shared
        if shared == longest:
            best.add(key)
    return best
