from __future__ import annotations

import os
import shutil
from collections import Counter
from pathlib import Path

import pytest

from prgate.errors import FormatError, PrgateError
from prgate.git import Repository, open_repository
from prgate.model.missing import Missing, Why
from tests.repositories import Repo


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    return Repo(tmp_path / "repo")


@pytest.fixture
def forked(repo: Repo) -> Repo:
    """``main`` and ``change``, each with a commit of its own behind a common one."""
    repo.write("a", b"1\n")
    repo.commit("common")
    repo.branch("change")
    repo.write("a", b"2\n")
    repo.commit("change")
    repo.checkout("main")
    repo.write("b", b"3\n")
    repo.commit("main goes on")
    return repo


@pytest.mark.parametrize("ref", ["nowhere", "HEAD~9", "HEAD:a", "1" * 40, "--help", "-x", "HEAD main", "change..main", "--end-of-options"])
def test_a_ref_that_names_no_commit_is_a_mistake_that_says_how_to_mend_it(forked: Repo, ref: str) -> None:
    with open_repository(forked.path) as repository, pytest.raises(PrgateError, match="this ref names no commit here") as caught:
        repository.resolve(ref)
    assert ref == caught.value.where
    assert "git fetch origin BRANCH" in caught.value.help


@pytest.mark.parametrize("ref", ["", "a\nb", "a\0b"])
def test_what_cannot_be_a_ref_is_refused(forked: Repo, ref: str) -> None:
    with open_repository(forked.path) as repository, pytest.raises(PrgateError, match="this cannot be a ref"):
        repository.resolve(ref)


def test_an_id_that_starts_two_commits_is_refused(repo: Repo) -> None:
    stream = b"".join(
        b"commit refs/heads/main\ncommitter x <x@example.com> %d +0000\ndata 0\n" % (1_767_600_000 + number) for number in range(2000)
    )
    repo.git("fast-import", "--quiet", stdin=stream)
    starts = Counter(line[:4] for line in repo.git("rev-list", "main").decode().split())
    short, _ = starts.most_common(1)[0]
    with open_repository(repo.path) as repository, pytest.raises(PrgateError, match="a short id may name several"):
        repository.resolve(short)


def test_refs_are_read_as_the_user_reads_them(forked: Repo) -> None:
    forked.git("tag", "-a", "v1", "-m", "a tag of a commit", "change")
    change = forked.git("rev-parse", "change").decode().strip()
    with open_repository(forked.path) as repository:
        found = [repository.resolve(ref) for ref in ("change", "refs/heads/change", "v1", change, change[:9], "HEAD", "@")]
    assert [change] * 5 + [forked.head()] * 2 == found


def test_the_merge_base_is_where_the_histories_part(forked: Repo) -> None:
    with open_repository(forked.path) as repository:
        base, head = repository.resolve("main"), repository.resolve("change")
        assert forked.git("rev-parse", "main~1").decode().strip() == repository.merge_base(base, head)
        assert base == repository.merge_base(base, base)


def test_of_several_merge_bases_it_is_the_one_that_three_dots_take(repo: Repo) -> None:
    repo.commit("root")
    repo.branch("other")
    repo.write("other", b"1\n")
    other = repo.commit("other")
    repo.checkout("main")
    repo.write("main", b"1\n")
    main = repo.commit("main")
    repo.git("merge", "--quiet", "-m", "criss", other)
    repo.checkout("other")
    repo.git("merge", "--quiet", "-m", "cross", main)
    repo.write("other", b"2\n")
    head = repo.commit("more")
    raw = repo.git("diff", "--raw", "--no-abbrev", f"main...{head}")
    with open_repository(repo.path) as repository:
        found = repository.merge_base(repository.resolve("main"), head)
    assert found in {main, other}
    assert raw == repo.git("diff", "--raw", "--no-abbrev", str(found), head)


def test_unrelated_histories_have_no_merge_base(forked: Repo) -> None:
    forked.orphan("alone")
    head = forked.commit("alone")
    with open_repository(forked.path) as repository:
        found = repository.merge_base(repository.resolve("main"), head)
    assert isinstance(found, Missing)
    assert (Why.FAILED, True) == (found.why, "unrelated" in found.detail)


def test_a_shallow_clone_says_that_it_lacks_the_merge_base_and_how_to_fetch_it(forked: Repo, tmp_path: Path) -> None:
    forked.git("clone", "--quiet", "--depth=1", "--no-single-branch", f"file://{forked.path}", str(tmp_path / "shallow"))
    with open_repository(tmp_path / "shallow") as repository:
        found = repository.merge_base(repository.resolve("origin/main"), repository.resolve("origin/change"))
    assert isinstance(found, Missing)
    assert (Why.FAILED, True, True) == (found.why, "shallow" in found.detail, "fetch-depth: 0" in found.fix)


def test_a_damaged_history_is_unreadable_and_not_unrelated(forked: Repo) -> None:
    with open_repository(forked.path) as repository:
        base, head = repository.resolve("main"), repository.resolve("change")
        forked.damage(forked.git("rev-parse", "main~1").decode().strip())
        found = repository.merge_base(base, head)
    assert isinstance(found, Missing)
    assert Why.UNREADABLE is found.why


def test_a_folder_without_a_repository_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(PrgateError, match="not in a git repository"), open_repository(tmp_path):
        pass
    with pytest.raises(PrgateError, match="no such folder"), open_repository(tmp_path / "nowhere"):
        pass


def test_a_repository_that_git_cannot_open_is_a_mistake_with_gits_words(forked: Repo) -> None:
    forked.git("config", "core.repositoryFormatVersion", "99")
    with pytest.raises(PrgateError, match=r"git cannot open this repository: fatal: .*99"), open_repository(forked.path):
        pass


@pytest.mark.parametrize(
    ("program", "message"),
    [
        ("#!/bin/sh\necho git version 2.33.8\n", "git version 2.33.8 is too old"),
        ("#!/bin/sh\n", "git is too old"),
        (None, "git cannot be started"),
    ],
)
def test_git_must_be_there_and_new_enough(
    forked: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: str | None, message: str
) -> None:
    folder = tmp_path / "bin"
    folder.mkdir()
    if program is not None:
        (folder / "git").write_text(program)
        (folder / "git").chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))
    with pytest.raises(PrgateError, match=message) as caught, open_repository(forked.path):
        pass
    assert "2.34" in caught.value.help or "Install git" in caught.value.help


def bare(repo: Repo) -> Path:
    repo.git("clone", "--quiet", "--bare", ".", str(repo.path.parent / "bare.git"))
    return repo.path.parent / "bare.git"


def worktree(repo: Repo) -> Path:
    repo.git("worktree", "add", "--quiet", "--detach", str(repo.path.parent / "tree"), "main")
    return repo.path.parent / "tree"


def subfolder(repo: Repo) -> Path:
    (repo.path / "folder" / "deep").mkdir(parents=True)
    return repo.path / "folder" / "deep"


def git_file(repo: Repo) -> Path:
    (repo.path / ".git").rename(repo.path.parent / "elsewhere.git")
    (repo.path / ".git").write_text(f"gitdir: {repo.path.parent / 'elsewhere.git'}\n")
    return repo.path


def odd_name(repo: Repo) -> Path:
    return repo.path.rename(repo.path.parent / 'a "quoted" # name\nwith\ta line end')


def borrower(repo: Repo) -> Path:
    repo.git("clone", "--quiet", "--shared", ".", str(repo.path.parent / "first"))
    repo.git("clone", "--quiet", "--shared", str(repo.path.parent / "first"), str(repo.path.parent / "second"))
    repo.git("-C", str(repo.path.parent / "second"), "branch", "--quiet", "change", "origin/main~1")
    return repo.path.parent / "second"


def relative_borrower(repo: Repo) -> Path:
    place = borrower(repo)
    (place / ".git/objects/info/alternates").write_text("../../../first/.git/objects\n")
    (repo.path.parent / "first/.git/objects/info/alternates").write_text("../../../repo/.git/objects\n")
    return place


def someone_elses(repo: Repo) -> Path:
    for place in (repo.path, *repo.path.rglob("*")):
        os.chown(place, 12345, 12345)
    return repo.path


def linked(repo: Repo) -> Path:
    (repo.path.parent / "link").symlink_to(repo.path)
    return repo.path.parent / "link"


@pytest.mark.parametrize("shape", [bare, worktree, subfolder, git_file, odd_name, borrower, relative_borrower, someone_elses, linked])
def test_every_shape_of_repository_is_read(forked: Repo, shape: object) -> None:
    if shape is someone_elses and os.getuid() != 0:
        pytest.skip("only root gives files away")
    forked.checkout("main")
    assert callable(shape)
    main = forked.head()
    with open_repository(shape(forked)) as repository:
        assert main == repository.resolve("HEAD")
        assert isinstance(repository.merge_base(main, repository.resolve("change")), str)
        assert (b"a", b"b") == repository.paths(main)


def test_repositories_with_longer_object_ids_are_read(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "sha256", object_format="sha256")
    repo.write("folder/a", b"1\n")
    base = repo.commit("base")
    with open_repository(repo.path) as repository:
        assert (64, base) == (len(base), repository.resolve("main"))
        assert (0o100644, b"1\n") == repository.blob(base, b"folder/a")
        assert {b"folder/a"} == {b"folder/a", b"folder/b"}.intersection(repository.paths(base))


def test_nothing_is_left_behind_and_nothing_written_to_the_repository(
    forked: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    before = sorted((place, place.lstat().st_mtime_ns) for place in forked.path.rglob("*"))
    with open_repository(forked.path) as repository:
        head = repository.resolve("change")
        repository.blob(head, b"a")
        assert 1 == len(list(temporary.iterdir()))
    assert [] == list(temporary.iterdir())
    assert before == sorted((place, place.lstat().st_mtime_ns) for place in forked.path.rglob("*"))


def test_closing_twice_is_harmless(forked: Repo) -> None:
    with open_repository(forked.path) as repository:
        assert isinstance(repository, Repository)
        repository.resolve("main")
        repository.close()
        assert forked.head() == repository.resolve("main")


def test_the_scratch_repository_borrows_and_does_not_copy(forked: Repo) -> None:
    with open_repository(forked.path) as repository:
        head = repository.resolve("main")
        shutil.rmtree(forked.path / ".git" / "objects")
        with pytest.raises(FormatError, match="fatal: not a tree object"):
            repository.blob(head, b"a")
