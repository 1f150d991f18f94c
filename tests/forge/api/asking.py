"""One request, whether its token may make it, and the answers that are the same everywhere."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from tests.forge.cast import ORGANISATION, OWNER, Token, user_token
from tests.forge.upstream import Reply
from tests.forge.world import Hosted, World

DOCUMENTATION: Final = "https://docs.github.com/rest"
NOT_BY_INTEGRATION: Final = "Resource not accessible by integration"
_TALKING: Final = frozenset({"issues", "pull_requests"})
"""What everybody may write who may read."""
RANKS: Final = ("none", "read", "triage", "write", "maintain", "admin")


@dataclass(frozen=True, slots=True)
class Request:
    """One request to the API; ``body`` is decoded JSON, ``token`` None for nobody, ``needs`` the permissions of which one is enough."""

    method: str
    path: str
    query: Mapping[str, str]
    body: Any
    token: Token | None
    needs: str

    @property
    def target(self) -> str:
        """Path and query."""
        return f"{self.path}?{urlencode(self.query)}" if self.query else self.path

    def field(self, name: str) -> Any:
        """A member of the body, or None."""
        return self.body.get(name) if isinstance(self.body, dict) else None


class RefusedError(Exception):
    """The API says no."""

    def __init__(
        self, status: int, message: str, *, errors: Sequence[Mapping[str, str]] = (), headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.reply = refusal(status, message, errors=errors, headers=headers)


def refusal(status: int, message: str, *, errors: Sequence[Mapping[str, str]] = (), headers: Mapping[str, str] | None = None) -> Reply:
    """An error in GitHub's words."""
    data: dict[str, Any] = {"message": message, "documentation_url": DOCUMENTATION, "status": str(status)}
    return Reply(status, headers or {}, data | ({"errors": list(errors)} if errors else {}))


def not_found() -> RefusedError:
    return RefusedError(404, "Not Found")


def invalid(resource: str, field: str, message: str) -> RefusedError:
    """422 about one field, with a message of its own."""
    return RefusedError(422, "Validation Failed", errors=[{"resource": resource, "code": "custom", "field": field, "message": message}])


def forbidden(request: Request) -> RefusedError:
    """403, naming the permissions that would do, as GitHub does for an app's token."""
    if request.token and request.token.app:
        return RefusedError(403, NOT_BY_INTEGRATION, headers={"x-accepted-github-permissions": request.needs.replace(" ", "; ")})
    return RefusedError(403, "Must have push access to repository.")


def see(token: Token | None, repo: Hosted) -> None:
    """404 for a repository that this token cannot see."""
    if not repo.private:
        return
    if token is None or (token.app and repo.full_name not in token.repositories) or (not token.app and repo.role(token.login) == "none"):
        raise not_found()


def permit(request: Request, repo: Hosted) -> None:
    """403 for what this token may not do; ``needs`` holds words such as ``issues=write``."""
    token = request.token
    wants = [need.split("=") for need in request.needs.split()]
    writes = all(level == "write" for _, level in wants)
    if token is None:
        if writes or repo.private:
            raise RefusedError(401, "Requires authentication")
    elif token.app:
        inside = repo.full_name in token.repositories
        settings = any(name == "administration" for name, _ in wants)
        free = not repo.private and not writes and not settings
        if not free and not (inside and any(token.may(name, level) for name, level in wants)):
            raise forbidden(request)
    elif any(name == "administration" for name, _ in wants):
        if repo.role(token.login) != "admin":
            raise not_found()
    elif writes and not _TALKING & {name for name, _ in wants} and RANKS.index(repo.role(token.login)) < RANKS.index("write"):
        raise forbidden(request)


def system_token(repo: Hosted) -> str:
    """A token that may do everything here; never handed to a test."""
    return user_token(OWNER if repo.owner == ORGANISATION else repo.owner)


def forward(world: World, request: Request, *, body: Any = None, path: str | None = None) -> Reply:
    """What emulate says, refusals in GitHub's words; raises RefusedError."""
    sent = request.body if body is None else body
    reply = world.ask(request.method, path or request.target, token=request.token.text if request.token else None, body=sent)
    if reply.status < 400:
        return Reply(reply.status, {name: reply.headers[name] for name in ("link",) if name in reply.headers}, reply.data)
    if reply.status == 403 and "rate limit" not in reply.data["message"]:
        raise forbidden(request)
    if reply.status == 404:
        raise not_found()
    raise RefusedError(reply.status, "Validation Failed" if reply.status == 422 else reply.data["message"])


def paged(world: World, request: Request, items: Sequence[Any], *, usual: int = 30, most: int = 100) -> tuple[list[Any], dict[str, str]]:
    """The page asked for, and the ``Link`` header that leads to the others."""
    size = min(most, max(1, _whole(request.query.get("per_page"), usual)))
    page = max(1, _whole(request.query.get("page"), 1))
    last = max(1, math.ceil(len(items) / size))
    links = {"next": page + 1, "last": last} if page < last else {}
    links |= {"first": 1, "prev": page - 1} if page > 1 else {}

    def address(number: int) -> str:
        return f"{world.url}{request.path}?{urlencode({**request.query, 'page': number})}"

    header = ", ".join(f'<{address(number)}>; rel="{rel}"' for rel, number in links.items())
    return list(items[(page - 1) * size : page * size]), {"link": header} if header else {}


def _whole(text: str | None, otherwise: int) -> int:
    return int(text) if text and text.isdecimal() else otherwise
