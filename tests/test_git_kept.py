"""What a repository keeps beside its branches is found where it is, and nowhere else."""

from __future__ import annotations

import os
from hashlib import sha256
from pathlib import Path

import pytest

from prgate.errors import FormatError
from prgate.git import kept as module
from prgate.git import open_repository
from prgate.git.kept import Found, Kept, Sought
from prgate.git.streams import Joined
from prgate.model.missing import Why
from tests.keeping import ID, OTHER, ULID, Tree, at_ref, attach, checkpoint, in_branch, keep, names, note
from tests.repositories import Repo


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    made = Repo(tmp_path / "repo")
    made.write("a.py", b"1\n")
    made.commit("one")
    made.branch("feat/seal")
    made.write("a.py", b"2\n")
    made.commit("two")
    return made


def found(repo: Repo, *branches: str, commits: tuple[str, ...] = (), checkpoints: tuple[str, ...] = ()) -> Found:
    with open_repository(repo.path) as repository:
        return repository.kept(Sought(branches, commits, checkpoints))


def read(repo: Repo, kept: Kept) -> bytes:
    """All bytes of one, in small pieces."""
    with open_repository(repo.path) as repository:
        streams = repository.streams([kept.oids])
        stream = next(streams)
        return b"".join(iter(lambda: stream.read(3), b""))


def test_nothing_is_found_where_nothing_is_kept(repo: Repo) -> None:
    assert Found() == found(repo)
    assert Found() == found(repo, "feat/seal", commits=(repo.head(),))
    (absent,) = found(repo, "feat/seal", checkpoints=(ID,)).absent
    assert (Why.ABSENT, True) == (absent.why, ID in absent.detail)


@pytest.mark.parametrize(
    "name",
    ["feat/seal/more/s", "feat/sealed/s", "feat/s", "feat", "seal/s", "main/s", "feat/Seal/s"],
)
def test_a_session_of_another_branch_is_not_found(repo: Repo, name: str) -> None:
    keep(repo, f"refs/prgate/{name}", {"trace.json": b"{}"})
    assert Found() == found(repo, "feat/seal")


def test_the_sessions_of_a_branch_are_found_newest_first(repo: Repo) -> None:
    for number, session in enumerate(("b", "a", "c")):
        attach(repo, "feat/seal", session, b"%d" % number, at=1_767_600_000 + number)
    sessions = found(repo, "feat/seal")
    assert [f"refs/prgate/feat/seal/{name}" for name in "cab"] == names(sessions.kept)
    assert [b"2", b"1", b"0"] == [read(repo, each) for each in sessions.kept]
    assert ((), ()) == (sessions.absent, sessions.unseen)
    repo.git("pack-refs", "--all")
    assert sessions == found(repo, "feat/seal")


def test_more_sessions_than_the_limit_are_said(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_REFS", 2)
    for number in range(3):
        attach(repo, "feat/seal", f"s{number}", b"%d" % number, at=1_767_600_000 + number)
    sessions = found(repo, "feat/seal")
    assert ["refs/prgate/feat/seal/s2", "refs/prgate/feat/seal/s1"] == names(sessions.kept)
    assert [(Why.OVER_LIMIT, "3 sessions are attached, of which the 2 newest are read")] == [
        (each.why, each.detail) for each in sessions.unseen
    ]


@pytest.mark.parametrize("files", [{"other.json": b"{}"}, {"trace.json": {"trace.json": b"{}"}}])
def test_a_ref_without_a_trace_is_absent(repo: Repo, files: Tree) -> None:
    keep(repo, "refs/prgate/feat/seal/s", files)
    sessions = found(repo, "feat/seal")
    assert ((), [Why.ABSENT]) == (sessions.kept, [each.why for each in sessions.absent])


def test_a_ref_that_leads_to_a_link_or_no_commit_holds_no_trace(repo: Repo) -> None:
    blob = repo.git("hash-object", "-w", "--stdin", stdin=b"/etc/hostname").decode().strip()
    link = repo.git("mktree", stdin=f"120000 blob {blob}\ttrace.json\n".encode()).decode().strip()
    commit = repo.git("commit-tree", "-m", "x", link).decode().strip()
    repo.git("update-ref", "refs/prgate/feat/seal/link", commit)
    repo.git("update-ref", "refs/prgate/feat/seal/blob", blob)
    repo.git("update-ref", "refs/prgate/feat/seal/tree", link)
    assert ((), 1) == (found(repo, "feat/seal").kept, len(found(repo, "feat/seal").absent))


def test_a_name_of_any_bytes_is_shown_as_text(repo: Repo) -> None:
    branch = os.fsdecode(b"caf\xe9")
    attach(repo, branch, "s", b"{}")
    assert ["refs/prgate/caf\\xe9/s"] == names(found(repo, branch).kept)


@pytest.mark.parametrize("many", [1, 600])
def test_the_note_on_a_commit_is_found_flat_and_spread_over_folders(repo: Repo, many: int) -> None:
    head, other = repo.head(), repo.git("rev-parse", "main").decode().strip()
    note(repo, head, b"mine\n")
    _crowd(repo, many)
    assert (many > 1) == (b"/" in repo.git("ls-tree", "-r", "--name-only", "refs/notes/ai"))
    notes = found(repo, commits=(other, head))
    assert [(f"note on {head[:12]}", head)] == [(each.source, each.commit) for each in notes.kept]
    assert b"mine\n" == read(repo, notes.kept[0])


def _crowd(repo: Repo, many: int) -> None:
    """Notes on so many commits of another branch: git spreads them."""
    stream = [
        b"commit refs/heads/crowd\nmark :%d\ncommitter x <x@example.com> %d +0000\ndata 0\n" % (number, 1_767_600_000 + number)
        for number in range(1, many + 1)
    ]
    stream.append(b"commit refs/notes/ai\ncommitter x <x@example.com> 1767700000 +0000\ndata 0\nfrom refs/notes/ai^0\n")
    stream += [b"N inline :%d\ndata 1\nx\n" % number for number in range(1, many + 1)]
    repo.git("fast-import", "--quiet", stdin=b"".join(stream))


def test_notes_of_another_kind_or_on_another_commit_are_not_found(repo: Repo) -> None:
    main = repo.git("rev-parse", "main").decode().strip()
    repo.git("notes", "add", "-m", "usual", repo.head())
    repo.git("notes", "--ref=ai-stash", "add", "-m", "stashed", repo.head())
    note(repo, main, b"of main\n")
    assert Found() == found(repo, commits=(repo.head(),))


def test_more_notes_than_the_limit_are_said(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_NOTES", 1)
    commits = (repo.head(), repo.git("rev-parse", "main").decode().strip())
    for number, commit in enumerate(commits):
        note(repo, commit, b"%d\n" % number)
    notes = found(repo, commits=commits)
    assert ([commits[0]], [Why.OVER_LIMIT]) == ([each.commit for each in notes.kept], [each.why for each in notes.unseen])


@pytest.mark.parametrize(
    "ref", ["refs/heads/entire/checkpoints/v1", "refs/remotes/origin/entire/checkpoints/v1", "refs/heads/entire/checkpoints/v2"]
)
@pytest.mark.parametrize("id_", [ID, ULID])
def test_a_checkpoint_is_found_in_a_branch(repo: Repo, ref: str, id_: str) -> None:
    in_branch(repo, {id_: checkpoint(b"first\n", b"second\n"), OTHER: checkpoint(b"other\n")}, ref=ref)
    sessions = found(repo, checkpoints=(id_,))
    assert [f"checkpoint {id_}, session 0", f"checkpoint {id_}, session 1"] == names(sessions.kept)
    assert [b"first\n", b"second\n"] == [read(repo, each) for each in sessions.kept]
    assert ((), ()) == (sessions.absent, sessions.unseen)


@pytest.mark.parametrize(
    "ref", ["refs/tags/entire/checkpoints/v1", "refs/heads/x/entire/checkpoints/v1", "refs/heads/entire/checkpoints/v1/x"]
)
def test_a_ref_that_only_looks_like_it_holds_no_checkpoints(repo: Repo, ref: str) -> None:
    in_branch(repo, {ID: checkpoint(b"first\n")}, ref=ref)
    assert ((), 1) == (found(repo, checkpoints=(ID,)).kept, len(found(repo, checkpoints=(ID,)).absent))


def test_a_session_of_a_branch_that_is_named_so_holds_no_checkpoints(repo: Repo) -> None:
    in_branch(repo, {ID: checkpoint(b"first\n")}, ref="refs/prgate/entire/checkpoints/v1")
    assert ((), 2) == (
        found(repo, "entire/checkpoints", checkpoints=(ID,)).kept,
        len(found(repo, "entire/checkpoints", checkpoints=(ID,)).absent),
    )


def test_a_ref_of_its_own_comes_before_the_branch(repo: Repo) -> None:
    in_branch(repo, {ID: checkpoint(b"in the branch\n"), OTHER: checkpoint(b"other\n")})
    at_ref(repo, ID, checkpoint(b"at its ref\n"))
    sessions = found(repo, checkpoints=(ID, OTHER))
    assert [b"at its ref\n", b"other\n"] == [read(repo, each) for each in sessions.kept]


def test_a_newer_branch_comes_before_an_older_copy(repo: Repo) -> None:
    in_branch(repo, {ID: checkpoint(b"older\n")})
    folders: Tree = {ID[:2]: {ID[2:]: checkpoint(b"newer\n")}}
    keep(repo, "refs/remotes/origin/entire/checkpoints/v1", folders, at=1_767_700_000)
    assert [b"newer\n"] == [read(repo, each) for each in found(repo, checkpoints=(ID,)).kept]


def test_a_long_session_in_parts_is_one_and_an_old_one_lies_at_the_top(repo: Repo) -> None:
    parts: Tree = {"0": {"full.jsonl.001": b"two\nthree", "full.jsonl": b"", "full.jsonl.002": b"four\n"}, "full.jsonl": b"old\n"}
    at_ref(repo, ID, parts)
    sessions = found(repo, checkpoints=(ID,))
    assert [f"checkpoint {ID}, session 0", f"checkpoint {ID}"] == names(sessions.kept)
    assert [b"two\nthree\nfour\n", b"old\n"] == [read(repo, each).lstrip(b"\n") for each in sessions.kept]


@pytest.mark.parametrize(
    "files", [{"metadata.json": b"{}"}, {"0": {"metadata.json": b"{}"}}, {"0": b"no folder", "x": {"full.jsonl": b"x"}}]
)
def test_a_checkpoint_without_a_session_is_absent(repo: Repo, files: Tree) -> None:
    at_ref(repo, ID, files)
    sessions = found(repo, checkpoints=(ID,))
    assert ((), [f"checkpoint {ID} holds no session"]) == (sessions.kept, [each.detail for each in sessions.absent])


@pytest.mark.parametrize("top", [{ID[:2]: b"no folder"}, {ID[:2]: {ID[2:]: b"no folder"}}, {ID[:2]: {"x": {"0": b""}}}])
def test_a_branch_without_the_folder_has_no_such_checkpoint(repo: Repo, top: Tree) -> None:
    keep(repo, "refs/heads/entire/checkpoints/v1", top)
    assert [f"checkpoint {ID}, which a commit names, is not here"] == [each.detail for each in found(repo, checkpoints=(ID,)).absent]


def test_more_checkpoints_than_the_limit_are_said(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_CHECKPOINTS", 1)
    in_branch(repo, {ID: checkpoint(b"first\n"), OTHER: checkpoint(b"other\n")})
    sessions = found(repo, checkpoints=(ID, OTHER))
    assert (1, [Why.OVER_LIMIT]) == (len(sessions.kept), [each.why for each in sessions.unseen])


def test_a_damaged_folder_hides_its_own_place_alone(repo: Repo) -> None:
    attach(repo, "feat/seal", "s", b"{}")
    note(repo, repo.head(), b"x\n")
    repo.damage(repo.git("rev-parse", "refs/notes/ai^{tree}").decode().strip())
    kept = found(repo, "feat/seal", commits=(repo.head(),))
    assert (["refs/prgate/feat/seal/s"], [Why.UNREADABLE]) == (names(kept.kept), [each.why for each in kept.unseen])
    assert "the notes on commits could not be looked into" in kept.unseen[0].detail


def test_a_folder_over_the_limit_is_not_read(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_TREE_BYTES", 10)
    attach(repo, "feat/seal", "s", b"{}")
    assert [Why.OVER_LIMIT] == [each.why for each in found(repo, "feat/seal").unseen]


def test_folders_that_are_over_the_limit_together_are_not_read(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    one = len(b"100644 trace.json\0") + 20
    for number in range(3):
        attach(repo, "feat/seal", f"s{number}", b"{}")
    monkeypatch.setattr(module, "_TREE_BYTES", 3 * one)
    assert 3 == len(found(repo, "feat/seal").kept)
    monkeypatch.setattr(module, "_TREE_BYTES", 3 * one - 1)
    assert ([], [Why.OVER_LIMIT]) == (names(found(repo, "feat/seal").kept), [each.why for each in found(repo, "feat/seal").unseen])


def test_a_ref_to_a_commit_that_is_not_here_hides_all(repo: Repo) -> None:
    commit = attach(repo, "feat/seal", "s", b"{}")
    (repo.path / ".git" / "objects" / commit[:2] / commit[2:]).unlink()
    assert [Why.UNREADABLE] == [each.why for each in found(repo, "feat/seal").unseen]


def test_more_refs_than_the_limit_are_not_read(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_REFS_BYTES", 10)
    attach(repo, "feat/seal", "s", b"{}")
    assert [Why.OVER_LIMIT] == [each.why for each in found(repo, "feat/seal").unseen]


# Which branch is meant.


@pytest.mark.parametrize(
    ("ref", "branches"),
    [
        ("HEAD", ("feat/seal",)),
        ("@", ("feat/seal",)),
        ("feat/seal", ("feat/seal",)),
        ("refs/heads/main", ("main",)),
        ("origin/other", ("other",)),
        ("feat/seal~0", ("feat/seal", "other", "twin")),
        ("feat/*", ("feat/seal", "other", "twin")),
        ("-x", ("feat/seal", "other", "twin")),
        ("v1", ("feat/seal", "other", "twin")),
    ],
)
def test_a_ref_means_its_branch_or_else_those_that_end_there(repo: Repo, ref: str, branches: tuple[str, ...]) -> None:
    repo.git("branch", "twin")
    repo.git("tag", "v1")
    repo.git("update-ref", "refs/remotes/origin/other", "HEAD")
    repo.git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/other")
    with open_repository(repo.path) as repository:
        assert branches == repository.branches(ref, repo.head())


def test_a_head_on_no_branch_means_those_that_end_there(repo: Repo) -> None:
    repo.git("checkout", "--quiet", "--detach")
    with open_repository(repo.path) as repository:
        assert ("feat/seal",) == repository.branches("HEAD", repo.head())
    repo.commit("on no branch")
    with open_repository(repo.path) as repository:
        assert () == repository.branches("HEAD", repo.head())


# Files a piece at a time.


def oids(repo: Repo, *contents: bytes) -> list[str]:
    return [repo.git("hash-object", "-w", "--stdin", stdin=content).decode().strip() for content in contents]


def drained(stream: Joined) -> bytes | str:
    try:
        return b"".join(iter(lambda: stream.read(1 << 20), b""))
    except FormatError as error:
        return error.message.partition(" ")[2].partition(" ")[2]


def test_files_come_whole_one_after_the_other_whatever_is_read_of_each(repo: Repo) -> None:
    big = os.urandom(3_000_000)
    one, two, empty = oids(repo, big, b"two\n", b"")
    with open_repository(repo.path) as repository:
        assert {one: len(big), two: 4, empty: 0} == repository.sizes([one, two, empty, two, repo.head(), "0" * 40])
        streams = repository.streams([[one], [one], [empty], [two], [one, two, empty, two]])
        first = next(streams)
        assert big[:10] == first.read(10)
        second = next(streams)
        assert (big, sha256(big).hexdigest()) == (drained(second), second.sha256.hexdigest())
        assert (b"", b"") == (drained(second), drained(next(streams)))
        assert b"two\n" == drained(next(streams))
        assert big + b"\ntwo\n\ntwo\n" == drained(next(streams))
        assert [] == list(streams)


def test_a_file_that_is_missing_or_damaged_spoils_no_other(repo: Repo) -> None:
    good, bad, short = oids(repo, b"good\n", b"bad\n" * 3_000, b"short\n" * 3_000)
    repo.damage(bad)
    repo.damage(short, cut=True)
    tree = repo.git("rev-parse", "HEAD^{tree}").decode().strip()
    with open_repository(repo.path) as repository:
        told = [
            drained(stream) for stream in repository.streams([[good], ["1" * 40], [good], [tree], [good], [bad], [good], [short], [good]])
        ]
    assert [b"good\n"] * 5 == told[::2]
    assert ["is not here, or no file", "is not here, or no file"] == told[1:4:2]
    assert all(isinstance(each, str) for each in told[5::2]), told


def test_a_file_of_other_bytes_than_its_id_says_is_damaged_and_spoils_no_other(repo: Repo) -> None:
    good, one, two = oids(repo, b"good\n", b"one\n", b"two\n")
    places = [repo.path / ".git" / "objects" / oid[:2] / oid[2:] for oid in (one, two)]
    places[0].chmod(0o644)
    places[0].write_bytes(places[1].read_bytes())
    with open_repository(repo.path) as repository:
        assert ["is damaged", b"good\n"] == [drained(stream) for stream in repository.streams([[one], [good]])]
        assert [False, True] == [stream.drain() for stream in repository.streams([["1" * 40], [good]])]


def test_what_is_damaged_stays_so_however_often_it_is_read(repo: Repo) -> None:
    with open_repository(repo.path) as repository:
        streams = repository.streams([["1" * 40]])
        stream = next(streams)
        assert "is not here, or no file" == drained(stream)
        assert (b"", False, False) == (stream.read(1), stream.drain(), stream.whole)
