"""How ready a repository is for delegated work."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from prgate.doctor.answer import State
from tests.doctor.material import SAME, ask, changed, line

TEST = {"tests/test_a.py": b"def test_a(): pass\n"}


def ci(run: str, event: str = "pull_request") -> dict[str, bytes]:
    body = "\n".join(f"          {part}" for part in run.split("\n"))
    return {".github/workflows/ci.yml": f"on: {event}\njobs:\n  a:\n    steps:\n      - uses: x/y@v1\n      - run: |\n{body}\n".encode()}


@pytest.mark.parametrize(
    "run",
    [
        "pytest -q",
        "python -m pytest",
        "uv run pytest",
        "npm ci && npm test",
        "npm run test:unit",
        "pnpm -r test",
        "yarn jest",
        "npx vitest run",
        "go test ./...",
        "cargo test --all",
        "make check",
        "./gradlew build test",
        "mvn -B verify",
        "bundle exec rspec",
        "bash scripts/test",
        "./scripts/run_tests.sh",
        "tox",
        "dotnet test",
        "bazel test //...",
    ],
)
def test_a_command_that_runs_tests_is_recognised(tmp_path: Path, run: str) -> None:
    assert ask("tests", tmp_path, ci(run) | TEST) == (State.OK, "CI runs tests; 1 test file in the tree (.github/workflows/ci.yml:6)")


@pytest.mark.parametrize(
    "run", ["echo testing", "pip install pytest-cov", "npm ci", "make", "ls latest", "curl https://x/test.tar", "go build ./..."]
)
def test_other_commands_are_not(tmp_path: Path, run: str) -> None:
    said = "no command that runs tests was recognised in 1 workflow; 1 test file in the tree ()"
    assert ask("tests", tmp_path, ci(run) | TEST) == (State.ATTEND, said)


def test_tests_that_run_on_a_schedule_only_do_not_count(tmp_path: Path) -> None:
    assert ask("tests", tmp_path, ci("pytest", "workflow_dispatch") | TEST)[0] is State.ATTEND


def test_a_script_that_a_command_names_is_opened_once(tmp_path: Path) -> None:
    called = {"ci/all": b"#!/bin/sh\n# pytest\nsh ci/more\n", "ci/more": b"coverage run -m pytest\n"}
    assert ask("tests", tmp_path, ci("sh ci/all") | TEST | called)[0] is State.ATTEND
    assert ask("tests", tmp_path / "b", ci("sh ./ci/more") | TEST | called)[0] is State.OK
    assert ask("coverage", tmp_path / "c", ci("sh ./ci/more") | called)[1].startswith("CI measures coverage, and the gate is not given it")
    large = {"ci/more": b"pytest\n" + b"#" * 300_000}
    assert ask("tests", tmp_path / "d", ci("sh ci/more") | TEST | large)[0] is State.ATTEND


def test_a_command_without_any_test_is_attended_to(tmp_path: Path) -> None:
    assert ask("tests", tmp_path, ci("pytest")) == (State.ATTEND, "CI runs tests; 0 test files in the tree (.github/workflows/ci.yml:6)")


@pytest.mark.parametrize("question", ["tests", "coverage"])
def test_a_workflow_that_could_not_be_read_leaves_it_unknown(tmp_path: Path, question: str) -> None:
    found, said = ask(question, tmp_path, {".github/workflows/ci.yml": b"- a"})
    assert (found, said.endswith("(.github/workflows/ci.yml)")) == (State.UNKNOWN, True)


@pytest.mark.parametrize(
    ("files", "state", "piece"),
    [
        ({}, State.ATTEND, "no command that measures coverage was recognised"),
        (ci("pytest"), State.ATTEND, "no command that measures coverage was recognised"),
        (ci("pytest --cov"), State.ATTEND, "CI measures coverage, and the gate is not given it (.github/workflows/ci.yml:6)"),
        (ci("go test -coverprofile=c.out ./..."), State.ATTEND, "CI measures coverage"),
        (
            ci("true".replace("true", "x"))
            | {".github/workflows/u.yml": b"on: push\njobs: {a: {steps: [{uses: codecov/codecov-action@v5}]}}"},
            State.ATTEND,
            "CI measures coverage",
        ),
        (
            changed(SAME, ("          # coverage-artifact: coverage", "          coverage-artifact: coverage")),
            State.OK,
            f"the gate is given coverage ({line(SAME, '- uses:')})",
        ),
        (SAME, State.ATTEND, "no command that measures"),
    ],
)
def test_whether_coverage_is_measured_and_reaches_the_gate(tmp_path: Path, files: Mapping[str, bytes], state: State, piece: str) -> None:
    found, said = ask("coverage", tmp_path, files)
    assert (found, piece in said) == (state, True), said


@pytest.mark.parametrize(
    "path", ["ARCHITECTURE.md", "docs/architecture.md", "docs/adr/0001-x.md", "doc/design/parts.rst", "HACKING", "pkg/DESIGN.md"]
)
def test_architecture_notes_are_found(tmp_path: Path, path: str) -> None:
    assert ask("architecture", tmp_path, {path: b"words"}) == (State.OK, f"1 file of architecture notes ({path})")


@pytest.mark.parametrize("path", ["README.md", "src/architecture.py", "adr.md", "src/redesign.py"])
def test_what_is_no_architecture_note_is_not_taken_for_one(tmp_path: Path, path: str) -> None:
    assert ask("architecture", tmp_path, {path: b"words"})[0] is State.ATTEND


@pytest.mark.parametrize(
    "path", ["AGENTS.md", "CLAUDE.md", "pkg/AGENTS.md", ".cursor/rules/a.mdc", ".github/copilot-instructions.md", ".cursorrules"]
)
def test_instructions_for_agents_are_found(tmp_path: Path, path: str) -> None:
    assert ask("instructions", tmp_path, {path: b"words"}) == (State.OK, f"agents are instructed by 1 file ({path})")
    assert ask("instructions", tmp_path / "b", {path: b""}) == (
        State.ATTEND,
        f"instructions for agents say nothing that can be read: `{path}` ({path})",
    )


def test_no_instructions_are_told(tmp_path: Path) -> None:
    assert ask("instructions", tmp_path, {"AGENTS.txt": b"x"}) == (State.ATTEND, "no instructions for agents were found ()")


KEYS = {"src/keystore.py": b"x", "src/encrypt.py": b"x", "src/plain.py": b"x", "tests/test_keystore.py": b"x"}


@pytest.mark.parametrize(
    ("files", "state", "said"),
    [
        ({"src/plain.py": b""}, State.OK, "no file lies in a part of the code that the policy calls high-risk ()"),
        (KEYS, State.ATTEND, "2 of 2 high-risk files have no owner (crypto 2); there is no CODEOWNERS (src/encrypt.py, src/keystore.py)"),
        (
            KEYS | {"CODEOWNERS": b"src/key* @a\n!x @b\n"},
            State.ATTEND,
            "1 of 2 high-risk files have no owner (crypto 1); GitHub skips line 2 of CODEOWNERS (src/encrypt.py)",
        ),
        (KEYS | {"docs/CODEOWNERS": b"* @a\n"}, State.OK, "all 2 high-risk files have owners (docs/CODEOWNERS)"),
        (
            KEYS | {"docs/CODEOWNERS": b"* @a\n", "CODEOWNERS": b""},
            State.ATTEND,
            "2 of 2 high-risk files have no owner (crypto 2) (src/encrypt.py, src/keystore.py)",
        ),
        (KEYS | {".github/CODEOWNERS": b"* @a\n", "CODEOWNERS": b""}, State.OK, "all 2 high-risk files have owners (.github/CODEOWNERS)"),
        (
            KEYS | {"CODEOWNERS": b"\n" * 20_001},
            State.UNKNOWN,
            "CODEOWNERS could not be read: 20002 lines, at most 20000 are taken (CODEOWNERS)",
        ),
        (KEYS | {".github/prgate.yml": b"x"}, State.UNKNOWN, None),
    ],
)
def test_owners_of_what_is_risky(tmp_path: Path, files: Mapping[str, bytes], state: State, said: str | None) -> None:
    found = ask("owners", tmp_path, files)
    assert (found[0], found[1] if said else None) == (state, said)


def test_codeowners_that_is_a_link_is_not_read(tmp_path: Path) -> None:
    from prgate.doctor.owners import owners
    from tests.doctor.material import house

    with house(tmp_path, KEYS, prepare=lambda repo: repo.symlink("CODEOWNERS", "src/plain.py")) as looked:
        assert owners(looked).state is State.UNKNOWN


def test_a_tree_that_is_too_large_to_look_up_is_unknown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("prgate.doctor.owners._MOST", 1)
    assert ask("owners", tmp_path, KEYS)[0] is State.UNKNOWN


@pytest.mark.parametrize(
    ("files", "state", "said"),
    [
        ({"README.md": b"mail us"}, State.ATTEND, "nothing says who is asked when the gate or an agent is stuck ()"),
        ({"CODEOWNERS": b"* @one-person\n"}, State.ATTEND, "nothing says who is asked when the gate or an agent is stuck ()"),
        ({".github/SECURITY.md": b"x"}, State.OK, "a way to reach somebody: `.github/SECURITY.md` (.github/SECURITY.md)"),
        ({"CODEOWNERS": b"* @acme/platform\n"}, State.OK, "a way to reach somebody: `team @acme/platform` (CODEOWNERS)"),
        (
            {".github/prgate.yml": b"version: 1\nextends: [baseline]\ncommands: {break_glass: admin}\n"},
            State.OK,
            "a way to reach somebody: `break_glass for admin` (.github/prgate.yml)",
        ),
    ],
)
def test_a_way_to_reach_somebody(tmp_path: Path, files: Mapping[str, bytes], state: State, said: str) -> None:
    assert ask("escalation", tmp_path, files) == (state, said)


def test_the_gate_itself_runs_no_tests(tmp_path: Path) -> None:
    assert ask("tests", tmp_path, {**SAME, **TEST})[0] is State.ATTEND
