"""What a verdict reports of a finding: whose word set it aside."""

from __future__ import annotations

import pytest

from prgate.model.finding import Finding
from prgate.model.heard import Verb
from prgate.model.policy import Waiver
from prgate.reported import report

FINDING = Finding("m", "f", b"src/a.py", line=3)
PRINT = report("x", [FINDING], (), moved={})[0][0].fingerprint


def waiver(source: str, *, covers: tuple[str, ...] = ("fail",)) -> Waiver:
    return Waiver("x", (), "2027-06-30", "maint-one", "why", covers, source)


@pytest.mark.parametrize(
    ("waivers", "attested", "said"),
    [
        ((), (), (False, None)),
        ((), (PRINT,), (False, Verb.ATTEST)),
        ((), ("0" * 16,), (False, None)),
        ((waiver("policy"),), (), (True, None)),
        ((waiver("comment"),), (), (True, Verb.WAIVE)),
        ((waiver("policy"), waiver("comment")), (), (True, None)),
        ((waiver("comment"),), (PRINT,), (True, Verb.WAIVE)),
        ((waiver("comment", covers=("unknown",)),), (), (False, None)),
    ],
)
def test_a_finding_says_by_which_command_it_was_set_aside(
    waivers: tuple[Waiver, ...], attested: tuple[str, ...], said: tuple[bool, Verb | None]
) -> None:
    ((reported,), _) = report("x", [FINDING], waivers, moved={}, attested=attested)
    assert said == (reported.waived, reported.answered)
    assert reported.open is (said == (False, None))


def test_a_waiver_that_took_effect_tells_where_it_was_said() -> None:
    _, used = report("x", [FINDING], (waiver("comment"),), moved={})
    assert [("maint-one", "comment")] == [(one.by, one.source) for one in used]
