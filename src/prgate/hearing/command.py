"""The text of a comment or a review as commands, if it is some."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from prgate.model.heard import FORMS, Verb
from prgate.model.wording import counted, quoted

WORD: Final = "/prgate"
MOST_COMMANDS: Final = 20
"""Commands of one text; a text with more says so, and what comes behind counts for nothing."""
LONGEST: Final = 8_192
"""Characters of a line that are read."""

_FIRST = re.compile(r"/prgate(?=[ \t\r\n]|\Z)")
_NEXT = re.compile(r"/prgate[ \t]")
_LINE = re.compile(r"[ \t]*([^ \t:]*)[ \t]*(.*)", re.DOTALL)

_NUMBER = re.compile(r"[1-9][0-9]{0,4}(?![0-9])")
_NUMBERS = re.compile(r"(?:[^A-Za-z]|\band\b|\bitems?\b){0,80}")
"""What stands for an item, or for several, and for nothing else."""

_RULE = r"[a-z][a-z0-9]{0,59}(?:-[a-z0-9]{1,60}){0,9}"
_ID = r"[0-9A-Fa-f]{7,64}"
_AT = rf"(?:[ \t]+at[ \t]+(?P<head>{_ID}))?"
_SAID = r"[ \t]*:(?P<said>.*)"
_PATTERNS: Final[Mapping[Verb, tuple[str, ...]]] = {
    Verb.ATTEST: (rf"(?P<of>[1-9][0-9]{{0,4}}|[0-9a-f]{{16}}|{_RULE}){_AT}{_SAID}",),
    Verb.WROTE: (
        rf"(?P<of>[^\s:].{{0,4095}}?:[1-9][0-9]{{0,6}}(?:-[1-9][0-9]{{0,6}})?){_AT}(?:{_SAID}|[ \t]*)",
        rf"(?P<commit>{_ID})(?:{_SAID}|[ \t]*)",
    ),
    Verb.WAIVE: (rf"(?P<of>{_RULE})[ \t]+until[ \t]+(?P<until>[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}){_AT}{_SAID}",),
    Verb.WRONG: (rf"(?P<of>{_RULE}){_AT}{_SAID}",),
    Verb.BREAK_GLASS: (rf"(?P<of>){_AT.replace('+', '*', 1)}{_SAID}",),
}
_UNSAID: Final = frozenset(("what was checked", "what you checked", "reason", "why"))
"""What stands for a reason where a command is offered: copied as it is, it is none."""


@dataclass(frozen=True, slots=True)
class Command:
    """One command as it is spelled; ``malformed`` says what is wrong with it, and its right form.

    ``of`` is a path with its lines or a commit, a rule, or what is attested, ``head`` the commit that it names as the head (lower case, seven
    digits or more), ``commit`` whether ``of`` is a commit, ``said`` the reason as one line, uncut.
    """

    verb: Verb | None
    of: str = ""
    head: str | None = None
    until: str | None = None
    said: str = ""
    commit: bool = False
    malformed: str | None = None


def is_command(body: str) -> bool:
    """Whether a text speaks to prgate: it starts with ``/prgate``, as a word, at its first character."""
    return _FIRST.match(body) is not None


def read_commands(body: str) -> tuple[Command, ...]:
    """The commands of a text: its first line, and those directly behind it that start with ``/prgate`` as well; none if the first is none.

    The bare word is no command: it asks for another look. Takes texts of any length, in linear time.
    """
    found: list[Command] = []
    start = 0
    opening = _FIRST
    while opening.match(body, start):
        if len(found) == MOST_COMMANDS:
            found.append(
                Command(None, malformed=f"there are more than {counted(MOST_COMMANDS, 'command')} in one text; this one is too many")
            )
            break
        stop = body.find("\n", start)
        stop = len(body) if stop < 0 else stop
        words = body[start + len(WORD) : min(stop, start + LONGEST)].strip(" \t\r")
        if words:
            found.append(_command(words))
        start, opening = stop + 1, _NEXT
    return tuple(found)


def one_line(text: str) -> str:
    """The text as one printable line, with what does not print and every run of blanks as one blank."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def _command(words: str) -> Command:
    parts = _LINE.match(words)
    assert parts is not None, "the pattern takes any text"
    word, rest = parts[1], parts[2]
    if word not in {verb.value for verb in Verb}:
        known = ", ".join(f"`{verb}`" for verb in Verb)
        return Command(None, malformed=f"{quoted(one_line(word)[:40])} is no command; there are {known}")
    verb = Verb(word)
    match = next((found for pattern in _PATTERNS[verb] if (found := re.fullmatch(pattern, rest, re.DOTALL))), None)
    if match is None:
        return Command(verb, malformed=f"{_slip(verb, rest)} {_form(verb)}")
    return _checked(verb, match.groupdict())


def _checked(verb: Verb, parts: Mapping[str, str | None]) -> Command:
    """A command whose form is right, and whether what it says can be."""
    commit = parts.get("commit")
    head = parts.get("head")
    until = parts.get("until")
    of = (parts.get("of") or "") if commit is None else commit.lower()
    said = one_line(parts.get("said") or "")
    malformed = None
    if verb is not Verb.WROTE and (not any(map(str.isalnum, said)) or said.lower() in _UNSAID):
        malformed = f"it gives no reason; write {_form(verb)}"
    elif until is not None and not _is_date(until):
        malformed = f"`{until}` is no date; write {_form(verb)}"
    elif verb is Verb.WROTE and commit is None and not (of.isprintable() and _are_lines(of)):
        malformed = f"{quoted(one_line(of)[-40:])} names no lines; write {_form(verb)}"
    return Command(
        verb, one_line(of) if malformed else of, None if head is None else head.lower(), until, said, commit is not None, malformed
    )


def _slip(verb: Verb, rest: str) -> str:
    """What is wrong with the form, where that is plain."""
    about, colon, _ = rest.partition(":")
    numbers = _NUMBER.findall(about)
    if verb is not Verb.WROTE and not colon:
        return "it has no colon in front of the reason; write"
    if verb is Verb.ATTEST and _NUMBERS.fullmatch(about) and numbers:
        return f"write the number alone, `{numbers[0]}`, as in" if len(numbers) == 1 else "it names several items; write a line for each,"
    if about.endswith(" at HEAD"):
        return "`HEAD` stands for the commit's id; leave ` at HEAD` out, or write the id into"
    return "it is not of the form"


def _form(verb: Verb) -> str:
    return " or ".join(f"`{form}`" for form in FORMS[verb].split(", or "))


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _are_lines(of: str) -> bool:
    """Whether ``path:3`` or ``path:3-9`` runs forward."""
    first, _, last = of.rpartition(":")[2].partition("-")
    return int(first) <= int(last or first)
