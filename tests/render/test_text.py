from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from prgate.model.verdict import Conclusion, Fault, Outcome, Reading, ReadingItem
from prgate.render.text import text
from tests.render.answered import ALL
from tests.render.verdicts import fails, found, incomplete, judged, not_judged, passes, ran

GOLDEN = Path(__file__).parent / "golden"


@pytest.mark.parametrize("name", ALL)
def test_the_text_is_the_one_that_was_read_and_accepted(name: str, *, update_cases: bool) -> None:
    golden, body = GOLDEN / f"{name}.txt", text(ALL[name]())
    if update_cases:
        golden.write_text(body, encoding="utf-8")
    assert golden.read_text(encoding="utf-8") == body


@pytest.mark.parametrize("width", [40, 60, 80, 120])
def test_lines_keep_to_the_width_where_words_allow_it_and_a_command_stays_whole(width: int) -> None:
    wide = [line for line in text(fails(), width=width).split("\n") if len(line) > width]
    assert [] == [line for line in wide if " " in line.strip() and not line.startswith("     /prgate ")]


def test_a_typical_failure_fits_one_screen() -> None:
    assert 50 >= text(fails()).count("\n")
    assert 8 >= text(passes()).count("\n")


def test_a_narrow_terminal_gets_forty_columns() -> None:
    assert text(fails(), width=1) == text(fails(), width=40)


def test_there_is_no_escape_sequence_unless_colour_is_asked_for() -> None:
    assert "\x1b" not in text(fails())
    coloured = text(fails(), colour=True)
    assert coloured.startswith("\x1b[1;31mprgate: fail. 3 to mend, 1 to explain, 1 to confirm\x1b[0m\n")
    assert text(fails()) == re.sub(r"\x1b\[[0-9;]*m", "", coloured)


def test_each_conclusion_has_a_colour_of_its_own() -> None:
    heads = {text(replace(fails(), verdict=conclusion), colour=True).split("prgate", 1)[0] for conclusion in Conclusion}
    assert 4 == len(heads)


def test_every_place_is_a_path_with_a_line_that_is_never_broken() -> None:
    path = f"src/{'very-long-name/' * 8}end.py"
    shown = text(judged(Conclusion.FAIL, ran("x", Outcome.FAIL, "", found("Unrun", path, 7, end_line=9))), width=40)
    assert f"\n     {path}:7-9\n" in shown


def test_what_is_too_much_for_a_screen_is_counted() -> None:
    places = [found("Unrun", f"src/{n}.py", n) for n in range(1, 9)]
    facts = [found(f"Fact {n}", fix="Other.") for n in range(8)]
    reading = Reading(20, 20, tuple(ReadingItem(n, "x", "agent", "Why?", "a.py", n, None, None) for n in range(1, 21)))
    verdict = replace(
        judged(Conclusion.FAIL, ran("x", Outcome.FAIL, "", *places, *facts)),
        faults=tuple(Fault(f"Fault {n}", "Mend.") for n in range(40)),
        reading=reading,
    )
    shown = text(verdict)
    for counted in ("     and 3 more places\n", "     and 3 more like it\n", "  and 10 to confirm more\n", "  and 5 more places\n"):
        assert counted in shown
    assert 300 > shown.count("\n")


def test_what_is_answered_stands_apart_in_a_line_each() -> None:
    items = tuple(ReadingItem(n, "x", "agent", "Why?", "a.py", n, None, "riley-k" if n > 1 else None) for n in range(1, 20))
    shown = text(replace(judged(Conclusion.FAIL), reading=Reading(1, 20, items)))
    assert "\nRead, in this order\n  1  a.py:1\n     Agent: Why?\n\nAnswered\n  2  a.py:2 (by riley-k)\n  3  a.py:3 (by riley-k)\n" in shown
    assert "\n 16  a.py:16 (by riley-k)\n  and 3 more places\n" in shown


def test_one_line_says_why_a_pull_request_is_not_judged() -> None:
    assert "prgate: not judged. No evidence of an agent\n" == text(not_judged())


def test_a_reason_that_was_not_given_is_said_to_be_missing() -> None:
    assert "  1  No reason was given\n" in text(replace(incomplete(), faults=(), results=(ran("x", Outcome.ERROR, ""),)))


def test_a_fault_has_no_rule_and_a_cure_may_be_empty() -> None:
    shown = text(replace(incomplete(), faults=(Fault("Broken", ""),), results=()))
    assert "  1  Broken\n     fault\n\nRead, in this order\n" in shown
