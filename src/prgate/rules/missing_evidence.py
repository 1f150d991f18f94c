"""Flags a change that says nowhere why it was made.

## Why
Without the issue, ticket or run that asked for it, nobody can tell whether the change does what was wanted, or who wanted it.

## Fix
Name the issue in the description (`Fixes #123`), or link the ticket or the run that shows the problem.

## Limits
A link that was looked up at its host counts as verified. One that is only named counts as claimed: it is found in the text, not checked.
The pull request's own number, other pull requests and chat sessions do not count.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from prgate.model.evidence import Evidence
from prgate.model.facts import Facts
from prgate.model.finding import Finding
from prgate.model.missing import Missing, Why, need
from prgate.model.rule import Fact, Findings, Needs, Rule
from prgate.model.wording import counted
from prgate.recognise.references import ReferenceKind, references


@dataclass(frozen=True, slots=True)
class Params:
    """What counts as a link."""

    tickets: Annotated[bool, "Whether a ticket that is only named, such as `PAY-4182`, counts."] = True


def check(evidence: Evidence, params: Params) -> Findings:
    """One finding on the whole change if nothing is linked, or for each linked thing that its host does not know."""
    facts = need(evidence.facts)
    if not isinstance(facts.links, Missing) or facts.links.why is not Why.ABSENT:
        links = need(facts.links)
        for link in links:
            if not link.found:
                yield Finding(message=f"`{link.ref}` is named, and its host does not know it", fix="Link an issue or a run that exists.")
        if links:
            return f"{counted(len(links), 'link')} looked up"
    named = _named(facts, tickets=params.tickets)
    if named is None:
        yield Finding(
            message="No issue, ticket or run is linked",
            fix="Name the issue that asked for this in the description, or link the run that shows the problem.",
        )
    return f"{named}, named in the description (claimed, not looked up)"


def _named(facts: Facts, *, tickets: bool) -> str | None:
    """What the first reference in title or body is."""
    for reference in references(facts.title, facts.body, own=facts.number):
        if tickets or reference.kind is not ReferenceKind.TICKET:
            return str(reference.kind)
    return None


def needs(_: Params) -> Needs:
    """Title, body and the links that were looked up."""
    return Needs(facts=frozenset({Fact.PR, Fact.LINKS}))


RULE = Rule("missing-evidence", Params, check, needs)
