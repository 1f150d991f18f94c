from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from prgate.errors import FormatError
from prgate.formats import patch
from prgate.formats.git_diff import read_diff
from prgate.formats.unified_diff import read_unified_diff
from prgate.model.diff import Diff, Status
from prgate.model.missing import Missing
from tests.diffs import LIMITS, NO_FAULTS, applied, diff_of, hunks_of, keep_all, read, stream_of, unclassified
from tests.repositories import Repo

FILE, PROGRAM, LINK = 0o100644, 0o100755, 0o120000

Tree = dict[bytes, tuple[int, bytes]]

PIECES = [
    b"a",
    b"b",
    b"x b",
    b"y",
    b" ",
    b"\t",
    b"\n",
    b'"',
    b"\\",
    b"\xff",
    b"\xc3\xa9",
    b"=>",
    b"-",
    b"+",
    b".py",
    b"\r",
    b"\x01",
    b"dev",
    b"null",
]
NAMES = st.lists(st.sampled_from(PIECES), min_size=1, max_size=4).map(b"".join)
PATHS = st.lists(NAMES, min_size=1, max_size=3).map(b"/".join)
LINES = st.sampled_from(
    [
        *(
            b"one\n",
            b"two\n",
            b"three\n",
            b"\n",
            b" \n",
            b"+\n",
            b"-\n",
            b"\\\n",
            b"}\n",
            b"\r\n",
            b"\r",
            b"\f\n",
            b"\v\n",
            b"\xe2\x80\xa8\n",
        ),
        *(
            b"++ b/x\n",
            b"-- a/x\n",
            b"@@ -1 +1 @@\n",
            b"diff --git a/x b/x\n",
            b"\\ No newline at end of file\n",
            b"no end",
            b"\xff\n",
            b"\0\n",
        ),
    ]
)
TEXTS = st.lists(LINES, max_size=12).map(b"".join)
ENTRIES = st.one_of(st.tuples(st.sampled_from([FILE, PROGRAM]), TEXTS), st.tuples(st.just(LINK), NAMES))


@dataclass(frozen=True)
class Pair:
    """A tree and what became of it."""

    base: Tree
    head: Tree


@st.composite
def pairs(draw: st.DrawFn) -> Pair:
    base = draw(st.dictionaries(PATHS, ENTRIES, max_size=6))
    head: Tree = {}
    for path, (mode, data) in base.items():
        match draw(st.sampled_from(["kept", "gone", "edited", "retyped", "moved", "moved-and-edited"])):
            case "kept":
                head[path] = mode, data
            case "edited":
                head[path] = mode, draw(edits(data)) if mode != LINK else draw(NAMES)
            case "retyped":
                head[path] = draw(ENTRIES)
            case "moved":
                head[draw(PATHS)] = mode, data
            case "moved-and-edited":
                head[draw(PATHS)] = mode, draw(edits(data)) if mode != LINK else data
            case _:
                pass
    return Pair(possible(base), possible(head | draw(st.dictionaries(PATHS, ENTRIES, max_size=3))))


def edits(data: bytes) -> st.SearchStrategy[bytes]:
    lines = [line + b"\n" for line in data.split(b"\n")]
    places = st.integers(0, len(lines))
    return st.tuples(places, places, TEXTS).map(lambda edit: b"".join([*lines[: min(edit[:2])], edit[2], *lines[max(edit[:2]) :]]))


def possible(tree: Tree) -> Tree:
    """The tree without what no file system could hold: a path that leads through a file."""
    folders = {path[:at] for path in tree for at, byte in enumerate(path) if byte == ord("/")}
    return {path: entry for path, entry in tree.items() if path not in folders}


def commit(repo: Repo, tree: Tree) -> str:
    parts = [b"commit refs/heads/main\ncommitter dev-one <dev-one@example.com> 1767600000 +0000\ndata 0\ndeleteall\n"]
    for path, (mode, data) in tree.items():
        quoted = b'"' + b"".join(b"\\%03o" % byte for byte in path) + b'"'
        parts.append(b"M %o inline %s\ndata %d\n%s\n" % (mode, quoted, len(data), data))
    repo.git("fast-import", "--quiet", "--force", stdin=b"".join(parts))
    return repo.head()


@pytest.fixture(scope="module")
def repo(tmp_path_factory: pytest.TempPathFactory) -> Repo:
    return Repo(tmp_path_factory.mktemp("trees") / "repo")


def binary(*sides: tuple[int, bytes] | None) -> bool:
    return any(b"\0" in side[1] for side in sides if side is not None)


@settings(max_examples=120, deadline=None)
@given(pair=pairs())
def test_random_trees_come_back_exactly(repo: Repo, pair: Pair) -> None:
    diff, faults = diff_of(repo, commit(repo, pair.base), commit(repo, pair.head))
    assert NO_FAULTS == faults
    assert isinstance(diff, Diff)
    gone = {change.old_path for change in diff.files if change.status in {Status.DELETED, Status.RENAMED}}
    found: Tree = {path: entry for path, entry in pair.base.items() if path not in gone}
    for change in diff.files:
        before = pair.base.get(change.old_path) if change.old_path is not None else None
        after = pair.head.get(change.new_path) if change.new_path is not None else None
        assert (before[0] if before else 0, after[0] if after else 0) == change.modes
        assert binary(before, after) == change.binary
        if change.new_path is None:
            assert change.binary or b"" == applied(before[1] if before else b"", hunks_of(change))
        elif change.binary:
            found[change.new_path] = change.modes[1], after[1] if after else b""
        else:
            found[change.new_path] = change.modes[1], applied(before[1] if before else b"", hunks_of(change))
    assert pair.head == found


@settings(max_examples=60, deadline=None)
@given(pair=pairs())
def test_a_diff_handed_over_says_the_same_as_the_range_or_says_that_it_cannot(repo: Repo, pair: Pair) -> None:
    base, head = commit(repo, pair.base), commit(repo, pair.head)
    text = repo.git("diff", "--full-index", "-M", "-l2000", base, head)
    diff, _ = diff_of(repo, base, head)
    assert isinstance(diff, Diff)
    if not text:
        return
    handed, faults = read_unified_diff(text, classify=unclassified, keep=keep_all, limits=LIMITS)
    known = {change.path: change for change in handed.files}
    for change in diff.files:
        if change.path not in known:
            assert NO_FAULTS != faults
            continue
        other = known[change.path]
        assert (change.status, change.old_path, change.new_path, change.hunks) == (
            other.status,
            other.old_path,
            other.new_path,
            other.hunks,
        )
        assert other.binary == (change.binary and change.oids[0] != change.oids[1])
    assert {change.path for change in diff.files} >= set(known)


def shape(diff: Diff) -> list[tuple[object, ...]]:
    """All that a diff says but the text of its lines, and whether the last of them has an end: for that only git's exit code stands."""
    return [
        (
            *(change.status, change.old_path, change.new_path, change.modes, change.oids, change.binary, change.added, change.removed),
            None
            if isinstance(change.hunks, Missing)
            else [
                (
                    hunk.old_start,
                    hunk.old_count,
                    hunk.new_start,
                    hunk.new_count,
                    [line[:1] for line in hunk.body.split(b"\n") if line[:1] != b"\\"],
                )
                for hunk in change.hunks
            ],
        )
        for change in diff.files
    ]


@pytest.fixture(scope="module")
def stream(repo: Repo) -> bytes:
    """A stream with most kinds of change in it, some 4 kB."""
    text = b"".join(b"line %d\n" % number for number in range(12))
    base: Tree = {
        b"binary": (FILE, b"\0one"),
        b"edited": (FILE, text + text.upper() + b"end"),
        b"gone": (FILE, b"one\ntwo\n"),
        b"link": (LINK, b"target"),
        b"mode": (FILE, text),
        b"moved from": (FILE, text + b"x\n"),
        b"retyped": (FILE, b"target\n"),
    }
    head: Tree = {
        b"binary": (FILE, b"\0two"),
        b"caf\xc3\xa9": (FILE, b""),
        b"edited": (FILE, text.replace(b"line 1\n", b"++ b/x\n") + text.upper() + b"end\n"),
        b"link": (LINK, b"other"),
        b"mode": (PROGRAM, text),
        b"moved to": (FILE, text + b"y\n"),
        b"new": (FILE, b"one\n-- a\n"),
        b"retyped": (LINK, b"target"),
    }
    return stream_of(repo, commit(repo, base), commit(repo, head))


def unharmed(stream: bytes, harmed: bytes) -> bool:
    """Whether the harm went by without a word and changed what the diff says."""
    try:
        diff, faults = read(harmed)
    except FormatError:
        return True
    return bool(faults) or shape(read(stream)[0]) == shape(diff)


@settings(max_examples=400, deadline=None)
@given(data=st.data())
def test_a_stream_with_one_wrong_byte_is_a_fault_or_says_the_same(stream: bytes, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(stream) - 1))
    byte = data.draw(st.one_of(st.sampled_from(sorted(b"\0\n +-@\\0123456789ADMRT:d")), st.integers(0, 255)))
    assert unharmed(stream, stream[:at] + bytes([byte]) + stream[at + 1 :])


@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_a_stream_that_lost_or_doubled_bytes_is_a_fault_or_says_the_same(stream: bytes, data: st.DataObject) -> None:
    first, last = sorted((data.draw(st.integers(0, len(stream))), data.draw(st.integers(0, len(stream)))))
    assume(first or last < len(stream))
    assert unharmed(stream, stream[:first] + stream[last:])
    assert unharmed(stream, stream[:last] + stream[first:])


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_where_one_block_ends_and_the_next_begins_makes_no_difference(stream: bytes, data: st.DataObject) -> None:
    cuts = data.draw(st.lists(st.integers(0, len(stream)), max_size=40).map(sorted))
    chunks = [stream[first:last] for first, last in pairwise([0, *cuts, len(stream)])]
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(patch, "_BLOCK", 1)
        found = read_diff(chunks, classify=unclassified, keep=keep_all, limits=LIMITS)
    assert read(stream) == found


def test_a_stream_cut_off_anywhere_is_a_fault(stream: bytes) -> None:
    remark = b"\\ No newline at end of file\n"
    whole = shape(read(stream)[0])
    silent = []
    for end in range(1, len(stream)):
        try:
            diff, faults = read(stream[:end])
        except FormatError:
            continue
        assert len(whole) == len(diff.files)
        if not faults:
            silent.append(end)
    assert stream.endswith(remark)
    assert [len(stream) - len(remark)] == silent
