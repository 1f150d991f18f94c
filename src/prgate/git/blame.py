"""Which commit of a range each line of a file at head comes from."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from prgate.git.process import Git
from prgate.model.missing import Missing, Why

_BLAME: Final = ("blame", "--incremental", "--no-textconv", "--encoding=none", "--root")
_BLAME_BYTES: Final = 64 * 1024 * 1024
_GROUP: Final = re.compile(rb"([0-9a-f]{40,64}) [0-9]+ ([0-9]+) ([0-9]+)")


def read_blame(git: Git, merge_base: str, head: str, path: bytes, *, layout: bool = True) -> tuple[tuple[int, int, str], ...] | Missing:
    """(first line, last line, commit) over the lines at head that a commit of the range brought, sorted; older lines are left out.

    Without ``layout`` a line is of the commit that brought it, not of one that changed its white space since.
    """
    if merge_base == head:
        return ()
    found = git.run(*_BLAME, *(() if layout else ("-w",)), f"{merge_base}..{head}", "--", path, limit=_BLAME_BYTES)
    if found.over_limit:
        return Missing(Why.OVER_LIMIT, f"who brought which line comes to more than {_BLAME_BYTES} bytes", "Split the change.")
    if found.code:
        return Missing(Why.UNREADABLE, f"git could not tell which commit brought which line: {found.words}", "Look at it with `git blame`.")
    return tuple(sorted(_parse(found.out)))


def _parse(out: bytes) -> Iterator[tuple[int, int, str]]:
    r"""Groups of lines, each from its id and numbers to its ``filename``; no value in between can hold a line end.

    A commit's particulars, ``boundary`` among them for one that lies before the range, come with its first group only.
    """
    before: set[bytes] = set()
    group: re.Match[bytes] | None = None
    for line in out.split(b"\n"):
        if group is None:
            group = _GROUP.fullmatch(line)
        elif line == b"boundary":
            before.add(group[1])
        elif line.startswith(b"filename "):
            if group[1] not in before:
                start = int(group[2])
                yield start, start + int(group[3]) - 1, group[1].decode("ascii")
            group = None
