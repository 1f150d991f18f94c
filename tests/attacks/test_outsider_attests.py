"""Somebody without a say attests a finding.

Group: identity
Seen in: mergeproof 1.0.2, where anybody's `/verified SHA` counts
Held by: an attestation counts only of a person whose permission was looked up and is what the policy asks for, `write` unless it says otherwise;
  of somebody nobody looked up, it does not.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.action.bench import Bench
from tests.attacks.saying import READ, Room
from tests.forge.forge import Forge


@pytest.mark.parametrize("by", ["outsider", "reader-one", "nobody-known"])
def test_an_outsider_s_attestation_counts_for_nothing(tmp_path: Path, by: str) -> None:
    bench = Room(tmp_path)
    bench.comment(f"/prgate {READ}", by)
    bench.comment(f"/prgate attest agent-authored-risk at {bench.head}: read it", by)
    bench.review(f"/prgate {READ}", by, state="approved")
    checked = bench.run()
    assert (1, "fail") == (checked.code, checked.outcome())
    assert [True] * 3 == [bool(why) and by in why for why in checked.refusals]


def test_the_attestation_of_somebody_with_a_say_turns_it_green(tmp_path: Path) -> None:
    bench = Room(tmp_path)
    bench.comment(f"/prgate {READ}")
    checked = bench.run()
    assert (0, "pass", [None]) == (checked.code, checked.outcome(), checked.refusals)
    assert ["maint-one"] == [one["by"] for one in checked.verdict["attestations"]]


def test_at_the_forge_it_is_the_same(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path)
    pull = bench.open()
    for by in ("dev-three", "reader-one", "triage-one", "helper-agent[bot]"):
        forge.comment(pull, f"/prgate attest agent-authored-risk at {bench.head}: read it", by=by)
    ran = bench.act(bench.opened(pull))
    assert (1, "fail", "failure") == (ran.code, ran.outcome("agent-authored-risk"), bench.conclusion(bench.head))
    said = forge.comment(pull, f"/prgate attest agent-authored-risk at {bench.head}: read it", by="maint-one")
    ran = bench.act(forge.event("issue_comment", pull, comment=said))
    assert "pass" == ran.outcome("agent-authored-risk")
