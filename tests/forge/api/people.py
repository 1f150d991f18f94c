"""Who asks, who somebody is, and what they may do in a repository."""

from __future__ import annotations

from typing import Final

from tests.forge.api.asking import NOT_BY_INTEGRATION, RANKS, RefusedError, Request, forward
from tests.forge.upstream import Reply
from tests.forge.world import Hosted, World

_PERMISSIONS: Final = {"maintain": "write", "triage": "read"}
"""What GitHub says in ``permission`` for the roles that it did not always have; ``role_name`` says the role itself."""
_RIGHTS: Final = {"pull": "read", "triage": "triage", "push": "write", "maintain": "maintain", "admin": "admin"}


def me(world: World, request: Request) -> Reply:
    """The person whose token this is; an app's installation is nobody."""
    if request.token is None:
        raise RefusedError(401, "Requires authentication")
    if request.token.app:
        raise RefusedError(403, NOT_BY_INTEGRATION)
    return forward(world, request)


def rate_limit(world: World, request: Request) -> Reply:
    """What emulate counts."""
    return forward(world, request)


def permission(world: World, request: Request, repo: Hosted, login: str) -> Reply:
    """What somebody may do here; whoever exists may read a public repository."""
    user = world.user(login)
    if user is None:
        raise RefusedError(404, f"{login} is not a user")
    role = repo.role(user["login"])
    rights = {word: RANKS.index(role) >= RANKS.index(rank) for word, rank in _RIGHTS.items()}
    told = {"permission": _PERMISSIONS.get(role, role), "role_name": role, "user": user | {"permissions": rights, "role_name": role}}
    return Reply(200, {}, told)
