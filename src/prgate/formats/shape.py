"""What a dataclass's annotations ask of a document, and the error where a document does not have it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import MISSING, Field, dataclass, field, fields
from functools import cache
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from prgate.model.missing import Missing

Keys = tuple[str | int, ...]

_LONGEST_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Form:
    """A text that ``pattern`` (where Python's and ECMA's dialects agree) matches whole and ``holds`` accepts; ``what`` names it."""

    pattern: str
    what: str
    holds: Callable[[str], bool] = field(default=bool)


@dataclass(slots=True)
class ShapeError(Exception):
    """A value that is not what its annotation asks for.

    ``keys`` leads to it from the root. ``at_key``: the last of them is what is wrong, not its value. ``over_limit`` tells a refused size from
    damage.
    """

    message: str
    help: str = ""
    keys: Keys = ()
    at_key: bool = False
    over_limit: bool = False

    def __str__(self) -> str:
        place = dotted(self.keys[:-1] if self.at_key else self.keys)
        return f"{place}: {self.message}" if place else self.message


def dotted(keys: Keys) -> str:
    """The way to a value as a person writes it: ``waivers[2].until``."""
    return "".join(f"[{key}]" if isinstance(key, int) else f".{shown(key)}" for key in keys).removeprefix(".")


def shown(text: str) -> str:
    """Text as an error may print it: short, and what does not print, or would end a quotation between backticks, as an escape."""
    cut = text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"
    return "".join("\\x60" if char == "`" else char if char.isprintable() else char.encode("unicode_escape").decode() for char in cut)


def suggest(word: str, known: Iterable[str]) -> str:
    """A sentence that names the known word nearest to this one, or all of them."""
    from difflib import get_close_matches  # noqa: PLC0415 (paid for by a mistake that needs a suggestion)

    names = list(known)
    near = get_close_matches(word[:_LONGEST_SHOWN], names, n=1)
    if near:
        return f"Did you mean `{near[0]}`?"
    return f"Known: {', '.join(names)}." if names else "None is known here."


@cache
def shape_fields(kind: Any) -> tuple[tuple[Field[Any], Any], ...]:  # noqa: ANN401 (a dataclass type)
    """Each field of a dataclass with its resolved annotation."""
    hints = get_type_hints(kind, include_extras=True)
    return tuple((item, hints[item.name]) for item in fields(kind))


def needed(item: Field[Any]) -> bool:
    """Whether a document must have this key."""
    return item.default is MISSING and item.default_factory is MISSING


def members(kind: Any) -> tuple[Any, ...]:  # noqa: ANN401 (any annotation)
    """The types of a union that a document can spell: ``Missing`` is what an absent key becomes and cannot be written."""
    return tuple(member for member in get_args(kind) if member is not Missing)


def bare(kind: Any) -> Any:  # noqa: ANN401 (any annotation)
    """The annotation without metadata."""
    return get_args(kind)[0] if get_origin(kind) is Annotated else kind


def marks_of(kind: Any) -> tuple[Any, ...]:  # noqa: ANN401 (any annotation)
    """The metadata of an annotation; bounds are single ones, no groups of them."""
    return get_args(kind)[1:] if get_origin(kind) is Annotated else ()
