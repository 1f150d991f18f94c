"""A trace is called foreign on a contradiction, and never for explaining little alone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from prgate.model.missing import Missing, Why
from prgate.model.reconciliation import FileAccount, Mention, Reconciliation, Timing, TraceAccount
from prgate.model.trace import EventKind, Trace
from prgate.rules.foreign_trace import RULE
from tests.rules.traced import SUBJECT, beside_an_unread_one, event, evidence, file, judged, ran, trace, until_unknown

PATH = b"src/pay.py"
AFTER, BEFORE, AROUND, UNKNOWN = Timing.AFTER, Timing.BEFORE, Timing.AROUND, Timing.UNKNOWN


def accused(*accounts: TraceAccount, traces: tuple[Trace, ...] | None = None, telling: int = 100, **fields: Any) -> str | None:
    """The contradiction that is named, if any. Unless told otherwise the traces have a command that may have written the file."""
    made = traces or tuple(trace(ran(1, "make")) for _ in accounts)
    may = fields.pop("may", (Mention(1, 0),))
    files = {PATH: FileAccount(may=may, mentions=fields.pop("mentions", ()))}
    findings, _ = judged(RULE, evidence(file(), traces=made, reconciliation=Reconciliation(files, accounts, telling), **fields))
    assert all(finding.certain for finding in findings)
    return findings[0].message.partition(", and ")[2] if findings else None


LATER = "began after the last commit of this change was made"
EARLIER = "ended before the work on it began"
NOWHERE = "no edit, command or sub-agent there could have written a changed file"


@pytest.mark.parametrize(
    ("accounts", "expected"),
    [
        ([TraceAccount(told=50)], None),
        ([TraceAccount(told=50, timing=AROUND)], None),
        ([TraceAccount(told=50, met=21, timing=AFTER)], None),
        ([TraceAccount(told=50, met=6, timing=AFTER), TraceAccount(timing=AROUND)], None),
        ([TraceAccount(told=50, met=6, timing=BEFORE)], None),
        ([TraceAccount(told=50, met=5, timing=BEFORE)], EARLIER),
        ([TraceAccount(told=50, met=20, timing=AFTER)], LATER),
        ([TraceAccount(timing=AFTER), TraceAccount(timing=UNKNOWN)], LATER),
        ([TraceAccount(timing=AFTER), TraceAccount(timing=AROUND)], None),
        ([TraceAccount(timing=AFTER), TraceAccount(told=50, timing=BEFORE)], None),
        ([TraceAccount(told=50, timing=BEFORE)], EARLIER),
        ([TraceAccount(told=50, met=3, timing=BEFORE)], EARLIER),
        ([TraceAccount(told=50, shared=1, timing=BEFORE)], EARLIER),
        ([TraceAccount(told=50, met=3, shared=1, timing=BEFORE)], None),
        ([TraceAccount(told=0, timing=BEFORE)], None),
    ],
)
def test_time_speaks_against_traces_that_explain_next_to_nothing(accounts: list[TraceAccount], expected: str | None) -> None:
    assert expected == accused(*accounts)


def test_few_lines_say_nothing_about_an_earlier_edit_of_the_same_file() -> None:
    assert accused(TraceAccount(told=50, shared=1, timing=BEFORE), telling=20) == EARLIER
    assert accused(TraceAccount(told=50, shared=1, timing=BEFORE), telling=19) is None


@pytest.mark.parametrize("form", ["acme/shop", "Acme/Shop", "dana/shop", "https://example.com/a/b", "git@example.com:a/b", None])
def test_the_repository_of_the_base_or_the_head_and_an_address_of_another_form_are_no_contradiction(form: str | None) -> None:
    assert accused(TraceAccount(), traces=(trace(ran(1, "make"), repository=form),)) is None


def test_another_repository_is_one_unless_a_session_names_ours() -> None:
    other, ours = trace(ran(1, "make"), repository="acme/ledger"), trace(repository="acme/shop")
    assert accused(TraceAccount(), traces=(other,)) == "names another repository: `acme/ledger`"
    assert accused(TraceAccount(), TraceAccount(), traces=(other, ours)) is None
    nowhere = replace(SUBJECT, repository=None, head=replace(SUBJECT.head, repository=None))
    assert accused(TraceAccount(), traces=(other,), subject=nowhere) is None


def test_another_pull_request_is_one_unless_a_session_names_this_one() -> None:
    other, ours = trace(ran(1, "make"), pull=9), trace(pull=12)
    assert accused(TraceAccount(), traces=(other,)) == "says that it made another pull request: number 9"
    assert accused(TraceAccount(), TraceAccount(), traces=(other, ours)) is None
    assert accused(TraceAccount(), traces=(other,), subject=replace(SUBJECT, pr=None)) is None


def test_nothing_that_could_have_written_a_changed_file_is_one() -> None:
    looks, names = trace(event(EventKind.TOOL_CALL, 1, PATH, reads=True)), trace(ran(1, "sed -n"))
    assert accused(TraceAccount(), traces=(looks,), may=(), mentions=(Mention(1, 0),)) == NOWHERE
    assert accused(TraceAccount(), traces=(names,), may=(), mentions=(Mention(1, 0),)) is None
    assert accused(TraceAccount(), traces=(looks,)) is None
    assert accused(TraceAccount(shared=1), traces=(looks,), may=()) is None
    assert accused(TraceAccount(met=1), traces=(looks,), may=()) is None
    assert accused(TraceAccount(), traces=(looks,), may=(), telling=19) is None
    assert accused(TraceAccount(), traces=(trace(ran(1, "git status", "git")),), may=()) == NOWHERE
    assert accused(TraceAccount(), traces=(trace(ran(1, "git status", "git stash pop")),), may=()) is None


def test_a_later_session_belongs_from_half_of_the_lines_on_whatever_the_policy_says() -> None:
    given = evidence(file(), traces=(trace(ran(1, "make")),))
    accounts = [Reconciliation({}, (TraceAccount(met=met, timing=AFTER),), 100) for met in (50, 51)]
    assert [1, 0] == [len(judged(RULE, replace(given, reconciliation=one), share=50)[0]) for one in accounts]


PULL = replace(SUBJECT, url="https://github.com/acme/shop/pull/12")
ELSEWHERE = "ran on another branch: `rates`"


def on(*branches: str | None, **fields: Any) -> str | None:
    """What is said of a session on each of these branches."""
    traces = tuple(trace(ran(1, fields.get("runs", "make")), branch=branch) for branch in branches)
    accounts = [TraceAccount(told=50, met=fields.get("met", 0)), *(TraceAccount() for _ in branches[1:])]
    return accused(*accounts, traces=traces, telling=fields.get("telling", 100), subject=fields.get("subject", PULL))


def test_another_branch_is_one_where_every_session_names_it_and_none_left_it() -> None:
    assert on("rates", "vat") == ELSEWHERE
    assert on("rates", None) is None
    assert on("rates", "change") is None
    assert accused(TraceAccount(), TraceAccount(), traces=(trace(branch="rates"), replace(trace(), sessions=())), subject=PULL) is None
    assert on("rates", runs="git status") == ELSEWHERE
    for moves in ("git switch -c", "git checkout", "git worktree add"):
        assert on("rates", runs=moves) is None


@pytest.mark.parametrize("trunk", ["main", "master", "trunk", "develop", "dev", "HEAD"])
def test_work_may_begin_on_a_trunk(trunk: str) -> None:
    assert on(trunk) is None
    assert on("rates", trunk) is None
    assert on("rates", subject=replace(PULL, head=replace(PULL.head, ref=trunk))) is None


def test_the_base_is_no_other_branch_and_a_head_is_known_by_the_forge_alone() -> None:
    assert on("next", subject=replace(PULL, base=replace(PULL.base, ref="next"))) is None
    assert on("rates", subject=SUBJECT) is None
    assert on("rates", subject=replace(PULL, head=replace(PULL.head, ref=None))) is None


def test_another_branch_is_none_where_something_is_met_or_little_was_to_be_met() -> None:
    assert on("rates", met=2) == ELSEWHERE
    assert on("rates", met=3) is None
    assert on("rates", telling=20) == ELSEWHERE
    assert on("rates", telling=19) is None


def test_who_only_talked_on_the_branch_of_the_pull_request_is_not_accused_of_having_written_nothing() -> None:
    def talked(branch: str | None, head: str | None = "change") -> str | None:
        subject = replace(PULL, head=replace(PULL.head, ref=head))
        return accused(TraceAccount(), traces=(trace(event(EventKind.PROMPT, 1), branch=branch),), may=(), subject=subject)

    assert talked("change") is None
    assert talked(None) == NOWHERE
    assert talked(None, head=None) == NOWHERE
    assert talked("main", head="main") == NOWHERE
    assert talked("vat") == "ran on another branch: `vat`"


def test_a_change_that_adds_no_line_accuses_nobody() -> None:
    assert accused(TraceAccount(timing=AFTER), telling=0) is None


def test_beside_a_trace_that_could_not_be_read_nothing_is_clear_unless_the_lines_are_explained() -> None:
    given = beside_an_unread_one(evidence(file(), traces=(trace(ran(1, "make")),)))
    for met, clear in ((0, False), (5, False), (6, True)):
        account = replace(given.reconciliation, traces=(TraceAccount(met=met),), telling=100)
        if clear:
            assert [] == judged(RULE, replace(given, reconciliation=account))[0]
        else:
            assert [] == until_unknown(RULE, replace(given, reconciliation=account))


def test_lines_that_were_not_kept_may_be_those_that_the_trace_does_not_explain() -> None:
    lost = Missing(Why.OVER_LIMIT, "too long", "Split it.")
    given = evidence(file(), file(b"big.py", added=100, hunks=lost), traces=(trace(ran(1, "make")),))
    for met, telling, clear in ((0, 0, False), (40, 100, False), (41, 100, True)):
        account = replace(given.reconciliation, traces=(TraceAccount(met=met, timing=AFTER),), telling=telling)
        if clear:
            assert [] == judged(RULE, replace(given, reconciliation=account))[0]
        else:
            assert [] == until_unknown(RULE, replace(given, reconciliation=account))
