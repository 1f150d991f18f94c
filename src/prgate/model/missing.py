"""Evidence that was sought and could not be read, as a value."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

T = TypeVar("T")


class Why(StrEnum):
    """Why evidence is missing."""

    ABSENT = "absent"
    UNREADABLE = "unreadable"
    OVER_LIMIT = "over-limit"
    STALE = "stale"
    FORBIDDEN = "forbidden"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Missing:
    """Evidence that was sought and not readable; never a pass, never an empty value."""

    why: Why
    detail: str
    fix: str


class UnknownError(Exception):
    """Ends a rule with outcome ``unknown``; only ``need`` raises it, only the engine catches it."""

    def __init__(self, missing: Missing) -> None:
        super().__init__(missing.detail)
        self.missing = missing


def need(item: T | Missing) -> T:
    """Return the evidence, or end this rule with outcome ``unknown``."""
    if isinstance(item, Missing):
        raise UnknownError(item)
    return item
