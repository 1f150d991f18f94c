"""Which events cost a job: the shipped workflows under act, with an action in prgate's place that only says that it ran."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.repositories import Repo

WORKFLOWS = Path(__file__).parents[1] / "src" / "prgate" / "workflows"
ACT = Path(sys.executable).with_name("act")
STAND_IN = """\
name: stand-in
description: says that it ran
inputs: {pr: {description: the number}}
runs:
  using: composite
  steps: [{run: 'echo "judging pr=[$PR]"', shell: bash, env: {PR: "${{ inputs.pr }}"}}]
"""
RUN = {"head_sha": "a" * 40, "head_branch": "fix", "head_repository": {"id": 7}}
PULL = {"number": 3, "head": {"sha": "a" * 40, "ref": "fix"}, "base": {"ref": "main"}}


def comment(body: str, *, pull: bool = True, before: str | None = None) -> dict[str, Any]:
    changes = {} if before is None else {"action": "edited", "changes": {"body": {"from": before}}}
    return {"action": "created", "issue": {"number": 3} | ({"pull_request": {}} if pull else {}), "comment": {"body": body}} | changes


def ran(folder: Path, workflow: str, event: str, payload: dict[str, Any]) -> str:
    """What act printed; the job ran if the stand-in spoke."""
    repo = Repo(folder / "repo")
    repo.git("remote", "add", "origin", "https://github.com/acme/pay.git")
    repo.write(f".github/workflows/{workflow}", (WORKFLOWS / workflow).read_bytes())
    repo.commit("workflows")
    (folder / "action").mkdir()
    (folder / "action" / "action.yml").write_text(STAND_IN)
    (folder / "event.json").write_text(json.dumps(payload))
    arguments = [
        "-W",
        f".github/workflows/{workflow}",
        "-P",
        "ubuntu-24.04=-self-hosted",
        "--pull=false",
        "-s",
        "GITHUB_TOKEN=no-real-token",
    ]
    stand_in = f"prgate/prgate@{'0' * 40}={folder / 'action'}"
    done = subprocess.run(
        [ACT, event, *arguments, "-e", str(folder / "event.json"), "--local-repository", stand_in],
        cwd=repo.path,
        env={"PATH": os.environ["PATH"], "HOME": str(folder), "XDG_CACHE_HOME": str(folder / "cache")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("workflow", ["prgate.yml", "same-repository.yml"])
@pytest.mark.parametrize(
    ("said", "judged"),
    [
        (comment("looks good to me"), False),
        (comment("> /prgate\n\nwhat does this do?"), False),
        (comment("please run /prgate"), False),
        (comment("/prgate", pull=False), False),
        (comment("never mind", before="/prgate", pull=False), False),
        (comment("looks good", before="looks god"), False),
        (comment("/prgate"), True),
        (comment("/prgate attest 1: read"), True),
        (comment("never mind", before="/prgate attest 1: read"), True),
        (comment("/prgate attest 1: read") | {"action": "deleted"}, True),
    ],
)
def test_only_what_is_or_was_a_command_on_a_pull_request_costs_a_job(
    tmp_path: Path, workflow: str, said: dict[str, Any], judged: bool
) -> None:
    assert ("judging" in ran(tmp_path, workflow, "issue_comment", said)) is judged


@pytest.mark.parametrize(
    ("cause", "judged"),
    [
        ("push", False),
        ("schedule", False),
        ("merge_group", False),
        ("pull_request_target", False),
        ("pull_request", True),
        ("pull_request_review", True),
    ],
)
def test_only_a_run_on_a_pull_request_costs_a_job(tmp_path: Path, cause: str, judged: bool) -> None:
    assert ("judging" in ran(tmp_path, "prgate.yml", "workflow_run", {"workflow_run": RUN | {"event": cause}})) is judged


@pytest.mark.parametrize(
    ("workflow", "event"),
    [
        ("prgate.yml", "pull_request_target"),
        ("same-repository.yml", "pull_request"),
        ("same-repository.yml", "pull_request_review"),
        ("prgate.yml", "merge_group"),
        ("same-repository.yml", "merge_group"),
    ],
)
def test_every_event_of_a_pull_request_and_the_queue_is_judged(tmp_path: Path, workflow: str, event: str) -> None:
    payload = {"merge_group": {"head_sha": "b" * 40}} if event == "merge_group" else {"pull_request": PULL, "action": "edited"}
    assert "judging pr=[]" in ran(tmp_path, workflow, event, payload)


def test_a_start_by_hand_hands_the_number_on(tmp_path: Path) -> None:
    assert "judging pr=[812]" in ran(tmp_path, "prgate.yml", "workflow_dispatch", {"inputs": {"pr": "812"}})


def test_a_review_runs_a_job_that_does_nothing(tmp_path: Path) -> None:
    assert "prgate looks at this pull request again." in ran(tmp_path, "prgate-review.yml", "pull_request_review", {"pull_request": PULL})
