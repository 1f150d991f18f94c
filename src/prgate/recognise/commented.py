"""Code that was turned into comments, told from comments that speak of code."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Final

from prgate.recognise.languages import Language

_LOOKED_AT: Final = 400
"""Bytes of a line: no pattern may take long on a longer one."""
_PROSE: Final = re.compile(rb"(?:^|[\s(])(?:[A-Za-z][a-z']*[,;:]?\s+){3,}[A-Za-z][a-z']*")
"""Four words in a row with nothing but blanks and commas between them: a sentence. Statements have none once their strings are gone."""
_STRING: Final = re.compile(rb'"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\'|`(?:[^`\\]|\\.)*`')
_FILLS: Final = re.compile(
    rb"[\s)\]}{(\[;,]*|\}? ?else ?[{:]?|(?:pass|break|continue|end|return|try ?[{:]|finally ?[{:]|do|begin|default:);?|@[\w.]{1,60}(?:\(.*\))?"
)
"""Lines that code has, and that alone say nothing."""
_WORD: Final = rb"[A-Za-z_$@][\w$.\[\]'\"]{0,80}"
_STATEMENTS: Final = (
    rb"[^\s].*[;{]",
    rb"(?:(?:const|let|var|final|auto|mut|static|public|private|protected)\s+){0,3}"
    + _WORD
    + rb"(?:\s*:\s*[\w\[\], .|<>]{1,60}\s(?==\s))?\s*(?::=|[-+*/|&]?=)\s*\S(?:.*[^.\s])?",
    rb"(?:await |yield |return |throw |raise |go |defer |new ){0,2}" + _WORD + rb"(?:(?:->|::|\?\.|\.)\w{1,60}){0,6}!?\(.*\)[,:]?",
    rb"(?:if|elif|for|while|with|def|class|async def|async for|async with|except|match|case)\b.{1,200}:",
    rb"(?:import\s+[\w.{}*, ]{1,80}|from\s+[\w.]{1,80}\s+import\s+.{1,120}|using\s+[\w.]{1,80}|use\s+[\w:{}, ]{1,80}|#include\s.{1,80})",
    rb"(?:return|raise|throw|del|assert|await)\s+[\w.$(\[{\"'!-][\w.$()\[\]{}\"', :!=<>+*/-]{0,120}",
    rb"(?:if|for|while|switch|unless|elsif|match)\b.{1,200}(?:\{|\bdo|\bthen)",
    rb"</?[A-Za-z][\w.-]{0,60}(?:\s[^<>]{0,200})?/?>.*",
)
_EXAMPLE: Final = re.compile(
    rb"\b(?:e\.?g|examples?|usage|use|like|such as|syntax|format|pattern|pseudo\w*|equivalent|see|output|input|returns?|i\.e)\b|[:.]$",
    re.IGNORECASE,
)
_DISABLED: Final = re.compile(
    rb"\b(?:old|previous(?:ly)?|original|legacy|disabled?|temporar\w{1,4}|remove[ds]?|for now|uncomment|commented|deprecated|unused)\b",
    re.IGNORECASE,
)
_DOCUMENTS: Final = (b"///", b"//!", b"#!", b"#:", b"--|", b"#'", b";;;")
_STEERS: Final = (
    b"#pragma",
    b"#region",
    b"#endregion",
    b"//go:",
    b"// +build",
    b"# type:",
    b"# noqa",
    b"//nolint",
    b"// @ts-",
    b"// eslint",
    b"//#",
)


def commented_code(language: Language, lines: Iterable[tuple[int, bytes]], *, least: int) -> Iterator[tuple[int, int]]:
    """(first, last number) of runs of whole-line comments that are code, of at least so many statements; ``lines`` are sorted by number.

    All of a run must be code, but for one line before it that says that it was disabled: code inside an explanation is an example. Comments that
    document, steer a tool or are drawn are none. One line is looked at by itself, so nothing is parsed.
    """
    run: list[tuple[int, bytes]] = []
    for number, line in (*lines, (-1, b"")):
        text = _uncommented(language, line)
        if run and (text is None or number != run[-1][0] + 1):
            yield from _judged(run, least)
            run = []
        if text is not None:
            run.append((number, text))


def _uncommented(language: Language, line: bytes) -> bytes | None:
    """What a whole-line comment says, ``None`` for other lines and for comments that document or steer."""
    text = line.strip()
    marker = next((marker for marker in language.line_comments if text.startswith(marker)), None)
    if marker is None or text.startswith((*_DOCUMENTS, *_STEERS)):
        return None
    return text[len(marker) : _LOOKED_AT].strip()


def _judged(run: Sequence[tuple[int, bytes]], least: int) -> Iterator[tuple[int, int]]:
    texts = [text for _, text in run]
    start = 0
    if not _is_statement(texts[0]) and not _FILLS.fullmatch(texts[0]):
        if _EXAMPLE.search(texts[0]) and not _DISABLED.search(texts[0]):
            return
        start = 1
        if not _DISABLED.search(texts[0]):
            return
    body = texts[start:]
    statements = sum(map(_is_statement, body))
    if statements >= least and all(_is_statement(text) or _FILLS.fullmatch(text) for text in body):
        yield run[start][0], run[-1][0]


def _is_statement(text: bytes) -> bool:
    bare = _STRING.sub(b'""', text)
    return not _PROSE.search(bare) and any(pattern.fullmatch(bare) for pattern in _statements())


@cache
def _statements() -> tuple[re.Pattern[bytes], ...]:
    return tuple(map(re.compile, _STATEMENTS))
