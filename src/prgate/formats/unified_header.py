"""What stands ahead of a file's hunks in a diff that a user hands over, and which file that names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from prgate.errors import FormatError
from prgate.formats.git_quoting import unquote
from prgate.model.diff import Status

_PREFIXES: Final = (
    (b"a/", b"b/"),
    (b"", b""),
    (b"b/", b"a/"),
    (b"c/", b"i/"),
    (b"i/", b"w/"),
    (b"c/", b"w/"),
    (b"o/", b"w/"),
    (b"1/", b"2/"),
)
"""What git puts ahead of the two names: by default, with ``--no-prefix``, reversed, with ``diff.mnemonicPrefix``, with ``--no-index``."""
_DEV_NULL: Final = b"/dev/null"
_INDEX: Final = re.compile(rb"index ([0-9a-f]{4,64})\.\.([0-9a-f]{4,64})(?: ([0-7]{6}))?")
_MODE: Final = re.compile(rb"(old|new|new file|deleted file) mode ([0-7]{6})")
_NAMED: Final = re.compile(rb"(rename|copy) (from|to) (.+)", re.DOTALL)
_SIMILAR: Final = re.compile(rb"(?:dis)?similarity index [0-9]{1,3}%")
_NO_FILE_YET: Final = re.compile(rb"\t(?:1970-01-01|1969-12-31) ")


class Lines:
    r"""A cursor over lines, which end at ``\n`` only."""

    __slots__ = ("data", "position")

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.position = 0

    def peek(self) -> bytes:
        """The line here, without its end; nothing at the end of the data."""
        end = self.data.find(b"\n", self.position)
        return self.data[self.position : end if end >= 0 else len(self.data)]

    def step(self) -> bytes:
        """The line here, which is passed over."""
        line = self.peek()
        self.position = min(self.position + len(line) + 1, len(self.data))
        return line

    def after(self, count: int) -> bytes:
        """The line so many lines further on."""
        position = self.position
        for _ in range(count):
            position = self.data.find(b"\n", position) + 1
            if not position:
                return b""
        end = self.data.find(b"\n", position)
        return self.data[position : end if end >= 0 else len(self.data)]

    def number(self, position: int) -> int:
        """The number of the line at this position, from 1."""
        return self.data.count(b"\n", 0, position) + 1

    def error(self, message: str, position: int | None = None) -> FormatError:
        """What is wrong with the line at this position, or here."""
        return FormatError(message, line=self.number(self.position if position is None else position))


@dataclass(slots=True)
class Header:
    """What is said of a file ahead of its hunks; ``None`` or 0 or all-zero where nothing is said. ``copied``: its source is another file."""

    status: Status = Status.MODIFIED
    old_path: bytes | None = None
    new_path: bytes | None = None
    modes: tuple[int, int] = (0, 0)
    oids: tuple[str, str] = ("0" * 40, "0" * 40)
    binary: bool = False
    copied: bool = False


def at_plain_header(lines: Lines) -> bool:
    """Whether a file starts here without a line of git's ahead of it."""
    return lines.peek().startswith(b"--- ") and lines.after(1).startswith(b"+++ ") and lines.after(2).startswith(b"@@ -")


def read_plain_header(lines: Lines) -> Header | None:
    """The ``---`` and ``+++`` lines of ``diff -u``; ``None`` when they do not tell which file of the repository is meant."""
    start = lines.position
    old_line, new_line = lines.step(), lines.step()
    old, new = _label(old_line, lines, start), _label(new_line, lines, start)
    if old == _DEV_NULL or _NO_FILE_YET.search(old_line):
        status = Status.ADDED
    elif new == _DEV_NULL or _NO_FILE_YET.search(new_line):
        status = Status.DELETED
    else:
        status = Status.MODIFIED
    path = _plain_path(old, new)
    if path is None or not _inside(path):
        return None
    return Header(status, None if status is Status.ADDED else path, None if status is Status.DELETED else path)


def _plain_path(old: bytes, new: bytes) -> bytes | None:
    """The path that both names end in behind equally many folders, ``a/`` or ``b/`` where one side does not exist."""
    if _DEV_NULL in (old, new):
        name = new if old == _DEV_NULL else old
        return name[2:] if name.startswith((b"a/", b"b/")) else name
    old_parts, new_parts = old.split(b"/"), new.split(b"/")
    if old_parts == new_parts:
        return old
    if len(old_parts) != len(new_parts):
        return None
    common = 0
    while common < len(old_parts) and old_parts[-1 - common] == new_parts[-1 - common]:
        common += 1
    return b"/".join(old_parts[-common:]) if common else None


def read_git_header(lines: Lines) -> Header | None:
    """The lines from ``diff --git`` to the first hunk; ``None`` when they do not tell which file is meant."""
    start = lines.position
    names = lines.step().removeprefix(b"diff --git ")
    header = Header()
    while _read_extended(lines, header):
        pass
    old = new = None
    if lines.peek().startswith(b"--- "):
        if not at_plain_header(lines):
            raise lines.error("no hunk follows the names of a file")
        old, new = _label(lines.step(), lines, start), _label(lines.step(), lines, start)
    elif lines.peek().startswith(b"Binary files ") and lines.peek().endswith(b" differ"):
        lines.step()
        header.binary = True
    elif lines.peek() == b"GIT binary patch":
        _skip_binary(lines)
        header.binary = True
    if header.status is Status.RENAMED or header.copied:
        return _renamed(header, old, new, lines, start)
    _state(header, old, new, lines, start)
    path = _same_name(names, old, new)
    if path is None:
        return None
    if not _inside(path):
        raise lines.error("a name leads out of the repository", start)
    header.old_path = None if header.status is Status.ADDED else path
    header.new_path = None if header.status is Status.DELETED else path
    return header


def _state(header: Header, old: bytes | None, new: bytes | None, lines: Lines, start: int) -> None:
    """Which side does not exist, as both the modes and the names say it."""
    if header.status is Status.MODIFIED and old == _DEV_NULL:
        header.status = Status.ADDED
    elif header.status is Status.MODIFIED and new == _DEV_NULL:
        header.status = Status.DELETED
    absent = (header.status is Status.ADDED, header.status is Status.DELETED)
    if old is not None and (old == _DEV_NULL, new == _DEV_NULL) != absent:
        raise lines.error("the headers of a file contradict each other", start)


def _read_extended(lines: Lines, header: Header) -> bool:
    """Take one of git's extended header lines, if one stands here."""
    line = lines.peek()
    if match := _MODE.fullmatch(line):
        mode = int(match[2], 8)
        match match[1]:
            case b"new file":
                header.status = Status.ADDED
                header.modes = (0, mode)
            case b"deleted file":
                header.status = Status.DELETED
                header.modes = (mode, 0)
            case b"old":
                header.modes = (mode, header.modes[1])
            case _:
                header.modes = (header.modes[0], mode)
    elif match := _NAMED.fullmatch(line):
        path = _path(match[3], lines, lines.position)
        header.copied = match[1] == b"copy"
        header.status = Status.ADDED if header.copied else Status.RENAMED
        if match[2] == b"from":
            header.old_path = path
        else:
            header.new_path = path
    elif match := _INDEX.fullmatch(line):
        old, new = (oid.decode("ascii") if len(oid) in {40, 64} else "0" * 40 for oid in (match[1], match[2]))
        header.oids = (old, new)
        if match[3] is not None:
            header.modes = (int(match[3], 8), int(match[3], 8))
    elif not _SIMILAR.fullmatch(line):
        return False
    lines.step()
    return True


def _skip_binary(lines: Lines) -> None:
    """Pass over git's binary patch: up to two blocks, each of a size, lines in base 85 and an empty line."""
    lines.step()
    while lines.peek().startswith((b"literal ", b"delta ")):
        while lines.step():
            pass


def _label(line: bytes, lines: Lines, start: int) -> bytes:
    """The name in a ``---`` or ``+++`` line, which ends at a tab."""
    return _path(line[4:] if line[4:5] == b'"' else line[4:].split(b"\t", 1)[0], lines, start)


def _path(text: bytes, lines: Lines, start: int) -> bytes:
    if text.endswith(b"\r"):
        raise lines.error(
            "its lines end in carriage returns, which are no part of a diff; make it anew with `git diff --output=FILE`", start
        )
    if not text.startswith(b'"'):
        return text
    parts = unquote(text)
    if parts is None or parts[1][:1] not in {b"", b"\t"}:
        raise lines.error("a quoted name is malformed", start)
    return parts[0]


def _same_name(names: bytes, old: bytes | None, new: bytes | None) -> bytes | None:
    """The path that git's line means if both its names are one path, and that the ``---`` and ``+++`` lines allow."""
    pair = _split(names)
    if pair is None or old not in {None, _DEV_NULL, pair[0]} or new not in {None, _DEV_NULL, pair[1]}:
        return None
    # No two pairs of prefixes fit the same two names.
    for before, after in _PREFIXES:
        path = pair[0][len(before) :]
        if pair == (before + path, after + path):
            return path
    return None


def _split(names: bytes) -> tuple[bytes, bytes] | None:
    """The two names, both quoted or of equal length: so they are, prefix and all, where they are one path."""
    if not names.startswith(b'"'):
        middle = len(names) // 2
        return (names[:middle], names[middle + 1 :]) if len(names) % 2 and names[middle : middle + 1] == b" " else None
    left = unquote(names)
    right = unquote(left[1][1:]) if left is not None and left[1].startswith(b" ") else None
    return None if left is None or right is None or right[1] else (left[0], right[0])


def _renamed(header: Header, old: bytes | None, new: bytes | None, lines: Lines, start: int) -> Header | None:
    """A rename or copy, whose ``---`` and ``+++`` lines, if any, name the same two paths."""
    if header.old_path is None or header.new_path is None:
        return None
    if not _inside(header.old_path) or not _inside(header.new_path):
        raise lines.error("a name leads out of the repository", start)
    expected = {(before + header.old_path, after + header.new_path) for before, after in _PREFIXES}
    if old is not None and (old, new) not in expected:
        raise lines.error("the headers of a file contradict each other", start)
    return header


def _inside(path: bytes) -> bool:
    return not {b"", b".", b".."} & set(path.split(b"/"))
