"""What an answer of aider's model proposes to write, until aider says which of it it applied."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable
from itertools import islice
from typing import Final

from prgate.formats.traces.edit_blocks import EditBlock
from prgate.formats.traces.whole_diff import changed

_FENCE: Final = re.compile(r"(?:`{3,4}|</?(?:source|code|pre|codename|sourcecode)>)")
"""What aider puts around code: the one of these that the files do not hold."""
_LARGEST: Final = 4 * 1024 * 1024
"""Characters of one block or fence; one that goes on for longer is taken for cut off."""
_MOST_FILES: Final = 200
"""Files that one answer edits, of each kind: every applied edit is looked for among them."""


class Answer:
    """The blocks and fences of one answer; ``inside`` while one of them is open."""

    __slots__ = ("_applied", "_block", "_diff", "_edits", "_fence", "_last", "_path", "_size", "_vain", "_wholes", "inside")

    def __init__(self) -> None:
        self.inside = False
        self._block = EditBlock()
        self._edits: dict[str, list[str]] = {}
        self._wholes: dict[str, list[str]] = {}
        self._applied: set[str] = set()
        self._vain: set[str] = set()
        self._last: deque[bytes] = deque(maxlen=3)
        self._path: str | None = None
        self._fence: list[str] | None = None
        self._diff = False
        self._size = 0

    def take(self, line: bytes) -> None:
        """The next line of the answer."""
        if self.inside or line[:1] in (b"<", b"`"):
            self._special(line)
        self._last.append(line)

    def _special(self, line: bytes) -> None:
        self._size += len(line)
        if self._size > _LARGEST:
            self.cut_off()
            return
        words = line.decode("utf-8", "surrogateescape").rstrip("\r")
        opened = self._block.searched is not None
        brings = self._block.take(words)
        if not opened and self._block.searched is not None:
            self._path = next(filter(None, map(_file_name, reversed(self._last))), self._path)
            self._diff, self._fence = False, None if self._fence is None else []
        elif brings is not None:
            if self._path is not None:
                self._propose(self._edits, self._path, brings)
        elif not opened:
            self._fenced(words)
        self.inside = self._fence is not None or self._block.searched is not None
        if not self.inside:
            self._size = 0

    def _fenced(self, words: str) -> None:
        if words[:1] not in {"`", "<"} or not _FENCE.match(words):
            if self._fence is not None:
                self._fence.append(words)
            return
        if self._fence is None:
            self._fence, self._diff = [], words.startswith("```diff")
            self._path = next(filter(None, map(_file_name, islice(reversed(self._last), 1))), self._path)
            return
        if self._diff:
            for file in changed("\n".join(self._fence), self._path):
                self._propose(self._edits, file.path, file.brings)
        elif self._path is not None and self._fence:
            self._propose(self._wholes, self._path, "\n".join(self._fence))
        self._fence = None

    def _propose(self, proposed: dict[str, list[str]], path: str, brings: str) -> None:
        if path in proposed or len(proposed) < _MOST_FILES:
            proposed.setdefault(path, []).append(brings)
            self._vain.clear()

    def cut_off(self) -> None:
        """Nothing that is open comes to an end."""
        if self.inside:
            self._block = EditBlock()
            self._fence, self.inside, self._size = None, False, 0

    def applied(self, path: str) -> str | None:
        """What the edits that were applied to the file bring in, empty where the answer does not show it; ``None`` if it was asked before."""
        if path in self._vain:
            return None
        for proposed in (self._edits, self._wholes):
            if (known := _same(path, proposed)) is not None:
                self._applied.add(path)
                return "\n".join(proposed.pop(known))
        self._vain.add(path)
        if path in self._applied:
            return None
        self._applied.add(path)
        return ""


def _same(path: str, proposed: Iterable[str]) -> str | None:
    """The file that an answer meant: models leave folders out, or put some in front."""
    names = list(proposed)
    if path in names:
        return path
    return next((name for name in names if path.endswith(f"/{name}") or name.endswith(f"/{path}")), None)


def _file_name(line: bytes) -> str | None:
    """The file that a line before a block names, in one of the ways that models found."""
    name = line.decode("utf-8", "surrogateescape").strip()
    if name.startswith("```"):
        name = name[3:]
        return name if "." in name or "/" in name else None
    name = name.lstrip("#").strip(" `*:")
    if not 0 < len(name) <= 250 or name[0] in "<>=" or name == "...":
        return None
    return name if "." in name or "/" in name or " " not in name else None
