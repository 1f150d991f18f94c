"""The permissions of the gate's token, and the pins of what runs beside it."""

from __future__ import annotations

from pathlib import Path

import pytest

from prgate.doctor.answer import State
from tests.doctor.material import FORKS, GATE, SAME, SHA, ask, changed, line, shipped

USES = line(SAME, "- uses:")
LINES = """\
    permissions:
      actions: read # artifacts of other runs on the same head
      checks: write # the check prgate/verdict
      contents: read # the commits, as git objects
      issues: read # the issues that a description names
      pull-requests: write # the one comment
      statuses: read # what other tools reported on the head
"""


@pytest.mark.parametrize(
    ("instead", "state", "said"),
    [
        (
            LINES,
            State.OK,
            "enough and no more: actions: read, checks: write, contents: read, issues: read, pull-requests: write, statuses: read",
        ),
        ("    permissions: write-all\n", State.BAD, "the job has `write-all`"),
        ("    permissions: read-all\n", State.BAD, "the job has `read-all`"),
        ("", State.BAD, "the token lacks `actions: read`, `checks: write`, `contents: read` and 3 more"),
        (LINES.replace("contents: read", "contents: write"), State.BAD, "the token has `contents: write` beyond what it needs"),
        (LINES.replace("checks: write", "checks: read"), State.BAD, "the token lacks `checks: write`"),
        (LINES + "      packages: read\n", State.ATTEND, "the token has `packages: read` beyond what it needs"),
        (
            LINES.replace("      statuses: read", "      models: odd"),
            State.ATTEND,
            "the token lacks `statuses: read` and has `models: odd` beyond what it needs",
        ),
        (
            LINES.replace("      actions: read", "      id-token: write"),
            State.BAD,
            "the token lacks `actions: read` and has `id-token: write` beyond what it needs",
        ),
    ],
)
def test_permissions_are_enough_and_no_more(tmp_path: Path, instead: str, state: State, said: str) -> None:
    found, words = ask("permissions", tmp_path, changed(FORKS, (LINES, instead)))
    assert (found, words.rpartition(" (")[0]) == (state, said)


def test_a_job_without_any_permissions_has_the_default_of_the_repository(tmp_path: Path) -> None:
    files = changed(SAME, (LINES, ""), ("permissions: {}\n", ""))
    assert ask("permissions", tmp_path, files) == (
        State.BAD,
        f"the job names no permissions, so it has the repository's default ({line(files, '- uses:')})",
    )


def test_permissions_of_the_workflow_reach_a_job_that_names_none(tmp_path: Path) -> None:
    files = changed(SAME, (LINES, ""), ("permissions: {}\n", LINES.replace("    permissions", "permissions").replace("      ", "  ")))
    assert ask("permissions", tmp_path, files)[0] is State.OK


def test_the_placeholder_is_told_from_a_commit(tmp_path: Path) -> None:
    said = "`prgate/prgate` still has the placeholder for its commit, so the gate cannot run"
    assert ask("pinned", tmp_path, {GATE: shipped("same-repository.yml", ref="0" * 40)}) == (State.BAD, f"{said} ({USES})")


@pytest.mark.parametrize("ref", ["v1", "main", SHA[:12]])
def test_a_tag_a_branch_or_a_short_id_is_no_pin(tmp_path: Path, ref: str) -> None:
    said = f"the gate's workflow takes `prgate/prgate@{ref}`, which whoever can move that tag or branch decides ({USES})"
    assert ask("pinned", tmp_path, {GATE: shipped("same-repository.yml", ref=ref)}) == (State.BAD, said)


@pytest.mark.parametrize(
    ("uses", "pinned"),
    [
        ("actions/checkout@v4", False),
        ("acme/x/.github/workflows/y.yml@main", False),
        ("docker://alpine:3", False),
        ("docker://alpine@sha256:" + "a" * 64, True),
        ("./.github/actions/x", True),
        ("$/x", True),
        (f"actions/checkout@{SHA}", True),
    ],
)
def test_the_actions_of_other_workflows_are_counted(tmp_path: Path, uses: str, pinned: bool) -> None:
    job = f"{{uses: '{uses}'}}" if ".yml@" in uses else f"{{steps: [{{uses: '{uses}'}}]}}"
    files = {**SAME, ".github/workflows/ci.yml": f"on: push\njobs: {{a: {job}}}\n".encode()}
    said = f"the gate's actions are pinned; in 1 other workflow `{uses}` is not (.github/workflows/ci.yml:2)"
    expected = (State.OK, f"every action is named by a full commit id ({USES})") if pinned else (State.ATTEND, said)
    assert ask("pinned", tmp_path, files) == expected


def test_a_workflow_that_could_not_be_read_is_not_called_pinned(tmp_path: Path) -> None:
    assert ask("pinned", tmp_path, {**SAME, ".github/workflows/ci.yml": b"- a"})[0] is State.UNKNOWN
