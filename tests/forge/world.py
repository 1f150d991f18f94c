"""What the overlay remembers beside emulate: repositories with their git, and all that emulate does not know."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from tests.forge.bare import Bare
from tests.forge.cast import Token, email_of
from tests.forge.upstream import Reply, Upstream


@dataclass(slots=True)
class PullState:
    """Where one pull request stands in git. ``base_sha`` is the tip of its base when the head or the base last changed, as GitHub keeps it."""

    number: int
    head: Hosted | None
    head_owner: str
    head_ref: str
    head_sha: str
    base_ref: str
    base_sha: str
    is_open: bool = True
    turned: str | None = None
    """When its base was last changed."""
    again: str | None = None
    """When it was last opened again."""


@dataclass(slots=True)
class Hosted:
    """One repository."""

    owner: str
    name: str
    id: int
    git: Bare
    default: str
    private: bool
    parent: Hosted | None = None
    pulls: dict[int, PullState] = field(default_factory=dict)
    roles: dict[str, str] = field(default_factory=dict)
    statuses: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    suites: dict[str, list[int]] = field(default_factory=dict)
    makers: dict[int, str] = field(default_factory=dict)
    annotations: dict[int, list[dict[str, Any]]] = field(default_factory=dict)
    runs: dict[int, dict[str, Any]] = field(default_factory=dict)
    artifacts: dict[int, dict[str, Any]] = field(default_factory=dict)
    protections: dict[str, dict[str, Any]] = field(default_factory=dict)
    rulesets: list[dict[str, Any]] = field(default_factory=list)
    activity: list[dict[str, Any]] = field(default_factory=list)
    """Newest first."""

    @property
    def full_name(self) -> str:
        return f"{self.owner}/{self.name}"

    @property
    def path(self) -> str:
        """Where the API has it."""
        return f"/repos/{self.owner}/{self.name}"

    def role(self, login: str) -> str:
        """What a person may do here: admin, maintain, write, triage, read or none."""
        return self.roles.get(login, "none" if self.private else "read")


@dataclass(slots=True)
class World:
    """Everything at the forge between two resets."""

    upstream: Upstream
    url: str
    blobs_url: str
    folder: Path
    people: tuple[str, ...]
    apps: dict[str, int]
    repositories: dict[str, Hosted] = field(default_factory=dict)
    tokens: dict[str, Token] = field(default_factory=dict)
    archives: dict[str, bytes] = field(default_factory=dict)
    emails: dict[str, str] = field(default_factory=dict)
    edited: dict[str, tuple[str, str]] = field(default_factory=dict)
    """When a review was last edited, and its text since, by node id."""
    numbers: int = 1_000

    def number(self) -> int:
        """A number that nothing else has."""
        self.numbers += 1
        return self.numbers

    def now(self) -> str:
        """The forge's time, as the API writes it."""
        return datetime.fromtimestamp(self.upstream.seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    def tick(self) -> str:
        """The same, a second later than anything before."""
        self.upstream.seconds += 1
        return self.now()

    def ask(self, method: str, path: str, *, token: str | None, body: Any = None) -> Reply:
        """One request to emulate, its answer in GitHub's spelling of dates."""
        reply = self.upstream.ask(method, path, token=token, body=body, host=self.url.removeprefix("http://"))
        return Reply(reply.status, reply.headers, _as_github(reply.data))

    def user(self, login: str) -> dict[str, Any] | None:
        """A person or bot as the API shows them, or None."""
        reply = self.ask("GET", f"/users/{quote(login)}", token=None)
        return {key: reply.data[key] for key in _USER} if reply.status == 200 else None

    def committer(self, email: str) -> dict[str, Any] | None:
        """Whose account an address belongs to."""
        login = self.emails.get(email) or next((login for login in self.people if email == email_of(login)), None)
        if email.endswith("@users.noreply.github.com"):
            login = email.split("@", maxsplit=1)[0].rpartition("+")[2]
        return self.user(login) if login else None


_USER = (
    "login", "id", "node_id", "avatar_url", "gravatar_id", "url", "html_url", "followers_url", "following_url", "gists_url", "starred_url",
    "subscriptions_url", "organizations_url", "repos_url", "events_url", "received_events_url", "type", "site_admin",
)  # fmt: skip


def _as_github(data: Any) -> Any:
    """GitHub writes dates to the second, where emulate writes thousandths, and shows an organisation that owns something as it shows people."""
    if isinstance(data, list):
        return [_as_github(item) for item in data]
    if not isinstance(data, dict):
        return data
    plain = {
        key: value.replace(".000Z", "Z") if key.endswith("_at") and isinstance(value, str) else _as_github(value)
        for key, value in data.items()
    }
    if plain.get("type") == "Organization" and "gists_url" not in plain:
        plain |= {"gravatar_id": ""} | {
            name: f"{plain['url']}/{name.removesuffix('_url')}" for name in _USER if name.endswith("_url") and name not in plain
        }
    return plain
