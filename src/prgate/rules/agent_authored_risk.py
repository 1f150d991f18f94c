"""Flags high-risk code that an agent, or nobody known, wrote and that no independent human vouches for.

## Why
A mistake in crypto, access control, infrastructure or compliance is cheap to make and dear to find. Somebody who can be asked must have
read these lines, and it must not be the one who had them written.

## Fix
Somebody with write access who took no part in the change reads the lines and approves this head.

## Limits
What is high-risk stands in the policy's `domains`, by path and by marks in changed lines; either path of a rename counts. Who wrote a line
is evidence, never proof: a person's commit without agent marks counts as declared human, which `accept` may or may not take;
beside a trace that could not be read, whose lines those are is unknown.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Literal

from prgate.model.authorship import FileOrigins, Origin, Span
from prgate.model.diff import FileChange, Side, Status
from prgate.model.evidence import Evidence
from prgate.model.finding import Finding
from prgate.model.independence import independent_approvals
from prgate.model.missing import Missing, Why, need
from prgate.model.rule import Fact, Files, Findings, Needs, Read, Rule
from prgate.model.wording import counted

Clearing = Literal["vouched", "declared-human"]

_WHO = {Origin.AGENT: "Agent-written", Origin.UNDECLARED: "Undeclared", Origin.DECLARED_HUMAN: "Declared human"}
_WEIGHT = {Origin.AGENT: 2, Origin.UNDECLARED: 1, Origin.DECLARED_HUMAN: 0}


@dataclass(frozen=True, slots=True)
class Params:
    """What clears a line."""

    accept: Annotated[
        tuple[Clearing, ...],
        "What clears a high-risk change: `vouched` (an independent approval of this head), `declared-human` (a person's commit without agent marks).",
    ] = ("vouched", "declared-human")


def check(evidence: Evidence, params: Params) -> Findings:
    """One finding per run of high-risk lines of one origin, unless this head has an independent approval."""
    risky = [file for file in need(evidence.diff).files if file.domains]
    if not risky:
        return "no changed file is in a high-risk domain"
    authorship = need(evidence.authorship)
    cleared = frozenset({Origin.DECLARED_HUMAN}) if "declared-human" in params.accept else frozenset[Origin]()
    findings = [finding for file in risky for finding in _of_file(file, authorship.files[file.path], cleared)]
    looked = f"{counted(len(risky), 'changed file')} in high-risk domains"
    unread = evidence.traces.unread if any(_declared(authorship.files[file.path]) for file in risky) and cleared else ()
    if not findings and not unread:
        return looked
    if "vouched" in params.accept:
        head = evidence.subject.head.sha
        if head is None:
            need(Missing(Why.ABSENT, "a diff alone has no head that somebody could have approved", "Judge a range with --base and --head."))
        approving = independent_approvals(need(evidence.facts), head or "")
        if approving:
            return f"{looked}, vouched for by {', '.join(f'`{login}`' for login in approving)}"
    yield from findings
    if unread:
        need(unread[0])
    return looked


def _of_file(file: FileChange, origins: FileOrigins, cleared: frozenset[Origin]) -> Iterator[Finding]:
    quotes = {} if isinstance(file.hunks, Missing) else {number: line for hunk in file.hunks for number, line in hunk.added()}
    for span in origins.spans:
        if span.origin not in cleared:
            quote = quotes.get(span.start)
            yield _finding(file, span.origin, span, None if quote is None else quote.decode("utf-8", "replace"))
    if origins.whole not in cleared and _beyond_lines(file, origins):
        yield _finding(file, origins.whole, None, None)


def _declared(origins: FileOrigins) -> bool:
    """Whether anything in a file is a person's by declaration: a trace that could not be read may give it to an agent."""
    return origins.whole is Origin.DECLARED_HUMAN or any(span.origin is Origin.DECLARED_HUMAN for span in origins.spans)


def _beyond_lines(file: FileChange, origins: FileOrigins) -> bool:
    """Whether the change does more than its added lines show: it has none, moves or retypes the file, or removes lines of its own."""
    if not origins.spans or file.status in {Status.DELETED, Status.RENAMED, Status.TYPE_CHANGED}:
        return True
    heaviest = max(_WEIGHT[span.origin] for span in origins.spans)
    return (file.removed > 0 or file.modes[0] not in {0, file.modes[1]}) and _WEIGHT[origins.whole] > heaviest


def _finding(file: FileChange, origin: Origin, span: Span | None, quote: str | None) -> Finding:
    return Finding(
        message=f"{_WHO[origin]} {' and '.join(file.domains)}, and nobody independent vouches for it",
        fix="Somebody with write access who took no part in the change reads it and approves this head.",
        path=file.path,
        side=Side.BASE if file.new_path is None else Side.HEAD,
        line=None if span is None else span.start,
        end_line=None if span is None else span.end,
        quote=quote,
    )


def needs(_: Params) -> Needs:
    """Who wrote what, who approved what, and the added lines."""
    return Needs(facts=frozenset({Fact.AUTHORSHIP, Fact.REVIEWS, Fact.COMMITS, Fact.PR}), lines=Files())


RULE = Rule(
    "agent-authored-risk",
    Params,
    check,
    needs,
    read=Read(3, "", "Would you sign this line?"),
)
