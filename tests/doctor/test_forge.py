"""What is asked of the check, and what a pull request could get round."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from prgate.doctor.answer import State
from prgate.doctor.settings import Required, Settings
from prgate.model.missing import Missing, Why
from tests.doctor.material import FORKS, GATE, NOT_ASKED, SAME, SHA, answers, ask, changed, house, line, modes, settings

BLOCKS = {".github/prgate.yml": b"version: 1\nextends: [baseline]\n"}
OWNED = {**SAME, "CODEOWNERS": b"/.github/ @acme/platform\n"}
FORBIDDEN = Missing(Why.FORBIDDEN, "only administrators may see it", "Use a token of one.")
ON_PULL = f"on `pull_request` GitHub runs the workflow as the pull request has it{{}} ({line(SAME, '  pull_request:')})"


def test_nothing_that_only_settings_tell_is_ok_where_they_were_not_read(tmp_path: Path) -> None:
    found = answers(tmp_path, changed(SAME, ("  merge_group:", "  discussion:")))
    for question in ("looked-at", "required", "source", "edits-gate", "forks", "queue", "skip-ci"):
        assert (question, found[question].state) == (question, State.UNKNOWN)
        assert "--offline" in found[question].found


def test_files_that_are_not_those_of_the_tip_are_told(tmp_path: Path) -> None:
    with house(tmp_path, {}) as looked:
        from prgate.doctor.forge import files

        here = looked.commit
        behind = files(looked, settings(tip=SHA))
        same = files(looked, settings(tip=here))
    assert (behind.state, behind.found) == (State.ATTEND, f"files at {here[:12]}, but `main` of acme/pay is at {SHA[:12]}")
    assert (same.state, same.found) == (State.OK, f"files at {here[:12]}, the tip of `main`, and the settings of acme/pay")


@pytest.mark.parametrize(
    ("files", "required", "state", "said"),
    [
        ({}, (), State.ATTEND, "`prgate/verdict` is not required on `main`, and no other check is ()"),
        (BLOCKS, (), State.BAD, "`prgate/verdict` is not required on `main`, and no other check is ()"),
        (BLOCKS, (Required("judge", 15368, "x"),), State.BAD, "`prgate/verdict` is not required on `main`; required are `judge` ()"),
        (BLOCKS, (Required("prgate/verdict", None, "ruleset 7"),), State.OK, "`prgate/verdict` is required on `main` (ruleset 7) ()"),
        (BLOCKS, (Required("prgate/verdict (into x)", None, "x"),), State.BAD, None),
        (BLOCKS, FORBIDDEN, State.UNKNOWN, "whether `prgate/verdict` is required was not seen: only administrators may see it ()"),
        ({".github/prgate.yml": b"nonsense"}, (), State.ATTEND, None),
    ],
)
def test_whether_the_check_is_required(
    tmp_path: Path, files: Mapping[str, bytes], required: tuple[Required, ...] | Missing, state: State, said: str | None
) -> None:
    found = ask("required", tmp_path, files, settings(required=required))
    assert (found[0], found[1] if said else None) == (state, said)


@pytest.mark.parametrize(
    ("apps", "public", "state", "piece"),
    [
        ((), True, State.ATTEND, "is not required, so it has no expected source"),
        ((None,), True, State.ATTEND, "taken from any source: whoever may set a status can forge it"),
        ((15368, None), True, State.ATTEND, "taken from any source"),
        ((99,), True, State.BAD, "expected from app 99, but GitHub Actions (15368) posts it"),
        ((15368,), True, State.OK, "expected from GitHub Actions; GitHub cannot tell one workflow's check from another's"),
        ((99,), False, State.OK, "expected from app 99;"),
    ],
)
def test_whose_check_is_taken(tmp_path: Path, apps: tuple[int | None, ...], public: bool, state: State, piece: str) -> None:
    required = tuple(Required("prgate/verdict", app, "ruleset 7") for app in apps)
    found, said = ask("source", tmp_path, {}, settings(required=required, public_api=public))
    assert (found, piece in said) == (state, True), said


@pytest.mark.parametrize(
    ("files", "known", "state", "said"),
    [
        (SAME, settings(), State.BAD, ON_PULL.format(f", and nobody owns `{GATE}`")),
        (OWNED, settings(), State.BAD, ON_PULL.format("; it has owners, but their review is not required")),
        (
            OWNED,
            settings(code_owners=True),
            State.ATTEND,
            ON_PULL.format("; a code owner must approve the change, and until then its green check proves nothing"),
        ),
        (
            OWNED,
            settings(code_owners=FORBIDDEN),
            State.UNKNOWN,
            ON_PULL.format("; it has owners, but whether their review is required was not seen: only administrators may see it"),
        ),
        (SAME, NOT_ASKED, State.UNKNOWN, ON_PULL.format("; whether a code owner must approve a change to it was not seen: --offline")),
        (SAME, settings(workflows=(GATE,)), State.OK, None),
        (SAME, settings(workflows=(".github/workflows/other.yml",), code_owners=True), State.BAD, None),
        (SAME, settings(workflows=FORBIDDEN), State.BAD, None),
        (FORKS, NOT_ASKED, State.OK, None),
        ({**FORKS, ".github/workflows/a.yml": SAME[GATE]}, settings(), State.BAD, None),
    ],
)
def test_whether_a_pull_request_can_edit_its_gate(
    tmp_path: Path, files: Mapping[str, bytes], known: Settings | Missing, state: State, said: str | None
) -> None:
    found = ask("edits-gate", tmp_path, files, known)
    assert (found[0], found[1] if said else None) == (state, said)


@pytest.mark.parametrize(
    ("files", "known", "state"),
    [
        (FORKS, NOT_ASKED, State.OK),
        (SAME, settings(public=True, forks=True), State.BAD),
        (SAME, settings(forks=True), State.ATTEND),
        (SAME, settings(forks=False), State.OK),
        ({**FORKS, ".github/workflows/a.yml": SAME[GATE]}, settings(public=True), State.BAD),
    ],
)
def test_whether_a_fork_is_answered(tmp_path: Path, files: Mapping[str, bytes], known: Settings | Missing, state: State) -> None:
    assert ask("forks", tmp_path, files, known)[0] is state


def test_a_queue_that_nobody_answers_is_bad(tmp_path: Path) -> None:
    deaf = changed(SAME, ("  merge_group:", "  discussion:"))
    assert ask("queue", tmp_path / "a", deaf, settings(queue=True))[0] is State.BAD
    assert ask("queue", tmp_path / "b", deaf, settings(queue=False))[0] is State.OK
    assert ask("queue", tmp_path / "c", deaf, settings(queue=FORBIDDEN))[0] is State.UNKNOWN
    assert ask("queue", tmp_path / "d", SAME, settings(queue=True))[0] is State.OK


def test_what_skip_ci_keeps_away_is_told(tmp_path: Path) -> None:
    told = "`[skip ci]` in the head commit keeps the gate from running"
    spot = line(SAME, "- uses:")
    blocked = f"{told}, but the required check then never comes, and the merge stays blocked ({spot})"
    assert ask("skip-ci", tmp_path / "a", SAME, settings(required=())) == (
        State.ATTEND,
        f"{told}, and nothing blocks such a pull request ({spot})",
    )
    assert ask("skip-ci", tmp_path / "b", SAME, settings()) == (State.OK, blocked)
    assert ask("skip-ci", tmp_path / "c", FORKS) == (
        State.OK,
        f"`[skip ci]` does not stop `pull_request_target` ({line(FORKS, '  pull_request_target')})",
    )


@pytest.mark.parametrize(
    ("text", "state", "piece"),
    [
        (None, State.ATTEND, "there is no `.github/prgate.yml`: the pack `observe` applies, and nothing warns or blocks"),
        (
            b"version: 1\nextends: [none]\n",
            State.BAD,
            "so every judgement ends as an error: .github/prgate.yml:2:11: there is no pack `none`",
        ),
        (b"version: 1\nextends: [baseline]\npublish: {check: false}\n", State.BAD, "publishes no check"),
        (
            b"version: 1\nextends: [baseline]\nmode: observe\n",
            State.ATTEND,
            f"rules: {modes('baseline').total()} observe; it judges only what bears evidence of an agent",
        ),
        (
            b"version: 1\nextends: [baseline]\njudge: all\n",
            State.OK,
            f"rules: {modes('baseline')['block']} block, {modes('baseline')['warn']} warn; it judges every pull request",
        ),
    ],
)
def test_which_policy_is_in_force(tmp_path: Path, text: bytes | None, state: State, piece: str) -> None:
    found, said = ask("policy", tmp_path, {} if text is None else {".github/prgate.yml": text})
    assert (found, piece in said) == (state, True), said


def test_a_policy_that_is_a_link_is_bad(tmp_path: Path) -> None:
    from prgate.doctor.rules import policy

    with house(
        tmp_path, {"a.yml": BLOCKS[".github/prgate.yml"]}, prepare=lambda repo: repo.symlink(".github/prgate.yml", "../a.yml")
    ) as looked:
        assert policy(looked).state is State.BAD
