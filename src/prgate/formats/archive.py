"""Zip archives from strangers, in memory: the plain form that forges and archivers write, and nothing else."""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from struct import Struct

from prgate.errors import FormatError
from prgate.model.wording import quoted

MOST_RATIO = 250
"""How many times its compressed size a file of more than ``_SMALL`` bytes may have; reports and traces stay under 60."""

_SMALL = 1 << 20
_MOST_NAME = 1_024
_END = Struct("<4s4H2LH")
_ENTRY = Struct("<4s6H3L5H2L")
_LOCAL = Struct("<4s5H3L2H")
_ENCRYPTED = 0x2041
_DESCRIPTOR = 0x0008
_UTF8 = 0x0800
_FLAGS = 0x0006 | _DESCRIPTOR | _UTF8
"""Flags that are understood: how hard it was compressed, sizes that follow the data, names in UTF-8."""
_LONGEST_DESCRIPTOR = 24
_STORED, _DEFLATED = 0, 8
_REGULAR, _FOLDER, _KIND = 0o100000, 0o040000, 0o170000
_DOS_FOLDER, _DOS_OTHER = 0x10, 0x448
_ALL_ONES = 0xFFFFFFFF
"""Stands for a number that only zip64 can spell."""
_UNSAFE = re.compile(r"[\x00-\x1f\x7f\\]|^[A-Za-z]:|^/|(?:^|/)(?:\.{0,2})(?:/|$)")


@dataclass(frozen=True, slots=True)
class _Entry:
    """One record of the directory; ``data`` is where its bytes lie in the archive."""

    name: str
    method: int
    crc: int
    packed: int
    size: int
    start: int
    data: slice


def read_archive(data: bytes, *, most_bytes: int, most_files: int = 1_000) -> tuple[tuple[str, bytes], ...]:
    """The files of a zip archive as (path, bytes), sorted by path; folders are left out.

    Raises ``FormatError``, and nothing else: ``over_limit`` for more than ``most_files`` entries, for files of more than ``most_bytes``
    together as the directory declares them, and for a ratio that no report has, all before anything is unpacked. Refused as damage or
    deceit: anything before the first file, between files, or behind the directory (so also an archive comment); zip64, several disks,
    encryption, methods other than stored and deflate; files that overlap, that are not regular, that are named twice, or whose name is
    absolute, climbs, holds a backslash, a drive or a control character; a file that is not exactly what directory and own header declare.
    Source: PKWARE's APPNOTE 6.3.10.
    """
    entries = _directory(data, most_bytes=most_bytes, most_files=most_files)
    return tuple((entry.name, _unpacked(data, entry)) for entry in sorted(entries, key=lambda entry: entry.name) if entry.name[-1] != "/")


def _directory(data: bytes, *, most_bytes: int, most_files: int) -> list[_Entry]:
    offset, count, end = _bounds(data)
    if count > most_files:
        raise FormatError(f"{count:,} entries, more than the {most_files:,} that are read", over_limit=True)
    entries: list[_Entry] = []
    at, declared = offset, 0
    for _ in range(count):
        entry, at = _entry(data, at, end)
        declared += entry.size
        if declared > most_bytes:
            raise FormatError(f"its files are more than the {most_bytes:,} bytes that are read", over_limit=True)
        entries.append(entry)
    if at != end:
        raise FormatError("the zip directory holds more than its entries")
    if len({entry.name for entry in entries}) < len(entries):
        raise FormatError("a file stands twice in the archive")
    free = 0
    for start, stop in sorted([*((entry.start, entry.data.stop) for entry in entries), (offset, end)]):
        if not 0 <= start - free <= (_LONGEST_DESCRIPTOR if free else 0):
            raise FormatError("files of the archive overlap, or something lies before or between them")
        free = stop
    return entries


def _bounds(data: bytes) -> tuple[int, int, int]:
    """Where the directory begins, how many entries it has, where it ends: right before the end record, which is the last thing."""
    end = len(data) - _END.size
    if end < 0:
        raise FormatError("not a zip archive: too short")
    mark, disk, first_disk, here, count, length, offset, comment = _END.unpack_from(data, end)
    if mark != b"PK\x05\x06" or comment:
        raise FormatError("not a zip archive, cut off, or something follows its directory")
    if 0xFFFF in {here, count} or _ALL_ONES in {length, offset}:
        raise FormatError("a zip64 archive, which is not read")
    if disk or first_disk or here != count:
        raise FormatError("a zip archive of several disks, which is not read")
    if offset + length != end:
        raise FormatError("the zip directory does not lie where its end says")
    return offset, count, end


def _entry(data: bytes, at: int, end: int) -> tuple[_Entry, int]:
    """The record at ``at``, checked with the file's own header, and where the next one begins."""
    if at + _ENTRY.size > end:
        raise FormatError("the zip directory is cut off")
    fields = _ENTRY.unpack_from(data, at)
    mark, _, _, flags, method, _, _, crc, packed, size, name_length, extra, comment, disk, _, attributes, start = fields
    after = at + _ENTRY.size + name_length + extra + comment
    if mark != b"PK\x01\x02":
        raise FormatError("the zip directory is damaged")
    raw = data[at + _ENTRY.size : at + _ENTRY.size + name_length]
    name = _name(raw, flags)
    shown = _shown(name)
    if _ALL_ONES in {packed, size, start}:
        raise FormatError(f"{shown} is stored as zip64, which is not read")
    if disk:
        raise FormatError(f"{shown} lies on another disk")
    if flags & _ENCRYPTED:
        raise FormatError(f"{shown} is encrypted")
    if flags & ~_FLAGS or method not in {_STORED, _DEFLATED}:
        raise FormatError(f"{shown} is packed in a way that is not read (method {method}, flags {flags:#x})")
    _check_kind(name, attributes, size)
    if size > max(_SMALL, MOST_RATIO * packed):
        raise FormatError(f"{shown} declares more than {MOST_RATIO} times its packed size", over_limit=True)
    return _Entry(name, method, crc, packed, size, start, _place(data, start, raw, fields)), after


def _name(raw: bytes, flags: int) -> str:
    if len(raw) > _MOST_NAME:
        raise FormatError(f"a name of {len(raw):,} bytes, more than the {_MOST_NAME:,} that are read", over_limit=True)
    try:
        name = raw.decode("utf-8" if flags & _UTF8 else "ascii")
    except UnicodeDecodeError:
        raise FormatError(f"the name {_shown(raw)} is not in the encoding that it declares") from None
    if _UNSAFE.search(name.removesuffix("/") or name):
        raise FormatError(f"the name {_shown(name)} leads out of the archive, or is none")
    return name


def _shown(name: str | bytes) -> str:
    text = name if isinstance(name, str) else name.decode("ascii", "backslashreplace")
    return quoted(repr(text[:80])[1:-1])


def _check_kind(name: str, attributes: int, size: int) -> None:
    """Only regular files and empty folders: no link, no device. Unix modes are looked at whoever claims to have made the archive."""
    folder = name.endswith("/")
    kind = (attributes >> 16) & _KIND
    if kind not in {0, _FOLDER if folder else _REGULAR} or attributes & (_DOS_OTHER | (0 if folder else _DOS_FOLDER)) or (folder and size):
        raise FormatError(f"{_shown(name)} is neither a regular file nor an empty folder")


def _place(data: bytes, start: int, raw: bytes, fields: tuple[int, ...]) -> slice:
    """Where the packed bytes lie; the file's own header must say what the directory says."""
    if start + _LOCAL.size > len(data):
        raise FormatError("a file of the archive begins behind its end")
    mark, _, flags, method, _, _, crc, packed, size, name_length, extra = _LOCAL.unpack_from(data, start)
    begin = start + _LOCAL.size + name_length + extra
    same = (flags, method) == (fields[3], fields[4]) and data[start + _LOCAL.size : start + _LOCAL.size + name_length] == raw
    follows = bool(flags & _DESCRIPTOR) and (crc, packed, size) == (0, 0, 0)
    if mark != b"PK\x03\x04" or not same or not (follows or (crc, packed, size) == fields[7:10]):
        raise FormatError(f"the archive tells two stories of {_shown(raw)}")
    if begin + fields[8] > len(data):
        raise FormatError(f"{_shown(raw)} is cut off")
    return slice(begin, begin + fields[8])


def _unpacked(data: bytes, entry: _Entry) -> bytes:
    packed = memoryview(data)[entry.data]
    if entry.method == _STORED:
        body, whole = bytes(packed), entry.packed == entry.size
    else:
        stream = zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            body = stream.decompress(packed, entry.size + 1)
        except zlib.error:
            raise FormatError(f"{_shown(entry.name)} is damaged") from None
        whole = stream.eof and not stream.unused_data
    if not whole or len(body) != entry.size or zlib.crc32(body) != entry.crc:
        raise FormatError(f"{_shown(entry.name)} is not what the archive declares")
    return body
