"""Flags a change to what steers the gate, the reviewers or the agents, and a check of the gate's name that the gate did not set.

## Why
Whoever can edit the judge need not convince it. Policy, workflows, owners, attributes and agent instructions decide what every later
change is held to, so a change to them is read by a human, whoever wrote it.

## Fix
Have a maintainer read it, best in a pull request of its own; an independent person's attestation answers it. The policy in force is the base's,
so the change cannot help itself.

## Limits
Knows the places that the forge, git and the known agents read; add the ones that only your team has with `also`.
Without evidence of an agent a changed file warns and never blocks. Of the checks on the head it knows those that the facts name.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from prgate.model.diff import Side, Status
from prgate.model.evidence import Evidence
from prgate.model.facts import CheckRun
from prgate.model.finding import Finding
from prgate.model.globs import compile_globs
from prgate.model.heard import Heard, Verb
from prgate.model.missing import Missing, Why, need
from prgate.model.rule import Fact, Findings, Needs, PathGlobs, Read, Rule
from prgate.model.steering import CHECK, STEERING, steers
from prgate.model.verdict import ReportedFinding
from prgate.model.wording import counted


@dataclass(frozen=True, slots=True)
class Params:
    """Which files steer."""

    also: Annotated[tuple[str, ...], PathGlobs(), "Path globs of further files that steer the gate or the agents."] = ()


def check(evidence: Evidence, params: Params) -> Findings:
    """One finding per changed steering file, either path."""
    agents = not isinstance(evidence.authorship, Missing) and bool(evidence.authorship.agents)
    also = compile_globs(params.also)
    for file in need(evidence.diff).files:
        if any(steers()(place) or also(place) for place in file.places):
            done = {Status.ADDED: "Adds to", Status.DELETED: "Deletes from", Status.RENAMED: "Moves"}.get(file.status, "Changes")
            kinds = (what for what, globs in STEERING.items() if any(map(compile_globs(globs), file.places)))
            what = next(kinds, "your own steering files")
            yield Finding(
                message=f"{done} {what}",
                fix="Have a maintainer read it; better, bring it in a pull request of its own.",
                path=file.path,
                side=Side.BASE if file.new_path is None else Side.HEAD,
                certain=agents,
            )
    checks = _checks(evidence)
    for run in checks:
        if run.name == CHECK:
            yield Finding(
                message=f"A check `{CHECK}` that prgate did not set is on this head: {run.conclusion or 'still running'}, {_by(run)}",
                fix="Find the workflow or app that sets it and give its check another name; a forge takes any check of this name for the gate's.",
            )
    looked = counted(len(need(evidence.diff).files), "changed path")
    return f"{looked} and {counted(len(checks), 'check')} of others" if checks else looked


def _checks(evidence: Evidence) -> tuple[CheckRun, ...]:
    """The checks of others on the head; none where nobody asked a forge, *unknown* where one was asked in vain."""
    facts = evidence.facts
    found = facts if isinstance(facts, Missing) else facts.checks
    if isinstance(found, Missing):
        return () if found.why is Why.ABSENT else need(found)
    return found


def _by(run: CheckRun) -> str:
    return f"by the app `{run.app}`" if run.app else "a commit status"


def attest(_evidence: Evidence, _params: Params, finding: ReportedFinding, _heard: Heard) -> str | None:
    """Whoever has read a changed file can say so; a check of the gate's name stays what it is."""
    return "a check of the gate's name gets another name, whatever was read" if finding.path is None else None


def needs(_: Params) -> Needs:
    """Paths, whether an agent left evidence, and what other checks say."""
    return Needs(facts=frozenset({Fact.AUTHORSHIP, Fact.CHECKS}))


RULE = Rule(
    "gate-tampering",
    Params,
    check,
    needs,
    everyone=True,
    read=Read(2, "steers the gate", "What may pass after this that could not pass before?"),
    attest=attest,
    answer=Verb.ATTEST,
)
