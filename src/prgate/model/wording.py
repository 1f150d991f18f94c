"""Words that depend on a number."""

from __future__ import annotations


def counted(number: int, noun: str) -> str:
    """``1 line``, ``3 lines``, ``1,204 files``."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
