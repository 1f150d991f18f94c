"""What an evaluation asks of the API: how often, and whether GitHub's own description of it knows each request."""

from __future__ import annotations

from pathlib import Path

from tests.action.bench import Bench
from tests.forge.forge import Forge
from tests.forge.openapi import wrong_request


def strange(forge: Forge) -> list[str]:
    """What GitHub's description of its API has against the requests so far."""
    asked = [each for each in forge.requests() if each.path.startswith("/repos/")]
    assert asked, "something was asked"
    return [f"{each.method} {each.path}: {fault}" for each in asked for fault in wrong_request(each.method, each.path, each.body)]


def many(count: int) -> bytes:
    """A file with so many findings of ``hidden-text``, none beside another."""
    return b"".join(b"x = '\xe2\x80\xae'\ny = 1\n" for _ in range(count))


def test_a_new_pull_request_costs_nine_and_each_further_look_eight(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path)
    pull = bench.open()
    assert [9, 8, 8] == [bench.act(bench.opened(pull)).requests for _ in range(3)]


def test_each_reviewer_costs_one_more_and_what_lets_through_two(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path)
    pull = bench.open()
    bench.act(bench.opened(pull))
    for reviewer in ("maint-one", "maint-two"):
        forge.review(pull, by=reviewer, state="CHANGES_REQUESTED")
    held = bench.act(bench.opened(pull))
    forge.review(pull, by="maint-two")
    let_through = bench.act(bench.opened(pull))
    # An approval of this head is asked about once more: whether the base has changed since.
    assert [(1, 10), (0, 12)] == [(ran.code, ran.requests) for ran in (held, let_through)]


def test_each_issue_that_is_named_costs_one_more_up_to_three(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path)
    numbers = [forge.issue(bench.host).number for _ in range(5)]
    pull = bench.open(body=" ".join(f"Fixes #{number}." for number in numbers))
    assert [12, 11] == [bench.act(bench.opened(pull)).requests for _ in range(2)]


def test_every_request_is_one_that_github_describes(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path)
    bench.push("Hide" + "\n\nCo-Authored-By: Claude <noreply@anthropic.com>\n", files={"src/hidden.py": many(120)})
    pull = bench.open()
    forge.review(pull, by="maint-one", state="CHANGES_REQUESTED")
    run = forge.run(pull)
    forge.artifact(bench.host, run, "cov", {"report.lcov": b"SF:src/hidden.py\nDA:1,1\nend_of_record\n"})
    bench.act(bench.opened(pull), coverage_artifact="cov")
    bench.act(forge.event("workflow_run", bench.host, run=run), coverage_artifact="cov")
    bench.act(forge.event("merge_group", forge.queue(pull)))
    assert {"GET", "POST", "PATCH"} == {each.method for each in forge.requests()}
    assert [] == strange(forge)


def test_a_request_that_github_does_not_describe_would_be_seen() -> None:
    assert wrong_request("POST", "/repos/acme/pay/check-runs", {"name": "x"})
    assert wrong_request("GET", "/repos/acme/pay/verdicts", None)
