"""Who may vouch for a change: an approval counts only from somebody independent of it."""

from __future__ import annotations

from datetime import datetime

from prgate.model.facts import Facts, PersonType, Review, ReviewState
from prgate.model.missing import need

_DECIDING = frozenset({ReviewState.APPROVED, ReviewState.CHANGES_REQUESTED, ReviewState.DISMISSED})


def independent_approvals(facts: Facts, head: str) -> tuple[str, ...]:
    """Logins whose latest deciding review approves this head and who may write, are no bot, and neither opened nor contributed to it.

    Contributors are the authors and committers of the commits as the forge links them. Ends the rule as ``unknown`` where reviews,
    people or linked commits are missing.
    """
    people = {login.lower(): person for login, person in need(facts.people).items()}
    involved = {facts.author.login.lower()}
    for commit in need(facts.commits):
        involved |= {login.lower() for login in (commit.author, commit.committer) if login is not None}
    latest: dict[str, Review] = {}
    for review in sorted(need(facts.reviews), key=lambda review: datetime.fromisoformat(review.at)):
        if review.state in _DECIDING:
            latest[review.author.lower()] = review
    approving = []
    for login, review in latest.items():
        person = people.get(login)
        if person is None or person.type is not PersonType.USER or not person.permission.may_write or login in involved:
            continue
        if review.state is ReviewState.APPROVED and review.commit == head:
            approving.append(review.author)
    return tuple(sorted(approving))
