from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from prgate.errors import FormatError
from prgate.formats.git_diff import NOT_ASKED
from prgate.formats.unified_diff import read_unified_diff
from prgate.model.diff import Diff, FileChange, Hunk, Status
from prgate.model.missing import Missing, Why
from prgate.model.policy import Limits
from prgate.model.verdict import Fault
from tests.diffs import LIMITS, NO_FAULTS, applied, diff_of, hunks_of, keep_all, keep_none, unclassified, written
from tests.repositories import Repo

ZERO = "0" * 40


def read(data: bytes, *, limits: Limits = LIMITS, keep: bool = True) -> tuple[Diff, tuple[Fault, ...]]:
    return read_unified_diff(data, classify=unclassified, keep=keep_all if keep else keep_none, limits=limits)


def one(data: bytes) -> FileChange:
    diff, faults = read(data)
    assert NO_FAULTS == faults
    (change,) = diff.files
    return change


HUNK = b"@@ -1 +1 @@\n-a\n+b\n"
GIT = b"diff --git a/f b/f\nindex 1234567..89abcde 100644\n--- a/f\n+++ b/f\n"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "no changed file in it"),
        (b"--- a/f", "no changed file in it"),
        (b"--- a/f\n", "no changed file in it"),
        (b"--- a/f\n+++ b/f", "no changed file in it"),
        (b"hello\n", "no changed file in it"),
        (b"<html>406</html>\n", "no changed file in it"),
        (b"\n\n \n", "no changed file in it"),
        (HUNK, "line 1: a line belongs to no hunk, or a hunk to no file"),
        (b"some words\n" + HUNK, "line 2: a line belongs to no hunk"),
        (GIT + HUNK + b" more\n", "line 8: a line belongs to no hunk"),
        (GIT + HUNK + b"+more\n", "line 8: a line belongs to no hunk"),
        (GIT + HUNK + b"-more\n", "line 8: a line belongs to no hunk"),
        (GIT + HUNK + b"--- a/x\n+++ b/x\n", "line 8: a line belongs to no hunk"),
        (GIT + HUNK[:-3], "line 7: it is cut off in a hunk"),
        (GIT + HUNK[:-1], "line 7: it is cut off in a hunk"),
        (GIT + b"@@ -1 +1 @@", "line 5: a hunk header is malformed"),
        (GIT + b"@@ -1 +x @@\n", "line 5: a hunk header is malformed"),
        (GIT + b"@@ -1 +1,3 @@\n-a\n+b\ndiff --git a/g b/g\n", "line 8: a hunk has fewer lines than its header declares"),
        (GIT + b"@@ -1 +1 @@\n-a\n-b\n", "line 7: a hunk has other lines than its header declares"),
        (GIT + b"@@ -1,2 +1,2 @@\n a\n-a\n+b\n@@ -2 +2 @@\n-b\n+c\n", "line 9: hunks overlap"),
        (GIT + HUNK + b"@@ -9 +8 @@\n-b\n+c\n", "line 8: .*do not follow"),
        (b"diff --cc f\n--- a/f\n+++ b/f\n@@@ -1,1 -1,1 +1,1 @@@\n", "line 1: a combined diff"),
        (b"--- a/f\n+++ b/f\n@@@ -1,1 -1,1 +1,1 @@@\n", "line 3: a combined diff"),
        (GIT + b"@@@ -1,1 -1,1 +1,1 @@@\n", "line 3: no hunk follows"),
        (GIT[: GIT.index(b"+++")] + HUNK, "line 3: no hunk follows"),
        (GIT + HUNK + GIT + HUNK, "line 8: a file comes a second time"),
        ((GIT + HUNK).replace(b"\n", b"\r\n"), "line 3: its lines end in carriage returns"),
        (GIT.replace(b"a/f\n+++ b/f", b'"a/\\x"\n+++ b/f') + HUNK, "line 1: a quoted name is malformed"),
        (GIT.replace(b"a/f\n+++ b/f", b'"a/f"x\n+++ b/f') + HUNK, "line 1: a quoted name is malformed"),
        (GIT.replace(b"--- a/f", b"--- /dev/null").replace(b"index", b"deleted file mode 100644\nindex") + HUNK, "line 1: the headers of a file contradict"),
        (GIT.replace(b"index", b"new file mode 100644\nindex") + HUNK, "line 1: the headers of a file contradict"),
        (GIT.replace(b"/f", b"/../f") + HUNK, "line 1: a name leads out of the repository"),
        (GIT.replace(b"index", b"rename from f\nrename to ../g\nindex") + HUNK, "line 1: a name leads out of the repository"),
        (GIT.replace(b"index", b"rename from f\nrename to h\nindex") + HUNK, "line 1: the headers of a file contradict"),
    ],
)  # fmt: skip
def test_what_is_no_whole_diff_is_refused_with_its_line(data: bytes, message: str) -> None:
    with pytest.raises(FormatError, match=message):
        read(data)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"diff --git a/x b/y b/z\nold mode 100644\nnew mode 100755\n", "the headers at line 1 do not tell which file they are about"),
        (b"diff --git a/src/foo b/docs/r.bin b/other\nindex 1234567..89abcde 100644\nBinary files differ\n", "the headers at line 1"),
        (b"diff --git a/x b/y\nold mode 100644\nnew mode 100755\n", "the headers at line 1"),
        (b'diff --git "a/x\\t" b/y\nold mode 100644\nnew mode 100755\n', "the headers at line 1"),
        (b'diff --git "a/x\\t\nold mode 100644\nnew mode 100755\n', "the headers at line 1"),
        (b"diff --git a/x b/y\nsimilarity index 100%\nrename from x\n", "the headers at line 1"),
        (GIT.replace(b"+++ b/f", b"+++ b/g") + HUNK, "the headers at line 1"),
        (b"--- foo.orig\n+++ foo\n" + HUNK, "the headers at line 1"),
        (b"--- a/foo\n+++ foo\n" + HUNK, "the headers at line 1"),
        (b"--- a//foo\n+++ b//foo\n" + HUNK, "the headers at line 1"),
        (b"--- /dev/null\n+++ /dev/null\n" + HUNK, "the headers at line 1"),
        (b"\nOnly in b: new\n", "line 2 tells of a file whose lines it does not show"),
        (b"Binary files a/x and b/x differ\n", "line 1 tells of a file whose lines it does not show"),
    ],
)
def test_a_part_that_cannot_be_judged_is_a_fault_and_no_guess(data: bytes, message: str) -> None:
    diff, faults = read(data)
    assert () == diff.files
    assert [True] == [fault.message.startswith(message) for fault in faults], faults


def test_what_unidiff_reads_otherwise_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("prgate.formats.unified_diff._neutral", lambda data, files: iter(()))
    assert ["unidiff counts other lines in this diff"] == [fault.message for fault in read(GIT + HUNK)[1]]
    monkeypatch.setattr("prgate.formats.unified_diff._neutral", lambda data, files: iter(["@@ -1 +1 @@ \udcff\n"]))
    assert ["unidiff reads this diff otherwise: 'Unexpected hunk found"] == [fault.message[:57] for fault in read(GIT + HUNK)[1]]


def test_a_copy_shows_too_little_to_be_judged() -> None:
    diff, faults = read(
        b"diff --git a/f b/g\nsimilarity index 90%\ncopy from f\ncopy to g\nindex 1234567..89abcde 100644\n--- a/f\n+++ b/g\n" + HUNK
    )
    (change,) = diff.files
    assert (Status.ADDED, None, b"g") == (change.status, change.old_path, change.new_path)
    assert isinstance(change.hunks, Missing)
    assert ["g"] == [fault.path for fault in faults]


@pytest.mark.parametrize(
    ("data", "status", "old", "new", "modes"),
    [
        (GIT + HUNK, Status.MODIFIED, b"f", b"f", (0o100644, 0o100644)),
        (b"diff --git f f\n--- f\n+++ f\n" + HUNK, Status.MODIFIED, b"f", b"f", (0, 0)),
        (b"diff --git a/f a/f\n--- a/f\n+++ a/f\n" + HUNK, Status.MODIFIED, b"a/f", b"a/f", (0, 0)),
        (b"diff --git i/f w/f\n--- i/f\n+++ w/f\n" + HUNK, Status.MODIFIED, b"f", b"f", (0, 0)),
        (b"diff --git b/f a/f\n--- b/f\n+++ a/f\n" + HUNK, Status.MODIFIED, b"f", b"f", (0, 0)),
        (b"diff --git a/x b/x b/x b/x\n--- a/x b/x\t\n+++ b/x b/x\t\n" + HUNK, Status.MODIFIED, b"x b/x", b"x b/x", (0, 0)),
        (b'diff --git "a/\\303\\251" "b/\\303\\251"\n--- "a/\\303\\251"\n+++ "b/\\303\\251"\n' + HUNK, Status.MODIFIED, b"\xc3\xa9", b"\xc3\xa9", (0, 0)),
        (b"diff --git a/\xff b/\xff\n--- a/\xff\n+++ b/\xff\n" + HUNK, Status.MODIFIED, b"\xff", b"\xff", (0, 0)),
        (b"diff --git a/x b/y b/x b/y\nold mode 100644\nnew mode 100755\n", Status.MODIFIED, b"x b/y", b"x b/y", (0o100644, 0o100755)),
        (b"diff --git a/f b/f\nnew file mode 120000\n--- /dev/null\n+++ b/f\n@@ -0,0 +1 @@\n+a\n", Status.ADDED, None, b"f", (0, 0o120000)),
        (b"diff --git a/f b/f\n--- /dev/null\n+++ b/f\n@@ -0,0 +1 @@\n+a\n", Status.ADDED, None, b"f", (0, 0)),
        (b"diff --git a/f b/f\ndeleted file mode 100644\n--- a/f\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\n", Status.DELETED, b"f", None, (0o100644, 0)),
        (b"diff --git a/f b/f\n--- a/f\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\n", Status.DELETED, b"f", None, (0, 0)),
        (b"diff --git a/f b/f\nnew file mode 100644\nindex 0000000..e69de29\n", Status.ADDED, None, b"f", (0, 0o100644)),
        (b"diff --git a/f b/g\nsimilarity index 100%\nrename from f\nrename to g\n", Status.RENAMED, b"f", b"g", (0, 0)),
        (b'diff --git a/f "b/\\tg"\nsimilarity index 90%\nrename from f\nrename to "\\tg"\n--- a/f\n+++ "b/\\tg"\n' + HUNK, Status.RENAMED, b"f", b"\tg", (0, 0)),
        (b"diff --git a/f b/f\ndissimilarity index 90%\n--- a/f\n+++ b/f\n" + HUNK, Status.MODIFIED, b"f", b"f", (0, 0)),
        (b"--- a/f\n+++ b/f\n" + HUNK, Status.MODIFIED, b"f", b"f", (0, 0)),
        (b"--- f\n+++ f\n" + HUNK, Status.MODIFIED, b"f", b"f", (0, 0)),
        (b"--- /dev/null\n+++ b/f\n@@ -0,0 +1 @@\n+a\n", Status.ADDED, None, b"f", (0, 0)),
        (b"--- f\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\n", Status.DELETED, b"f", None, (0, 0)),
        (b"--- old/d/f\t2026-01-05 08:00:00.0 +0000\n+++ new/d/f\t2026-01-05 08:00:00.0 +0000\n" + HUNK, Status.MODIFIED, b"d/f", b"d/f", (0, 0)),
        (b"--- old/f\t1970-01-01 00:00:00.0 +0000\n+++ new/f\t2026-01-05 08:00:00.0 +0000\n@@ -0,0 +1 @@\n+a\n", Status.ADDED, None, b"f", (0, 0)),
        (b"--- old/f\t2026-01-05 08:00:00.0 +0000\n+++ new/f\t1969-12-31 19:00:00.0 -0500\n@@ -1 +0,0 @@\n-a\n", Status.DELETED, b"f", None, (0, 0)),
    ],
)  # fmt: skip
def test_names_modes_and_kind_come_from_the_headers_that_say_them(
    data: bytes, status: Status, old: bytes | None, new: bytes | None, modes: tuple[int, int]
) -> None:
    change = one(data)
    assert (status, old, new, modes) == (change.status, change.old_path, change.new_path, change.modes)


def test_object_ids_count_only_when_they_are_whole() -> None:
    assert (ZERO, ZERO) == one(GIT + HUNK).oids
    assert ("1" * 40, "2" * 40) == one(GIT.replace(b"1234567..89abcde", b"1" * 40 + b".." + b"2" * 40) + HUNK).oids


def test_a_line_that_lost_its_only_space_gets_it_back() -> None:
    change = one(GIT + b"@@ -1,5 +1,5 @@\n a\n\n-b\n\n+c\n d\n")
    assert (Hunk(1, 5, 1, 5, b" a\n \n-b\n \n+c\n d\n"),) == change.hunks
    assert b"a\n\n\nc\nd\n" == applied(b"a\n\nb\n\nd\n", hunks_of(change))


def test_a_remark_on_line_ends_is_taken_in_any_language() -> None:
    change = one(GIT + b"@@ -1 +1 @@\n-a\n\\ Kein Zeilenumbruch am Dateiende.\n+b\n\\ Kein Zeilenumbruch am Dateiende.\n")
    assert (1, 1) == (change.added, change.removed)


def test_limits_hold() -> None:
    with pytest.raises(FormatError, match="larger than 20 bytes") as caught:
        read(GIT + HUNK, limits=Limits(patch_bytes=20))
    assert caught.value.over_limit
    with pytest.raises(FormatError, match="more than 1 files") as caught:
        read(GIT + HUNK + GIT.replace(b"/f", b"/g") + HUNK, limits=Limits(files=1))
    assert caught.value.over_limit
    diff, faults = read(GIT + HUNK.replace(b"+b", b"+" + b"b" * 11), limits=Limits(line_bytes=10))
    assert NO_FAULTS == faults
    assert isinstance(diff.files[0].hunks, Missing)
    assert (Why.OVER_LIMIT, 1) == (diff.files[0].hunks.why, diff.files[0].added)


def test_lines_that_nobody_asked_for_are_counted_and_not_kept() -> None:
    diff, _ = read(GIT + HUNK, keep=False)
    assert (NOT_ASKED, 1, 1) == (diff.files[0].hunks, diff.files[0].added, diff.files[0].removed)


@pytest.mark.parametrize("kept", [True, False])
def test_a_file_that_becomes_a_link_is_one_change(kept: bool) -> None:
    gone = b"diff --git a/f b/f\ndeleted file mode 100644\n--- a/f\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\n"
    new = b"diff --git a/f b/f\nnew file mode 120000\n--- /dev/null\n+++ b/f\n@@ -0,0 +1 @@\n+t\n\\ No newline at end of file\n"
    diff, faults = read(gone + new, keep=kept)
    (change,) = diff.files
    assert NO_FAULTS == faults
    assert (Status.TYPE_CHANGED, b"f", b"f", (0o100644, 0o120000), 1, 1) == (
        *(change.status, change.old_path, change.new_path, change.modes, change.added, change.removed),
    )
    assert (2 if kept else NOT_ASKED) == (len(hunks_of(change)) if kept else change.hunks)
    with pytest.raises(FormatError, match="a second time"):
        read(new + gone)


@pytest.fixture(scope="module")
def repo(tmp_path_factory: pytest.TempPathFactory) -> Repo:
    """Two commits on ``main`` with hostile content; the message of the second holds what looks like a diff."""
    repo = Repo(tmp_path_factory.mktemp("handed") / "repo")
    text = b"".join(b"line %d\n" % number for number in range(30))
    base = {
        b"edited": text,
        b"moved-from": text.upper(),
        b"with space": b"a\n",
        b"gone": b"x\n",
        b"x b/y": text,
        b"binary": b"\0" * 300,
        b"\xff": text,
    }
    written(repo, base, "base")
    hostile = b"++ b/evil\n-- a/x\n@@ -1 +1 @@\n\\ No newline\n\r\f\v\xc2\x85\xe2\x80\xa8\xff\n"
    head = {
        b"edited": text.replace(b"line 3\n", hostile) + b"no end",
        b"moved-to": text.upper() + b"x\n",
        b"with space": b"b\n",
        b"new": hostile,
        b"empty": b"",
        b"x b/y": text + b"more\n",
        b"binary": b"\1\0" * 300,
        b"\xff": text + b"\xff\n",
    }
    written(repo, head, "subject\n\nbody\n --- a/a\n diff --git a/a b/a\n")
    return repo


@pytest.mark.parametrize(
    "command",
    [
        ["diff", "HEAD~1", "HEAD"],
        ["diff", "--no-prefix", "HEAD~1", "HEAD"],
        ["diff", "--src-prefix=i/", "--dst-prefix=w/", "HEAD~1", "HEAD"],
        ["-c", "core.quotePath=false", "diff", "HEAD~1", "HEAD"],
        ["diff", "--binary", "HEAD~1", "HEAD"],
        ["show", "HEAD"],
        ["format-patch", "--stdout", "-1"],
        ["format-patch", "--stdout", "--binary", "--full-index", "-1"],
        ["log", "-p", "-1"],
    ],
    ids=" ".join,
)
def test_what_git_prints_says_the_same_as_the_range(repo: Repo, command: list[str]) -> None:
    base, head = repo.git("rev-parse", "HEAD~1", "HEAD").decode().split()
    expected, _ = diff_of(repo, base, head)
    assert isinstance(expected, Diff)
    found, faults = read(repo.git(*command))
    assert NO_FAULTS == faults
    facts = [(file.status, file.old_path, file.new_path, file.binary, file.added, file.removed, file.hunks) for file in expected.files]
    assert facts == [(file.status, file.old_path, file.new_path, file.binary, file.added, file.removed, file.hunks) for file in found.files]


def test_a_series_of_patches_is_no_diff_of_a_range(repo: Repo) -> None:
    with pytest.raises(FormatError, match="a series of patches is no diff of a range"):
        read(repo.git("format-patch", "--stdout", "--root", "HEAD"))


def test_what_diff_prints_of_two_folders_is_read(tmp_path: Path) -> None:
    for name, content in (("old/d/f", b"a\nb"), ("new/d/f", b"a\nc\n"), ("new/added", b"x\n"), ("old/gone", b"y\n")):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(content)
    done = subprocess.run(
        ["diff", "-ruN", "old", "new"], cwd=tmp_path, capture_output=True, check=False, env={"LC_ALL": "C", "PATH": "/usr/bin:/bin"}
    )
    diff, faults = read(done.stdout)
    assert NO_FAULTS == faults
    assert [(b"added", Status.ADDED), (b"d/f", Status.MODIFIED), (b"gone", Status.DELETED)] == [
        (file.path, file.status) for file in diff.files
    ]
    assert b"a\nc\n" == applied(b"a\nb", hunks_of(diff.files[1]))
    done = subprocess.run(
        ["diff", "-ru", "old", "new"], cwd=tmp_path, capture_output=True, check=False, env={"LC_ALL": "C", "PATH": "/usr/bin:/bin"}
    )
    diff, faults = read(done.stdout)
    assert ([b"d/f"], 2) == ([file.path for file in diff.files], len(faults))
