"""An agent has one head attested and pushes another, so that the old word vouches for the new code.

Group: identity
Seen in: mergeproof 1.0.2, where an attestation of seven digits counts for every commit that starts with them
Held by: a word counts for the head whose whole id it names, that its review was given on, or that was there before it by the forge's clock; the
  first digits of an id, which a pusher can make again by trial, count only with that clock.
Left: at the command line, where the facts do not tell when the head came, its committer's date stands for that, which the committer sets.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.action.bench import Bench
from tests.attacks.saying import CODE, LATER, PUSHED, READ, Room
from tests.forge.forge import Forge

AFTER = "2026-02-01T12:00:00Z"


def test_what_was_attested_before_the_last_push_is_not_attested(tmp_path: Path) -> None:
    bench = Room(tmp_path)
    old = bench.head
    bench.comment(f"/prgate {READ}")
    bench.comment(f"/prgate attest agent-authored-risk at {old}: read it", "boss")
    bench.review(f"/prgate {READ}", on=old)
    assert (0, "pass") == (bench.run().code, bench.run().outcome())
    bench.push({"src/crypto/seal.py": CODE + b"\n\nKEY = b'0'\n"}, "More")
    checked = bench.run(since=AFTER)
    assert (1, "fail") == (checked.code, checked.outcome())
    assert [
        f"it is older than the head; look again, and write `at {bench.head[:7]}` into it",
        f"it speaks of `{old[:7]}`, and the head is `{bench.head[:7]}`",
        f"it speaks of `{old[:7]}`, and the head is `{bench.head[:7]}`",
    ] == checked.refusals


def test_a_backdated_commit_is_as_new_as_its_push(tmp_path: Path) -> None:
    bench = Room(tmp_path)
    bench.comment(f"/prgate {READ}")
    bench.date = "2001-01-01T00:00:00Z"
    bench.push({"src/crypto/seal.py": CODE + b"\n\nKEY = b'0'\n"}, "More")
    checked = bench.run(since=AFTER)
    assert (1, "fail") == (checked.code, checked.outcome())


@pytest.mark.parametrize("digits", [7, 12, 39])
def test_the_first_digits_of_the_head_s_id_from_before_the_push_prove_nothing(tmp_path: Path, digits: int) -> None:
    bench = Room(tmp_path)
    bench.comment(f"/prgate attest 1 at {bench.head[:digits]}: read it", at=PUSHED)
    checked = bench.run()
    assert (1, "fail") == (checked.code, checked.outcome())
    bench.comment(f"/prgate attest 1 at {bench.head[:digits]}: read it", at=LATER)
    assert 0 == bench.run().code


def test_at_the_forge_a_push_takes_the_word_away(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path)
    pull = bench.open()
    bare = forge.comment(pull, "/prgate attest agent-authored-risk: read it", by="maint-one")
    assert "pass" == bench.act(forge.event("issue_comment", pull, comment=bare)).outcome("agent-authored-risk")
    forge.review(pull, by="maint-two", state="COMMENTED", body="/prgate attest agent-authored-risk: read it")
    head = bench.push(files={"src/crypto/seal.py": b"import hmac\n"})
    ran = bench.act(forge.event("pull_request_target", pull, action="synchronize", before=bench.head))
    assert (1, "fail", "failure") == (ran.code, ran.outcome("agent-authored-risk"), bench.conclusion(head))
    assert 2 == sum(bool(heard["refused"]) for heard in ran.verdict["commands"])
