"""The commits of a range: their order and paths from git, their words from the commit objects themselves."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from prgate.errors import FormatError
from prgate.git.objects import read_objects
from prgate.git.process import Git
from prgate.model.commit import Commit
from prgate.model.missing import Missing, Why

LOG: Final = (
    "log",
    "-z",
    "--raw",
    "--no-abbrev",
    "--no-renames",
    "--no-color",
    "--no-decorate",
    "--no-ext-diff",
    "--no-textconv",
    "--no-notes",
    "--no-show-signature",
    "--no-relative",
    "--diff-merges=combined",
    "--ignore-submodules=none",
    "--topo-order",
    "--format=tformat:%H",
)
_LOG_BYTES: Final = 128 * 1024 * 1024
_COMMITS_BYTES: Final = 64 * 1024 * 1024
_RAW: Final = re.compile(rb"\n?:{1,64}((?:[0-7]{6} ){2,65})((?:[0-9a-f]{40,64} ){2,65})([A-Z]{1,64})")
_PERSON: Final = re.compile(rb"([^<\n]*)<([^>\n]*)>(?: ([0-9]{1,12}) [^>]*)?", re.DOTALL)
_LAST_SECOND: Final = 253_402_300_799
"""9999-12-31T23:59:59Z."""
_ENCODINGS: Final = frozenset(
    (
        *("iso-8859-1", "iso8859-1", "latin1", "latin-1", "iso-8859-2", "iso-8859-15"),
        *("cp1251", "windows-1251", "cp1252", "windows-1252", "koi8-r", "koi8-u", "euc-jp", "euc-kr"),
    )
)
"""Encodings of a commit that are followed: all keep ASCII as it is, so that a mark of an agent reads the same to everybody."""


def read_commits(git: Git, merge_base: str, head: str, *, limit: int) -> tuple[Commit, ...] | Missing:
    """The commits that ``head`` has and ``merge_base`` lacks, newest first, no parent before its child."""
    found = git.run(*LOG, f"--max-count={limit + 1}", f"{merge_base}..{head}", "--", limit=_LOG_BYTES)
    if found.over_limit:
        return Missing(Why.OVER_LIMIT, f"the paths of the commits come to more than {_LOG_BYTES} bytes", "Split the change.")
    if found.code:
        return Missing(Why.UNREADABLE, f"git could not list the commits: {found.words}", "Look for damage with `git fsck`.")
    touched = {sha: tuple(sorted({touch.path for touch in touches})) for sha, touches in read_touches(found.out)}
    if len(touched) > limit:
        return Missing(Why.OVER_LIMIT, f"the range has more than {limit} commits", "Split it, or raise `limits.commits` in the policy.")
    left = _COMMITS_BYTES

    def refuse(size: int) -> str | None:
        return f"the messages of the commits come to more than {_COMMITS_BYTES} bytes" if size > left else None

    commits: list[Commit] = []
    try:
        for sha, data in zip(touched, read_objects(git, tuple(touched), "commit", refuse), strict=True):
            left -= len(data)
            commits.append(_commit(sha, data, touched[sha]))
    except FormatError as error:
        why = Why.OVER_LIMIT if error.over_limit else Why.UNREADABLE
        return Missing(why, error.message, "Split the change." if error.over_limit else "Look for damage with `git fsck`.")
    return tuple(commits)


def read_commit(git: Git, sha: str) -> Commit | Missing:
    """One commit by its full id, without paths."""

    def refuse(size: int) -> str | None:
        return f"a commit of {size} bytes" if size > _COMMITS_BYTES else None

    try:
        (data,) = read_objects(git, (sha,), "commit", refuse)
    except FormatError as error:
        why = Why.OVER_LIMIT if error.over_limit else Why.UNREADABLE
        return Missing(why, error.message, "Look for damage with `git fsck`.")
    return _commit(sha, data, ())


@dataclass(frozen=True, slots=True)
class Touch:
    """One path that a commit touches: mode and id on the side of each parent and then of the commit itself, a letter per parent."""

    modes: tuple[bytes, ...]
    oids: tuple[bytes, ...]
    letters: bytes
    path: bytes


def read_touches(out: bytes) -> Iterator[tuple[str, tuple[Touch, ...]]]:
    """What ``LOG`` tells of each commit: its id, then per path a raw entry and the path, all ended by NUL.

    A merge touches what it changes beside all of its parents: what its author put in while merging.
    """
    tokens = out.split(b"\0")
    last = len(tokens) - 1
    position = 0
    while position < last:
        sha = tokens[position].decode("ascii")
        # Behind a merge git writes an empty token, which is neither an id nor a raw entry.
        position += 1 + (position + 1 < last and not tokens[position + 1])
        touches: list[Touch] = []
        while position < last and (raw := _RAW.fullmatch(tokens[position])):
            touches.append(Touch(tuple(raw[1].split()), tuple(raw[2].split()), raw[3], tokens[position + 1]))
            position += 2
        yield sha, tuple(touches)


def _commit(sha: str, data: bytes, paths: tuple[bytes, ...]) -> Commit:
    """A commit object: headers, an empty line, the message. Of two headers of one name the last counts, as in what git shows."""
    head, _, message = data.partition(b"\n\n")
    headers: dict[bytes, bytes] = {}
    parents: list[str] = []
    for line in head.split(b"\n"):
        name, _, value = line.partition(b" ")
        if name == b"parent":
            parents.append(value.decode("ascii", "replace"))
        headers[name] = value
    named = headers.get(b"encoding", b"").decode("ascii", "replace").lower()
    codec = named if named in _ENCODINGS else "utf-8"
    author_name, author_email, authored = _person(headers.get(b"author", b""), codec)
    committer_name, committer_email, at = _person(headers.get(b"committer", b""), codec)
    return Commit(
        sha=sha,
        parents=tuple(parents),
        author_name=author_name,
        author_email=author_email,
        committer_name=committer_name,
        committer_email=committer_email,
        at=at,
        message=message.decode(codec, "replace"),
        paths=paths,
        authored=authored,
    )


def _person(line: bytes, codec: str) -> tuple[str, str, str]:
    """Name, address and date (RFC 3339 in UTC); empty where the line is malformed, and the epoch for a date that nobody can mean."""
    match = _PERSON.fullmatch(line)
    if match is None:
        return "", "", _date(b"0")
    return match[1].strip().decode(codec, "replace"), match[2].strip().decode(codec, "replace"), _date(match[3] or b"0")


def _date(seconds: bytes) -> str:
    known = int(seconds)
    return datetime.fromtimestamp(known if known <= _LAST_SECOND else 0, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
