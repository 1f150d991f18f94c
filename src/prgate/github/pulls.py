"""The pull request as the forge tells it, whole or missing."""

from __future__ import annotations

from dataclasses import dataclass

from prgate.formats.facts import Number, Sha, Short, Text
from prgate.github.reading import Count, Repository, account, at, attempt, each, value
from prgate.github.session import Session
from prgate.model.facts import Account
from prgate.model.missing import Missing, Why

_MOST_MATCHES = 10


@dataclass(frozen=True, slots=True)
class Pull:
    """A pull request as the API and events give it; `comments` is the forge's own count, to hold its list against.

    ``head_repository`` and its id are null where the fork is deleted. ``url`` is the page for people, as the forge spells it.
    """

    number: int
    state: str
    draft: bool
    title: str
    body: str
    author: Account
    url: str
    labels: tuple[str, ...]
    repository: str
    repository_id: int
    default_branch: str
    base_ref: str
    base_sha: str
    head_ref: str
    head_sha: str
    head_repository: str | None
    head_repository_id: int | None
    comments: int


def pull_of(data: object) -> Pull | Missing:
    """The pull request that an object of the API or of an event spells; a shortened one, as lists and reviews carry it, is ``Missing``.

    Its texts keep the bounds of the facts document, so that a pull request that was read can be written there.
    """
    return attempt("the pull request", lambda: _pull(data))


def read_pull(session: Session, repository: str, number: int) -> Pull | Missing:
    """The pull request as it is now, one request."""
    answer = session.get(f"/repos/{repository}/pulls/{number}")
    if isinstance(answer, Missing):
        return answer
    pull = pull_of(answer.data)
    if isinstance(pull, Pull) and (pull.number, pull.repository.lower()) != (number, repository.lower()):
        detail = f"asked for pull request {number} of {repository}, the forge gave {pull.number} of {pull.repository}"
        return Missing(Why.FAILED, detail, "Where the repository was renamed or moved, run it again under its new name.")
    return pull


def open_pulls_of(
    session: Session, repository: str, *, owner: str, branch: str, sha: str, head_repository: str
) -> tuple[Pull, ...] | Missing:
    """The open pull requests whose head is exactly this commit of this branch of this repository, by number; none is no error.

    The list of the forge only proposes: each is read by itself, and counts if it still has this head.
    """
    found = session.pages(f"/repos/{repository}/pulls", state="open", head=f"{owner}:{branch}")
    if isinstance(found, Missing):
        return found
    numbers = attempt("the open pull requests", lambda: sorted(number for number, head in each(_listed, found) if head == sha))
    if isinstance(numbers, Missing):
        return numbers
    if len(numbers) > _MOST_MATCHES:
        detail = f"{len(numbers)} open pull requests have this head, more than the {_MOST_MATCHES} that one run judges"
        return Missing(Why.OVER_LIMIT, detail, "Close those that nobody needs.")
    pulls = []
    for number in numbers:
        pull = read_pull(session, repository, number)
        if isinstance(pull, Missing):
            return pull
        named = (pull.head_repository or "").lower() == head_repository.lower()
        if named and (pull.state, pull.head_ref, pull.head_sha) == ("open", branch, sha):
            pulls.append(pull)
    return tuple(pulls)


def _listed(item: object) -> tuple[int, str]:
    return value(Number, item, "number"), value(Sha, item, "head", "sha")


def _pull(data: object) -> Pull:
    return Pull(
        number=value(Number, data, "number"),
        state=value(Short, data, "state"),
        draft=value(bool | None, data, "draft") or False,
        title=value(Short | None, data, "title") or "",
        body=value(Text | None, data, "body") or "",
        author=account(data, "user"),
        url=value(Short, data, "html_url"),
        labels=each(lambda label: str(value(str, label, "name")), data, "labels"),
        repository=value(Repository, data, "base", "repo", "full_name"),
        repository_id=value(Number, data, "base", "repo", "id"),
        default_branch=value(Short, data, "base", "repo", "default_branch"),
        base_ref=value(Short, data, "base", "ref"),
        base_sha=value(Sha, data, "base", "sha"),
        head_ref=value(Short, data, "head", "ref"),
        head_sha=value(Sha, data, "head", "sha"),
        head_repository=None if at(data, "head", "repo") is None else value(Repository, data, "head", "repo", "full_name"),
        head_repository_id=None if at(data, "head", "repo") is None else value(Number, data, "head", "repo", "id"),
        comments=value(Count, data, "comments"),
    )
