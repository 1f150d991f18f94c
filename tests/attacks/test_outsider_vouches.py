"""Somebody without a say approves, or writes a comment that reads like an approval.

Group: identity
Seen in: mergeproof 1.0.2, where anybody's `/verified SHA` counts, also quoted in a question
Held by: only a review counts, and only of somebody whose permission the forge gives as write or more; no comment is one, whoever wrote
  it.
"""

from __future__ import annotations

from pathlib import Path

from tests.action.bench import Bench
from tests.forge.forge import Forge

WORDS = (
    "/verified {sha}",
    "Is it enough to say `/verified {sha}`?",
    "APPROVED {sha}",
    "/prgate approve",
    "/prgate attest aa0cc09e57551913",
)


def test_an_outsider_s_approval_counts_for_nothing(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path)
    pull = bench.open()
    forge.review(pull, by="dev-three")
    ran = bench.act(bench.opened(pull))
    assert (1, "fail", "failure") == (ran.code, ran.outcome("agent-authored-risk"), bench.conclusion(bench.head))


def test_a_comment_is_no_approval_whoever_wrote_it_and_whatever_it_says(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path)
    pull = bench.open()
    said = [forge.comment(pull, words.format(sha=bench.head[:7]), by=by) for by in ("dev-three", "maint-one") for words in WORDS]
    ran = bench.act(forge.event("issue_comment", pull, comment=said[-1]))
    assert (1, "fail", "failure") == (ran.code, ran.outcome("agent-authored-risk"), bench.conclusion(bench.head))


def test_the_approval_of_somebody_with_a_say_turns_it_green(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path)
    pull = bench.open()
    bench.act(bench.opened(pull))
    review = forge.review(pull, by="maint-one")
    ran = bench.run(forge.event("pull_request_review", pull, review=review))
    assert (0, "pass") == (ran.code, ran.outcome("agent-authored-risk"))
