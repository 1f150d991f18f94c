"""What a command does to the check, and what takes it back: an edit, a deletion, a push; and what asking about it costs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.action.bench import MARK, Bench, Ran
from tests.action.test_requests import strange
from tests.forge.faults import Fault
from tests.forge.forge import Forge
from tests.forge.handles import Pull

POLICY = b"""\
version: 1
rules: {agent-authored-risk: block}
domains: {crypto: {paths: ["**/crypto/**"], marks: []}}
commands: {attest: write}
publish: {comment: always}
"""
SAID = "/prgate attest agent-authored-risk: read the key handling"


class Gate(Bench):
    """The bench with a pull request that fails until somebody vouches for its crypto."""

    def __init__(self, forge: Forge, place: Path) -> None:
        super().__init__(forge, place, policy=POLICY)
        self.pull = self.open()

    def say(self, body: str = SAID, *, by: str = "maint-one") -> Any:
        """A comment on it."""
        return self.forge.comment(self.pull, body, by=by)

    def hear(self, comment: Any, **more: Any) -> Ran:
        """The judgement that an event of the comment starts."""
        return self.act(self.forge.event("issue_comment", self.pull, comment=comment, **more))


@pytest.fixture
def gate(forge: Forge, tmp_path: Path) -> Gate:
    return Gate(forge, tmp_path)


def refusals(ran: Ran) -> list[str | None]:
    """Why each command did nothing, null where it counted."""
    return [heard["refused"] for heard in ran.verdict["commands"]]


def state(gate: Gate, ran: Ran) -> tuple[int, str, str | None]:
    return ran.code, ran.outputs["verdict"], gate.conclusion(gate.pull.head_sha)


RED, GREEN = (1, "fail", "failure"), (0, "pass", "success")


@pytest.mark.parametrize("body", [SAID, f"{SAID} at noon", "/prgate attest 1 at {head}: read it", "/prgate attest 1 at {short}: read it"])
def test_a_word_on_this_head_turns_it_green_and_shows_whose_it_is(gate: Gate, body: str) -> None:
    ran = gate.hear(gate.say(body.format(head=gate.head, short=gate.head[:7])))
    assert (GREEN, [None]) == (state(gate, ran), refusals(ran))
    (shown,) = gate.ours(gate.pull)
    assert "attested by `maint-one`" in shown
    assert [("maint-one", gate.head)] == [(each["by"], each["head"]) for each in ran.verdict["attestations"]]


def test_it_is_red_before_and_an_outsider_s_word_leaves_it_so(gate: Gate) -> None:
    assert RED == state(gate, gate.act(gate.opened(gate.pull)))
    ran = gate.hear(gate.say(by="dev-three"))
    assert (RED, ["`dev-three` has read permission, and write is asked for"]) == (state(gate, ran), refusals(ran))


def test_the_word_is_gone_when_it_is_edited_by_anybody_or_deleted(gate: Gate) -> None:
    said = gate.say()
    assert GREEN == state(gate, gate.hear(said))
    edited = gate.forge.edit_comment(said, f"{SAID}, all of it", by="owner-one")
    ran = gate.hear(edited, action="edited", before=said["body"], sender="owner-one")
    assert (RED, ["it was edited since; say it anew"]) == (state(gate, ran), refusals(ran))
    (shown,) = gate.ours(gate.pull)
    assert "attested by" not in shown
    anew = gate.say()
    assert GREEN == state(gate, gate.hear(anew))
    gate.forge.delete_comment(anew)
    assert RED == state(gate, gate.hear(anew, action="deleted", sender="owner-one"))


def test_a_command_that_an_edit_takes_out_is_gone_with_it(gate: Gate) -> None:
    said = gate.say()
    assert GREEN == state(gate, gate.hear(said))
    ran = gate.hear(gate.forge.edit_comment(said, "Never mind."), action="edited", before=said["body"])
    assert (RED, []) == (state(gate, ran), refusals(ran))


def test_a_word_of_before_the_push_is_not_of_the_head_whatever_date_its_commit_bears(gate: Gate) -> None:
    gate.say()
    gate.say(f"/prgate attest 1 at {gate.head}: read it")
    gate.push("More" + MARK, files={"src/crypto/seal.py": b"import hmac\n\nkey = b''\n"})
    ran = gate.act(gate.opened(gate.pull))
    older, elsewhere = refusals(ran)
    assert (RED, True, True) == (state(gate, ran), "older than the head" in str(older), "and the head is" in str(elsewhere))


def test_a_head_that_came_back_is_there_since_it_came_back(gate: Gate) -> None:
    first = gate.head
    gate.push("More", files={"src/more.py": b"x = 1\n"})
    gate.say()
    gate.forge.push(gate.host, "agent/seal", first)
    ran = gate.act(gate.opened(gate.pull))
    assert (RED, first) == (state(gate, ran), gate.pull.head_sha)
    assert "older than the head" in str(refusals(ran))


@pytest.mark.parametrize("fault", [Fault.FORBIDDEN, Fault.NOT_FOUND, Fault.SERVER_ERROR, Fault.TRUNCATED])
def test_where_the_push_cannot_be_read_only_the_whole_id_counts(gate: Gate, fault: Fault) -> None:
    bare, whole = gate.say(), f"/prgate attest 1 at {gate.head}: read it"
    gate.forge.fault("GET", r"/activity\?", fault, times=99)
    ran = gate.hear(bare)
    assert (RED, True) == (state(gate, ran), "when this one came is not known" in str(refusals(ran)))
    assert GREEN == state(gate, gate.hear(gate.say(whole, by="maint-two")))


def test_of_a_fork_that_is_gone_only_the_whole_id_counts(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path, policy=POLICY)
    fork = forge.fork(bench.host, "dev-two")
    pull = bench.open(fork=fork, author="dev-two")
    bare = forge.comment(pull, SAID, by="maint-one")
    assert (0, "success") == (bench.act(forge.event("issue_comment", pull, comment=bare)).code, bench.conclusion(pull.head_sha))
    forge.delete_fork(fork)
    again = bench.act(bench.opened(pull))
    assert (1, "failure") == (again.code, bench.conclusion(pull.head_sha))
    whole = forge.comment(pull, f"/prgate attest 1 at {pull.head_sha}: read it", by="maint-two")
    assert 0 == bench.act(forge.event("issue_comment", pull, comment=whole)).code


def reviewed(gate: Gate, **more: Any) -> tuple[Pull, Any, Callable[[], Ran]]:
    """A review that only comments, with a command in it, and what starts a judgement then."""
    review = gate.forge.review(gate.pull, state="COMMENTED", body=SAID, **{"by": "maint-one"} | more)
    return gate.pull, review, lambda: gate.act(gate.forge.event("pull_request_review", gate.pull, review=review))


def test_a_review_vouches_until_somebody_edits_it(gate: Gate) -> None:
    pull, review, judge = reviewed(gate)
    assert GREEN == state(gate, judge())
    gate.forge.edit_review(pull, review, f"{SAID}, all of it", by="dev-one")
    ran = judge()
    assert (RED, ["it was edited since; say it anew"]) == (state(gate, ran), refusals(ran))


def test_nobody_can_write_a_command_into_a_review_that_was_none(gate: Gate) -> None:
    review = gate.forge.review(gate.pull, by="maint-one", state="COMMENTED", body="Looks odd")
    gate.forge.edit_review(gate.pull, review, SAID, by="dev-one")
    ran = gate.act(gate.opened(gate.pull))
    assert (RED, ["it was edited since; say it anew"]) == (state(gate, ran), refusals(ran))


@pytest.mark.parametrize("fault", [Fault.FORBIDDEN, Fault.SERVER_ERROR, Fault.TRUNCATED])
def test_a_review_of_which_nothing_is_told_counts_for_nothing(gate: Gate, fault: Fault) -> None:
    *_, judge = reviewed(gate)
    gate.forge.fault("POST", r"/graphql", fault, times=99)
    ran = judge()
    assert ((1, "incomplete", "action_required"), []) == (state(gate, ran), refusals(ran))


def test_who_gives_a_command_costs_one_request_base_and_push_one_each_and_reviews_with_commands_one(gate: Gate) -> None:
    at_rest = [gate.act(gate.opened(gate.pull)).requests for _ in range(2)][-1]
    assert at_rest is not None
    whole, wrote = f"/prgate wrong agent-authored-risk at {gate.head}: ", "/prgate wrote src/crypto/seal.py"
    for body, by, costs in (
        ("/prgate", "maint-one", 0),
        (f"{whole}it is a test", "maint-two", 2),
        (f"{whole}it is no crypto", "maint-two", 2),
        (f"{wrote}:1-2", "maint-two", 3),
        (f"{wrote}:3", "triage-one", 4),
    ):
        gate.say(body, by=by)
        assert at_rest + costs == gate.act(gate.opened(gate.pull)).requests, body
    for _ in range(2):
        gate.forge.review(gate.pull, by="triage-one", state="COMMENTED", body=SAID)
        assert at_rest + 5 == gate.act(gate.opened(gate.pull)).requests
    assert [] == [fault for fault in strange(gate.forge) if "/activity" in fault]
