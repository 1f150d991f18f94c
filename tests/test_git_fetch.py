"""What is fetched reads like a full clone, over file: and HTTP, and nothing else comes or goes."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from prgate.git import open_repository
from prgate.git.blobs import absent_objects
from prgate.git.fetch import Fetched, Want, fetch
from prgate.git.process import Git
from prgate.git.remote import Remote
from prgate.model.diff import Diff
from prgate.model.missing import Missing
from prgate.model.policy import Limits
from tests.diffs import NO_FAULTS, keep_all, unclassified
from tests.git_server import served
from tests.histories import POLICY, SHAPES, advance, base_of, criss_cross, linear, merged_base, woven
from tests.repositories import Repo

MAIN = "refs/heads/main"
ALL = 1 << 40


def upstream(repo: Repo, *, filters: bool = True) -> Path:
    """The bare repository that is fetched from."""
    place = repo.path.parent / "served" / "up.git"
    repo.git("clone", "--quiet", "--bare", ".", str(place))
    for setting in ("uploadpack.allowFilter", "uploadpack.allowAnySHA1InWant") if filters else ():
        repo.git("-C", str(place), "config", setting, "true")
    return place


def ids(repo: Repo, name: str) -> str:
    return repo.git("rev-parse", name).decode().strip()


def wanted(repo: Repo, *, base: str = "main", merge_base: str | None = None) -> Want:
    """What a forge would tell of ``change`` against ``base``."""
    mine = merge_base or repo.git("merge-base", base, "change").decode().strip()
    return Want(ids(repo, "change"), mine, int(repo.git("rev-list", "--count", f"{base}..change")), (MAIN,), (POLICY,))


def reading(folder: Path, want: Want, tip: str) -> dict[str, object]:
    """Everything that the gate can read of a range, and of the tip."""
    with open_repository(folder) as repository:
        diff, faults = repository.diff(want.merge_base, want.head, classify=unclassified, keep=keep_all, limits=Limits())
        assert isinstance(diff, Diff), diff
        assert NO_FAULTS == faults
        commits = repository.commits(want.merge_base, want.head, 10_000)
        contents = repository.contents({oid for file in diff.files if not file.submodule for oid in file.oids}, each=ALL, total=ALL)
        blame = {
            file.new_path: repository.blame(want.merge_base, want.head, file.new_path)
            for file in diff.files
            if file.new_path is not None and not file.submodule
        }
        assert [] == [found for found in (commits, contents, *blame.values()) if isinstance(found, Missing)]
        return {
            "diff": diff,
            "commits": commits,
            "contents": contents,
            "blame": blame,
            "paths": [repository.paths(commit) for commit in (want.merge_base, want.head, tip)],
            "policy": [repository.blob(tip, path) for path in want.paths],
        }


def no_sleep(seconds: float) -> None:
    raise AssertionError(f"waited {seconds} s")


def fetched(folder: Path, remote: Remote, want: Want) -> Fetched:
    found = fetch(folder, remote, want, sleep=no_sleep)
    assert isinstance(found, Fetched), found
    return found


@pytest.mark.parametrize(
    ("shape", "way"),
    [(shape, "filters") for shape in SHAPES]
    + [(shape, way) for shape in (linear, merged_base, criss_cross) for way in ("no filters", "http", "sha256")],
)
def test_what_was_fetched_reads_like_a_full_clone(tmp_path: Path, shape: Callable[[Repo], None], way: str) -> None:
    repo = base_of(tmp_path / "repo", object_format="sha256" if way == "sha256" else "sha1")
    shape(repo)
    place = upstream(repo, filters=way != "no filters")
    bases = repo.git("merge-base", "--all", "main", "change").decode().split()
    assert (2 if shape is criss_cross else 1) == len(bases)
    for number, base in enumerate(bases):
        want = wanted(repo, merge_base=base)
        folder = tmp_path / f"fetched{number}"
        if way == "http":
            with served(place.parent, token="secret") as server:
                found = fetched(folder, Remote(f"{server.url}/up.git", "secret"), want)
        else:
            found = fetched(folder, Remote(f"file://{place}"), want)
        assert {MAIN: ids(repo, "main")} == found.tips
        assert reading(repo.path, want, ids(repo, "main")) == reading(folder, want, found.tips[MAIN])


@pytest.mark.parametrize("seed", range(17, 25))
def test_any_history_reads_like_a_full_clone(tmp_path: Path, seed: int) -> None:
    repo = Repo(tmp_path / "repo")
    woven(repo, random.Random(seed), 30)
    place = upstream(repo)
    want = wanted(repo)
    found = fetched(tmp_path / "fetched", Remote(f"file://{place}"), want)
    assert reading(repo.path, want, ids(repo, "main")) == reading(tmp_path / "fetched", want, found.tips[MAIN])


def here(folder: Path, *names: str) -> list[str]:
    """Those of the objects that the folder has."""
    git = Git(str(folder), {"GIT_DIR": str(folder)})
    return [name for name in names if not absent_objects(git, [name])]


def test_a_file_that_nothing_looks_into_does_not_come_where_the_remote_can_leave_it_out(tmp_path: Path) -> None:
    repo = base_of(tmp_path / "repo")
    linear(repo)
    blobs = {name: ids(repo, f"change:{name}") for name in ("a.py", "b.py", POLICY.decode())}
    place = upstream(repo)
    fetched(tmp_path / "filtered", Remote(f"file://{place}"), wanted(repo))
    assert [blobs["a.py"], blobs[POLICY.decode()]] == here(tmp_path / "filtered", *blobs.values())
    repo.git("-C", str(place), "config", "uploadpack.allowFilter", "false")
    fetched(tmp_path / "whole", Remote(f"file://{place}"), wanted(repo))
    assert [*blobs.values()] == here(tmp_path / "whole", *blobs.values())


def test_nothing_is_asked_for_a_second_time_where_the_remote_sends_all_at_first(tmp_path: Path) -> None:
    repo = base_of(tmp_path / "repo")
    linear(repo)
    place = upstream(repo, filters=False)
    with served(place.parent) as server:
        fetched(tmp_path / "whole", Remote(f"{server.url}/up.git"), wanted(repo))
        assert ["GET", "POST"] * 2 == [line.split()[0] for line in server.asked]
        repo.git("-C", str(place), "config", "uploadpack.allowFilter", "true")
        server.asked.clear()
        fetched(tmp_path / "filtered", Remote(f"{server.url}/up.git"), wanted(repo))
        assert ["GET", "POST"] * 3 == [line.split()[0] for line in server.asked]


def test_the_history_is_cut_where_the_range_ends(tmp_path: Path) -> None:
    repo = base_of(tmp_path / "repo")
    advance(repo, 30)
    repo.git("checkout", "--quiet", "-B", "change", "main")
    linear(repo)
    place = upstream(repo)
    fetched(tmp_path / "fetched", Remote(f"file://{place}"), wanted(repo))
    assert [ids(repo, "main~4")] == here(tmp_path / "fetched", ids(repo, "main~4"), ids(repo, "main~5"), ids(repo, "main~30"))


def test_no_policy_at_the_tip_is_nothing_to_fetch(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "repo")
    repo.write("folder/file", b"1\n")
    repo.submodule("module", "1" * 40)
    repo.symlink("link", "nowhere")
    repo.commit("base")
    repo.branch("change")
    repo.write("b", b"1\n")
    repo.commit("one")
    place = upstream(repo)
    want = replace(wanted(repo), paths=(POLICY, b"folder", b"module", b"link", b"-x", b":(glob)*"))
    found = fetched(tmp_path / "fetched", Remote(f"file://{place}"), want)
    with open_repository(tmp_path / "fetched") as repository:
        told = [repository.blob(found.tips[MAIN], path) for path in want.paths]
    assert [None, (0o040000, b""), (0o160000, b""), (0o120000, b"nowhere"), None, None] == told


def test_an_empty_range_is_fetched_as_such(tmp_path: Path) -> None:
    repo = base_of(tmp_path / "repo")
    place = upstream(repo)
    want = wanted(repo)
    assert (want.head, 0) == (want.merge_base, want.commits)
    found = fetched(tmp_path / "fetched", Remote(f"file://{place}"), want)
    assert reading(repo.path, want, ids(repo, "main")) == reading(tmp_path / "fetched", want, found.tips[MAIN])


def test_paths_that_no_work_tree_could_hold_stay_bytes(tmp_path: Path) -> None:
    repo = base_of(tmp_path / "repo")
    blob = repo.git("hash-object", "-w", "--stdin", stdin=b"harm\n").strip().decode()
    folder = ids(repo, "HEAD^{tree}")

    def tree(*entries: tuple[str, str, str]) -> str:
        data = b"".join(f"{mode} {name}\0".encode() + bytes.fromhex(oid) for mode, name, oid in entries)
        return repo.git("hash-object", "-t", "tree", "-w", "--stdin", "--literally", stdin=data).decode().strip()

    git = tree(("100644", "config", blob))
    up = tree(("100644", "x", blob))
    whole = tree(("40000", "..", up), ("40000", ".git", git), ("100644", "../../y", blob), ("100644", "/z", blob), ("40000", "t", folder))
    head = repo.git("commit-tree", "-p", "HEAD", "-m", "harm", whole).decode().strip()
    repo.git("reset", "--quiet", "--soft", head)
    place = upstream(repo)
    want = wanted(repo)
    fetched(tmp_path / "in" / "fetched", Remote(f"file://{place}"), want)
    with open_repository(tmp_path / "in" / "fetched") as repository:
        diff, _ = repository.diff(want.merge_base, want.head, classify=unclassified, keep=keep_all, limits=Limits())
        assert isinstance(diff, Diff)
        paths = {file.new_path for file in diff.files}
        assert paths >= {b"../x", b".git/config", b"../../y", b"/z"}
    assert {"HEAD", "config", "objects", "refs", "shallow"} == {place.name for place in (tmp_path / "in" / "fetched").iterdir()}
    assert b"harm" not in (tmp_path / "in" / "fetched" / "config").read_bytes()
    assert [tmp_path / "in" / "fetched"] == list((tmp_path / "in").iterdir())
