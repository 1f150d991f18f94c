"""A reviewer approves or attests and then requests changes, and the earlier word goes on counting.

Group: identity
Seen in: mergeproof 1.0.2, where the first review that matches wins
Held by: a person's latest deciding review counts and no other; a comment decides nothing, a dismissal takes the approval away; whoever's
  latest review requests changes attests and waives nothing, whatever was said when; whoever may write can dismiss it, so that what was said before
  it counts no more.
"""

from __future__ import annotations

from pathlib import Path

from tests.action.bench import Bench
from tests.attacks.saying import READ, Room
from tests.forge.forge import Forge


def test_changes_requested_after_an_approval_take_it_back(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path)
    pull = bench.open()
    forge.review(pull, by="maint-one")
    assert "pass" == bench.act(bench.opened(pull)).outcome("agent-authored-risk")
    review = forge.review(pull, by="maint-one", state="CHANGES_REQUESTED")
    ran = bench.act(forge.event("pull_request_review", pull, review=review))
    assert (1, "fail", "failure") == (ran.code, ran.outcome("agent-authored-risk"), bench.conclusion(bench.head))


def test_a_dismissed_approval_is_none_and_a_comment_after_it_changes_nothing(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path)
    pull = bench.open()
    forge.review(pull, by="maint-one")
    review = forge.review(pull, by="maint-one")
    forge.review(pull, by="maint-one", state="COMMENTED", body="Well done")
    assert "pass" == bench.act(bench.opened(pull)).outcome("agent-authored-risk")
    forge.dismiss(pull, review)
    forge.review(pull, by="maint-one", state="COMMENTED", body="Still well done")
    ran = bench.act(bench.opened(pull))
    assert (1, "fail") == (ran.code, ran.outcome("agent-authored-risk"))


def test_whoever_requests_changes_attests_nothing_before_it_or_after(tmp_path: Path) -> None:
    bench = Room(tmp_path, "commands: {waive: write, break_glass: write}")
    bench.comment(f"/prgate {READ}", at="2026-02-01T11:00:00Z")
    assert 0 == bench.run().code
    bench.review("Wait", at="2026-02-01T12:00:00Z", state="changes-requested", on=bench.old)
    bench.comment(f"/prgate {READ}", "Maint-One", at="2026-02-01T13:00:00Z")
    bench.comment("/prgate waive agent-authored-risk until 2099-12-31: later", at="2026-02-01T13:00:00Z")
    bench.comment("/prgate break-glass: hurry", at="2026-02-01T13:00:00Z")
    ran = bench.run()
    assert (1, "fail", ["their latest review requests changes"] * 4) == (ran.code, ran.outcome(), ran.refusals)
    bench.reviews[-1]["state"] = "dismissed"
    bench.comments = bench.comments[:1]
    ran = bench.run()
    assert (1, ["a review of theirs, as late or later, was dismissed; say it anew"]) == (ran.code, ran.refusals)
    bench.comment(f"/prgate {READ}", at="2026-02-01T13:00:00Z")
    assert 0 == bench.run().code
