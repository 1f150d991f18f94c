"""Which commands run tests."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from prgate.formats.shell.words import words_of

RUNNERS: Final = words_of(
    "pytest py.test unittest nose nose2 nosetests trial tox nox behave robot jest vitest mocha ava tap tape jasmine wtr testcafe uvu"
    " rspec cucumber phpunit pest codecept ctest ginkgo gotestsum richgo bats shellspec prove busted testem hspec"
)
_VERBS: Final = {
    "artisan": words_of("test"),
    "bazel": words_of("test coverage"),
    "bazelisk": words_of("test coverage"),
    "buck": words_of("test"),
    "buck2": words_of("test"),
    "cabal": words_of("test"),
    "cargo": words_of("test t nextest llvm-cov tarpaulin mutants"),
    "clojure": words_of("-X:test -M:test"),
    "cross": words_of("test"),
    "crystal": words_of("spec"),
    "cypress": words_of("run"),
    "dart": words_of("test"),
    "deno": words_of("test"),
    "django-admin": words_of("test"),
    "dotnet": words_of("test vstest"),
    "dune": words_of("test runtest"),
    "elm": words_of("test"),
    "flutter": words_of("test"),
    "forge": words_of("test"),
    "go": words_of("test"),
    "hardhat": words_of("test"),
    "hatch": words_of("test"),
    "karma": words_of("start run"),
    "lein": words_of("test"),
    "manage.py": words_of("test"),
    "maturin": words_of("test"),
    "meson": words_of("test"),
    "mix": words_of("test"),
    "molecule": words_of("test verify"),
    "mvn": words_of("test verify install package deploy integration-test surefire:test"),
    "mvnw": words_of("test verify install package deploy integration-test surefire:test"),
    "ng": words_of("test"),
    "playwright": words_of("test"),
    "rails": words_of("test test:all test:system spec"),
    "react-scripts": words_of("test"),
    "sbt": words_of("test testOnly testQuick"),
    "stack": words_of("test"),
    "stestr": words_of("run"),
    "swift": words_of("test"),
    "terraform": words_of("test"),
    "tofu": words_of("test"),
    "wasm-pack": words_of("test"),
    "xcodebuild": words_of("test test-without-building"),
    "zig": words_of("test"),
}
_TASKS: Final = {
    "make": 0,
    "gmake": 0,
    "ninja": 0,
    "just": 0,
    "task": 0,
    "rake": 0,
    "gradle": 0,
    "gradlew": 0,
    "invoke": 0,
    "earthly": 0,
    "npm": 1,
    "pnpm": 1,
    "yarn": 1,
    "bun": 1,
    "mise": 1,
    "composer": 1,
    "deno": 1,
    "hatch": 1,
    "turbo": 1,
    "nx": 1,
    "lerna": 1,
    "rush": 1,
    "moon": 1,
    "wireit": 1,
}
"""Runners of named tasks; 1 where a word such as ``run`` may or must stand before the task."""
_RUN: Final = words_of("run run-script task r tasks")
_SHORTCUTS: Final = words_of("test t tst it install-test cit")
_CHECKS: Final = words_of("make gmake ninja gradle gradlew dune rake")
_PART = re.compile(r"e2e|[a-z]+|[A-Z][a-z]*")
_NAMES: Final = words_of("test tests testing tested spec specs e2e unit unittest integration jest vitest pytest mocha smoke conformance ct")
_SUFFIXED: Final = words_of(
    "lint fmt format build clean setup watch install deps types typecheck data fixtures gen generate update server env"
)
_NO_RUN: Final = words_of(
    "--help -h --version --collect-only --co --listTests --list --list-tests --no-run -DskipTests -DskipTests=true -Dmaven.test.skip=true"
    " --show-only --dry-run --fixtures --markers --setup-plan --showConfig --collectOnly --list-suites -list --print-config"
)
_OTHER_USES: Final = words_of("list install init open show-report codegen merge-reports show-trace")
_SCRIPTS: Final = words_of("bash sh zsh python python3 node bun deno ruby perl php ts-node tsx")
_UPDATES = re.compile(r"-u|-update|--update[a-zA-Z-]*|--(?:inline-)?snapshot-update|--accept|--bless|--regenerate[a-z-]*")
_VALUES: Final = words_of("-C --prefix -w --workspace --filter -F --dir --cwd -f --file -j -p --manifest-path --package -d --directory")


def runs_tests(program: str, args: Sequence[str], *, asked: bool = False) -> bool:
    """Whether the program with these words runs tests; ``asked``: another program was told to run it by this name."""
    if any(arg.partition("=")[0] in _NO_RUN or arg in _NO_RUN for arg in args):
        return False
    operands = _operands(args)
    first = operands[0] if operands else ""
    if program in _VERBS:
        if any(operand in _VERBS[program] for operand in operands[:4]):
            return not (program == "go" and first == "test" and "-c" in args)
        if program not in _TASKS:
            return False
    if program in _TASKS:
        return _task(program, operands)
    if program in RUNNERS:
        return first not in _OTHER_USES
    if program == "coverage":
        return first == "run" and ("-m" in args or is_test_name(operands[-1])) and any(map(is_test_name, operands))
    if program in _SCRIPTS:
        return _script(program, args, operands)
    return asked and is_test_name(program.removesuffix(".sh"))


def _script(program: str, args: Sequence[str], operands: list[str]) -> bool:
    """An interpreter and the file that it runs."""
    name = operands[0].rpartition("/")[2] if operands else ""
    if program == "node" and "--test" in args:
        return True
    if name in {"manage.py", "setup.py", "artisan"}:
        return operands[1:2] in (["test"], ["pytest"])
    stem, dot, _ = name.rpartition(".")
    return bool(dot) and is_test_name(stem)


def updates_snapshots(args: Sequence[str]) -> bool:
    """Whether a test runner was asked to write what it expects."""
    return any(_UPDATES.fullmatch(arg.partition("=")[0]) for arg in args)


def is_test_name(name: str) -> bool:
    """Whether a task, script or file is named for tests: ``test:unit``, ``run-tests``, ``test_pay``, ``testAll``."""
    parts = {part.lower() for part in _PART.findall(name[:200])}
    return bool(_NAMES & parts) and not _SUFFIXED & parts


def _operands(args: Sequence[str]) -> list[str]:
    found: list[str] = []
    skip = False
    for arg in args:
        if skip:
            skip = False
        elif arg.startswith("-"):
            skip = arg in _VALUES
        elif "=" not in arg:
            found.append(arg)
    return found


def _task(program: str, operands: list[str]) -> bool:
    """A runner of named tasks and the tasks."""
    if program == "yarn" and operands[:1] == ["workspace"]:
        operands = operands[2:]
    if program == "earthly":
        return any(is_test_name(operand.rpartition("+")[2]) for operand in operands)
    if program == "nx":
        tasks = [operand.rpartition(":")[2] for operand in operands if operand not in {"run", "affected", "run-many"}][:1]
        return any(map(is_test_name, tasks))
    if _TASKS[program]:
        if operands[:1] and operands[0] in _RUN:
            return any(is_test_name(task) for task in operands[1:2])
        direct = program in {"yarn", "bun", "turbo", "pnpm", "mise", "composer", "lerna"}
        return operands[:1] != [] and (operands[0] in _SHORTCUTS or (direct and is_test_name(operands[0])))
    return any(is_test_name(task) or (program in _CHECKS and task.rpartition(":")[2] == "check") for task in operands)
