"""The only escaping in the project: untrusted values into Markdown, HTML, terminal text and workflow commands."""

from __future__ import annotations

import re
from binascii import Error as BadBase64
from binascii import a2b_base64
from collections.abc import Iterator

URL_LIMIT = 1_000
"""Longest address that is linked, in characters; a longer one is shown as code."""

_INVISIBLE = re.compile(
    "[\x00-\x1f\x7f-\xa0\xad\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5\u180b-\u180f\u2000-\u200f\u2028-\u202f\u205f-\u206f\u2800\u3000"
    "\u3164\ud800-\uf8ff\ufdd0-\ufdef\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff\U000110bd\U000110cd\U00013430-\U0001343f"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff\U000f0000-\U0010ffff]"
    "|[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]{3,}"
    r"|(?<=##)\[|(?<=<)!(?=--\s*prgate:)|(?<=`{8})`+",
)
"""Controls, bidirectional and zero-width characters, blanks that are no space, tags, variation selectors, private use, surrogates,
heaps of combining marks; one character of what a log or a comment of ours would obey: ``##[…]`` and our own marker; and backticks
beyond the eighth in a row, because cmark opens no code span with more than 80.
Ranges are spelled out, so that the same bytes come out under every Unicode version."""

_LETTER = (
    "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u0391-\u03a1\u03a3-\u03ce\u0400-\u0481\u048a-\u04ff"
    "\u3041-\u3096\u30a1-\u30fa\u30fc\u4e00-\u9fff\uac00-\ud7a3"
)
_WORD = rf"[{_LETTER}]+(?:['\u2019][{_LETTER}]+)*"
_PLAIN = re.compile(
    "[(\"'\u201c\u2018]*"
    rf"(?:{_WORD}|[{_LETTER}]?[a-z]*(?:-[a-z]+)+|[-+\u2212]?[0-9]{{1,6}}(?:[.,\u2013-][0-9]{{1,6}})*%?|[\u2013\u2014\u00b7\u2192\u2264\u2265%\u2026])?"
    "[)\"'\u201d\u2019.,;:?\u2026]*",
)
"""Words that no filter of a forge acts on: letters, lower-case words joined by hyphens, numbers, some signs, in plain punctuation.
No letter beside a digit (``JIRA-1``, ``GH1``), no dot, slash or colon inside (addresses, paths, emoji), none of ``@#&<>[]_*~|\\!$+=``.
``www.`` is taken out beside it: with a stop of any kind behind it, it is an address to GFM."""
_COMMIT = re.compile(r"(?<![A-Za-z])[A-Fa-f]{7,}(?![A-Za-z])")
_NUMBERED = re.compile(r"[0-9]+[.)]+")

_BREAKS = re.compile(r"[ \t\r\n]+")
_CODE = re.compile(r"`([^`]+)`")
_TICKS = re.compile(r"`+")

_URL = re.compile(r"https://[A-Za-z0-9.-]+(?::[0-9]{1,5})?/[A-Za-z0-9/%._~#-]*")
_PULL = re.compile(
    r"(https://[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?(?::[0-9]{1,5})?/[A-Za-z0-9][A-Za-z0-9_-]{0,99}/(?!\.+/)[A-Za-z0-9._-]{1,100})/pull/[0-9]{1,10}",
)
_OBJECT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/")


class Md(str):
    """Markdown that may stand in a comment as it is: made by this module, or by setting such fragments into literals of ours.

    Templates print a fragment as it is and escape any other text.
    """

    __slots__ = ()


def visible(value: str) -> str:
    r"""Every character that cannot be seen, or acts before it is read, as ``\\u{XXXX}``."""
    return _INVISIBLE.sub(lambda found: "".join(f"\\u{{{ord(char):X}}}" for char in found[0]), value)


def cut(value: str, chars: int) -> str:
    """The visible form in at most ``chars`` characters, one of them ``…`` where something is left out."""
    shown = visible(value[: chars + 1])
    return shown if len(shown) <= chars else f"{shown[: chars - 1]}…"


def prose(value: str, *, chars: int = 600, words: int = 120) -> str:
    """Text on one visible line, cut to characters and words; still untrusted. A cut inside backticks closes them."""
    flat = visible(_BREAKS.sub(" ", value[: 4 * chars]).strip(" "))
    parts = flat.split(" ")
    if len(value) <= 4 * chars and len(flat) <= chars and len(parts) <= words:
        return flat
    kept = f"{' '.join(parts[:words])[: chars - 2].rstrip(' …')}…"
    return f"{kept}`" if kept.count("`") % 2 else kept


def text(value: str, *, chars: int = 600, words: int = 120) -> Md:
    """Prose as Markdown on one line: plain words stay, all else stands in code spans; so does text between backticks.

    Safe under any pairing of backticks, at the start of a line and beside other fragments. GitHub's mention, reference and commit
    filters run on the rendered text, where entities and backslashes are gone, and leave code alone.
    """
    return Md("".join(_span(part) if is_code else part for is_code, part in _parts(prose(value, chars=chars, words=words))))


def cell(value: str, *, chars: int = 200) -> Md:
    r"""Prose as one cell of a table. GFM splits cells before it sees code: a bar in code is ``\\|``, a backslash before it is spelled out."""
    return Md("".join(_span(_bars(part)) if is_code else part for is_code, part in _parts(prose(value, chars=chars))))


def html_text(value: str, *, chars: int = 600) -> Md:
    """Prose for inside an HTML tag that GitHub keeps (``<summary>``), where Markdown is not read."""
    return Md("".join(f"<code>{_entities(part)}</code>" if is_code else part for is_code, part in _parts(prose(value, chars=chars))))


def code(value: str, *, chars: int = 200) -> Md:
    """One code span with a fence longer than any run of backticks inside; newlines and tabs are made visible."""
    return Md(_span(cut(value, chars) or " "))


def path_code(path: str, *, chars: int = 80, words: int = 6) -> Md:
    """A path's text form as code; a long one loses its middle, since the end of a path says most."""
    return Md(_span(short_path(path, chars=chars, words=words) or " "))


def short_path(path: str, *, chars: int = 80, words: int = 6) -> str:
    """The visible form of a path, cut in its middle to characters and words; the last character is always kept."""
    head, tail = (visible(path[: 2 * chars]), visible(path[-2 * chars :])) if len(path) > 2 * chars else ("", visible(path))
    whole = head + tail
    if len(whole) > chars:
        whole = f"{whole[: chars // 4]}…{whole[-(chars - chars // 4 - 1) :]}"
    parts = whole.split(" ")
    return whole if len(parts) <= words else f"{' '.join(parts[: words // 2])}…{' '.join(parts[-(words - words // 2) :])}"


def fence(value: str, info: str = "") -> Md:
    """A fenced block; ``info`` is a language name of ours (lower-case letters), anything else is dropped."""
    lines = [visible(line) for line in value.split("\n")]
    ticks = "`" * max(3, 1 + max(map(len, _TICKS.findall(value)), default=0))
    return Md("\n".join((ticks + (info if re.fullmatch("[a-z]*", info) else ""), *lines, ticks)))


def marker(key: str) -> Md:
    """The first line of every comment of ours; a key that is no number, object id or plain word becomes ``local``."""
    return Md(f"<!-- prgate:v1 key={key if re.fullmatch('[0-9a-z]{1,64}', key) else 'local'} -->")


def join(parts: tuple[Md, ...] | list[Md], separator: str = ", ") -> Md:
    """Fragments side by side. ``separator`` is a literal of ours: punctuation and spaces, never a value."""
    return Md(separator.join(parts))


def link(label: Md, url: str | None) -> Md:
    """A link whose address is one of our permalinks; the bare label for any other."""
    return Md(f"[{label}]({url})") if url is not None and _URL.fullmatch(url) else label


def forge(url: str | None) -> str | None:
    """``https://server/owner/name`` of a pull request's address, or null where it is none. Syntax is GitHub's, strictly."""
    found = _PULL.fullmatch(url or "")
    return found[1] if found else None


def permalink(repository: str | None, sha: str | None, path: bytes, lines: tuple[int, int] | None = None) -> str | None:
    """The address of lines of a file at a commit; null without a forge, for a path that no commit holds, or where it is too long.

    ``repository`` is what ``forge`` returns. A fork's head is reachable through the base repository, and only there GitHub expands it.
    """
    quoted = uri_path(path)
    if repository is None or sha is None or not _OBJECT.fullmatch(sha) or quoted is None:
        return None
    anchor = "" if lines is None else f"#L{lines[0]}" if lines[0] == lines[1] else f"#L{lines[0]}-L{lines[1]}"
    url = f"{repository}/blob/{sha}/{quoted}{anchor}"
    return url if len(url) <= URL_LIMIT else None


def uri_path(path: bytes) -> str | None:
    """A path as a relative URI reference (RFC 3986), every byte but the unreserved ones quoted; null for what no commit holds or is too long."""
    if len(path) > URL_LIMIT or any(part in {b"", b".", b".."} for part in path.split(b"/")):
        return None
    return "".join(chr(byte) if byte in _UNRESERVED else f"%{byte:02X}" for byte in path)


def bare(url: str) -> Md | None:
    """An address alone on its line, which GitHub expands into the lines themselves; null where it names no lines."""
    return Md(url) if _URL.fullmatch(url) and "#L" in url else None


def raw_path(path: str, path_bytes: str | None) -> bytes | None:
    """A path's bytes from its text form and, where that is lossy, its base64; null where the base64 is none."""
    if path_bytes is None:
        return path.encode("utf-8", "surrogatepass")
    try:
        return a2b_base64(path_bytes, strict_mode=True)
    except (BadBase64, ValueError):
        return None


def terminal(value: str, *, chars: int = 2_000) -> str:
    """One line for a terminal or a job's log: no control, escape sequence or direction change, no word that starts a workflow command."""
    return re.sub(r"(?<![^ ]):(?=:)", r"\\u{3A}", cut(value, chars))


def command_data(value: str) -> str:
    """The message of a workflow command (``::error::message``)."""
    shown = re.sub(r"[^\r\n]+", lambda line: visible(line[0]), value)
    return shown.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def command_property(value: str) -> str:
    """A property of a workflow command (``::error file=value``)."""
    return command_data(value).replace(":", "%3A").replace(",", "%2C")


def _parts(value: str) -> Iterator[tuple[bool, str]]:
    """Pieces of visible prose on one line, in order: (is code, text). No two pieces of code touch, since their fences would fuse."""
    pending = ""
    for index, piece in enumerate(_CODE.split(value)):
        for is_code, part in [(True, piece)] if index % 2 else _words(piece, first=index == 0):
            if is_code:
                pending += part
            elif part:
                if pending:
                    yield True, pending
                    pending = ""
                yield False, part
    if pending:
        yield True, pending


def _words(piece: str, *, first: bool) -> Iterator[tuple[bool, str]]:
    """Words of a piece without code; neighbours that are not plain share one piece of code, a stop behind them stays outside."""
    open_code = False
    for index, word in enumerate(piece.split(" ")):
        plain = _is_plain(word) and not (first and index == 0 and _NUMBERED.fullmatch(word) is not None)
        if index:
            yield open_code and not plain, " "
        body = "" if plain else word.rstrip(".,;:?") or word
        yield True, body
        yield False, word[len(body) :]
        open_code = bool(body) and body == word


def _is_plain(word: str) -> bool:
    return _PLAIN.fullmatch(word) is not None and _COMMIT.search(word) is None and "www." not in word.lower()


def _span(content: str) -> str:
    ticks = "`" * (1 + max(map(len, _TICKS.findall(content)), default=0))
    pad = " " if content.strip(" ") and (content[0] in " `" or content[-1] in " `") else ""
    return f"{ticks}{pad}{content}{pad}{ticks}"


def _bars(content: str) -> str:
    return re.sub(r"\\(?=\|)", r"\\u{5C}", content).replace("|", "\\|")


def _entities(content: str) -> str:
    return content.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
