"""The event that started a workflow → which pull request, head or queue entry it asks to judge, or why none."""

from __future__ import annotations

import re
from dataclasses import dataclass

from prgate.errors import FormatError, PrgateError
from prgate.formats.facts import Number, Sha, Short
from prgate.formats.json_reader import read_json
from prgate.formats.shape import ShapeError, shown
from prgate.github.pulls import Pull, pull_of
from prgate.github.reading import Repository, account, at, value
from prgate.hearing.command import is_command
from prgate.model.facts import PersonType
from prgate.model.missing import Missing

_MOST_BYTES = 32 * 1024 * 1024
_DEPTH = 64
_BRANCH = "refs/heads/"
_QUEUE = "gh-readonly-queue/"


@dataclass(frozen=True, slots=True)
class OnPull:
    """One pull request; ``pull`` as the event tells it, null where the event tells less than all; then perhaps its ``head``."""

    number: int
    pull: Pull | None
    head: str | None = None


@dataclass(frozen=True, slots=True)
class OnRun:
    """A finished run of another workflow: the head that it ran on, whichever pull requests have it."""

    owner: str
    branch: str
    sha: str
    repository: str


@dataclass(frozen=True, slots=True)
class OnQueue:
    """An entry of the merge queue; ``base_ref`` is a branch name. ``number`` is read from the branch name: a candidate, and of a group the last."""

    base_sha: str
    base_ref: str
    head_sha: str
    number: int | None


@dataclass(frozen=True, slots=True)
class Nothing:
    """Nothing to judge."""

    why: str


Target = OnPull | OnRun | OnQueue | Nothing


def target_of(event: str, payload: bytes, *, repository: str, number: int | None = None) -> Target:
    """What an event of ``repository`` (``owner/name``) asks to judge; ``number`` is the pull request that a person named when they started it.

    ``payload`` is the JSON of GitHub's webhook (https://docs.github.com/webhooks/webhook-events-and-payloads). Raises ``FormatError``
    where it is not, or is about another repository, and ``PrgateError`` where a start by hand names no pull request.
    """
    try:
        data = read_json(payload, max_bytes=_MOST_BYTES, max_depth=_DEPTH)
        told = value(Repository, data, "repository", "full_name")
        if told.lower() != repository.lower():
            raise FormatError(f"it is about `{told}`, and this run belongs to `{shown(repository)}`")
        return _target(event, data, repository, number)
    except ShapeError as error:
        raise FormatError(f"the event `{shown(event)}`: {error}", over_limit=error.over_limit) from error


def _target(event: str, data: object, repository: str, number: int | None) -> Target:
    match event:
        case "pull_request" | "pull_request_target":
            return _of_pull(data, repository)
        case "pull_request_review":
            head = value(Sha | None, data, "pull_request", "head", "sha")
            return _open(data, "pull_request") or OnPull(value(Number, data, "pull_request", "number"), None, head)
        case "issue_comment":
            return _of_comment(data)
        case "workflow_run":
            return _of_run(data, repository)
        case "merge_group":
            return _of_queue(data)
        case "workflow_dispatch":
            if number is None or number < 1:
                raise PrgateError("started by hand, and no pull request is named", "input `pr`", "Give `pr` the number of a pull request.")
            return OnPull(number, None)
        case _:
            return Nothing(f"event `{shown(event)}` is none that prgate judges")


def _of_pull(data: object, repository: str) -> Target:
    number: int = value(Number, data, "pull_request", "number")
    if closed := _open(data, "pull_request"):
        return closed
    pull = pull_of(at(data, "pull_request"))
    if isinstance(pull, Missing):
        return OnPull(number, None, value(Sha | None, data, "pull_request", "head", "sha"))
    if pull.repository.lower() != repository.lower():
        raise FormatError(f"its pull request goes into `{pull.repository}`, and this run belongs to `{shown(repository)}`")
    return OnPull(number, pull)


def _open(data: object, key: str) -> Nothing | None:
    """Nothing to do where the pull request is no longer open."""
    number, state = value(Number, data, key, "number"), value(str, data, key, "state")
    return None if state == "open" else Nothing(f"pull request #{number} is {shown(state)}")


def _of_comment(data: object) -> Target:
    """A command, or what was one before it was edited or deleted: what it did must end, so the state is looked at anew."""
    if (action := value(str, data, "action")) not in {"created", "edited", "deleted"}:
        return Nothing(f"the comment was {shown(action)}, which says nothing new")
    if at(data, "issue", "pull_request") is None:
        return Nothing("the comment is on an issue, not on a pull request")
    before = value(str | None, data, "changes", "body", "from") if action == "edited" else None
    if not any(is_command(text or "") for text in (value(str | None, data, "comment", "body"), before)):
        return Nothing("the comment does not start with `/prgate`")
    if account(data, "comment", "user").type is not PersonType.USER:
        return Nothing("no person wrote the comment; only a person's is a command")
    return _open(data, "issue") or OnPull(value(Number, data, "issue", "number"), None)


def _of_run(data: object, repository: str) -> Target:
    if (action := value(str, data, "action")) != "completed":
        return Nothing(f"the run is {shown(action)}, not completed")
    cause = value(str, data, "workflow_run", "event")
    if cause in {"pull_request_target", "merge_group"}:
        return Nothing(f"a run for `{cause}` is on no pull request's head")
    if at(data, "workflow_run", "head_repository") is None or at(data, "workflow_run", "head_branch") is None:
        return Nothing("the repository or branch that the run was on is gone")
    origin: str = value(Repository, data, "workflow_run", "head_repository", "full_name")
    branch: str = value(Short, data, "workflow_run", "head_branch")
    default = branch == value(Short, data, "repository", "default_branch") and origin.lower() == repository.lower()
    if default and not cause.startswith("pull_request"):
        return Nothing(f"the run was on the default branch `{branch}`, not on a pull request")
    return OnRun(origin.partition("/")[0], branch, value(Sha, data, "workflow_run", "head_sha"), origin)


def _of_queue(data: object) -> Target:
    if (action := value(str, data, "action")) != "checks_requested":
        return Nothing(f"the queue entry was {shown(action)}; it asks for no checks")
    base = value(Short, data, "merge_group", "base_ref").removeprefix(_BRANCH)
    head = value(Short, data, "merge_group", "head_ref").removeprefix(_BRANCH)
    named = re.fullmatch(r"pr-([1-9][0-9]{0,14})-(?:[0-9a-f]{40}|[0-9a-f]{64})", head.removeprefix(f"{_QUEUE}{base}/"))
    return OnQueue(
        base_sha=value(Sha, data, "merge_group", "base_sha"),
        base_ref=base,
        head_sha=value(Sha, data, "merge_group", "head_sha"),
        number=int(named[1]) if named else None,
    )
