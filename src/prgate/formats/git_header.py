"""What git prints in a patch ahead of a file's lines, known to the last byte from its list: nothing else is taken for a header."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from prgate.formats.git_list import Entry
from prgate.formats.git_quoting import quote
from prgate.model.diff import Status


@dataclass(frozen=True, slots=True)
class Header:
    """What git must print ahead of the lines: always ``head``, then ``text`` ahead of hunks, ``binary`` for a binary file, or nothing."""

    head: bytes
    text: bytes
    binary: bytes


def headers(entry: Entry) -> Iterator[Header]:
    """The header, known to the last byte from git's list; two where the type changes, a deletion and an addition."""
    if entry.status is Status.TYPE_CHANGED:
        nothing = b"0" * len(entry.oids[0])
        yield _header(replace(entry, status=Status.DELETED, new_path=None, oids=(entry.oids[0], nothing)))
        yield _header(replace(entry, status=Status.ADDED, old_path=None, oids=(nothing, entry.oids[1])))
    else:
        yield _header(entry)


def _header(entry: Entry) -> Header:
    old, new = entry.old_path, entry.new_path
    old_name, new_name = quote(old or new or b"", b"a/"), quote(new or old or b"", b"b/")
    lines = [b"diff --git %s %s\n" % (old_name, new_name)]
    if old is None:
        old_name = b"/dev/null"
        lines.append(b"new file mode %06o\n" % entry.modes[1])
    elif new is None:
        new_name = b"/dev/null"
        lines.append(b"deleted file mode %06o\n" % entry.modes[0])
    elif entry.modes[0] != entry.modes[1]:
        lines.append(b"old mode %06o\nnew mode %06o\n" % entry.modes)
    if entry.score is not None and old is not None and new is not None:
        lines.append(b"similarity index %d%%\nrename from %s\nrename to %s\n" % (entry.score, quote(old), quote(new)))
    if entry.oids[0] != entry.oids[1]:
        mode = b" %06o" % entry.modes[0] if entry.modes[0] == entry.modes[1] else b""
        lines.append(b"index %s..%s%s\n" % (*entry.oids, mode))
    # A name with a space in it is followed by a tab, so that `patch` knows where it ends.
    tabs = (b"\t" if b" " in old_name else b"", b"\t" if b" " in new_name else b"")
    text = b"--- %s%s\n+++ %s%s\n" % (old_name, tabs[0], new_name, tabs[1])
    return Header(b"".join(lines), text, b"Binary files %s and %s differ\n" % (old_name, new_name))
