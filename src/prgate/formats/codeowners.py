"""CODEOWNERS: who owns a path, as GitHub reads it (https://docs.github.com/articles/about-code-owners)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import re2

from prgate.errors import FormatError
from prgate.model.paths import path_text

PLACES = (b".github/CODEOWNERS", b"CODEOWNERS", b"docs/CODEOWNERS")
"""Where GitHub looks, in this order; the first that exists is the only one that counts."""
MAX_BYTES = 3 * 1024 * 1024
"""GitHub does not load a larger file."""
_LONGEST_PATTERN = 1_000
_MOST_LINES = 20_000
_OWNER = re.compile(r"@[A-Za-z0-9][A-Za-z0-9_-]*(?:/[A-Za-z0-9._-]+)?|[^\s@]+@[^\s@]+")
_TOKEN = re.compile(r"/\*\*/|\*\*/|/\*\*\Z|\*\*|\*|\?|\\.|[^*?\\/]+|/", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line that counts: no owners means that nobody owns what it matches."""

    line: int
    owners: tuple[str, ...]
    expression: Any


@dataclass(frozen=True, slots=True)
class Owners:
    """The lines that count, in order, and the numbers of those that GitHub skips."""

    entries: tuple[Entry, ...]
    skipped: tuple[int, ...]

    def of(self, path: bytes) -> tuple[str, ...]:
        """Who owns a path: the last line that matches decides; nobody where none does."""
        found = self.entry(path)
        return () if found is None else found.owners

    def entry(self, path: bytes) -> Entry | None:
        """The line that decides about a path."""
        text = path_text(path)
        return next((entry for entry in reversed(self.entries) if entry.expression.fullmatch(text)), None)


def read_codeowners(data: bytes) -> Owners:
    """The owners that a file names. Raises ``FormatError`` for a file that GitHub does not load, or of more lines than are taken here."""
    if len(data) > MAX_BYTES:
        raise FormatError(f"{len(data)} bytes: GitHub does not load a CODEOWNERS file of more than {MAX_BYTES}", over_limit=True)
    lines = data.decode("utf-8", "replace").removeprefix("\ufeff").split("\n")
    if len(lines) > _MOST_LINES:
        raise FormatError(f"{len(lines)} lines, at most {_MOST_LINES} are taken", over_limit=True)
    entries: list[Entry] = []
    skipped: list[int] = []
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        entry = _entry(number, line)
        if entry is None:
            skipped.append(number)
        else:
            entries.append(entry)
    return Owners(tuple(entries), tuple(skipped))


def _entry(number: int, line: str) -> Entry | None:
    r"""A line, or ``None`` for one that GitHub skips: ``!``, ``[…]``, ``\#``, something that is no owner."""
    pattern, *rest = re.split(r"(?<!\\)[ \t\r]+", line.strip())
    owners = tuple(_before_comment(rest))
    refused = pattern.startswith(("!", "\\#")) or "[" in pattern or len(pattern) > _LONGEST_PATTERN
    if refused or not pattern.strip("/") or not all(_OWNER.fullmatch(owner) for owner in owners):
        return None
    options = re2.Options()
    options.log_errors = False
    return Entry(number, owners, re2.compile(_expression(pattern), options))


def _before_comment(words: list[str]) -> list[str]:
    start = next((index for index, word in enumerate(words) if word.startswith("#")), len(words))
    return words[:start]


def _expression(pattern: str) -> str:
    r"""An RE2 expression for whole paths.

    A slash before the end ties the pattern to the root. What names a folder owns all below it, but ``*`` as the last part names files only.
    """
    anchored = "/" in pattern.rstrip("/")
    body, folder = pattern.strip("/"), pattern.endswith("/")
    parts = "".join(_part(token) for token in _TOKEN.findall(body))
    files_only = body.rpartition("/")[2] == "*" and not folder
    below = "/.+" if folder else "" if files_only else "(?:/.+)?"
    return f"(?s){'' if anchored else '(?:.*/)?'}{parts}{below}"


def _part(token: str) -> str:
    match token:
        case "/**/":
            return "/(?:.*/)?"
        case "**/":
            return "(?:.*/)?"
        case "/**":
            return "/.+"
        case "**":
            return ".*"
        case "*":
            return "[^/]*"
        case "?":
            return "[^/]"
        case _:
            return str(re2.escape(token[1:] if token.startswith("\\") and len(token) > 1 else token))
