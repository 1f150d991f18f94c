from __future__ import annotations

from prgate.model.diff import Diff
from prgate.model.lines import line_digest
from prgate.model.reconciliation import Contested
from prgate.model.trace import Trace
from prgate.reconcile.account import Attributed, Attributions, reconcile
from tests.reconcile.material import added, edit, trace

LONG = "def settle(account, amount):", "    ledger.book(account, amount, 'EUR')"
SHORT = "return x + 1", "rest = 2"
FILE = added(b"pay.py", *LONG, *SHORT)


def contested(*traces: Trace, stated: tuple[Attributed, ...]) -> tuple[Contested, ...]:
    return reconcile(Diff((FILE,)), traces, attributions=Attributions({b"pay.py": stated}, {}, {}, {})).files[b"pay.py"].contested


def test_what_nobody_else_gives_to_an_agent_is_not_contested() -> None:
    person = Attributed(2, None, ranges=((1, 4),))
    assert () == contested(trace(), trace(), stated=(person,))
    assert () == contested(trace(edit(b"other.py", *LONG)), trace(), stated=(person,))
    assert () == contested(trace(edit(b"pay.py", *LONG)), trace(), stated=())
    assert () == contested(trace(edit(b"pay.py", *LONG)), trace(), stated=(Attributed(2, None, ranges=((3, 4),)),))


def test_what_one_record_gives_to_both_is_not_contested() -> None:
    stated = Attributed(1, None, ranges=((1, 4),)), Attributed(1, "codex", ranges=((1, 4),))
    assert () == contested(trace(edit(b"pay.py", *LONG)), stated=stated)


def test_lines_that_two_people_may_write_alike_are_not_contested() -> None:
    assert () == contested(trace(edit(b"pay.py", *SHORT)), trace(), stated=(Attributed(2, None, ranges=((1, 4),)),))


def test_a_person_s_lines_that_stand_in_another_trace_are_contested_with_their_neighbours() -> None:
    assert (Contested(1, 3, 2),) == contested(
        trace(edit(b"pay.py", *LONG, SHORT[0])), trace(), stated=(Attributed(2, None, ranges=((1, 1), (2, 4))),)
    )


def test_a_person_s_lines_of_an_older_commit_are_known_by_content() -> None:
    digests = frozenset(digest for line in LONG[1:] if (digest := line_digest(line.encode())) is not None)
    assert (Contested(2, 2, 2),) == contested(trace(edit(b"pay.py", *LONG)), trace(), stated=(Attributed(2, None, digests),))
