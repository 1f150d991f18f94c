"""An artifact is an archive of a few kilobytes that unpacks to gigabytes, lies about its sizes, or writes beside its folder.

Group: inputs
Seen in: py-cov-action/python-coverage-comment-action, which unpacks without a bound; download-artifact before 4.1.7, which followed `../`
Held by: archives are read in memory under limits of size, files and ratio, and never unpacked into a folder; what is refused is missing
  evidence, with its reason, and does not pass.
"""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

from tests.action.bench import Bench
from tests.forge.forge import Forge
from tests.forge.runs import zipped

POLICY = b"version: 1\nrules: {missing-trace: block, uncovered-change: block}\n"


def bomb() -> bytes:
    """Many members of zeros: a thousandfold of what it weighs."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr("lcov.info", bytes(24 * 1024 * 1024))
    return buffer.getvalue()


def lying() -> bytes:
    """A member that is longer than both of its headers say."""
    whole = zipped({"lcov.info": b"SF:a.py\n" * 5_000})
    return whole.replace((40_000).to_bytes(4, "little"), (40).to_bytes(4, "little"))


def outside() -> bytes:
    return zipped({"../../lcov.info": b"SF:a.py\nend_of_record\n"})


def many() -> bytes:
    return zipped({f"{number}.info": b"" for number in range(2_000)})


ARCHIVES = {
    "declares more than 250 times its packed size": bomb(),
    "is not what the archive declares": lying(),
    "leads out of the archive": outside(),
    "2,000 entries, more than": many(),
    "not a zip archive": b"PK\x05\x06",
}


def test_an_archive_that_would_do_harm_is_missing_evidence(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path, policy=POLICY)
    pull = bench.open()
    run = forge.run(pull)
    for number, archive in enumerate(ARCHIVES.values()):
        forge.artifact(bench.host, run, f"report-{number}", archive)
    named = "\n".join(f"report-{number}" for number in range(len(ARCHIVES)))
    ran = bench.act(bench.opened(pull), coverage_artifact=named, trace_artifact=named)
    assert (1, "incomplete", "action_required") == (ran.code, ran.outputs["verdict"], bench.conclusion(bench.head))
    missing = {
        kind: [item["missing"]["detail"] for item in ran.verdict["evidence"] if item["kind"] == kind] for kind in ("coverage", "trace")
    }
    for details in missing.values():
        assert [] == [(why, detail) for why, detail in zip(ARCHIVES, details, strict=True) if why not in detail]
    assert set() == {path.name for path in tmp_path.rglob("*.info")}
