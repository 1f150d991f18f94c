"""Flags a trace that belongs to other work than this change.

## Why
A trace of other work is worse than none: it looks like an account of this change, and what it shows (tests run, files read) was done
elsewhere. It happens by mistake with a wrong file or branch, and it is the cheapest way to satisfy a rule that asks for a trace.

## Fix
Attach the session that made this change, and take the other one away.

## Limits
Accuses only on a contradiction: the traces explain next to none of the added lines, and they name another repository or another pull request,
began after the last commit was made, ended more than a day before the change began with edits elsewhere only, ran on another branch than the
pull request's or its base and never left it, or hold no edit, command or sub-agent that could have written any of the changed files. All traces
are judged together: one that belongs is enough. A trace names the branch that it began on: where a person changed to another, or the branch was
renamed, and nothing of the session is left in the change, it looks like a wrong one. So does a session that only talked, beside a change that a
person made, unless it ran on the pull request's branch. Times, repositories, branches and content are the trace's own account: one that quotes
the whole diff explains it and is never accused.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Annotated, Final

from annotated_types import Ge, Le

from prgate.model.evidence import Evidence
from prgate.model.finding import Finding
from prgate.model.missing import Missing, need
from prgate.model.reconciliation import Reconciliation, Timing
from prgate.model.rule import Fact, Files, Findings, Needs, Rule
from prgate.model.tools import programs_of, shown
from prgate.model.trace import EventKind, Session, Trace
from prgate.model.wording import counted

_FULL_NAME: Final = re.compile(r"[^/:\s]+/[^/:\s]+")
_FEWEST: Final = 20
"""Added lines below which it says nothing that a trace holds none of them."""
_LATER: Final = 4
"""Times the share that a trace may explain by chance which began too late to have written anything."""
_MOST_LATER: Final = 50
_ASTRAY: Final = 2
"""Percent of the added lines above which a session of another branch is taken to have moved to this one."""
_TRUNKS: Final = frozenset({"HEAD", "dev", "develop", "main", "master", "trunk"})
"""Where work on any branch may begin."""
_MOVES: Final = frozenset({"checkout", "switch", "worktree"})
"""What takes a session to another branch."""
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
    diff = need(evidence.diff)
    account = evidence.reconciliation
    met = sum(one.met for one in account.traces)
    one = len(traces.items) == 1
    looked = (
        f"{counted(len(traces.items), 'trace')} {'accounts' if one else 'account'} for {min(met, account.telling):,} of {_lines(account)}"
    )
    unseen = [file for file in diff.files if isinstance(file.hunks, Missing)]
    lines = account.telling + sum(file.added for file in unseen)
    if not lines or met * 100 > _enough(account, params) * lines:
        return looked
    for file in unseen:
        need(file.hunks)
    why = _contradiction(evidence, account)
    if traces.unread:
        need(traces.unread[0])
    if why is None:
        return f"{looked}, and nothing in them speaks against it"
    subject = f"The trace {shown(traces.items[0].name)} accounts" if one else f"The {len(traces.items)} traces account"
    share = f"none of {counted(diff.added, 'added line')}" if met == 0 else f"{min(met, account.telling):,} of {_lines(account)}"
    yield Finding(
        message=f"{subject} for {share}, and {why}",
        fix=f"Attach the session that made this change, and take {'this trace' if one else 'these traces'} away.",
    )
    return looked


def _enough(account: Reconciliation, params: Params) -> int:
    """The share of the added lines, in percent, up to which the traces may explain them by chance."""
    return min(_LATER * params.share, _MOST_LATER) if _timings(account) == {Timing.AFTER} else params.share


def _timings(account: Reconciliation) -> set[Timing]:
    return {one.timing for one in account.traces} - {Timing.UNKNOWN}


def _lines(account: Reconciliation) -> str:
    return f"{counted(account.telling, 'added line')} long enough to compare"


def _contradiction(evidence: Evidence, account: Reconciliation) -> str | None:
    """What speaks against the traces, beside that they explain nothing."""
    traces = evidence.traces.items
    sessions = [session for trace in traces for session in trace.sessions]
    timings = _timings(account)
    if named := _elsewhere(evidence, sessions):
        return named
    if timings == {Timing.AFTER}:
        return "began after the last commit of this change was made"
    met, told, shared = (sum(counts) for counts in zip(*((one.met, one.told, one.shared) for one in account.traces), strict=True))
    nothing = not met and account.telling >= _FEWEST
    if timings == {Timing.BEFORE} and told and (nothing or not shared):
        return "ended before the work on it began"
    if account.telling >= _FEWEST and met * 100 <= _ASTRAY * account.telling and (branch := _other_branch(evidence)) is not None:
        return f"ran on another branch: {shown(branch)}"
    if nothing and not shared and not _could_have_written(traces, account) and _head_branch(evidence) not in _branches(traces) - {None}:
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


def _branches(traces: Sequence[Trace]) -> set[str | None]:
    """The branches that the sessions began on, null where any does not tell."""
    return {session.branch for trace in traces for session in trace.sessions} | {None for trace in traces if not trace.sessions}


def _head_branch(evidence: Evidence) -> str | None:
    """The pull request's branch where the forge names it: on the command line a head may be a commit or a tag."""
    subject = evidence.subject
    return None if subject.url is None or subject.head.ref in _TRUNKS else subject.head.ref


def _other_branch(evidence: Evidence) -> str | None:
    """A branch that the sessions ran on, where each of them names one and none was, or may have gone, elsewhere."""
    head, found = _head_branch(evidence), _branches(evidence.traces.items)
    told = [branch for branch in found if branch is not None]
    if head is None or not told or len(told) < len(found) or not found.isdisjoint({head, evidence.subject.base.ref, *_TRUNKS}):
        return None
    return None if _called_git(evidence.traces.items, _MOVES) else min(told)


def _could_have_written(traces: Sequence[Trace], account: Reconciliation) -> bool:
    """Whether an edit or a command names a changed file, something may have written one unseen, or git brought files in."""
    for file in account.files.values():
        events = (traces[mention.trace - 1].events[mention.event] for mention in file.mentions)
        if file.may or any(event.kind in _WROTE for event in events):
            return True
    return _called_git(traces, _BRINGS)


def _called_git(traces: Sequence[Trace], verbs: AbstractSet[str]) -> bool:
    """Whether a command ran git with one of these."""
    programs = (program.split() for trace in traces for event in trace.events for program in programs_of(event))
    return any(words[:1] == ["git"] and words[1:2] and words[1] in verbs for words in programs)


def needs(_: Params) -> Needs:
    """The traces, when the commits were made, which pull request this is, and every added line."""
    return Needs(facts=frozenset({Fact.TRACE, Fact.COMMITS, Fact.PR}), lines=Files())


RULE = Rule("foreign-trace", Params, check, needs)
