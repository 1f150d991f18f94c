"""Lines that nothing accounts for are told run by run, and honestly where something may have written them."""

from __future__ import annotations

from dataclasses import replace
from time import perf_counter

import pytest

from prgate.model.authorship import Authorship, FileOrigins, Origin, Span
from prgate.model.grade import Grade
from prgate.model.missing import Missing, UnknownError, Why
from prgate.model.paths import FileClass
from prgate.model.reconciliation import MOST_MENTIONS, FileAccount, Mention
from prgate.model.trace import EventKind, TraceEvent
from prgate.rules import false_declaration
from prgate.rules.unexplained_change import RULE
from tests.rules.traced import beside_an_unread_one, event, evidence, file, judged, ran, trace, until_unknown

PATH = b"src/pay.py"


def runs(
    *unexplained: tuple[int, int], declared: tuple[tuple[int, int], ...] = (), least: int = 1
) -> list[tuple[int | None, int | None, str]]:
    """First line, last line and message of each finding."""
    given = evidence(file(), traces=(trace(),), accounts={PATH: FileAccount(unexplained=unexplained)}, declared={PATH: declared})
    return [(finding.line, finding.end_line, finding.message) for finding in judged(RULE, given, least=least)[0]]


def lines(number: int) -> str:
    return f"{number} line{'s' * (number > 1)} that the trace does not account for"


@pytest.mark.parametrize(
    ("unexplained", "declared", "told"),
    [
        ([], [], []),
        ([(5, 9)], [(5, 9)], []),
        ([(5, 9)], [(1, 30)], []),
        ([(5, 9)], [(20, 30), (31, 40)], [(5, 9, 5)]),
        ([(5, 20)], [(8, 17)], [(5, 7, 3), (18, 20, 3)]),
        ([(5, 9)], [(1, 5), (9, 9)], [(6, 8, 3)]),
        ([(5, 7), (12, 12)], [], [(5, 7, 3), (12, 12, 1)]),
        ([(5, 7), (10, 12)], [], [(5, 12, 6)]),
        ([(5, 7), (11, 12)], [], [(5, 7, 3), (11, 12, 2)]),
    ],
)
def test_runs_are_told_without_what_a_person_declares_and_near_ones_together(
    unexplained: list[tuple[int, int]], declared: list[tuple[int, int]], told: list[tuple[int, int, int]]
) -> None:
    assert [(start, end, lines(number)) for start, end, number in told] == runs(*unexplained, declared=tuple(declared))


def test_few_lines_are_left_alone() -> None:
    assert not runs((5, 7), (20, 22), least=4)
    assert runs((5, 8), (20, 22), least=4) == [(5, 8, lines(4))]


@pytest.mark.parametrize(
    ("events", "tail", "certain"),
    [
        ([ran(1, "git add", "make fmt", "go test")], "; a formatter in the trace may have laid them out anew: `make fmt`", True),
        ([ran(1, "npx", "prettier --write")], "; a formatter in the trace may have laid them out anew: `prettier --write`", True),
        ([ran(1, "black"), ran(2, "make")], "; a command in the trace may have written them: `make`", False),
        ([ran(1, "cd", "sed -i", "git commit")], "; a command in the trace may have written them: `sed -i`", False),
        ([ran(1, "xargs")], "; a command in the trace may have written them: `xargs`", False),
        ([ran(1)], "; a command in the trace may have written them", False),
        ([ran(1, "make"), event(EventKind.SUBAGENT, 2)], "; a sub-agent in the trace may have written them", False),
        ([ran(1, "a"), ran(2, "b"), ran(3, "c")], "; a command in the trace may have written them: `a` or `b`", False),
    ],
)
def test_what_may_have_written_the_lines_is_said(events: list[TraceEvent], tail: str, certain: bool) -> None:
    account = FileAccount(unexplained=((5, 9),), may=tuple(Mention(1, index) for index in range(len(events))))
    (finding,), _ = judged(RULE, evidence(file(), traces=(trace(*events),), accounts={PATH: account}))
    assert (lines(5) + tail, certain, "line 5") == (finding.message, finding.certain, finding.quote)


def test_files_that_nobody_writes_by_hand_count_only_in_a_domain() -> None:
    accounts = {PATH: FileAccount(unexplained=((5, 9),))}
    for file_class in (FileClass.LOCK, FileClass.GENERATED, FileClass.VENDORED, FileClass.SNAPSHOT, FileClass.TRACE, FileClass.DOCS):
        assert judged(RULE, evidence(file(file_class=file_class), traces=(trace(),), accounts=accounts))[0]
        assert not judged(RULE, evidence(file(file_class=file_class, domains=()), traces=(trace(),), accounts=accounts))[0]
    module = file(modes=(0, 0o160000))
    assert not judged(RULE, evidence(module, traces=(trace(),), accounts=accounts))[0]


def test_lines_that_the_diff_did_not_keep_are_unknown_and_no_pass() -> None:
    missing = Missing(Why.OVER_LIMIT, "too large", "Split it.")
    with pytest.raises(UnknownError):
        judged(RULE, evidence(file(hunks=missing), traces=(trace(),)))


def test_what_it_looked_at_is_said() -> None:
    assert judged(RULE, evidence(file(), file(b"b.py", 2), traces=(trace(), trace()))) == (
        [],
        "42 added lines in 2 files held against 2 traces",
    )


@pytest.mark.parametrize(
    ("events", "cure"),
    [
        ([], "An agent's? Attach the session that wrote them."),
        ([ran(1, "black")], "An agent's? Attach the session that wrote them."),
        ([ran(1, "make")], "The command's? Read them: no trace shows what it wrote."),
        ([ran(1, "make"), event(EventKind.SUBAGENT, 2)], "The sub-agent's? Attach its session."),
    ],
)
def test_the_cure_speaks_to_whoever_may_have_written_the_lines(events: list[TraceEvent], cure: str) -> None:
    account = FileAccount(unexplained=((5, 9),), may=tuple(Mention(1, index) for index in range(len(events))))
    (finding,), _ = judged(RULE, evidence(file(), traces=(trace(*events),), accounts={PATH: account}))
    assert cure in finding.fix
    assert "Yours? Commit them on their own" in finding.fix


def test_what_a_person_declares_is_not_clear_beside_a_trace_that_could_not_be_read() -> None:
    account = {PATH: FileAccount(unexplained=((5, 9),))}
    given = evidence(file(), traces=(trace(),), accounts=account, declared={PATH: ((5, 9),)})
    assert [] == judged(RULE, given)[0]
    assert [] == until_unknown(RULE, beside_an_unread_one(given))
    assert [] == judged(RULE, beside_an_unread_one(evidence(file(), traces=(trace(),))))[0]


def test_where_more_may_have_written_the_file_than_is_kept_it_is_a_question() -> None:
    formats = trace(*(ran(1, "black") for _ in range(MOST_MENTIONS)))
    may = tuple(Mention(1, index) for index in range(MOST_MENTIONS))
    for kept, certain in ((may, False), (may[1:], True)):
        account = FileAccount(unexplained=((5, 9),), may=kept)
        (finding,), _ = judged(RULE, evidence(file(), traces=(formats,), accounts={PATH: account}))
        assert certain == finding.certain


def test_many_lines_of_two_hands_are_told_in_time() -> None:
    count = 100_000
    open_, declared = [(at, at + 2) for at in range(1, count, 12)], [(at + 6, at + 6) for at in range(1, count, 12)]
    began = perf_counter()
    given = evidence(
        file(added=count), traces=(trace(),), accounts={PATH: FileAccount(unexplained=tuple(open_))}, declared={PATH: tuple(declared)}
    )
    assert len(open_) == len(judged(RULE, given)[0])
    assert perf_counter() - began < 5


@pytest.mark.parametrize(("agents", "good"), [((7, 7), False), ((10, 12), True)])
def test_a_declaration_is_offered_where_no_mark_of_a_commit_contradicts_it(agents: tuple[int, int], *, good: bool) -> None:
    given = evidence(file(), traces=(trace(),), accounts={PATH: FileAccount(unexplained=((5, 9),))})
    spans = (Span(*agents, Origin.AGENT, Grade.CLAIMED, "claude-code", "commits"),)
    given = replace(given, authorship=Authorship((), None, None, {PATH: FileOrigins(spans, Origin.AGENT)}, {}))
    assert RULE.answerable is not None
    assert good is RULE.answerable(given, RULE.params())


def test_between_lines_that_are_told_as_one_stand_too_few_to_make_their_declaration_false() -> None:
    between = false_declaration.Params().least - 1
    assert [(5, 5 + between + 1, lines(2))] == runs((5, 5), (5 + between + 1, 5 + between + 1))
    assert len(runs((5, 5), (5 + between + 2, 5 + between + 2))) == 2
