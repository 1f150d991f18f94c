"""The one comment on a pull request: found by its anchored first line and its author, edited ever after."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Final

from prgate.formats.facts import Number
from prgate.github.reading import account, attempt, value
from prgate.github.session import Answer, Session
from prgate.model.missing import Missing, Why

MOST: Final = 10_000
"""Comments of one pull request that are looked through."""
_FOUND: Final = 200
"""The status of a comment that was looked for; one that was made has 201."""
_GONE: Final = 404


@dataclass(frozen=True, slots=True)
class Posted:
    """Our comment as it stands now; ``spare`` says why a second one of ours, left by two runs at once, is still there."""

    id: int
    spare: Missing | None = None


def list_comments(session: Session, repository: str, number: int) -> tuple[Any, ...] | Missing:
    """All comments of a pull request, oldest first, as the API gives them."""
    return session.pages(f"/repos/{repository}/issues/{number}/comments", most=MOST)


def ours(comments: Iterable[Any], *, first_line: str, author: str) -> list[int]:
    """Ids of the comments whose first line is exactly this and whose author is ``author``, oldest first.

    Whoever may comment can write the line, and quote it anywhere; the author is the forge's word. ``[bot]`` in a login is a bot's alone.
    """
    return sorted(
        comment["id"]
        for comment in comments
        if _login(comment).lower() == author.lower() and str(comment.get("body")).partition("\n")[0].rstrip("\r") == first_line
    )


def post_comment(
    session: Session, repository: str, number: int, body: str, *, known: Iterable[Any], author: str, create: bool
) -> Posted | Missing | None:
    """Our comment on the pull request with this body; ``None`` where there is none and none is to be created.

    ``known`` are the comments as they were listed. Two runs at once may both create one: whoever lists afterwards keeps the oldest.
    """
    first_line = body.partition("\n")[0]
    mine = ours(known, first_line=first_line, author=author)
    if mine:
        edited = _edit(session, repository, mine, body)
        if not isinstance(edited, Missing):
            return edited
        # It may have been deleted since it was listed; then a new one is owed.
        again = list_comments(session, repository, number)
        if isinstance(again, Missing) or ours(again, first_line=first_line, author=author):
            return edited
    return _create(session, repository, number, body, author=author) if create or mine else None


def _create(session: Session, repository: str, number: int, body: str, *, author: str) -> Posted | Missing:
    first_line = body.partition("\n")[0]

    def happened() -> Any | Missing | None:  # noqa: ANN401 (what the API gives)
        listed = list_comments(session, repository, number)
        if isinstance(listed, Missing):
            return listed
        there = ours(listed, first_line=first_line, author=author)
        return next((comment for comment in listed if there and comment["id"] == there[0]), None)

    answer = session.send("POST", f"/repos/{repository}/issues/{number}/comments", {"body": body}, happened=happened)
    if isinstance(answer, Missing):
        return answer
    posted = _posted(answer)
    if isinstance(posted, Missing):
        return posted
    by = _login(answer.data)
    if by.lower() != author.lower():
        back = "so it was taken back" if _delete(session, repository, posted.id) is None else "and it could not be taken back"
        detail = f"comments of this token are by `{by}`, and `{author}` is whose comment is looked for, {back}"
        return Missing(Why.FAILED, detail, f"Set the input `author` to `{by}`.")
    listed = list_comments(session, repository, number)
    if isinstance(listed, Missing):
        return posted
    mine = sorted({posted.id, *ours(listed, first_line=first_line, author=author)})
    # One that was looked for and found may be another run's, with its words.
    alone = mine == [posted.id] and answer.status != _FOUND
    return posted if alone else _edit(session, repository, mine, body)


def _edit(session: Session, repository: str, mine: list[int], body: str) -> Posted | Missing:
    """The oldest of ours with this body; the others, which two runs at once have left, are deleted."""
    answer = session.send("PATCH", f"/repos/{repository}/issues/comments/{mine[0]}", {"body": body})
    if isinstance(answer, Missing):
        return answer
    left = [missing for spare in mine[1:] if (missing := _delete(session, repository, spare)) is not None]
    posted = _posted(answer)
    return replace(posted, spare=left[0]) if left and isinstance(posted, Posted) else posted


def _delete(session: Session, repository: str, spare: int) -> Missing | None:
    """Delete a comment, or say why it is still there; one that another run has deleted is as good."""
    path = f"/repos/{repository}/issues/comments/{spare}"
    answer = session.send("DELETE", path, {})
    if not isinstance(answer, Missing):
        return None
    there = session.get(path, absent=True)
    return None if isinstance(there, Answer) and there.status == _GONE else answer


def _posted(answer: Answer) -> Posted | Missing:
    number = attempt("our comment", lambda: value(Number, answer.data, "id"))
    return number if isinstance(number, Missing) else Posted(number)


def _login(comment: object) -> str:
    """Who wrote it; nobody where the account is deleted."""
    return account(comment, "user").login
