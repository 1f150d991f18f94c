"""The check run on a commit, and what other check runs of its name say."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from prgate.formats.facts import Number
from prgate.github.reading import Count, attempt, value
from prgate.github.session import Answer, Session
from prgate.model.missing import Missing
from prgate.model.steering import CHECK

MOST: Final = 2_000
"""Check runs of one commit that are looked through."""
BATCH: Final = 50
"""Annotations in one request, as the API limits them."""
_INVALID: Final = 422
_ID: Final = re.compile(r"prgate:1 pr=([0-9]{1,10}) own=(success|neutral|failure|action_required) run=([0-9.]{1,40})")
_BLOCKING: Final = ("failure", "action_required")


@dataclass(frozen=True, slots=True)
class Check:
    """One check run to be created. ``number`` is the pull request it answers for (0: a merge group), ``own`` what was concluded of it alone.

    ``output`` is the API's ``output`` object without annotations; ``annotations`` are the API's own objects.
    """

    name: str
    head: str
    number: int
    own: str
    conclusion: str
    run: str
    url: str
    output: Mapping[str, str]
    annotations: Sequence[Mapping[str, Any]]

    @property
    def external_id(self) -> str:
        """Names the pull request, what was concluded of it alone, and the run, so that a check run can be told from any other."""
        return f"prgate:1 pr={self.number} own={self.own} run={self.run}"


@dataclass(frozen=True, slots=True)
class Written:
    """A check run that stands with its first ``annotations`` ones; ``missing`` says why the others are not in it."""

    annotations: int
    missing: Missing | None = None


def check_name(base: str | None) -> str:
    """The required name; a base branch that is none of those whose policy is trusted stands in it, so that it cannot pass for one."""
    return CHECK if base is None else f"{CHECK} (into {base})"


def list_checks(session: Session, repository: str, sha: str) -> tuple[Any, ...] | Missing:
    """All check runs of a commit, also those that newer ones of their name have replaced."""
    return session.pages(f"/repos/{repository}/commits/{sha}/check-runs", key="check_runs", most=MOST, filter="all")


def blocked_by(checks: Iterable[Any], *, number: int) -> Mapping[int, str]:
    """Other pull requests by number with the blocking conclusion that their latest evaluation of this same commit came to.

    One that goes into another branch by now has its latest under another name, and answers for that branch alone.
    """
    latest: dict[int, tuple[int, str, str]] = {}
    for made, name, other, own in _ours(checks):
        latest[other] = max(latest.get(other, (0, "", "")), (made, name, own))
    return {
        other: own for other, (_, name, own) in sorted(latest.items()) if other not in {0, number} and name == CHECK and own in _BLOCKING
    }


def last_word(checks: Iterable[Any], *, number: int) -> tuple[int, bool]:
    """The id of our newest check run that answers for the pull request, and whether it blocks; 0 where there is none."""
    return max(((made, own in _BLOCKING) for made, _, other, own in _ours(checks) if other == number), default=(0, False))


def _ours(checks: Iterable[Any]) -> Iterator[tuple[int, str, int, str]]:
    """Id, name, pull request and own conclusion of the check runs that are named as this one names them."""
    for check in checks:
        match check:
            case {"id": int(made), "name": str(name), "external_id": str(given)} if found := _ID.fullmatch(given):
                yield made, name, int(found[1]), found[2]


def is_ours(check: Mapping[str, Any]) -> bool:
    """Whether a check run is named as this one names them; a job of the same name has an id of the forge's own."""
    given = check.get("external_id")
    return isinstance(given, str) and _ID.fullmatch(given) is not None


def post_check(session: Session, repository: str, check: Check) -> Written | Missing:
    """Create the check run, then append what annotations are left; ``Missing`` where there is none.

    What it says counts for more than where: a forge that refuses an annotation is given the check run without them.
    """
    path = f"/repos/{repository}/check-runs"
    answer = _create(session, repository, check, check.annotations[:BATCH])
    refused = None
    if isinstance(answer, Missing) and answer.detail.startswith(f"POST {path} was answered {_INVALID}:") and check.annotations:
        refused, answer = answer, _create(session, repository, check, ())
    if isinstance(answer, Missing):
        return answer
    if refused is not None:
        return Written(0, refused)
    number = attempt("our check run", lambda: value(Number, answer.data, "id"))
    return number if isinstance(number, Missing) else _append(session, f"{path}/{number}", check)


def _create(session: Session, repository: str, check: Check, annotations: Sequence[Mapping[str, Any]]) -> Answer | Missing:
    def happened() -> Any | Missing | None:  # noqa: ANN401 (what the API gives)
        listed = list_checks(session, repository, check.head)
        if isinstance(listed, Missing):
            return listed
        return next((item for item in listed if (item.get("external_id"), item.get("name")) == (check.external_id, check.name)), None)

    body = {
        "name": check.name,
        "head_sha": check.head,
        "status": "completed",
        "conclusion": check.conclusion,
        "external_id": check.external_id,
        "details_url": check.url,
        "output": {**check.output, "annotations": list(annotations)},
    }
    return session.send("POST", f"/repos/{repository}/check-runs", body, happened=happened)


def _append(session: Session, path: str, check: Check) -> Written:
    for start in range(BATCH, len(check.annotations), BATCH):
        batch = list(check.annotations[start : start + BATCH])
        body = {"output": {**check.output, "annotations": batch}}
        answer = session.send("PATCH", path, body, happened=partial(_appended, session, path, start + len(batch)))
        if isinstance(answer, Missing):
            return Written(start, answer)
    return Written(len(check.annotations))


def _appended(session: Session, path: str, count: int) -> Any | Missing | None:  # noqa: ANN401 (what the API gives)
    """The check run, if it has this many annotations by now: a batch that is sent twice is shown twice."""
    answer = session.get(path)
    if isinstance(answer, Missing):
        return answer
    there = attempt("our check run", lambda: value(Count, answer.data, "output", "annotations_count"))
    return answer.data if not isinstance(there, Missing) and there >= count else None
