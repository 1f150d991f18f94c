"""Flags an agent that the policy does not allow, or one at work where the policy lets none.

## Why
A project may know some tools and not others, keep first issues for people who want to learn, or keep code for people who can be asked.

## Fix
Let a person do it, or ask whoever keeps the policy to allow the agent there.

## Limits
Finds nothing until the policy says what is closed. Marks are what tools write: an agent that leaves none is not seen, and a name in `allowed` is
a name. In a change with evidence of an agent, lines of which nobody is known to be the author count as its own; lines that a person's commit
declares do not. Labels are the pull request's: those of the issue behind it are not known.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Final

from prgate.model.agents import agents_of, agents_told
from prgate.model.authorship import Agent, FileOrigins, Origin, SignKind
from prgate.model.diff import FileChange, Side
from prgate.model.evidence import Evidence
from prgate.model.finding import Finding
from prgate.model.globs import compile_globs
from prgate.model.missing import need
from prgate.model.rule import Fact, Files, Findings, Needs, PathGlobs, Rule
from prgate.model.wording import listed, quoted

_NAMED: Final = 3
_OPEN: Final = "Let a person do it, or ask whoever keeps the policy to open it."
_BY: Final = {Origin.AGENT: "An agent's change", Origin.UNDECLARED: "A change of nobody known, beside an agent's marks,"}


@dataclass(frozen=True, slots=True)
class Params:
    """What is closed to agents; an empty list closes nothing."""

    allowed: Annotated[tuple[str, ...], "Ids of the only agents that may take part, such as `claude-code`; empty: all."] = ()
    paths: Annotated[tuple[str, ...], PathGlobs(), "Path globs of files in which no agent may write."] = ()
    labels: Annotated[tuple[str, ...], "Labels, in any case, of pull requests that are kept for people, such as `good first issue`."] = ()
    opener: Annotated[bool, "Whether an agent's own account must not open a pull request."] = False


def check(evidence: Evidence, params: Params) -> Findings:
    """One finding per agent that may not take part or open, per label, and per file with lines of an agent in a closed path."""
    agents = agents_of(evidence)
    for agent in agents:
        if params.allowed and agent.id not in params.allowed:
            yield Finding(
                message=f"Evidence of {agents_told([agent])}; the policy allows {listed(map(quoted, params.allowed), _NAMED)}",
                fix=f"Do it without that agent, or ask whoever keeps the policy to allow {quoted(agent.id)}.",
            )
        if params.opener:
            yield from _opened(agent)
    if agents and params.paths:
        yield from _in_closed_paths(evidence, params)
    if agents and params.labels:
        closed = {label.casefold() for label in params.labels}
        for label in need(need(evidence.facts).labels):
            if label.casefold() in closed:
                yield Finding(message=f"Evidence of {agents_told(agents)}, and the label {quoted(label)} is closed to agents", fix=_OPEN)
    return f"evidence of {agents_told(agents)}" if agents else "no evidence of an agent"


def _opened(agent: Agent) -> Iterator[Finding]:
    for sign in agent.signs:
        if sign.kind is SignKind.OPENER:
            yield Finding(
                message=f"The account {quoted(sign.quote)} of {agent.name} opened it, and agents may not",
                fix="A person opens the pull request and answers for it.",
            )


def _in_closed_paths(evidence: Evidence, params: Params) -> Iterator[Finding]:
    inside, origins = compile_globs(params.paths), need(evidence.authorship).files
    for file in need(evidence.diff).files:
        if any(map(inside, file.places)):
            yield from _written(file, origins[file.path])


def _written(file: FileChange, origins: FileOrigins) -> Iterator[Finding]:
    """A finding per run of lines that no person declares, or one on the file where what is not lines is nobody's declaration."""
    lines: list[tuple[int | None, int | None, Origin]] = [
        (span.start, span.end, span.origin) for span in origins.spans if span.origin is not Origin.DECLARED_HUMAN
    ]
    for start, end, origin in lines or [(None, None, origins.whole)]:
        if origin is not Origin.DECLARED_HUMAN:
            yield Finding(
                message=f"{_BY[origin]} in a path that is closed to agents",
                fix=_OPEN,
                path=file.path,
                side=Side.BASE if file.new_path is None else Side.HEAD,
                line=start,
                end_line=end,
            )


def needs(params: Params) -> Needs:
    """Who took part, the labels where some are closed, and the added lines where paths are."""
    return Needs(facts=frozenset({Fact.AUTHORSHIP, *([Fact.PR] if params.labels else [])}), lines=Files() if params.paths else None)


RULE = Rule("forbidden-agent", Params, check, needs)
