"""What shows that tests ran after the last edit, and what does not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from prgate.model.coverage import Coverage
from prgate.model.evidence import Measured
from prgate.model.facts import Account, CheckRun, Facts
from prgate.model.grade import Grade
from prgate.model.missing import Missing, UnknownError, Why
from prgate.model.paths import FileClass
from prgate.model.reconciliation import FileAccount, Mention
from prgate.model.trace import Command, EventKind, TraceEvent, Writes
from prgate.rules import unverified_work
from tests.rules.traced import ABSENT, SUBJECT, event, evidence, file, judged, trace

PATH = b"src/pay.py"
EDIT = event(EventKind.EDIT, 1, PATH, name="Write")


def suite(record: int, code: int | None = 0, *, ok: bool | None = None) -> TraceEvent:
    return event(EventKind.COMMAND, record, name="Bash", ok=ok, command=Command(("pytest",), tests=True, exit=code))


def look(*events: TraceEvent, **fields: Any) -> tuple[list[tuple[str, bool]], str]:
    mentions = tuple(Mention(1, index) for index, one in enumerate(events) if one.path == PATH)
    may = tuple(Mention(1, index) for index, one in enumerate(events) if one.command is not None and not one.command.tests)
    given = evidence(file(PATH), traces=(trace(*events),), accounts={PATH: FileAccount(mentions=mentions, may=may)})
    findings, looked = judged(unverified_work.RULE, replace(given, **fields))
    return [(finding.message, finding.certain) for finding in findings], looked


def checks(*runs: CheckRun) -> Facts:
    return Facts("t", "b", Account("dana"), 1, False, None, None, ABSENT, ABSENT, ABSENT, ABSENT, ABSENT, ABSENT, tuple(runs))


def run(name: str, conclusion: str | None = "success", *, workflow: str | None = None, head: str = SUBJECT.head.sha or "") -> CheckRun:
    return CheckRun(name, None, workflow, conclusion, head)


NONE = "The trace shows no test run after the last edit (`session.jsonl`, record 1)"


@pytest.mark.parametrize("final", [suite(2), suite(2, None, ok=True), suite(2, 0, ok=True)])
def test_a_run_that_passed_after_the_last_edit_shows_it(final: TraceEvent) -> None:
    assert ([], "tests passed after the last edit: `session.jsonl`, record 2 (claimed)") == look(EDIT, final)


@pytest.mark.parametrize(
    ("final", "end", "certain"),
    [
        (suite(2, 1), "failed: `session.jsonl`, record 2, exit code 1", True),
        (suite(2, None, ok=False), "failed: `session.jsonl`, record 2", True),
        (suite(2, 0, ok=False), "failed: `session.jsonl`, record 2", True),
    ],
)
def test_a_run_that_failed_is_said(final: TraceEvent, end: str, certain: bool) -> None:
    assert [(f"The last test run after the last edit (record 1) {end}", certain)] == look(EDIT, suite(2), final)[0]


def test_a_run_whose_end_is_not_told_is_a_question() -> None:
    expected = "The trace does not tell how the last test run after the last edit (record 1) ended: `session.jsonl`, record 2"
    assert [(expected, False)] == look(EDIT, suite(2, None))[0]


def test_a_run_before_the_last_edit_shows_nothing() -> None:
    assert [("The trace shows no test run after the last edit (`session.jsonl`, record 3)", True)] == look(
        EDIT, suite(2), replace(EDIT, ref=("session.jsonl", 3))
    )[0]


@pytest.mark.parametrize(
    "after",
    [
        replace(EDIT, ok=False),
        event(EventKind.EDIT, 3, b"other/file.py"),
        event(EventKind.TOOL_CALL, 3, PATH, reads=True),
        event(EventKind.COMMAND, 3, command=Command(("make",), writes=Writes.ANYWHERE)),
        event(EventKind.COMMAND, 3, ok=False, command=Command(("sed -i",), (PATH,), writes=Writes.NAMED)),
    ],
)
def test_what_changes_no_file_of_the_change_needs_no_test(after: TraceEvent) -> None:
    assert [] == look(EDIT, suite(2), after)[0]


def test_a_command_that_names_the_file_that_it_writes_is_an_edit() -> None:
    assert 1 == len(look(EDIT, suite(2), event(EventKind.COMMAND, 3, command=Command(("sed -i",), (PATH,), writes=Writes.NAMED)))[0])


def test_an_edit_is_seen_however_many_went_before_it() -> None:
    read = event(EventKind.TOOL_CALL, 1, PATH, reads=True)
    given = evidence(
        file(PATH),
        traces=(trace(read, EDIT, suite(2), replace(EDIT, ref=("session.jsonl", 3))),),
        accounts={PATH: FileAccount(mentions=(Mention(1, 0),))},
    )
    assert 1 == len(judged(unverified_work.RULE, given)[0])


def test_what_one_command_writes_and_tests_is_tested() -> None:
    both = suite(2)
    assert [] == look(both, replace(EDIT, ref=both.ref, name="Bash"))[0]
    assert 1 == len(look(both, replace(EDIT, ref=both.ref, name="Write"))[0])


@pytest.mark.parametrize("kind", [FileClass.DOCS, FileClass.TRACE])
def test_documentation_and_traces_need_no_test(kind: FileClass) -> None:
    given = evidence(file(PATH, file_class=kind), traces=(trace(EDIT),), accounts={PATH: FileAccount(mentions=(Mention(1, 0),))})
    assert ([], "no edit of this change's files in 1 trace") == judged(unverified_work.RULE, given)


@pytest.mark.parametrize(
    ("edited", "ran", "seen"),
    [
        ("2026-03-01T10:00:00Z", "2026-03-01T10:00:01.123456789Z", True),
        ("2026-03-01T10:00:00Z", "2026-03-01T11:30:00+02:00", False),
        (None, "2026-03-01T10:00:00Z", False),
        ("2026-13-45T10:00:00Z", "2026-03-01T10:00:00Z", False),
        ("2026-03-01T10:00:00", "2026-03-01T11:00:00", False),
    ],
)
def test_sessions_are_ordered_by_time_where_all_is_timed_else_as_they_come(edited: str | None, ran: str, seen: bool) -> None:
    later = trace(replace(suite(2), at=ran))
    earlier = trace(replace(EDIT, at=edited))
    given = evidence(file(PATH), traces=(later, earlier), accounts={PATH: FileAccount(mentions=(Mention(2, 0),))})
    assert seen == (judged(unverified_work.RULE, given)[0] == [])


@pytest.mark.parametrize(
    "shown", [run("unit tests"), run("CI"), run("ci / build (3.12)"), run("build", workflow="Tests"), run("app-ci"), run("e2e-spec")]
)
def test_a_check_that_succeeded_on_this_head_shows_it(shown: CheckRun) -> None:
    assert ([], f"tests ran on this head: the check `{shown.name}` succeeded") == look(EDIT, facts=checks(run("lint"), shown))


@pytest.mark.parametrize(
    "shown",
    [
        run("tests", "failure"),
        run("tests", "skipped"),
        run("tests", head="d" * 40),
        run("lint"),
        run("circle"),
        run("prgate/verdict", workflow="tests"),
        run("lint (ubuntu-latest)"),
        run("build", workflow="attest-build"),
    ],
)
def test_any_other_check_shows_nothing(shown: CheckRun) -> None:
    assert [(NONE, True)] == look(EDIT, facts=checks(shown))[0]


def test_while_a_check_runs_it_is_a_question() -> None:
    assert [(f"{NONE}, and CI is still running", False)] == look(EDIT, facts=checks(run("tests", None)))[0]


def test_coverage_that_was_verified_on_this_head_shows_it() -> None:
    measured = Measured(Coverage({}, frozenset()), Grade.VERIFIED, ("coverage:1",))
    assert ([], "tests ran on this head: verified coverage") == look(EDIT, coverage=measured)
    assert [(NONE, True)] == look(EDIT, coverage=replace(measured, grade=Grade.CLAIMED))[0]


def test_checks_that_were_asked_for_in_vain_are_unknown() -> None:
    failed = Missing(Why.FORBIDDEN, "the token may not read checks", "Grant it.")
    for facts in (failed, replace(checks(), checks=failed)):
        with pytest.raises(UnknownError, match="the token may not"):
            look(EDIT, facts=facts)
        assert [] == look(EDIT, suite(2), facts=facts)[0]


def test_a_trace_that_could_not_be_read_may_tell_of_a_later_edit_unless_ci_shows_it() -> None:
    given = evidence(file(PATH), traces=(), accounts={})
    unread = replace(given, traces=replace(given.traces, unread=(ABSENT,)))
    with pytest.raises(UnknownError):
        judged(unverified_work.RULE, unread)
    assert [] == judged(unverified_work.RULE, replace(unread, facts=checks(run("tests"))))[0]


@pytest.mark.parametrize(("name", "shown"), [("tests (windows-latest)", True), ("build (windows-latest)", False)])
def test_the_name_of_a_machine_is_no_test(name: str, shown: bool) -> None:
    assert shown == ([] == look(EDIT, facts=checks(run(name)))[0])


def test_a_glob_may_name_such_a_word_itself() -> None:
    given = evidence(
        file(PATH), traces=(trace(EDIT),), accounts={PATH: FileAccount(mentions=(Mention(1, 0),))}, facts=checks(run("attest"))
    )
    assert [] == judged(unverified_work.RULE, given, checks=("attest*",))[0]


@pytest.mark.parametrize(
    ("first", "second", "clear"),
    [
        ((EDIT,), (suite(2),), False),
        ((suite(2),), (EDIT,), False),
        ((EDIT, suite(2)), (EDIT, suite(2)), True),
        ((EDIT, suite(2)), (EDIT,), False),
    ],
)
def test_without_times_the_order_of_traces_says_nothing(first: tuple[TraceEvent, ...], second: tuple[TraceEvent, ...], clear: bool) -> None:
    traces = trace(*first), trace(*second)
    mentions = tuple(Mention(number, 0) for number, one in enumerate(traces, 1) if one.events[0] is EDIT)
    findings, _ = judged(unverified_work.RULE, evidence(file(PATH), traces=traces, accounts={PATH: FileAccount(mentions=mentions)}))
    assert clear == (findings == [])
    assert all(not finding.certain and finding.message.endswith("; which trace is the later one is not told") for finding in findings)


def test_a_command_that_writes_the_file_counts_among_however_many_others() -> None:
    sed = event(EventKind.COMMAND, 3, command=Command(("sed -i",), (PATH,), writes=Writes.NAMED))
    again = replace(sed, ref=("session.jsonl", 4))
    for mentions in ((Mention(1, 1),), (Mention(1, 0), Mention(1, 1))):
        given = evidence(file(PATH), traces=(trace(sed, sed, suite(2), again),), accounts={PATH: FileAccount(mentions=mentions)})
        assert 1 == len(judged(unverified_work.RULE, given)[0])
