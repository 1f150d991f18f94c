"""Flags a change to what steers the gate, the reviewers or the agents.

## Why
Whoever can edit the judge need not convince it. Policy, workflows, owners, attributes and agent instructions decide what every later
change is held to, so a change to them is read by a human, whoever wrote it.

## Fix
Have a maintainer read and approve it in a pull request of its own. The policy in force is the base's, so the change cannot help itself.

## Limits
Knows the places that the forge, git and the known agents read; add the ones that only your team has with `also`.
Without evidence of an agent it warns and never blocks.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from prgate.model.diff import Status
from prgate.model.evidence import Evidence
from prgate.model.finding import Finding
from prgate.model.globs import compile_globs
from prgate.model.missing import Missing, need
from prgate.model.rule import Fact, Findings, Needs, PathGlobs, Read, Rule
from prgate.model.steering import STEERING, steers
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
        if any(steers()(path) or also(path) for path in file.paths):
            done = {Status.ADDED: "Adds to", Status.DELETED: "Deletes from", Status.RENAMED: "Moves"}.get(file.status, "Changes")
            kinds = (what for what, globs in STEERING.items() if any(map(compile_globs(globs), file.paths)))
            what = next(kinds, "your own steering files")
            yield Finding(
                message=f"{done} {what}",
                fix="Have a maintainer read it; better, bring it in a pull request of its own.",
                path=file.path,
                certain=agents,
            )
    return f"{counted(len(need(evidence.diff).files), 'changed path')}"


def needs(_: Params) -> Needs:
    """Paths, and whether an agent left evidence."""
    return Needs(facts=frozenset({Fact.AUTHORSHIP}))


RULE = Rule(
    "gate-tampering",
    Params,
    check,
    needs,
    everyone=True,
    read=Read(2, "steers the gate", "What may pass after this that could not pass before?"),
)
