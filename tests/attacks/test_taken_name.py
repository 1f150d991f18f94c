"""Another workflow reports a job, a check or a status under the gate's name, or a job of that name that was skipped.

Group: forge
Seen in: every required check of GitHub Actions: the name alone counts, a skipped job counts as passed, and all workflows are one source
Held by: a check or status of the name that does not bear prgate's mark is a finding of `gate-tampering`, which blocks where an agent took
  part and says so everywhere; prgate's own check run is newer than what it has seen.
Left: the mark can be copied, and a forged check can come after prgate's. Only an expected source that nobody else can use closes it: an
  app of your own posts the check, or nobody untrusted pushes branches.
"""

from __future__ import annotations

from pathlib import Path

from tests.action.bench import CHECK, POLICY, Bench
from tests.forge.forge import Forge


def test_checks_of_our_name_that_are_not_ours_are_held_and_said(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path)
    pull = bench.open()
    forge.review(pull, by="maint-one")
    forge.check(bench.host, bench.head, CHECK, conclusion="skipped", external_id="8f14e45f-ceea-467f-a8d0-0f1e2d3c4b5a")
    forge.check(bench.host, bench.head, CHECK, app="other-app")
    forge.status(bench.host, bench.head, CHECK)
    ran = bench.act(bench.opened(pull))
    assert (1, "fail", "failure") == (ran.code, ran.outcome("gate-tampering"), bench.conclusion(bench.head))
    forged = f"A check `{CHECK}` that prgate did not set is on this head: "
    ways = ["skipped, by the app `github-actions`", "success, a commit status", "success, by the app `other-app`"]
    assert [forged + way for way in ways] == sorted(ran.said("gate-tampering"))


def test_without_an_agent_it_is_said_and_warns(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path, policy=POLICY)
    head = bench.branch("by-hand", files={"notes.md": b"Sealed.\n"})
    pull = bench.open(head="by-hand")
    forge.check(bench.host, head, CHECK)
    ran = bench.act(bench.opened(pull))
    assert "that prgate did not set" in ran.said("gate-tampering")[0]
    assert "that prgate did not set" in bench.ours(pull)[0]


def test_our_own_check_is_no_finding(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path)
    pull = bench.open()
    bench.act(bench.opened(pull))
    assert "pass" == bench.act(bench.opened(pull)).outcome("gate-tampering")
