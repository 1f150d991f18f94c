"""Whether the issues and runs that a pull request refers to are there: asked of their host, for the first few."""

from __future__ import annotations

import re
from itertools import islice
from typing import Any, Literal

from prgate.formats.facts import Sha, Short
from prgate.github.pulls import Pull
from prgate.github.reading import at, attempt, value
from prgate.github.session import Session
from prgate.model.missing import Missing
from prgate.recognise.references import Reference, references

_MOST = 3
"""Look-ups of one evaluation; each is a request."""

_PLACE = re.compile(r"/(issues|actions/runs)/([1-9][0-9]{0,14})(?![0-9])")

Sought = tuple[Literal["issue", "run"], int]


def links_of(session: Session, pull: Pull) -> list[dict[str, Any]] | Missing:
    """``links`` of the facts document: the first three issues and runs of this repository that title or body name.

    Those of other repositories are left as named, since the token need not see them; a number that is a pull request's is no link. One
    look-up that fails leaves all of it missing.
    """
    named = (_sought(reference, pull) for reference in references(pull.title, pull.body, own=pull.number))
    links = []
    for kind, number in islice(dict.fromkeys(item for item in named if item is not None), _MOST):
        link = _link(session, pull.repository, kind, number)
        if isinstance(link, Missing):
            return link
        if link is not None:
            links.append(link)
    return links


def _sought(reference: Reference, pull: Pull) -> Sought | None:
    """What this repository's host is to be asked about, if anything."""
    if reference.number is not None:
        here = reference.repository is None or reference.repository.lower() == pull.repository.lower()
        return ("issue", reference.number) if here else None
    home = pull.url.removesuffix(f"/pull/{pull.number}").lower()
    if not reference.text.lower().startswith(f"{home}/"):
        return None
    place = _PLACE.match(reference.text, len(home))
    if place is None or (place[1] == "issues" and int(place[2]) == pull.number):
        return None
    return ("issue" if place[1] == "issues" else "run", int(place[2]))


def _link(session: Session, repository: str, kind: Literal["issue", "run"], number: int) -> dict[str, Any] | Missing | None:
    """The entry; None for what turns out to be a pull request."""
    ref = f"#{number}" if kind == "issue" else f"actions/runs/{number}"
    answer = session.get(f"/repos/{repository}/{'issues' if kind == 'issue' else 'actions/runs'}/{number}", absent=True)
    if isinstance(answer, Missing):
        return answer
    if answer.status == 404:
        return {"kind": kind, "ref": ref, "found": False, "state": None, "head": None}
    return attempt(ref, lambda: _told(answer.data, kind, ref))


def _told(data: object, kind: Literal["issue", "run"], ref: str) -> dict[str, Any] | None:
    if kind == "run":
        state, head = value(Short | None, data, "conclusion"), value(Sha, data, "head_sha")
    elif at(data, "pull_request") is not None:
        return None
    else:
        state, head = value(Short, data, "state"), None
    return {"kind": kind, "ref": ref, "found": True, "state": state, "head": head}
