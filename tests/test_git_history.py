from __future__ import annotations

from pathlib import Path

import pytest

from prgate.git import history, open_repository
from prgate.model.commit import Commit
from prgate.model.missing import Missing, Why
from tests.repositories import Repo


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    repo = Repo(tmp_path / "repo")
    repo.write("old", b"old\n")
    repo.commit("base")
    return repo


def commits(repo: Repo, base: str, head: str = "HEAD", *, limit: int = 100) -> tuple[Commit, ...]:
    with open_repository(repo.path) as repository:
        found = repository.commits(repository.resolve(base), repository.resolve(head), limit)
    assert not isinstance(found, Missing), found
    return found


def literal(repo: Repo, text: bytes) -> str:
    """A commit of any bytes on top of ``HEAD``; ``%`` stands for the lines of its tree and parent."""
    lines = b"tree %s\nparent %s\n" % (repo.git("rev-parse", "HEAD^{tree}").strip(), repo.git("rev-parse", "HEAD").strip())
    oid = repo.git("hash-object", "-t", "commit", "-w", "--stdin", "--literally", stdin=text.replace(b"%", lines)).decode().strip()
    repo.git("update-ref", "refs/heads/main", oid)
    return oid


def test_more_commits_than_the_limit_are_missing(repo: Repo) -> None:
    for number in range(3):
        repo.commit(f"number {number}")
    with open_repository(repo.path) as repository:
        base, head = repository.resolve("HEAD~3"), repository.resolve("HEAD")
        found = repository.commits(base, head, 2)
        assert isinstance(found, Missing)
        assert (Why.OVER_LIMIT, "the range has more than 2 commits") == (found.why, found.detail)
        assert 3 == len(commits(repo, base, limit=3))


def test_more_text_than_the_limit_is_missing(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.commit("x" * 1000)
    monkeypatch.setattr(history, "_COMMITS_BYTES", 1000)
    with open_repository(repo.path) as repository:
        found = repository.commits(repository.resolve("HEAD~1"), repository.resolve("HEAD"), 100)
    assert isinstance(found, Missing)
    assert Why.OVER_LIMIT is found.why


def test_more_paths_than_the_limit_are_missing(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.write("a", b"1\n")
    repo.commit("x")
    monkeypatch.setattr(history, "_LOG_BYTES", 50)
    with open_repository(repo.path) as repository:
        found = repository.commits(repository.resolve("HEAD~1"), repository.resolve("HEAD"), 100)
    assert isinstance(found, Missing)
    assert Why.OVER_LIMIT is found.why


def test_a_commit_that_is_not_there_is_unreadable(repo: Repo) -> None:
    with open_repository(repo.path) as repository:
        found = repository.commits(repository.resolve("HEAD"), "1" * 40, 100)
    assert isinstance(found, Missing)
    assert (Why.UNREADABLE, True) == (found.why, "fatal" in found.detail)


def test_an_empty_range_has_no_commits(repo: Repo) -> None:
    assert () == commits(repo, "HEAD")


def test_a_commit_is_told_whole(repo: Repo) -> None:
    repo.write("new", b"1\n")
    repo.move("old", "moved")
    sha = repo.commit(
        "subject\n\nbody\n\nCo-authored-by: dev-two <dev-two@example.com>\n", author="dev-three", email="dev-three@example.com"
    )
    assert commits(repo, "HEAD~1") == (
        Commit(
            sha=sha,
            parents=(repo.git("rev-parse", "HEAD~1").decode().strip(),),
            author_name="dev-three",
            author_email="dev-three@example.com",
            committer_name="dev-three",
            committer_email="dev-three@example.com",
            at="2026-01-05T08:01:00Z",
            message="subject\n\nbody\n\nCo-authored-by: dev-two <dev-two@example.com>\n",
            paths=(b"moved", b"new", b"old"),
            authored="2026-01-05T08:01:00Z",
        ),
    )


def test_one_commit_is_told_by_its_id_with_the_date_that_a_rebase_keeps(repo: Repo) -> None:
    sha = repo.commit("subject", env={"GIT_AUTHOR_DATE": "1767600000 +0000"})
    with open_repository(repo.path) as repository:
        one, none = repository.commit(sha), repository.commit("0" * 40)
    assert isinstance(one, Commit)
    assert (sha, "subject", "2026-01-05T08:00:00Z", "2026-01-05T08:01:00Z", ()) == (one.sha, one.message, one.authored, one.at, one.paths)
    assert isinstance(none, Missing)


def test_a_merge_touches_what_its_author_put_in_beside_both_sides(repo: Repo) -> None:
    base = repo.head()
    repo.branch("side")
    repo.write("a", b"a\n")
    repo.commit("a")
    repo.checkout("main")
    repo.write("b", b"b\n")
    repo.commit("b")
    repo.git("merge", "--quiet", "--no-commit", "side")
    repo.write("old", b"old\nsmuggled\n")
    repo.write("new", b"smuggled too\n")
    repo.write("a", b"a, and more\n")
    merge = repo.commit("merge")
    found = commits(repo, base)
    assert [(merge, 2, (b"a", b"new", b"old"))] == [(each.sha, len(each.parents), each.paths) for each in found if each.sha == merge]


def test_commits_come_newest_first_and_a_plain_merge_touches_nothing(repo: Repo) -> None:
    base = repo.head()
    repo.branch("side")
    repo.write(b"odd\n:100644 \xff", b"1\n")
    side = repo.commit("side")
    repo.checkout("main")
    repo.write("a", b"1\n")
    main = repo.commit("main")
    repo.git("merge", "--quiet", "-m", "merge", "side")
    found = commits(repo, base)
    assert [repo.head(), {side, main}] == [found[0].sha, {found[1].sha, found[2].sha}]
    assert {(): (main, side), (b"a",): (base,), (b"odd\n:100644 \xff",): (base,)} == {commit.paths: commit.parents for commit in found}
    assert found == commits(repo, base)


RAW = ":000000 100644 " + "0" * 40 + " " + "1" * 40 + " A"


@pytest.mark.parametrize("message", [f"{RAW}\nevil.py\n", f"\n{RAW}\n", "", "x\n\n\n", "\x01\x02\n", "commit " + "1" * 40 + "\n"])
def test_a_message_cannot_pass_for_paths_or_for_another_commit(repo: Repo, message: str) -> None:
    repo.write("a", b"1\n")
    repo.commit(message)
    repo.write("b", b"1\n")
    repo.commit("last")
    assert [("last", (b"b",)), (message, (b"a",))] == [
        (commit.message.removesuffix("\n") if commit.message == "last\n" else commit.message, commit.paths)
        for commit in commits(repo, "HEAD~2")
    ]


PERSON = b"dev-one <dev-one@example.com> 1767600000 +0000"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            b"%author \xff\x1b[31m <\xfe> 1767600000 +0000\ncommitter " + PERSON + b"\n\nx\n",
            ("\ufffd\x1b[31m", "2026-01-05T08:00:00Z", "x\n"),
        ),
        (
            b"%author " + PERSON + b"\ncommitter " + PERSON + b"\n\nbefore\0" + RAW.encode() + b"\0evil\0",
            ("dev-one", "2026-01-05T08:00:00Z", f"before\0{RAW}\0evil\0"),
        ),
        (
            b"%author " + PERSON + b"\ncommitter " + PERSON.replace(b"1767600000", b"999999999999") + b"\n\nx",
            ("dev-one", "1970-01-01T00:00:00Z", "x"),
        ),
        (b"%author " + PERSON + b"\ncommitter nobody\n\nx", ("dev-one", "1970-01-01T00:00:00Z", "x")),
        (b"%\nx", ("", "1970-01-01T00:00:00Z", "x")),
        (b"%author d\xe9v <d> 1 +0000\ncommitter " + PERSON + b"\nencoding ISO-8859-1\n\n\xfcber", ("dév", "2026-01-05T08:00:00Z", "über")),
        (
            b"%author " + PERSON + b"\ncommitter " + PERSON + b"\nencoding UTF-7\n\n+AAA-Co-authored-by: x",
            ("dev-one", "2026-01-05T08:00:00Z", "+AAA-Co-authored-by: x"),
        ),
        (b"%author " + PERSON + b"\ncommitter " + PERSON + b"\nencoding \xff\n\n\xff", ("dev-one", "2026-01-05T08:00:00Z", "\ufffd")),
    ],
    ids=["bytes", "nul", "far-date", "no-date", "no-people", "latin-1", "utf-7", "unknown-encoding"],
)
def test_a_commit_of_any_bytes_is_read(repo: Repo, text: bytes, expected: tuple[str, str, str]) -> None:
    literal(repo, text)
    repo.git("read-tree", "HEAD")
    repo.write("later", b"1\n")
    repo.commit("later")
    later, odd = commits(repo, "HEAD~2")
    assert (expected, ()) == ((odd.author_name, odd.at, odd.message), odd.paths)
    assert ("later", (b"later",)) == (later.message, later.paths)


def test_of_two_authors_the_one_counts_that_git_shows(repo: Repo) -> None:
    twice = (
        b"%author " + PERSON + b"\nauthor evil <evil@example.com> 1 +0000\ncommitter " + PERSON + b"\nencoding x\nencoding latin1\n\n\xe9"
    )
    literal(repo, twice)
    (commit,) = commits(repo, "HEAD~1")
    assert (repo.git("log", "-1", "--format=%an").decode().strip(), "é") == (commit.author_name, commit.message)


def test_commits_of_a_shallow_clone_end_where_it_is_cut_off(repo: Repo, tmp_path: Path) -> None:
    for number in range(3):
        repo.commit(f"number {number}")
    repo.git("clone", "--quiet", "--depth=2", f"file://{repo.path}", str(tmp_path / "shallow"))
    with open_repository(tmp_path / "shallow") as repository:
        base, head = repository.resolve("HEAD~1"), repository.resolve("HEAD")
        found = repository.commits(base, head, 10)
        assert not isinstance(found, Missing), found
        assert [(head, (base,))] == [(commit.sha, commit.parents) for commit in found]
        assert base == repository.merge_base(base, head)


def test_blame_names_the_commit_of_the_range_that_brought_each_line(repo: Repo) -> None:
    base = repo.head()
    repo.write("old", b"new first\nold\nnew\nnew\n")
    first = repo.commit("first")
    repo.write("old", b"new first\nold\nchanged\nnew\nlast\n")
    second = repo.commit("boundary\n\nfilename old\n", author="boundary")
    with open_repository(repo.path) as repository:
        assert ((1, 1, first), (3, 3, second), (4, 4, first), (5, 5, second)) == repository.blame(base, second, b"old")
        assert () == repository.blame(second, second, b"old")


def test_blame_follows_a_rename_and_takes_any_path(repo: Repo) -> None:
    base = repo.head()
    odd = b"odd \xff\n -- :(glob)*"
    repo.write("old", b"old\nadded\n")
    first = repo.commit("first")
    repo.move("old", odd)
    repo.commit("renamed")
    with open_repository(repo.path) as repository:
        assert ((2, 2, first),) == repository.blame(base, repository.resolve("HEAD"), odd)


def test_blame_of_what_is_not_there_is_unreadable(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.commit("more")
    with open_repository(repo.path) as repository:
        base, head = repository.resolve("HEAD~1"), repository.resolve("HEAD")
        found = repository.blame(base, head, b"nowhere")
        assert isinstance(found, Missing)
        assert Why.UNREADABLE is found.why
        monkeypatch.setattr("prgate.git.blame._BLAME_BYTES", 10)
        found = repository.blame(base, head, b"old")
        assert isinstance(found, Missing)
        assert Why.OVER_LIMIT is found.why
