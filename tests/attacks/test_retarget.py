"""A pull request is judged on the way into one branch and pointed at another after the verdict, or while it is judged.

Group: forge
Seen in: gates that listen to pushes only
Held by: an edit of the base starts a new judgement; base and policy are looked at again before anything is posted; the name of the check
  says which way it was earned; an approval or a command from before it counts no more, since it was of other lines; what is closed and opened again has
  its head since then.
"""

from __future__ import annotations

from pathlib import Path

from tests.action.bench import CHECK, Bench
from tests.forge.forge import Forge


def test_a_retarget_after_the_green_is_judged_anew(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path)
    forge.push(bench.host, "mine", bench.repo, ref="agent/seal")
    head = bench.push("Note", files={"notes.md": b"Sealed.\n"})
    pull = bench.open(base="mine")
    assert 0 == bench.act(bench.opened(pull)).code
    forge.retarget(pull, "main")
    assert None is bench.conclusion(head)
    ran = bench.act(forge.event("pull_request_target", pull, action="edited"))
    assert (1, "failure") == (ran.code, bench.conclusion(head))


def test_a_retarget_between_the_look_and_the_post_is_judged_anew(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path)
    forge.push(bench.host, "mine", bench.repo, ref="agent/seal")
    head = bench.push("Note", files={"notes.md": b"Sealed.\n"})
    pull = bench.open(base="mine")
    event = bench.opened(pull)
    forge.before("GET", r"/pulls/1$", lambda: forge.retarget(pull, "main"))
    ran = bench.act(event)
    assert (1, "failure", None) == (ran.code, bench.conclusion(head), bench.conclusion(head, f"{CHECK} (into mine)"))


def test_an_approval_or_a_command_for_another_base_vouches_for_nothing_that_it_did_not_show(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path)
    forge.push(bench.host, "mine", bench.repo, ref="agent/seal")
    head = bench.push("Note", files={"notes.md": b"Sealed.\n"})
    pull = bench.open(base="mine")
    forge.review(pull, by="maint-one")
    forge.comment(pull, f"/prgate attest agent-authored-risk at {head}: fine", by="maint-one")
    forge.retarget(pull, "main")
    ran = bench.act(forge.event("pull_request_target", pull, action="edited"))
    assert (1, "fail", "failure") == (ran.code, ran.outcome("agent-authored-risk"), bench.conclusion(head))
    assert ["1 approval, and it does not count: `maint-one` approved it for another base"] == ran.said("dependent-approval")
    assert ["it was said when the change had another base; look again, and say it anew"] == [
        command["refused"] for command in ran.verdict["commands"]
    ]
    forge.review(pull, by="maint-one")
    assert "pass" == bench.act(bench.opened(pull)).outcome("agent-authored-risk")
