"""Somebody pushes, retargets or edits between the gate's look and its word, so that a verdict on one thing is posted on another.

Group: forge
Seen in: actions that take the head from the event and the diff from the API, minutes apart
Held by: everything is bound to the commit that was looked at; before publishing the pull request and the tips of the branches whose policy
  counts are read again. Another head: nothing is posted. Another base, policy or text: it is judged anew, and after three times nothing
  passes.
Left: a push in the moment between that look and the post leaves a comment that names the older commit; the check stands on that
  commit alone.
"""

from __future__ import annotations

from itertools import count
from pathlib import Path

from tests.action.bench import MARK, POLICY, Bench
from tests.forge.forge import Forge

AGAIN = "/repos/acme/pay/pulls/1$"


def test_a_push_before_the_second_look_posts_nothing_on_either_head(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path, local=False)
    pull = bench.open()
    forge.before("GET", AGAIN, lambda: bench.push(f"Sneak{MARK}", files={"src/auth/door.py": b"open = True\n"}))
    ran = bench.run(bench.opened(pull))
    assert pull.head_sha != bench.head
    assert (1, [], [], []) == (ran.code, bench.ours(pull), bench.checks(bench.head), bench.checks(pull.head_sha))
    assert "has another head by now, so nothing was posted" in ran.log


def test_a_push_after_it_earns_the_new_head_nothing(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path, local=False)
    pull = bench.open()
    forge.review(pull, by="maint-one")
    forge.before("POST", "/check-runs$", lambda: bench.push("Sneak", files={"src/auth/door.py": b"open = True\n"}))
    ran = bench.act(bench.opened(pull))
    assert (0, "neutral") == (ran.code, bench.conclusion(bench.head))
    assert pull.head_sha != bench.head
    assert [] == bench.checks(pull.head_sha)
    assert f"head `{bench.head[:7]}`" in bench.ours(pull)[0]


def test_a_policy_that_changes_meanwhile_judges_anew(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path, policy=b"version: 1\nextends: [observe]\n", local=False)
    pull = bench.open()
    forge.before("GET", AGAIN, lambda: bench.push("Tighten", branch="main", files={".github/prgate.yml": POLICY}))
    ran = bench.act(bench.opened(pull))
    assert (1, "fail", "failure") == (ran.code, ran.outputs["verdict"], bench.conclusion(bench.head))
    assert [bench.host.git.refs()["refs/heads/main"]] == [ran.verdict["policy"]["commit"]]
    assert (1, 1) == (len(bench.ours(pull)), len(bench.checks(bench.head)))


def test_one_that_never_holds_still_does_not_pass(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path, local=False)
    pull = bench.open()
    forge.review(pull, by="maint-one")
    numbers = count()
    forge.before("GET", AGAIN, lambda: forge.edit(pull, title=f"Seal messages {next(numbers)}"), times=9)
    ran = bench.act(bench.opened(pull))
    assert (1, "incomplete", "action_required") == (ran.code, ran.outputs["verdict"], bench.conclusion(bench.head))
    assert "it changed 3 times while it was judged" in ran.log
