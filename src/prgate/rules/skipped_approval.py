"""Flags acts of an agent that no person was asked about, or that a person had refused.

## Why
The prompt before an edit or a command is where a person can still say no. In a session that bypasses it, or that goes on after a no, the
pull request is the first thing that anybody sees.

## Fix
Let the agent ask, or let it work where it can do no harm: nothing bypasses a sandbox. Where an act was meant to go unasked, read what it did.

## Limits
Modes are known where the format records them; `ask` names the acts that need a person's yes. A yes counts for the act that it stands next
to. Many formats record no approvals; there the rule can only ask, and says so. A refused act that is done later in the same words, with no
person having spoken in between, is taken for the same act, which is a question, never a fault. A trace is the agent's own account: one that
leaves the mode out, or claims an answer that nobody gave, is believed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Final

from prgate.model.evidence import Evidence
from prgate.model.finding import Finding
from prgate.model.missing import need
from prgate.model.rule import Fact, Findings, Needs, Rule
from prgate.model.tools import ACTS, acts_told, is_named, placed, programs_of, runs, shown, sittings
from prgate.model.trace import EventKind, Permit, Session, TraceEvent
from prgate.model.wording import counted

_CHANGES: Final = frozenset({EventKind.EDIT, EventKind.COMMAND})
_TURN: Final = 100
"""Acts between an act and the answer to it."""
_UNASKED: Final = frozenset({Permit.BYPASSED, Permit.CONFINED})
_FIX: Final = "Read what it did; let the agent ask for this, or work in a sandbox."


@dataclass(frozen=True, slots=True)
class Params:
    """What a person has to be asked about."""

    ask: Annotated[
        tuple[str, ...],
        "Acts that need a person's yes: a command with its words (`git push`, `terraform apply`), or a tool's name (`server/tool`); globs.",
    ] = ()


@dataclass(frozen=True, slots=True)
class _Done:
    """An act that was done, the mode that it was done in, and whether a yes stands next to it."""

    event: TraceEvent
    mode: str | None
    approved: bool


def check(evidence: Evidence, params: Params) -> Findings:
    """Per session one finding where prompts were bypassed, one per entry of ``ask`` that went unasked, one per refused act that was done."""
    acts = 0
    for sitting in sittings(evidence.traces.items):
        answers = any(_yes(event) for event in sitting.events)
        done = list(_done(sitting.events))
        acts += len(done)
        yield from _bypassed(sitting.session, done)
        for entry in params.ask:
            yield from _unasked(entry, [one for one in done if _is(one.event, entry)], answers=answers)
        yield from _refused(sitting.events)
    for unread in evidence.traces.unread:
        need(unread)
    return acts_told(acts, evidence.traces.items)


def _done(events: Sequence[TraceEvent]) -> Iterator[_Done]:
    mode: str | None = None
    for at, event in enumerate(events):
        if event.kind is EventKind.APPROVAL and event.name != Permit.ANSWER:
            mode = event.name
        elif event.kind in ACTS and event.ok is not False:
            before = events[at - 1] if at else None
            yield _Done(event, mode, approved=_yes(before) or _yes(_answered(events, at)))


def _answered(events: Sequence[TraceEvent], at: int) -> TraceEvent | None:
    """The first answer behind an act, where nothing but other acts of the same turn stands between."""
    return next((event for event in events[at + 1 : at + 1 + _TURN] if event.kind not in ACTS), None)


def _yes(event: TraceEvent | None) -> bool:
    return event is not None and event.kind is EventKind.APPROVAL and event.name == Permit.ANSWER and event.ok is True


def _bypassed(session: Session, done: Sequence[_Done]) -> Iterator[Finding]:
    changes = [one.event for one in done if one.mode == Permit.BYPASSED and one.event.kind in _CHANGES]
    if changes:
        edits = sum(event.kind is EventKind.EDIT for event in changes)
        told = " and ".join(counted(number, noun) for number, noun in ((edits, "edit"), (len(changes) - edits, "command")) if number)
        yield Finding(
            message=f"{shown(session.agent)} bypassed its permission prompts: {told}, the first in {placed(changes[0])}",
            fix="Read what it did; run the agent with prompts, or in a sandbox.",
        )


def _unasked(entry: str, done: Sequence[_Done], *, answers: bool) -> Iterator[Finding]:
    unasked = [one for one in done if not one.approved]
    if unasked:
        known = answers or any(one.mode in _UNASKED for one in unasked)
        yield Finding(
            message=f"{shown(entry)} needs a person's yes, and was done without one {_times(len(unasked))}, first in {placed(unasked[0].event)}"
            + ("" if known else "; the trace records no approvals"),
            fix=_FIX,
            certain=known,
        )


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number:,} times"


def _is(event: TraceEvent, entry: str) -> bool:
    return is_named(event.name, (entry,)) or any(runs(program, entry) for program in programs_of(event))


def _refused(events: Sequence[TraceEvent]) -> Iterator[Finding]:
    """Acts that a person refused and that were done later in the same words."""
    refused: dict[tuple[object, ...], TraceEvent] = {}
    failed: list[TraceEvent] = []
    for event in events:
        if event.kind is EventKind.PROMPT or _yes(event):
            refused.clear()
        elif event.kind is EventKind.APPROVAL and event.name == Permit.ANSWER and failed:
            act = failed.pop()
            refused[_words(act)] = act
        elif event.kind in ACTS and event.ok is False:
            failed.append(event)
        elif event.kind in ACTS and (before := refused.pop(_words(event), None)) is not None:
            what = shown(programs_of(event)[0] if programs_of(event) else event.name)
            yield Finding(
                message=f"{what} was refused by a person in {placed(before)}, and done in {placed(event)}",
                fix=_FIX,
                certain=False,
            )


def _words(event: TraceEvent) -> tuple[object, ...]:
    """What makes two acts the same, as far as a trace without texts can tell; an act that says too little is like no other."""
    if event.path is None and not programs_of(event) and event.kind is not EventKind.MCP_CALL:
        return (event.ref, event.kind)
    return (event.kind, event.name, event.path, programs_of(event))


def needs(_: Params) -> Needs:
    """The traces."""
    return Needs(facts=frozenset({Fact.TRACE}))


RULE = Rule("skipped-approval", Params, check, needs)
