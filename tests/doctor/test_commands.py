"""Which commands count, for whom, and whether those exist whose word is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from prgate.doctor.answer import State
from tests.doctor.material import SAME, answers, ask

POLICY = ".github/prgate.yml"
USUAL = "attest, wrote for write and more; wrong for read and more; waive, break_glass, self_attest for nobody"


def policy(*lines: str) -> dict[str, bytes]:
    return {POLICY: "\n".join(("version: 1", "extends: [baseline]", *lines, "")).encode()}


def test_which_commands_count_cannot_be_told_without_a_policy_that_can_be_read(tmp_path: Path) -> None:
    found, said = ask("commands", tmp_path, {POLICY: b"x"})
    assert (State.UNKNOWN, True) == (found, said.startswith("which commands count stands in the policy: "))


@pytest.mark.parametrize(
    ("lines", "open_"),
    [
        ("commands: {waive: write}", "`waive` is open"),
        ("commands: {break_glass: write}", "`break_glass` is open"),
        ("commands: {waive: read, break_glass: admin}", "`waive` is open"),
        ("commands: {waive: write, break_glass: write}", "`waive`, `break_glass` are open"),
    ],
)
def test_what_sets_rules_aside_and_is_open_to_who_may_push_is_told(tmp_path: Path, lines: str, open_: str) -> None:
    found, said = ask("commands", tmp_path, policy(lines))
    assert (State.ATTEND, True) == (found, said.startswith(f"{open_}: who may push, agents' accounts among them")), said


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({}, f"{USUAL} ()"),
        (policy(), f"{USUAL} ({POLICY})"),
        (
            policy(
                "commands: {attest: maintain, wrote: none, waive: maintain, break_glass: admin, self_attest: admin, self_attest_hours: 2}"
            ),
            (
                "attest, waive for maintain and more; wrong for read and more; break_glass, self_attest for admin and more; self_attest 2 h after "
                f"the push; wrote for nobody ({POLICY})"
            ),
        ),
    ],
)
def test_every_command_is_told_with_the_permission_that_it_asks_for(tmp_path: Path, files: Mapping[str, bytes], said: str) -> None:
    assert (State.OK, said) == ask("commands", tmp_path, files)


OWNED = policy("rules: {agent-authored-risk: {params: {by: code-owner}}}")
ASKED = "the policy asks for the word of a code owner"


def test_code_owners_are_no_question_where_the_policy_does_not_ask_for_them(tmp_path: Path) -> None:
    files = policy("rules: {agent-authored-risk: 'off'}")
    for number, found in enumerate((SAME, files, {POLICY: b"x"})):
        assert "code-owners" not in answers(tmp_path / str(number), found)


@pytest.mark.parametrize(
    ("files", "state", "said"),
    [
        ({}, State.BAD, f"{ASKED}, and there is no CODEOWNERS ({POLICY})"),
        ({"CODEOWNERS": b"\n" * 20_001}, State.UNKNOWN, f"{ASKED}: 20002 lines, at most 20000 are taken (CODEOWNERS)"),
        (
            {"CODEOWNERS": b"* @dana\n/a @acme/crypto sec@example.com\n/b @acme/crypto @dana\n/c\n"},
            State.ATTEND,
            f"{ASKED}, and 1 of 3 lines name only `@acme/crypto`, `sec@example.com`: who that is, the job's token cannot look up (CODEOWNERS:2)",
        ),
        (
            {"docs/CODEOWNERS": b"* @dana @acme/crypto\n"},
            State.OK,
            f"{ASKED}, and each line of CODEOWNERS names somebody by login (docs/CODEOWNERS)",
        ),
    ],
)
def test_whether_a_code_owner_can_be_known(tmp_path: Path, files: Mapping[str, bytes], state: State, said: str) -> None:
    assert (state, said) == ask("code-owners", tmp_path, {**OWNED, **files})
