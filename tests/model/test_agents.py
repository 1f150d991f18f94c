from __future__ import annotations

from typing import Any

import pytest

from prgate.model.agents import agents_of, agents_told, commits_told
from prgate.model.authorship import Agent, Authorship, Sign, SignKind
from prgate.model.grade import Grade
from prgate.model.missing import Missing, UnknownError, Why
from tests.rules.traced import ABSENT, beside_an_unread_one, evidence

LOST = Missing(Why.FAILED, "the server said 502", "Run it again.")


def agent(number: int = 1) -> Agent:
    sign = Sign(f"a{number}", SignKind.TRAILER, Grade.CLAIMED, "commits", f"Assisted-by: A`{number}", "c" * 40)
    return Agent(f"a{number}", f"Agent {number}", Grade.CLAIMED, exports_trace=False, signs=(sign,))


@pytest.mark.parametrize("lost", ["commits", "facts", "authorship"])
def test_without_agents_what_could_not_be_read_leaves_it_open(lost: str) -> None:
    given: dict[str, Any] = {lost: LOST}
    with pytest.raises(UnknownError, match="502"):
        agents_of(evidence(traces=(), **given))


def test_without_agents_a_trace_that_could_not_be_read_leaves_it_open() -> None:
    with pytest.raises(UnknownError, match="damaged"):
        agents_of(beside_an_unread_one(evidence(traces=())))


def test_what_was_never_given_leaves_nothing_open() -> None:
    assert agents_of(evidence(traces=(), facts=ABSENT, commits=ABSENT)) == ()


def test_agents_that_are_seen_are_agents_whatever_else_could_not_be_read() -> None:
    seen = Authorship((agent(),), None, None, {}, {})
    assert agents_of(beside_an_unread_one(evidence(traces=(), authorship=seen, facts=LOST))) == (agent(),)


@pytest.mark.parametrize(
    ("count", "told"),
    [
        (0, ""),
        (1, "`1111111`"),
        (2, "`1111111` and `2222222`"),
        (3, "`1111111`, `2222222` and `3333333`"),
        (5, "`1111111`, `2222222`, `3333333` and 2 more"),
    ],
)
def test_a_few_commits_are_named_and_the_rest_counted(count: int, told: str) -> None:
    assert told == commits_told([str(number) * 40 for number in range(1, count + 1)])


def test_an_agent_is_told_with_one_of_its_marks_and_no_quote_ends_early() -> None:
    assert agents_told([agent()]) == "Agent 1 (`Assisted-by: A\\u{60}1`)"
