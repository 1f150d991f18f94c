"""Statements that people write to see what a program does while they work on it, language by language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Final

from prgate.recognise.languages import Language, is_code


class Aid(StrEnum):
    """What a statement for debugging does."""

    STOP = "stop"
    """It waits for a person, or prints what only a debugger would: no program ships it."""
    PRINT = "print"
    """It writes to the terminal, which programs of the command line do for a living."""


@dataclass(frozen=True, slots=True)
class Debugging:
    """One statement found on a line: ``marked`` says that its text calls itself debugging, ``dumps`` that it shows bare values."""

    aid: Aid
    shown: str
    marked: bool
    dumps: bool


_LOOKED_AT: Final = 400
"""Bytes of a line: a longer one is a program's work, and no pattern may take long on it."""
_JS_STOP: Final = rb"(debugger)\s*;?\s*$"
_JS_PRINT: Final = rb"(console\.(?:log|debug|dir|table|trace))\("
_RUBY: Final = rb"(binding\.(?:pry|irb)|byebug|debugger|save_and_open_page)\s*$"
_STOPS: Final[Mapping[str, bytes]] = {
    "python": rb"((?:import|from) +(?:pdb|ipdb|pudb)\b|(?:pdb|ipdb|pudb|pytest|celery\.contrib\.rdb)\.set_trace\(|breakpoint\(\)|from IPython import embed\b|ic\()",
    "javascript": _JS_STOP,
    "typescript": _JS_STOP,
    "vue": _JS_STOP,
    "svelte": _JS_STOP,
    "go": rb"(spew\.Dump|runtime\.Breakpoint|pp\.Println)\(",
    "rust": rb"(?:let \w+ = )?(dbg!)\(",
    "ruby": _RUBY,
    "php": rb"(var_dump|dd|dump|xdebug_break|ray)\(",
    "csharp": rb"(?:System\.Diagnostics\.)?(Debugger\.(?:Break|Launch))\(",
    "elixir": rb"(?:require IEx;? *)?(IEx\.pry)\b|(dbg)\(",
}
_PRINTS: Final[Mapping[str, bytes]] = {
    "python": rb"(print|pprint|pprint\.pprint)\(",
    "javascript": _JS_PRINT,
    "typescript": _JS_PRINT,
    "vue": _JS_PRINT,
    "svelte": _JS_PRINT,
    "go": rb"(fmt\.Print(?:ln|f)?|print(?:ln)?)\(",
    "java": rb"(System\.(?:out|err)\.print(?:ln|f)?|\w{1,9}\.printStackTrace)\(",
    "kotlin": rb"(println|\w{1,9}\.printStackTrace)\(",
    "csharp": rb"(Console\.Write(?:Line)?)\(",
    "swift": rb"(print|debugPrint|dump)\(",
    "dart": rb"(print)\(",
    "elixir": rb"(IO\.inspect)\(",
    "scala": rb"(println)\(",
}
_MARKED: Final = rb"""(?i)\(\s*[a-zA-Z$@]{0,2}["'`]\s{0,4}[^\w\s"'`]{0,4}\s{0,2}(?:debug(?:ging)?|dbg|xxx+|here)\s?[]:)>"'`!.,-]"""
"""The text begins with ``DEBUG:``, ``[debug]``, ``here`` or the like."""
_DUMPS: Final = rb"""\((?:[\w.$\[\]]{1,60}(?:\(\))?(?:,\s?[\w.$\[\]]{1,60}){0,4}\)\s*;?\s*$|[a-zA-Z$@]{0,2}["'][^"'`{}]{0,20}\w[^\w"'`{}]{0,3}[:=]>?\s*["'],|f["'][^"'{}]{0,24}\{[\w.\[\]]{1,40}=\})"""
"""It shows bare values, or values behind a short label, and no sentence: what a program tells its users has words."""


def debugging_of(language: Language, line: bytes) -> Debugging | None:
    """The statement for debugging that a line begins with, if any; ``None`` for a comment."""
    start = line[:_LOOKED_AT]
    for aid, table in ((Aid.STOP, _STOPS), (Aid.PRINT, _PRINTS)):
        pattern = table.get(language.id)
        found = None if pattern is None else _begins(pattern).match(start)
        if found is not None and is_code(language, line):
            shown = next(group for group in found.groups() if group is not None)
            return Debugging(
                aid, shown.decode("ascii"), *(re.compile(shape).match(start, found.end() - 1) is not None for shape in (_MARKED, _DUMPS))
            )
    return None


@cache
def _begins(pattern: bytes) -> re.Pattern[bytes]:
    return re.compile(rb"\s*(?:" + pattern + rb")")
