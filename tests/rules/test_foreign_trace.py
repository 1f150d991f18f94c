"""A trace is called foreign on a contradiction, and never for explaining little alone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from prgate.model.reconciliation import FileAccount, Mention, Reconciliation, Timing, TraceAccount
from prgate.model.trace import EventKind, Trace
from prgate.rules.foreign_trace import RULE
from tests.rules.traced import SUBJECT, event, evidence, file, judged, ran, trace

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
        ([TraceAccount(told=50, met=6, timing=AFTER)], None),
        ([TraceAccount(told=50, met=5, timing=AFTER)], LATER),
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


def test_a_change_that_adds_no_line_accuses_nobody() -> None:
    assert accused(TraceAccount(timing=AFTER), telling=0) is None
