"""Invented evidence for rules that hold traces against a change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from prgate.model.authorship import Authorship, FileOrigins, Origin, Span
from prgate.model.diff import Diff, FileChange, Hunk, Status
from prgate.model.evidence import Evidence, Traces
from prgate.model.finding import Finding
from prgate.model.grade import Grade
from prgate.model.missing import Missing, UnknownError, Why
from prgate.model.paths import FileClass
from prgate.model.reconciliation import FileAccount, Reconciliation
from prgate.model.rule import Rule
from prgate.model.subject import Base, Head, Subject
from prgate.model.trace import Command, Edit, EventKind, Session, Trace, TraceEvent, Writes
from prgate.model.verdict import Scope, ScopeState

ABSENT = Missing(Why.ABSENT, "not given", "Give it.")
SUBJECT = Subject("acme/shop", 12, None, Base("main", "b" * 40), "b" * 40, Head("dana/shop", "change", "c" * 40))


def file(path: bytes = b"src/pay.py", added: int = 40, **fields: Any) -> FileChange:
    """A file of the base with this many lines added at its beginning."""
    body = b"".join(b"+line %d\n" % number for number in range(1, added + 1))
    made = FileChange(
        status=Status.MODIFIED,
        old_path=path,
        new_path=path,
        modes=(0o100644, 0o100644),
        oids=("1" * 40, "2" * 40),
        binary=False,
        added=added,
        removed=0,
        hunks=(Hunk(0, 0, 1, added, body),),
        file_class=FileClass.SOURCE,
        domains=("payments",),
    )
    return replace(made, **fields)


def event(kind: EventKind, record: int, path: bytes | None = None, **fields: Any) -> TraceEvent:
    edit = Edit() if kind is EventKind.EDIT else None
    return TraceEvent(kind, None, ("session.jsonl", record), path=path, edit=edit, **fields)


def ran(record: int, *programs: str, writes: Writes = Writes.ANYWHERE) -> TraceEvent:
    """A command with these programs."""
    return event(EventKind.COMMAND, record, command=Command(programs, writes=writes))


def trace(*events: TraceEvent, **session: Any) -> Trace:
    return Trace("session.jsonl", "claude-transcript", (Session("claude-code", **session),), events, len(events), 0)


def evidence(
    *files: FileChange,
    traces: tuple[Trace, ...],
    accounts: Mapping[bytes, FileAccount] | None = None,
    declared: Mapping[bytes, tuple[tuple[int, int], ...]] | None = None,
    **fields: Any,
) -> Evidence:
    """Evidence with these files and traces; ``declared`` lines are a person's."""
    origins = {
        path: FileOrigins(
            tuple(Span(start, end, Origin.DECLARED_HUMAN, Grade.CLAIMED, None, "commits") for start, end in spans), Origin.DECLARED_HUMAN
        )
        for path, spans in (declared or {}).items()
    }
    made = Evidence(
        at="2026-03-01T12:00:00Z",
        trigger="cli",
        subject=SUBJECT,
        scope=Scope(ScopeState.JUDGED, "all"),
        diff=Diff(files),
        commits=(),
        facts=ABSENT,
        authorship=Authorship((), None, None, origins, {}),
        traces=Traces(traces, ("input",)),
        reconciliation=Reconciliation(accounts or {}),
        moved=frozenset(),
        coverage=ABSENT,
        base_coverage=ABSENT,
        tests=ABSENT,
        contents=ABSENT,
        heard=(),
        domains={},
        owners={},
        undone={},
        inputs=(),
        faults=(),
        review_blocks={},
    )
    return replace(made, **fields)


def judged(rule: Rule, given: Evidence, **params: Any) -> tuple[list[Finding], str]:
    """The findings, and what the rule says that it looked at."""
    check = rule.check(given, rule.params(**params))
    findings = []
    while True:
        try:
            findings.append(next(check))
        except StopIteration as end:
            return findings, end.value


def until_unknown(rule: Rule, given: Evidence) -> list[Finding]:
    """The findings before the rule says that it could not look."""
    found: list[Finding] = []
    with pytest.raises(UnknownError):
        found.extend(rule.check(given, rule.params()))
    return found


def beside_an_unread_one(given: Evidence) -> Evidence:
    """The same where one more trace is there that could not be read."""
    lost = Missing(Why.UNREADABLE, "damaged", "Attach it again.")
    return replace(given, traces=replace(given.traces, unread=(lost,), in_doubt=True))
