"""An artifact's archive is built so that two readers of it see two things, or one reader goes round for ever.

Group: inputs
Seen in: overlapping files (a 10 MB "better zip bomb" of 281 TB, 2019), r.zip, which holds itself, and links that an unpacker follows
Held by: the plain form that forges write and no other: every file lies by itself, is named once, is regular, and is what directory and
  header say; nothing is looked for inside what was unpacked. Anything else is missing evidence with its reason, and no pass.
"""

from __future__ import annotations

import io
import struct
import zipfile
from pathlib import Path

from tests.action.bench import Bench
from tests.forge.forge import Forge
from tests.forge.runs import zipped

POLICY = b"version: 1\nrules: {uncovered-change: block}\n"
REPORT = b"TN:\nSF:src/crypto/seal.py\nDA:1,1\nend_of_record\n"


def written(*members: tuple[str, bytes, int]) -> bytes:
    """An archive of (name, content, Unix mode), names as they are."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for number, (name, data, mode) in enumerate(members):
            entry = zipfile.ZipInfo(f"{number}" * len(name), (2026, 1, 5, 12, 0, 0))
            entry.external_attr, entry.create_system = mode << 16, 3
            archive.writestr(entry, data)
    whole = buffer.getvalue()
    for number, (name, _, _) in enumerate(members):
        whole = whole.replace(f"{number}".encode() * len(name), name.encode())
    return whole


def overlapping() -> bytes:
    """Two files, one of which lies in the other: both are what their headers say."""
    inner = written(("b.info", REPORT, 0o100644))
    begin = inner.index(b"PK\x01\x02")
    outer = written(("a.info", inner[:begin], 0o100644))
    start, end = outer.rindex(b"PK\x01\x02"), outer.rindex(b"PK\x05\x06")
    entry = inner[begin : inner.rindex(b"PK\x05\x06")]
    shifted = entry[:42] + struct.pack("<L", outer.index(b"PK\x03\x04", 4)) + entry[46:]
    return outer[:end] + shifted + struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 2, 2, end - start + len(shifted), start, 0)


def hundred_thousand() -> bytes:
    """As many entries as the end record can count, and more than that behind it."""
    one = zipped({"a": b""})
    start, end = one.index(b"PK\x01\x02"), one.rindex(b"PK\x05\x06")
    entries = one[start:end] * 100_000
    return one[:start] + entries + struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, len(entries), start, 0)


def itself() -> bytes:
    """An archive in an archive in an archive; to look into each is a way without end."""
    inner = zipped({"lcov.info": REPORT})
    for _ in range(5):
        inner = zipped({"lcov.info": inner})
    return inner


ARCHIVES = {
    "overlap": overlapping(),
    "a zip64 archive": hundred_thousand(),
    "an archive: unpack it first": itself(),
    "is neither a regular file": written(("lcov.info", b"/etc/passwd", 0o120777)),
    "stands twice": written(("lcov.info", REPORT, 0o100644), ("lcov.info", b"TN:\n", 0o100644)),
    "leads out of the archive": written(("a/../../lcov.info", REPORT, 0o100644)),
    "`/etc/lcov.info` leads out": written(("/etc/lcov.info", REPORT, 0o100644)),
    r"`..\\lcov.info` leads out": written(("..\\lcov.info", REPORT, 0o100644)),
    "does not lie where its end says": b"#!/bin/sh\n" + zipped({"lcov.info": REPORT}),
    "something follows": zipped({"lcov.info": REPORT}) + b"comment" * 9,
    "tells two stories": zipped({"lcov.info": REPORT}).replace(b"lcov.info", b"lcov.inf0", 1),
    "is encrypted": zipped({"lcov.info": REPORT}).replace(b"PK\x01\x02\x14\x03\x14\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01"),
}


def test_an_archive_with_two_faces_is_no_evidence(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path, policy=POLICY)
    pull = bench.open()
    run = forge.run(pull)
    for number, archive in enumerate(ARCHIVES.values()):
        forge.artifact(bench.host, run, f"report-{number}", archive)
    names = [f"report-{number}" for number in range(len(ARCHIVES))]
    ran = bench.run(bench.opened(pull), coverage_artifact="\n".join(names))
    details = {item["id"]: item["missing"]["detail"] for item in ran.verdict["evidence"] if item["kind"] == "coverage"}
    told = {why: details[f"coverage:{number}"] for number, why in enumerate(ARCHIVES, start=1)}
    assert [] == [(why, detail) for why, detail in told.items() if why not in detail]
    assert (1, "incomplete", "action_required") == (ran.code, ran.outputs["verdict"], bench.conclusion(bench.head))


def test_the_same_report_in_a_plain_archive_is_read(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path, policy=POLICY)
    pull = bench.open()
    forge.artifact(bench.host, forge.run(pull), "report", written(("lcov.info", REPORT, 0o100644)))
    ran = bench.act(bench.opened(pull), coverage_artifact="report")
    assert "pass" == ran.outcome("uncovered-change")
