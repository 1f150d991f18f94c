"""What is a leftover by its name or its words, whose it has to be, and what is told of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from prgate.model.authorship import Agent, Authorship, FileOrigins, Origin, Span
from prgate.model.diff import FileChange, Hunk, Status
from prgate.model.evidence import Evidence
from prgate.model.grade import Grade
from prgate.model.missing import Missing, Why
from prgate.model.paths import FileClass
from prgate.rules.leftovers import RULE
from tests.rules.traced import ABSENT, beside_an_unread_one, evidence, file, judged, until_unknown

PATH = b"src/pay.py"
CLAUDE = Agent("claude-code", "Claude Code", Grade.CLAIMED, exports_trace=True, signs=())
DEBUG = b"    breakpoint()"


def adding(path: bytes, *lines: bytes, kind: FileClass = FileClass.SOURCE, context: bytes = b"", **fields: Any) -> FileChange:
    body = context + b"".join(b"+%s\n" % line for line in lines)
    hunk = Hunk(1, context.count(b"\n"), 1, len(lines) + context.count(b"\n"), body)
    return replace(file(path, added=len(lines)), hunks=(hunk,), file_class=kind, **fields)


def new(path: bytes, kind: FileClass = FileClass.OTHER, **fields: Any) -> FileChange:
    return adding(path, b"one", b"two", kind=kind, status=Status.ADDED, old_path=None, **fields)


def given(*files: FileChange, agents: tuple[Agent, ...] = (CLAUDE,), origin: Origin = Origin.AGENT, **fields: Any) -> Evidence:
    """Evidence in which every added line has this origin."""
    origins = {}
    for each in files:
        spans = (Span(1, 99, origin, Grade.CLAIMED, None, "commits"),) if each.added else ()
        origins[each.path] = FileOrigins(spans, origin)
    return replace(evidence(*files, traces=()), authorship=Authorship(agents, None, None, origins, {}), **fields)


def told(*files: FileChange, **params: Any) -> list[str]:
    findings, _ = judged(RULE, given(*files), **params)
    assert not any(finding.certain for finding in findings)
    return [finding.message for finding in findings]


@pytest.mark.parametrize(
    "path",
    [
        *(b"a.py.orig", b"src/a.rej", b"a.bak", b"a.py~", b"debug.log", b"run.log", b"src/tmp_pay.py", b"test_script.py", b"repro.py"),
        *(b"scratch.ts", b"verify_pay.py", b"change.patch", b"nohup.out"),
    ],
)
def test_a_scratch_file_is_told_by_its_name(path: bytes) -> None:
    assert ["By its name, a scratch file (2 lines)"] == told(new(path))


@pytest.mark.parametrize(
    "path",
    [
        b"PLAN.md",
        b"TODO_agent.md",
        b"IMPLEMENTATION_SUMMARY.md",
        b"docs/FIX_PAY.md",
        b"RETRY_FIX.md",
        b".claude/plans/pay.md",
        b"PR_DESCRIPTION.md",
    ],
)
def test_what_an_agent_writes_to_itself_is_told_by_its_name(path: bytes) -> None:
    assert ["By its name, an agent's own plan or report (2 lines)"] == told(new(path, FileClass.DOCS))


@pytest.mark.parametrize(
    "path",
    [b"README.md", b"docs/planning.md", b"src/temperature.py", b"tests/test_script.py", b"src/debug.py", b"logs.py", b"src/verify_pay.py"],
)
def test_other_names_are_none(path: bytes) -> None:
    assert [] == told(new(path))


def test_a_file_that_was_there_or_that_tests_read_is_no_scratch_file() -> None:
    assert [] == told(adding(b"PLAN.md", b"one", kind=FileClass.DOCS))
    assert [] == told(new(b"tests/fixtures/a.orig", FileClass.TEST_SUPPORT))
    assert [] == told(new(b"vendor/a.orig", FileClass.VENDORED))
    assert [] == told(replace(new(b"a.orig"), status=Status.DELETED, old_path=b"a.orig", new_path=None, added=0))


def test_the_policy_names_more_scratch_files_and_paths_without_any() -> None:
    files = (new(b"notes/attempt.txt"), new(b"PLAN.md"), adding(PATH, DEBUG))
    assert ["By its name, a scratch file (2 lines)"] == told(*files, scratch=("attempt.*",), ignore=("/PLAN.md", "src/"))


def test_a_statement_for_debugging_is_told_once_a_file_with_its_lines() -> None:
    findings, looked = judged(RULE, given(adding(PATH, b"x = 1", *[DEBUG] * 5)))
    assert ["5 statements for debugging: `breakpoint()` in lines 2, 3, 4 and 2 more"] == [finding.message for finding in findings]
    assert (2, 2, "    breakpoint()") == (findings[0].line, findings[0].end_line, findings[0].quote)
    assert "1 file with added lines looked through" == looked


def test_a_debugger_is_told_in_tests_too_and_a_print_is_not() -> None:
    assert 1 == len(told(adding(b"tests/test_pay.py", DEBUG, b"    print(order)", kind=FileClass.TEST)))
    assert [] == told(adding(b"tests/test_pay.py", b'    print("DEBUG", order)', kind=FileClass.TEST))


def test_bare_values_that_are_printed_are_told_in_programs_that_do_not_print() -> None:
    assert ["1 statement for debugging: `print` in line 1"] == told(adding(PATH, b"    print(order)"))
    assert [] == told(adding(PATH, b'    print("Paid in full")'))


@pytest.mark.parametrize(
    "path", [b"scripts/pay.py", b"src/cli/pay.py", b"cmd/pay/run.go", b"src/__main__.py", b"shop_cli.py", b"src/main.go"]
)
def test_where_printing_is_the_trade_nothing_printed_is_told(path: bytes) -> None:
    assert [] == told(adding(path, b"    print(order)"))


def test_what_calls_itself_debugging_is_told_even_there() -> None:
    assert 1 == len(told(adding(b"scripts/pay.py", b'    print("DEBUG", order)')))


@pytest.mark.parametrize(
    "shown",
    [b" import argparse\n", b" #!/usr/bin/env python\n", b"     print(total)\n", b"-    print(order)\n", b" if __name__ == '__main__':\n"],
)
def test_a_file_that_prints_already_or_reads_arguments_may_print(shown: bytes) -> None:
    assert [] == told(adding(PATH, b"    print(order)", context=shown))


def test_a_file_that_prints_much_does_so_for_a_living() -> None:
    assert [] == told(adding(PATH, *[b"    print(order)"] * 6))


def test_code_in_comments_is_told_from_so_many_statements_on() -> None:
    lines = (b"x = 1", b"# total = order.total", b"# charge(order)", b"# return total")
    findings, _ = judged(RULE, given(adding(PATH, *lines)))
    assert [("3 lines of code in comments", 2, 4, "# total = order.total")] == [(f.message, f.line, f.end_line, f.quote) for f in findings]
    assert [] == told(adding(PATH, *lines), least=4)
    assert [] == told(adding(b"settings.toml", *lines, kind=FileClass.CONFIG))


def test_what_a_person_declares_is_theirs() -> None:
    files = (adding(PATH, DEBUG), new(b"PLAN.md"))
    assert [] == judged(RULE, given(*files, origin=Origin.DECLARED_HUMAN))[0]


def test_what_is_nobodys_counts_only_beside_evidence_of_an_agent() -> None:
    files = (adding(PATH, DEBUG), new(b"PLAN.md"))
    assert 2 == len(judged(RULE, given(*files, origin=Origin.UNDECLARED))[0])
    assert [] == judged(RULE, given(*files, origin=Origin.UNDECLARED, agents=()))[0]


def test_a_file_of_several_origins_is_the_agents_and_a_line_is_whose_it_is() -> None:
    spans = (Span(1, 1, Origin.DECLARED_HUMAN, Grade.CLAIMED, None, "commits"), Span(2, 2, Origin.AGENT, Grade.CLAIMED, None, "commits"))
    mixed = given(new(b"PLAN.md"), adding(PATH, DEBUG, b"    byebug()"))
    assert not isinstance(mixed.authorship, Missing)
    both = {path: FileOrigins(spans, Origin.DECLARED_HUMAN) for path in (b"PLAN.md", PATH)}
    mixed = replace(mixed, authorship=replace(mixed.authorship, files=both))
    assert [b"PLAN.md"] == [finding.path for finding in judged(RULE, mixed)[0]]


def test_a_file_without_origins_is_nobodys() -> None:
    lost = replace(given(adding(PATH, DEBUG)), authorship=Authorship((CLAUDE,), None, None, {}, {}))
    assert 1 == len(judged(RULE, lost)[0])


@pytest.mark.parametrize("where", ["traces", "facts", "commits"])
def test_what_could_not_be_read_may_say_that_an_agent_left_it(where: str) -> None:
    damaged: dict[str, Any] = {where: Missing(Why.UNREADABLE, "damaged", "Look.")}
    theirs = given(adding(PATH, DEBUG), origin=Origin.UNDECLARED, agents=())
    theirs = beside_an_unread_one(theirs) if where == "traces" else replace(theirs, **damaged)
    assert [] == until_unknown(RULE, theirs)
    nothing = given(adding(PATH, b"x = 1"), origin=Origin.UNDECLARED, agents=())
    assert [] == judged(RULE, beside_an_unread_one(nothing))[0]


def test_facts_that_nobody_gave_leave_nothing_in_doubt() -> None:
    assert [] == judged(RULE, given(adding(PATH, DEBUG), origin=Origin.UNDECLARED, agents=(), facts=ABSENT))[0]


def test_lines_that_were_not_kept_leave_it_unknown() -> None:
    lost = Missing(Why.OVER_LIMIT, "a line is too long", "Split it.")
    assert [] == until_unknown(RULE, given(replace(adding(PATH, DEBUG), hunks=lost)))


@pytest.mark.parametrize("path", [b"dist/setup/index.py", b"samples/pay.py", b"src/vendor/pay.py"])
def test_what_was_bundled_or_stands_for_somebody_else_s_is_left_alone(path: bytes) -> None:
    assert [] == told(adding(path, DEBUG))
