"""The lines of a Markdown text that its author wrote for it: no quotes, fences, comments or blocks of review tools."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

_COMMENT, _COMMENT_END = "<!--", "-->"


def own_lines(text: str, blocks: Mapping[str, str]) -> Iterator[str]:
    """Each line without its line end; a comment that is a whole line comes as it is, since some tools sign with one.

    ``blocks`` maps the start line of a review tool's block to its end line. What is opened and never closed (a fence, a comment, a block)
    hides nothing, so that one stray mark at the top does not hide every mark below it. Time is linear in ``text``.
    """
    return (line for line in told_apart(text, blocks) if line is not None)


def told_apart(text: str, blocks: Mapping[str, str]) -> Iterator[str | None]:
    """``own_lines``, with null for each line between them that is not the author's own."""
    lines = text.replace("\r\n", "\n").split("\n")
    if "```" not in text and "~~~" not in text and _COMMENT not in text:
        yield from (None if line.lstrip().startswith(">") else line for line in lines)
        return
    closers = _last_closers(lines)
    last = {line.strip(): index for index, line in enumerate(lines)}
    last_comment_end = max((index for index, line in enumerate(lines) if _COMMENT_END in line), default=-1)
    until: str | None = None
    fence: tuple[str, int] | None = None
    in_comment = False
    for index, line in enumerate(lines):
        stripped = line.strip()
        own = None
        if until is not None:
            until = None if stripped == until else until
        elif fence is not None:
            fence = None if _closes(stripped, fence) else fence
        elif in_comment:
            in_comment = _COMMENT_END not in line
        elif last.get(blocks.get(stripped, ""), -1) > index and stripped in blocks:
            until = blocks[stripped]
        elif (opened := _fence(line)) and closers[opened[0]][index + 1] >= opened[1]:
            fence = opened
        elif _opens_comment(line) and index < last_comment_end:
            in_comment = True
        elif not stripped.startswith(">"):
            own = line
        yield own


def _fence(line: str) -> tuple[str, int] | None:
    """Character and length of the fence that a line opens (CommonMark 4.5)."""
    stripped = line.lstrip(" ")
    if len(line) - len(stripped) > 3 or not stripped.startswith(("```", "~~~")):
        return None
    rest = stripped.lstrip(stripped[0])
    return None if stripped[0] == "`" and "`" in rest else (stripped[0], len(stripped) - len(rest))


def _closes(stripped: str, fence: tuple[str, int]) -> bool:
    return len(stripped) >= fence[1] and not stripped.strip(fence[0])


def _last_closers(lines: Sequence[str]) -> dict[str, list[int]]:
    """For each fence character and line, the longest closing fence at or below that line."""
    closers = {"`": [0] * (len(lines) + 1), "~": [0] * (len(lines) + 1)}
    for index in range(len(lines) - 1, -1, -1):
        stripped = lines[index].strip()
        for character, longest in closers.items():
            closing = len(stripped) if stripped.startswith(character * 3) and not stripped.strip(character) else 0
            longest[index] = max(longest[index + 1], closing)
    return closers


def _opens_comment(line: str) -> bool:
    """Whether a comment starts here and goes on below; one between backticks is text."""
    start = line.rfind(_COMMENT)
    return start >= 0 and _COMMENT_END not in line[start:] and line.count("`", 0, start) % 2 == 0
