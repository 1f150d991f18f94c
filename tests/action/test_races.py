"""What changes while a pull request is judged: between the look and the post, and between two runs at once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from threading import Barrier, Thread

import pytest

from prgate.github.comments import post_comment
from prgate.github.session import Session
from prgate.model.missing import Missing
from tests.action.bench import CHECK, MARK, Bench, Ran
from tests.forge.forge import Forge
from tests.forge.handles import Pull

LOOK: tuple[str, str] = ("GET", r"/pulls/\d+$")
"""The second look, after everything was gathered."""
COMMENT: tuple[str, str] = ("POST", r"/issues/\d+/comments$")
PATIENCE = 30
QUIET = b"version: 1\nrules: {hidden-text: block}\n"
HIDDEN = "x = '\u202e'\n".encode()


def scene(forge: Forge, place: Path, **more: object) -> tuple[Bench, Pull]:
    bench = Bench(forge, place)
    return bench, bench.open(**more)


def test_two_runs_at_once_that_both_saw_no_comment_leave_one(forge: Forge, tmp_path: Path) -> None:
    bench, pull = scene(forge, tmp_path)
    both = Barrier(2, timeout=PATIENCE)
    forge.before(*COMMENT, both.wait, times=2)
    ran: list[Ran] = []
    events = [bench.opened(pull), bench.opened(pull)]
    threads = [Thread(target=lambda event=event: ran.append(bench.act(event))) for event in events]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [1, 1] == [each.code for each in ran]
    assert 2 == len(forge.requests(*COMMENT))
    assert 1 == len(bench.ours(pull))
    assert not any("could not" in each.log for each in ran)
    assert "failure" == bench.conclusion(bench.head)


def test_two_runs_at_once_that_both_see_two_comments_leave_the_first(forge: Forge, tmp_path: Path) -> None:
    """Both list when both have posted: each edits the older one and deletes the younger."""
    bench, pull = scene(forge, tmp_path)
    posted = Barrier(2, timeout=PATIENCE)
    done: list[object] = []

    def publish(session: Session) -> None:
        body = "<!-- prgate:v1 key=1 -->\nA word."
        done.append(post_comment(session, "acme/pay", pull.number, body, known=(), author="github-actions[bot]", create=True))

    forge.before("GET", r"/issues/\d+/comments", posted.wait, times=2)
    sessions = [Session(api=forge.url, token=forge.token(bench.host)) for _ in "ab"]
    threads = [Thread(target=publish, args=(session,)) for session in sessions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
        sessions.pop().close()
    assert [1] == [comment["id"] for comment in bench.comments(pull)]
    assert not any(isinstance(each, Missing) for each in done)


def test_a_push_between_look_and_post_posts_nothing(forge: Forge, tmp_path: Path) -> None:
    bench, pull = scene(forge, tmp_path)
    forge.before(*LOOK, lambda: bench.push("More" + MARK, files={"notes.md": b"Notes\n"}))
    ran = bench.act(bench.opened(pull))
    assert 1 == ran.code
    assert pull.head_sha != bench.head
    assert ([], [], []) == (bench.comments(pull), bench.checks(bench.head), bench.checks(pull.head_sha))
    assert "nothing was posted" in ran.log
    assert "nothing was posted" in ran.summary


def test_a_push_of_a_green_change_that_is_too_late_leaves_no_green_on_either_head(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path, policy=QUIET)
    pull = bench.open()
    forge.before(*LOOK, lambda: bench.push("Hide" + MARK, files={"src/hidden.py": HIDDEN}))
    ran = bench.act(bench.opened(pull))
    assert (0, [], []) == (ran.code, bench.checks(bench.head), bench.checks(pull.head_sha))


def test_a_pull_request_that_is_closed_meanwhile_gets_nothing(forge: Forge, tmp_path: Path) -> None:
    bench, pull = scene(forge, tmp_path)
    forge.before(*LOOK, lambda: forge.close(pull))
    ran = bench.act(bench.opened(pull))
    assert (1, [], []) == (ran.code, bench.comments(pull), bench.checks(bench.head))


def test_a_head_branch_that_is_deleted_meanwhile_changes_nothing_that_was_judged(forge: Forge, tmp_path: Path) -> None:
    bench, pull = scene(forge, tmp_path)
    forge.before("GET", "/compare/", lambda: bench.host.git.point("refs/heads/agent/seal", None))
    ran = bench.act(bench.opened(pull))
    assert (1, "failure", 1) == (ran.code, bench.conclusion(bench.head), len(bench.ours(pull)))


def retargeted(forge: Forge, bench: Bench, pull: Pull) -> Callable[[], None]:
    forge.push(bench.host, "release", bench.repo, ref="main")
    return lambda: forge.retarget(pull, "release")


def renamed(forge: Forge, bench: Bench, pull: Pull) -> Callable[[], None]:
    return lambda: forge.edit(pull, title="Seal all messages")


def labelled(forge: Forge, bench: Bench, pull: Pull) -> Callable[[], None]:
    return lambda: forge.label(pull, "urgent")


def softened(forge: Forge, bench: Bench, pull: Pull) -> Callable[[], None]:
    bench.repo.checkout("main")
    bench.repo.write(".github/prgate.yml", QUIET)
    bench.repo.commit("Soften")
    return lambda: _push(forge, bench)


def _push(forge: Forge, bench: Bench) -> None:
    forge.push(bench.host, "main", bench.repo, ref="main")


@pytest.mark.parametrize(
    ("change", "code", "names"),
    [
        (retargeted, 1, [f"{CHECK} (into release)"]),
        (renamed, 1, [CHECK]),
        (labelled, 1, [CHECK]),
        (softened, 0, [CHECK]),
    ],
)
def test_what_changes_between_look_and_post_is_judged_as_it_is_then(
    forge: Forge, tmp_path: Path, change: Callable[[Forge, Bench, Pull], Callable[[], None]], code: int, names: list[str]
) -> None:
    bench, pull = scene(forge, tmp_path)
    forge.before(*LOOK, change(forge, bench, pull))
    ran = bench.act(bench.opened(pull))
    assert (code, names) == (ran.code, [check["name"] for check in bench.checks(bench.head)])
    assert 2 == len(forge.requests("GET", "/compare/"))
    assert ran.verdict["subject"]["base"]["ref"] == pull.state.base_ref


def test_a_pull_request_that_never_holds_still_is_incomplete(forge: Forge, tmp_path: Path) -> None:
    bench, pull = scene(forge, tmp_path)
    titles = iter("abcdef")
    forge.before(*LOOK, lambda: forge.edit(pull, title=next(titles)), times=6)
    ran = bench.act(bench.opened(pull))
    assert (1, "incomplete", "action_required") == (ran.code, ran.outputs["verdict"], bench.conclusion(bench.head))
    assert "it changed 3 times while it was judged" in " ".join(ran.log.split())
    assert 3 == len(forge.requests("GET", "/compare/"))


def test_a_comment_of_ours_that_is_deleted_between_list_and_edit_is_written_anew(forge: Forge, tmp_path: Path) -> None:
    bench, pull = scene(forge, tmp_path)
    bench.act(bench.opened(pull))
    (before,) = bench.comments(pull)
    forge.before("PATCH", "/issues/comments/", lambda: bench.delete(before))
    ran = bench.act(bench.opened(pull))
    (after,) = bench.comments(pull)
    assert before["id"] != after["id"]
    assert "could not" not in ran.log


def test_the_base_that_is_deleted_meanwhile_is_said(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path)
    forge.push(bench.host, "release", bench.repo, ref="main")
    pull = bench.open(base="release")
    forge.before(*LOOK, lambda: bench.host.git.point("refs/heads/release", None))
    ran = bench.act(bench.opened(pull))
    assert (1, "action_required") == (ran.code, bench.conclusion(bench.head))
    assert "refs/heads/release" in ran.log


def test_a_branch_whose_policy_is_not_trusted_stands_in_the_checks_name(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path)
    bench.repo.checkout("main")
    bench.repo.branch("mine")
    bench.repo.write(".github/prgate.yml", QUIET)
    bench.repo.commit("A policy of my own")
    forge.push(bench.host, "mine", bench.repo)
    pull = bench.open(base="mine")
    ran = bench.act(bench.opened(pull))
    assert 1 == ran.code, "the default branch's policy is in force"
    assert [f"{CHECK} (into mine)"] == [check["name"] for check in bench.checks(bench.head)]


def test_a_branch_whose_policy_is_trusted_has_the_checks_plain_name(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path, policy=b"version: 1\nextends: [baseline]\npolicy_from_base: [release]\n")
    bench.repo.checkout("main")
    bench.repo.branch("release")
    bench.repo.write(".github/prgate.yml", QUIET)
    bench.repo.commit("Release")
    forge.push(bench.host, "release", bench.repo)
    pull = bench.open(base="release")
    ran = bench.act(bench.opened(pull))
    assert (0, [CHECK]) == (ran.code, [check["name"] for check in bench.checks(bench.head)])


def twins(forge: Forge, place: Path) -> tuple[Bench, Pull, Pull]:
    """Two pull requests of one commit: one fails for what its description lacks, one passes."""
    bench = Bench(forge, place, policy=b"version: 1\nrules: {missing-evidence: {mode: block, params: {tickets: true}}}\n")
    forge.push(bench.host, "agent/twin", bench.repo)
    return bench, bench.open(body="Nothing"), bench.open(head="agent/twin", body="For PAY-4182")


def test_the_worse_of_two_pull_requests_with_one_commit_stands_however_often_they_are_judged(forge: Forge, tmp_path: Path) -> None:
    bench, bad, good = twins(forge, tmp_path)
    assert 1 == bench.act(bench.opened(bad)).code
    for _ in range(3):
        ran = bench.act(bench.opened(good))
        assert (0, "failure") == (ran.code, bench.conclusion(bench.head))
        assert f"The same commit is in pull request {bad.number}" in ran.log
    assert 1 == bench.act(bench.opened(bad)).code
    assert "failure" == bench.conclusion(bench.head)


def test_two_pull_requests_with_one_commit_do_not_hold_each_other_for_ever(forge: Forge, tmp_path: Path) -> None:
    bench, bad, good = twins(forge, tmp_path)
    bench.act(bench.opened(bad))
    bench.act(bench.opened(good))
    forge.edit(bad, body="For PAY-4183")
    assert (0, "success") == (bench.act(forge.event("pull_request_target", bad, action="edited")).code, bench.conclusion(bench.head))
    assert (0, "success") == (bench.act(bench.opened(good)).code, bench.conclusion(bench.head))


def test_one_that_is_closed_holds_the_other_no_longer(forge: Forge, tmp_path: Path) -> None:
    bench, bad, good = twins(forge, tmp_path)
    bench.act(bench.opened(bad))
    bench.act(bench.opened(good))
    forge.close(bad)
    assert (0, "success") == (bench.act(bench.opened(good)).code, bench.conclusion(bench.head))
