"""What becomes of publishing where the token, the forge or the event does not let it, and what is said instead."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from prgate.errors import PrgateError
from prgate.git.remote import FetchLimits
from tests.action.bench import CHECK, MARK, Bench
from tests.forge.forge import Forge

HIDDEN = b"version: 1\nrules: {hidden-text: block}\n"
MANY = "".join(f"x = '\u202e{number}'\n\n" for number in range(30)).encode()


def test_a_token_that_may_only_read_leaves_the_log_the_summary_and_the_exit(forge: Forge, tmp_path: Path) -> None:
    """What a fork's ``pull_request`` is given."""
    bench = Bench(forge, tmp_path, policy=HIDDEN)
    bench.push("Many" + MARK, files={"src/many.py": MANY})
    pull = bench.open()
    ran = bench.run(forge.event("pull_request", pull), token=forge.read_token(bench.host))
    assert (1, "fail", [], []) == (ran.code, ran.outputs["verdict"], bench.comments(pull), bench.checks(pull.head_sha))
    for said in (
        "The comment could not be posted",
        "The check run could not be written",
        "A run for a fork under `pull_request` never gets one",
    ):
        assert said in " ".join(ran.log.split())
    assert 2 == ran.summary.count("could not be")
    assert 10 == sum(line.startswith("::error file=src/many.py,line=") for line in ran.log.split("\n"))
    assert "20 more annotations left out here" in ran.log


def test_a_pass_that_cannot_be_published_still_ends_well_and_says_so(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path, policy=HIDDEN)
    pull = bench.open()
    ran = bench.act(bench.opened(pull), token=forge.read_token(bench.host))
    assert (0, None) == (ran.code, bench.conclusion(bench.head))
    assert "The check run could not be written" in ran.log


def test_annotations_that_the_forge_refuses_do_not_take_the_check_along(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path, policy=HIDDEN)
    bench.push("Many" + MARK, files={"src/many.py": MANY})
    pull = bench.open()
    forge.fault("POST", "/check-runs$", "422")
    ran = bench.act(bench.opened(pull))
    (check,) = bench.checks(pull.head_sha)
    assert ("failure", 0) == (check["conclusion"], check["output"]["annotations_count"])
    assert "The check run stands without 30 annotations" in " ".join(ran.log.split())
    assert "::error file=src/many.py,line=1," in ran.log


def test_a_comment_by_another_account_than_the_input_names_is_taken_back(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path)
    pull = bench.open()
    for _ in range(2):
        ran = bench.act(bench.opened(pull), author="gate[bot]")
        assert ([], "failure") == (bench.comments(pull), bench.conclusion(bench.head))
        assert "Set the input `author` to `github-actions[bot]`" in " ".join(ran.log.split())


def test_what_became_of_the_comment_stands_in_the_check(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path)
    pull = bench.open()
    forge.fault("POST", "/comments$", "forbidden")
    bench.act(bench.opened(pull))
    (check,) = bench.checks(bench.head)
    assert "Not published as meant" in check["output"]["summary"]
    assert "The comment could not be posted" in check["output"]["summary"]


def test_a_check_answers_for_its_pull_request_and_run_by_name(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path)
    pull = bench.open()
    environment = bench.environment(event := bench.opened(pull))
    bench.act(event)
    (check,) = bench.checks(bench.head)
    run = int(environment["GITHUB_RUN_ID"]) + 1
    assert (CHECK, f"prgate:1 pr={pull.number} own=failure run={run}.1") == (check["name"], check["external_id"])
    assert check["details_url"].endswith(f"/acme/pay/actions/runs/{run}")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "the event cannot be read"),
        (b"{", "the event cannot be read"),
        (b"[]", "the event cannot be read"),
        (json.dumps({"repository": {"full_name": "acme/other"}}).encode(), "it is about `acme/other`"),
    ],
)
def test_an_event_that_cannot_be_read_is_a_mistake_of_the_workflow(forge: Forge, tmp_path: Path, content: bytes | None, said: str) -> None:
    bench = Bench(forge, tmp_path)
    event = bench.opened(bench.open())
    event.path.unlink() if content is None else event.path.write_bytes(content)
    ran = bench.run(event)
    assert (2, True, ()) == (ran.code, said in ran.log, forge.requests())
    assert "Traceback" not in ran.log


def test_an_event_that_is_not_there_is_told_by_its_name(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path)
    event = bench.opened(bench.open())
    event.path.unlink()
    with pytest.raises(PrgateError, match="the event cannot be read") as error:
        bench.act(event)
    assert "pull_request_target" == error.value.where


def test_an_event_larger_than_any_forge_sends_is_not_read(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path)
    event = bench.opened(bench.open())
    with event.path.open("r+b") as file:
        file.truncate(33 * 1024 * 1024)
    with pytest.raises(PrgateError, match="the event is too large"):
        bench.act(event)


def test_an_event_that_is_none_of_ours_is_nothing_to_judge(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path)
    event = bench.opened(bench.open())
    ran = bench.act(type(event)("push", event.payload, event.path, event.repository, event.ref, event.sha))
    assert (0, ()) == (ran.code, forge.requests())
    assert "event `push` is none that prgate judges" in ran.log


@pytest.mark.parametrize("times", [4, 99])
def test_a_pass_is_not_shown_where_other_pull_requests_with_the_commit_cannot_be_seen(forge: Forge, tmp_path: Path, times: int) -> None:
    """No rule of this policy asks for checks; a check belongs to the commit all the same."""
    bench = Bench(forge, tmp_path, policy=HIDDEN)
    pull = bench.open()
    forge.fault("GET", r"/commits/\w+/check-runs", "500", times=times)
    ran = bench.act(bench.opened(pull))
    assert (0, "pass", "action_required") == (ran.code, ran.outputs["verdict"], bench.conclusion(bench.head))
    assert "Whether the same commit is in another pull request that failed could not be seen" in " ".join(ran.log.split())
    forge.forget()
    assert (0, "success") == (bench.act(bench.opened(pull)).code, bench.conclusion(bench.head))


@pytest.mark.parametrize(("name", "check"), [("pull_request_review", "action_required"), ("issue_comment", None)])
def test_a_pull_request_that_cannot_be_read_is_held_on_the_head_that_the_event_names(
    forge: Forge, tmp_path: Path, name: str, check: str | None
) -> None:
    bench = Bench(forge, tmp_path, policy=HIDDEN)
    pull = bench.open()
    review, comment = forge.review(pull, by="maint-one"), forge.comment(pull, "/prgate", by="maint-one")
    forge.fault("GET", r"/pulls/\d+$", "500", times=99)
    ran = bench.act(forge.event(name, pull, **({"review": review} if name == "pull_request_review" else {"comment": comment})))
    assert (1, "incomplete", check, []) == (ran.code, ran.outputs["verdict"], bench.conclusion(bench.head), bench.ours(pull))
    assert "was answered 500" in ran.log


def test_a_queue_of_pull_requests_that_cannot_be_listed_is_held_on_their_head(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path, policy=HIDDEN)
    pull = bench.open()
    assert 0 == bench.act(bench.opened(pull)).code
    forge.fault("GET", r"/pulls\?", "forbidden", times=99)
    ran = bench.act(forge.event("workflow_run", bench.host, run=forge.run(pull)))
    assert (1, "action_required") == (ran.code, bench.conclusion(bench.head))


def test_a_fetch_over_its_limit_is_incomplete(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path, policy=HIDDEN)
    pull = bench.open()
    ran = bench.act(bench.opened(pull), limits=FetchLimits(objects=1))
    assert (1, "action_required", 1) == (ran.code, bench.conclusion(bench.head), len(bench.ours(pull)))
    assert "1 is the limit" in " ".join(ran.log.split())


@pytest.mark.parametrize("path", [".github/workflows/tests.yml", "", "a\x00b", "../x", ".github/workflows/\ud800.yml"])
def test_a_report_of_a_workflow_that_is_not_at_the_base_is_claimed_whatever_its_path(forge: Forge, tmp_path: Path, path: str) -> None:
    bench = Bench(forge, tmp_path)
    pull = bench.open()
    report = b"TN:\nSF:src/crypto/seal.py\nDA:1,1\nDA:4,1\nDA:5,1\nDA:6,1\nend_of_record\n"
    forge.artifact(bench.host, forge.run(pull, path=path), "coverage", {"a.lcov": report})
    ran = bench.act(bench.opened(pull), coverage_artifact="coverage")
    assert {"claimed", None} >= {item.get("grade") for item in ran.verdict["evidence"] if item["kind"] == "coverage"}


def test_a_report_of_a_workflow_that_is_at_the_base_is_verified(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path, files={".github/workflows/tests.yml": b"on: push\n"})
    pull = bench.open()
    report = b"TN:\nSF:src/crypto/seal.py\nDA:1,1\nDA:4,1\nDA:5,1\nDA:6,1\nend_of_record\n"
    forge.artifact(bench.host, forge.run(pull), "coverage", {"a.lcov": report})
    ran = bench.act(bench.opened(pull), coverage_artifact="coverage")
    assert ["verified"] == [item.get("grade") for item in ran.verdict["evidence"] if item["kind"] == "coverage"]
