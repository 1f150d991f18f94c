"""Who there is at the forge: invented people, bots and one organisation, with the roles they hold and what a workflow's token may do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

ORGANISATION: Final = "acme"
OWNER: Final = "owner-one"
"""The organisation's owner, and so administrator of its repositories."""

ROLES: Final = {"maint-one": "maintain", "maint-two": "maintain", "dev-one": "write", "triage-one": "triage", "reader-one": "read"}
"""The roles that people hold in every repository of the organisation unless a test says otherwise; who is not named holds none."""

PEOPLE: Final = (OWNER, *ROLES, "dev-two", "dev-three")
"""``dev-two`` and ``dev-three`` hold no role anywhere: they come with a fork."""

ACTIONS: Final = "github-actions"
ACTIONS_ID: Final = 15368
"""The number of GitHub's own app, whose installation token ``GITHUB_TOKEN`` is."""

BOTS: Final = ("helper-agent", "other-app")
"""Apps beside GitHub Actions, each acting as ``<name>[bot]``."""

FULL: Final = {"actions": "read", "checks": "write", "contents": "read", "issues": "write", "pull_requests": "write", "statuses": "write"}
"""What the README's workflows ask for, and statuses."""
READ_ONLY: Final = dict.fromkeys(FULL, "read")
"""What a fork's ``pull_request`` gets."""
SETTING_UP: Final = {"contents": "write", "issues": "write", "pull_requests": "write", "checks": "write", "statuses": "write"}


@dataclass(frozen=True, slots=True)
class Token:
    """One credential: of a person (``app`` is None) or of an app's installation, with its permissions and the repositories it is for."""

    text: str
    login: str
    app: str | None = None
    permissions: tuple[tuple[str, str], ...] = ()
    repositories: tuple[str, ...] = ()

    def may(self, permission: str, level: str) -> bool:
        """Whether an installation token carries this permission at this level ('read' or 'write')."""
        held = "read" if permission == "metadata" else dict(self.permissions).get(permission, "")
        return held in {"write", level}


def email_of(login: str) -> str:
    """The address under which a person commits."""
    return f"{login}@example.com"


def user_token(login: str) -> str:
    """The personal token of a person."""
    return f"ghp_{login}"


def app_ids(bots: tuple[str, ...]) -> dict[str, int]:
    """Apps by name, with their numbers."""
    return {ACTIONS: ACTIONS_ID} | {name: 90_001 + place for place, name in enumerate(bots)}


def installation_of(app: int, owner: str, *, owners: tuple[str, ...]) -> int:
    """The number of an app's installation at one owner."""
    return app * 100 + owners.index(owner)


def owners_of(people: tuple[str, ...]) -> tuple[str, ...]:
    """Everybody who can own a repository."""
    return (ORGANISATION, *people)


def seed(people: tuple[str, ...], bots: tuple[str, ...]) -> dict[str, Any]:
    """The cast in the words of emulate's seed."""
    owners = owners_of(people)
    granted = FULL | SETTING_UP | {"administration": "read"}
    return {
        "tokens": {user_token(login): {"login": login, "scopes": ["repo", "user"]} for login in people},
        "github": {
            "users": [{"login": login, "name": login, "email": email_of(login)} for login in people],
            "orgs": [{"login": ORGANISATION, "members": [{"login": OWNER, "role": "admin"}]}],
            "apps": [
                {
                    "app_id": number,
                    "slug": name,
                    "name": "GitHub Actions" if name == ACTIONS else name,
                    "permissions": granted,
                    "events": [],
                    "installations": [
                        {
                            "installation_id": installation_of(number, owner, owners=owners),
                            "account": owner,
                            "repository_selection": "all",
                            "permissions": granted,
                        }
                        for owner in owners
                    ],
                }
                for name, number in app_ids(bots).items()
            ],
        },
    }
