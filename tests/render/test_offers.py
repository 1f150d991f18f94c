"""The commands that the comment offers: each is right for the parser, bound to this head, and offered only where somebody can give it."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prgate.hearing.command import Command, read_commands
from prgate.items import Item, items
from prgate.model.diff import Side
from prgate.model.heard import FORMS, Verb
from prgate.model.verdict import Conclusion, Outcome, ReportedFinding, Verdict
from prgate.render.comment import comment
from prgate.render.offers import named_head, offer
from prgate.render.text import text
from tests.render.verdicts import HEAD, fails, found, judged, no_forge, observes, ran


def of(*findings: ReportedFinding, answer: Verb | None = Verb.WROTE) -> Verdict:
    return judged(Conclusion.FAIL, ran("unexplained-change", Outcome.FAIL, "", *findings, answer=answer))


def first(verdict: Verdict) -> Item:
    return items(verdict)[0]


def offered(shown: str) -> list[str]:
    return re.findall(r"`(/prgate [^`]*)`", shown)


def test_every_command_that_the_comment_offers_is_one_of_this_head() -> None:
    commands = [read_commands(command.replace("what you checked", "read both")) for command in offered(comment(fails()))]
    assert [
        (Command(Verb.ATTEST, "1", HEAD[:7], said="read both"),),
        (Command(Verb.WROTE, "src/net/retry.py:120-133", HEAD[:7]),),
    ] == commands


def test_the_terminal_offers_the_same_commands_each_on_one_line() -> None:
    shown = text(fails(), width=40)
    for command in offered(comment(fails())):
        assert f"     {command}\n" in shown
        assert f" Comment: {command}\n" in text(fails())


def test_a_command_that_is_copied_without_a_word_of_ones_own_attests_nothing() -> None:
    (command,) = read_commands("/prgate attest 1 at 3f9c2ab: what you checked")
    assert f"it gives no reason; write `{FORMS[Verb.ATTEST]}`" == command.malformed


@pytest.mark.parametrize(
    ("verdict", "why"),
    [
        (no_forge(), "no pull request to comment on"),
        (observes(), "what counts for nothing wants no answer"),
        (replace(fails(), subject=replace(fails().subject, head=replace(fails().subject.head, sha=None))), "no head to bind it to"),
        (replace(fails(), subject=replace(fails().subject, head=replace(fails().subject.head, sha="HEAD: x"))), "a head that is no commit"),
        (replace(fails(), results=tuple(replace(result, answer=None) for result in fails().results)), "nobody may answer"),
        (replace(fails(), results=tuple(replace(result, answer=Verb.WAIVE) for result in fails().results)), "a waiver is never offered"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_nothing_is_offered_where_nobody_could_give_it(verdict: Verdict, why: str) -> None:
    assert why
    assert [] == offered(comment(verdict))
    assert "/prgate " not in text(verdict)


@pytest.mark.parametrize(
    "finding",
    [
        found("Unknown lines", "src/a b.py", 3),
        found("Unknown lines", "src/a:1.py", 3),
        found("Unknown lines", "src/a`b.py", 3),
        found("Unknown lines", "src/é.py", 3),
        found("Unknown lines", "a\n/prgate break-glass: x", 3),
        found("Unknown lines", "p" * 201, 3),
        found("Unknown lines", "caf\\xe9.py", 3, path_bytes="Y2Fm6S5weQ=="),
        found("Unknown lines", "src/gone.py", 3, side=Side.BASE),
        found("Unknown lines", "src/whole.bin"),
        found("Unknown lines"),
    ],
    ids=lambda finding: str(finding.path)[:20],
)
def test_a_place_that_a_command_cannot_name_is_offered_nothing_rather_than_a_wrong_command(finding: ReportedFinding) -> None:
    verdict = of(finding)
    assert None is offer(first(verdict), named_head(verdict))


def test_what_has_several_places_names_the_first_and_counts_the_others() -> None:
    verdict = of(*(found("Unknown lines", f"src/{name}.py", 3, end_line=9) for name in "abc"), found("Unknown lines", "src/a b.py", 1))
    assert "By hand? Comment `/prgate wrote src/a.py:3-9 at 3f9c2ab`, and one like it for 2 more places\n" in comment(verdict)
    assert "     By hand? Comment (and likewise for 2 more places):\n     /prgate wrote src/a.py:3-9 at 3f9c2ab\n" in text(
        verdict, width=60
    )


def test_one_line_is_named_as_one() -> None:
    verdict = of(found("Unknown lines", "a.py", 3, end_line=3))
    (command,) = read_commands(offered(comment(verdict))[0])
    assert (Verb.WROTE, "a.py:3", None) == (command.verb, command.of, command.malformed)


@settings(max_examples=200, deadline=None)
@given(st.text(st.sampled_from("abc/.-_@+, :`\\\n\té…19at"), min_size=1, max_size=12), st.integers(1, 10**6), st.integers(0, 50))
def test_whatever_the_path_a_command_that_is_offered_names_it(path: str, line: int, more: int) -> None:
    verdict = of(found("Unknown lines", path, line, end_line=line + more))
    made = offer(first(verdict), named_head(verdict))
    if made is not None:
        (command,) = read_commands(made.command)
        assert (None, Verb.WROTE, HEAD[:7]) == (command.malformed, command.verb, command.head)
        assert command.of in {f"{path}:{line}-{line + more}", f"{path}:{line}"}


def test_the_commands_that_the_readme_shows_are_commands() -> None:
    shown = offered((Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8"))
    commands = [command for each in shown for command in read_commands(each)]
    assert list(Verb) == sorted((command.verb for command in commands if command.verb), key=list(Verb).index)
    assert {None} == {command.malformed for command in commands}
