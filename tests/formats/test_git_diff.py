from __future__ import annotations

from pathlib import Path

import pytest

from prgate.errors import FormatError
from prgate.formats import patch
from prgate.formats.git_diff import NOT_ASKED
from prgate.formats.git_quoting import quote, unquote
from prgate.model.diff import SUBMODULE, SYMLINK, Hunk, Status
from prgate.model.missing import Missing, Why
from prgate.model.policy import Limits
from tests.diffs import NO_FAULTS, applied, hunks_of, read, stream_of
from tests.repositories import Repo

EMPTY_BLOB = "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"
BUMPED = "1" * 40, "2" * 40


@pytest.fixture(scope="module")
def kinds(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The stream of a change with every kind of entry that git prints for two trees."""
    repo = Repo(tmp_path_factory.mktemp("kinds"))
    text = b"".join(b"line %d\n" % number for number in range(40))
    for name in ("deleted", "edited", "mode", "mode-and-text", "moved-from", "moved-and-mode-from", "to-link"):
        repo.write(name, text + name.encode() + b"\n")
    repo.write("moved-and-edited-from", text.upper() + b"old\n")
    repo.write("binary", b"\0one")
    repo.write("binary-to-link", b"\0one")
    repo.write("binary-moved-from", b"\0moved")
    repo.write("binary-mode", b"\0mode")
    repo.write("same-text-to-link", b"target")
    repo.write("empty-deleted", b"")
    repo.write("no-newline-before", b"a\nb")
    repo.write("no-newline-after", b"a\nb\n")
    repo.write("no-newline-both", b"a\nb")
    repo.write("with space", b"a\n")
    repo.symlink("link", "old-target")
    repo.symlink("link-to-file", "target")
    repo.submodule("module", BUMPED[0])
    repo.submodule("module-to-file", BUMPED[0])
    base = repo.commit("base")
    repo.remove("module-to-file")
    repo.write("module-to-file", b"text\n")
    (repo.path / "deleted").unlink()
    (repo.path / "empty-deleted").unlink()
    repo.write("edited", text.replace(b"line 3\n", b"line three\n").replace(b"line 30\n", b"") + b"edited\n")
    repo.write("mode", text + b"mode\n", executable=True)
    repo.write("mode-and-text", text, executable=True)
    repo.move("moved-from", "moved-to")
    repo.move("moved-and-edited-from", "moved-and-edited-to")
    repo.write("moved-and-edited-to", text.upper() + b"new\n")
    repo.move("moved-and-mode-from", "moved-and-mode-to")
    (repo.path / "moved-and-mode-to").chmod(0o755)
    repo.symlink("to-link", "target")
    repo.symlink("binary-to-link", "target")
    repo.symlink("same-text-to-link", "target")
    repo.write("link-to-file", b"x\n")
    repo.symlink("link", "new-target")
    repo.symlink("new-link", "edited")
    repo.submodule("module", BUMPED[1])
    repo.submodule("new-module", BUMPED[1])
    repo.write("binary", b"\0two")
    repo.move("binary-moved-from", "binary-moved-to")
    repo.write("binary-mode", b"\0mode", executable=True)
    repo.write("new-binary", b"\0two\0")
    repo.write("empty-added", b"")
    repo.write("added", b"one\ntwo\n")
    repo.write("no-newline-before", b"a\nb\n")
    repo.write("no-newline-after", b"a\nb")
    repo.write("no-newline-both", b"a\nc")
    repo.write("with space", b"b\n")
    return stream_of(repo, base, repo.commit("head"))


def test_an_empty_range_has_no_files() -> None:
    diff, faults = read(b"")
    assert ((), NO_FAULTS) == (diff.files, faults)


@pytest.mark.parametrize("block", [1, 7, 64, 4096, 1 << 20])
def test_every_kind_of_change_is_read_with_its_status_modes_and_counts_however_the_stream_is_cut(
    kinds: bytes, block: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patch, "_BLOCK", 1)
    diff, faults = read(kinds, block=block)
    found = {
        change.path: (change.status, *map(oct, change.modes), change.added, change.removed, len(hunks_of(change))) for change in diff.files
    }
    file, program, link, module, none = "0o100644", "0o100755", "0o120000", "0o160000", "0o0"
    assert NO_FAULTS == faults
    assert found == {
        b"added": (Status.ADDED, none, file, 2, 0, 1),
        b"binary": (Status.MODIFIED, file, file, 0, 0, 0),
        b"binary-mode": (Status.MODIFIED, file, program, 0, 0, 0),
        b"binary-moved-to": (Status.RENAMED, file, file, 0, 0, 0),
        b"binary-to-link": (Status.TYPE_CHANGED, file, link, 0, 0, 1),
        b"deleted": (Status.DELETED, file, none, 0, 41, 1),
        b"edited": (Status.MODIFIED, file, file, 1, 2, 2),
        b"empty-added": (Status.RENAMED, file, file, 0, 0, 0),
        b"link": (Status.MODIFIED, link, link, 1, 1, 1),
        b"link-to-file": (Status.TYPE_CHANGED, link, file, 1, 1, 2),
        b"mode": (Status.MODIFIED, file, program, 0, 0, 0),
        b"mode-and-text": (Status.MODIFIED, file, program, 0, 1, 1),
        b"module": (Status.MODIFIED, module, module, 1, 1, 1),
        b"module-to-file": (Status.TYPE_CHANGED, module, file, 1, 1, 2),
        b"moved-and-edited-to": (Status.RENAMED, file, file, 1, 1, 1),
        b"moved-and-mode-to": (Status.RENAMED, file, program, 0, 0, 0),
        b"moved-to": (Status.RENAMED, file, file, 0, 0, 0),
        b"new-binary": (Status.ADDED, none, file, 0, 0, 0),
        b"new-link": (Status.ADDED, none, link, 1, 0, 1),
        b"new-module": (Status.ADDED, none, module, 1, 0, 1),
        b"no-newline-after": (Status.MODIFIED, file, file, 1, 1, 1),
        b"no-newline-before": (Status.MODIFIED, file, file, 1, 1, 1),
        b"no-newline-both": (Status.MODIFIED, file, file, 1, 1, 1),
        b"same-text-to-link": (Status.TYPE_CHANGED, file, link, 0, 0, 2),
        b"to-link": (Status.TYPE_CHANGED, file, link, 1, 41, 2),
        b"with space": (Status.MODIFIED, file, file, 1, 1, 1),
    }


def test_what_stands_on_both_sides_is_told_apart(kinds: bytes) -> None:
    changes = {change.path: change for change in read(kinds)[0].files}
    assert (b"empty-deleted", b"empty-added") == (changes[b"empty-added"].old_path, changes[b"empty-added"].new_path)
    assert (EMPTY_BLOB, EMPTY_BLOB) == changes[b"empty-added"].oids
    assert (None, b"added", "0" * 40) == (changes[b"added"].old_path, changes[b"added"].new_path, changes[b"added"].oids[0])
    assert (b"deleted", None, "0" * 40) == (changes[b"deleted"].old_path, changes[b"deleted"].new_path, changes[b"deleted"].oids[1])
    assert BUMPED == changes[b"module"].oids
    assert {b"binary", b"new-binary", b"binary-to-link", b"binary-mode", b"binary-moved-to"} == {
        path for path, change in changes.items() if change.binary
    }
    assert {b"module", b"new-module", b"module-to-file"} == {path for path, change in changes.items() if SUBMODULE in change.modes}
    assert 6 == sum(SYMLINK in change.modes for change in changes.values())


def test_line_ends_at_the_end_of_a_file_stay_in_the_body(kinds: bytes) -> None:
    changes = {change.path: change for change in read(kinds)[0].files}
    assert (Hunk(1, 2, 1, 2, b" a\n-b\n\\ No newline at end of file\n+b\n"),) == changes[b"no-newline-before"].hunks
    assert (Hunk(1, 2, 1, 2, b" a\n-b\n+b\n\\ No newline at end of file\n"),) == changes[b"no-newline-after"].hunks
    assert b"a\nc" == applied(b"a\nb", hunks_of(changes[b"no-newline-both"]))


def test_lines_that_nobody_asked_for_are_counted_and_not_kept(kinds: bytes) -> None:
    diff, faults = read(kinds, keep=False)
    assert NO_FAULTS == faults
    assert read(kinds)[0].added == diff.added
    unkept = {change.path for change in diff.files if change.hunks is NOT_ASKED}
    assert {change.path for change in read(kinds)[0].files if change.hunks} == unkept


SHORT = 60


def text_change(folder: Path, old: bytes, new: bytes) -> bytes:
    repo = Repo(folder)
    repo.write("a", b"first\n")
    repo.write("m", old)
    repo.write("z", b"last\n")
    base = repo.commit("base")
    repo.write("a", b"First\n")
    repo.write("m", new)
    repo.write("z", b"Last\n")
    return stream_of(repo, base, repo.commit("head"))


@pytest.mark.parametrize("length", [SHORT + 1, 10 * SHORT, 400_000])
@pytest.mark.parametrize("end", [b"\n", b""])
def test_a_line_over_the_limit_is_not_looked_at_and_its_neighbours_are(
    tmp_path: Path, length: int, end: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patch, "_BLOCK", 1)
    stream = text_change(tmp_path, b"one\n", b"one\n" + b"x" * length + end)
    for block in (100, 4096, 1 << 20):
        diff, faults = read(stream, block=block, limits=Limits(line_bytes=SHORT))
        before, middle, after = diff.files
        assert NO_FAULTS == faults
        assert (1, 0) == (middle.added, middle.removed)
        assert isinstance(middle.hunks, Missing)
        assert Why.OVER_LIMIT is middle.hunks.why
        assert "more than 60 bytes" in middle.hunks.detail
        assert (1, 1) == (len(hunks_of(before)), len(hunks_of(after)))


@pytest.mark.parametrize("at", ["removed", "context"])
def test_a_long_line_counts_on_every_side(tmp_path: Path, at: str) -> None:
    long = b"x" * 300_000 + b"\n"
    old = b"one\n" + long + b"two\n"
    stream = text_change(tmp_path, old, b"one\ntwo\n" if at == "removed" else b"one\n" + long + b"three\n")
    diff, faults = read(stream, limits=Limits(line_bytes=SHORT))
    assert NO_FAULTS == faults
    assert isinstance(diff.files[1].hunks, Missing)


@pytest.mark.parametrize("block", [1, 1 << 20])
def test_lines_just_within_the_limit_are_kept(tmp_path: Path, block: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patch, "_BLOCK", 1)
    new = b"".join(bytes([65 + number]) * SHORT + b"\n" for number in range(20))
    diff, faults = read(text_change(tmp_path, b"one\n", new), block=block, limits=Limits(line_bytes=SHORT))
    assert NO_FAULTS == faults
    assert new == applied(b"one\n", hunks_of(diff.files[1]))


def test_more_files_than_the_limit_are_refused(kinds: bytes) -> None:
    with pytest.raises(FormatError, match="more than 25 files changed") as caught:
        read(kinds, limits=Limits(files=25))
    assert caught.value.over_limit
    assert 26 == len(read(kinds, limits=Limits(files=26))[0].files)


def test_a_patch_over_the_limit_loses_lines_from_there_on_and_says_so(kinds: bytes) -> None:
    diff, faults = read(kinds, block=100, limits=Limits(patch_bytes=len(kinds) - 1))
    assert [f"the patch is larger than {len(kinds) - 1} bytes; its lines were read up to this file"] == [fault.message for fault in faults]
    assert 26 == len(diff.files)
    lost = [change for change in diff.files if isinstance(change.hunks, Missing)]
    assert {Why.OVER_LIMIT} == {change.hunks.why for change in lost if isinstance(change.hunks, Missing)}
    assert b"with space" in {change.path for change in lost}


def test_what_has_no_lines_loses_none(kinds: bytes) -> None:
    diff, faults = read(kinds, limits=Limits(patch_bytes=kinds.index(b"\0\0diff") + 2))
    assert 1 == len(faults)
    found = {change.path: change.hunks for change in diff.files}
    assert {b"binary", b"binary-mode", b"binary-moved-to", b"empty-added", b"mode", b"moved-and-mode-to", b"moved-to", b"new-binary"} == {
        path for path, hunks in found.items() if hunks == ()
    }


def test_of_a_file_that_becomes_a_link_the_counts_must_fit_too(kinds: bytes) -> None:
    for wrong in (b"2\t42\tto-link", b"1\t40\tto-link", b"-\t-\tto-link"):
        _, faults = read(kinds.replace(b"1\t41\tto-link", wrong))
        assert ["to-link"] == [fault.path for fault in faults]


def test_a_list_over_the_limit_is_refused(kinds: bytes) -> None:
    with pytest.raises(FormatError, match="larger than 100 bytes") as caught:
        read(kinds, limits=Limits(patch_bytes=100))
    assert caught.value.over_limit


@pytest.mark.parametrize("allowed", [0, 1, 10, 1000])
def test_what_comes_behind_the_last_file_is_a_fault_within_the_limit_and_behind_it(tmp_path: Path, allowed: int) -> None:
    repo = Repo(tmp_path)
    repo.write("a", b"one\n")
    base = repo.commit("base")
    repo.write("a", b"one\n", executable=True)
    stream = stream_of(repo, base, repo.commit("head"))
    assert NO_FAULTS == read(stream, limits=Limits(patch_bytes=len(stream)))[1]
    _, faults = read(stream + stream, limits=Limits(patch_bytes=len(stream) + allowed))
    expected = f"the patch is larger than {len(stream) + allowed} bytes" if allowed < 1000 else "git's patch goes on behind the last file"
    assert [True] == [fault.message.startswith(expected) for fault in faults]


def one_file(tmp_path: Path) -> bytes:
    repo = Repo(tmp_path)
    repo.write("a", b"one\ntwo\nthree\n" + b"same\n" * 20 + b"end\n")
    base = repo.commit("base")
    repo.write("a", b"one\n2\nthree\n" + b"same\n" * 20 + b"END\nmore\n")
    return stream_of(repo, base, repo.commit("head"))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (b"3\t2\ta", b"4\t2\ta", "git counts +4 -2 for this file and its patch holds +3 -2"),
        (b"3\t2\ta", b"-\t-\ta", "git counts binary for this file and its patch holds +3 -2"),
        (b"\n+2\n", b"\n-2\n", "a hunk declares"),
        (b"\n+2\n", b"\nx2\n", "a hunk declares"),
        (b"\n+2\n", b"\n\\2\n", "a line of a hunk has no marker"),
        (b"\n+2\n", b"\n+2", "a hunk declares"),
        (b"@@ -1,5 +1,5 @@", b"@@ -1,5 +2,5 @@", "do not follow from each other"),
        (b"@@ -21,4 +21,5 @@", b"@@ -3,4 +3,5 @@", "hunks overlap"),
        (b"@@ -21,4 +21,5 @@", b"@@ -21,4 +21,6 @@", "a hunk declares -4 +6 lines and holds -4 +5"),
        (b"@@ -1,5 +1,5 @@", b"@@@ -1,5 +1,5 @@", "a hunk header is malformed"),
        (b"@@ -1,5 +1,5 @@", b"@@ -1,5 +99999999999,5 @@", "a hunk header is malformed"),
        (b"@@ -1,5 +1,5 @@", b"diff", "it has no hunk"),
        (b"--- a/a\n", b"--- a/b\n", "git counts +3 -2 for this file and its patch holds +0 -0"),
        (b"diff --git a/a b/a", b"diff --git a/a b/b", "what git lists for it does not come next"),
        (b" 100644\n---", b" 100755\n---", "what git lists for it does not come next"),
    ],
)
def test_a_patch_that_is_not_what_git_lists_is_a_fault(tmp_path: Path, old: bytes, new: bytes, message: str) -> None:
    stream = one_file(tmp_path)
    assert 1 == stream.count(old)
    diff, faults = read(stream.replace(old, new))
    assert [True] == [message in fault.message for fault in faults[:1]], faults
    assert "a" == faults[0].path
    assert isinstance(diff.files[0].hunks, Missing)
    assert Why.FAILED is diff.files[0].hunks.why


def test_a_patch_that_ends_in_a_line_is_said_to_be_cut_off(tmp_path: Path) -> None:
    _, faults = read(one_file(tmp_path)[:-2])
    assert ["the patch is cut off"] == [fault.message.split(": ")[-1] for fault in faults]


def test_more_patch_than_git_lists_is_a_fault(tmp_path: Path) -> None:
    _, faults = read(one_file(tmp_path) + b"diff --git a/b b/b\nold mode 100644\nnew mode 100755\n")
    assert ["git's patch goes on behind the last file that git lists"] == [fault.message for fault in faults]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (b":100644", b"::00644", "malformed"),
        (b":100644 100644", b":100644 000000", "contradicts itself"),
        (b" M\0a\0", b" A\0a\0", "contradicts itself"),
        (b" M\0a\0", b" M\0\0", "contradicts itself"),
        (b" M\0a\0", b" C100\0a\0b\0", "malformed"),
        (b" M\0a\0", b" M\0b\0", "name different paths"),
        (b" M\0a\0", b" M\0a\0:", "malformed"),
        (b"3\t2\ta\0", b"", "fewer files"),
        (b"3\t2\ta\0", b"3\t2\ta\x003\t2\tb\0", "more files"),
        (b"3\t2\ta\0", b"3\t2\t" + b"a" * 5000 + b"\0", "longer than"),
        (b"3\t2\ta\0", b"3\t2\t" + b"a" * 3_000_000, "longer than"),
        (b"\0\0diff", b"", "longer than|cut off"),
    ],
)
def test_a_list_that_cannot_be_right_is_refused(tmp_path: Path, old: bytes, new: bytes, message: str) -> None:
    stream = one_file(tmp_path)
    assert old in stream
    with pytest.raises(FormatError, match=message):
        read(stream.replace(old, new, 1))


def test_counts_without_a_list_are_refused() -> None:
    with pytest.raises(FormatError, match="more files"):
        read(b"3\t2\ta\0\0")


def test_a_hunk_header_that_never_ends_is_refused(tmp_path: Path) -> None:
    stream = one_file(tmp_path).replace(b"@@ -1,5 +1,5 @@", b"@@ -1,5 +1,5 @@" + b"x" * 300_000)
    assert "longer than 65536 bytes" in read(stream[:-100], block=1000)[1][0].message
    assert NO_FAULTS == read(stream.replace(b"x" * 300_000, b"x" * 60_000), block=1000)[1]


def test_a_long_line_without_marker_or_end_is_a_fault(tmp_path: Path) -> None:
    stream = text_change(tmp_path, b"one\n", b"one\n" + b"x" * 300_000 + b"\n")
    limits = Limits(line_bytes=SHORT)
    unmarked = read(stream.replace(b"\n+xx", b"\n\\xx"), block=1000, limits=limits)[1]
    assert ["a line of a hunk has no marker"] == [fault.message.split(": ")[-1] for fault in unmarked]
    cut = read(stream[: stream.index(b"+xx") + 200_000], block=1000, limits=limits)[1]
    assert ["the patch is cut off"] == [fault.message.split(": ")[-1] for fault in cut]


@pytest.mark.parametrize(
    ("path", "quoted"),
    [
        (b"plain/with space~", b"a/plain/with space~"),
        (b'tab\tline\nquote"back\\slash', b'"a/tab\\tline\\nquote\\"back\\\\slash"'),
        (b"na\xc3\xafve \xff\x01\x7f", b'"a/na\\303\\257ve \\377\\001\\177"'),
        (b"\a\b\v\f\r", b'"a/\\a\\b\\v\\f\\r"'),
    ],
)
def test_names_are_quoted_as_git_quotes_them(path: bytes, quoted: bytes) -> None:
    assert quoted == quote(path, b"a/")
    if quoted.startswith(b'"'):
        assert (b"a/" + path, b" rest") == unquote(quoted + b" rest")


@pytest.mark.parametrize("text", [b"plain", b'"never ends', b'"bad \\x escape"', b'"\\400"', b'"line\nend"'])
def test_what_is_not_quoted_as_git_does_it_is_no_name(text: bytes) -> None:
    assert unquote(text) is None
