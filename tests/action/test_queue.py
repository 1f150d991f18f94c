"""Entries of the merge queue in the shapes that a forge builds, and in those that it never would."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from prgate.model.policy import Limits
from tests.action.bench import Bench, Ran
from tests.forge.forge import Forge
from tests.forge.handles import Pull, Queue

QUIET = b"version: 1\nrules: {hidden-text: block}\n"
HIDDEN = "x = '\u202e'\n".encode()
BEFORE = {"old.py": b"one = 1\ntwo = 2\nthree = 3\nfour = 4\n", "tool": b"#!/bin/sh\n", "photo.png": b"\x89PNG\r\n\x00\x01"}


def bench_of(forge: Forge, place: Path, **more: bytes) -> Bench:
    return Bench(forge, place, policy=more.get("policy", QUIET), files=BEFORE)


def opened(bench: Bench, name: str, files: Mapping[str, bytes | None]) -> Pull:
    """A pull request on ``main`` that changes these files, with an agent's mark."""
    bench.repo.checkout("main")
    bench.repo.branch(name)
    for path, content in files.items():
        bench.repo.remove(path) if content is None else bench.repo.write(path, content)
    bench.repo.commit(f"{name}\n\nCo-Authored-By: Claude <noreply@anthropic.com>\n")
    bench.forge.push(bench.host, name, bench.repo)
    return bench.open(head=name)


def entry_of(bench: Bench, *commits: tuple[str, Mapping[str, bytes | None]], last: int) -> Queue:
    """An entry whose commits stand one on the other on the tip of ``main``, as a queue that squashes or rebases makes them."""
    base = bench.host.git.refs()["refs/heads/main"]
    bench.repo.git("checkout", "--quiet", "--detach", base)
    for message, files in commits:
        for path, content in files.items():
            bench.repo.remove(path) if content is None else bench.repo.write(path, content)
        bench.repo.commit(message)
    branch = f"gh-readonly-queue/main/pr-{last}-{base}"
    return Queue(bench.host, "main", base, branch, bench.forge.push(bench.host, branch, bench.repo))


def judged(bench: Bench, entry: Queue) -> Ran:
    return bench.act(bench.forge.event("merge_group", entry))


def held(bench: Bench, entry: Queue) -> tuple[int, str, str | None, str]:
    ran = judged(bench, entry)
    return ran.code, ran.outputs["verdict"], bench.conclusion(entry.head_sha), " ".join(ran.log.split())


A = {"a.py": b"a = 1\n"}
B = {"b.py": b"b = 1\n"}


def test_a_merge_of_one_pull_request_is_what_the_pull_request_is(forge: Forge, tmp_path: Path) -> None:
    bench = bench_of(forge, tmp_path)
    good, bad = opened(bench, "good", A), opened(bench, "bad", {"bad.py": HIDDEN})
    assert [(0, "pass", "success"), (1, "fail", "failure")] == [held(bench, forge.queue(pull))[:3] for pull in (good, bad)]
    assert [] == [*bench.comments(good), *bench.comments(bad)], "what is in the queue is said on the queue's commit"


@pytest.mark.parametrize("message", ["Whatever (#{0})", "Whatever", "Merge pull request #{0} from acme/one"])
def test_a_squash_of_one_pull_request_is_found_by_the_branchs_name(forge: Forge, tmp_path: Path, message: str) -> None:
    bench = bench_of(forge, tmp_path)
    pull = opened(bench, "one", A)
    assert (0, "pass", "success") == held(bench, entry_of(bench, (message.format(pull.number), A), last=pull.number))[:3]


def test_a_rebase_of_one_pull_request_that_undoes_nothing_of_itself_passes(forge: Forge, tmp_path: Path) -> None:
    bench = bench_of(forge, tmp_path)
    pull = opened(bench, "one", A | B)
    entry = entry_of(bench, ("First", A), ("Second", B), last=pull.number)
    assert (0, "pass", "success") == held(bench, entry)[:3]


@pytest.mark.parametrize(("second", "code", "conclusion"), [(B, 0, "success"), ({"b.py": HIDDEN}, 1, "failure")])
def test_an_entry_of_two_is_the_worse_of_them(
    forge: Forge, tmp_path: Path, second: Mapping[str, bytes], code: int, conclusion: str
) -> None:
    bench = bench_of(forge, tmp_path)
    one, two = opened(bench, "one", A), opened(bench, "two", second)
    entry = entry_of(bench, (f"One (#{one.number})", A), (f"Two (#{two.number})", second), last=two.number)
    assert (code, conclusion) == (held(bench, entry)[0], bench.conclusion(entry.head_sha))


def test_an_entry_of_two_whose_first_is_named_nowhere_is_incomplete(forge: Forge, tmp_path: Path) -> None:
    bench = bench_of(forge, tmp_path)
    opened(bench, "one", A)
    two = opened(bench, "two", B)
    code, verdict, conclusion, log = held(bench, entry_of(bench, ("One", A), ("Two", B), last=two.number))
    assert (1, "incomplete", "action_required") == (code, verdict, conclusion)
    assert f"2 changed lines that pull request {two.number} has not" in log
    assert "a.py" in log


@pytest.mark.parametrize(
    "extra",
    [
        {"a.py": b"a = 1\nb = 2\n"},
        {"a.py": b"a = 1\na = 1\n"},
        {"a.py": b"a = 2\n"},
        {"c.py": b"a = 1\n"},
        {"old.py": None},
        {"old.py": b"one = 1\ntwo = 2\nthree = 3\n"},
        {"photo.png": b"\x89PNG\r\n\x00\x02"},
        {"empty.py": b""},
    ],
)
def test_what_no_pull_request_has_makes_an_entry_incomplete(forge: Forge, tmp_path: Path, extra: dict[str, bytes | None]) -> None:
    bench = bench_of(forge, tmp_path)
    pull = opened(bench, "one", A)
    entry = entry_of(bench, ("One", {**A, **extra}), last=pull.number)
    assert (1, "incomplete", "action_required") == held(bench, entry)[:3]


def test_a_mode_that_no_pull_request_has_makes_an_entry_incomplete(forge: Forge, tmp_path: Path) -> None:
    bench = bench_of(forge, tmp_path)
    pull = opened(bench, "one", A)
    bench.repo.checkout("main")
    bench.repo.write("tool", BEFORE["tool"], executable=True)
    entry = entry_of(bench, ("One", A), last=pull.number)
    assert (1, "incomplete", "action_required") == held(bench, entry)[:3]


def moved(bench: Bench) -> None:
    bench.repo.move("old.py", "new.py")


def binary(bench: Bench) -> None:
    bench.repo.write("photo.png", b"\x89PNG\r\n\x00\x02")


def mode(bench: Bench) -> None:
    bench.repo.write("tool", BEFORE["tool"], executable=True)


def deleted(bench: Bench) -> None:
    bench.repo.remove("old.py")


def link(bench: Bench) -> None:
    bench.repo.symlink("link", "old.py")


@pytest.mark.parametrize("change", [moved, binary, mode, deleted, link])
def test_what_has_no_lines_is_held_against_the_pull_request_too(forge: Forge, tmp_path: Path, change: object) -> None:
    assert callable(change)
    bench = bench_of(forge, tmp_path)
    bench.repo.checkout("main")
    bench.repo.branch("one")
    change(bench)
    bench.repo.commit("One")
    forge.push(bench.host, "one", bench.repo)
    pull = bench.open(head="one")
    assert (0, "pass", "success") == held(bench, forge.queue(pull))[:3]


def test_a_pull_request_into_another_branch_is_none_of_the_entrys(forge: Forge, tmp_path: Path) -> None:
    bench = bench_of(forge, tmp_path)
    pull = opened(bench, "one", A)
    entry = forge.queue(pull)
    forge.push(bench.host, "release", bench.repo, ref="main")
    forge.retarget(pull, "release")
    code, verdict, conclusion, log = held(bench, entry)
    assert (1, "incomplete", "action_required") == (code, verdict, conclusion)
    assert "no open pull request was found that this queue entry is made of" in log


def test_a_closed_pull_request_is_none_of_the_entrys(forge: Forge, tmp_path: Path) -> None:
    bench = bench_of(forge, tmp_path)
    pull = opened(bench, "one", A)
    entry = forge.queue(pull)
    forge.close(pull)
    assert (1, "incomplete", "action_required") == held(bench, entry)[:3]


def test_an_issue_that_a_message_names_is_no_pull_request_and_keeps_nothing(forge: Forge, tmp_path: Path) -> None:
    bench = bench_of(forge, tmp_path)
    issue = forge.issue(bench.host)
    one, two = opened(bench, "one", A), opened(bench, "two", B)
    entry = entry_of(bench, (f"Fix (#{issue.number}) (#{one.number})", A), (f"Two (#{two.number})", B), last=two.number)
    assert (0, "pass", "success") == held(bench, entry)[:3]


def test_lines_of_nobodys_are_said_also_where_a_message_names_an_issue(forge: Forge, tmp_path: Path) -> None:
    bench = bench_of(forge, tmp_path)
    issue, pull = forge.issue(bench.host), opened(bench, "one", A)
    entry = entry_of(bench, (f"One (#{issue.number})", A | B), last=pull.number)
    assert f"2 changed lines that pull request {pull.number} has not" in held(bench, entry)[3]


def test_a_pull_request_that_cannot_be_read_is_said_where_its_lines_are_missed(forge: Forge, tmp_path: Path) -> None:
    bench = bench_of(forge, tmp_path)
    one, two = opened(bench, "one", A), opened(bench, "two", B)
    entry = entry_of(bench, (f"One (#{one.number})", A), (f"Two (#{two.number})", B), last=two.number)
    forge.fault("GET", rf"/pulls/{one.number}$", "500", times=99)
    code, verdict, conclusion, log = held(bench, entry)
    assert (1, "incomplete", "action_required") == (code, verdict, conclusion)
    assert f"GET /repos/acme/pay/pulls/{one.number} was answered 500" in log


def test_a_branch_that_names_no_pull_request_leaves_the_messages(forge: Forge, tmp_path: Path) -> None:
    bench = bench_of(forge, tmp_path)
    pull = opened(bench, "one", A)
    entry = replace(forge.queue(pull), head_ref="gh-readonly-queue/main/other")
    assert (0, "pass", "success") == held(bench, entry)[:3]


def test_an_entry_into_a_branch_that_is_not_trusted_has_its_name_in_the_check(forge: Forge, tmp_path: Path) -> None:
    bench = bench_of(forge, tmp_path)
    forge.push(bench.host, "release", bench.repo, ref="main")
    entry = forge.queue(bench.open(base="release"))
    judged(bench, entry)
    assert ["prgate/verdict (into release)"] == [check["name"] for check in bench.checks(entry.head_sha)]


def test_a_policy_that_wants_no_check_gets_none_on_the_entry_either(forge: Forge, tmp_path: Path) -> None:
    bench = bench_of(forge, tmp_path, policy=QUIET + b"publish: {check: false}\n")
    entry = forge.queue(opened(bench, "one", A))
    assert (0, []) == (judged(bench, entry).code, bench.checks(entry.head_sha))


def test_a_broken_policy_fails_the_entry(forge: Forge, tmp_path: Path) -> None:
    bench = bench_of(forge, tmp_path, policy=b"version: 2\n")
    entry = forge.queue(opened(bench, "one", A))
    assert (2, "failure") == (judged(bench, entry).code, bench.conclusion(entry.head_sha))


def test_an_entry_that_is_larger_than_is_read_is_incomplete(forge: Forge, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bench = bench_of(forge, tmp_path)
    entry = forge.queue(opened(bench, "one", {"a.py": b"a = 1\n" * 1_000, "b.py": b"b = 1\n"}))
    for tight in (Limits(files=1), Limits(patch_bytes=1), Limits(patch_bytes=2_000), Limits(commits=0)):
        monkeypatch.setattr("prgate.action.queue.Limits", lambda tight=tight: tight)
        assert (1, "incomplete", "action_required") == held(bench, entry)[:3]


@pytest.mark.parametrize(("extra", "code"), [({}, 0), ({"long.py": b"x = 2\n"}, 1)])
def test_a_file_whose_lines_are_too_long_to_be_held_counts_as_a_whole(
    forge: Forge, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, extra: dict[str, bytes | None], code: int
) -> None:
    monkeypatch.setattr("prgate.action.queue.Limits", lambda: Limits(line_bytes=4))
    bench = bench_of(forge, tmp_path)
    long: dict[str, bytes | None] = {"long.py": b"x = 1\n"}
    pull = opened(bench, "one", long)
    assert code == held(bench, entry_of(bench, ("One", {**long, **extra}), last=pull.number))[0]
