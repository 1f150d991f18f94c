from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prgate.authorship.origins import attribute, mixed_paths
from prgate.model.authorship import Authorship, FileOrigins, Origin, Span
from prgate.model.commit import Commit
from prgate.model.diff import Diff, FileChange, Hunk
from prgate.model.facts import Facts, Permission, Person, PersonType
from prgate.model.grade import Grade
from prgate.model.missing import Missing, Why
from prgate.model.reconciliation import Accounted, FileAccount, How, Reconciliation
from prgate.model.trace import Trace
from prgate.reconcile.account import reconcile
from tests.authorship.material import ABSENT, CLAUDE, change, commit, facts, head, hunk, linked, marked, signs, trace
from tests.hang import no_hang

FIVE = hunk(b" keep\n+one line\n+two lines\n-gone\n+three lines\n keep\n+four lines\n+five lines\n", old=1, new=1)
"""Adds lines 2 to 4 and 6 to 7."""
MINE: dict[str, Any] = {"author_name": "", "author_email": ""}
AGENT, DECLARED, UNDECLARED = Origin.AGENT, Origin.DECLARED_HUMAN, Origin.UNDECLARED


def judged(
    *commits: Commit,
    files: tuple[FileChange, ...] = (change(b"src/a.py", FIVE),),
    told: Facts | Missing = ABSENT,
    traces: tuple[Trace, ...] = (),
    head_ref: str | None = None,
    **rest: Any,
) -> Authorship:
    found = signs(*commits, facts=told, traces=traces, head_ref=head_ref)
    diff = Diff(files)
    known: dict[str, Any] = {"diff": diff, "commits": commits, "facts": told, "signs": found, "blame": {}}
    known["reconciliation"] = reconcile(diff, traces)
    return attribute(**(known | rest))


def origins(authorship: Authorship, path: bytes = b"src/a.py") -> list[tuple[int, int, Origin]]:
    return [(span.start, span.end, span.origin) for span in authorship.files[path].spans]


def whole(*commits: Commit, **rest: Any) -> list[tuple[int, int, Origin]]:
    return origins(judged(*commits, **rest))


def test_a_bare_diff_declares_nobody() -> None:
    authorship = judged(commits=ABSENT)
    assert origins(authorship) == [(2, 4, UNDECLARED), (6, 7, UNDECLARED)]
    assert authorship.files[b"src/a.py"].whole is UNDECLARED
    assert authorship.lines == {AGENT: 0, DECLARED: 0, UNDECLARED: 5}


def test_a_bare_diff_has_the_lines_that_a_trace_explains_as_an_agents() -> None:
    authorship = judged(commits=ABSENT, traces=(trace(b"two lines"),))
    assert authorship.files[b"src/a.py"].spans[1] == Span(3, 3, AGENT, Grade.CLAIMED, "claude-code", "trace:1")
    assert authorship.lines == {AGENT: 1, DECLARED: 0, UNDECLARED: 4}


@pytest.mark.parametrize(
    "one",
    [
        commit(author_name="renovate[bot]", author_email="1+renovate[bot]@users.noreply.github.com"),
        commit(author_name="Mend Renovate"),
        commit(author_name="", author_email=""),
        commit(parents=("p", "q")),
        commit(message="Take a suggestion\n\nCo-authored-by: Copilot <175728472+Copilot@users.noreply.github.com>"),
        commit(message="By hand or not\n\nCo-authored-by: Copilot <copilot@github.com>"),
        commit(committer_email="noreply@anthropic.com"),
    ],
    ids=["bot", "machine user", "nobody", "merge", "suggestion", "stamp", "agent committed"],
)
def test_what_no_person_declared_is_undeclared(one: Commit) -> None:
    assert whole(one) == [(2, 4, UNDECLARED), (6, 7, UNDECLARED)]


def test_an_author_whom_the_forge_types_a_bot_is_no_person() -> None:
    told = facts(commits=(linked("c1", "acme-sync"),), people={"acme-sync": Person(Permission.WRITE, PersonType.BOT)})
    assert whole(commit(), told=told) == [(2, 4, UNDECLARED), (6, 7, UNDECLARED)]


@pytest.mark.parametrize(
    "rest",
    [
        {"told": facts("Copilot", PersonType.BOT)},
        {"told": facts(body="https://chatgpt.com/codex/tasks/task_e_1")},
        {"told": facts(head=head("codex/x"))},
        {"head_ref": "codex/x"},
        {"traces": (trace(b"nothing of this"),)},
    ],
    ids=["opener", "body", "branch", "ref", "trace"],
)
def test_a_share_of_an_agent_that_no_commit_bears_leaves_persons_commits_undeclared(rest: dict[str, Any]) -> None:
    assert whole(commit(), **rest) == [(2, 4, UNDECLARED), (6, 7, UNDECLARED)]


def test_marks_of_the_pull_request_leave_persons_commits_alone_where_a_commit_bears_one() -> None:
    authorship = judged(
        commit("c1"), marked("c2", paths=[b"b.py"]), files=(change(b"b.py", FIVE), change(b"src/a.py", FIVE)), head_ref="claude/x"
    )
    assert (origins(authorship)[0][2], origins(authorship, b"b.py")[0][2]) == (DECLARED, AGENT)


@pytest.mark.parametrize(("login", "origin"), [(None, UNDECLARED), ("dana", DECLARED)])
def test_where_an_agents_account_opened_it_only_an_account_that_the_forge_links_declares(login: str | None, origin: Origin) -> None:
    told = facts("copilot-swe-agent[bot]", PersonType.BOT, commits=(linked("c1", login),))
    authorship = judged(commit("c1"), marked("c2", paths=[b"b.py"]), files=(change(b"b.py", FIVE), change(b"src/a.py", FIVE)), told=told)
    assert (origins(authorship)[0][2], origins(authorship, b"b.py")[0][2]) == (origin, AGENT)


def test_a_persons_commit_is_a_declaration_and_no_more() -> None:
    authorship = judged(commit())
    assert authorship.files[b"src/a.py"] == FileOrigins(
        (Span(2, 4, DECLARED, Grade.CLAIMED, None, "commits"), Span(6, 7, DECLARED, Grade.CLAIMED, None, "commits")), DECLARED
    )


def test_a_trace_makes_a_declared_line_an_agents_and_leaves_the_others_undeclared() -> None:
    authorship = judged(commit(), traces=(trace(b"never seen"), trace(b"one line", b"four lines", agent="codex")))
    assert authorship.files[b"src/a.py"].spans == (
        Span(2, 2, AGENT, Grade.CLAIMED, "codex", "trace:2"),
        Span(3, 4, UNDECLARED, Grade.CLAIMED, None, "commits"),
        Span(6, 6, AGENT, Grade.CLAIMED, "codex", "trace:2"),
        Span(7, 7, UNDECLARED, Grade.CLAIMED, None, "commits"),
    )


def test_an_edit_belongs_to_the_path_with_the_longest_end_in_common() -> None:
    paths = [b"a.py", b"src/a.py", b"lib/src/a.py"]
    for order in (paths, paths[::-1]):
        files = tuple(change(path, FIVE) for path in order)
        authorship = judged(commit(paths=paths), files=files, traces=(trace(b"one line", path=b"/pay/src/a.py"),))
        assert [origins(authorship, path)[0] for path in paths] == [(2, 4, UNDECLARED), (2, 2, AGENT), (2, 4, UNDECLARED)]


def test_what_a_record_gives_to_a_person_is_declared_where_nobody_else_has_spoken() -> None:
    spans = (Accounted(2, 3, How.ATTRIBUTION, 1, None), Accounted(6, 6, How.ATTRIBUTION, 2, "codex"))
    told = Reconciliation({b"src/a.py": FileAccount(spans, ((4, 4), (7, 7)))})
    authorship = judged(commit(author_name="x[bot]"), reconciliation=told)
    assert authorship.files[b"src/a.py"].spans == (
        Span(2, 3, DECLARED, Grade.CLAIMED, None, "trace:1"),
        Span(4, 4, UNDECLARED, Grade.CLAIMED, None, "commits"),
        Span(6, 6, AGENT, Grade.CLAIMED, "codex", "trace:2"),
        Span(7, 7, UNDECLARED, Grade.CLAIMED, None, "commits"),
    )
    assert origins(judged(commit(), reconciliation=told)) == [(2, 4, DECLARED), (6, 6, AGENT), (7, 7, DECLARED)]
    assert {span.agent for span in judged(marked(), reconciliation=told).files[b"src/a.py"].spans} == {"claude-code"}


def test_a_false_declaration_stays_visible_beside_marked_commits() -> None:
    commits = commit("c1"), marked("c2", paths=[b"b.py"])
    assert whole(*commits, traces=(trace(b"three lines"),)) == [(2, 3, DECLARED), (4, 4, AGENT), (6, 7, DECLARED)]


def test_a_marked_commit_is_its_agents_and_the_trace_changes_nothing() -> None:
    authorship = judged(marked(), traces=(trace(b"one line", agent="codex"),))
    assert {(span.origin, span.agent, span.evidence) for span in authorship.files[b"src/a.py"].spans} == {(AGENT, "claude-code", "commits")}


def test_a_marked_merge_is_its_agents() -> None:
    assert whole(commit(message=f"Merge\n\n{CLAUDE}", parents=("p", "q"))) == [(2, 4, AGENT), (6, 7, AGENT)]


def test_the_strongest_mark_of_a_commit_gives_its_lines_their_agent_and_grade() -> None:
    told = facts(commits=(linked("c1", "devin-ai-integration[bot]"),))
    one = commit(message=f"A subject\n\n{CLAUDE}", author_email="cursoragent@cursor.com")
    assert judged(one, told=told).files[b"src/a.py"].spans[0] == Span(2, 4, AGENT, Grade.OBSERVED, "devin", "facts")
    assert judged(one).files[b"src/a.py"].spans[0].agent == "cursor"
    assert judged(commit(message=one.message, author_name="Dana (aider)")).files[b"src/a.py"].spans[0].agent == "aider"


def test_a_path_of_mixed_commits_without_blame_is_undeclared_and_the_worst_as_a_whole() -> None:
    authorship = judged(commit("c1"), marked("c2"))
    assert authorship.files[b"src/a.py"] == FileOrigins(
        (Span(2, 4, UNDECLARED, Grade.CLAIMED, None, "commits"), Span(6, 7, UNDECLARED, Grade.CLAIMED, None, "commits")), AGENT
    )


def test_blame_gives_each_line_its_commit_and_what_it_does_not_say_is_undeclared() -> None:
    blame = {b"src/a.py": ((1, 2, "c1"), (3, 3, "c2"), (4, 4, "elsewhere"), (7, 9, "c2"))}
    assert whole(commit("c1"), marked("c2"), blame=blame) == [
        (2, 2, DECLARED),
        (3, 3, AGENT),
        (4, 4, UNDECLARED),
        (6, 6, UNDECLARED),
        (7, 7, AGENT),
    ]


def test_a_path_that_no_commit_of_the_range_touches_is_undeclared() -> None:
    authorship = judged(commit(paths=[b"b.py"]))
    assert (origins(authorship)[0][2], authorship.files[b"src/a.py"].whole) == (UNDECLARED, UNDECLARED)


def test_a_rename_has_the_commits_of_both_paths() -> None:
    files = (change(b"src/b.py", old_path=b"src/a.py"),)
    authorship = judged(commit("c1", paths=[b"src/a.py", b"src/b.py"]), marked("c2"), files=files)
    assert authorship.files[b"src/b.py"] == FileOrigins((), AGENT)


@pytest.mark.parametrize(
    ("commits", "origin"),
    [
        ((commit("c1"),), DECLARED),
        ((commit("c1"), commit("c2", author_name="x[bot]")), UNDECLARED),
        ((commit("c1"), commit("c2", author_name="x[bot]"), marked("c3")), AGENT),
    ],
)
def test_what_has_no_lines_has_the_worst_of_its_commits(commits: tuple[Commit, ...], origin: Origin) -> None:
    gone = change(b"src/a.py", binary=True)
    assert judged(*commits, files=(gone,)).files[b"src/a.py"] == FileOrigins((), origin)


def test_lines_that_were_not_kept_count_as_undeclared() -> None:
    files = (change(b"big.txt", hunks=Missing(Why.OVER_LIMIT, "", ""), added=9), change(b"src/a.py", FIVE))
    authorship = judged(marked(paths=[b"big.txt", b"src/a.py"]), files=files)
    assert (authorship.files[b"big.txt"], authorship.lines) == (FileOrigins((), AGENT), {AGENT: 5, DECLARED: 0, UNDECLARED: 9})


def test_a_removal_and_a_new_file_are_cut_without_reading_their_lines() -> None:
    files = (
        change(b"src/a.py", hunk(b"+one\n+two\n", old=0, new=1), hunk(b"-gone\n", old=5, new=7), Hunk(9, 0, 9, 0, b"")),
        change(b"src/b.py", hunk(b"-gone\n", old=1, new=0)),
    )
    authorship = judged(commit(paths=[b"src/a.py", b"src/b.py"]), files=files)
    assert (origins(authorship), origins(authorship, b"src/b.py")) == ([(1, 2, DECLARED)], [])


def test_each_hunk_keeps_spans_of_its_own() -> None:
    files = (change(b"src/a.py", hunk(b"+one\n", old=0, new=1), hunk(b"+two\n", old=0, new=2)),)
    assert whole(commit(), files=files) == [(1, 1, DECLARED), (2, 2, DECLARED)]


def test_only_paths_of_different_standing_need_blame() -> None:
    commits = (
        marked("c1", paths=[b"agent.py", b"both.py"]),
        commit("c2", paths=[b"both.py", b"moved.py"]),
        commit("c3", paths=[b"human.py", b"synced.py"]),
        commit("c4", paths=[b"synced.py"], author_name="sync[bot]"),
    )
    assert mixed_paths(commits, signs(*commits)) == (b"both.py", b"moved.py", b"synced.py")
    assert mixed_paths(ABSENT, ()) == ()


def test_agents_have_the_strongest_grade_of_their_marks_and_say_whether_a_trace_can_be_asked_for() -> None:
    told = facts("devin-ai-integration[bot]", PersonType.BOT, head=head("codex/x"))
    agents = judged(marked(), commit("c2", author_name="Devin AI"), told=told, traces=(trace(agent="in-house"),)).agents
    assert [(one.id, one.name, one.grade, one.exports_trace, len(one.signs)) for one in agents] == [
        ("claude-code", "Claude Code", Grade.CLAIMED, True, 1),
        ("codex", "Codex", Grade.CLAIMED, False, 1),
        ("devin", "Devin", Grade.OBSERVED, False, 1),
        ("in-house", "in-house", Grade.CLAIMED, True, 1),
    ]


ORIGIN_COMMITS = (commit("c1"), marked("c2"), commit("c3", author_name="x[bot]"), commit("c4", **MINE))
BODIES = st.lists(st.sampled_from([b" same\n", b"+add a line\n", b"+}\n", b"-gone\n"]), min_size=1, max_size=8).map(b"".join)


@settings(deadline=None, max_examples=150)
@given(
    st.lists(st.tuples(st.integers(1, 5), BODIES), max_size=4),
    st.sets(st.sampled_from(ORIGIN_COMMITS)),
    st.one_of(st.none(), st.lists(st.tuples(st.integers(1, 4), st.sampled_from(["c1", "c2", "c9"])), max_size=6)),
    st.booleans(),
)
def test_every_added_line_has_one_origin(
    pieces: list[tuple[int, bytes]], commits: set[Commit], blame: list[tuple[int, str]] | None, traced: bool
) -> None:
    hunks, at = [], 1
    for gap, body in pieces:
        hunks.append(hunk(body, old=at, new=at + gap))
        at += gap + hunks[-1].new_count
    ranges, line = [], 1
    for length, sha in blame or ():
        ranges.append((line, line + length - 1, sha))
        line += length
    file = change(b"src/a.py", *hunks)
    authorship = judged(
        *sorted(commits, key=lambda one: one.sha),
        files=(file,),
        blame={} if blame is None else {b"src/a.py": tuple(ranges)},
        traces=(trace(b"add a line"),) if traced else (),
    )
    spans = authorship.files[b"src/a.py"].spans
    added = [number for one in hunks for number, _ in one.added()]
    assert [line for span in spans for line in range(span.start, span.end + 1)] == added
    assert sum(authorship.lines.values()) == file.added
    assert all(left.end + 1 < right.start or left != Span(left.start, left.end, *_rest(right)) for left, right in pairwise(spans))


def _rest(span: Span) -> tuple[Origin, Grade, str | None, str]:
    return span.origin, span.grade, span.agent, span.evidence


@settings(deadline=None, max_examples=60)
@given(st.sets(st.sampled_from(ORIGIN_COMMITS)), st.booleans())
def test_a_trace_never_takes_a_line_from_what_a_human_must_read(commits: set[Commit], branch: bool) -> None:
    told = sorted(commits, key=lambda one: one.sha)
    ref = "claude/x" if branch else None
    before, after = (judged(*told, head_ref=ref, traces=traces).lines for traces in ((), (trace(b"one line", b"five lines"),)))
    assert (after[AGENT] >= before[AGENT], after[DECLARED] <= before[DECLARED]) == (True, True)


def test_a_change_of_a_million_lines_is_attributed_without_a_hang() -> None:
    file = change(
        b"src/a.py", Hunk(1, 0, 1, 500_000, b"+x\n" * 500_000), Hunk(1, 1, 500_001, 500_001, b" x\n" + b"+x\n" * 500_000), added=1_000_000
    )
    with no_hang():
        authorship = judged(commit(), files=(file,))
    assert authorship.lines[DECLARED] == 1_000_000
