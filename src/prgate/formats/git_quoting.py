"""Paths as git writes them in the headers of a patch (quote.c, ``core.quotePath`` on)."""

from __future__ import annotations

import re
from typing import Final

_PLAIN: Final = re.compile(rb"[ !#-\[\]-~]*")
_LETTERS: Final = {7: b"a", 8: b"b", 9: b"t", 10: b"n", 11: b"v", 12: b"f", 13: b"r", 34: b'"', 92: b"\\"}
_BYTES: Final = {letter: bytes([byte]) for byte, letter in _LETTERS.items()}
_QUOTED: Final = tuple(
    bytes([byte]) if _PLAIN.fullmatch(bytes([byte])) else b"\\" + _LETTERS.get(byte, b"%03o" % byte) for byte in range(256)
)
_ESCAPE: Final = re.compile(rb'\\([0-3][0-7]{2}|[abtnvfr"\\])')
_IN_QUOTES: Final = re.compile(rb'"((?:[^"\\\n]|\\[0-3][0-7]{2}|\\[abtnvfr"\\])*)"')


def quote(path: bytes, prefix: bytes = b"") -> bytes:
    """The path behind its prefix (``a/``): as it is, or in double quotes with C escapes where a byte asks for it."""
    if _PLAIN.fullmatch(path):
        return prefix + path
    return b'"' + prefix + b"".join(_QUOTED[byte] for byte in path) + b'"'


def unquote(text: bytes) -> tuple[bytes, bytes] | None:
    """What stands in the quotes at the start of the text, and the rest; ``None`` if there is no well-formed quoted path."""
    match = _IN_QUOTES.match(text)
    if match is None:
        return None
    return _ESCAPE.sub(_unescape, match[1]), text[match.end() :]


def _unescape(match: re.Match[bytes]) -> bytes:
    known = _BYTES.get(match[1])
    return bytes([int(match[1], 8)]) if known is None else known
