"""Archives from strangers: what archivers write is read, everything else is refused before it is unpacked."""

from __future__ import annotations

import io
import shutil
import struct
import subprocess
import tracemalloc
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prgate.errors import FormatError
from prgate.formats.archive import read_archive

MANY = 10_000_000


@dataclass(frozen=True)
class Part:
    """One entry, spelled out; ``own_`` fields stand in the file's own header where they differ from the directory's."""

    name: bytes = b"a.txt"
    body: bytes = b"hello"
    method: int = 8
    flags: int = 0x800
    mode: int = 0o100644
    dos: int = 0
    size: int | None = None
    crc: int | None = None
    packed: bytes | None = None
    disk: int = 0
    at: int | None = None
    own_name: bytes | None = None
    own_size: int | None = None
    own_method: int | None = None
    own_mark: bytes = b"PK\x03\x04"
    after: bytes = b""


def deflated(body: bytes) -> bytes:
    stream = zlib.compressobj(9, zlib.DEFLATED, -15)
    return stream.compress(body) + stream.flush()


def written(parts: Sequence[Part], *, before: bytes = b"", end: bytes | None = None, between: bytes = b"", directory: bytes = b"") -> bytes:
    """An archive of exactly these parts; nothing about it is checked."""
    data, records = before, directory
    for part in parts:
        packed = part.packed if part.packed is not None else deflated(part.body) if part.method == 8 else part.body
        size = len(part.body) if part.size is None else part.size
        crc = zlib.crc32(part.body) if part.crc is None else part.crc
        own_name = part.name if part.own_name is None else part.own_name
        own = (0, 0, 0) if part.flags & 8 else (crc, len(packed), size if part.own_size is None else part.own_size)
        start = len(data) if part.at is None else part.at
        own_method = part.method if part.own_method is None else part.own_method
        if part.at is None:
            data += struct.pack("<4s5H3L2H", part.own_mark, 20, part.flags, own_method, 0, 0, *own, len(own_name), 0) + own_name + packed
            data += part.after
        attributes = (part.mode << 16) | part.dos
        heads = (0x0314, 20, part.flags, part.method, 0, 0, crc, len(packed), size, len(part.name), 0, 0, part.disk, 0, attributes, start)
        records += struct.pack("<4s6H3L5H2L", b"PK\x01\x02", *heads) + part.name
    data += between
    count = len(parts)
    return data + records + (end or struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, count, count, len(records), len(data), 0))


def refusal(data: bytes, *, most_bytes: int = MANY, most_files: int = 1_000) -> FormatError:
    with pytest.raises(FormatError) as caught:
        read_archive(data, most_bytes=most_bytes, most_files=most_files)
    return caught.value


def ordinary(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, body in files.items():
            archive.writestr(name, body)
    return target.getvalue()


ORDINARY = {"coverage/lcov.info": b"SF:a\n" * 500, "trace.jsonl": b'{"a": 1}\n', "leer.txt": b"", "b/ü.txt": "ü".encode()}


class Pipe(io.RawIOBase):
    """A target that cannot seek, so that sizes follow the data, as in an archive that a forge streams."""

    def __init__(self) -> None:
        super().__init__()
        self.data = b""

    def writable(self) -> bool:
        return True

    def write(self, data: bytes, /) -> int:  # type: ignore[override]  # a buffer would do
        self.data += bytes(data)
        return len(data)


def test_the_parts_that_the_attacks_are_made_of_are_read_when_nothing_is_wrong() -> None:
    parts = [Part(), Part(b"b", b"x" * 99, method=0), Part(b"c", flags=0x808, after=b"PK\x07\x08" + b"\0" * 12), Part(b"d/e", b"")]
    assert (("a.txt", b"hello"), ("b", b"x" * 99), ("c", b"hello"), ("d/e", b"")) == read_archive(written(parts), most_bytes=MANY)


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED])
def test_an_ordinary_archive_is_read_sorted(method: int) -> None:
    assert tuple(sorted(ORDINARY.items())) == read_archive(ordinary(ORDINARY, method), most_bytes=MANY)


def test_an_archive_that_was_streamed_is_read() -> None:
    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in ORDINARY.items():
            archive.writestr(name, body)
    assert tuple(sorted(ORDINARY.items())) == read_archive(pipe.data, most_bytes=MANY)


@pytest.mark.skipif(shutil.which("zip") is None, reason="Info-ZIP is not installed")
def test_an_archive_of_info_zip_is_read(tmp_path: Path) -> None:
    (tmp_path / "d").mkdir()
    (tmp_path / "d" / "a.txt").write_bytes(b"hello" * 99)
    subprocess.run(["zip", "-q", "-r", "x.zip", "d"], cwd=tmp_path, check=True)
    assert (("d/a.txt", b"hello" * 99),) == read_archive((tmp_path / "x.zip").read_bytes(), most_bytes=MANY)


def test_an_empty_archive_has_no_files() -> None:
    assert () == read_archive(ordinary({}), most_bytes=0)


def test_folders_are_left_out() -> None:
    parts = [Part(b"d/", b"", mode=0o040755, dos=0x10, method=0), Part(b"d/a"), Part(b"e/", b"", mode=0)]
    assert (("d/a", b"hello"),) == read_archive(written(parts), most_bytes=MANY)


@pytest.mark.parametrize("offset", [0xFFFF, 0xFFFF + 1])
def test_numbers_that_look_like_zip64_are_numbers(offset: int) -> None:
    first = Part(b"a", b"x" * (offset - 31), method=0)
    assert offset == written([first, Part(b"b")]).index(b"PK\x03\x04", 1)
    assert ["a", "b"] == [name for name, _ in read_archive(written([first, Part(b"b")]), most_bytes=MANY)]
    assert 1 == len(read_archive(written([Part(b"a", b"x" * 0xFFFF, method=0)]), most_bytes=MANY))


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "too short"),
        (b"PK\x05\x06", "too short"),
        (b"<html>" * 9, "not a zip archive"),
        (ordinary(ORDINARY)[:-1], "cut off"),
        (ordinary(ORDINARY)[:-40], "cut off"),
        (ordinary(ORDINARY) + b"\n", "something follows"),
        (b"#!/bin/sh\n" + ordinary(ORDINARY), "does not lie where"),
        (written([Part()], before=b"#!/bin/sh\n"), "lies before or between"),
        (written([Part(after=b"\0" * 25), Part(b"b")]), "lies before or between"),
        (written([Part()], between=b"\0" * 25), "lies before or between"),
        (written([], before=b"x"), "lies before or between"),
        (written([Part()], directory=b"\0"), "damaged"),
        (written([Part()], end=struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 1, 1, 51, 42, 5) + b"hello"), "not a zip archive"),
        (written([Part()], end=struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 1, 1, 51, 42, 5)), "not a zip archive"),
        (written([Part()], end=struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 0, 0, 51, 42, 0)), "more than its entries"),
        (written([Part()], end=struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 2, 2, 51, 42, 0)), "cut off"),
        (written([Part()], end=struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 1, 2, 51, 42, 0)), "several disks"),
        (written([Part()], end=struct.pack("<4s4H2LH", b"PK\x05\x06", 1, 0, 1, 1, 51, 42, 0)), "several disks"),
        (written([Part()], end=struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 1, 1, 1, 51, 42, 0)), "several disks"),
        (written([Part()], end=struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, 51, 42, 0)), "zip64"),
        (written([Part()], end=struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 1, 1, 51, 0xFFFFFFFF, 0)), "zip64"),
        (written([Part(size=0xFFFFFFFF)]), "zip64"),
        (written([Part(at=0xFFFFFFFF)]), "zip64"),
        (written([Part(at=0xFFFFFFF0)]), "begins behind its end"),
        (written([Part(disk=1)]), "another disk"),
        (written([Part(flags=0x801)]), "encrypted"),
        (written([Part(flags=0x840)]), "encrypted"),
        (written([Part(flags=0x2800)]), "encrypted"),
        (written([Part(flags=0x820)]), "not read"),
        (written([Part(method=12)]), "not read"),
        (written([Part(method=99)]), "not read"),
        (written([Part(own_method=0)]), "two stories"),
        (written([Part(own_name=b"b.txt")]), "two stories"),
        (written([Part(own_size=4)]), "two stories"),
        (written([Part(own_mark=b"PK\x03\x05")]), "two stories"),
        (written([Part(), Part()]), "stands twice"),
        (written([Part(), Part(b"b.txt", at=0, own_name=b"a.txt")]), "two stories"),
        (written([Part(), Part(at=0)]), "stands twice"),
        (written([Part(size=4)]), "not what the archive declares"),
        (written([Part(size=6)]), "not what the archive declares"),
        (written([Part(size=4, method=0)]), "not what the archive declares"),
        (written([Part(crc=1)]), "not what the archive declares"),
        (written([Part(packed=deflated(b"hello") + b"x")]), "not what the archive declares"),
        (written([Part(packed=deflated(b"hello")[:-1])]), "not what the archive declares"),
        (written([Part(packed=b"\xff\xff\xff")]), "damaged"),
        (written([Part(b"caf\xe9")]), "encoding"),
        (written([Part("ü".encode(), flags=0)]), "encoding"),
    ],
)
def test_damage_and_deceit_are_refused(data: bytes, said: str) -> None:
    error = refusal(data)
    assert said in error.message
    assert not error.over_limit


@pytest.mark.parametrize(
    "name",
    [
        *[
            "",
            "/",
            "/etc/passwd",
            "//host/x",
            "../x",
            "a/../x",
            "a/..",
            "..",
            ".",
            "./x",
            "a/./x",
            "a//b",
            "a//",
            "C:x",
            "c:/x",
            "\\x",
            "a\\b",
        ],
        *["a\0b", "a\nb", "a\x1b[31m", "a\x7f"],
    ],
)
def test_a_name_that_leads_out_of_the_archive_or_hides_is_refused(name: str) -> None:
    assert "leads out of the archive" in refusal(written([Part(name.encode())])).message


@pytest.mark.parametrize(
    "part",
    [
        Part(mode=0o120777),
        Part(mode=0o020644),
        Part(mode=0o060644),
        Part(mode=0o010644),
        Part(mode=0o140644),
        Part(mode=0o040755),
        Part(dos=0x10),
        Part(dos=0x400),
        Part(dos=0x08),
        Part(b"d/", b"", mode=0o100644),
        Part(b"d/", b"", mode=0o120777),
        Part(b"d/", b"x", mode=0o040755),
    ],
)
def test_links_devices_and_folders_with_contents_are_refused(part: Part) -> None:
    assert "neither a regular file nor an empty folder" in refusal(written([part])).message


def test_files_that_share_their_bytes_are_refused() -> None:
    """The bomb that grows by letting every file quote the headers of the next (D. Fifield, 2019), in its smallest form."""
    kernel = written([Part(b"b", b"x" * 500)])
    inner = kernel[: kernel.index(b"PK\x01\x02")]
    quoting = Part(b"a", inner, method=0)
    data = written([quoting])
    start = data.index(inner)
    both = written([quoting, Part(b"b", b"x" * 500, at=start)])
    assert "overlap" in refusal(both).message


def test_a_file_that_reaches_into_the_directory_is_refused() -> None:
    whole = written([Part(b"a", b"x" * 600, method=0)])
    record, before = whole[whole.index(b"PK\x01\x02") : -22], 31 + 600 - 47
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 1, 1, 47, before, 0)
    assert "overlap" in refusal(whole[:before] + record + end).message


def test_a_file_that_ends_behind_the_archive_is_cut_off() -> None:
    whole = written([Part(b"a", b"x" * 600, method=0)])
    at = whole.index(b"PK\x01\x02")
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 1, 1, 47, 31, 0)
    assert "cut off" in refusal(whole[:31] + whole[at:-22] + end).message


def test_limits_are_told_from_damage_and_hold_before_anything_is_unpacked() -> None:
    bomb = written([Part(f"{n}".encode(), b"\0" * 1_000_000) for n in range(9)])
    tracemalloc.start()
    try:
        error = refusal(bomb, most_bytes=8_999_999)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert (True, "its files are more than the 8,999,999 bytes that are read") == (error.over_limit, error.message)
    assert peak < 500_000
    assert 9 == len(read_archive(bomb, most_bytes=9_000_000, most_files=9))
    assert "9 entries, more than the 8" in refusal(bomb, most_files=8).message
    assert refusal(bomb, most_files=8).over_limit


def test_a_ratio_that_no_report_has_is_refused() -> None:
    error = refusal(written([Part(b"a", b"\0" * 1_100_000)]))
    assert (True, "`a` declares more than 250 times its packed size") == (error.over_limit, error.message)
    assert 1 == len(read_archive(written([Part(b"a", b"\0" * 1_000_000)]), most_bytes=MANY))


def test_an_archive_in_an_archive_stays_bytes() -> None:
    inner = ordinary(ORDINARY)
    assert (("inner.zip", inner),) == read_archive(ordinary({"inner.zip": inner}), most_bytes=MANY)


def test_a_long_name_is_over_the_limit() -> None:
    assert refusal(written([Part(b"a" * 1_025)])).over_limit
    assert 1 == len(read_archive(written([Part(b"a" * 1_024)]), most_bytes=MANY))


def test_a_header_that_lies_about_its_size_unpacks_no_more_than_declared() -> None:
    packed = deflated(b"\0" * 50_000_000)
    data = written([Part(packed=packed, size=1_000, crc=zlib.crc32(b"\0" * 1_000))])
    tracemalloc.start()
    try:
        message = refusal(data).message
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert "not what the archive declares" in message
    assert peak < 500_000


part = st.builds(
    Part,
    name=st.sampled_from([b"a", b"b/c", b"d/", b"../e", b"f\0", "ü".encode()]),
    body=st.binary(max_size=60),
    method=st.sampled_from([0, 8, 8, 12]),
    flags=st.sampled_from([0x800, 0x808, 0, 1]),
    mode=st.sampled_from([0o100644, 0, 0o120777, 0o040755]),
    size=st.none() | st.integers(0, 2**32 - 1),
    at=st.none() | st.integers(0, 400),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(part, max_size=5), st.integers(0, 200), st.integers(0, 5))
def test_whatever_is_declared_it_is_refused_or_within_the_limits(parts: list[Part], most_bytes: int, most_files: int) -> None:
    try:
        files = read_archive(written(parts), most_bytes=most_bytes, most_files=most_files)
    except FormatError:
        return
    assert most_bytes >= sum(len(body) for _, body in files)
    assert most_files >= len(files)
    assert sorted({name for name, _ in files}) == [name for name, _ in files]


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_one_changed_byte_is_refused_or_changes_no_file(data: st.DataObject) -> None:
    whole = bytearray(ordinary(ORDINARY))
    index = data.draw(st.integers(0, len(whole) - 1))
    whole[index] = data.draw(st.integers(0, 255))
    try:
        files = read_archive(bytes(whole), most_bytes=MANY)
    except FormatError:
        return
    assert set() == {body for _, body in files} - set(ORDINARY.values())


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200), st.binary(max_size=80))
def test_bytes_of_any_kind_are_refused_with_a_format_error(body: bytes, tail: bytes) -> None:
    for data in (body, body + ordinary({"a": b"x"}) + tail, ordinary({"a": b"x"})[: len(body)] + tail):
        try:
            read_archive(data, most_bytes=1_000)
        except FormatError:
            continue
        assert data == ordinary({"a": b"x"}) or data.startswith(b"PK")


def test_what_an_honest_reader_makes_of_it_agrees() -> None:
    data = written([Part(), Part(b"b", b"x" * 99, method=0), replace(Part(b"c"), flags=0x808, after=b"PK\x07\x08" + b"\0" * 12)])
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert read_archive(data, most_bytes=MANY) == tuple((name, archive.read(name)) for name in sorted(archive.namelist()))
