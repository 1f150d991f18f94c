"""Check runs and statuses: check runs are emulate's, with the app, the limits and the annotations that it lacks."""

from __future__ import annotations

from typing import Any, Final

from tests.forge.api.asking import RefusedError, Request, forward, invalid, paged, system_token
from tests.forge.api.commits import known
from tests.forge.api.talk import app_json
from tests.forge.upstream import Reply
from tests.forge.world import Hosted, World

MOST_ANNOTATIONS: Final = 50
MOST_CHARACTERS: Final = 65_535
"""Of an output's summary and of its text."""
_STATES: Final = ("error", "failure", "pending", "success")


def check(world: World, request: Request, repo: Hosted, number: str = "") -> Reply:
    """A check run made, changed or read. Annotations add up over changes; only the app that made a run may change it."""
    output = request.field("output") or {}
    _limits(output)
    if request.method == "POST":
        if request.token and not request.token.app:
            raise RefusedError(403, "You must authenticate via a GitHub App.")
        known(repo, str(request.field("head_sha")))
    elif (
        request.method == "PATCH"
        and request.token
        and request.token.app
        and repo.makers.get(int(number), request.token.app) != request.token.app
    ):
        raise RefusedError(
            403, f"Invalid app_id `{world.apps[request.token.app]}` - check run can only be modified by the GitHub App that created it."
        )
    reply = forward(world, request)
    made = reply.data
    if request.method == "POST" and request.token:
        repo.makers[made["id"]] = request.token.app or ""
        suites = repo.suites.setdefault(made["head_sha"], [])
        suites += [made["check_suite"]["id"]] if made["check_suite"]["id"] not in suites else []
    repo.annotations.setdefault(made["id"], []).extend(output.get("annotations") or ())
    return Reply(reply.status, {}, check_json(world, repo, made))


def check_json(world: World, repo: Hosted, told: dict[str, Any]) -> dict[str, Any]:
    """Emulate's check run with its app and all its annotations counted."""
    address = f"{world.url}{repo.path}/check-runs/{told['id']}/annotations"
    output = told["output"] | {"annotations_count": len(repo.annotations.get(told["id"], ())), "annotations_url": address}
    app = app_json(world, repo.makers[told["id"]])
    return told | {"app": app, "output": output, "details_url": told["details_url"] or f"{world.url}/apps/{app['slug']}"}


def checks(world: World, request: Request, repo: Hosted, ref: str) -> Reply:
    """Check runs of a commit, newest first, filtered as GitHub filters them."""
    sha = known(repo, ref)
    query = request.query
    runs: list[dict[str, Any]] = []
    for suite in repo.suites.get(sha, ()):
        page = 1
        while told := world.ask(
            "GET", f"{repo.path}/check-suites/{suite}/check-runs?per_page=100&page={page}", token=system_token(repo)
        ).data["check_runs"]:
            runs += [check_json(world, repo, run) for run in told]
            page += 1
    runs.sort(key=lambda run: -run["id"])
    if query.get("filter", "latest") == "latest":
        latest: dict[tuple[str, int], dict[str, Any]] = {}
        for run in runs:
            latest.setdefault((run["name"], run["app"]["id"]), run)
        runs = list(latest.values())
    runs = [
        run for run in runs if query.get("check_name", run["name"]) == run["name"] and query.get("status", run["status"]) == run["status"]
    ]
    runs = [run for run in runs if query.get("app_id", str(run["app"]["id"])) == str(run["app"]["id"])]
    page_of, headers = paged(world, request, runs)
    return Reply(200, headers, {"total_count": len(runs), "check_runs": page_of})


def list_annotations(world: World, request: Request, repo: Hosted, number: str) -> Reply:
    """The annotations of a check run."""
    usual = {"start_column": None, "end_column": None, "title": None, "raw_details": None}
    held = [
        usual | item | {"blob_href": f"{world.url}/{repo.full_name}/blob/{item['path']}"} for item in repo.annotations.get(int(number), ())
    ]
    page, headers = paged(world, request, held)
    return Reply(200, headers, page)


def set_status(world: World, request: Request, repo: Hosted, sha: str) -> Reply:
    """A commit status written by anybody who may."""
    known(repo, sha)
    if request.field("state") not in _STATES:
        raise invalid("Status", "state", f"state must be one of: {', '.join(_STATES)}")
    assert request.token
    number, now = world.number(), world.tick()
    creator = world.user(f"{request.token.app}[bot]" if request.token.app else request.token.login)
    status = {
        "url": f"{world.url}{repo.path}/statuses/{sha}",
        "avatar_url": (creator or {}).get("avatar_url"),
        "id": number,
        "node_id": f"SC_{number}",
        "state": request.field("state"),
        "description": request.field("description"),
        "target_url": request.field("target_url"),
        "context": request.field("context") or "default",
        "created_at": now,
        "updated_at": now,
        "creator": creator,
    }
    repo.statuses.insert(0, (sha, status))
    return Reply(201, {}, status)


def statuses(world: World, request: Request, repo: Hosted, ref: str) -> Reply:
    """All statuses of a commit, newest first."""
    sha = known(repo, ref)
    page, headers = paged(world, request, [status for of, status in repo.statuses if of == sha])
    return Reply(200, headers, page)


def combined(world: World, request: Request, repo: Hosted, ref: str) -> Reply:
    """The latest status of each context, and the worst of them."""
    sha = known(repo, ref)
    latest: dict[str, dict[str, Any]] = {}
    for of, status in repo.statuses:
        if of == sha:
            latest.setdefault(status["context"], {key: value for key, value in status.items() if key != "creator"})
    states = {status["state"] for status in latest.values()}
    worst = "failure" if states & {"error", "failure"} else "pending" if not states or "pending" in states else "success"
    page, headers = paged(world, request, list(latest.values()))
    told = world.ask("GET", repo.path, token=system_token(repo)).data
    address = f"{world.url}{repo.path}/commits/{sha}"
    data = {
        "state": worst,
        "statuses": page,
        "sha": sha,
        "total_count": len(latest),
        "repository": told,
        "commit_url": address,
        "url": f"{address}/status",
    }
    return Reply(200, headers, data)


def _limits(output: dict[str, Any]) -> None:
    """What GitHub refuses to take into one check run."""
    found = output.get("annotations") or ()
    if len(found) > MOST_ANNOTATIONS:
        raise RefusedError(422, f"Invalid request.\n\nNo more than {MOST_ANNOTATIONS} items are allowed; {len(found)} were supplied.")
    for name in ("summary", "text"):
        if len(output.get(name) or "") > MOST_CHARACTERS:
            raise RefusedError(
                422, f"Invalid request.\n\nOnly {MOST_CHARACTERS} characters are allowed; {len(output[name])} were supplied."
            )
    if output and not (output.get("title") and output.get("summary") is not None):
        raise RefusedError(422, "Invalid request.\n\nMissing `title` or `summary` in `output`.")
    for item in found:
        if item.get("annotation_level") not in ("notice", "warning", "failure"):
            raise invalid("CheckAnnotation", "annotation_level", "annotation_level is not included in the list")
        if (
            len(item.get("title") or "") > 255
            or max(len((item.get(name) or "").encode()) for name in ("message", "raw_details")) > 64 * 1024
        ):
            raise invalid("CheckAnnotation", "message", "is too long")
        if item.get("start_line", 0) > item.get("end_line", 0):
            raise invalid("CheckAnnotation", "start_line", "must be less than or equal to end_line")
