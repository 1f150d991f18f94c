"""What has the shape of a credential and is none: placeholders, documented examples, words."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise
from math import log2
from typing import Final

_DUMMY = re.compile(
    rb"example|sample|placeholder|redacted|change_?me|dummy|fake|mock|your[_-]|_?here\b|insert|xxxx|\*{3}|\.{3}|\xe2\x80\xa6"
    rb"|[$#]\{|\{\{|<[a-z_ -]|%[sd(]|foobar|deadbeef|asdf|qwert|abcdef|12345|tests?[_-]|[_-]tests?|not_?a?_?real|s[e3]cr[e3]t|p[a@]ssw[o0]rd",
    re.IGNORECASE,
)
_DOCUMENTED = re.compile(
    rb"4eC39HqLyjWDarjt|BQokikJOvBiI2HlW"  # Stripe's documentation
    rb"|Eby8vdM02xNOcqFlqUwJ|C2y6yDjf5/R\+ob0N8A7C"  # Microsoft's emulators of storage and database
    rb"|eyJzdWIiOiIxMjM0NTY3ODkw"  # jwt.io
)
_WORDS = re.compile(rb"[a-z]+(?:[^A-Za-z0-9]+[a-z]+)*")
_VARIABLE = re.compile(rb"[$%{<\[*]|[A-Z_]+$")
_NOWHERE = re.compile(rb"(?i)localhost|127\.|0\.0\.0\.0|(?:[\w-]+\.)*(?:example|test|invalid|local|localdomain)\b|[\w-]+(?:[^\w.-]|$)")
_FLOOR: Final = 3.0
"""Bits a character: sixteen random characters hardly ever have less."""
_REGULAR: Final = 0.4
"""The share of steps between neighbours (same, next, previous) above which characters are typed in a row, not drawn."""
_KEY_BYTES: Final = 60
_BASE64 = re.compile(rb"[A-Za-z0-9+/=]{16,}")


def looks_drawn(value: bytes) -> bool:
    """Whether the characters may have been drawn at random: no words, no rows, no repetition, none of the documented examples."""
    if _DUMMY.search(value) or _DOCUMENTED.search(value) or _WORDS.fullmatch(value):
        return False
    steps = [after - before for before, after in pairwise(value)]
    if sum(-1 <= step <= 1 for step in steps) > _REGULAR * len(steps):
        return False
    fours = len(value) - 3
    return 2 * len({value[at : at + 4] for at in range(fours)}) > fours and _bits(value) >= _FLOOR


def looks_like_password(name: bytes, password: bytes, host: bytes) -> bool:
    """Whether a password was chosen for a place that somebody can reach; ``host`` is what follows, empty where that is not told."""
    if _VARIABLE.match(password) or name in password or _NOWHERE.match(host):
        return False
    drawn = looks_drawn(password)
    return drawn and bool(re.search(rb"\d", password)) and bool(re.search(rb"[A-Za-z]", password))


def looks_like_key(body: bytes) -> bool:
    """Whether this much Base64 can be a private key; what all keys of a kind have in common is not enough."""
    pieces = _BASE64.findall(body)
    return sum(map(len, pieces)) >= _KEY_BYTES and looks_drawn(b"".join(pieces)[-_KEY_BYTES:]) and b"..." not in body


def _bits(value: bytes) -> float:
    """Shannon's entropy of the characters."""
    size = len(value)
    return -sum(count / size * log2(count / size) for count in Counter(value).values())
