"""Flags a change by an agent that no person answers for.

## Why
Somebody must be able to say what the change is for, and mend it when it breaks. An agent can do neither tomorrow; where its own account opens
the pull request, and nothing says who asked for it, there is nobody to ask.

## Fix
Whoever asked for it signs off its commits (`git commit --signoff`), with the address that the forge knows them by; or somebody with write
access who took no part in it approves this head, and so takes it on.

## Limits
Looked for, in this order: a person who opened it; who started the agent, as the forge knows; whom the description of the agent's pull request
names; co-authors of the agent's commits; who signed off a commit; who approved this head and is independent of it. All but the first two and the
last are claims that anybody can write. A name without a login does not count, since nobody can be asked by it. With `sign_off` every commit,
merges apart, must bear a person's `Signed-off-by`; the address need be no account's, and that a person wrote the line is not known.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from prgate.model.agents import agents_of, commits_told
from prgate.model.authorship import Authorship
from prgate.model.evidence import Evidence
from prgate.model.facts import Facts
from prgate.model.finding import Finding
from prgate.model.missing import need
from prgate.model.rule import Fact, Findings, Needs, Rule
from prgate.model.wording import counted, quoted


@dataclass(frozen=True, slots=True)
class Params:
    """What a person must have put their name to."""

    sign_off: Annotated[bool, "Whether every commit, merges apart, must bear a person's `Signed-off-by`."] = False


def check(evidence: Evidence, params: Params) -> Findings:
    """One finding where nobody answers for the change, and one where commits are not signed off by a person."""
    if not agents_of(evidence):
        return "no evidence of an agent"
    authorship = need(evidence.authorship)
    if params.sign_off:
        commits = need(evidence.commits)
        if authorship.unsigned:
            yield Finding(
                message=f"{len(authorship.unsigned):,} of {counted(len(commits), 'commit')} without a person's `Signed-off-by`:"
                f" {commits_told(authorship.unsigned)}",
                fix="The person who answers for a commit signs it off themselves (`git commit --amend --signoff`); an agent does not.",
            )
    facts = need(evidence.facts)
    if authorship.owner is None:
        need(evidence.commits)
        need(facts.commits)
        need(facts.people)
        need(facts.reviews)
        yield Finding(
            message=f"Nobody is known to answer for it: {quoted(facts.author.login)} opened it, and no description, trailer or approval names a person",
            fix="Somebody independent approves this head, or whoever asked for it signs off its commits with the address that the forge knows them by.",
        )
        return "the opener, the description, co-authors, sign-offs and approvals"
    return _known(authorship, facts, authorship.owner)


def _known(authorship: Authorship, facts: Facts, owner: str) -> str:
    """Who answers for it; nobody can be told from a bot where account types could not be looked up."""
    if facts.author.type is None or owner != facts.author.login:
        need(facts.people)
    return f"{quoted(owner)} answers for it ({authorship.owner_by})"


def needs(_: Params) -> Needs:
    """Who took part, the commits, and what the forge says of people."""
    return Needs(facts=frozenset({Fact.AUTHORSHIP, Fact.COMMITS, Fact.PR, Fact.REVIEWS}))


RULE = Rule("missing-owner", Params, check, needs)
