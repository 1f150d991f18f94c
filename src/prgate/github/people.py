"""What the people around a pull request may do: asked for whoever had a say, known for bots."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from prgate.formats.shape import shown
from prgate.github.reading import GHOST, attempt, value
from prgate.github.session import Session
from prgate.model.facts import Account, Permission, PersonType
from prgate.model.missing import Missing, Why

_MOST = 50
"""Look-ups of one evaluation; each is a request."""

_SPELLED = {
    "admin": Permission.ADMIN,
    "maintain": Permission.MAINTAIN,
    "write": Permission.WRITE,
    "push": Permission.WRITE,
    "triage": Permission.READ,
    "read": Permission.READ,
    "pull": Permission.READ,
    "none": Permission.NONE,
}
"""``push`` and ``pull`` are the older words of the same API."""


def permissions_of(
    session: Session, repository: str, *, asked: Iterable[Account], bots: Iterable[Account]
) -> dict[str, dict[str, Any]] | Missing:
    """``people`` of the facts document: the persons among ``asked``, each by one request, and the bots among ``bots``.

    A bot has permission ``none``, since its word never counts and so is not asked for; nobody's (``ghost``) is asked for either. Logins
    that differ in case only are one, and a bot wherever one of them is. One look-up that fails leaves all of it missing. Of a crowd the
    first are asked about; the others are not known, and so vouch for nothing.
    """
    machines = {account.login.lower(): account.login for account in bots if account.type is PersonType.BOT}
    persons = {account.login.lower(): account.login for account in asked if account.type is PersonType.USER}
    sought = [login for folded, login in persons.items() if folded not in machines and folded != GHOST]
    people = {login: {"permission": str(Permission.NONE), "type": str(PersonType.BOT)} for login in machines.values()}
    for login in sought[:_MOST]:
        permission = _permission(session, repository, login)
        if isinstance(permission, Missing):
            return permission
        people[login] = {"permission": str(permission), "type": str(PersonType.USER)}
    return people


def _permission(session: Session, repository: str, login: str) -> Permission | Missing:
    answer = session.get(f"/repos/{repository}/collaborators/{quote(login, safe='')}/permission", absent=True)
    if isinstance(answer, Missing):
        return answer
    if answer.status == 404:
        return Permission.NONE
    data = answer.data
    read = attempt(
        f"the permission of {login}",
        lambda: (value(str, data, "permission"), value(str | None, data, "role_name"), value(str | None, data, "user", "login")),
    )
    if isinstance(read, Missing):
        return read
    word, role, whose = read
    if word not in _SPELLED or (whose or login).lower() != login.lower():
        detail = f"asked what {login} may do, the forge gave `{shown(word)}` for {shown(whose or login)}"
        return Missing(Why.UNREADABLE, detail, "Run it again. Where it stays, this version does not know the forge's word.")
    permission = _SPELLED[word]
    return Permission.MAINTAIN if (permission, role) == (Permission.WRITE, "maintain") else permission
