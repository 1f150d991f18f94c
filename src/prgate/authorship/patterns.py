"""Exact patterns of marks: literal text with a few classes, matched in one pass without going back."""

from __future__ import annotations

import string
from collections.abc import Mapping
from dataclasses import dataclass

_WORD = frozenset(string.ascii_letters + string.digits + "-")
CLASSES: Mapping[str, frozenset[str] | None] = {
    "digits": frozenset(string.digits),
    "hex": frozenset(string.hexdigits),
    "token": _WORD | {"_"},
    "login": _WORD,
    "url": frozenset(string.printable) - frozenset(string.whitespace + '()<>"'),
    "rest": None,
    "name": None,
}
"""What each class takes; ``rest`` takes everything that is left, ``name`` everything before the literal that ends the pattern."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """``head`` is the literal start, ``tail`` the (class, literal after it) pairs that follow."""

    head: str
    tail: tuple[tuple[str, str], ...] = ()

    @property
    def literal(self) -> str:
        """All literal text of the pattern."""
        return self.head + "".join(literal for _, literal in self.tail)


def parse(text: str) -> Pattern:
    """The pattern, or ``ValueError`` saying what is wrong with it."""
    head, *pieces = text.split("{")
    tail = []
    for number, piece in enumerate(pieces, 1):
        name, brace, literal = piece.partition("}")
        if not brace or name not in CLASSES:
            raise ValueError(f"`{{{name}{brace}` is no known class ({', '.join(CLASSES)})")
        if name == "rest" and (literal or number < len(pieces)):
            raise ValueError("`{rest}` must be the last thing in a pattern")
        if name == "name" and (head or not literal or len(pieces) > 1):
            raise ValueError("`{name}` must be the first thing in a pattern, and literal text the only thing after it")
        tail.append((name, literal))
    return Pattern(head, tuple(tail))


def match(pattern: Pattern, text: str) -> str | None:
    """What ``{login}`` took (the empty string without one) if the whole of ``text`` is of this form, else ``None``.

    Classes are greedy and never give back, so the time is linear in ``text``.
    """
    if not text.startswith(pattern.head):
        return None
    at = len(pattern.head)
    login = ""
    for name, literal in pattern.tail:
        start, allowed = at, CLASSES[name]
        if name == "name":
            at = len(text) - len(literal)
        elif allowed is None:
            at = len(text)
        else:
            while at < len(text) and text[at] in allowed:
                at += 1
        if at <= start or not text.startswith(literal, at):
            return None
        if name == "login":
            login = text[start:at]
        at += len(literal)
    return login if at == len(text) else None
