"""What the forge is set to ask for on the default branch."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any, Final
from urllib.parse import quote

from prgate.github.reading import at, attempt, each, value
from prgate.github.session import Session
from prgate.model.missing import Missing

GITHUB_COM: Final = "https://api.github.com"
_CLASSIC: Final = "branch protection"


@dataclass(frozen=True, slots=True)
class Required:
    """A check that must pass before a merge; ``app`` is the id of the app that it is expected from, null for any; ``by`` says what asks."""

    context: str
    app: int | None
    by: str


@dataclass(frozen=True, slots=True)
class Settings:
    """The default branch and what is asked of a pull request into it.

    ``public``: strangers can fork the repository; ``forks``: those who can read it can.
    ``workflows`` are the files of rulesets' required workflows. ``public_api``: this is github.com, whose app ids are known.
    """

    repository: str
    branch: str
    tip: str
    public: bool
    forks: bool
    public_api: bool
    required: tuple[Required, ...] | Missing
    queue: bool | Missing
    workflows: tuple[str, ...] | Missing
    code_owners: bool | Missing


def read_settings(session: Session, repository: str, *, api: str) -> Settings | Missing:
    """The settings of ``owner/name``: three requests, and a fourth where branch protection may say what rulesets do not."""
    answer = session.get(f"/repos/{repository}")
    if isinstance(answer, Missing):
        return answer
    about = attempt(
        "the repository",
        lambda: (
            value(str, answer.data, "full_name"),
            value(str, answer.data, "default_branch"),
            value(bool | None, answer.data, "private"),
            value(bool | None, answer.data, "allow_forking"),
        ),
    )
    if isinstance(about, Missing):
        return about
    name, branch, private, allow_forking = about
    place = f"/repos/{name}/branches/{quote(branch, safe='')}"
    seen = session.get(place)
    if isinstance(seen, Missing):
        return seen
    told = attempt(
        "the default branch", lambda: (value(str, seen.data, "commit", "sha"), value(bool, seen.data, "protected"), _protected(seen.data))
    )
    if isinstance(told, Missing):
        return told
    tip, protected, checks = told
    rules = session.pages(f"/repos/{name}/rules/branches/{quote(branch, safe='')}")
    ruled = rules if isinstance(rules, Missing) else attempt("the rules of the default branch", lambda: _ruled(rules))
    reviewed = ruled if isinstance(ruled, Missing) else ruled.code_owners
    if reviewed is not True and protected:
        classic = _classic_code_owners(session, place)
        reviewed = classic if classic is True or not isinstance(reviewed, Missing) else reviewed
    return Settings(
        repository=name,
        branch=branch,
        tip=tip,
        public=private is not True,
        forks=allow_forking is True,
        public_api=api.rstrip("/") == GITHUB_COM,
        required=ruled if isinstance(ruled, Missing) else (*ruled.required, *checks),
        queue=ruled if isinstance(ruled, Missing) else ruled.queue,
        workflows=ruled if isinstance(ruled, Missing) else ruled.workflows,
        code_owners=reviewed,
    )


@dataclass(frozen=True, slots=True)
class _Ruled:
    required: tuple[Required, ...]
    queue: bool
    workflows: tuple[str, ...]
    code_owners: bool


def _ruled(rules: tuple[Any, ...]) -> _Ruled:
    """What the active rules of all rulesets ask together."""
    required: list[Required] = []
    workflows: list[str] = []
    kinds = set()
    code_owners = False
    for rule in rules:
        kind: str = value(str, rule, "type")
        kinds.add(kind)
        match kind:
            case "required_status_checks":
                rule_id: int | None = value(int | None, rule, "ruleset_id")
                required += each(partial(_ruled_check, f"ruleset {rule_id or '?'}"), rule, "parameters", "required_status_checks")
            case "workflows":
                workflows += each(lambda workflow: str(value(str, workflow, "path")), rule, "parameters", "workflows")
            case "pull_request":
                code_owners = code_owners or value(bool | None, rule, "parameters", "require_code_owner_review") is True
            case _:
                pass
    return _Ruled(tuple(required), "merge_queue" in kinds, tuple(workflows), code_owners)


def _ruled_check(by: str, check: object) -> Required:
    return Required(value(str, check, "context"), value(int | None, check, "integration_id"), by)


def _protected(branch: object) -> tuple[Required, ...]:
    """The checks of branch protection, as everybody who can read the repository sees them."""
    asked = at(branch, "protection", "required_status_checks")
    if asked is None or value(str | None, asked, "enforcement_level") == "off":
        return ()
    if at(asked, "checks") is not None:
        return each(lambda check: Required(value(str, check, "context"), _app(check), _CLASSIC), asked, "checks")
    contexts: tuple[str, ...] = value(tuple[str, ...], asked, "contexts")
    return tuple(Required(context, None, _CLASSIC) for context in contexts)


def _app(check: object) -> int | None:
    """Branch protection spells "any source" as null or -1."""
    app: int | None = value(int | None, check, "app_id")
    return None if app in {None, -1} else app


def _classic_code_owners(session: Session, place: str) -> bool | Missing:
    """Whether branch protection asks for a code owner's review; only administrators may see it."""
    answer = session.get(f"{place}/protection", absent=True)
    if isinstance(answer, Missing):
        return answer
    if answer.status == 404:
        return False
    return attempt(
        "branch protection", lambda: value(bool | None, answer.data, "required_pull_request_reviews", "require_code_owner_reviews") is True
    )
