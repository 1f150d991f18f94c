"""The sessions that a repository keeps beside its branches: in refs of their own, in notes on commits, and as checkpoints."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from prgate.errors import FormatError
from prgate.formats.entire import checkpoint_folder, checkpoint_ref, session_folders, transcript_parts
from prgate.git.objects import REFETCH, read_objects
from prgate.git.process import Finished, Git
from prgate.model.missing import Missing, Why
from prgate.model.wording import counted, quoted
from prgate.recognise.credentials import redacted

REFS: Final = "refs"
NOTES: Final = "notes"
CHECKPOINTS: Final = "checkpoints"
SESSION_REFS: Final = "refs/prgate/"
"""Of ``prgate attach``: behind it the branch, then the session."""
SESSION_FILE: Final = "trace.json"
"""What the tree of such a ref holds."""
NOTES_REF: Final = "refs/notes/ai"
CHECKPOINT_BRANCHES: Final = "entire/checkpoints/v"
MOST_REFS: Final = 50
MOST_NOTES: Final = 200
MOST_CHECKPOINTS: Final = 100
MOST_SESSIONS: Final = 50
"""Of one checkpoint."""
_MOST_BRANCHES: Final = 10
_BRANCHES: Final = ("refs/heads/", "refs/remotes/")
_REFS_BYTES: Final = 16 * 1024 * 1024
_TREE_BYTES: Final = 16 * 1024 * 1024
_FANNED: Final = 3
"""Folders, one in the other, that git's notes spread over at most."""
_ENTRY: Final = re.compile(rb"([0-7]{5,6}) ([^\0]+)\0", re.DOTALL)
_FORM: Final = "--format=%(refname)%00%(objectname)%00%(objecttype)%00%(tree)%00%(committerdate:unix)"

Call = Callable[..., Finished]
"""Git in the repository whose refs count."""


@dataclass(frozen=True, slots=True)
class Sought:
    """What is looked for: sessions of these branches, notes on these commits (newest first), and these checkpoints."""

    branches: tuple[str, ...] = ()
    commits: tuple[str, ...] = ()
    checkpoints: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Kept:
    """One session: ``source`` says plainly where it is, ``oids`` are the files that it is made of. ``commit`` is what a note is about."""

    source: str
    oids: tuple[str, ...]
    commit: str | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """What was found. ``absent`` was named and is not there; ``unseen`` are places, or parts of them, that could not be looked into."""

    kept: tuple[Kept, ...] = ()
    absent: tuple[Missing, ...] = ()
    unseen: tuple[Missing, ...] = ()


@dataclass(frozen=True, slots=True)
class _Ref:
    name: str
    commit: str
    tree: str
    at: int


@dataclass(frozen=True, slots=True)
class _Entry:
    folder: bool
    file: bool
    oid: str


def find_kept(call: Call, git: Git, sought: Sought) -> Found:
    """Everything that is sought and there. Only folders are read; a file may be named that is not here."""
    asked = _patterns(sought)
    if not asked:
        return Found()
    listed = call("for-each-ref", _FORM, *asked, limit=_REFS_BYTES)
    if listed.code or listed.over_limit:
        why = Why.OVER_LIMIT if listed.over_limit else Why.UNREADABLE
        detail = f"the refs that hold traces come to more than {_REFS_BYTES:,} bytes" if listed.over_limit else listed.words
        return Found(unseen=(Missing(why, f"git could not list the refs that hold traces: {detail}", REFETCH),))
    refs = tuple(_refs(listed.out))
    parts = [
        _looked(what, look)
        for what, look in (
            ("the attached sessions", lambda: _attached(git, refs, sought.branches)),
            ("the notes on commits", lambda: _notes(git, refs, sought.commits)),
            ("the checkpoints", lambda: _checkpoints(git, refs, sought.checkpoints)),
        )
    ]
    return Found(
        tuple(item for part in parts for item in part.kept),
        tuple(item for part in parts for item in part.absent),
        tuple(item for part in parts for item in part.unseen),
    )


def _patterns(sought: Sought) -> tuple[str, ...]:
    """Where all that is sought can be, as patterns of refs."""
    found = [f"{SESSION_REFS}{branch}/" for branch in sought.branches]
    found += [NOTES_REF] if sought.commits else []
    if sought.checkpoints:
        found += [checkpoint_ref(id_) for id_ in sought.checkpoints]
        found += [f"{prefix}{CHECKPOINT_BRANCHES}*" for prefix in ("refs/heads/", "refs/remotes/*/")]
    return tuple(found)


def _looked(what: str, look: Callable[[], Found]) -> Found:
    try:
        return look()
    except FormatError as error:
        why = Why.OVER_LIMIT if error.over_limit else Why.UNREADABLE
        return Found(unseen=(Missing(why, f"{what} could not be looked into: {error}", REFETCH),))


def _refs(out: bytes) -> Iterator[_Ref]:
    for line in out.split(b"\n")[:-1]:
        name, oid, kind, tree, at = line.split(b"\0")
        if kind == b"commit":
            yield _Ref(os.fsdecode(name), oid.decode("ascii"), tree.decode("ascii"), int(at or 0))


def _attached(git: Git, refs: Sequence[_Ref], branches: Sequence[str]) -> Found:
    """One session a ref. A branch may be named like the beginning of another, so nothing but a session's name stands behind it."""
    starts = tuple(f"{SESSION_REFS}{branch}/" for branch in branches)
    own = [ref for ref in refs if any(ref.name.startswith(start) and "/" not in ref.name[len(start) :] for start in starts)]
    own.sort(key=lambda ref: (-ref.at, ref.name))
    unseen = []
    if len(own) > MOST_REFS:
        detail = f"{len(own):,} sessions are attached, of which the {MOST_REFS} newest are read"
        unseen.append(Missing(Why.OVER_LIMIT, detail, "Take back those that are not about this change: `prgate attach --remove`."))
    own = own[:MOST_REFS]
    kept, absent = [], []
    for ref, tree in zip(own, _trees(git, [ref.tree for ref in own]), strict=True):
        entry = tree.get(SESSION_FILE.encode("ascii"))
        if entry is not None and entry.file:
            kept.append(Kept(_shown(ref.name), (entry.oid,)))
        else:
            absent.append(
                Missing(Why.ABSENT, f"{quoted(_shown(ref.name))} holds no `trace.json`", "Attach the session with `prgate attach`.")
            )
    return Found(tuple(kept), tuple(absent), tuple(unseen))


def _notes(git: Git, refs: Sequence[_Ref], commits: Sequence[str]) -> Found:
    """The notes on these commits. Git spreads many over folders named by the first digits, two a folder, as deep as there are many."""
    root = next((ref for ref in refs if ref.name == NOTES_REF), None)
    if root is None or not commits:
        return Found()
    found: dict[str, str] = {}
    level = {root.tree: ("", list(commits))}
    for _ in range(_FANNED + 1):
        below: dict[str, tuple[str, list[str]]] = {}
        for (start, about), tree in zip(level.values(), _trees(git, list(level)), strict=True):
            for commit in about:
                rest = commit[len(start) :]
                entry, folder = tree.get(rest.encode("ascii")), tree.get(rest[:2].encode("ascii"))
                if entry is not None and entry.file:
                    found.setdefault(commit, entry.oid)
                elif folder is not None and folder.folder:
                    below.setdefault(folder.oid, (start + rest[:2], []))[1].append(commit)
        level = below
    on = [commit for commit in commits if commit in found]
    unseen = []
    if len(on) > MOST_NOTES:
        detail = f"{len(on):,} commits have a note, of which those on the {MOST_NOTES} newest are read"
        unseen.append(Missing(Why.OVER_LIMIT, detail, "Split the change."))
    kept = tuple(Kept(f"note on {commit[:12]}", (found[commit],), commit) for commit in on[:MOST_NOTES])
    return Found(kept, unseen=tuple(unseen))


def _checkpoints(git: Git, refs: Sequence[_Ref], ids: Sequence[str]) -> Found:
    """The sessions of checkpoints: each at a ref of its own, else in a branch that holds many."""
    unseen = []
    if len(ids) > MOST_CHECKPOINTS:
        detail = f"the commits name {counted(len(ids), 'checkpoint')}, of which {MOST_CHECKPOINTS} are read"
        unseen.append(Missing(Why.OVER_LIMIT, detail, "Split the change."))
        ids = ids[:MOST_CHECKPOINTS]
    by_name = {ref.name: ref.tree for ref in refs}
    trees = {id_: by_name[checkpoint_ref(id_)] for id_ in ids if checkpoint_ref(id_) in by_name}
    branches = [ref for ref in refs if ref.name.startswith(_BRANCHES) and CHECKPOINT_BRANCHES in ref.name]
    for ref in sorted(branches, key=lambda ref: (-ref.at, ref.name))[:_MOST_BRANCHES]:
        trees = _within(git, ref.tree, [id_ for id_ in ids if id_ not in trees]) | trees
    kept: list[Kept] = []
    absent: list[Missing] = []
    there = [id_ for id_ in ids if id_ in trees]
    whole = dict(zip(there, _trees(git, [trees[id_] for id_ in there]), strict=True))
    for id_ in ids:
        sessions = list(_sessions(git, id_, whole[id_])) if id_ in whole else []
        kept += sessions
        if not sessions:
            detail = f"checkpoint {id_}, which a commit names, is not here" if id_ not in whole else f"checkpoint {id_} holds no session"
            fix = "Push the checkpoints to the head's repository, or give the session with `trace`, where they are kept elsewhere."
            absent.append(Missing(Why.ABSENT, detail, fix))
    return Found(tuple(kept), tuple(absent), tuple(unseen))


def _within(git: Git, root: str, ids: Sequence[str]) -> dict[str, str]:
    """The trees of those checkpoints that a branch holds."""
    if not ids:
        return {}
    (top,) = _trees(git, [root])
    folders = {id_: top[first] for id_ in ids if (first := checkpoint_folder(id_)[0]) in top and top[first].folder}
    inner = dict(zip(folders, _trees(git, [entry.oid for entry in folders.values()]), strict=True))
    return {id_: entry.oid for id_, tree in inner.items() if (entry := tree.get(checkpoint_folder(id_)[1])) is not None and entry.folder}


def _sessions(git: Git, id_: str, tree: Mapping[bytes, _Entry]) -> Iterator[Kept]:
    folders = [(number, tree[name].oid) for number, name in session_folders(tree) if tree[name].folder][:MOST_SESSIONS]
    places = [
        (f"checkpoint {id_}, session {number}", files)
        for (number, _), files in zip(folders, _trees(git, [oid for _, oid in folders]), strict=True)
    ]
    for source, files in [*places, (f"checkpoint {id_}", tree)]:
        oids = tuple(files[name].oid for name in transcript_parts(name for name, entry in files.items() if entry.file))
        if oids:
            yield Kept(source, oids)


def _trees(git: Git, oids: Sequence[str]) -> list[Mapping[bytes, _Entry]]:
    """The entries of folders by name, in the order asked for. Raises ``FormatError`` for one that is missing or damaged.

    All together are within the limit, for all are held: a stranger's folder of a million names costs him nothing.
    """
    left = _TREE_BYTES

    def refuse(size: int) -> str | None:
        nonlocal left
        left -= size
        return f"the folders have more than {_TREE_BYTES:,} bytes" if left < 0 else None

    return [_entries(data, len(oid) // 2) for oid, data in zip(oids, read_objects(git, oids, "tree", refuse), strict=True)] if oids else []


def _entries(data: bytes, width: int) -> Mapping[bytes, _Entry]:
    """``MODE NAME NUL ID`` without anything between; ids are ``width`` bytes."""
    found: dict[bytes, _Entry] = {}
    place = 0
    while entry := _ENTRY.match(data, place):
        place = entry.end() + width
        mode = int(entry[1], 8)
        found[entry[2]] = _Entry(mode == 0o40000, mode & 0o170000 == 0o100000, data[entry.end() : place].hex())
    return found


def _shown(name: str) -> str:
    """A ref's name as text. Whoever attaches chooses it, and it stands in the comment, which is read by more than look at refs.

    Each part on its own: behind a slash nothing is taken for a credential.
    """
    return "/".join(redacted(part) for part in os.fsencode(name).decode("utf-8", "backslashreplace").split("/"))
