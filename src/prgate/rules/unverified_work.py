"""Flags work that nobody is seen to have tested after it was last edited.

## Why
Tests that passed before the last edit say nothing about it. An agent that stops after editing leaves the first run to its reviewer, and
one that stops after a failing run leaves the failure.

## Fix
Run the tests once more, in the session or in CI, and have the gate look again.

## Limits
A test run is a command that is known to run tests and whose exit code, or whose tool, says that it worked; a pipe may hide a failure, and a
run by other means goes unseen. Only edits of the change's own files count, documentation and traces left out, as do commands that name the
file that they write. A trace is the agent's own account: one that lies can claim a run that never was, so that this rule trusts a success
of a check in CI, or coverage that was verified on this head, over any trace. A check's name decides, and whoever may write can set one.
Where events have no times, each of several traces is judged for itself, and a finding is a question.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from itertools import groupby
from typing import Annotated, Final

from prgate.model.evidence import Evidence
from prgate.model.facts import CheckRun
from prgate.model.finding import Finding
from prgate.model.grade import Grade
from prgate.model.missing import Missing, Why, need
from prgate.model.paths import FileClass
from prgate.model.rule import Fact, Findings, Needs, Rule
from prgate.model.steering import CHECK
from prgate.model.tools import placed, shown
from prgate.model.trace import EventKind, TraceEvent, Writes
from prgate.model.wording import counted

_UNTESTED: Final = frozenset({FileClass.DOCS, FileClass.TRACE})
_EDITS: Final = frozenset({EventKind.EDIT, EventKind.COMMAND})
_NEVER: Final = datetime.min.replace(tzinfo=UTC)
_FIX: Final = "Run the tests after the last edit, in the session or in CI, and attach the session again."
_FIX_FAILED: Final = "Mend what fails, run the tests again, in the session or in CI, and attach the session again."


_UNORDERED: Final = "; which trace is the later one is not told"
_NO_TEST: Final = re.compile(r"latest|attest(?:ed|ations?)?|contest")
"""Words in names of checks that hold ``test`` and speak of none: ``lint (ubuntu-latest)``."""


@dataclass(frozen=True, slots=True)
class Params:
    """What shows that tests ran."""

    checks: Annotated[
        tuple[str, ...],
        "Globs of the names of checks and workflows whose success on this head shows that tests ran; small and capital letters are alike.",
    ] = ("*test*", "ci", "ci[ /(_-]*", "*[ /_-]ci", "*spec*")


@dataclass(frozen=True, slots=True)
class _Step:
    """An edit or a test run at its time; ``order`` is where it stands in the traces, what one command writes before what it tests."""

    event: TraceEvent
    order: tuple[int, int, bool]
    at: datetime | None


def check(evidence: Evidence, params: Params) -> Findings:
    """At most one finding on the whole change."""
    rows = _rows(_steps(evidence))
    ends = [end for row in rows if (end := _end(row)) is not None]
    unread = evidence.traces.unread
    if not ends and not unread:
        traces = len(evidence.traces.items)
        return f"no edit of this change's files in {counted(traces, 'trace')}" if traces else "no trace tells of an edit"
    checks = _checks(evidence, params)
    verified = _verified(evidence, checks)
    if verified is not None:
        return verified
    if unread or not ends:
        need(unread[0])
    edit, final = next((end for end in ends if end[1] is None or not _passed(end[1])), ends[-1])
    if final is not None and _passed(final):
        return f"tests passed after the last edit: {placed(final)} (claimed)"
    need(checks)
    running = not isinstance(checks, Missing) and any(run.conclusion is None for run in checks)
    yield Finding(
        message=f"{_message(edit, final)}{_UNORDERED if len(rows) > 1 else ''}{', and CI is still running' if running else ''}",
        fix=_FIX_FAILED if final is not None and _failed(final) else _FIX,
        certain=len(rows) == 1 and not running and (final is None or _failed(final)),
    )
    return "edits and test runs"


def _steps(evidence: Evidence) -> list[_Step]:
    """Edits of the change's files that tests could see, and test runs, as they stand in the traces."""
    traces = evidence.traces.items
    named = set[tuple[int, bytes]]()
    wrote = set[tuple[int, int]]()
    for file in need(evidence.diff).files:
        account = evidence.reconciliation.files.get(file.path)
        if account is None or file.file_class in _UNTESTED:
            continue
        for mention in account.mentions:
            event = traces[mention.trace - 1].events[mention.event]
            wrote.add((mention.trace, mention.event))
            # What is named only so often is noted, so that later events are known by a path that means the file.
            paths = (event.path,) if event.command is None else event.command.paths
            named |= {(mention.trace, path) for path in paths if path is not None and len(paths) == 1}
    steps = []
    for number, trace in enumerate(traces, start=1):
        command = 0
        for index, event in enumerate(trace.events):
            if event.kind is EventKind.COMMAND:
                command = index
            same = trace.events[command].ref == event.ref and trace.events[command].name == event.name
            paths = (event.path,) if event.command is None else event.command.paths
            ours = (number, index) in wrote or any((number, path) in named for path in paths)
            edits = ours and event.kind in _EDITS and event.ok is not False and _by_name(event)
            if edits or _tests(event):
                steps.append(_Step(event, (number, command if same else index, _tests(event)), _moment(event.at)))
    steps.sort(key=lambda step: step.order)
    return steps


def _rows(steps: Sequence[_Step]) -> list[list[_Step]]:
    """The steps in their order: all by time where all have one, else each trace for itself, for the order of traces says nothing."""
    if all(step.at is not None for step in steps):
        return [sorted(steps, key=lambda step: step.at or _NEVER)]
    return [list(row) for _, row in groupby(steps, key=lambda step: step.order[0])]


def _end(row: Sequence[_Step]) -> tuple[TraceEvent, TraceEvent | None] | None:
    """The last edit, and the last test run if it is behind that; null where nothing is edited."""
    last = max((number for number, step in enumerate(row) if not _tests(step.event)), default=None)
    return None if last is None else (row[last].event, row[-1].event if row[last + 1 :] else None)


def _by_name(event: TraceEvent) -> bool:
    """Whether an event writes the files that it names and no others."""
    return event.command is None or event.command.writes is Writes.NAMED


def _tests(event: TraceEvent) -> bool:
    return event.command is not None and event.command.tests


def _passed(event: TraceEvent) -> bool:
    code = None if event.command is None else event.command.exit
    return event.ok is not False if code == 0 else code is None and event.ok is True


def _failed(event: TraceEvent) -> bool:
    code = None if event.command is None else event.command.exit
    return event.ok is False or code not in {None, 0}


def _message(edit: TraceEvent, final: TraceEvent | None) -> str:
    beside = final is not None and final.ref[0] == edit.ref[0]
    after = f"after the last edit ({f'record {edit.ref[1]:,}' if beside else placed(edit)})"
    if final is None:
        return f"The trace shows no test run {after}"
    if not _failed(final):
        return f"The trace does not tell how the last test run {after} ended: {placed(final)}"
    code = None if final.command is None else final.command.exit
    return f"The last test run {after} failed: {placed(final)}{f', exit code {code}' if code else ''}"


def _moment(at: str | None) -> datetime | None:
    try:
        moment = None if at is None else datetime.fromisoformat(at)
    except ValueError:
        return None
    return None if moment is None or moment.tzinfo is None else moment


def _checks(evidence: Evidence, params: Params) -> tuple[CheckRun, ...] | Missing:
    """The checks on this head that are said to run tests; none where nobody asked a forge."""
    facts = evidence.facts
    found = facts if isinstance(facts, Missing) else facts.checks
    if isinstance(found, Missing):
        return () if found.why is Why.ABSENT else found
    globs = [glob.lower() for glob in params.checks]
    return tuple(run for run in found if run.name != CHECK and run.head == evidence.subject.head.sha and _named(run, globs))


def _named(run: CheckRun, globs: list[str]) -> bool:
    names = [name.lower() for name in (run.name, run.workflow) if name]
    return any(fnmatchcase(name if _NO_TEST.search(glob) else _NO_TEST.sub("", name), glob) for name in names for glob in globs)


def _verified(evidence: Evidence, checks: tuple[CheckRun, ...] | Missing) -> str | None:
    """What other than a trace shows that tests ran on this head."""
    coverage = evidence.coverage
    if not isinstance(coverage, Missing) and coverage.grade.rank >= Grade.VERIFIED.rank:
        return f"tests ran on this head: {coverage.grade} coverage"
    success = () if isinstance(checks, Missing) else [run for run in checks if run.conclusion == "success"]
    return f"tests ran on this head: the check {shown(success[0].name)} succeeded" if success else None


def needs(_: Params) -> Needs:
    """Traces, what CI says, and coverage that was verified."""
    return Needs(facts=frozenset({Fact.TRACE, Fact.CHECKS, Fact.COVERAGE}))


RULE = Rule("unverified-work", Params, check, needs)
