"""Whether the gate is there, hears what it must hear, and stands alone."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from prgate.doctor.answer import State
from prgate.doctor.gate import workflow
from prgate.doctor.house import read_house
from prgate.git import open_repository
from prgate.model.missing import Missing, Why
from tests.doctor.material import FORKS, GATE, NOT_ASKED, SAME, SHA, answers, ask, changed, house, line, settings
from tests.repositories import Repo

CI = b"name: ci\non: pull_request\njobs: {a: {runs-on: x, steps: [{run: make}]}}\n"
ANCHORS = "line 1, column 5: anchors (`&name`) are not read: write the value out where it is used"
LABELS = "a label, which `when: {labels: …}` asks about, a label taken away"
STANDING = {"events", "waits-for", "reviews", "comments", "own-job", "permissions", "pinned", "edits-gate", "forks", "queue", "skip-ci"}


def test_a_repository_without_the_gate_is_bad_and_nothing_else_is_said_of_a_gate(tmp_path: Path) -> None:
    found = answers(tmp_path, {".github/workflows/ci.yml": CI})
    assert (found["workflow"].state, found["workflow"].found) == (State.BAD, "none of 1 workflow runs prgate")
    assert set() == STANDING & set(found)


@pytest.mark.parametrize(
    ("files", "state", "said"),
    [
        ({}, State.BAD, "none of 0 workflows runs prgate ()"),
        (
            {".github/workflows/a.yml": b"on: push\njobs: {a: {steps: [{uses: prgate/prgate@x}]}}"},
            State.BAD,
            "prgate is used, but by no workflow that runs on pull_request or pull_request_target (.github/workflows/a.yml:2)",
        ),
        (
            {".github/workflows/a.yml": b"on: pull_request\njobs: {a: {uses: acme/x/.github/workflows/prgate.yml@main}}"},
            State.UNKNOWN,
            "a reusable workflow seems to run prgate; it was not looked into (.github/workflows/a.yml:2)",
        ),
        (
            {".github/workflows/a.yml": b"on: &x push\njobs: {}"},
            State.UNKNOWN,
            f"no workflow that could be read runs prgate, and 1 workflow could not be: {ANCHORS} (.github/workflows/a.yml)",
        ),
        (FORKS, State.OK, f"`{GATE}` runs prgate on pull_request_target ({line(FORKS, '- uses:')})"),
        (SAME, State.OK, f"`{GATE}` runs prgate on pull_request ({line(SAME, '- uses:')})"),
        (
            {"sub/.github/workflows/a.yml": SAME[GATE], ".github/workflows/x/a.yml": SAME[GATE]},
            State.BAD,
            "none of 0 workflows runs prgate ()",
        ),
        (
            {".github/workflows/a.yml": b"on: pull_request\njobs: {a: {steps: [{uses: $/}]}}", "action.yml": b"name: prgate\n"},
            State.OK,
            "`.github/workflows/a.yml` runs prgate on pull_request (.github/workflows/a.yml:2)",
        ),
        (
            {".github/workflows/a.yml": b"on: pull_request\njobs: {a: {steps: [{uses: ./}]}}"},
            State.BAD,
            "none of 1 workflow runs prgate ()",
        ),
        (
            {".github/workflows/a.yml": b"on: pull_request\njobs: {a: {steps: [{uses: $/}]}}", "action.yml": b"name: other\n"},
            State.BAD,
            "none of 1 workflow runs prgate ()",
        ),
    ],
)
def test_the_workflow_that_runs_prgate_is_found(tmp_path: Path, files: Mapping[str, bytes], state: State, said: str) -> None:
    assert ask("workflow", tmp_path, files) == (state, said)


def test_a_ruleset_may_hold_the_gate_elsewhere(tmp_path: Path) -> None:
    known = settings(workflows=(".github/workflows/gate.yml",))
    said = "no workflow here runs prgate; a ruleset requires `.github/workflows/gate.yml`, which was not looked into ()"
    assert ask("workflow", tmp_path, {}, known) == (State.UNKNOWN, said)
    assert ask("workflow", tmp_path / "b", {}, settings(workflows=NOT_ASKED))[0] is State.BAD


@pytest.mark.parametrize("install", [FORKS, SAME])
def test_every_shipped_install_hears_what_it_must(tmp_path: Path, install: Mapping[str, bytes]) -> None:
    found = answers(tmp_path, install, settings(tip=SHA))
    assert {"ok"} == {found[question].state for question in ("events", "waits-for", "reviews", "comments", "own-job")}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ((", edited, ready_for_review", ", ready_for_review"), f"not heard: a retarget, a new title or description ({GATE}:6)"),
        (
            ("    types: [opened, reopened, synchronize, edited, ready_for_review, labeled, unlabeled]\n", ""),
            f"not heard: a retarget, a new title or description, a draft that becomes ready, {LABELS} ({GATE}:6)",
        ),
        (
            ("    types: [opened", "    paths: [src/**]\n    types: [opened"),
            f"not heard: what `paths` filters out ({GATE}:6)",
        ),
    ],
)
def test_what_the_gate_does_not_hear_is_named(tmp_path: Path, change: tuple[str, str], said: str) -> None:
    assert ask("events", tmp_path, changed(FORKS, change)) == (State.ATTEND, said)


def test_a_workflow_that_nobody_is_named_like_is_waited_for_in_vain(tmp_path: Path) -> None:
    files = changed(FORKS, ('["prgate-review"]', '["prgate-review", "CI"]'))
    assert ask("waits-for", tmp_path, files) == (State.ATTEND, f"no workflow is named `CI`, so nothing of it is ever read ({GATE}:8)")
    named = {**files, ".github/workflows/ci.yml": CI.replace(b"name: ci", b"name: CI")}
    assert ask("waits-for", tmp_path / "b", named) == (State.OK, "judged again after `prgate-review`, `CI` ()")
    unread = {**files, ".github/workflows/ci.yml": b"name: &x CI"}
    assert ask("waits-for", tmp_path / "c", unread)[0] is State.UNKNOWN


def test_an_approval_that_nobody_hears_is_told(tmp_path: Path) -> None:
    lost = {GATE: FORKS[GATE]}
    assert ask("reviews", tmp_path, lost)[0] is State.ATTEND
    assert ask("reviews", tmp_path / "b", FORKS) == (State.OK, f"a review starts the gate again ({GATE}:8)")
    assert ask("reviews", tmp_path / "c", SAME) == (State.OK, f"a review starts the gate again ({GATE}:8)")


def test_a_comment_that_costs_a_job_is_told(tmp_path: Path) -> None:
    said = f"commands are heard, and a comment that never was one costs no job ({line(SAME, 'issue_comment')})"
    assert ask("comments", tmp_path, SAME) == (State.OK, said)
    text = SAME[GATE].decode()
    whole = text[text.index("    if: ") : text.index("    runs-on: ")]
    for number, condition in enumerate(
        ("", "    if: contains(github.event.comment.body, '/prgate')\n", "    if: github.event.issue.pull_request\n")
    ):
        files = changed(SAME, (whole, condition))
        assert ask("comments", tmp_path / str(number), files)[0] is State.ATTEND
    deaf = changed(SAME, ("  issue_comment: #", "  discussion: #"))
    assert ask("comments", tmp_path / "deaf", deaf) == (State.ATTEND, f"`/prgate` commands are not heard ({line(SAME, '- uses:')})")


@pytest.mark.parametrize("install", [FORKS, SAME])
def test_an_edit_or_a_deletion_that_is_not_heard_is_told(tmp_path: Path, install: Mapping[str, bytes]) -> None:
    said = (
        f"a command that is edited or deleted is not heard: what it did stands until the next event ({line(install, '  issue_comment:')})"
    )
    every = "    types: [created, edited, deleted]\n"
    for number, types in enumerate(("    types: [created]\n", "    types: [created, edited]\n", "    types: [created, deleted]\n")):
        assert ask("comments", tmp_path / str(number), changed(install, (every, types))) == (State.ATTEND, said)
    before = " || startsWith(github.event.changes.body.from, '/prgate')"
    assert ask("comments", tmp_path / "before", changed(install, (before, ""))) == (State.ATTEND, said)
    assert ask("comments", tmp_path / "all", changed(install, (every, "")))[0] is State.OK


CHECKOUT = "actions/checkout@" + SHA


@pytest.mark.parametrize(
    ("files", "step", "state", "said"),
    [
        (
            FORKS,
            f"      - uses: {CHECKOUT}\n        with: {{ref: '${{{{ github.event.pull_request.head.sha }}}}'}}\n",
            State.BAD,
            "checks out",
        ),
        (FORKS, f"      - uses: {CHECKOUT}\n", State.ATTEND, f"the gate shares its job with `{CHECKOUT}`"),
        (FORKS, "      - run: make\n", State.ATTEND, "the gate shares its job with `run`"),
        (SAME, f"      - uses: {CHECKOUT}\n      - run: make\n", State.ATTEND, f"the gate shares its job with `{CHECKOUT}`, `run`"),
    ],
)
def test_what_shares_the_job_of_the_gate_is_told(tmp_path: Path, files: Mapping[str, bytes], step: str, state: State, said: str) -> None:
    found, words = ask("own-job", tmp_path, changed(files, ("    steps:\n", f"    steps:\n{step}")))
    assert (found, said in words) == (state, True), words


def test_a_link_in_the_place_of_a_workflow_is_not_read(tmp_path: Path) -> None:
    with house(tmp_path, {"a": SAME[GATE]}, prepare=lambda repo: repo.symlink(GATE, "../../a")) as looked:
        found = workflow(looked, NOT_ASKED)
    assert found.state is State.UNKNOWN
    assert looked.unread == ((GATE, Missing(Why.UNREADABLE, "it is no file but a link or a folder", "Commit it as a file.")),)


def test_a_damaged_workflow_is_not_read(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    repo.write(GATE, SAME[GATE])
    repo.commit("files")
    repo.damage(repo.git("rev-parse", f"HEAD:{GATE}").decode().strip())
    with open_repository(repo.path) as repository:
        looked = read_house(repository, "HEAD")
    ((path, missing),) = looked.unread
    assert (path, missing.why, workflow(looked, NOT_ASKED).state) == (GATE, Why.UNREADABLE, State.UNKNOWN)
