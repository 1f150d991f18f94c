"""Invented credentials, drawn anew from the shapes, so that none stands in this repository."""

from __future__ import annotations

from importlib import import_module
from random import Random
from typing import Any

from prgate.recognise.shapes import Shape

parser: Any = import_module("re._parser")
sre: Any = import_module("re._constants")

_MOST = 8
"""How often an unbounded repetition goes beyond its least."""
_CLASSES = {sre.CATEGORY_DIGIT: "0123456789", sre.CATEGORY_WORD: "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"}


def drawn(shape: Shape, rng: Random) -> str:
    """A credential of this shape with random characters."""
    return rng.choice(shape.starts) + of_pattern(shape.rest, rng)


def of_pattern(pattern: str, rng: Random) -> str:
    """A random text that a simple pattern matches."""
    return _items(parser.parse(pattern), rng)


def _items(items: Any, rng: Random) -> str:
    return "".join(_item(operation, argument, rng) for operation, argument in items)


def _item(operation: Any, argument: Any, rng: Random) -> str:
    match operation:
        case sre.LITERAL:
            return chr(argument)
        case sre.IN:
            return rng.choice([character for part in argument for character in _characters(*part)])
        case sre.MAX_REPEAT:
            least, most, inner = argument
            return "".join(_items(inner, rng) for _ in range(rng.randint(least, min(most, least + _MOST))))
        case sre.SUBPATTERN:
            return _items(argument[-1], rng)
        case _:
            raise NotImplementedError(operation)


def _characters(operation: Any, argument: Any) -> str:
    match operation:
        case sre.LITERAL:
            return chr(argument)
        case sre.RANGE:
            return "".join(map(chr, range(argument[0], argument[1] + 1)))
        case _:
            return _CLASSES[argument]
