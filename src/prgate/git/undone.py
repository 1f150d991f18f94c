"""Which lines earlier commits took out of some files: reverts and fixes, told by their own words."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Final

from prgate.errors import FormatError
from prgate.git.history import LOG, Touch, read_touches
from prgate.git.objects import REFETCH, read_objects
from prgate.git.process import Git
from prgate.git.streams import file_sizes
from prgate.model.history import TAGS, Undone, puts_back, reverted_title
from prgate.model.lines import line_digest, packed
from prgate.model.missing import Missing, Why

WALKED: Final = 500
"""Newest commits that are looked at, merges among them. Of 1,100 merged changes seven have findings in so many, eight in 2,000, at twice the time."""
_MOST_TOUCHES: Final = 2_000
_MOST_NAMED: Final = 100
"""Paths that git is told, so that it looks into no other folder; of more, it is quicker to leave out the rest of what it tells."""
_FILE_BYTES: Final = 1024 * 1024
_FILES_BYTES: Final = 128 * 1024 * 1024
_LOG_BYTES: Final = 128 * 1024 * 1024
_SUBJECT: Final = 200
_LONGEST_TITLE: Final = 1_000
"""Characters of a commit's title that are looked at."""
_LAST_SECOND: Final = 253_402_300_799
"""9999-12-31T23:59:59Z."""

_REVERT: Final = re.compile(rf"{TAGS}(?:revert(?:s|ed|ing)?|back(?:ed|ing)? ?out)\b", re.IGNORECASE)
_FIX: Final = re.compile(rf"{TAGS}(?:bug|hot)?-?fix(?:e[sd])?\b", re.IGNORECASE)
_MINOR: Final = re.compile(
    r"\b(?:build|changelog|ci|clippy|comments?|docs?|docstrings?|documentation|flak\w{1,5}|format\w{0,5}|grammar|imports?|lint\w{0,4}|links?|mypy|"
    r"readme|rustfmt|spelling|style|tests?|typ(?:es?|ing|os?)|warnings?|whitespace)\b",
    re.IGNORECASE,
)
"""What a fix mends that is no fault of the program."""
_NAMED: Final = re.compile(r"^This reverts commit ([0-9a-f]{7,64})\b", re.MULTILINE)
_CURE: Final = "Fetch more of the history: `fetch-depth: 0` in actions/checkout, `git fetch --unshallow` in a clone."


@dataclass(frozen=True, slots=True)
class _Undoing:
    """A commit that says that it undoes something."""

    sha: str
    at: str
    subject: str
    revert: bool


def read_undone(git: Git, merge_base: str, paths: Collection[bytes]) -> Mapping[bytes, tuple[Undone, ...]] | Missing:
    """Per path, if anything, what reverts and fixes among the newest commits up to the merge base took out of it, newest first.

    Large files, and what is older than so many bytes of files, are passed over. ``Missing``: the history is cut off before so many commits, or
    a part of it is not here.
    """
    touches = _touches(git, merge_base, paths)
    if isinstance(touches, Missing):
        return touches
    sizes = file_sizes(git, [oid for _, touch in touches for oid in _sides(touch)])
    within: list[tuple[_Undoing, Touch]] = []
    left = _FILES_BYTES
    for undoing, touch in touches:
        large = [sizes.get(oid, 0) for oid in _sides(touch)]
        left -= sum(large)
        if left < 0:
            break
        if max(large) <= _FILE_BYTES:
            within.append((undoing, touch))
    found: dict[bytes, list[Undone]] = {}
    contents = read_objects(git, [oid for _, touch in within for oid in _sides(touch)], "blob", lambda _: None)
    try:
        for undoing, touch in within:
            old = next(contents)
            new = next(contents) if len(_sides(touch)) > 1 else b""
            if lines := _gone(old, new):
                undone = Undone(undoing.sha, undoing.at, undoing.subject, lines, revert=undoing.revert)
                found.setdefault(touch.path, []).append(undone)
    except FormatError as error:
        return Missing(Why.UNREADABLE, f"what earlier commits changed: {error.message}", REFETCH)
    return {path: tuple(undone) for path, undone in found.items()}


def undoing_blobs(git: Git, merge_base: str, paths: Collection[bytes]) -> frozenset[str] | Missing:
    """Ids of the files that ``read_undone`` looks into."""
    touches = _touches(git, merge_base, paths)
    return touches if isinstance(touches, Missing) else frozenset(oid for _, touch in touches for oid in _sides(touch))


def _undoing(git: Git, merge_base: str) -> tuple[_Undoing, ...] | Missing:
    """The commits that undo something and were not undone themselves, newest first."""
    log = ("log", "-z", "--no-color", "--no-decorate", "--no-notes", "--no-show-signature", "--format=tformat:%H %P%n%ct%n%s%n%b")
    found = git.run(*log, f"--max-count={WALKED}", merge_base, "--", limit=_LOG_BYTES)
    if found.over_limit:
        return Missing(Why.OVER_LIMIT, f"the messages of {WALKED} commits come to more than {_LOG_BYTES} bytes", "Look by hand.")
    if found.code:
        return Missing(Why.UNREADABLE, f"git could not list the history: {found.words}", "Look for damage with `git fsck`.")
    cut = _cut(git)
    put_back, titles = set[str](), set[str]()
    undoing: list[_Undoing] = []
    for number, record in enumerate(found.out.split(b"\0")[:-1]):
        ids, seconds, title, body = record.decode("utf-8", "replace").split("\n", 3)
        subject = title[:_LONGEST_TITLE]
        sha, *parents = ids.split()
        if sha in cut:
            detail = f"this clone is shallow: its history before the change is cut off after {number + 1} commits, {WALKED} are looked at"
            return Missing(Why.FAILED, detail, _CURE)
        if puts_back(subject):
            titles.add(reverted_title(subject))
            put_back.update(named[1][:7] for named in _NAMED.finditer(body))
        elif len(parents) == 1 and sha[:7] not in put_back:
            revert = bool(_REVERT.match(subject) or _NAMED.search(body))
            if (revert and reverted_title(subject) not in titles) or (not revert and _FIX.match(subject) and not _MINOR.search(subject)):
                undoing.append(_Undoing(sha, _date(seconds), subject[:_SUBJECT], revert))
    return tuple(undoing)


def _cut(git: Git) -> frozenset[str]:
    """The commits whose parents are not here."""
    place = Path(git.folder, "shallow")
    return frozenset(place.read_text(encoding="ascii").split()) if place.exists() else frozenset()


def _date(seconds: str) -> str:
    known = int(seconds) if seconds.isdecimal() else 0
    return datetime.fromtimestamp(known if known <= _LAST_SECOND else 0, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _touches(git: Git, merge_base: str, paths: Collection[bytes]) -> tuple[tuple[_Undoing, Touch], ...] | Missing:
    """What reverts and fixes did to files of these paths that were there before; a fix that deletes a file took nothing out of it."""
    undoing = _undoing(git, merge_base)
    if isinstance(undoing, Missing):
        return undoing
    if not undoing:
        return ()
    commits = {commit.sha: commit for commit in undoing}
    named = sorted(paths) if len(paths) <= _MOST_NAMED else ()
    found = git.run(*LOG, "--no-walk=unsorted", *commits, "--", *named, limit=_LOG_BYTES)
    if found.over_limit or found.code:
        why = Why.OVER_LIMIT if found.over_limit else Why.UNREADABLE
        words = f"it has more than {_LOG_BYTES} bytes" if found.over_limit else found.words
        return Missing(why, f"git could not list what earlier commits changed: {words}", REFETCH)
    wanted = frozenset(paths)
    touched = (
        (commits[sha], touch)
        for sha, touches in read_touches(found.out)
        for touch in touches
        if touch.path in wanted and _is_file(touch.modes[0]) and (_is_file(touch.modes[1]) or commits[sha].revert)
    )
    return tuple(islice(touched, _MOST_TOUCHES))


def _is_file(mode: bytes) -> bool:
    return mode.startswith(b"10")


def _sides(touch: Touch) -> list[str]:
    """The ids of the file before and after, where it is one."""
    return [oid.decode("ascii") for mode, oid in zip(touch.modes, touch.oids, strict=True) if _is_file(mode)]


def _gone(old: bytes, new: bytes) -> bytes:
    """Digests of the lines that only the old file has, packed; one that is only laid out anew is still there."""
    before, after = frozenset(old.split(b"\n")), frozenset(new.split(b"\n"))
    gone, come = (frozenset(map(line_digest, lines)) for lines in (before - after, after - before))
    return packed(digest for digest in gone - come if digest is not None)
