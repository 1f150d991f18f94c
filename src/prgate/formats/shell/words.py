"""The simple commands of a shell line, with nothing in it run, looked up or expanded."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from typing import Final

from prgate.formats.shell.windows import is_windows

LONGEST: Final = 1_000_000
"""Characters of a line that are looked at."""
MAX_STEPS: Final = 500
MAX_WORDS: Final = 20_000
MAX_DEPTH: Final = 12
"""Commands within commands: subshells and substitutions."""

UNKNOWN: Final = "\0"
"""Stands in a word for what the shell puts there: a variable, the output of a command, names that a pattern matches."""
HOME: Final = "~"
TEMPORARY: Final = "/tmp"  # noqa: S108 (a word of the trace; nothing is opened)

_LAYOUT: Final = " \t\r\f\v\n#"
_PLAIN = re.compile(r"([A-Za-z0-9_./:=@%+,-]+)(?=[ \t\n]|\Z)[ \t]*")
"""A word that means itself, with the blanks behind it."""
_UNQUOTED = re.compile(r"[^\s'\"\\$`;&|<>()]+")
_DOUBLE = re.compile(r"[^\"\\$`]+")
_ANSI = re.compile(r"\$'((?:[^'\\]|\\.)*+)'?", re.DOTALL)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_ESCAPED: Final = {"n": "\n", "t": "\t", "r": "\r"}
_NAME = re.compile(r"\$(?:([A-Za-z_][A-Za-z0-9_]*)|[0-9@*#?$!-])", re.ASCII)
_BRACES = re.compile(r"[{}]")
_PARENS = re.compile(r"[()]")
_REDIRECT = re.compile(r"(?:\d{0,4}|&|\{\w{1,40}\})(<<<|<<-?|<>|<&|<(?!\()|>>|>\||>&|>(?!\())")
_OPERATOR = re.compile(r"\|\||\|&|&&|;;&|;;|;&|[;&|]")
_WILD = re.compile(r"[*?]|\{[^{}]*\}")
_HERE = re.compile(r"@(['\"])[ \t]*\r?\n")
_PLACES: Final = {"HOME": HOME, "TMPDIR": TEMPORARY, "TMP": TEMPORARY, "TEMP": TEMPORARY}


@cache
def words_of(text: str) -> frozenset[str]:
    """The words of a table that is written in one line."""
    return frozenset(text.split())


@dataclass(frozen=True, slots=True)
class Word:
    """``text`` without its quotes; ``quoted`` says that some of it stood in quotes."""

    text: str
    quoted: bool = False

    @property
    def plain(self) -> bool:
        """Whether the line says all of it."""
        return UNKNOWN not in self.text


@dataclass(slots=True, eq=False)
class Step:
    """One simple command. ``fed`` is the text that the line itself hands it, ``source`` the step whose output it reads.

    ``scope`` numbers the subshell that it runs in; ``scopes`` of the line has the number of the shell around each.
    """

    scope: int
    source: Step | None = None
    words: list[Word] = field(default_factory=list)
    written: list[Word] = field(default_factory=list)
    read: list[Word] = field(default_factory=list)
    fed: str | None = None


@dataclass(slots=True)
class Line:
    """``whole`` is false where a limit cut the reading short."""

    steps: list[Step]
    scopes: list[int]
    functions: frozenset[str]
    whole: bool


def split_line(text: str) -> Line:
    """The steps of the line, in the order in which they end."""
    reader = _Reader(text[:LONGEST], windows=is_windows(text[:4096]))
    reader.commands("")
    return Line(reader.steps, reader.scopes, frozenset(reader.functions), reader.whole and len(text) <= LONGEST)


@dataclass(slots=True)
class _Reader:
    """Every loop moves ``at`` forward or ends. ``windows``: a backslash separates folders and a backquote escapes."""

    text: str
    windows: bool
    at: int = 0
    steps: list[Step] = field(default_factory=list)
    scopes: list[int] = field(default_factory=lambda: [0])
    functions: set[str] = field(default_factory=set)
    whole: bool = True
    _depth: int = 0
    _scope: int = 0
    _ticks: list[bool] = field(default_factory=list)
    _words: int = 0
    _pending: list[tuple[Step, str, bool]] = field(default_factory=list)

    def commands(self, closing: str) -> None:
        """Read steps up to and with ``closing``, or to the end."""
        text, scope = self.text, self._scope
        step, cases = Step(scope), 0
        while self.at < len(text):
            char = text[self.at]
            if char in _LAYOUT:
                step = self._layout(step, char)
            elif char == ")":
                self.at += 1
                if not cases:
                    self._finish(step)
                    if closing == ")":
                        return
                step = self._pattern(step) if cases else Step(scope)
            elif char == "`" and closing == "`":
                self.at += 1
                break
            elif found := _REDIRECT.match(text, self.at):
                self.at = found.end()
                self._redirect(step, found[1])
            elif found := _OPERATOR.match(text, self.at):
                self.at = found.end()
                step = self._finish(step, pipes=found[0] in {"|", "|&"})
            elif char == "(":
                step = self._paren(step)
            else:
                self._take(step)
                cases += self._case(step)
        self._finish(step)

    def _layout(self, step: Step, char: str) -> Step:
        """A space, a comment, or the end of a line and the here-documents behind it."""
        if char == "#":
            end = self.text.find("\n", self.at)
            self.at = len(self.text) if end < 0 else end
            return step
        self.at += 1
        if char != "\n":
            return step
        follows = self._finish(step)
        self._bodies()
        return follows

    def _pattern(self, step: Step) -> Step:
        """What follows the patterns of a ``case``, which are no commands."""
        while step.source is not None and self.steps and self.steps[-1] is step.source:
            step = self.steps.pop()
        return Step(step.scope)

    def _take(self, step: Step) -> None:
        plain = _PLAIN.match(self.text, self.at)
        if plain is None:
            word = self._word()
        else:
            self.at, word = plain.end(), Word(plain[1])
        self._words += 1
        if self._words > MAX_WORDS:
            self._stop()
        elif word is not None:
            step.words.append(word)
            if word.text == "[[" and len(step.words) == 1:
                end = self.text.find("]]", self.at)
                self.at = len(self.text) if end < 0 else end + 2

    @staticmethod
    def _case(step: Step) -> int:
        """+1 where the word just read opens the patterns of a ``case``, -1 where it closes them; its own words are dropped."""
        words = step.words
        if len(words) == 3 and words[0].text == "case" and words[2].text == "in":
            words.clear()
            return 1
        if len(words) == 1 and words[0].text == "esac":
            words.clear()
            return -1
        return 0

    def _paren(self, step: Step) -> Step:
        """A subshell, arithmetic, an array or the head of a function."""
        self.at += 1
        if not step.words:
            if self.text.startswith("(", self.at):
                self._skip(_PARENS, "(", 1)
                return step
            self._nested(")")
            return Step(step.scope)
        last = step.words[-1].text
        if last.endswith("="):
            kept = len(self.steps)
            self._nested(")")
            del self.steps[kept:]
            return step
        if self.text[self.at : self.at + 16].lstrip().startswith(")"):
            self.at = self.text.index(")", self.at) + 1
            self.functions.add(last)
            return Step(step.scope)
        return self._finish(step)

    def _finish(self, step: Step, *, pipes: bool = False) -> Step:
        """Keep the step if it is any; the one that follows it."""
        if step.words or step.written or step.fed is not None:
            if len(self.steps) >= MAX_STEPS:
                self._stop()
            else:
                self.steps.append(step)
        return Step(step.scope, source=step if pipes else None)

    def _stop(self) -> None:
        self.whole = False
        self.at = len(self.text)

    def _nested(self, closing: str) -> None:
        """The commands up to ``closing``, which run in a subshell."""
        if self._depth >= MAX_DEPTH:
            self._stop()
            return
        around, self._scope = self._scope, len(self.scopes)
        self.scopes.append(around)
        self._depth += 1
        self._ticks.append(closing == "`")
        self.commands(closing)
        self._ticks.pop()
        self._depth -= 1
        self._scope = around

    def _skip(self, marks: re.Pattern[str], opens: str, deep: int) -> None:
        """Go behind what closes ``deep`` open brackets."""
        for mark in marks.finditer(self.text, self.at):
            deep += 1 if mark[0] == opens else -1
            if not deep:
                self.at = mark.end()
                return
        self._stop()

    def _redirect(self, step: Step, kind: str) -> None:
        while self.at < len(self.text) and self.text[self.at] in " \t":
            self.at += 1
        start = self.at
        word = self._word()
        if word is None:
            return
        if kind in {"<<", "<<-"}:
            self._pending.append((step, word.text, word.quoted or "\\" in self.text[start : self.at]))
        elif kind == "<<<":
            step.fed = word.text if word.plain else None
        elif kind in {"<", "<>"}:
            step.read.append(word)
        elif not (kind in {">&", "<&"} and (word.text.isdigit() or word.text == "-")):
            step.written.append(word)

    def _bodies(self) -> None:
        """Here-documents begin behind the line that names their ends."""
        for step, end, quoted in self._pending:
            found = re.compile(rf"^\t*{re.escape(end)}[ \t\r]*$", re.MULTILINE).search(self.text, self.at)
            stop, after = (len(self.text), len(self.text)) if found is None else (found.start(), found.end())
            body = self.text[self.at : stop]
            step.fed = body if quoted else re.sub(r"\\([$`\\])", r"\1", body)
            self.at = min(after + 1, len(self.text))
        self._pending.clear()

    def _word(self) -> Word | None:
        """The word that begins here, ``None`` where it has no letter (a line that goes on). At least one character is taken."""
        parts: list[str] = []
        begin, quoted = self.at, False
        while self.at < len(self.text):
            before = self.at
            quoted |= self._piece(parts)
            if self.at == before:
                break
        if self.at == begin:
            self.at += 1
        word = "".join(parts)
        return Word(word, quoted) if word or quoted else None

    def _piece(self, parts: list[str]) -> bool:
        """One piece of a word, if one is here; whether it is quoted."""
        text, char = self.text, self.text[self.at]
        if found := _UNQUOTED.match(text, self.at):
            return self._bare(found, parts)
        if char == "'":
            end = text.find("'", self.at + 1)
            parts.append(text[self.at + 1 : len(text) if end < 0 else end])
            self.at = len(text) if end < 0 else end + 1
            return True
        if char == '"':
            self._double(parts)
            return True
        if char == "\\" or (char == "`" and self.windows):
            self._escape(parts, char)
        elif char == "$":
            return self._dollar(parts)
        elif (char == "`" and not (self._ticks and self._ticks[-1])) or text.startswith(("<(", ">("), self.at):
            self.at += 1 if char == "`" else 2
            self._nested("`" if char == "`" else ")")
            parts.append(UNKNOWN)
        return False

    def _bare(self, found: re.Match[str], parts: list[str]) -> bool:
        if self.windows and found[0] == "@" and (here := _HERE.match(self.text, self.at)):
            end = self.text.find(f"\n{here[1]}@", here.end() - 1)
            parts.append(self.text[here.end() : len(self.text) if end < 0 else end])
            self.at = len(self.text) if end < 0 else end + 3
            return True
        parts.append(_WILD.sub(_wild, found[0]))
        self.at = found.end()
        return False

    def _escape(self, parts: list[str], char: str) -> None:
        follows = self.text[self.at + 1 : self.at + 2]
        if follows in {"\n", "\r"}:
            self.at += 2 + self.text.startswith("\r\n", self.at + 1)
        elif char == "\\" and self.windows and follows not in {"'", '"', " "}:
            parts.append("\\")
            self.at += 1
        else:
            parts.append(follows)
            self.at += 2

    def _double(self, parts: list[str]) -> None:
        text = self.text
        self.at += 1
        while self.at < len(text):
            char = text[self.at]
            if found := _DOUBLE.match(text, self.at):
                parts.append(found[0])
                self.at = found.end()
            elif char == '"':
                self.at += 1
                return
            elif char == "$":
                self._dollar(parts, inside=True)
            elif char == "\\" or self.windows:
                self._escape_inside(parts, char)
            else:
                self.at += 1
                if self._ticks and self._ticks[-1]:
                    parts.append("`")
                    continue
                self._nested("`")
                parts.append(UNKNOWN)

    def _escape_inside(self, parts: list[str], char: str) -> None:
        follows = self.text[self.at + 1 : self.at + 2]
        if char == "`":
            parts.append(follows)
        elif self.windows and follows not in {'"', "$"}:
            parts.append("\\")
            self.at += 1
            return
        else:
            parts.append("" if follows == "\n" else follows if follows in '$`"\\' else f"\\{follows}")
        self.at += 2

    def _dollar(self, parts: list[str], *, inside: bool = False) -> bool:
        """What begins with ``$``; whether it is quoted text."""
        text = self.text
        if not inside and (found := _ANSI.match(text, self.at)):
            parts.append(_ESCAPE.sub(lambda one: _ESCAPED.get(one[1], one[1]), found[1]))
            self.at = found.end()
            return True
        if text.startswith("$((", self.at):
            self.at += 3
            self._skip(_PARENS, "(", 2)
            parts.append(UNKNOWN)
        elif text.startswith("$(", self.at):
            self.at += 2
            self._nested(")")
            parts.append(UNKNOWN)
        elif text.startswith("${", self.at):
            name = text[self.at + 2 : self.at + 9].partition("}")[0]
            self.at += 2
            self._skip(_BRACES, "{", 1)
            parts.append(_PLACES.get(name, UNKNOWN))
        elif found := _NAME.match(text, self.at):
            self.at = found.end()
            parts.append(_PLACES.get(found[1] or "", UNKNOWN))
        else:
            parts.append("$")
            self.at += 1
        return False


def _wild(found: re.Match[str]) -> str:
    """Braces mean several words only with a comma or a range in them."""
    inside = found[0]
    return UNKNOWN if inside[0] != "{" or "," in inside or ".." in inside else inside
