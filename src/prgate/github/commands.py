"""What has to be asked before a command can be held against the head: when that head came, and whether a review still says what was sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from prgate.formats.facts import Moment, Number, Sha, Short
from prgate.formats.shape import ShapeError
from prgate.github.pulls import Pull
from prgate.github.reading import at, attempt, each, value
from prgate.github.session import Session
from prgate.hearing.command import read_commands
from prgate.model.facts import ReviewState
from prgate.model.heard import Verb
from prgate.model.missing import Missing, Why

_MOST: Final = 100
"""Nodes of one question."""
_EDITED: Final = "query($ids: [ID!]!) { nodes(ids: $ids) { ... on PullRequestReview { id lastEditedAt } } }"
_TURNED: Final = (
    "query($owner: String!, $name: String!, $number: Int!) { repository(owner: $owner, name: $name) { pullRequest(number: $number) { number "
    "base: timelineItems(last: 1, itemTypes: [BASE_REF_CHANGED_EVENT]) { nodes { ... on BaseRefChangedEvent { createdAt } } } "
    "again: timelineItems(last: 1, itemTypes: [REOPENED_EVENT]) { nodes { ... on ReopenedEvent { createdAt } } } } } }"
)
_NAME_IT: Final = "Write the whole commit id into the command, behind `at`."


def has_commands(body: object) -> bool:
    """Whether a text is a command that does something: a bare ``/prgate`` only asks for another look."""
    return isinstance(body, str) and bool(read_commands(body))


def vouches(review: Mapping[str, Any]) -> bool:
    """Whether the text of a review (as the API gives it, or as an entry of the facts) may vouch: a command does, and so do words of an approval."""
    body = review.get("body")
    return has_commands(body) or (isinstance(body, str) and bool(body.strip()) and str(review.get("state")).lower() == ReviewState.APPROVED)


def timed(entry: Mapping[str, Any], head: str, *, own: bool) -> bool:
    """Whether an unedited comment or review (an entry of the facts) holds a command that counts only by the time of the push of the head.

    Such is a comment's that does not name the whole id of the head; ``own``: of somebody who takes part in the change also each that attests,
    since a policy may let that count after a while.
    """
    if entry.get("edited", True) is not False:
        return False
    for command in read_commands(entry["body"] or ""):
        counts = command.malformed is None and command.verb is not Verb.WRONG and not command.commit
        bound = "commit" in entry or command.head == head or not head.startswith(command.head or "")
        if counts and (not bound or (own and command.verb is Verb.ATTEST)):
            return True
    return False


def head_since(session: Session, pull: Pull) -> str | Missing:
    """When the head's branch moved to this head for the last time, by the activity of the head's repository, one request.

    The newest entry of the branch has to be the one that brought this head: an older one may have been followed by others.
    """
    if pull.head_repository is None:
        return Missing(Why.ABSENT, "the head's repository is deleted, and with it the account of its pushes", _NAME_IT)
    ref = f"refs/heads/{pull.head_ref}"
    answer = session.get(f"/repos/{pull.head_repository}/activity", ref=ref, per_page=1)
    if isinstance(answer, Missing):
        return answer
    listed = attempt(f"the activity of `{pull.head_ref}`", lambda: each(_moved, answer.data))
    if isinstance(listed, Missing):
        return listed
    if not listed or listed[0][:2] != (ref, pull.head_sha):
        return Missing(Why.STALE, f"the forge tells no push to `{pull.head_ref}` that brought {pull.head_sha[:12]}", _NAME_IT)
    return listed[0][2]


def edited_reviews(session: Session, reviews: Sequence[object]) -> Mapping[str, bool]:
    """Whether each of these reviews (as the API gives them) was edited after it was sent, by node id; one that is not told is left out.

    The REST API does not tell, and whoever may write can edit the review of another, so GraphQL is asked, one request.
    """
    named = [at(review, "node_id") for review in reviews]
    ids = [name for name in named if isinstance(name, str) and name][:_MOST]
    data = session.query(_EDITED, {"ids": ids}) if ids else None
    if data is None or isinstance(data, Missing):
        return {}
    told = attempt("the reviews", lambda: each(_edited, data, "nodes"))
    return {} if isinstance(told, Missing) else {name: edited for name, edited in told if name is not None}


@dataclass(frozen=True, slots=True)
class Turned:
    """When a pull request was last pointed at another base, and last opened again; null where it never was."""

    base: str | None
    again: str | None


def turned(session: Session, pull: Pull) -> Turned | Missing:
    """When the change became another without a push, one request: another base shows other lines, and a closed pull request keeps its old head."""
    owner, name = pull.repository.split("/")
    data = session.query(_TURNED, {"owner": owner, "name": name, "number": pull.number})
    return data if isinstance(data, Missing) else attempt("the turns of the pull request", lambda: _turned(data, pull))


def _turned(data: Any, pull: Pull) -> Turned:  # noqa: ANN401 (a value of JSON)
    told = at(data, "repository", "pullRequest")
    if value(Number, told, "number") != pull.number:
        raise ShapeError("this is another pull request", keys=("repository", "pullRequest", "number"))
    last = [each(lambda node: str(value(Moment, node, "createdAt")), told, key, "nodes")[-1:] for key in ("base", "again")]
    return Turned(*(moments[0] if moments else None for moments in last))


def _moved(item: object) -> tuple[str, str, str]:
    return value(Short, item, "ref"), value(Sha, item, "after"), value(Moment, item, "timestamp")


def _edited(item: Any) -> tuple[str | None, bool]:  # noqa: ANN401 (a value of JSON)
    return value(str | None, item or {}, "id"), value(Moment | None, item or {}, "lastEditedAt") is not None
