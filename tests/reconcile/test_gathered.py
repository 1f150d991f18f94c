from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from prgate.formats.policy import read_pack
from prgate.gather.reconciliation import gather_reconciliation
from prgate.git import open_repository
from prgate.model.diff import Diff
from prgate.model.missing import Missing, Why
from prgate.model.policy import Limits, Policy
from prgate.model.reconciliation import Accounted, How, Reconciliation, Timing
from prgate.model.trace import Attribution, EventKind, Session, Trace, Writer
from prgate.packs import read_packs
from prgate.request import Range
from prgate.rules import RULES
from tests.diffs import keep_all, unclassified
from tests.reconcile.material import added, edit, event, trace
from tests.repositories import Repo

POLICY = read_pack("observe", rules=RULES, packs=read_packs())
ONE, TWO, THREE, FOUR = (f"result = compute_the_{name}(of_all, these)\n" for name in ("sum", "mean", "mode", "range"))

TAIL = "".join(f"existing = value_{number}\n" for number in range(20))


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    """``main`` with one file, and ``change`` on which two commits give it four lines, the second above those of the first."""
    repo = Repo(tmp_path / "repo")
    repo.write("src/a.py", f"import all\n{TAIL}".encode())
    repo.write("src/gone.py", b"import none\n")
    repo.commit("base")
    repo.branch("change")
    repo.write("src/a.py", f"import all\n{ONE}{TWO}{TAIL}".encode())
    repo.commit("first")
    repo.git("tag", "first")
    repo.write("src/a.py", f"import all\n{THREE}{FOUR}{ONE}{TWO}{TAIL}".encode())
    repo.commit("second")
    return repo


def said(*attributions: Attribution, **fields: Any) -> Trace:
    return trace(sessions=(Session("codex"), Session("cursor")), attributions=attributions, **fields)


def by(
    start: int, end: int, revision: str | None = None, *, writer: Writer = Writer.AGENT, path: bytes = b"src/a.py", session: int | None = 0
) -> Attribution:
    return Attribution(path, start, end, writer, revision, ("t", 1), None if writer is Writer.HUMAN else session)


def gathered(repo: Repo, *traces: Trace, policy: Policy = POLICY, head: str = "change", bare: bool = False) -> Reconciliation:
    with open_repository(repo.path) as repository:
        base, tip = repository.resolve("main"), repository.resolve(head)
        merge_base = repository.merge_base(base, tip)
        assert isinstance(merge_base, str)
        diff, _ = repository.diff(merge_base, tip, classify=unclassified, keep=keep_all, limits=Limits())
        commits = repository.commits(merge_base, tip, 100)
        span = None if bare else Range(repository, base, tip, merge_base)
        return gather_reconciliation(span, diff, commits=commits, traces=traces, policy=policy)


def spans(found: Reconciliation, path: bytes = b"src/a.py") -> list[tuple[int, int, str | None]]:
    assert {How.ATTRIBUTION} >= {span.how for span in found.files[path].spans}
    return [(span.start, span.end, span.agent) for span in found.files[path].spans]


def test_without_a_diff_or_a_trace_there_is_nothing_to_hold(repo: Repo) -> None:
    absent = Missing(Why.ABSENT, "", "")
    assert Reconciliation() == gather_reconciliation(None, absent, commits=absent, traces=(said(),), policy=POLICY) == gathered(repo)


def test_a_record_at_a_commit_of_the_range_is_followed_by_content(repo: Repo) -> None:
    first = repo.git("rev-parse", "first").decode().strip()
    found = gathered(repo, said(by(2, 3, first)))
    assert [(4, 5, "codex")] == spans(found)
    assert ((2, 3),) == found.files[b"src/a.py"].unexplained


@pytest.mark.parametrize("revision", [None, "head", "base", "0" * 40])
def test_any_other_record_speaks_of_places_at_head_and_only_of_added_lines(repo: Repo, revision: str | None) -> None:
    named = {"head": repo.head(), "base": repo.git("rev-parse", "main").decode().strip()}.get(str(revision), revision)
    assert [(2, 3, "codex")] == spans(gathered(repo, said(by(1, 3, named), by(900, 1000, named))))


def test_a_record_beside_a_bare_diff_speaks_of_places(repo: Repo) -> None:
    found = gathered(repo, said(by(2, 3, repo.git("rev-parse", "first").decode().strip())), bare=True)
    assert [(2, 3, "codex")] == spans(found)
    assert Timing.UNKNOWN is found.traces[0].timing


def test_whose_lines_a_record_says_they_are(repo: Repo) -> None:
    told = said(
        by(2, 2, writer=Writer.HUMAN), by(3, 3, writer=Writer.MIXED, session=1), by(4, 4, writer=Writer.UNKNOWN), by(5, 5, session=None)
    )
    found = gathered(repo, told)
    assert [(2, 2, None), (3, 3, "cursor"), (5, 5, "codex")] == spans(found)
    assert (3, 3, 1, 1) == (found.traces[0].told, found.traces[0].met, found.traces[0].paths, found.traces[0].shared)
    assert [(2, 2, "unknown")] == spans(gathered(repo, replace(said(by(2, 2, session=None)), sessions=())))


def test_what_both_an_agent_and_a_person_are_said_to_have_written_is_the_agents(repo: Repo) -> None:
    first = repo.git("rev-parse", "first").decode().strip()
    told = said(by(4, 4, writer=Writer.HUMAN), by(2, 2, first, writer=Writer.HUMAN)), said(by(2, 2, first), by(4, 4))
    assert [(4, 4, "codex")] == spans(gathered(repo, *told))


def test_an_edit_is_stronger_than_a_record(repo: Repo) -> None:
    found = gathered(repo, said(by(2, 3, writer=Writer.HUMAN)), trace(edit(b"src/a.py", THREE.strip())))
    assert (Accounted(2, 2, How.EDIT, 2, "claude-code"), Accounted(3, 3, How.ATTRIBUTION, 1, None)) == found.files[b"src/a.py"].spans


def test_overlapping_ranges_and_paths_of_any_form_are_one(repo: Repo) -> None:
    told = replace(said(by(2, 3), by(3, 4), by(4, 4, path=b"/home/dana/pay/src/a.py")), sessions=(Session("codex", cwd="/home/dana/pay"),))
    assert [(2, 4, "codex")] == spans(gathered(repo, told))


def test_a_record_is_followed_through_a_rename(repo: Repo) -> None:
    first = repo.git("rev-parse", "first").decode().strip()
    repo.move("src/a.py", "src/b.py")
    repo.commit("third")
    for path in (b"src/a.py", b"src/b.py"):
        found = gathered(repo, said(by(2, 3, first, path=path)))
        assert [(4, 5, "codex")] == spans(found, b"src/b.py")


def test_a_record_of_a_file_that_its_commit_did_not_have_explains_nothing(repo: Repo) -> None:
    first = repo.git("rev-parse", "first").decode().strip()
    repo.write("src/new.py", ONE.encode())
    repo.commit("third")
    assert [] == spans(gathered(repo, said(by(1, 1, first, path=b"src/new.py"), by(1, 1, first, path=b"src/never.py"))), b"src/new.py")


def test_a_file_beyond_a_limit_explains_nothing_and_spares_the_others(repo: Repo) -> None:
    first = repo.git("rev-parse", "first").decode().strip()
    repo.checkout("first")
    repo.git("checkout", "--quiet", "-B", "change")
    repo.write("src/big.py", (ONE * 100).encode())
    second = repo.commit("second")
    repo.write("src/big.py", (TWO + ONE * 100).encode())
    repo.write("src/a.py", f"import all\n{THREE}{ONE}{TAIL}".encode())
    repo.commit("third")
    told = said(by(1, 100, second, path=b"src/big.py"), by(2, 2, first))
    small = replace(POLICY, limits=replace(POLICY.limits, content_bytes=1000))
    assert [(2, 101, "codex")] == spans(gathered(repo, told), b"src/big.py")
    found = gathered(repo, told, policy=small)
    assert ([], [(3, 3, "codex")]) == (spans(found, b"src/big.py"), spans(found))
    assert [] == spans(gathered(repo, told, policy=replace(POLICY, limits=replace(POLICY.limits, blamed_files=0))))


def test_a_damaged_folder_explains_nothing(repo: Repo) -> None:
    first = repo.git("rev-parse", "first").decode().strip()
    with open_repository(repo.path) as repository:
        base, tip = repository.resolve("main"), repository.resolve("change")
        diff, _ = repository.diff(base, tip, classify=unclassified, keep=keep_all, limits=Limits())
        commits = repository.commits(base, tip, 100)
        repo.damage(repo.git("rev-parse", "first^{tree}").decode().strip())
        found = gather_reconciliation(
            Range(repository, base, tip, base), diff, commits=commits, traces=(said(by(2, 3, first)),), policy=POLICY
        )
    assert [] == spans(found)


def test_the_dates_of_the_commits_say_when_a_trace_was_at_work(repo: Repo) -> None:
    ages = ["2026-01-01T00:00:00Z", "2026-01-05T08:00:30Z", "2026-02-01T00:00:00Z"]
    told = [trace(event(EventKind.MESSAGE, at=at)) for at in ages]
    assert [Timing.BEFORE, Timing.AROUND, Timing.AFTER] == [one.timing for one in gathered(repo, *told).traces]


def test_a_start_that_cannot_be_read_leaves_the_end(repo: Repo) -> None:
    diff = Diff((added(b"src/a.py", ONE),))
    with open_repository(repo.path) as repository:
        commits = repository.commits(repository.resolve("main"), repository.resolve("change"), 100)
        span = Range(repository, "0" * 40, repository.resolve("change"), "0" * 40)
        told = (trace(event(EventKind.MESSAGE, at="2026-01-01T00:00:00Z")), trace(event(EventKind.MESSAGE, at="2026-02-01T00:00:00Z")))
        found = gather_reconciliation(span, diff, commits=commits, traces=told, policy=POLICY)
        none = gather_reconciliation(
            replace(span, merge_base=Missing(Why.FAILED, "", "")), diff, commits=commits, traces=told, policy=POLICY
        )
        nobody = gather_reconciliation(span, diff, commits=Missing(Why.FAILED, "", ""), traces=told, policy=POLICY)
    assert [Timing.AROUND, Timing.AFTER] == [one.timing for one in found.traces]
    assert {Timing.UNKNOWN} == {one.timing for one in (*none.traces, *nobody.traces)}


def test_a_record_at_head_means_its_places_and_not_the_same_line_elsewhere(repo: Repo) -> None:
    repo.write("src/a.py", f"import all\n{ONE}{TWO}{ONE}{TAIL}".encode())
    head = repo.commit("third")
    assert [(2, 2, "codex")] == spans(gathered(repo, said(by(2, 2, head))))
