from __future__ import annotations

import pytest

from prgate.model.diff import Diff
from prgate.model.reconciliation import MOST_MENTIONS, Mention, Reconciliation, Timing, TraceAccount
from prgate.model.trace import EventKind, Session, Writes
from prgate.reconcile.account import reconcile
from prgate.reconcile.timing import Made, timing
from tests.reconcile.material import account, added, edit, event, shell, trace, whole

LONG = "result = compute_the_sum(of_all, these)"
SHORT = "return the_sum"
HAND = "typed_by_hand = nobody_told_the_trace()"


def test_without_a_trace_there_is_nothing_to_say() -> None:
    assert Reconciliation() == whole([added(b"a.py", LONG)])


def test_mentions_are_the_edits_reads_and_commands_that_name_the_file() -> None:
    told = trace(
        event(EventKind.TOOL_CALL, b"a.py", reads=True),
        edit(b"b.py", LONG),
        shell("cat", b"a.py", writes=Writes.NOTHING),
        shell("sed -i", b"a.py"),
        edit(b"/home/dana/pay/a.py", LONG, ok=False),
        event(EventKind.MESSAGE),
    )
    found = account(added(b"a.py", LONG), told)
    assert ((Mention(1, 0), Mention(1, 2), Mention(1, 3), Mention(1, 4)), (Mention(1, 3),)) == (found.mentions, found.may)


def test_what_may_have_written_a_file_is_named_or_anywhere_or_a_sub_agent_in_the_traces_order() -> None:
    told = trace(
        shell("make", writes=Writes.ANYWHERE),
        shell("sed -i", b"a.py"),
        event(EventKind.SUBAGENT),
        shell("sed -i", b"a.py", writes=Writes.ANYWHERE),
    )
    found = whole([added(b"a.py", LONG), added(b"b.py", LONG)], trace(), told).files
    assert [(0, 1, 2, 3), (0, 2, 3)] == [tuple(one.event for one in found[path].may) for path in (b"a.py", b"b.py")]


def test_a_trace_is_counted_by_what_it_tells_and_what_the_change_has_of_it() -> None:
    told = trace(
        edit(b"a.py", LONG, SHORT, "}"),
        edit(b"a.py", LONG),
        edit(b"c.py", "something = else_entirely(here)"),
        edit(b"d.py", HAND, ok=False),
    )
    assert (TraceAccount(told=3, met=2, paths=2, shared=1), TraceAccount()) == whole(
        [added(b"a.py", LONG, SHORT, HAND, "}")], told, trace()
    ).traces
    assert 3 == whole([added(b"a.py", LONG, SHORT, HAND, "}")], told).telling


def test_every_trace_that_knows_a_line_counts_it_and_a_long_one_wherever_it_brought_it() -> None:
    files = [added(b"a.py", LONG, SHORT)]
    same, plan = trace(edit(b"a.py", LONG, SHORT)), trace(edit(b"plan.md", LONG, SHORT))
    assert [2, 2, 1] == [one.met for one in whole(files, same, same, plan).traces]


MADE = Made("2026-03-10T12:00:00Z", "2026-03-11T12:00:00Z", "2026-03-12T12:00:00Z")


@pytest.mark.parametrize(
    ("times", "made", "when"),
    [
        ([], MADE, Timing.UNKNOWN),
        (["yesterday", "2026-03-12T14:00:00"], MADE, Timing.UNKNOWN),
        (["2026-03-11T12:00:00Z"], Made(), Timing.UNKNOWN),
        (["2026-03-11T12:00:00Z"], MADE, Timing.AROUND),
        (["2026-03-12T12:09:00Z"], MADE, Timing.AROUND),
        (["2026-03-12T12:11:00.5Z"], MADE, Timing.AFTER),
        (["2026-03-12T14:11:00+02:00"], MADE, Timing.AFTER),
        (["2026-03-12T11:00:00Z", "2026-03-13T12:00:00Z"], MADE, Timing.AROUND),
        (["2026-03-09T11:00:00Z"], MADE, Timing.BEFORE),
        (["2026-03-09T11:00:00Z", "2026-03-09T13:00:00Z"], MADE, Timing.AROUND),
        (["2026-03-09T11:00:00Z"], Made(MADE.start, "2026-03-09T11:30:00Z", MADE.last), Timing.AROUND),  # rebased since it was written
        (["2026-03-09T11:00:00Z"], Made(MADE.start, None, None), Timing.AROUND),
    ],
)
def test_when_a_trace_was_at_work(times: list[str], made: Made, when: Timing) -> None:
    assert when is timing(trace(*(event(EventKind.MESSAGE, at=at) for at in times)), made)


def test_the_start_of_a_session_counts_as_its_time_and_the_account_says_it() -> None:
    told = trace(sessions=(Session("codex", started="2026-04-01T00:00:00Z"),))
    assert Timing.AFTER is reconcile(Diff((added(b"a.py", LONG),)), (told,), made=MADE).traces[0].timing


def test_a_trace_that_says_much_of_a_file_does_not_hide_another() -> None:
    much = trace(*(edit(b"a.py", LONG) for _ in range(MOST_MENTIONS + 5)))
    found = account(added(b"a.py", LONG), much, trace(edit(b"a.py", HAND)))
    assert MOST_MENTIONS + 1 == len(found.mentions)
    assert Mention(2, 0) == found.mentions[-1]
