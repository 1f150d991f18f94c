"""What one person declares in several ways is told once."""

from __future__ import annotations

from prgate.model.authorship import Authorship, Denied, FileOrigins, Origin
from prgate.rules.false_declaration import RULE
from tests.rules.traced import evidence, file, judged

PATH = b"src/pay.py"


def denied(start: int, end: int, *, by: str = "kim", source: str = "comment:1") -> Denied:
    return Denied(PATH, start, end, by, source, "claude-code", "commits")


def told(*denials: Denied) -> list[tuple[int | None, int | None, str]]:
    authorship = Authorship((), None, None, {PATH: FileOrigins((), Origin.AGENT)}, {}, denied=denials)
    found, _ = judged(RULE, evidence(file(PATH), traces=(), authorship=authorship))
    return [(one.line, one.end_line, one.message.partition(" declares")[0]) for one in found]


def test_lines_that_one_person_declares_twice_are_counted_once() -> None:
    whole, part, across = denied(1, 20), denied(3, 9, source="comment:2"), denied(15, 24, source="review:1")
    assert [(1, 24, "24 lines that `kim`")] == told(part, whole, across)


def test_runs_that_do_not_meet_and_other_people_are_told_apart() -> None:
    expected = [(1, 4, "4 lines that `kim`"), (5, 9, "5 lines that `kim`"), (2, 3, "2 lines that `bo`")]
    assert sorted(expected) == sorted(told(denied(1, 4), denied(2, 3, by="bo"), denied(5, 9)))
