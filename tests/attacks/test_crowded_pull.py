"""A pull request is filled with labels, checks, statuses, reviewers and commands until the gate gives up or reads only a part.

Group: inputs
Seen in: actions that read the first page of a list; policy-bot reads at most 250 commits and then errs
Held by: every list is read to its end and held against the forge's own count, within limits of items, bytes and requests; a list over its
  limit is missing evidence with its reason: rules that need it end as unknown and pass nothing, and the comment is still found.
Left: of more than fifty who approve or command, those farthest from the repository and oldest are not looked up; their approval counts for nothing.
"""

from __future__ import annotations

from pathlib import Path

from tests.action.bench import Bench
from tests.attacks.told import nothing_acts
from tests.forge import cast
from tests.forge.forge import Forge

CROWD = tuple(f"fan-{number}" for number in range(51))


def test_fifty_one_commanders_neither_hide_a_missing_approval_nor_push_one_out(forge: Forge, tmp_path: Path) -> None:
    forge.reset(people=(*cast.PEOPLE, *CROWD))
    bench = Bench(forge, tmp_path)
    pull = bench.open()
    for login in CROWD:
        forge.comment(pull, "/prgate attest aa0cc09e57551913", by=login)
    ran = bench.act(bench.opened(pull))
    nothing_acts(bench, pull, ran)
    assert (1, "failure", 1) == (ran.code, bench.conclusion(bench.head), len(bench.ours(pull)))
    forge.review(pull, by="maint-one")
    assert "pass" == bench.act(bench.opened(pull)).outcome("agent-authored-risk")


def test_the_last_of_a_hundred_statuses_is_seen(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path)
    pull = bench.open()
    forge.status(bench.host, bench.head, "prgate/verdict")
    forge.label(pull, *(f"label {number}" for number in range(101)))
    for number in range(101):
        forge.status(bench.host, bench.head, f"status {number}")
    for number in range(5):
        forge.check(bench.host, bench.head, f"check {number}", app="other-app")
    ran = bench.run(bench.opened(pull))
    nothing_acts(bench, pull, ran)
    assert [(None, None)] == ran.found("gate-tampering")
    assert "failure" == bench.conclusion(bench.head)


def test_a_comment_of_the_forge_s_full_length_each_time_is_no_way_out(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path)
    pull = bench.open(body="x" * 65_536)
    for _ in range(60):
        forge.comment(pull, "/prgate " + "y" * 65_000, by="dev-three")
    ran = bench.act(bench.opened(pull))
    nothing_acts(bench, pull, ran)
    assert (1, 1) == (ran.code, len(bench.ours(pull)))
    assert "success" != bench.conclusion(bench.head)
