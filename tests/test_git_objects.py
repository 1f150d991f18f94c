from __future__ import annotations

from pathlib import Path

import pytest

from prgate.errors import FormatError
from prgate.git import open_repository
from prgate.model.missing import Missing, Why
from tests.diffs import written
from tests.repositories import Repo


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    return Repo(tmp_path / "repo")


@pytest.fixture
def tree(repo: Repo) -> tuple[Repo, str]:
    repo.write("folder/file", b"text\n")
    repo.write("program", b"#!\n", executable=True)
    repo.write(b"folder/\xff\nname", b"odd\n")
    repo.symlink("link", "folder/file")
    repo.symlink("folder-link", "folder")
    repo.submodule("module", "1" * 40)
    return repo, repo.commit("tree")


def test_a_blob_comes_with_its_mode_and_no_link_is_followed(tree: tuple[Repo, str]) -> None:
    repo, commit = tree
    with open_repository(repo.path) as repository:
        assert repository.blob(commit, b"nowhere") is None
        assert repository.blob(commit, b"nowhere/file") is None
        assert repository.blob(commit, b"folder-link/file") is None
        assert repository.blob(commit, b"program/file") is None
        assert (0o120000, b"folder/file") == repository.blob(commit, b"link")
        assert (0o160000, b"") == repository.blob(commit, b"module")
        assert (0o040000, b"") == repository.blob(commit, b"folder")
        assert (0o100755, b"#!\n") == repository.blob(commit, b"program")
        assert (0o100644, b"odd\n") == repository.blob(commit, b"folder/\xff\nname")


@pytest.mark.parametrize("path", [b":(glob)*", b":!x", b"*", b"--help", b"a\tb\n", b"\xff", b'"', b"\\"])
def test_a_path_is_taken_literally(repo: Repo, path: bytes) -> None:
    commit = written(repo, {path: b"right\n", b"a": b"wrong\n"}, "odd")
    with open_repository(repo.path) as repository:
        assert (0o100644, b"right\n") == repository.blob(commit, path)
        assert {path} == frozenset([path, path + b"x"]).intersection(repository.paths(commit))


def test_a_folder_does_not_stand_for_the_only_file_in_it(repo: Repo) -> None:
    commit = written(repo, {b"folder/file": b"1\n"}, "one")
    with open_repository(repo.path) as repository:
        assert repository.blob(commit, b"folder/") is None
        assert (0o040000, b"") == repository.blob(commit, b"folder")


def test_paths_are_told_by_bytes(tree: tuple[Repo, str]) -> None:
    repo, commit = tree
    everything = (b"folder-link", b"folder/\xff\nname", b"folder/file", b"link", b"module", b"program")
    with open_repository(repo.path) as repository:
        assert tuple(sorted(everything)) == repository.paths(commit)


def test_more_paths_than_the_limit_are_refused(tree: tuple[Repo, str], monkeypatch: pytest.MonkeyPatch) -> None:
    repo, commit = tree
    monkeypatch.setattr("prgate.git.objects._PATHS_BYTES", 10)
    with open_repository(repo.path) as repository, pytest.raises(FormatError, match="more than 10 bytes") as caught:
        repository.paths(commit)
    assert caught.value.over_limit


def test_a_commit_that_is_not_there_has_no_paths(tree: tuple[Repo, str]) -> None:
    repo, _ = tree
    with open_repository(repo.path) as repository:
        with pytest.raises(FormatError, match="fatal"):
            repository.paths("2" * 40)
        with pytest.raises(FormatError, match="fatal: not a tree object"):
            repository.blob("2" * 40, b"file")


def oid_of(repo: Repo, path: str) -> str:
    return repo.git("rev-parse", f"HEAD:{path}").decode().strip()


def test_contents_are_refused_as_a_whole_when_one_is_missing_damaged_or_no_file(tree: tuple[Repo, str]) -> None:
    repo, commit = tree
    good, bad, folder = oid_of(repo, "program"), oid_of(repo, "folder/file"), oid_of(repo, "folder")
    with open_repository(repo.path) as repository:
        for wrong, word in (("2" * 40, "missing"), (folder, "tree"), (commit, "commit")):
            found = repository.contents([good, wrong], each=100, total=100)
            assert isinstance(found, Missing)
            assert (Why.UNREADABLE, True) == (found.why, word in found.detail), found
        repo.damage(bad)
        found = repository.contents([good, bad], each=100, total=100)
        assert isinstance(found, Missing)
        assert (Why.UNREADABLE, True) == (found.why, bad in found.detail)
        assert {good: b"#!\n"} == repository.contents([good, "0" * 40, good], each=100, total=100)


def test_an_object_that_breaks_off_behind_its_header_is_damaged(repo: Repo) -> None:
    repo.write("file", bytes(range(256)) * 400)
    repo.commit("base")
    oid = oid_of(repo, "file")
    repo.damage(oid, cut=True)
    with open_repository(repo.path) as repository:
        found = repository.contents([oid], each=1_000_000, total=1_000_000)
    assert isinstance(found, Missing)
    assert (Why.UNREADABLE, True) == (found.why, oid in found.detail)


def test_contents_over_a_limit_are_not_taken(tree: tuple[Repo, str]) -> None:
    repo, _ = tree
    small, large = oid_of(repo, "program"), oid_of(repo, "folder/file")
    with open_repository(repo.path) as repository:
        for each, total in ((4, 100), (100, 7)):
            found = repository.contents([small, large], each=each, total=total)
            assert isinstance(found, Missing)
            assert Why.OVER_LIMIT is found.why
        assert {small: b"#!\n", large: b"text\n"} == repository.contents([small, large], each=5, total=8)
        assert {} == repository.contents([], each=5, total=8)


def test_a_blob_over_the_limit_is_refused(repo: Repo) -> None:
    repo.write("file", b"\0" * (16 * 1024 * 1024 + 1))
    commit = repo.commit("large")
    with open_repository(repo.path) as repository, pytest.raises(FormatError, match="over the limit of 16777216") as caught:
        repository.blob(commit, b"file")
    assert caught.value.over_limit


def test_more_contents_than_fit_one_batch_come_in_order(repo: Repo) -> None:
    for number in range(200):
        repo.write(f"{number}", b"%d\n" % number * number)
    repo.commit("many")
    oids = [line.split()[2].decode() for line in repo.git("ls-tree", "HEAD").split(b"\n") if line]
    with open_repository(repo.path) as repository:
        found = repository.contents(oids, each=10_000, total=1_000_000)
    assert not isinstance(found, Missing)
    assert sorted(oids) == list(found)
    assert found[oid_of(repo, "150")] == b"150\n" * 150


def test_a_damaged_folder_is_no_folder_without_files(tree: tuple[Repo, str]) -> None:
    repo, commit = tree
    repo.damage(oid_of(repo, "folder"))
    with open_repository(repo.path) as repository:
        for ask in (
            lambda: repository.paths(commit),
            lambda: repository.blob(commit, b"folder/file"),
        ):
            with pytest.raises(FormatError, match="fatal"):
                ask()
