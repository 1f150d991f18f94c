"""``prgate check`` on the change of somebody who has nobody to ask: the ways through that a policy may open, and how each shows."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.attacks.saying import PUSHED, READ, Room

NEXT_DAY = "2026-02-02T10:00:00Z"
GLASS = "commands: {break_glass: admin}"
OWN = "commands: {self_attest: admin}"


def test_without_a_way_through_a_lone_maintainer_is_held(tmp_path: Path) -> None:
    room = Room(tmp_path)
    room.comment(f"/prgate {READ}", "dana", NEXT_DAY)
    room.comment("/prgate break-glass: the shop is down", "dana", NEXT_DAY)
    checked = room.run()
    assert (1, "fail", "fail") == (checked.code, checked.verdict["verdict"], checked.outcome())
    assert [
        "`dana` opened it; it has to be somebody independent of the change",
        "the policy lets nobody `break-glass`",
    ] == checked.refusals


def test_broken_glass_lets_the_head_through_with_a_warning_and_a_record(tmp_path: Path) -> None:
    room = Room(tmp_path, GLASS)
    room.comment("/prgate break-glass: the shop is down", "dana")
    checked = room.run()
    assert (0, "warn", "fail", "waived") == (
        checked.code,
        checked.verdict["verdict"],
        checked.verdict["if_enforced"],
        checked.outcome(),
    )
    expected = {"rule": "agent-authored-risk", "by": "dana", "until": "2026-02-01", "reason": "the shop is down", "source": "break-glass"}
    assert [expected] == checked.verdict["waivers"]
    assert 0 < checked.verdict["reading"]["lines"]


def test_broken_glass_is_for_this_head_and_no_fault(tmp_path: Path) -> None:
    room = Room(tmp_path, GLASS)
    room.comment(f"/prgate break-glass at {room.head}: the shop is down", "dana")
    assert 0 == room.run().code
    room.push({"src/crypto/seal.py": b"import hmac\n"}, "More")
    assert (1, "fail") == (room.run().code, room.run().outcome())
    other = Room(tmp_path / "other", GLASS)
    other.comment("/prgate break-glass: the shop is down", "dana")
    other.facts = {"head": {"sha": "1" * 40, "since": PUSHED}}
    faulty = other.run()
    assert (1, "incomplete") == (faulty.code, faulty.verdict["verdict"])


def test_one_s_own_change_is_attested_a_day_after_its_push_and_marked_as_such(tmp_path: Path) -> None:
    room = Room(tmp_path, OWN)
    room.comment(f"/prgate {READ}", "dana", NEXT_DAY)
    checked = room.run()
    assert (0, "pass", "pass", [None]) == (checked.code, checked.verdict["verdict"], checked.outcome(), checked.refusals)
    one, *more = checked.verdict["attestations"]
    assert ("dana", True, room.head, "read both functions") == (one["by"], one["own"], one["head"], one["said"])
    assert all(each["own"] for each in more)


@pytest.mark.parametrize(
    ("at", "since", "why"),
    [
        ("2026-02-02T09:59:59Z", PUSHED, "one's own change is attested 24 hours after its push, and this was said after 23 hours"),
        (NEXT_DAY, None, "one's own change is attested 24 hours after its push, and when the forge saw that is not known"),
    ],
)
def test_one_s_own_change_is_not_attested_sooner_nor_by_one_s_own_clock(tmp_path: Path, at: str, since: str | None, why: str) -> None:
    room = Room(tmp_path, OWN)
    room.comment(f"/prgate attest 1 at {room.head}: slept on it", "dana", at)
    checked = room.run(since=since)
    assert (1, "fail", [why]) == (checked.code, checked.outcome(), checked.refusals)


@pytest.mark.parametrize("shape", ["text", "markdown"])
def test_both_ways_through_are_visible_wherever_a_human_looks(tmp_path: Path, shape: str) -> None:
    glass, own = Room(tmp_path / "glass", GLASS), Room(tmp_path / "own", OWN)
    glass.comment("/prgate break-glass: the shop is down", "dana")
    own.comment(f"/prgate {READ}", "dana", NEXT_DAY)
    told = glass.run(shape=shape).text
    assert all(words in told for words in ("break-glass", "dana", "the shop is down"))
    told = own.run(shape=shape).text
    assert all(words in told for words in ("attested by", "dana", "own change"))


def test_under_strict_there_is_no_way_through(tmp_path: Path) -> None:
    room = Room(tmp_path)
    room.comment(f"/prgate {READ}", "dana", NEXT_DAY)
    room.comment("/prgate break-glass: the shop is down", "dana", NEXT_DAY)
    checked = room.run("--policy", "strict")
    assert (1, "fail") == (checked.code, checked.outcome())
    assert [
        "`dana` opened it; it has to be somebody independent of the change",
        "the policy lets nobody `break-glass`",
    ] == checked.refusals
