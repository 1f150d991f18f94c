"""Who may vouch for a change: a word counts only from somebody independent of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from prgate.model.facts import Facts, Permission, Person, PersonType, Review, ReviewState
from prgate.model.missing import Missing, need

_DECIDING: Final = frozenset({ReviewState.APPROVED, ReviewState.CHANGES_REQUESTED, ReviewState.DISMISSED})
_WITHDRAWN: Final = {ReviewState.CHANGES_REQUESTED: "asked for changes later", ReviewState.DISMISSED: "had a later review dismissed"}
FORGE: Final = "web-flow"
"""The committer of whatever is made in GitHub's pages; it takes part in nothing."""


@dataclass(frozen=True, slots=True)
class Cast:
    """Everybody whose word may be asked about, by ``folded`` login; ``involved`` says what somebody had to do with the change."""

    people: Mapping[str, Person]
    involved: Mapping[str, str]

    def lacks(self, login: str, least: Permission) -> str | None:
        """Why this login's word counts for nothing at all, or ``None`` where it may speak: a person, with that permission or more."""
        person = self.people.get(folded(login))
        if person is None:
            return "has a permission here that is not known"
        if person.type is None:
            return "has an account of a kind that is not known"
        if person.type is not PersonType.USER:
            return "is a bot or an agent"
        if person.permission.rank < least.rank:
            return f"has {person.permission} permission, and {least} is asked for"
        return None

    def depends(self, login: str) -> str | None:
        """What makes this login dependent, or ``None`` where the forge knows of nothing."""
        return self.involved.get(folded(login))


@dataclass(frozen=True, slots=True)
class Approval:
    """The last approval of one reviewer, and why it does not count, or null where it does; ``lacks`` reads behind the login.

    ``may``: it is of a person who may write here, as only few are.
    """

    review: Review
    lacks: str | None
    may: bool


def folded(login: str) -> str:
    """The form in which logins are compared: forges fold ASCII case and nothing else, so a look-alike is another login."""
    return login.lower() if login.isascii() else login


def cast_of(facts: Facts) -> Cast | Missing:
    """Who took part, as the forge knows it: names, addresses and trailers are claims, and disqualify nobody.

    Contributors are the authors and committers of the commits as the forge links them.
    """
    if isinstance(facts.people, Missing):
        return facts.people
    if isinstance(facts.commits, Missing):
        return facts.commits
    involved = {}
    for commit in facts.commits:
        for login in (commit.committer, commit.author):
            if login is not None and folded(login) != FORGE:
                involved[folded(login)] = "contributed commits"
    if facts.operator is not None:
        involved[folded(facts.operator)] = "started the agent"
    involved[folded(facts.author.login)] = "opened it"
    return Cast({folded(login): person for login, person in facts.people.items()}, involved)


def latest_reviews(facts: Facts) -> Mapping[str, Review]:
    """The latest deciding review of each reviewer, by ``folded`` login. Ends the rule as ``unknown`` where reviews are missing."""
    return {folded(review.author): review for review in _decided(facts)}


def approvals(facts: Facts, head: str) -> tuple[Approval, ...]:
    """The last approval of everybody who ever approved, those who may write first, then by ``folded`` login, each with why it does not count.

    It counts as its author's latest deciding word, on this head, of a person who may write and is independent of the change. Ends the rule as
    ``unknown`` where reviews are missing, or where there is an approval and people or linked commits are missing.
    """
    decided = _decided(facts)
    latest = {folded(review.author): review for review in decided}
    given = {folded(review.author): review for review in decided if review.state is ReviewState.APPROVED}
    if not given:
        return ()
    cast = need(cast_of(facts))
    found = (_weighed(cast, review, latest[login], head, facts.base_since) for login, review in sorted(given.items()))
    return tuple(sorted(found, key=lambda approval: not approval.may))


def independent_approvals(facts: Facts, head: str) -> tuple[Review, ...]:
    """The approvals that count for this head, by ``folded`` login; ends the rule as ``unknown`` as ``approvals`` does."""
    return tuple(approval.review for approval in approvals(facts, head) if approval.lacks is None)


def _decided(facts: Facts) -> list[Review]:
    """The reviews that decide anything, oldest first."""
    return sorted(
        (review for review in need(facts.reviews) if review.state in _DECIDING), key=lambda review: datetime.fromisoformat(review.at)
    )


def _weighed(cast: Cast, review: Review, latest: Review, head: str, turned: str | None) -> Approval:
    unable = cast.lacks(review.author, Permission.WRITE)
    withdrawn = _WITHDRAWN.get(latest.state)
    stale = None if review.commit == head else f"approved `{review.commit[:7]}`, an older head"
    if stale is None and turned is not None and datetime.fromisoformat(review.at) <= datetime.fromisoformat(turned):
        stale = "approved it for another base"
    return Approval(review, cast.depends(review.author) or unable or withdrawn or stale, unable is None)
