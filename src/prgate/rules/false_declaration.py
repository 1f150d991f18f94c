"""Flags lines that somebody declares a person's while marks or a trace give them to an agent.

## Why
What a person says to have written is read less closely. Where the agent's own account, or the mark on the commit, says otherwise, one of the two
is mistaken, and nobody has read the lines as what they may be.

## Fix
Read the lines as the agent's, and take the declaration back: delete the comment, or mend the note. Where the declaration is right, mend the mark or
attach the right session.

## Limits
A declaration is `/prgate wrote`, or a note that gives lines to a person; a commit without marks is none. Whoever declares, the lines stay the
agent's in everything that is judged. A trace is held against lines by content: a person who writes the same words as the agent is told, too, from
`least` lines on. A declaration that no trace and no mark contradicts is believed, and counts as claimed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Annotated

from annotated_types import Ge

from prgate.model.authorship import Denied
from prgate.model.diff import FileChange, Side
from prgate.model.evidence import Evidence
from prgate.model.finding import Finding
from prgate.model.heard import Verb
from prgate.model.missing import Missing, Why, need
from prgate.model.rule import Fact, Files, Findings, Needs, Read, Rule
from prgate.model.tools import shown
from prgate.model.wording import counted, quoted


@dataclass(frozen=True, slots=True)
class Params:
    """How much of a trace makes a contradiction."""

    least: Annotated[
        int, Ge(1), "Lines in a row from which on what a trace says contradicts a declaration; what a commit's mark says always does."
    ] = 3


def check(evidence: Evidence, params: Params) -> Findings:
    """One finding per run of lines that is declared a person's and is an agent's by the same evidence."""
    authorship = need(evidence.authorship)
    diff = need(evidence.diff)
    names = {agent.id: agent.name for agent in authorship.agents}
    traces = {f"trace:{number}": trace.name for number, trace in enumerate(evidence.traces.items, start=1)}
    files = {file.path: file for file in diff.files}
    for path, group in groupby(authorship.denied, key=lambda denied: denied.path):
        told = [denied for denied in _once(group) if not denied.evidence.startswith("trace:") or _count(denied) >= params.least]
        file = files.get(path)
        if told and file is not None:
            quotes = {} if isinstance(file.hunks, Missing) else {number: line for hunk in file.hunks for number, line in hunk.added()}
            for denied in told:
                yield _finding(denied, file, quotes, names, traces)
    for unread in evidence.traces.unread:
        need(unread)
    heard = evidence.heard
    if isinstance(heard, Missing):
        if heard.why is not Why.ABSENT:
            need(heard)
        return "no comments to hear declarations in"
    said = sum(one.verb is Verb.WROTE and one.refused is None for one in heard)
    return f"{counted(said, 'declaration')} in comments, and {counted(len(evidence.traces.items), 'trace')}"


def _once(denials: Iterable[Denied]) -> Iterator[Denied]:
    """Those of one path, where lines that one person declares in several ways are told once; what has no lines stays as it is."""
    runs: dict[tuple[str, str | None, str], Denied] = {}
    for denied in sorted(denials, key=lambda one: one.start or 0):
        who = (denied.by or denied.declared, denied.agent, denied.evidence)
        before = runs.get(who)
        if before and before.end and denied.start and denied.end and denied.start <= before.end:
            runs[who] = replace(before, end=max(before.end, denied.end))
            continue
        if before:
            yield before
        runs[who] = denied
    yield from runs.values()


def _count(denied: Denied) -> int:
    return 1 if denied.start is None or denied.end is None else denied.end - denied.start + 1


def _finding(denied: Denied, file: FileChange, quotes: Mapping[int, bytes], names: Mapping[str, str], traces: Mapping[str, str]) -> Finding:
    agent = names.get(denied.agent or "", denied.agent) or "an agent"
    who = quoted(denied.by) if denied.by is not None else shown(traces.get(denied.declared, denied.declared))
    what = "A change without added lines" if denied.start is None else counted(_count(denied), "line")
    by = f"a commit with a mark of {shown(agent)} brings in"
    if denied.evidence in traces:
        by = f"{shown(traces[denied.evidence])} gives to {shown(agent)}"
    quote = None if denied.start is None else quotes.get(denied.start)
    return Finding(
        message=f"{what} that {who} declares a person's, and that {by}",
        fix="Read this as the agent's, and take the declaration back; where it is right, mend the mark or attach the right session.",
        path=denied.path,
        side=Side.BASE if file.new_path is None else Side.HEAD,
        line=denied.start,
        end_line=denied.end,
        quote=None if quote is None else quote.decode("utf-8", "replace"),
    )


def needs(_: Params) -> Needs:
    """Who wrote what, what people declared, the traces, and the added lines."""
    return Needs(facts=frozenset({Fact.AUTHORSHIP, Fact.COMMENTS, Fact.TRACE}), lines=Files())


RULE = Rule("false-declaration", Params, check, needs, read=Read(2, "declared a person's", "Who wrote these lines, and who has read them?"))
