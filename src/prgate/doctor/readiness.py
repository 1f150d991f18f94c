"""How ready the repository is for delegated work: what tells an agent what to do, and what catches it when it errs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from prgate.doctor.answer import Answer, Spot, State, at, some
from prgate.doctor.house import House
from prgate.formats.classes import path_class
from prgate.formats.workflow import Step
from prgate.model.missing import Missing
from prgate.model.paths import FileClass, path_text
from prgate.model.wording import counted

_CHANGE_EVENTS: Final = frozenset({"pull_request", "pull_request_target", "push", "merge_group", "workflow_call"})
_LONGEST_LINE: Final = 2_000
_MOST_SCRIPTS: Final = 10
_LARGEST_SCRIPT: Final = 256 * 1024
_RUNNERS: Final = (
    r"pytest|py\.test|tox|nox|unittest|jest|vitest|mocha|ava|karma|cypress|playwright|rspec|minitest|phpunit|pest|ctest|bats|busted|"
    r"gotestsum|nextest"
)
_DRIVERS: Final = (
    r"npm|pnpm|yarn|bun|deno|node|make|just|task|rake|mix|go|cargo|dotnet|swift|flutter|dart|bazel|bazelisk|gradle|gradlew|mvn|mvnw|"
    r"sbt|lein|composer|bundle|rails|django-admin|manage\.py|hatch|poetry|uv|pdm|pipenv|stack|cabal|zig|nx|turbo|xcodebuild|meson|ninja|"
    r"cmake|earthly|act"
)
_TESTS: Final = re.compile(
    rf"(?:^|[\s/;&|(\"'])(?:{_RUNNERS})(?:$|[\s;&|)\"'])|"
    rf"(?:^|[\s/;&|(])(?:{_DRIVERS})\s[^;&|]{{0,120}}\b(?:test|tests|verify|check|spec)\b|"
    r"(?:^|[\s./])(?:scripts?|bin|ci|tools|hack|build)/[\w./-]{0,80}(?<![A-Za-z])tests?(?![A-Za-z])",
    re.ASCII,
)
"""A test runner; a driver with a word that means tests; a script whose name says so."""
_COVERAGE: Final = re.compile(
    r"--cov\b|--coverage\b|\bcoverage (?:run|xml|json|lcov)\b|-coverprofile\b|\bnyc\b|\bc8\b|\bjacoco|\btarpaulin\b|\bllvm-cov\b|"
    r"\bsimplecov\b|XPlat Code Coverage|\bcodecov\b|\bcoveralls\b|\blcov\b|\bgcovr?\b|\bkover|\bgo test[^;&|]{0,120} -cover\b",
    re.ASCII,
)
_COVERAGE_ACTIONS: Final = re.compile(
    r"(?:codecov/codecov-action|coverallsapp/github-action|py-cov-action/[\w-]+|[\w.-]+/[\w.-]*coverage[\w.-]*)(?:@|/)", re.ASCII
)
_COVERAGE_INPUTS: Final = ("coverage", "coverage-artifact")
_ARCHITECTURE: Final = re.compile(
    rb"(?:.*/)?(?:ARCHITECTURE|DESIGN|HACKING)(?:\.(?:md|rst|adoc|org|txt))?|"
    rb"(?:.*/)?(?:docs?|documentation|doc-src)/(?:.*/)?(?:architecture|design|internals)[^/]*(?:/.+)?|"
    rb"(?:.*/)?(?:adrs?|decisions|rfcs)/.+\.(?:md|rst|adoc|txt)",
    re.IGNORECASE | re.DOTALL,
)
_INSTRUCTIONS: Final = re.compile(
    rb"(?:.*/)?(?:AGENTS|CLAUDE|GEMINI|QWEN)\.md|(?:.*/)?\.(?:cursorrules|windsurfrules|clinerules|goosehints)|(?:.*/)?\.cursor/rules/.+|"
    rb"\.github/copilot-instructions\.md|\.github/instructions/.+|(?:.*/)?\.(?:windsurf|clinerules|kiro|junie|roo|amazonq)/.+\.(?:md|mdc)",
    re.DOTALL,
)


def tests(house: House) -> Answer:
    """Whether tests run in CI."""
    question = "tests"
    files = sum(path_class(path) is FileClass.TEST for path in house.paths)
    there = f"{counted(files, 'test file')} in the tree"
    found = [spot for spot, step in _steps(house) if _runs(house, step, _TESTS)]
    if found:
        state = State.OK if files else State.ATTEND
        cure = "" if files else "Write the tests that this command should run."
        return Answer(question, state, f"CI runs tests; {there}", at(found), cure)
    if house.unread:
        path, missing = house.unread[0]
        return Answer(question, State.UNKNOWN, f"no workflow that could be read runs tests; {there}", (Spot(path),), missing.fix)
    told = f"no command that runs tests was recognised in {counted(len(house.workflows), 'workflow')}; {there}"
    return Answer(
        question, State.ATTEND, told, cure="Run the tests on `pull_request`: nothing else tells an agent, or you, that it broke something."
    )


def coverage(house: House) -> Answer:
    """Whether CI measures coverage, and whether the gate gets it."""
    question = "coverage"
    found = [
        spot
        for spot, step in _steps(house)
        if _runs(house, step, _COVERAGE) or (step.uses is not None and _COVERAGE_ACTIONS.match(step.uses))
    ]
    given = [gate.spot for gate in house.gates if any(gate.step.inputs.get(name) for name in _COVERAGE_INPUTS)]
    if given:
        return Answer(question, State.OK, "the gate is given coverage", at([*given, *found]))
    if found:
        cure = "Upload the report as an artifact and name it in `coverage-artifact`; docs/install.md has the lines."
        return Answer(question, State.ATTEND, "CI measures coverage, and the gate is not given it", at(found), cure)
    if house.unread:
        path, missing = house.unread[0]
        return Answer(question, State.UNKNOWN, "no workflow that could be read measures coverage", (Spot(path),), missing.fix)
    cure = "Measure it where the tests run: `lost-coverage` and `uncovered-change` stay unknown without it."
    return Answer(
        question,
        State.ATTEND,
        "no command that measures coverage was recognised in the workflows and the scripts that they name",
        cure=cure,
    )


def architecture(house: House) -> Answer:
    """Whether notes say how the code is built."""
    found = [path_text(path) for path in house.paths if _ARCHITECTURE.fullmatch(path)]
    if found:
        return Answer("architecture", State.OK, f"{counted(len(found), 'file')} of architecture notes", at([Spot(path) for path in found]))
    cure = "Write down what goes where and why (`ARCHITECTURE.md`, `docs/adr/`): an agent cannot ask the person who knows."
    return Answer("architecture", State.ATTEND, "no architecture notes were found", cure=cure)


def instructions(house: House) -> Answer:
    """Whether agents are told how to work here."""
    question = "instructions"
    found = [path for path in house.paths if _INSTRUCTIONS.fullmatch(path)]
    spots = at([Spot(path_text(path)) for path in found])
    if not found:
        cure = "Write an `AGENTS.md`: how to build and test, what not to touch, where to leave the trace."
        return Answer(question, State.ATTEND, "no instructions for agents were found", cure=cure)
    said = [path for path in found if not isinstance(house.read(path), Missing)]
    if not any(house.read(path) for path in said):
        return Answer(
            question,
            State.ATTEND,
            f"instructions for agents say nothing that can be read: {some(map(path_text, found))}",
            spots,
            "Write them.",
        )
    return Answer(question, State.OK, f"agents are instructed by {counted(len(found), 'file')}", spots)


def _steps(house: House) -> Iterator[tuple[Spot, Step]]:
    """The steps of every workflow that runs on changes."""
    for path, workflow in house.readable():
        if _CHANGE_EVENTS & set(workflow.triggers):
            for job in workflow.jobs:
                for step in job.steps:
                    yield Spot(path, step.line), step


def _runs(house: House, step: Step, pattern: re.Pattern[str]) -> bool:
    """Whether a command of the step, or of a script of this repository that it calls, is one that the pattern knows."""
    if step.run is None:
        return False
    return any(pattern.search(line[:_LONGEST_LINE]) for line in (*step.run.split("\n"), *_called(house, step.run)))


def _called(house: House, run: str) -> Iterator[str]:
    """The lines of the scripts that a command names, one level deep, comments apart."""
    words = {word.removeprefix("./").encode("utf-8", "surrogateescape") for word in run.split()}
    for path in sorted(words & house.places)[:_MOST_SCRIPTS]:
        data = house.read(path)
        if not isinstance(data, Missing) and len(data) <= _LARGEST_SCRIPT:
            yield from (line for line in data.decode("utf-8", "replace").split("\n") if not line.lstrip().startswith("#"))
