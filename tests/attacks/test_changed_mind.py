"""A reviewer approves and then requests changes on the same head, and the earlier approval goes on counting.

Group: identity
Seen in: mergeproof 1.0.2, where the first review that matches wins
Held by: a person's latest deciding review counts and no other; a comment decides nothing, a dismissal takes the approval away.
"""

from __future__ import annotations

from pathlib import Path

from tests.action.bench import Bench
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
