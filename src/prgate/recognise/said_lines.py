"""The lines of a message or a description in which a mark can stand: said by the text, not spoken about in it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from prgate.recognise.own_lines import told_apart

_BULLET = re.compile(r"(?:[*+-]|[0-9]{1,9}[.)]) {1,4}(?=\S)")
_SQUASHED = re.compile(r"commit [0-9a-f]{7,64}")
_HEADER = re.compile(r"(?:Author|AuthorDate|Commit|CommitDate|Date|Merge):")
_TRAILER = re.compile(r"[A-Za-z][A-Za-z0-9-]*\s*:\s*\S")
_HEADING = re.compile(r"\S+:")
_LABEL = re.compile(r"[A-Za-z][A-Za-z \t-]{0,40}:\s*\S")
_CODE = 4
"""Columns of white space from which a line is code (CommonMark 4.4), and by which ``git merge --squash`` indents the messages that it stacks."""
_LONGEST = 1_000
"""Characters beyond which nothing is joined to a line; no mark is as long."""

_Lines = list[tuple[int, str]]
"""Depth in columns below what the paragraph stands in, and the line without white space around it."""


def said_lines(text: str, blocks: Mapping[str, str], *, footer: Callable[[str], bool]) -> Iterator[str]:
    """Lines without their indentation, trailers unfolded as git unfolds them; each is to be matched whole.

    A mark can stand anywhere in a text, not only in the last block as git parses it: squashing stacks whole messages under bullets or, as
    ``git merge --squash`` does, indented under ``commit ID``. What is left out is talk of marks: quotes, fences, indented code, comments, blocks
    of review tools, the text of a bullet, a line with prose after it in its paragraph, and a paragraph that a colon introduces. A last
    paragraph of nothing but trailers counts all the same, for git and the forges read it so. ``blocks`` are as in ``own_lines``; ``footer`` knows
    the lines that read like prose and are a tool's, below which a mark may stand. Time is linear in ``text``.
    """
    paragraphs = list(_paragraphs(text, blocks))
    for number, (introduced, lines) in enumerate(paragraphs, 1):
        unfolded = _unfold(lines)
        start = len(unfolded)
        while start and _can_follow(*unfolded[start - 1], footer):
            start -= 1
        by_colon = unfolded[start - 1][1].endswith(":") if start else introduced
        if not by_colon or (number == len(paragraphs) and all(_TRAILER.match(line) for _, line in unfolded)):
            yield from (line for _, line in unfolded[start:])


def _can_follow(depth: int, line: str, footer: Callable[[str], bool]) -> bool:
    """Whether a line can stand below a mark in its paragraph: trailers, labelled values, footers, rules, tags, `Fixes #7`; no prose, no code."""
    if depth >= _CODE:
        return False
    if footer(line):
        return True
    return not line.endswith(":") and (not line[0].isalpha() or line.count(" ") < 2 or _LABEL.match(line) is not None)


def _paragraphs(text: str, blocks: Mapping[str, str]) -> Iterator[tuple[bool, _Lines]]:
    """Runs of lines, and whether the words before them end with a colon; a run of none for each line that is left out, as a bullet's own is.

    A word with a colon and nothing behind it starts a run.
    """
    inside: list[int] = []
    paragraph: _Lines = []
    introduced = colon = squashed = False
    for line in told_apart(text, blocks):
        words = "" if line is None else line.strip()
        column = 0 if line is None else _column(line)
        while words and inside and column < inside[-1]:
            inside.pop()
        squashed = _SQUASHED.fullmatch(words) is not None or (squashed and (not words or column > 0 or _HEADER.match(words) is not None))
        if squashed and column >= _CODE and not inside:
            inside = [_CODE]
        depth = column - (inside[-1] if inside else 0)
        bullet = _BULLET.match(words) if depth < _CODE else None
        if paragraph and (not words or bullet or _HEADING.fullmatch(words)):
            yield introduced, paragraph
            paragraph = []
        if bullet or line is None:
            yield False, []
        if bullet:
            inside.append(column + bullet.end())
        elif words:
            introduced = introduced if paragraph else colon
            paragraph.append((depth, words))
        colon = colon and line is not None if not words else words.endswith(":")
    if paragraph:
        yield introduced, paragraph


def _column(line: str) -> int:
    space = line[: len(line) - len(line.lstrip(" \t"))]
    return len(space.expandtabs(_CODE))


def _unfold(lines: _Lines) -> _Lines:
    """Deeper lines joined to the trailer above them, unless that ends with an address or they are trailers themselves."""
    result: _Lines = []
    for depth, line in lines:
        above = result[-1][1] if result else ""
        if depth > 0 and len(above) < _LONGEST and _TRAILER.match(above) and not above.endswith(">") and not _TRAILER.match(line):
            result[-1] = (result[-1][0], f"{above} {line}")
        else:
            result.append((depth, line))
    return result
