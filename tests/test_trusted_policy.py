"""Whose policy is in force where a forge says which branch is the default one, and what a file of evidence brings along."""

from __future__ import annotations

from pathlib import Path

import pytest

from prgate.errors import PrgateError
from prgate.model.grade import Grade
from prgate.model.missing import Missing, Why
from prgate.model.verdict import EvidenceMissing, EvidenceRead, Verdict
from prgate.request import Request, Supplied, Trusted
from prgate.run import judge
from tests.repositories import Repo

PLACE = ".github/prgate.yml"
LCOV = "SF:src/app.py\nDA:1,1\nend_of_record\n"


class Bench:
    """The default branch ``main``, a base branch ``side`` with a policy of its own, and a change that goes into it."""

    def __init__(self, place: Path, *, default: bytes | None, side: bytes | None) -> None:
        self.place = place
        self.repo = Repo(place / "repo")
        self.repo.write("src/app.py", b"import os\n")
        self._policy(default)
        self.default = self.repo.commit("Default")
        self.repo.branch("side")
        self._policy(side)
        self.side = self.repo.commit("Side")
        self.repo.branch("change")
        self.repo.write("src/app.py", b"import os\nimport re\n")
        self.head = self.repo.commit("Change")

    def _policy(self, data: bytes | None) -> None:
        self.repo.remove(PLACE) if data is None else self.repo.write(PLACE, data)

    def judge(self, base_ref: str = "side", *, coverage: tuple[Supplied | Missing, ...] = ()) -> Verdict:
        return judge(
            Request(
                at="2026-03-01T12:00:00Z",
                repo=self.repo.path,
                base=self.side,
                head=self.head,
                merge_base=self.side,
                trusted=Trusted("main", self.default, base_ref),
                coverage=coverage,
            ),
        )


def policy(*lines: str) -> bytes:
    return "\n".join(("version: 1", *lines, "")).encode()


STRICT = policy("extends: [strict]", "judge: all")
SOFT = policy("rules: {hidden-text: observe}")


def test_a_base_branch_does_not_bring_its_own_policy(tmp_path: Path) -> None:
    bench = Bench(tmp_path, default=STRICT, side=SOFT)
    found = bench.judge().policy
    assert ("base:.github/prgate.yml", bench.default, "main") == (found.source, found.commit, found.branch)


def test_a_base_branch_that_the_default_branch_lists_brings_its_own(tmp_path: Path) -> None:
    bench = Bench(tmp_path, default=policy("extends: [strict]", "policy_from_base: [side]"), side=SOFT)
    found = bench.judge().policy
    assert ("base:.github/prgate.yml", bench.side, "side") == (found.source, found.commit, found.branch)


def test_a_base_branch_cannot_list_itself(tmp_path: Path) -> None:
    bench = Bench(tmp_path, default=STRICT, side=policy("policy_from_base: [side]", "rules: {hidden-text: observe}"))
    assert bench.default == bench.judge().policy.commit


def test_a_listed_base_branch_without_a_policy_gets_the_pack_that_stands_in(tmp_path: Path) -> None:
    bench = Bench(tmp_path, default=policy("extends: [strict]", "policy_from_base: [side]"), side=None)
    found = bench.judge().policy
    assert ("pack:observe", bench.side, "side") == (found.source, found.commit, found.branch)


def test_a_default_branch_without_a_policy_is_not_filled_in_by_the_base(tmp_path: Path) -> None:
    bench = Bench(tmp_path, default=None, side=SOFT)
    found = bench.judge().policy
    assert ("pack:observe", bench.default, "main") == (found.source, found.commit, found.branch)


def test_a_symbolic_link_at_the_default_branch_is_refused(tmp_path: Path) -> None:
    bench = Bench(tmp_path, default=None, side=SOFT)
    bench.repo.checkout("main")
    bench.repo.symlink(PLACE, "../elsewhere.yml")
    bench.default = bench.repo.commit("Link")
    with pytest.raises(PrgateError, match="symbolic link"):
        bench.judge()


def test_what_is_published_stands_in_the_verdict(tmp_path: Path) -> None:
    bench = Bench(tmp_path, default=policy("extends: [strict]", "publish: {comment: never, check: false}"), side=SOFT)
    found = bench.judge().publish
    assert ("never", False) == (found.comment, found.check)


def test_a_report_that_was_sought_in_vain_is_missing_and_says_why(tmp_path: Path) -> None:
    bench = Bench(tmp_path, default=STRICT, side=SOFT)
    verdict = bench.judge(coverage=(Missing(Why.FORBIDDEN, "the artifact `cov` may not be read", "Grant it."),))
    (item,) = [item for item in verdict.evidence if item.kind == "coverage"]
    assert isinstance(item, EvidenceMissing)
    assert (Why.FORBIDDEN, "the artifact `cov` may not be read") == (item.missing.why, item.missing.detail)


@pytest.mark.parametrize(("grade", "outcome"), [(Grade.CLAIMED, "unknown"), (Grade.VERIFIED, "pass")])
def test_a_report_counts_by_the_grade_that_it_comes_with(tmp_path: Path, grade: Grade, outcome: str) -> None:
    bench = Bench(tmp_path, default=policy("extends: [strict]", "judge: all", "evidence: {coverage: {accept: verified}}"), side=SOFT)
    report = tmp_path / "report.lcov"
    report.write_text(LCOV, encoding="utf-8")
    verdict = bench.judge(coverage=(Supplied(report, "artifact cov", grade, "run 7"),))
    (item,) = [item for item in verdict.evidence if item.kind == "coverage"]
    assert isinstance(item, EvidenceRead)
    assert ("artifact cov", grade, "run 7") == (item.source, item.grade, item.note)
    assert outcome == next(result.outcome for result in verdict.results if result.rule == "uncovered-change")
