"""Flags a change whose every approval is of somebody who took part in it, who may not speak, or who has not seen this head.

## Why
An approval says that somebody else has read the change. One by its author, by whoever ran the agent, by another agent or of an older head says
nothing of the kind, and looks the same.

## Fix
Somebody with write access who took no part in the change reads it and approves this head.

## Limits
An approval counts as its author's latest word, on this head, of a person with write access who neither opened the change, nor contributed commits
to it, nor started the agent, each as the forge knows it. Accounts that agents are known to use are no persons'. Who else ran the agent stands only
in descriptions and trailers, which anybody can write: they disqualify nobody, and where they name the only one who approved, that is a question.
Two accounts of one person are two people. Nobody having approved yet is no fault.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from prgate.model.authorship import Authorship
from prgate.model.evidence import Evidence
from prgate.model.facts import Facts
from prgate.model.finding import Finding
from prgate.model.independence import Approval, approvals, folded
from prgate.model.missing import Missing, Why, need
from prgate.model.rule import Fact, Findings, Needs, Rule
from prgate.model.wording import counted, quoted

_SHOWN: Final = 5
_FIX: Final = "Somebody with write access who took no part in the change reads it and approves this head."


@dataclass(frozen=True, slots=True)
class Params:
    """Nothing to tune."""


def check(evidence: Evidence, _: Params) -> Findings:
    """One finding where nobody's approval counts, or a question where the only one's who counts is said to have run the agent."""
    facts = need(evidence.facts)
    reviews = need(facts.reviews)
    head = evidence.subject.head.sha
    if head is None and reviews:
        need(Missing(Why.ABSENT, "a diff alone has no head that somebody could have approved", "Judge a range with --base and --head."))
    given = approvals(facts, head or "")
    counting = [approval.review.author for approval in given if approval.lacks is None]
    if given and not counting:
        yield Finding(message=f"{_how_many(len(given))}: {_said(given)}", fix=_FIX)
    operator = _claimed(need(evidence.authorship), facts)
    if counting and all(operator is not None and folded(login) == folded(operator) for login in counting):
        yield Finding(
            message=f"{quoted(counting[0])} approves, and is said to have run the agent ({need(evidence.authorship).operator_by})",
            fix="Somebody else approves this head, too, unless this is not so.",
            certain=False,
        )
    if not given:
        return "nobody has approved"
    return f"{counted(len(given), 'approval')}, of which {', '.join(map(quoted, counting)) or 'none'} {'count' if len(counting) > 1 else 'counts'}"


def _how_many(number: int) -> str:
    return "1 approval, and it does not count" if number == 1 else f"{number:,} approvals, and none counts"


def _said(given: tuple[Approval, ...]) -> str:
    """``dana opened it; bo is a bot or an agent; 2 more``."""
    reasons = [f"{quoted(approval.review.author)} {approval.lacks}" for approval in given[:_SHOWN]]
    return "; ".join([*reasons, *([f"{len(given) - _SHOWN:,} more"] if len(given) > _SHOWN else [])])


def _claimed(authorship: Authorship, facts: Facts) -> str | None:
    """Who ran the agent, where only claims say so."""
    return None if facts.operator is not None else authorship.operator


def needs(_: Params) -> Needs:
    """Who approved what, who took part as the forge knows, and who is said to have run the agent."""
    return Needs(facts=frozenset({Fact.AUTHORSHIP, Fact.COMMITS, Fact.PR, Fact.REVIEWS}))


RULE = Rule("dependent-approval", Params, check, needs)
