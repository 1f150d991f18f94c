"""Credentials taken out of a text, so that one which stands in a change or a trace is not repeated in anything that is published or kept."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from prgate.recognise.secrets import candidates, compiled
from prgate.recognise.shapes import Shape

_KEPT: Final = 4

_Q = r"""\\{0,3}["']?"""
_VALUE = r"""[^\s"'`\\<>(){}\[\],;$]"""
_NAME = r"(?:passw(?:or)?d|passphrase|pwd|secret|token|(?:api|access|private|secret|signing|encryption)[_-]?key|credentials?)(?:_?(?:value|b64))?"
_FLAG = r"(?:pass|passw(?:or)?d|passphrase|token|api-?key|secret|(?:auth|access|api)-?token|client-?secret)"

_NAMED: Final = rf"(?i:{_NAME}){_Q}[ \t]{{0,3}}(?::=|=>|[:=])[ \t]{{0,3}}{_Q}({_VALUE}{{8,500}})"
_OTHERS: Final = (
    rf"(?:^|[^\w.])[A-Z0-9_]{{0,60}}(?:PASSWORD|PASSWD|PASSPHRASE|SECRET|TOKEN|API_?KEY|SECRET_KEY|ACCESS_KEY)={_Q}({_VALUE}{{4,500}})",
    rf"[ \t]--{_FLAG}(?:[ \t]{{1,3}}|=){_Q}({_VALUE}{{4,500}})",
    rf"\b(?:docker|podman|helm|oras|crane|nerdctl)\b[^\n|;&]{{0,100}}?\blogin\b[^\n|;&]{{0,200}}?[ \t]-p(?:[ \t]{{1,3}}|=){_Q}({_VALUE}{{1,500}})",
    rf"\bsshpass[ \t]{{1,3}}-p[ \t]{{0,3}}{_Q}({_VALUE}{{1,500}})",
    rf"\b(?:mysql|mysqldump|mysqladmin|mariadb)[ \t](?:[^\n|;&]{{0,200}}?[ \t])?-p{_Q}({_VALUE}{{1,200}})",
    rf"(?i:authorization){_Q}[ \t]{{0,3}}[:=,][ \t]{{0,3}}{_Q}(?i:bearer|basic|token)[ \t]{{1,3}}({_VALUE}{{4,500}})",
    rf"\b(?:curl|wget)[ \t](?:[^\n]{{0,300}}?[ \t])?(?:-u|--user)[ \t=]?{_Q}({_VALUE}{{1,200}}:{_VALUE}{{1,200}})",
    r"""://([^\s/@:"'\\]{0,100}:[^\s/@"'\\]{1,200})@""",
)
"""Where a password stands that looks like any other word; in a text that is only shown or kept, one word too few costs less than one too many."""
_HARMLESS = re.compile(rb"\d{1,6}|true|false|null|none|nil|yes|no|\.\.\.+|\*+|(?i:[\[(<]?redacted[\])>]?)", re.IGNORECASE)
_MIXED = re.compile(rb"(?s:(?=.*\d)(?=.*[A-Za-z]).*)")
NAMED: Final = "value of a secret's name"
OTHER: Final = "password or token given"


def redacted(text: str) -> str:
    """The text with no more than the first four characters of each credential."""
    return redact(text)[0]


def redact(text: str, mark: str = "…") -> tuple[str, Mapping[str, int]]:
    """The text with a mark for each credential, behind its first four characters where they only name the vendor; how many of each kind.

    Takes placeholders too, and what merely stands where a credential would. Time is linear in the text.
    """
    data = text.encode("utf-8", "surrogatepass")
    sign = mark.encode()
    kinds = Counter[str]()
    pieces: list[bytes] = []
    done = 0
    for span in _merged(_spans(data)):
        kinds[span.kind] += 1
        pieces += [data[done : span.start + span.kept], sign]
        done = span.end
        while done < len(data) and 0x80 <= data[done] < 0xC0:  # a bounded pattern may end within a character
            done += 1
    pieces.append(data[done:])
    return b"".join(pieces).decode("utf-8", "surrogatepass"), kinds


@dataclass(frozen=True, slots=True)
class _Span:
    start: int
    end: int
    kind: str
    kept: int


def _spans(text: bytes) -> Iterator[_Span]:
    for found in candidates(text):
        yield _Span(found.start, found.end, found.kind, _KEPT if isinstance(found.entry, Shape) else 0)
    for pattern in (_NAMED, *_OTHERS):
        for match in compiled(pattern).finditer(text):
            value = match[1]
            if not _HARMLESS.fullmatch(value) and (pattern != _NAMED or _MIXED.fullmatch(value)):
                start, end = match.span(1)
                yield _Span(start, end, NAMED if pattern == _NAMED else OTHER, 0)


def _merged(spans: Iterable[_Span]) -> Iterator[_Span]:
    """Disjoint spans in order; what overlaps becomes one, named by what is known best of it."""
    last = None
    for span in sorted(spans, key=lambda span: (span.start, -span.kept, span.kind in {NAMED, OTHER})):
        if last is None or span.start >= last.end:
            if last is not None:
                yield last
            last = span
        else:
            kind = span.kind if last.kind in {NAMED, OTHER} else last.kind
            last = _Span(last.start, max(last.end, span.end), kind, last.kept)
    if last is not None:
        yield last
