"""What a person declares clears a high-risk line only where every trace could be read."""

from __future__ import annotations

import pytest

from prgate.model.missing import UnknownError
from prgate.rules.agent_authored_risk import RULE
from tests.rules.traced import beside_an_unread_one, evidence, file, judged

GIVEN = evidence(file(added=9), traces=(), declared={b"src/pay.py": ((1, 9),)})


def test_lines_that_a_person_declares_are_clear() -> None:
    assert [] == judged(RULE, GIVEN, accept=("declared-human",))[0]


def test_beside_a_trace_that_could_not_be_read_they_may_be_an_agents() -> None:
    with pytest.raises(UnknownError, match="damaged"):
        judged(RULE, beside_an_unread_one(GIVEN), accept=("declared-human",))
