"""The commits of a range, framed by NUL bytes, which neither a message, a name nor a path can hold."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from typing import Final

from prgate.git.process import Git
from prgate.model.commit import Commit
from prgate.model.missing import Missing, Why

_FIELDS: Final = ("%H", "%P", "%an", "%ae", "%cn", "%ce", "%ct", "%e", "%B")
_FIELD_COUNT: Final = len(_FIELDS)
_LOG: Final = (
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
    "--no-mailmap",
    "--no-show-signature",
    "--no-relative",
    "--diff-merges=off",
    "--ignore-submodules=none",
    "--encoding=none",
    "--topo-order",
    f"--format=tformat:{'%x00'.join(_FIELDS)}",
)
_LOG_BYTES: Final = 128 * 1024 * 1024
_LAST_SECOND: Final = 253_402_300_799
"""9999-12-31T23:59:59Z."""
_ENCODINGS: Final = frozenset(
    (
        *("iso-8859-1", "iso8859-1", "latin1", "latin-1", "iso-8859-2", "iso-8859-15"),
        *("cp1251", "windows-1251", "cp1252", "windows-1252", "koi8-r", "koi8-u", "euc-jp", "euc-kr"),
    )
)
"""Encodings of a commit that are followed: all keep ASCII as it is, so that a mark of an agent reads the same to everybody."""
_RAW: Final = re.compile(rb"\n?:[0-7]{6} [0-7]{6} [0-9a-f]{40,64} [0-9a-f]{40,64} [A-Z]")


def read_commits(git: Git, merge_base: str, head: str, *, limit: int) -> tuple[Commit, ...] | Missing:
    """The commits that ``head`` has and ``merge_base`` lacks, newest first, no parent before its child."""
    found = git.run(*_LOG, f"--max-count={limit + 1}", f"{merge_base}..{head}", "--", limit=_LOG_BYTES)
    if found.over_limit:
        fix = "Split the change."
        return Missing(Why.OVER_LIMIT, f"the commits' messages and paths come to more than {_LOG_BYTES} bytes", fix)
    if found.code:
        return Missing(Why.UNREADABLE, f"git could not list the commits: {found.words}", "Look for damage with `git fsck`.")
    commits = tuple(_parse(found.out))
    if len(commits) > limit:
        return Missing(Why.OVER_LIMIT, f"the range has more than {limit} commits", "Split it, or raise `limits.commits` in the policy.")
    return commits


def _parse(out: bytes) -> Iterator[Commit]:
    """Each commit is its fields, then per changed path a raw entry and the path; a merge has none."""
    tokens = out.split(b"\0")
    last = len(tokens) - 1
    position = 0
    while position < last:
        sha, parents, author_name, author_email, committer_name, committer_email, at, encoding, message = tokens[
            position : position + _FIELD_COUNT
        ]
        position += _FIELD_COUNT
        paths: set[bytes] = set()
        while position < last and _RAW.fullmatch(tokens[position]):
            paths.add(tokens[position + 1])
            position += 2
        codec = encoding.decode("ascii", "replace").lower()
        read = partial(_text, codec=codec if codec in _ENCODINGS else "utf-8")
        yield Commit(
            sha=sha.decode("ascii"),
            parents=tuple(parents.decode("ascii").split()),
            author_name=read(author_name),
            author_email=read(author_email),
            committer_name=read(committer_name),
            committer_email=read(committer_email),
            at=_date(at),
            message=read(message),
            paths=tuple(sorted(paths)),
        )


def _text(data: bytes, *, codec: str) -> str:
    return data.decode(codec, "replace")


def _date(seconds: bytes) -> str:
    """RFC 3339 in UTC; the epoch for a date that git cannot read or that has no four-digit year."""
    known = int(seconds) if seconds.isdigit() and len(seconds) < 13 else 0
    return datetime.fromtimestamp(known if known <= _LAST_SECOND else 0, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
