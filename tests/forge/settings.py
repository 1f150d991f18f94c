"""Branch protection and rulesets as the API shows them, from the few words that a test says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tests.forge.world import Hosted, World


def protection_of(
    world: World, repo: Hosted, branch: str, *, checks: Sequence[tuple[str, int | None]], approvals: int, dismiss_stale: bool, admins: bool
) -> dict[str, Any]:
    """Classic protection: required checks as (name, number of the app it must come from or None for anyone), and reviews."""
    url = f"{world.url}{repo.path}/branches/{branch}/protection"
    data: dict[str, Any] = {
        "url": url,
        "required_signatures": {"url": f"{url}/required_signatures", "enabled": False},
        "enforce_admins": {"url": f"{url}/enforce_admins", "enabled": admins},
    }
    for name in (
        "required_linear_history",
        "allow_force_pushes",
        "allow_deletions",
        "block_creations",
        "lock_branch",
        "allow_fork_syncing",
    ):
        data[name] = {"enabled": False}
    data["required_conversation_resolution"] = {"enabled": False}
    if checks:
        data["required_status_checks"] = {
            "url": f"{url}/required_status_checks",
            "strict": True,
            "contexts": [name for name, _ in checks],
            "contexts_url": f"{url}/required_status_checks/contexts",
            "checks": [{"context": name, "app_id": app} for name, app in checks],
        }
    if approvals:
        data["required_pull_request_reviews"] = {
            "url": f"{url}/required_pull_request_reviews",
            "dismiss_stale_reviews": dismiss_stale,
            "require_code_owner_reviews": False,
            "required_approving_review_count": approvals,
            "require_last_push_approval": False,
        }
    return data


def ruleset_of(
    world: World, repo: Hosted, name: str, *, rules: Sequence[dict[str, Any]], branches: Sequence[str], enforcement: str
) -> dict[str, Any]:
    """One ruleset of branches; ``branches`` holds ``~DEFAULT_BRANCH``, ``~ALL`` or patterns of full refs."""
    number, now = world.number(), world.tick()
    return {
        "id": number,
        "name": name,
        "target": "branch",
        "source_type": "Repository",
        "source": repo.full_name,
        "enforcement": enforcement,
        "bypass_actors": [],
        "conditions": {"ref_name": {"include": list(branches), "exclude": []}},
        "rules": [dict(rule) for rule in rules],
        "node_id": f"RRS_{number}",
        "_links": {
            "self": {"href": f"{world.url}{repo.path}/rulesets/{number}"},
            "html": {"href": f"{world.url}/{repo.full_name}/rules/{number}"},
        },
        "created_at": now,
        "updated_at": now,
    }
