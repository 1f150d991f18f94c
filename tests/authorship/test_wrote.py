"""What people say that they wrote, and what it does to whose lines are whose."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from prgate.authorship.origins import attribute, mixed_paths
from prgate.authorship.wrote import refuse_misses
from prgate.model.authorship import Authorship, Denied, Origin, Span
from prgate.model.commit import Commit
from prgate.model.diff import Diff, FileChange, Status
from prgate.model.facts import PersonType
from prgate.model.grade import Grade
from prgate.model.heard import Heard, Verb
from prgate.model.missing import Missing, Why
from prgate.model.reconciliation import Accounted, Contested, FileAccount, How, Reconciliation
from prgate.model.trace import Trace
from prgate.reconcile.account import reconcile
from tests.authorship.material import ABSENT, change, commit, facts, hunk, marked, signs, trace

FIVE = hunk(b" keep\n+one line\n+two lines\n-gone\n+three lines\n keep\n+four lines\n+five lines\n", old=1, new=1)
"""Adds lines 2 to 4 and 6 to 7."""
AGENT, DECLARED, UNDECLARED = Origin.AGENT, Origin.DECLARED_HUMAN, Origin.UNDECLARED
ONE, TWO = "1" * 40, "2" * 40
OPENED = facts("devin-ai-integration[bot]", PersonType.BOT)
"""Whose commits are whose, no mark of them says."""


def wrote(of: str, *, by: str = "kim", number: int = 7, **fields: Any) -> Heard:
    return replace(Heard(Verb.WROTE, by, "2026-02-01T10:00:00Z", of, "", f"comment:{number}"), **fields)


def judged(
    *commits: Commit,
    said: tuple[Heard, ...],
    files: tuple[FileChange, ...] = (change(b"src/a.py", FIVE),),
    traces: tuple[Trace, ...] = (),
    **rest: Any,
) -> Authorship:
    diff = Diff(files)
    found = signs(*commits, facts=OPENED, traces=traces)
    told: dict[str, Any] = {"diff": diff, "commits": commits, "facts": OPENED, "signs": found, "blame": {}, "heard": said}
    return attribute(**(told | {"reconciliation": reconcile(diff, traces)} | rest))


def origins(authorship: Authorship, path: bytes = b"src/a.py") -> list[tuple[int, int, Origin]]:
    return [(span.start, span.end, span.origin) for span in authorship.files[path].spans]


@pytest.mark.parametrize(
    "said",
    [
        wrote(ONE, refused="not of this head"),
        wrote("src/a.py:2-7", refused="edited"),
        wrote(ONE, verb=Verb.WRONG),
        wrote("src/a.py:2-7", verb=None),
        wrote(TWO),
        wrote("111111"),
        wrote("src/b.py:2"),
        wrote("src/a.py:5"),
        wrote("src/a.py"),
        wrote("src/a.py:0"),
    ],
)
def test_what_does_not_count_or_is_about_nothing_changes_nothing(said: Heard) -> None:
    authorship = judged(commit(ONE), said=(said,))
    assert [(2, 4, UNDECLARED), (6, 7, UNDECLARED)] == origins(authorship)
    assert () == authorship.denied


def test_a_commit_that_a_person_says_to_have_written_is_declared_lines_and_all() -> None:
    gone = replace(change(b"src/b.py"), new_path=None, status=Status.DELETED)
    files = (change(b"src/a.py", FIVE), gone)
    one = commit(ONE, paths=[b"src/a.py", b"src/b.py"], parents=("p", "q"))
    authorship = judged(one, files=files, said=(wrote("1111111"),))
    assert (Span(2, 4, DECLARED, Grade.CLAIMED, None, "facts"), Span(6, 7, DECLARED, Grade.CLAIMED, None, "facts")) == authorship.files[
        b"src/a.py"
    ].spans
    assert (DECLARED, DECLARED) == (authorship.files[b"src/a.py"].whole, authorship.files[b"src/b.py"].whole)
    assert {AGENT: 0, DECLARED: 5, UNDECLARED: 0} == authorship.lines


def test_lines_that_a_person_says_to_have_written_are_declared_and_no_others() -> None:
    said = wrote("src/a.py:3-6"), wrote("src/a.py:4", number=8), wrote("src/a.py:6-7", number=9)
    authorship = judged(commit(ONE), said=said)
    assert [(2, 2, UNDECLARED), (3, 4, DECLARED), (6, 7, DECLARED)] == origins(authorship)
    assert UNDECLARED is authorship.files[b"src/a.py"].whole
    assert {Span(3, 4, DECLARED, Grade.CLAIMED, None, "facts")} <= set(authorship.files[b"src/a.py"].spans)


def test_a_path_of_any_bytes_is_named_by_its_text() -> None:
    files = (change(b"a\xff: b.py", FIVE),)
    assert [(2, 2, DECLARED), (3, 4, UNDECLARED), (6, 7, UNDECLARED)] == origins(
        judged(commit(ONE), files=files, said=(wrote("a\\xff: b.py:2"),)), b"a\xff: b.py"
    )


def test_lines_of_a_marked_commit_stay_the_agents_and_the_declaration_is_denied() -> None:
    authorship = judged(marked(ONE), said=(wrote(ONE), wrote("src/a.py:4-6", by="bo", number=9)))
    assert [(2, 4, AGENT), (6, 7, AGENT)] == origins(authorship)
    assert (
        Denied(b"src/a.py", 2, 4, "kim", "comment:7", "claude-code", "commits"),
        Denied(b"src/a.py", 4, 4, "bo", "comment:9", "claude-code", "commits"),
        Denied(b"src/a.py", 6, 6, "bo", "comment:9", "claude-code", "commits"),
        Denied(b"src/a.py", 6, 7, "kim", "comment:7", "claude-code", "commits"),
    ) == authorship.denied


@pytest.mark.parametrize("of", [ONE, "src/a.py:1-9"])
def test_lines_that_a_trace_explains_stay_the_agents_and_the_rest_is_declared(of: str) -> None:
    authorship = judged(commit(ONE), said=(wrote(of),), traces=(trace(b"three lines", agent="codex"),))
    assert [(2, 3, DECLARED), (4, 4, AGENT), (6, 7, DECLARED)] == origins(authorship)
    assert (Denied(b"src/a.py", 4, 4, "kim", "comment:7", "codex", "trace:1"),) == authorship.denied


def test_an_agent_s_change_without_lines_is_denied_as_a_whole() -> None:
    gone = replace(change(b"src/a.py"), new_path=None, status=Status.DELETED)
    authorship = judged(marked(ONE), files=(gone,), said=(wrote(ONE),))
    assert AGENT is authorship.files[b"src/a.py"].whole
    assert (Denied(b"src/a.py", None, None, "kim", "comment:7", "claude-code", "commits"),) == authorship.denied


def test_commits_that_share_a_file_with_a_declared_one_are_told_apart_by_blame() -> None:
    commits = commit(ONE), commit(TWO), commit("3" * 40, paths=[b"b.py"])
    assert () == mixed_paths(commits, signs(*commits))
    assert (b"src/a.py",) == mixed_paths(commits, signs(*commits), heard=(wrote(ONE),))
    assert () == mixed_paths(commits, signs(*commits), heard=(wrote(ONE, refused="x"), wrote("9999999"), wrote("src/a.py:2")))
    blame = {b"src/a.py": ((2, 3, ONE), (4, 7, TWO))}
    assert [(2, 3, DECLARED), (4, 4, UNDECLARED), (6, 7, UNDECLARED)] == origins(judged(*commits, said=(wrote(ONE),), blame=blame))


def test_of_a_file_that_several_agents_commits_share_blame_says_what_is_denied() -> None:
    commits = marked(ONE), marked(TWO)
    assert (b"src/a.py",) == mixed_paths(commits, signs(*commits), heard=(wrote(ONE),))
    authorship = judged(*commits, said=(wrote(ONE),), blame={b"src/a.py": ((2, 3, ONE), (4, 7, TWO))})
    assert [(2, 3)] == [(one.start, one.end) for one in authorship.denied]
    assert () == judged(*commits, said=(wrote(ONE),)).denied


def test_what_a_note_gives_to_a_person_and_a_trace_to_an_agent_is_denied() -> None:
    spans = (Accounted(2, 4, How.EDIT, 2, "codex"), Accounted(6, 7, How.ATTRIBUTION, 1, None))
    told = Reconciliation({b"src/a.py": FileAccount(spans, contested=(Contested(3, 4, 1),))})
    authorship = judged(commit(ONE), said=(), reconciliation=told)
    assert [(2, 4, AGENT), (6, 7, DECLARED)] == origins(authorship)
    assert (Denied(b"src/a.py", 3, 4, None, "trace:1", "codex", "trace:2"),) == authorship.denied


@pytest.mark.parametrize(
    ("of", "why"),
    [
        ("2222222", "no commit of the change begins with `2222222`"),
        ("11111111111111", None),
        ("AAAAAAA", "2 commits of the change begin with `AAAAAAA`"),
        ("src/b.py:1", "`src/b.py` is not changed here"),
        ("a`b:1", "`a\\u{60}b` is not changed here"),
        ("src/a.py:5", "`src/a.py:5` has no added line"),
        ("src/a.py:8-99", "`src/a.py:8-99` has no added line"),
        ("src/a.py:4-2", "`src/a.py:4-2` has no added line"),
        ("src/a.py:4-5", None),
        ("big.txt:1", "the lines of `big.txt` were not kept"),
        ("by me", "name a commit by 7 or more of its hex digits, or lines of a file: `/prgate wrote src/pay.py:10-20`"),
    ],
)
def test_a_declaration_that_is_about_nothing_of_the_change_is_told_so(of: str, why: str | None) -> None:
    diff = Diff((change(b"big.txt", hunks=Missing(Why.OVER_LIMIT, "", ""), added=9), change(b"src/a.py", FIVE)))
    commits = commit(ONE), commit("a" * 40), commit("a" * 39 + "b")
    assert (wrote(of, refused=why),) == refuse_misses((wrote(of),), diff=diff, commits=commits)


def test_what_is_no_declaration_or_refused_already_or_cannot_be_looked_up_stays_as_it_is() -> None:
    said = wrote("src/b.py:1", refused="edited"), wrote("1", verb=Verb.ATTEST), wrote("by me", verb=None)
    assert said == refuse_misses(said, diff=Diff(()), commits=())
    assert (wrote("x"),) == refuse_misses((wrote("x"),), diff=ABSENT, commits=())
    (unknown,) = refuse_misses((wrote("1111111"),), diff=Diff(()), commits=ABSENT)
    assert "the commits of the change could not be read" == unknown.refused


def test_nothing_is_cut_out_of_a_file_that_only_loses_lines() -> None:
    files = (change(b"src/a.py", hunk(b"-gone\n", old=1, new=0)),)
    assert [] == origins(judged(commit(ONE), files=files, said=(wrote(ONE),), blame={b"src/a.py": ()}))
