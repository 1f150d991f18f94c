"""Whoever may comment and review, which in public is everybody, keeps nobody else's pull request from its verdict."""

from __future__ import annotations

from pathlib import Path

from tests.action.bench import Bench
from tests.forge.forge import Forge
from tests.forge.handles import Pull

LONG = "\U0001f600" * 60_000
"""As long as a forge takes it, and twelve bytes a character in JSON."""


def approved(forge: Forge, place: Path) -> tuple[Bench, Pull]:
    """An agent's pull request that a maintainer has approved and nothing else is wrong with."""
    bench = Bench(forge, place)
    pull = bench.open()
    forge.review(pull, by="maint-one")
    return bench, pull


def test_long_reviews_of_a_stranger_do_not_hide_an_approval(forge: Forge, tmp_path: Path) -> None:
    bench, pull = approved(forge, tmp_path)
    for _ in range(5):
        forge.review(pull, by="dev-three", state="COMMENTED", body=LONG)
    ran = bench.act(bench.opened(pull))
    assert (0, "pass", "neutral") == (ran.code, ran.outcome("agent-authored-risk"), bench.conclusion(bench.head))


def test_a_crowd_of_strangers_that_approves_or_commands_does_not_hide_an_approval(forge: Forge, tmp_path: Path) -> None:
    crowd = [f"crowd-{number}" for number in range(51)]
    forge.reset(people=crowd)
    bench = Bench(forge, tmp_path)
    pull = bench.open()
    for login in crowd:
        forge.comment(pull, "/prgate", by=login)
        forge.review(pull, by=login)
    ran = bench.act(bench.opened(pull))
    assert (1, "fail") == (ran.code, ran.outcome("agent-authored-risk"))
    forge.review(pull, by="maint-one")
    ran = bench.act(bench.opened(pull))
    assert (0, "pass", 60) == (ran.code, ran.outcome("agent-authored-risk"), ran.requests)
