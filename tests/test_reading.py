"""The reading list: merged, ordered, counted over added lines only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from prgate.model.authorship import Authorship, FileOrigins, Origin, Span
from prgate.model.diff import Diff, FileChange, Hunk, Side, Status
from prgate.model.grade import Grade
from prgate.model.heard import Verb
from prgate.model.missing import Missing, Why
from prgate.model.paths import FileClass
from prgate.model.rule import Read
from prgate.model.verdict import Outcome, Reading, ReportedFinding, Result
from prgate.reading import reading_list
from tests.test_engine import EVIDENCE

READS = {
    "hidden": Read(1, "hidden text", "What does it say?"),
    "risk": Read(2, "", "Would you sign it?"),
    "untested": Read(3, "untested", "What breaks?"),
}
ASKS = {"crypto": "Which primitive?", "ci": ""}


def added(path: bytes, lines: int, *domains: str) -> FileChange:
    body = b"".join(b"+line %d\n" % number for number in range(1, lines + 1))
    hunks = (Hunk(0, 0, 1, lines, body),) if lines else ()
    oids = ("0" * 40, "1" * 40)
    return FileChange(Status.ADDED, None, path, (0, 0o100644), oids, False, lines, 0, hunks, FileClass.SOURCE, domains)


def found(
    rule: str, path: str | None, line: int | None = None, end: int | None = None, side: Side = Side.HEAD, *, fingerprint: str = "0" * 16
) -> Result:
    finding = ReportedFinding("m", "f", path, side, line, end, None, True, fingerprint)
    return Result(rule, "block", "block", Outcome.FAIL, "", (), (finding,))


def listed(
    files: list[FileChange],
    *results: Result,
    origins: dict[bytes, FileOrigins] | None = None,
    answered_by: Mapping[str, str] | None = None,
) -> Reading:
    authorship = Authorship((), None, None, origins or {}, {})
    return reading_list(
        replace(EVIDENCE, diff=Diff(tuple(files)), authorship=authorship), results, reads=READS, asks=ASKS, answered_by=answered_by
    )


def test_without_a_diff_there_is_nothing_to_read() -> None:
    missing = Missing(Why.FAILED, "gone", "Fetch.")
    assert Reading(0, 0, ()) == reading_list(replace(EVIDENCE, diff=missing), (found("risk", "a.py", 1),), reads=READS, asks=ASKS)


def test_what_points_nowhere_at_the_base_or_outside_the_change_is_not_read() -> None:
    files = [added(b"a.py", 10)]
    results = [found("risk", None), found("risk", "a.py", 2, 3, Side.BASE), found("risk", "other.py", 1), found("size", "a.py", 1)]
    assert Reading(0, 10, ()) == listed(files, *results)


def test_a_waived_finding_is_not_read() -> None:
    result = found("risk", "a.py", 1)
    waived = replace(result, findings=tuple(replace(finding, waived=True) for finding in result.findings))
    assert () == listed([added(b"a.py", 10)], waived).items


def test_lines_that_broken_glass_let_through_are_still_to_be_read() -> None:
    result = found("risk", "a.py", 1, 4)
    through = replace(result, findings=tuple(replace(each, waived=True, answered=Verb.BREAK_GLASS) for each in result.findings))
    reading = listed([added(b"a.py", 10)], through)
    assert (4, [None]) == (reading.lines, [item.answered_by for item in reading.items])


def test_lines_that_a_comment_waives_are_not_read() -> None:
    result = found("risk", "a.py", 1)
    waived = replace(result, findings=tuple(replace(each, waived=True, answered=Verb.WAIVE) for each in result.findings))
    assert () == listed([added(b"a.py", 10)], waived).items


def test_a_stretch_of_which_one_finding_is_not_answered_is_still_to_be_read() -> None:
    both = [found("risk", "a.py", 1, 4, fingerprint="1" * 16), found("untested", "a.py", 3, 6, fingerprint="2" * 16)]
    reading = listed([added(b"a.py", 10)], *both, answered_by={"1" * 16: "riley-k"})
    assert (6, [None]) == (reading.lines, [item.answered_by for item in reading.items])


def test_a_stretch_that_is_answered_stays_on_the_list_with_the_names_and_is_not_counted() -> None:
    both = [found("risk", "a.py", 1, 4, fingerprint="1" * 16), found("untested", "a.py", 3, 6, fingerprint="2" * 16)]
    other = found("risk", "b.py", 2, 2, fingerprint="3" * 16)
    said = {"1" * 16: "sam", "2" * 16: "riley-k"}
    reading = listed([added(b"a.py", 10), added(b"b.py", 5)], *both, other, answered_by=said)
    assert (1, 15) == (reading.lines, reading.of)
    assert [("a.py", "riley-k, sam"), ("b.py", None)] == [(item.path, item.answered_by) for item in reading.items]


def test_near_stretches_are_read_as_one_with_the_risks_of_both() -> None:
    reading = listed([added(b"a.py", 40)], found("untested", "a.py", 14, 15), found("risk", "a.py", 5, 10), found("risk", "a.py", 30, 31))
    assert [(5, 15, "risk", "untested"), (30, 31, "risk", "")] == [
        (item.line, item.end_line, item.rule, item.risk) for item in reading.items
    ]
    assert (13, 40) == (reading.lines, reading.of)


def test_a_finding_on_the_whole_file_makes_it_one_stretch() -> None:
    reading = listed([added(b"a.py", 7)], found("hidden", "a.py"), found("risk", "a.py", 2, 2))
    assert [(None, None, "hidden")] == [(item.line, item.end_line, item.rule) for item in reading.items]
    assert 7 == reading.lines


def test_the_gravest_comes_first_then_the_one_with_the_most_risks_then_the_path() -> None:
    files = [added(b"a.py", 5), added(b"b.py", 5), added(b"c.py", 5), added(b"d.py", 5)]
    results = [
        found("untested", "a.py", 1),
        found("risk", "b.py", 1),
        found("risk", "c.py", 1),
        found("untested", "c.py", 1),
        found("hidden", "d.py", 1),
    ]
    assert ["d.py", "c.py", "b.py", "a.py"] == [item.path for item in listed(files, *results).items]


def test_a_domain_asks_its_own_question_and_a_silent_one_leaves_it_to_the_rule() -> None:
    reading = listed([added(b"a.py", 5, "ci", "crypto"), added(b"b.py", 5, "ci")], found("risk", "a.py", 1), found("risk", "b.py", 1))
    assert [("ci, crypto", "Which primitive?"), ("ci", "Would you sign it?")] == [(item.risk, item.ask) for item in reading.items]


def test_who_wrote_the_lines_is_said_first() -> None:
    spans = (Span(1, 2, Origin.AGENT, Grade.CLAIMED, "codex", "commits"), Span(3, 5, Origin.UNDECLARED, Grade.CLAIMED, None, "commits"))
    origins = {b"a.py": FileOrigins(spans, Origin.AGENT), b"b.bin": FileOrigins((), Origin.DECLARED_HUMAN)}
    files = [added(b"a.py", 20), added(b"b.bin", 0)]
    results = [found("untested", "a.py", 1, 1), found("untested", "a.py", 15, 15), found("risk", "b.bin")]
    reading = listed(files, *results, origins=origins)
    assert ["declared human", "agent, untested", "untested"] == [item.risk for item in reading.items]


def test_lines_that_were_not_kept_count_whole() -> None:
    unread = replace(added(b"a.py", 9), hunks=Missing(Why.OVER_LIMIT, "too long", "Split it."))
    assert 9 == listed([unread], found("risk", "a.py", 1, 2)).lines
