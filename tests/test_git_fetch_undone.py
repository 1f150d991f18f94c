"""The history before a change reads as in a full clone once it is fetched, and is never in the way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from prgate.git import fetch_undone as module
from prgate.git import open_repository, undone
from prgate.git.fetch_undone import UNDONE_LIMITS, fetch_undone
from prgate.git.remote import FetchLimits, Remote
from prgate.model.history import Undone
from prgate.model.missing import Missing, Why
from tests.git_server import served
from tests.repositories import Repo
from tests.test_git_fetch import no_sleep, upstream

PATHS = (b"a.py", b"deep/b.py")


def full(path: Path, *, object_format: str = "sha1") -> Repo:
    """Fixes and reverts of two files, among others, one on a branch that was merged, and the tip's own files."""
    repo = Repo(path, object_format=object_format)
    for name in ("a.py", "deep/b.py", "c.py"):
        repo.write(name, b"one = 1\ntwo = 2\nthree = 3\n")
    repo.commit("root")
    repo.branch("side")
    repo.write("deep/b.py", b"one = 1\ntwo = 2\n")
    repo.commit('Revert "three"')
    repo.checkout("main")
    repo.write("a.py", b"one = 1\n")
    repo.write("c.py", b"one = 1\n")
    repo.commit("fix: more than one")
    repo.git("merge", "--quiet", "--no-ff", "-m", "Merge side", "side")
    repo.write("a.py", b"other = 1\n")
    repo.commit("other work")
    repo.write("big.bin", bytes(range(256)) * 4000)
    repo.commit("data")
    return repo


def reading(place: Path, merge_base: str) -> Mapping[bytes, tuple[Undone, ...]]:
    with open_repository(place) as repository:
        found = repository.undone(merge_base, PATHS)
        assert not isinstance(found, Missing), found
        return found


@pytest.mark.parametrize("object_format", ["sha1", "sha256"])
def test_the_fetched_history_reads_as_the_full_one_and_holds_no_other_file(tmp_path: Path, object_format: str) -> None:
    repo = full(tmp_path / "repo", object_format=object_format)
    place = tmp_path / "fetched"
    assert fetch_undone(place, Remote(f"file://{upstream(repo)}"), repo.head(), PATHS, sleep=no_sleep) is None
    expected = reading(repo.path, repo.head())
    assert {b"a.py", b"deep/b.py"} == set(expected)
    assert expected == reading(place, repo.head())
    assert sum(file.stat().st_size for file in (place / "objects").rglob("*") if file.is_file()) < 20_000


def test_a_history_as_deep_as_is_looked_at_is_enough(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repo = full(tmp_path / "repo")
    for number in range(30):
        repo.write("d.py", b"%d\n" % number)
        repo.commit("work")
    monkeypatch.setattr(undone, "WALKED", 33)
    monkeypatch.setattr(module, "WALKED", 33)
    assert fetch_undone(tmp_path / "fetched", Remote(f"file://{upstream(repo)}"), repo.head(), PATHS, sleep=no_sleep) is None
    assert (tmp_path / "fetched" / "shallow").exists()
    assert reading(repo.path, repo.head()) == reading(tmp_path / "fetched", repo.head())


def test_files_that_nothing_undid_cost_no_second_question(tmp_path: Path) -> None:
    repo = full(tmp_path / "repo")
    with served(upstream(repo).parent) as server:
        assert fetch_undone(tmp_path / "fetched", Remote(f"{server.url}/up.git"), repo.head(), [b"d.py"], sleep=no_sleep) is None
        first = len(server.asked)
        assert fetch_undone(tmp_path / "more", Remote(f"{server.url}/up.git"), repo.head(), PATHS, sleep=no_sleep) is None
        assert 2 * first + first > len(server.asked) - first > first


@pytest.mark.parametrize(
    ("limits", "why"),
    [(replace(UNDONE_LIMITS, objects=3), Why.OVER_LIMIT), (replace(UNDONE_LIMITS, process_seconds=0.0), Why.OVER_LIMIT)],
)
def test_what_goes_over_a_limit_is_missing_and_says_of_what(tmp_path: Path, limits: FetchLimits, why: Why) -> None:
    repo = full(tmp_path / "repo")
    found = fetch_undone(tmp_path / "fetched", Remote(f"file://{upstream(repo)}"), repo.head(), PATHS, limits=limits, sleep=no_sleep)
    assert isinstance(found, Missing)
    assert (why, True) == (found.why, found.detail.startswith("the history before the change: "))


def test_a_remote_that_is_none_or_lacks_the_commit_is_missing(tmp_path: Path) -> None:
    repo = full(tmp_path / "repo")
    for number, (url, oid) in enumerate((("https://", repo.head()), (f"file://{upstream(repo)}", "1" * 40))):
        found = fetch_undone(tmp_path / f"fetched{number}", Remote(url), oid, PATHS, sleep=no_sleep)
        assert isinstance(found, Missing)
        assert Why.FAILED is found.why


def test_a_history_that_cannot_be_listed_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repo = full(tmp_path / "repo")
    monkeypatch.setattr(undone, "_LOG_BYTES", 10)
    found = fetch_undone(tmp_path / "fetched", Remote(f"file://{upstream(repo)}"), repo.head(), PATHS, sleep=no_sleep)
    assert isinstance(found, Missing)
    assert Why.OVER_LIMIT is found.why
