"""Marks: what a changed line says that puts its file in a high-risk domain, wherever the file lies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from typing import Any, Final

from prgate.model.diff import Diff, FileChange, Hunk, Mark
from prgate.model.lines import normalise
from prgate.model.missing import Missing
from prgate.model.policy import Domain
from prgate.model.risk import MARKED
from prgate.recognise.credentials import redacted
from prgate.recognise.languages import is_code, language_of

MOST: Final = 200
"""Marks of one domain that are told apart in one file; a file with more of them lies in the domain as a whole."""
_LONGEST: Final = 48
_ENDS: Final = (b"\r", b"\xe2\x80\xa8", b"\xe2\x80\xa9", b"\xef\xbb\xbf")
"""What ends a line for Python or JavaScript and not for git, and a byte order mark: behind each a line begins."""
_COMMENTS: Final = (b"#", b"//", b"<!--")
"""How a comment begins in files of no known language."""


@cache
def compile_marks(marks: tuple[str, ...]) -> Any:  # noqa: ANN401 (google-re2 has no types)
    """One RE2 expression that finds any of the marks in a line; RE2 takes linear time on any text.

    ``^`` and ``$`` stand for the ends of the line, which is given without its marker. Invariant: each mark alone compiles; the policy's reader
    refuses others.
    """
    import re2  # noqa: PLC0415 (a policy without marks does not pay for it)

    options = re2.Options()
    options.log_errors = False
    options.encoding = re2.Options.Encoding.LATIN1
    return re2.compile(b"(?m)" + b"|".join(f"(?:{mark})".encode() for mark in marks), options)


def mark_domains(diff: Diff, domains: Mapping[str, Domain]) -> Diff:
    """The diff with each file also in the domains whose marks stand in its changed lines, each such line told.

    Documentation and tests are not read for marks, nor are comments.
    """
    marked = {name: domain.marks for name, domain in sorted(domains.items()) if domain.marks}
    if not marked:
        return diff
    return replace(diff, files=tuple(_marked(file, marked) for file in diff.files))


def _marked(file: FileChange, marked: Mapping[str, tuple[str, ...]]) -> FileChange:
    if isinstance(file.hunks, Missing) or not file.hunks or file.file_class not in MARKED:
        return file
    changed = _parted(b"\n".join(map(_changed, file.hunks)))
    if not compile_marks(tuple(mark for marks in marked.values() for mark in marks)).search(changed):
        return file
    found: list[Mark] = []
    domains = set(file.domains)
    for name, marks in marked.items():
        if name not in file.domains and compile_marks(marks).search(changed):
            here = list(_marks(file, file.hunks, name, compile_marks(marks)))
            domains |= {name} if here else set()
            found += here if len(here) <= MOST else ()
    return replace(file, domains=tuple(sorted(domains)), marks=tuple(found))


def _changed(hunk: Hunk) -> bytes:
    """The changed lines without their markers; where all are added, which most of a large diff is, not line by line."""
    if hunk.old_count == 0:
        return hunk.body[1:].replace(b"\n+", b"\n")
    return b"\n".join([line[1:] for line in hunk.body.split(b"\n") if line[:1] in {b"+", b"-"}])


def _marks(file: FileChange, hunks: tuple[Hunk, ...], domain: str, pattern: Any) -> Iterator[Mark]:  # noqa: ANN401 (google-re2 has no types)
    for hunk in hunks:
        for number, text in hunk.added():
            if (said := _said(file.path, pattern, text)) is not None:
                yield Mark(domain, number, removed=False, text=_shown(said))
        left = None
        for number, text in hunk.removed():
            if (said := _said(file.path, pattern, text)) is not None:
                left = _left(hunk) if left is None else left
                yield Mark(domain, left[number], removed=True, text=_shown(said))


def _parted(text: bytes) -> bytes:
    for end in _ENDS:
        text = text.replace(end, b"\n")
    return text


def _said(path: bytes, pattern: Any, text: bytes) -> bytes | None:  # noqa: ANN401 (google-re2 has no types)
    """The first mark in what of a line is more than a comment."""
    lines = _parted(text)
    if not pattern.search(lines):
        return None
    found = ((pattern.search(line), line) for line in lines.split(b"\n"))
    return next((match[0] for match, line in found if match and _runs(path, line)), None)


def _runs(path: bytes, text: bytes) -> bool:
    """Whether a line is more than a comment."""
    language = language_of(path)
    return not text.lstrip().startswith(_COMMENTS) if language is None else is_code(language, text)


def _left(hunk: Hunk) -> Mapping[int, int]:
    """Where each removed line was, by its number at base: the head line that follows it, the hunk's last where none does."""
    last = hunk.new_start + max(0, hunk.new_count - 1)
    old, new, found = hunk.old_start, hunk.new_start, {}
    for line in hunk.body.split(b"\n"):
        if line[:1] == b"-":
            found[old] = min(new, last)
        old += line[:1] in {b"-", b" "}
        new += line[:1] in {b"+", b" "}
    return found


def _shown(found: bytes) -> str:
    """What stands there, as one short text without credentials."""
    text = redacted(normalise(found).decode("utf-8", "replace"))
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
