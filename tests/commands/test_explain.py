"""``prgate explain``: which command answers a rule, and whom the packs let."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from prgate.commands.explain import explain
from prgate.errors import PrgateError
from prgate.rules import RULES


def said(*arguments: str) -> str:
    done = CliRunner().invoke(explain, list(arguments), catch_exceptions=False)
    assert 0 == done.exit_code
    return done.output


def test_a_rule_that_is_not_there_is_refused_with_the_nearest_one() -> None:
    done = CliRunner().invoke(explain, ["missing-test"])
    assert isinstance(done.exception, PrgateError)
    assert "Did you mean `missing-tests`?" == done.exception.help
    done = CliRunner().invoke(explain, ["zzz"])
    assert isinstance(done.exception, PrgateError)
    assert "`prgate explain` lists all." == done.exception.help


@pytest.mark.parametrize(
    ("rule", "command", "others"),
    [
        ("agent-authored-risk", "/prgate attest ITEM at HEAD: what you checked", "/prgate wrote"),
        ("unexplained-change", "/prgate wrote PATH:LINES at HEAD", "/prgate attest"),
    ],
)
def test_the_command_that_answers_a_rule_stands_on_its_page_with_whom_it_takes(rule: str, command: str, others: str) -> None:
    page = said(rule)
    assert f"\nAnswers\n  {command}\n    By whoever has write permission or more" in page
    assert others not in page


def test_a_rule_that_nobody_can_answer_says_who_may_waive_it_and_that_wrong_changes_nothing() -> None:
    answers = said("missing-tests").split("\nAnswers\n")[1]
    assert answers.startswith(
        "  /prgate waive missing-tests until YYYY-MM-DD at HEAD: reason\n    By nobody, unless the policy's `commands` let somebody.\n"
    )
    assert (
        "  /prgate wrong missing-tests: why\n    By whoever has read permission or more. It is recorded and changes\n    nothing.\n"
        in answers
    )


def test_without_a_rule_all_are_listed() -> None:
    assert [rule.id for rule in RULES] == [line.split(" ", 1)[0] for line in said().splitlines()]
