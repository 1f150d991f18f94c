"""Flags text that reads differently to a person than to a machine.

## Why
Bidirectional controls reorder what a reviewer sees (CVE-2021-42574); zero-width and tag characters hide words from a person that an agent
or a compiler still reads; a file that git takes for binary shows a reviewer nothing at all.

## Fix
Remove the characters, or write them as escapes of the language, so that the line shows what it does.

## Limits
Looks at added lines and at paths. Emoji joiners, joiners between letters of scripts that need them, documentation, translations and a
leading byte order mark are left alone; instructions to agents are looked at although they are documentation.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from prgate.model.diff import FileChange, Hunk
from prgate.model.evidence import Evidence
from prgate.model.finding import Finding
from prgate.model.globs import Matcher, compile_globs
from prgate.model.missing import need
from prgate.model.paths import FileClass, path_text
from prgate.model.rule import Files, Findings, Needs, Read, Rule
from prgate.model.steering import steers
from prgate.model.wording import counted
from prgate.recognise.languages import language_of

_HIDDEN = re.compile(
    "(?P<bidi>[\u202a-\u202e\u2066-\u2069])"
    "|(?P<tag>[\U000e0000-\U000e007f\U000e0100-\U000e01ef])"
    "|(?P<zero>[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2060-\u2064\u206a-\u206f\u3164\ufeff\uffa0])",
)
_NAMES = {"bidi": "bidirectional control", "tag": "tag character", "zero": "zero-width character"}
_JOINERS = "\u200c\u200d"
_JOINED = re.compile(
    "[\u0600-\u08ff\u0900-\u0dff\u0e80-\u0fff\u1000-\u109f\u1780-\u18af\ufb50-\ufdff\ufe70-\ufeff"
    "\u00a9\u00ae\u2190-\u2bff\u3030\u303d\u3297\u3299\ufe0f\u20e3\U0001f000-\U0001faff]",
)
"""Letters that zero-width joiners legitimately stand between: Arabic and Indic scripts, Mongolian, Khmer; and emoji."""

_TRANSLATIONS = (
    "*.po",
    "*.pot",
    "*.xliff",
    "*.xlf",
    "*.arb",
    "*.strings",
    "*.ftl",
    "**/locale/**",
    "**/locales/**",
    "**/i18n/**",
    "**/l10n/**",
)
_SPARED = frozenset({FileClass.DOCS, FileClass.SNAPSHOT, FileClass.LOCK, FileClass.TRACE})
_QUOTED = 160


@dataclass(frozen=True, slots=True)
class Params:
    """Nothing to tune: what a person cannot see is not a matter of degree."""


def check(evidence: Evidence, _: Params) -> Findings:
    """One finding per line that hides something, per path that does, and per source file that shows as binary."""
    translated = compile_globs(_TRANSLATIONS)
    looked = 0
    for file in need(evidence.diff).files:
        if kind := _hides(path_text(file.path)):
            yield _finding(f"The file's name holds a {_NAMES[kind]}", file, None, None)
        if file.binary:
            if file.new_path is not None and language_of(file.new_path) is not None:
                yield _finding("This source file holds NUL bytes, so its diff shows nothing", file, None, None)
            continue
        if file.new_path is None or not file.added or _spared(file, translated):
            continue
        looked += 1
        for hunk in need(file.hunks):
            yield from _in_hunk(file, hunk)
    return f"added lines of {counted(looked, 'file')}"


def _spared(file: FileChange, translated: Matcher) -> bool:
    if steers()(file.path):
        return False
    return file.file_class in _SPARED or (language_of(file.path) is None and translated(file.path))


def _in_hunk(file: FileChange, hunk: Hunk) -> Iterator[Finding]:
    if hunk.body.isascii():
        return
    for number, line in hunk.added():
        if line.isascii():
            continue
        shown = line.decode("utf-8", "replace")
        if kind := _hides(shown[1:] if number == 1 and shown.startswith("\ufeff") else shown):
            yield _finding(f"This line holds a {_NAMES[kind]}", file, number, shown)


def _hides(text: str) -> str | None:
    """The kind of the first character that a person cannot see and that has no business there."""
    for match in _HIDDEN.finditer(text):
        at = match.start()
        around = text[max(at - 1, 0) : at], text[at + 1 : at + 2]
        if match.group() in _JOINERS and all(_JOINED.match(neighbour) for neighbour in around):
            continue
        return match.lastgroup
    return None


def _finding(message: str, file: FileChange, line: int | None, quote: str | None) -> Finding:
    return Finding(
        message=message,
        fix="Remove it, or write it as an escape, so that the line shows what it does.",
        path=file.path,
        line=line,
        end_line=line,
        quote=None if quote is None else quote[:_QUOTED],
    )


def needs(_: Params) -> Needs:
    """The added lines of every file that is not documentation."""
    return Needs(lines=Files())


RULE = Rule(
    "hidden-text",
    Params,
    check,
    needs,
    everyone=True,
    read=Read(1, "hidden text", "What does this say once the invisible characters are shown?"),
)
