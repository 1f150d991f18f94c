"""Annotations as workflow commands: one line each, and no word of a stranger's is a command."""

from __future__ import annotations

import re

from hypothesis import HealthCheck, given, settings

from prgate.model.verdict import Conclusion, Outcome
from prgate.render.check import Annotation, annotations_of
from prgate.render.commands import MOST, commands
from prgate.render.level import Level
from tests.render.hostile import Maker, makers
from tests.render.verdicts import fails, found, judged, ran

LINE = re.compile(r"::(?:error|warning|notice) file=[^:,\r\n]+,line=[0-9]+,endLine=[0-9]+,title=[^:,\r\n]+::[^\r\n]+")


def test_what_ends_a_command_or_a_property_is_escaped() -> None:
    shown = commands([Annotation("a,b:c%.py", 3, 4, Level.FAILURE, "t::error::x, y", "one\n::set-output name=x::y\r%")])
    assert "::error file=a%2Cb%3Ac%25.py,line=3,endLine=4,title=t%3A%3Aerror%3A%3Ax%2C y::one%0A::set-output name=x::y%0D%25\n" == shown


def test_every_level_has_its_command() -> None:
    shown = commands([Annotation("a", 1, 1, level, "t", "m") for level in Level])
    assert ["::error ", "::warning ", "::notice "] == [re.match(r"::\w+ ", line)[0] for line in shown.splitlines()]  # type: ignore[index]  # each matches


def test_ten_of_a_level_are_shown_and_the_rest_is_counted() -> None:
    verdict = judged(
        Conclusion.FAIL,
        *(
            ran(f"x-{mode}", Outcome.FAIL, "", *(found(f"{n}", f"{n}.py", 1) for n in range(count)), mode=mode)
            for mode, count in (("block", 13), ("observe", 11), ("warn", 10))
        ),
    )
    lines = commands(annotations_of(verdict)).splitlines()
    kinds = ["error", "warning", "notice"]
    assert [MOST] * 3 == [sum(line.startswith(f"::{kind} ") for line in lines) for kind in kinds]
    assert "prgate: 4 more annotations left out here; the summary has every finding." == lines[-1]


def test_without_annotations_nothing_is_printed_and_without_a_rest_nothing_is_counted() -> None:
    assert "" == commands(())
    assert 6 == len(commands(annotations_of(fails())).splitlines())


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(makers)
def test_whatever_a_change_says_there_is_one_command_a_line(maker: Maker) -> None:
    made = annotations_of(maker.verdict())
    lines = commands(made).removesuffix("\n").split("\n") if made else []
    count = lines.pop() if lines and lines[-1].startswith("prgate: ") else ""
    assert [] == [line for line in lines if LINE.fullmatch(line) is None]
    told = re.match(r"prgate: ([0-9,]+)", count)
    assert len(made) == len(lines) + (int(told[1].replace(",", "")) if told else 0)
