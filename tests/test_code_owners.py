"""Whose approval counts as a code owner's is read from the commit that is trusted, as the forge reads it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from prgate.formats.policy import read_pack
from prgate.gather.change import gather_diff
from prgate.gather.needs import wanted
from prgate.gather.owners import gather_owners
from prgate.git import open_repository
from prgate.model.missing import Missing, Why
from prgate.model.policy import Policy
from prgate.model.verdict import EvidenceMissing, EvidenceRead
from prgate.packs import read_packs
from prgate.request import Range, Request
from prgate.rules import RULES
from tests.repositories import Repo

POLICY = read_pack("baseline", rules=RULES, packs=read_packs())


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    return Repo(tmp_path / "repo")


def change(repo: Repo) -> str:
    """A head that moves one file, changes another, and brings owners of its own."""
    repo.branch("change")
    repo.move("src/old.py", "lib/new.py")
    repo.write("src/a.py", b"a = 2\n")
    repo.write(".github/CODEOWNERS", b"* @mallory\n")
    return repo.commit("Change")


def base(repo: Repo, **files: bytes) -> str:
    repo.write("src/old.py", b"one = 1\ntwo = 2\nthree = 3\n")
    repo.write("src/a.py", b"a = 1\n")
    for path, data in files.items():
        repo.write(path, data)
    return repo.commit("Base")


def owners(repo: Repo, first: str, head: str, policy: Policy = POLICY) -> tuple[object, EvidenceRead | EvidenceMissing]:
    with open_repository(repo.path) as repository:
        span = Range(repository, first, head, first)
        diff = gather_diff(Request(at="2026-03-01T12:00:00Z"), span, policy, wanted(policy, RULES)).value
        gathered = gather_owners(span, diff, policy)
    (item,) = gathered.inputs
    return gathered.value, item


def test_the_bases_file_decides_and_both_names_of_a_moved_file_have_owners(repo: Repo) -> None:
    first = base(repo, CODEOWNERS=b"/src/ @acme/core @bo\n/lib/ owner@example.com\n[a-z] @x\n")
    found, item = owners(repo, first, change(repo))
    assert {
        b".github/CODEOWNERS": (),
        b"lib/new.py": ("owner@example.com",),
        b"src/a.py": ("@acme/core", "@bo"),
        b"src/old.py": ("@acme/core", "@bo"),
    } == found
    assert isinstance(item, EvidenceRead)
    assert ("code-owners", f"CODEOWNERS at {first[:12]}", 2, 1, "the forge skips line 3") == (
        item.kind,
        item.source,
        item.read,
        item.skipped,
        item.note,
    )


def test_the_first_place_where_the_forge_looks_is_the_only_one(repo: Repo) -> None:
    first = base(repo, **{"docs/CODEOWNERS": b"* @docs\n", "CODEOWNERS": b"* @root\n"})
    found, item = owners(repo, first, change(repo))
    assert isinstance(found, dict)
    assert ({("@root",)}, f"CODEOWNERS at {first[:12]}") == (set(found.values()), getattr(item, "source", None))


def test_the_commit_of_the_policy_is_trusted_more_than_the_branch_that_the_change_goes_into(repo: Repo) -> None:
    trusted = base(repo, CODEOWNERS=b"* @riley-k\n")
    repo.branch("mine")
    repo.write("CODEOWNERS", b"* @mallory\n")
    first = repo.commit("My own branch")
    found, _ = owners(repo, first, change(repo), replace(POLICY, source=replace(POLICY.source, commit=trusted)))
    assert isinstance(found, dict)
    assert {("@riley-k",)} == set(found.values())


def test_without_a_file_nobody_owns_anything(repo: Repo) -> None:
    first = base(repo)
    found, item = owners(repo, first, change(repo))
    assert isinstance(found, dict)
    assert {()} == set(found.values())
    assert (f"no CODEOWNERS at {first[:12]}", 0) == (getattr(item, "source", None), getattr(item, "read", None))


def test_a_link_is_not_followed(repo: Repo) -> None:
    repo.symlink("CODEOWNERS", "src/a.py")
    found, item = owners(repo, base(repo), change(repo))
    assert isinstance(found, Missing)
    assert (Why.UNREADABLE, True) == (found.why, isinstance(item, EvidenceMissing))


def test_a_file_that_the_forge_does_not_load_is_missing(repo: Repo) -> None:
    found, _ = owners(repo, base(repo, CODEOWNERS=b"# x\n" * 30_000), change(repo))
    assert isinstance(found, Missing)
    assert Why.OVER_LIMIT is found.why


def test_a_damaged_file_is_missing(repo: Repo) -> None:
    first = base(repo, CODEOWNERS=b"* @riley-k\n")
    head = change(repo)
    repo.damage(repo.git("rev-parse", f"{first}:CODEOWNERS").decode().strip())
    found, _ = owners(repo, first, head)
    assert isinstance(found, Missing)
    assert Why.UNREADABLE is found.why


def test_a_diff_alone_has_no_owners_and_a_lost_one_neither(repo: Repo) -> None:
    first = base(repo)
    head = change(repo)
    with open_repository(repo.path) as repository:
        span = Range(repository, first, head, first)
        diff = gather_diff(Request(at="2026-03-01T12:00:00Z"), span, POLICY, wanted(POLICY, RULES)).value
        alone = gather_owners(None, diff, POLICY).value
        lost = gather_owners(span, Missing(Why.FAILED, "git failed", "Again."), POLICY).value
    assert (Why.ABSENT, Why.FAILED) == (getattr(alone, "why", None), getattr(lost, "why", None))
