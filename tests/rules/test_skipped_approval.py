"""Which acts a person was asked about, and which were done all the same."""

from __future__ import annotations

from dataclasses import replace

import pytest

from prgate.model.trace import EventKind, Permit, TraceEvent
from prgate.rules import skipped_approval
from tests.rules.traced import event, evidence, file, judged, ran, trace

PUSH = ran(10, "git push --force")


def answer(record: int, *, yes: bool) -> TraceEvent:
    return event(EventKind.APPROVAL, record, name=Permit.ANSWER, ok=yes)


def mode(record: int, permit: Permit) -> TraceEvent:
    return event(EventKind.APPROVAL, record, name=permit)


def found(*events: TraceEvent, ask: tuple[str, ...] = ("git push",)) -> list[tuple[str, bool]]:
    findings, _ = judged(skipped_approval.RULE, evidence(file(), traces=(trace(*events),)), ask=ask)
    return [(finding.message, finding.certain) for finding in findings]


WITHOUT = "`git push` needs a person's yes, and was done without one once, first in `session.jsonl`, record 10"


@pytest.mark.parametrize(
    "events",
    [
        (answer(9, yes=True), PUSH),
        (PUSH, answer(11, yes=True)),
        (PUSH, ran(11, "make"), answer(12, yes=True), answer(13, yes=True)),
        (replace(PUSH, ok=False), answer(11, yes=False)),
        (ran(10, "git pull"), answer(11, yes=True)),
    ],
)
def test_an_act_with_a_yes_beside_it_or_that_was_not_done_is_no_fault(events: tuple[TraceEvent, ...]) -> None:
    assert [] == found(*events)


@pytest.mark.parametrize(
    "events",
    [
        (answer(1, yes=True), event(EventKind.MESSAGE, 2), PUSH),
        (PUSH, event(EventKind.MESSAGE, 11), answer(12, yes=True)),
        (PUSH, event(EventKind.PROMPT, 11), answer(12, yes=True)),
        (answer(1, yes=True), ran(2, "make"), PUSH),
    ],
)
def test_a_yes_to_something_else_is_none_and_where_answers_are_told_that_is_certain(events: tuple[TraceEvent, ...]) -> None:
    assert [(WITHOUT, True)] == found(*events)


def test_where_no_answer_is_told_it_can_only_ask() -> None:
    assert [(f"{WITHOUT}; the trace records no approvals", False)] == found(PUSH)


def test_where_nothing_is_asked_about_it_is_certain() -> None:
    assert [(WITHOUT, True)] == found(mode(1, Permit.CONFINED), PUSH)


def test_a_tool_is_named_by_its_server() -> None:
    call = event(EventKind.MCP_CALL, 10, name="deploy/start")
    assert [
        (
            "`deploy/*` needs a person's yes, and was done without one 2 times, first in `session.jsonl`, record 10; the trace records no approvals",
            False,
        )
    ] == found(call, replace(call, ref=("session.jsonl", 12)), ask=("deploy/*", "other/*"))


def test_bypassing_counts_only_what_was_done_while_it_held() -> None:
    edit = event(EventKind.EDIT, 3, b"a.py")
    assert [] == found(mode(1, Permit.BYPASSED), mode(2, Permit.ASKS), edit)
    assert [] == found(mode(1, Permit.BYPASSED), replace(edit, ok=False), event(EventKind.TOOL_CALL, 4, b"a.py", name="Read", reads=True))
    assert [("`claude-code` bypassed its permission prompts: 1 edit, the first in `session.jsonl`, record 3", True)] == found(
        mode(1, Permit.BYPASSED), edit, mode(4, Permit.ASKS), edit
    )


def test_sessions_of_one_trace_have_modes_of_their_own() -> None:
    one = trace(mode(1, Permit.BYPASSED), replace(event(EventKind.EDIT, 2, b"a.py"), session=1))
    two = replace(one, sessions=(*one.sessions, *one.sessions))
    assert ([], "1 act in 1 trace") == judged(skipped_approval.RULE, evidence(file(), traces=(two,)))


REFUSED = replace(ran(2, "git push"), ok=False)
NO = answer(3, yes=False)
AGAIN = ran(5, "git push")


@pytest.mark.parametrize(
    "events",
    [
        (REFUSED, NO, event(EventKind.PROMPT, 4), AGAIN),
        (REFUSED, NO, answer(4, yes=True), AGAIN),
        (REFUSED, NO, ran(5, "git push --force")),
        (REFUSED, NO, replace(AGAIN, ok=False)),
        (NO, AGAIN),
        (replace(ran(2), ok=False), NO, ran(5)),
    ],
)
def test_another_act_or_one_that_a_person_came_back_to_is_not_the_refused_one(events: tuple[TraceEvent, ...]) -> None:
    assert [] == found(*events, ask=())


@pytest.mark.parametrize(
    ("refused", "again", "name"),
    [
        (REFUSED, AGAIN, "git push"),
        (event(EventKind.EDIT, 2, b"a.py", name="Write", ok=False), event(EventKind.EDIT, 5, b"a.py", name="Write", ok=True), "Write"),
        (event(EventKind.MCP_CALL, 2, name="mail/send", ok=False), event(EventKind.MCP_CALL, 5, name="mail/send"), "mail/send"),
    ],
)
def test_a_refused_act_that_is_done_is_asked_about_once(refused: TraceEvent, again: TraceEvent, name: str) -> None:
    expected = f"`{name}` was refused by a person in `session.jsonl`, record 2, and done in `session.jsonl`, record 5"
    assert [(expected, False)] == found(refused, NO, again, replace(again, ref=("session.jsonl", 9)), ask=())


def test_what_a_trace_names_cannot_break_out_of_its_backticks() -> None:
    given = trace(mode(1, Permit.BYPASSED), event(EventKind.EDIT, 2, b"a.py"))
    named = replace(given, events=tuple(replace(one, ref=("`x`" + "a" * 500, 2)) for one in given.events))
    (finding,), _ = judged(skipped_approval.RULE, evidence(file(), traces=(named,)))
    assert "in `\\u{60}x\\u{60}aaa" in finding.message
    assert 300 > len(finding.message)
