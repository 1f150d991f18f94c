"""One fault, located, with its cure."""

from __future__ import annotations

from dataclasses import dataclass

from prgate.model.diff import Side


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule yields. ``message`` is the fact with its numbers, ``fix`` the cure; text between backticks is shown as code.

    ``path`` null: the whole change. ``line`` null: the whole file (binary, mode, rename, delete). ``quote`` is one line of the file, as
    evidence. ``certain`` false: the rule saw a reason to ask, not a fault; such findings alone never do more than warn.
    """

    message: str
    fix: str
    path: bytes | None = None
    side: Side = Side.HEAD
    line: int | None = None
    end_line: int | None = None
    quote: str | None = None
    certain: bool = True
