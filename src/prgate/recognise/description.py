"""What the author of a description says in it: sentences, ticked boxes and sections, without markup and without what nobody sees."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from unicodedata import category, normalize

from prgate.recognise.own_lines import own_lines

_LONGEST: Final = 1_000
"""Characters of a line that are read."""
_HIDDEN = re.compile(r"<!--.*?(?:-->|\Z)")
_HEADING = re.compile(r" {0,3}(#{1,6})[ \t]++(.*)")
_BOLD = re.compile(r" {0,3}(?:\*\*[^*]++\*\*|__[^_]++__):?[ \t]*+")
_BOX = re.compile(r"[ \t]*+(?:[-*+]|[0-9]{1,3}[.)])[ \t]++\[[ \t]*+([xX✓✔]?)[ \t]*+\](?=[ \t])(.*)")
_BULLET = re.compile(r"[ \t]*+(?:[-*+]|[0-9]{1,3}[.)])[ \t]++")
_LINK = re.compile(r"!?\[([^\[\]]*+)\]\([^()]*+\)")
_MARKUP = re.compile(r"[*`~]++|(?<!\w)_++|_++(?!\w)|</?[A-Za-z][^<>]*+>")
_END = re.compile(r"(?<=[.!?])[ \t]++")
_WORDS = re.compile(r"\W+|_+")
_DEEPEST: Final = 7
"""Depth of a line that is bold as a whole: below every heading proper."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line. ``text`` is plain. ``depth`` is 1 to 7 of a heading, else 0; ``ticked`` says it of a box, null for what is none."""

    text: str
    depth: int = 0
    ticked: bool | None = None

    @property
    def said(self) -> bool:
        """Whether its author says it: a box that is not ticked, a heading and an empty line say nothing."""
        return bool(self.text) and self.depth == 0 and self.ticked is not False


def description_lines(body: str, blocks: Mapping[str, str]) -> tuple[Line, ...]:
    """The lines that the author wrote and a reader sees; ``blocks`` maps the start line of a review tool's block to its end line."""
    return tuple(_line(_HIDDEN.sub("", line[:_LONGEST])) for line in own_lines(body, blocks))


def sentences(text: str) -> tuple[str, ...]:
    """The sentences of one line."""
    return tuple(_END.split(text))


def section(lines: Sequence[Line], title: str) -> Iterator[Line]:
    """What stands under every heading of this title, sub-headings included. Case, marks and spaces do not count."""
    wanted, depth = _folded(title), 0
    for line in lines:
        if line.depth and (depth == 0 or line.depth <= depth):
            depth = line.depth if _folded(line.text) == wanted else 0
        elif depth:
            yield line


def _line(raw: str) -> Line:
    if heading := _HEADING.fullmatch(raw):
        return Line(_plain(heading[2].rstrip(" \t#")), len(heading[1]))
    if _BOLD.fullmatch(raw):
        return Line(_plain(raw), _DEEPEST)
    if box := _BOX.fullmatch(raw):
        return Line(_plain(box[2]), ticked=bool(box[1]))
    return Line(_plain(_BULLET.sub("", raw, count=1)))


def _plain(text: str) -> str:
    """Without markup; characters that nobody sees are gone, and those that only look different are the usual ones."""
    plain = " ".join(_MARKUP.sub("", _LINK.sub(r"\1", text)).split())
    if plain.isascii():
        return plain
    return "".join(character for character in normalize("NFKC", plain) if category(character) != "Cf")


def _folded(text: str) -> str:
    return " ".join(_WORDS.sub(" ", text.casefold()).split())
