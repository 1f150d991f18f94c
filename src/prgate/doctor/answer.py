"""What one question found."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

NAMED: Final = 3
"""Places and names that an answer spells out; the rest is counted."""


class State(StrEnum):
    """How it stands; ``unknown`` where it could not be looked at, whatever the reason."""

    OK = "ok"
    ATTEND = "attend"
    BAD = "bad"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in a file; ``line`` counts from 1, null for the whole file."""

    path: str
    line: int | None = None

    def __str__(self) -> str:
        return self.path if self.line is None else f"{self.path}:{self.line}"


@dataclass(frozen=True, slots=True)
class Answer:
    """One question answered in one line. Texts are untrusted: they quote files and settings. Every state but ``ok`` has a cure."""

    question: str
    state: State
    found: str
    places: tuple[Spot, ...] = ()
    cure: str = ""


def some(names: Iterable[str]) -> str:
    """The first names, quoted, and how many more there are."""
    found = list(names)
    more = f" and {len(found) - NAMED} more" if len(found) > NAMED else ""
    return f"{', '.join(f'`{name}`' for name in found[:NAMED])}{more}"


def at(spots: Sequence[Spot]) -> tuple[Spot, ...]:
    """The first places, each once; the text beside them counts them all."""
    return tuple(dict.fromkeys(spots))[:NAMED]
