"""An entry of the merge queue is held for what it brings, not for what its commits talk about."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.action.bench import Bench
from tests.forge.forge import Forge
from tests.forge.handles import Pull, Queue


def group(bench: Bench, first: Pull, last: Pull) -> Queue:
    """An entry of two pull requests, as the queue builds them: the last one merged onto the first."""
    entry, git = bench.forge.queue(first), bench.host.git
    head = git.merge(entry.head_sha, last.head_sha, f"Merge pull request #{last.number} from acme/{last.state.head_ref}")
    branch = f"gh-readonly-queue/main/pr-{last.number}-{entry.head_sha}"
    assert head
    git.point(f"refs/heads/{branch}", head)
    return replace(entry, head_ref=branch, head_sha=head)


def notes(bench: Bench, name: str, message: str) -> Pull:
    """A pull request that brings a note."""
    bench.branch(name, message, files={f"{name}.md": f"{name}\n".encode()})
    return bench.open(head=name)


@pytest.mark.parametrize("seal", ["held", "unreadable"])
def test_a_pull_request_that_a_message_names_and_nothing_is_of_holds_nothing(forge: Forge, tmp_path: Path, seal: str) -> None:
    bench = Bench(forge, tmp_path)
    held = bench.open()
    if seal == "unreadable":
        forge.fault("GET", f"/compare/[0-9a-f]+...{bench.head}", "404", times=9)
    entry = group(bench, notes(bench, "one", "One"), notes(bench, "two", f"Two\n\nUnlike Seal (#{held.number})"))
    ran = bench.act(forge.event("merge_group", entry))
    assert (0, "success") == (ran.code, bench.conclusion(entry.head_sha))


def test_a_pull_request_whose_lines_the_entry_brings_holds_it_wherever_it_stands(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path)
    held, note = bench.open(), notes(bench, "one", "One")
    for first, last in ((held, note), (note, held)):
        entry = group(bench, first, last)
        ran = bench.act(forge.event("merge_group", entry))
        assert (1, "failure") == (ran.code, bench.conclusion(entry.head_sha))


def test_an_entry_whose_only_pull_request_cannot_be_judged_is_incomplete(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path)
    entry = forge.queue(notes(bench, "one", "One"))
    forge.fault("GET", f"/compare/[0-9a-f]+...{bench.host.git.refs()['refs/heads/one']}", "404", times=9)
    ran = bench.act(forge.event("merge_group", entry))
    assert (1, "incomplete", "action_required") == (ran.code, ran.outputs["verdict"], bench.conclusion(entry.head_sha))
    assert "answered 404" in ran.log


def test_an_entry_that_brings_nothing_more_is_what_its_pull_request_is(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path)
    note = notes(bench, "one", "One")
    bench.push("One, otherwise", branch="main", files={"one.md": b"one\n"})
    entry = forge.queue(note)
    ran = bench.act(forge.event("merge_group", entry))
    assert (0, "success") == (ran.code, bench.conclusion(entry.head_sha))
