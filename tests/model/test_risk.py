"""Which lines of a change are high-risk, and why."""

from __future__ import annotations

from dataclasses import replace

import pytest

from prgate.model.authorship import FileOrigins, Origin, Span
from prgate.model.diff import FileChange, Hunk, Mark, Status
from prgate.model.grade import Grade
from prgate.model.missing import Missing, Why
from prgate.model.paths import FileClass
from prgate.model.risk import risky_domains, stretches

FILE = FileChange(
    Status.MODIFIED,
    b"a.py",
    b"a.py",
    (0o100644, 0o100644),
    ("1" * 40, "2" * 40),
    False,
    1,
    1,
    (Hunk(1, 1, 1, 1, b"-a\n+b\n"),),
    FileClass.SOURCE,
)


def origins(*spans: tuple[int, int, Origin], whole: Origin = Origin.AGENT) -> FileOrigins:
    return FileOrigins(tuple(Span(start, end, origin, Grade.CLAIMED, None, "commits") for start, end, origin in spans), whole)


def told(file: FileChange, given: FileOrigins) -> list[tuple[int | None, int | None, str, tuple[str, ...], list[int]]]:
    return [
        (one.line, one.end, one.origin.value, one.domains, [mark.line for mark in one.marks])
        for one in stretches(file, given, file.domains)
    ]


def by_mark(*lines: int, domain: str = "crypto", removed: bool = False) -> FileChange:
    return replace(FILE, domains=(domain,), marks=tuple(Mark(domain, line, removed, "x") for line in lines))


def test_a_path_speaks_for_all_added_lines() -> None:
    given = origins((1, 90, Origin.AGENT), (95, 99, Origin.UNDECLARED))
    assert [(1, 90, "agent", ("auth",), []), (95, 99, "undeclared", ("auth",), [])] == told(replace(FILE, domains=("auth",)), given)


def test_a_mark_speaks_for_ten_lines_around_it() -> None:
    assert [(30, 50, "agent", ("crypto",), [40])] == told(by_mark(40), origins((1, 90, Origin.AGENT)))


def test_marks_within_reach_of_each_other_are_one_stretch() -> None:
    given = origins((1, 200, Origin.AGENT))
    assert [(30, 71, "agent", ("crypto",), [40])] == told(by_mark(61, 40), given)
    assert [(30, 50, "agent", ("crypto",), [40]), (52, 72, "agent", ("crypto",), [62])] == told(by_mark(40, 62), given)


def test_a_mark_speaks_for_lines_of_others_beside_it() -> None:
    given = origins((1, 40, Origin.DECLARED_HUMAN), (41, 45, Origin.AGENT), (60, 70, Origin.AGENT))
    assert [(30, 40, "declared-human", ("crypto",), [40]), (41, 45, "agent", ("crypto",), [40])] == told(by_mark(40), given)


def test_a_path_and_a_mark_are_told_together() -> None:
    file = replace(by_mark(40), domains=("auth", "crypto"))
    assert [(1, 90, "agent", ("auth", "crypto"), [40]), (95, 99, "agent", ("auth",), [])] == told(
        file, origins((1, 90, Origin.AGENT), (95, 99, Origin.AGENT))
    )


def test_what_an_agent_takes_away_is_not_cleared_by_a_persons_lines_beside_it() -> None:
    given = origins((1, 9, Origin.DECLARED_HUMAN))
    assert [(1, 9, "declared-human", ("auth",), [5]), (5, 5, "agent", ("auth",), [5])] == told(
        by_mark(5, domain="auth", removed=True), given
    )


def test_what_is_taken_away_far_from_any_added_line_stands_alone() -> None:
    file = replace(by_mark(50, domain="auth", removed=True), domains=("auth", "crypto"))
    assert [(1, 9, "agent", ("crypto",), []), (50, 50, "agent", ("auth",), [50])] == told(file, origins((1, 9, Origin.AGENT)))


def test_where_a_line_is_added_and_one_taken_away_both_are_told() -> None:
    marks = (Mark("auth", 5, removed=False, text="@allow"), Mark("auth", 5, removed=True, text="@login_required"))
    given = origins((1, 9, Origin.DECLARED_HUMAN))
    file = replace(FILE, domains=("auth",), marks=marks)
    assert [(1, 9, "declared-human", ("auth",), [5]), (5, 5, "agent", ("auth",), [5])] == told(file, given)


def test_a_change_beyond_its_lines_is_one_of_the_whole_file_in_all_its_domains() -> None:
    file = replace(by_mark(50, domain="auth", removed=True), domains=("auth", "crypto"), status=Status.RENAMED, old_path=b"b.py")
    assert [(1, 9, "agent", ("crypto",), []), (None, None, "agent", ("auth", "crypto"), [])] == told(file, origins((1, 9, Origin.AGENT)))


@pytest.mark.parametrize(
    ("file_class", "domain", "risky"),
    [
        (FileClass.SOURCE, "auth", True),
        (FileClass.TEST, "auth", False),
        (FileClass.TEST_SUPPORT, "ci", True),
        (FileClass.TEST, "infra", True),
        (FileClass.DOCS, "infra", False),
        (FileClass.DOCS, "agent-instructions", True),
    ],
)
def test_classes_that_are_left_out_keep_what_runs_and_what_agents_read(file_class: FileClass, domain: str, *, risky: bool) -> None:
    file = replace(FILE, file_class=file_class, domains=(domain,))
    assert risky is bool(risky_domains(file, (FileClass.TEST, FileClass.TEST_SUPPORT, FileClass.DOCS)))


@pytest.mark.parametrize(
    ("fields", "risky"),
    [
        ({"hunks": (Hunk(1, 1, 1, 1, b"-\n+ \t\n"),)}, False),
        ({"hunks": (Hunk(1, 1, 1, 1, b"-\n+\xc2\xa0\n"),)}, True),
        ({"hunks": (Hunk(1, 0, 1, 1, b"+\n"),), "modes": (0o100644, 0o100755)}, True),
        ({"hunks": (Hunk(1, 0, 1, 1, b"+\n"),), "status": Status.ADDED}, True),
        ({"hunks": ()}, True),
        ({"hunks": Missing(Why.OVER_LIMIT, "long", "")}, True),
    ],
)
def test_blank_lines_alone_are_no_risk(fields: dict[str, object], *, risky: bool) -> None:
    assert risky is bool(risky_domains(replace(FILE, domains=("auth",), **fields), ()))  # type: ignore[arg-type]  # each field has its type
