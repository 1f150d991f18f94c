"""JavaScript and TypeScript without comments and without what strings, templates and regular expressions say."""

from __future__ import annotations

import re

from prgate.errors import FormatError
from prgate.formats.tests.code import DEEPEST, Literals

_TOKEN = re.compile(rb"[/\"'`]")
_STRING = {
    b'"': re.compile(rb'(?:[^\\\n"]|\\.)*+"?', re.DOTALL),
    b"'": re.compile(rb"(?:[^\\\n']|\\.)*+'?", re.DOTALL),
}
_REGEX = re.compile(rb"/(?:[^\\/\[\n]|\\[^\n]|\[(?:[^\]\\\n]|\\[^\n])*+\])++/[a-z]*+")
_BEFORE_REGEX = re.compile(
    rb"(?:[(,=:\[!&|?{;+*%~^>-]|\A|(?<![\w$.])(?:return|typeof|case|of|in|do|else|yield|await|void|delete|throw|new))\s*\Z"
)
_TEMPLATE = re.compile(rb"[`\\]|\$\{")
_FIELD = re.compile(rb"[\"'`{}]|//|/\*")


def javascript_code(data: bytes) -> bytes:
    """The code with a number for each string's content, of the same meaning for whoever looks for calls and their arguments.

    A template with fields becomes a name, ``$t`` and its number of lines that are not blank, before its number: its value is no constant,
    and a table of cases can be counted. Code inside a template's fields is left out. Whether a slash divides or begins a regular
    expression is told from what stands before it. ``FormatError``: templates nested too deep.
    """
    data = data.replace(b"\r\n", b"\n")
    stand_in = Literals()
    out: list[bytes] = []
    at = 0
    divides_until = -1
    tail = b""
    while (match := _TOKEN.search(data, at)) is not None:
        here = match.start()
        before = data[at:here]
        out.append(before)
        tail = before.rstrip()[-16:] or tail
        char = match.group()
        if data.startswith(b"//", here):
            at = _until(data, b"\n", here)
        elif data.startswith(b"/*", here):
            at = _past(data, b"*/", here + 2)
            out.append(b"\n" if b"\n" in data[here:at] else b" ")
        elif char == b"`":
            at = _past_template(data, here + 1)
            content = data[here + 1 : at].removesuffix(b"`")
            lines = sum(not line.isspace() and bool(line) for line in content.split(b"\n"))
            out.append((b" $t%d" % lines if b"${" in content else b"") + stand_in(content))
            tail = b"`"
        elif char != b"/":
            end = _STRING[char].match(data, here + 1)
            assert end is not None, "the pattern matches the empty string"
            at = end.end()
            out.append(stand_in(end.group().removesuffix(char)))
            tail = b'"'
        elif here >= divides_until and _BEFORE_REGEX.search(tail) and not data.startswith(b"/>", here):
            end = _REGEX.match(data, here)
            if end is None:
                # One failed attempt a line, so that hostile slashes cost no more than reading the line twice.
                divides_until = _until(data, b"\n", here)
            at = here + 1 if end is None else end.end()
            out.append(b"/" if end is None else stand_in(end.group()))
            tail = b'"'
        else:
            at = here + 1
            out.append(b"/")
            tail = b'"'
    out.append(data[at:])
    return b"".join(out)


def _until(data: bytes, what: bytes, start: int) -> int:
    end = data.find(what, start)
    return len(data) if end < 0 else end


def _past(data: bytes, what: bytes, start: int) -> int:
    return min(_until(data, what, start) + len(what), len(data))


def _past_template(data: bytes, at: int) -> int:
    """The position after the backtick that ends the template whose text begins here, or the end of the data."""
    levels: list[int | None] = [None]  # ``None`` is text, a number the braces that are open in a field
    while levels:
        level = levels[-1]
        match = (_TEMPLATE if level is None else _FIELD).search(data, at)
        if match is None:
            return len(data)
        token, at = match.group(), match.end()
        if level is not None and token != b"`":
            at = _past_field_token(data, token, at, levels)
        elif token == b"`" and level is None:
            levels.pop()
        elif token == b"\\":
            at += 1
        else:
            levels.append(None if token == b"`" else 0)
        if len(levels) > DEEPEST:
            raise FormatError(f"templates nest deeper than {DEEPEST}", over_limit=True)
    return at


def _past_field_token(data: bytes, token: bytes, at: int, levels: list[int | None]) -> int:
    """Go past what begins inside a field: a string, a comment, or a brace, of which the last to close ends the field."""
    if token in _STRING:
        end = _STRING[token].match(data, at)
        assert end is not None, "the pattern matches the empty string"
        return end.end()
    if token == b"//":
        return _until(data, b"\n", at)
    if token == b"/*":
        return _past(data, b"*/", at)
    braces = levels.pop() or 0
    if token == b"{":
        levels.append(braces + 1)
    elif braces:
        levels.append(braces - 1)
    return at
