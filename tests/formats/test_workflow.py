"""Workflow files as far as they are asked about."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prgate.errors import FormatError
from prgate.formats.workflow import MAX_BYTES, Job, Step, Trigger, read_workflow

FULL = b"""\
name: ci
on:
  push:
  schedule: [{cron: 1 2 * * *}]
  pull_request:
    types: opened
    paths: [src]
  workflow_run: {workflows: [a, b, 3], types: [completed]}
permissions: read-all
jobs:
  one:
    name: One
    if: always()
    permissions: {contents: read, checks: write}
    steps:
      - name: x
        uses: a/b@c
        with: {ref: main, depth: 0}
      - run: make test
      - name: empty
  two:
    uses: ./.github/workflows/x.yml
"""


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "line 1, column 1: not a workflow: the file holds no mapping"),
        (b"- a", "line 1, column 1: not a workflow: the file holds no mapping"),
        (b"jobs: {}", "line 1, column 1: not a workflow: `on` must be an event, a list or a mapping of events"),
        (b"on: 3\njobs: {}", "line 1, column 5: not a workflow: `on` must be an event, a list or a mapping of events"),
        (b"on: push", "line 1, column 1: not a workflow: `jobs` must be a mapping"),
        (b"on: push\njobs: []", "line 2, column 7: not a workflow: `jobs` must be a mapping"),
        (b"on: push\njobs: {a: 1}", "line 2, column 11: not a workflow: `jobs.a` must be a mapping"),
        (b"on: push\njobs: {a: {steps: 1}}", "line 2, column 19: not a workflow: `jobs.a.steps` must be a list"),
        (b"on: push\njobs: {a: {steps: [1]}}", "line 2, column 20: not a workflow: `jobs.a.steps.0` must be a mapping"),
        (b"on: push\npermissions:\njobs: {}", "line 2, column 13: not a workflow: `permissions` must be a mapping"),
        (b"on: &x push\njobs: {}", "line 1, column 5: anchors (`&name`) are not read: write the value out where it is used"),
        (b"on: push\non: push\njobs: {}", "line 2, column 1: the key `on` is here twice, first in line 1"),
    ],
)
def test_what_is_no_workflow_is_refused_with_its_place(data: bytes, said: str) -> None:
    with pytest.raises(FormatError) as caught:
        read_workflow(data)
    assert str(caught.value) == said


def test_a_file_that_github_would_not_read_is_over_the_limit() -> None:
    with pytest.raises(FormatError) as caught:
        read_workflow(b"#" * (MAX_BYTES + 1))
    assert caught.value.over_limit


def test_a_workflow_is_read_with_the_lines_of_what_it_uses() -> None:
    workflow = read_workflow(FULL)
    assert workflow.name == "ci"
    assert workflow.permissions == "read-all"
    assert workflow.triggers == {
        "push": Trigger((), (), (), 3),
        "schedule": Trigger((), (), (), 4),
        "pull_request": Trigger(("opened",), (), ("paths",), 5),
        "workflow_run": Trigger(("completed",), ("a", "b"), (), 8),
    }
    one = Job(
        id="one",
        name="One",
        condition="always()",
        permissions={"contents": "read", "checks": "write"},
        uses=None,
        steps=(
            Step("a/b@c", None, {"ref": "main", "depth": "0"}, 17),
            Step(None, "make test", {}, 19),
            Step(None, None, {}, 20),
        ),
        line=11,
    )
    two = Job(id="two", name="two", condition="", permissions=None, uses="./.github/workflows/x.yml", steps=(), line=22)
    assert workflow.jobs == (one, two)


@pytest.mark.parametrize(
    ("spelled", "events"),
    [(b"push", {"push": 1}), (b"[push, pull_request, 3]", {"push": 1, "pull_request": 1}), (b"{push: }", {"push": 1})],
)
def test_events_are_read_in_each_of_their_forms(spelled: bytes, events: dict[str, int]) -> None:
    workflow = read_workflow(b"on: " + spelled + b"\njobs: {}")
    assert {event: trigger.line for event, trigger in workflow.triggers.items()} == events
    assert (workflow.name, workflow.permissions) == (None, None)


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.sampled_from([b"on: ", b"push", b"\n", b"jobs:", b" ", b"  a:", b"- ", b"{", b"}", b"[", b"]", b"*a", b"\xff", b"steps: "]))
)
def test_nothing_but_a_format_error_comes_of_any_bytes(parts: list[bytes]) -> None:
    with suppress(FormatError):
        read_workflow(b"".join(parts))
