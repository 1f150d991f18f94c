from __future__ import annotations

import os
import tracemalloc
from pathlib import Path

import pytest

from prgate.git.process import words
from prgate.model.diff import Diff, Status
from prgate.model.missing import Missing, Why
from prgate.model.policy import Limits
from tests.diffs import NO_FAULTS, applied, changes_of, diff_of, hunks_of, written
from tests.repositories import Repo


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    return Repo(tmp_path / "repo")


def two_files(repo: Repo) -> tuple[str, str]:
    repo.write("a", b"1\n" * 50)
    repo.write("b", b"1\n" * 50)
    base = repo.commit("base")
    repo.write("a", b"2\n" * 50)
    repo.write("b", b"2\n" * 50)
    return base, repo.commit("head")


def loose(repo: Repo, name: str) -> Path:
    oid = repo.git("rev-parse", name).decode().strip()
    return repo.path / ".git" / "objects" / oid[:2] / oid[2:]


@pytest.mark.parametrize("name", ["HEAD:a", "HEAD:b", "HEAD~1:a", "HEAD^{tree}"])
@pytest.mark.parametrize("harm", ["missing", "empty", "nonsense", "cut off"])
def test_a_missing_or_damaged_object_is_a_fault_with_gits_words_and_never_a_smaller_diff(repo: Repo, name: str, harm: str) -> None:
    base, head = two_files(repo)
    place = loose(repo, name)
    place.chmod(0o644)
    whole = place.read_bytes()
    match harm:
        case "missing":
            place.unlink()
        case "empty":
            place.write_bytes(b"")
        case "nonsense":
            place.write_bytes(whole[:10] + b"nonsense")
        case _:
            place.write_bytes(whole[: len(whole) // 2])
    diff, faults = diff_of(repo, base, head)
    assert isinstance(diff, Missing)
    assert Why.UNREADABLE is diff.why
    assert [(diff.detail, True)] == [(fault.message, "fatal: " in fault.message) for fault in faults]
    assert str(repo.path) not in diff.detail or "stored in" in diff.detail
    assert "prgate-" not in diff.detail


@pytest.mark.parametrize(
    ("complaints", "expected"),
    [
        (b"", "no word why"),
        (b"\n \n", "no word why"),
        (b"error: one\nerror: two\n", "error: two"),
        (b"fatal: first\nerror: later\n", "fatal: first"),
        (b"fatal: \x1b[31m\xff \xe2\x80\xae::set-output\r", "fatal: \\x1b[31m\\xff \\u202e::set-output\\r"),
        (b"fatal: /tmp/prgate-x/objects/ab", "fatal: (scratch)/objects/ab"),
        (b"fatal: " + b"x" * 500, "fatal: " + "x" * 233 + "…"),
    ],
)
def test_gits_words_are_printable_and_short_and_name_no_temporary_folder(complaints: bytes, expected: str) -> None:
    assert expected == words(complaints, "/tmp/prgate-x")


def test_git_that_breaks_off_in_the_patch_costs_the_lines_from_there_on(
    repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    base, head = two_files(repo)
    real = next(Path(folder, "git") for folder in os.environ["PATH"].split(":") if Path(folder, "git").exists())
    program = tmp_path / "bin" / "git"
    program.parent.mkdir()
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
    for kept, code, lost, faults in ((900, 1, [b"b"], 2), (900, 0, [b"b"], 1), (100_000, 3, [], 1)):
        program.write_text(
            f'#!/bin/sh\n[ "$1" = diff ] || exec {real} "$@"\n{real} "$@" | head -c {kept}\necho "fatal: disk on fire" >&2\nexit {code}\n'
        )
        program.chmod(0o755)
        diff, found = diff_of(repo, base, head)
        assert isinstance(diff, Diff)
        assert lost == [change.path for change in diff.files if isinstance(change.hunks, Missing)]
        assert faults == len(found)
        assert ("disk on fire" in found[0].message) == (code != 0)


def test_a_list_that_breaks_off_without_a_word_is_no_diff(repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    base, head = two_files(repo)
    real = next(Path(folder, "git") for folder in os.environ["PATH"].split(":") if Path(folder, "git").exists())
    program = tmp_path / "bin" / "git"
    program.parent.mkdir()
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
    program.write_text(f'#!/bin/sh\n[ "$1" = diff ] || exec {real} "$@"\n{real} "$@" | head -c 150\n')
    program.chmod(0o755)
    diff, faults = diff_of(repo, base, head)
    assert isinstance(diff, Missing)
    assert (Why.FAILED, 1) == (diff.why, len(faults))


def test_too_many_files_are_no_diff(repo: Repo) -> None:
    diff, faults = diff_of(repo, *two_files(repo), limits=Limits(files=1))
    assert isinstance(diff, Missing)
    assert (Why.OVER_LIMIT, ["more than 1 files changed"]) == (diff.why, [fault.message for fault in faults])


def test_a_patch_over_the_limit_stops_git(repo: Repo) -> None:
    repo.write("a", b"".join(b"%d\n" % number for number in range(2_000_000)))
    head = repo.commit("large")
    empty = repo.git("commit-tree", "-m", "empty", repo.git("mktree").decode().strip()).decode().strip()
    diff, faults = diff_of(repo, empty, head, limits=Limits(patch_bytes=1000))
    assert isinstance(diff, Diff)
    assert ["the patch is larger than 1000 bytes; its lines were read up to this file"] == [fault.message for fault in faults]
    assert [2_000_000] == [change.added for change in diff.files]


def test_an_empty_range_has_no_files(repo: Repo) -> None:
    base, _ = two_files(repo)
    assert (Diff(()), NO_FAULTS) == diff_of(repo, base, base)


def test_reaching_the_rename_limit_is_said(repo: Repo) -> None:
    for number in range(4):
        repo.write(f"old{number}", b"".join(b"%d %d\n" % (number, line) for line in range(50)))
    base = repo.commit("base")
    for number in range(4):
        repo.move(f"old{number}", f"new{number}")
        repo.write(f"new{number}", b"".join(b"%d %d\n" % (number, line) for line in range(49)) + b"changed\n")
    head = repo.commit("head")
    for renames, hit, status in (
        (1, True, {Status.ADDED, Status.DELETED}),
        (0, True, {Status.ADDED, Status.DELETED}),
        (4, False, {Status.RENAMED}),
    ):
        diff, faults = diff_of(repo, base, head, limits=Limits(renames=renames))
        assert isinstance(diff, Diff)
        assert (hit, status, NO_FAULTS) == (diff.rename_limit_hit, {change.status for change in diff.files}, faults)


def test_twenty_thousand_files_are_read(repo: Repo) -> None:
    base = written(repo, {b"d%d/f%d" % (number % 100, number): b"%d\n" % number for number in range(20_000)}, "base")
    head = written(repo, {b"d%d/f%d" % (number % 100, number): b"%d\nmore\n" % number for number in range(20_000)}, "head")
    changes = changes_of(repo, base, head)
    assert (20_000, {1}) == (len(changes), {change.added for change in changes.values()})


def test_a_line_of_a_hundred_megabytes_is_counted_and_never_held(repo: Repo) -> None:
    base = written(repo, {b"a": b"1\n"}, "base")
    head = written(repo, {b"a": b"1\n", b"long": b"x" * 100_000_000}, "head")
    tracemalloc.start()
    try:
        diff, faults = diff_of(repo, base, head)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert NO_FAULTS == faults
    assert isinstance(diff, Diff)
    assert [(b"long", 1, Why.OVER_LIMIT)] == [
        (change.path, change.added, change.hunks.why if isinstance(change.hunks, Missing) else None) for change in diff.files
    ]
    assert peak < 10_000_000


HOSTILE = [
    b"with space", b"tab\tin", b"line\nend", b'quote"d', b"back\\slash", b"x b/y", b"a/a b/a", b"a b/a b/a b", b" leading", b"trailing ",
    b"\xff\xfe", b"na\xc3\xafve", b"\x01\x7f", b"dev/null", b"-dash", b"--help", b":(glob)*", b"*", b"?[x]", b"#", b"a\rb", b"\xe2\x80\xa8", b"\xe2\x80\xae",
    b"diff --git a", b"+++ b", b"@@ -1 +1 @@", b"a => b", b"{a => b}", b'"\\303"',
]  # fmt: skip


@pytest.mark.parametrize("kind", ["edited", "deleted", "added", "moved"])
def test_a_path_is_what_its_bytes_are(repo: Repo, kind: str) -> None:
    text = b"".join(b"%d\n" % line for line in range(20))
    there = {path: text + path for path in HOSTILE}
    base = written(repo, {} if kind == "added" else there, "base")
    match kind:
        case "edited":
            head = written(repo, {path: data.replace(b"3\n", b"three\n") for path, data in there.items()}, "head")
        case "deleted":
            head = written(repo, {}, "head")
        case "moved":
            head = written(repo, {b"new/" + path: data for path, data in there.items()}, "head")
        case _:
            head = written(repo, there, "head")
    changes = changes_of(repo, base, head)
    assert sorted(b"new/" + path if kind == "moved" else path for path in HOSTILE) == sorted(changes)
    if kind == "moved":
        assert sorted(HOSTILE) == sorted(change.old_path or b"" for change in changes.values())


CONTENTS = [
    b"++ b/evil.py\n", b"-- a/x\n", b"diff --git a/x b/x\n", b"@@ -1 +1 @@\n", b"\\ No newline at end of file\n", b"\\", b"+", b"-", b" ", b"\r", b"\r\r\n", b"\f", b"\v",
    b"\xc2\x85", b"\xe2\x80\xa8", b"\xff", b"\n\n\n", b"index 0..1\n", b"-- \n2.39.5\n", b"--- a/x\n+++ b/x\n@@ -1 +1 @@\n-x\n+y\n", b"Binary files a/a and b/b differ\n",
]  # fmt: skip


@pytest.mark.parametrize("content", CONTENTS)
def test_content_that_looks_like_a_diff_stays_content(repo: Repo, content: bytes) -> None:
    text = b"".join(b"%d\n" % line for line in range(9))
    sides = [
        (text + content, text),
        (text, text + content),
        (content, text),
        (text, content),
        (content + text, b"x" + content + text),
        (text + content, b"0" + text + content),
    ]
    base = written(repo, {b"f%d" % number: old for number, (old, _) in enumerate(sides)}, "base")
    head = written(repo, {b"f%d" % number: new for number, (_, new) in enumerate(sides)}, "head")
    changes = changes_of(repo, base, head)
    assert [new for _, new in sides] == [applied(old, hunks_of(changes[b"f%d" % number])) for number, (old, _) in enumerate(sides)]


def test_a_path_too_long_for_any_system_is_refused(repo: Repo) -> None:
    base = written(repo, {b"a": b"1\n"}, "base")
    head = written(repo, {b"a": b"1\n", b"x" * 5000: b"1\n"}, "head")
    diff, faults = diff_of(repo, base, head)
    assert isinstance(diff, Missing)
    assert (Why.OVER_LIMIT, ["a path or header is longer than 4096 bytes"]) == (diff.why, [fault.message for fault in faults])


def test_modes_that_git_never_writes_are_read_as_git_reads_them(repo: Repo) -> None:
    repo.write("a", b"1\n")
    base = repo.commit("base")
    blob = repo.git("hash-object", "-w", "--stdin", stdin=b"2\n").strip()
    tree = (
        repo.git("hash-object", "-t", "tree", "-w", "--stdin", "--literally", stdin=b"100664 a\0" + bytes.fromhex(blob.decode()))
        .decode()
        .strip()
    )
    head = repo.git("commit-tree", "-m", "odd", tree).decode().strip()
    assert (0o100644, 0o100644) == changes_of(repo, base, head)[b"a"].modes
