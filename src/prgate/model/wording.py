"""Words that depend on a value."""

from __future__ import annotations

from collections.abc import Iterable


def counted(number: int, noun: str) -> str:
    """``1 line``, ``3 lines``, ``1,204 files``."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def quoted(value: str) -> str:
    """What a stranger chose, between backticks in a sentence of ours; one inside, behind which the rest would read as ours, is spelled out."""
    return "`" + value.replace("`", "\\u{60}") + "`"


def listed(words: Iterable[str], most: int | None = None) -> str:
    """``a``, ``a and b``, ``a, b and c``, and where there are more than ``most`` ``a, b and 2 more``; empty for none."""
    every = list(words)
    shown = every[:most]
    if len(every) > len(shown):
        shown.append(f"{len(every) - len(shown):,} more")
    return " and ".join(filter(None, (", ".join(shown[:-1]), *shown[-1:])))
