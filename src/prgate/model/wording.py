"""Words that depend on a value."""

from __future__ import annotations


def counted(number: int, noun: str) -> str:
    """``1 line``, ``3 lines``, ``1,204 files``."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def quoted(value: str) -> str:
    """What a stranger chose, between backticks in a sentence of ours; one inside, behind which the rest would read as ours, is spelled out."""
    return "`" + value.replace("`", "\\u{60}") + "`"
