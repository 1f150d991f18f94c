"""Edits spelled as the text to search for and the text to put there: the part that is new."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_SEARCH: Final = re.compile(r"<{5,9} ?(?:SEARCH|ORIGINAL|HEAD)>?\s{0,9}")
_DIVIDER: Final = re.compile(r"={5,9}\s{0,9}")
_REPLACE: Final = re.compile(r">{5,9} ?(?:REPLACE|UPDATED)\s{0,9}")


def middle(old: str, new: str) -> str:
    """``new`` without the lines that it shares with ``old`` at either end: an edit quotes them to find its place."""
    before, after = old.split("\n"), new.split("\n")
    shorter = min(len(before), len(after))
    first = next((index for index in range(shorter) if before[index] != after[index]), shorter)
    rest = shorter - first
    last = next((index for index in range(rest) if before[-1 - index] != after[-1 - index]), rest)
    return "\n".join(after[first : len(after) - last])


@dataclass(slots=True)
class EditBlock:
    """Takes a text line by line and knows when a SEARCH/REPLACE block has ended; one without an end is none."""

    searched: list[str] | None = None
    put: list[str] | None = None

    def take(self, line: str) -> str | None:
        """What the block that ends with this line brings in, else ``None``."""
        if line.startswith("<<<<<") and self.put is None and _SEARCH.fullmatch(line):
            self.searched = []
            return None
        if self.searched is None:
            return None
        if self.put is None:
            if line.startswith("=====") and _DIVIDER.fullmatch(line):
                self.put = []
            else:
                self.searched.append(line)
            return None
        if not (line.startswith(">>>>>") and _REPLACE.fullmatch(line)):
            self.put.append(line)
            return None
        brings = middle("\n".join(self.searched), "\n".join(self.put))
        self.searched = self.put = None
        return brings


def replaced(text: str) -> Iterator[str]:
    """What each SEARCH/REPLACE block of a text brings in."""
    block = EditBlock()
    for line in text.split("\n"):
        if (brings := block.take(line)) is not None:
            yield brings
