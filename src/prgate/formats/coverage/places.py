"""Which file of the repository a path in a report means; where that is not certain, none."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from prgate.model.coverage import Report

MAX_PATH = 4096
MAX_PARTS = 64


@dataclass(frozen=True, slots=True)
class Tree:
    """Tracked paths by their text, ``None`` where several have the same one, and the folders they lie in (``src/``, ``""`` for the top)."""

    paths: Mapping[str, bytes | None]
    folders: frozenset[str]

    def folded(self) -> Tree:
        """The same paths by their text without regard to case."""
        return _tree((text.casefold(), path) for text, path in self.paths.items())


@dataclass(frozen=True, slots=True)
class Folder:
    """The files of a report that lie in one folder: report path to base name.

    ``full`` is what the folder may be called, with each source root before it; ``relative`` what may end the name of a tracked folder.
    """

    full: tuple[str, ...]
    relative: tuple[str, ...]
    files: Mapping[str, str]

    def folded(self) -> Folder:
        """The same without regard to case."""
        full, relative = (tuple(map(str.casefold, names)) for names in (self.full, self.relative))
        return Folder(full=full, relative=relative, files={path: base.casefold() for path, base in self.files.items()})


Fit: TypeAlias = tuple[str, bytes | None]
"""Where a name can be cut: what stands before the tracked path, and the path."""


def tree_of(tracked: Collection[bytes]) -> Tree:
    r"""The tracked paths by their text; ``\`` counts as ``/``, as in reports."""
    return _tree((path.decode("utf-8", "surrogateescape").replace("\\", "/"), path) for path in tracked)


def _tree(pairs: Iterable[tuple[str, bytes | None]]) -> Tree:
    paths: dict[str, bytes | None] = {}
    for text, path in pairs:
        if paths.setdefault(text, path) != path:
            paths[text] = None
    return Tree(paths=paths, folders=frozenset(text[: text.rfind("/") + 1] for text in paths))


def folders_of(report: Report) -> tuple[Folder, ...]:
    """The report's paths that can be looked for. One with ``..``, or that is over-long, is not among them."""
    roots = tuple(dict.fromkeys(root for root in map(_normal, report.roots) if root))
    grouped: dict[str, dict[str, str]] = {}
    for path in report.files:
        name = _normal(path)
        if name:
            start = name.rfind("/") + 1
            grouped.setdefault(name[:start], {})[path] = name[start:]
    return tuple(_folder(name, roots, files) for name, files in grouped.items())


def _folder(name: str, roots: tuple[str, ...], files: Mapping[str, str]) -> Folder:
    if name.startswith("/"):
        return Folder(full=(name,), relative=(), files=files)
    if not roots:
        return Folder(full=(name,), relative=(name,), files=files)
    full = tuple(f"{root}/{name}" for root in roots)
    bare = (name,) if name else ()  # a root says where the file was; its base name alone, found elsewhere, would be a guess
    return Folder(full=full, relative=tuple(path for path in full if not path.startswith("/")) + bare, files=files)


def _normal(path: str) -> str:
    """The path with ``/`` and without ``.`` parts; an absolute one begins with ``/``, a drive is its first part. Empty: not to be looked for."""
    if len(path) > MAX_PATH:
        return ""
    slashed = path.replace("\\", "/")
    parts = [part for part in slashed.split("/") if part not in {"", "."}]
    if not parts or len(parts) > MAX_PARTS or ".." in parts:
        return ""
    if len(parts[0]) == 2 and parts[0][1] == ":":
        return "/" + "/".join((parts[0].lower(), *parts[1:]))
    return ("/" if slashed.startswith("/") else "") + "/".join(parts)


def locate(folders: Sequence[Folder], tree: Tree) -> dict[str, bytes | None]:
    """Report path to tracked path; ``None`` where files fit and none can be chosen; a path that nothing fits is not in it.

    What a report calls a file may be longer than its path in the repository (a workspace stands before it) or shorter (the tool ran in a
    folder). A longer name is cut only where the report's other paths agree (``_workspaces``). A shorter one counts if just one tracked
    path ends so, and not where the report's names are those of the repository already.
    """
    fits = {path: places for folder in folders for path, places in _fits(folder, tree)}
    workspaces = _workspaces(folders, fits)
    endings: dict[str, set[bytes | None]] = {}
    if "" not in workspaces:
        ends = ((path, [name + base for name in folder.relative]) for folder in folders for path, base in folder.files.items())
        endings = _by_ending({path: names for path, names in ends if names}, tree)
    found: dict[str, bytes | None] = {}
    for path in (*fits, *(path for path in endings if path not in fits)):
        places = fits.get(path, [])
        exact = {target for before, target in places if not before}
        chosen = exact or {target for before, target in places if before in workspaces} | endings.get(path, set())
        found[path] = chosen.pop() if len(chosen) == 1 else None
    return found


def _fits(folder: Folder, tree: Tree) -> Iterator[tuple[str, list[Fit]]]:
    """Each file of the folder with the places where its name can be cut so that a tracked path is left; without any, it is left out."""
    cuts = [(name[:start], name[start:]) for name in folder.full for start in _starts(name) if name[start:] in tree.folders]
    for path, base in folder.files.items():
        places = [(before, tree.paths[tail + base]) for before, tail in cuts if tail + base in tree.paths]
        if places:
            yield path, places


def _starts(folder: str) -> Iterator[int]:
    """Where each part of a folder's name begins, and its end; the name itself is no cut of an absolute one."""
    if not folder.startswith("/"):
        yield 0
    start = folder.find("/") + 1
    while start:
        yield start
        start = folder.find("/", start) + 1


def _workspaces(folders: Sequence[Folder], fits: Mapping[str, Sequence[Fit]]) -> frozenset[str]:
    """The folders that are the top of a checkout, ``""`` where relative names begin there.

    At least half of the report's paths beneath a top are tracked files; it has more than half as many of them as the best top; and a
    checkout does not lie in another. So ``/usr/include/zlib.h`` is not taken for a repository's own ``zlib.h``.
    """
    support = Counter(before for places in fits.values() for before in {before for before, _ in places})
    beneath: Counter[str] = Counter()
    for folder in folders:
        for before in {name[:start] for name in folder.full for start in _starts(name)}:
            beneath[before] += len(folder.files)
    tops: list[str] = []
    best = max(support.values(), default=0)
    for top, count in sorted(support.items(), key=lambda item: (-item[1], len(item[0]), item[0])):
        if 2 * count > best and 2 * count >= beneath[top] and not any(_nested(top, other) for other in tops):
            tops.append(top)
    return frozenset(tops)


def _nested(one: str, other: str) -> bool:
    same_kind = one.startswith("/") == other.startswith("/")
    return same_kind and (one.startswith(other) or other.startswith(one))


def _by_ending(names: Mapping[str, Sequence[str]], tree: Tree) -> dict[str, set[bytes | None]]:
    """Tracked paths that end with one of the names, by whole parts, two at most; sorted from the end, so that each is one bisection."""
    bases = {name[name.rfind("/") + 1 :] for several in names.values() for name in several}
    backwards = sorted(text[::-1] for text in tree.paths if text[text.rfind("/") + 1 :] in bases)
    found: dict[str, set[bytes | None]] = {}
    for path, several in names.items():
        for name in several:
            probe = name[::-1] + "/"
            at = bisect_left(backwards, probe)
            for text in backwards[at : at + 2]:
                if text.startswith(probe):
                    found.setdefault(path, set()).add(tree.paths[text[::-1]])
    return found
