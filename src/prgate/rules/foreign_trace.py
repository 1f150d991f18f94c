"""Flags a trace that belongs to other work than this change.

## Why
A trace of other work is worse than none: it looks like an account of this change, and what it shows (tests run, files read) was done
elsewhere. It happens by mistake with a wrong file or branch, and it is the cheapest way to satisfy a rule that asks for a trace.

## Fix
Attach the session that made this change, and take the other one away.

## Limits
Accuses only on a contradiction: the traces explain next to none of the added lines, and they name another repository or another pull request,
began after the last commit was made, ended more than a day before the change began with edits elsewhere only, or hold no edit, command or
sub-agent that could have written any of the changed files. All traces are judged together: one that belongs is enough. A session that only talked,
beside a change that a person made, looks the same as a wrong one. Times, repositories and content are the trace's own account: one that
quotes the whole diff explains it and is never accused.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Final

from annotated_types import Ge, Le

from prgate.model.evidence import Evidence
from prgate.model.finding import Finding
from prgate.model.missing import need
from prgate.model.reconciliation import Reconciliation, Timing
from prgate.model.rule import Fact, Files, Findings, Needs, Rule
from prgate.model.tools import programs_of, shown
from prgate.model.trace import EventKind, Session, Trace
from prgate.model.wording import counted

_FULL_NAME: Final = re.compile(r"[^/:\s]+/[^/:\s]+")
_FEWEST: Final = 20
"""Added lines below which it says nothing that a trace holds none of them."""
_BRINGS: Final = frozenset({"am", "apply", "checkout", "cherry-pick", "commit", "merge", "pull", "rebase", "restore", "stash"})
"""What brings files in, and what runs hooks that may."""
_WROTE: Final = frozenset({EventKind.EDIT, EventKind.COMMAND})


@dataclass(frozen=True, slots=True)
class Params:
    """How little a trace must explain to be asked whose it is."""

    share: Annotated[int, Ge(0), Le(50), "Share of the added lines, in percent, above which the traces are taken to belong."] = 5


def check(evidence: Evidence, params: Params) -> Findings:
    """At most one finding on the whole change, for all traces together."""
    traces = evidence.traces
    if not traces.items:
        if traces.unread:
            need(traces.unread[0])
        return "no trace to hold against the change"
    need(evidence.diff)
    account = evidence.reconciliation
    met = sum(one.met for one in account.traces)
    looked = f"{counted(len(traces.items), 'trace')}: {min(met, account.telling):,} of {counted(account.telling, 'added line')} that tell anything"
    if not account.telling or met * 100 > params.share * account.telling:
        return looked
    why = _contradiction(evidence, account)
    if why is None:
        return f"{looked}, and nothing in them speaks against it"
    if traces.unread:
        need(traces.unread[0])
    one = len(traces.items) == 1
    subject = f"The trace {shown(traces.items[0].name)} accounts" if one else f"The {len(traces.items)} traces account"
    share = "none" if met == 0 else f"{min(met, account.telling):,}"
    yield Finding(
        message=f"{subject} for {share} of {counted(account.telling, 'added line')}, and {why}",
        fix=f"Attach the session that made this change, and take {'this trace' if one else 'these traces'} away.",
    )
    return looked


def _contradiction(evidence: Evidence, account: Reconciliation) -> str | None:
    """What speaks against the traces, beside that they explain nothing."""
    traces = evidence.traces.items
    sessions = [session for trace in traces for session in trace.sessions]
    timings = {one.timing for one in account.traces} - {Timing.UNKNOWN}
    if named := _elsewhere(evidence, sessions):
        return named
    if timings == {Timing.AFTER}:
        return "began after the last commit of this change was made"
    met, told, shared = (sum(counts) for counts in zip(*((one.met, one.told, one.shared) for one in account.traces), strict=True))
    nothing = not met and account.telling >= _FEWEST
    if timings == {Timing.BEFORE} and told and (nothing or not shared):
        return "ended before the work on it began"
    if nothing and not shared and not _could_have_written(traces, account):
        return "no edit, command or sub-agent there could have written a changed file"
    return None


def _elsewhere(evidence: Evidence, sessions: Sequence[Session]) -> str | None:
    """Another repository or pull request, where every session that names one names another."""
    subject = evidence.subject
    ours = {name.lower() for name in (subject.repository, subject.head.repository) if name is not None}
    theirs = {session.repository.lower() for session in sessions if session.repository and _FULL_NAME.fullmatch(session.repository)}
    if ours and theirs and not ours & theirs:
        return f"names another repository: {shown(min(theirs))}"
    pulls = {session.pull for session in sessions if session.pull is not None}
    if subject.pr is not None and pulls and subject.pr not in pulls:
        return f"says that it made another pull request: number {min(pulls):,}"
    return None


def _could_have_written(traces: Sequence[Trace], account: Reconciliation) -> bool:
    """Whether an edit or a command names a changed file, something may have written one unseen, or git brought files in."""
    for file in account.files.values():
        events = (traces[mention.trace - 1].events[mention.event] for mention in file.mentions)
        if file.may or any(event.kind in _WROTE for event in events):
            return True
    programs = (program.split() for trace in traces for event in trace.events for program in programs_of(event))
    return any(words[:1] == ["git"] and words[1:2] and words[1] in _BRINGS for words in programs)


def needs(_: Params) -> Needs:
    """The traces, when the commits were made, which pull request this is, and every added line."""
    return Needs(facts=frozenset({Fact.TRACE, Fact.COMMITS, Fact.PR}), lines=Files())


RULE = Rule("foreign-trace", Params, check, needs)
