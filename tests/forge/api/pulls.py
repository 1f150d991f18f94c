"""Pull requests and reviews: emulate keeps what people say about them, git says what they hold."""

from __future__ import annotations

from typing import Any, Final

from tests.forge.api.asking import RefusedError, Request, forward, invalid, not_found, paged, system_token
from tests.forge.api.commits import commit_json, file_json
from tests.forge.api.talk import comment_count
from tests.forge.upstream import Reply
from tests.forge.world import Hosted, PullState, World

_ONLY_ALONE: Final = (
    "merged", "mergeable", "rebaseable", "mergeable_state", "merged_by", "comments", "review_comments", "maintainer_can_modify", "commits",
    "additions", "deletions", "changed_files",
)  # fmt: skip
"""What a pull request carries when it is asked for alone, and not in a list."""


def pull_json(world: World, repo: Hosted, told: dict[str, Any], *, alone: bool) -> dict[str, Any]:
    """Emulate's pull request with git's commits in it."""
    state = repo.pulls[told["number"]]
    data = told | {"active_lock_reason": None, "statuses_url": f"{world.url}{repo.path}/statuses/{state.head_sha}"}
    data["_links"] = told["_links"] | {"statuses": {"href": data["statuses_url"]}}
    label = f"{state.head_owner}:{state.head_ref}"
    data["head"] = told["head"] | {
        "sha": state.head_sha,
        "ref": state.head_ref,
        "label": label,
        "user": world.user(state.head_owner) or told["head"]["user"],
    }
    data["base"] = told["base"] | {"sha": state.base_sha, "ref": state.base_ref}
    data["base"]["repo"] = told["base"]["repo"] | {"default_branch": repo.default}
    if state.head is None:
        data["head"]["repo"] = None
    else:
        data["head"]["repo"] = told["head"]["repo"] | {"default_branch": state.head.default}
    if not alone:
        return {key: value for key, value in data.items() if key not in _ONLY_ALONE}
    merge_base = repo.git.merge_base(state.base_sha, state.head_sha)
    changes = repo.git.changes(merge_base, state.head_sha) if merge_base else ()
    return data | {
        "comments": comment_count(world, repo, state.number),
        "commits": repo.git.count(state.base_sha, state.head_sha),
        "additions": sum(change.added for change in changes),
        "deletions": sum(change.removed for change in changes),
        "changed_files": len(changes),
    }


def pulls(world: World, request: Request, repo: Hosted) -> Reply:
    """The list, with emulate's filters ``state``, ``head`` and ``base``."""
    reply = forward(world, request)
    return Reply(200, reply.headers, [pull_json(world, repo, told, alone=False) for told in reply.data])


def pull(world: World, request: Request, repo: Hosted, number: str) -> Reply:
    """One pull request."""
    return Reply(200, {}, pull_json(world, repo, forward(world, request).data, alone=True))


def edit(world: World, request: Request, repo: Hosted, number: str) -> Reply:
    """Title, body, state or base changed."""
    state = repo.pulls.get(int(number))
    base = request.field("base")
    if state and base and f"refs/heads/{base}" not in repo.git.refs():
        raise invalid("PullRequest", "base", f"Proposed base branch '{base}' was not found")
    told = forward(world, request).data
    state = repo.pulls[int(number)]
    if base and base != state.base_ref:
        state.base_ref, state.base_sha, state.turned = base, repo.git.refs()[f"refs/heads/{base}"], world.tick()
    was, state.is_open = state.is_open, told["state"] == "open"
    state.again = world.tick() if state.is_open and not was else state.again
    return Reply(200, {}, pull_json(world, repo, told, alone=True))


def create(world: World, request: Request, repo: Hosted) -> Reply:
    """A new pull request, of a branch here or of ``OWNER:BRANCH`` of a fork."""
    owner, _, branch = str(request.field("head")).rpartition(":")
    kin = (other for other in world.repositories.values() if other.parent is repo and other.owner == owner)
    head = repo if owner in ("", repo.owner) else next(kin, None)
    base = repo.git.refs().get(f"refs/heads/{request.field('base')}")
    tip = head.git.refs().get(f"refs/heads/{branch}") if head else None
    if head is None or base is None or tip is None:
        raise invalid("PullRequest", "head" if base else "base", "invalid")
    told = forward(world, request).data
    state = PullState(told["number"], head, head.owner, branch, tip, str(request.field("base")), base)
    repo.pulls[state.number] = state
    keep_head(repo, state)
    return Reply(201, {}, pull_json(world, repo, told, alone=True))


def keep_head(repo: Hosted, state: PullState) -> None:
    """Have ``refs/pull/N/head`` of the base repository name the head, also a fork's."""
    target = f"refs/pull/{state.number}/head"
    if state.head is not None and state.head is not repo:
        repo.git.take(state.head.git.path, state.head_sha, target)
    else:
        repo.git.point(target, state.head_sha)


def pull_commits(world: World, request: Request, repo: Hosted, number: str) -> Reply:
    """The commits of a pull request, oldest first, at most 250."""
    state = _state(repo, number)
    page, headers = paged(world, request, repo.git.commits(state.head_sha, without=state.base_sha)[:250])
    return Reply(200, headers, [commit_json(world, repo, commit) for commit in page])


def pull_files(world: World, request: Request, repo: Hosted, number: str) -> Reply:
    """The changed files of a pull request, at most 3000."""
    state = _state(repo, number)
    merge_base = repo.git.merge_base(state.base_sha, state.head_sha)
    changes = repo.git.changes(merge_base, state.head_sha) if merge_base else ()
    page, headers = paged(world, request, changes[:3000])
    return Reply(200, headers, [file_json(world, repo, change, state.head_sha) for change in page])


def pulls_of_commit(world: World, request: Request, repo: Hosted, sha: str) -> Reply:
    """Open pull requests whose head holds a commit. A fork's are not listed, as on GitHub before they are merged."""
    found = []
    for state in repo.pulls.values():
        inside = state.head is repo and sha in {commit.sha for commit in repo.git.commits(state.head_sha, without=state.base_sha)}
        if state.is_open and inside:
            told = world.ask("GET", f"{repo.path}/pulls/{state.number}", token=system_token(repo)).data
            found.append(pull_json(world, repo, told, alone=False))
    page, headers = paged(world, request, found)
    return Reply(200, headers, page)


def review(world: World, request: Request, repo: Hosted, number: str) -> Reply:
    """A review of the commit it names, or of the head of this moment."""
    state = _state(repo, number)
    told = world.ask("GET", f"{repo.path}/pulls/{number}", token=system_token(repo)).data
    event = request.field("event")
    if request.token and told["user"]["login"] == request.token.login and event in ("APPROVE", "REQUEST_CHANGES"):
        verb = "approve" if event == "APPROVE" else "request changes on"
        raise RefusedError(422, "Unprocessable Entity", errors=[{"message": f"Can not {verb} your own pull request"}])
    body = dict(request.body) | {"commit_id": request.field("commit_id") or state.head_sha}
    return Reply(200, {}, forward(world, request, body=body).data)


def reviews(world: World, request: Request, repo: Hosted, number: str) -> Reply:
    """The reviews as they read now; the API does not say which of them were edited."""
    reply = forward(world, request)
    return Reply(200, reply.headers, [_as_edited(world, told) for told in reply.data])


def edit_review(world: World, request: Request, repo: Hosted, number: str, review_id: str) -> Reply:
    """A review's text changed, also one that was sent, which emulate does not let happen."""
    told = world.ask("GET", f"{repo.path}/pulls/{number}/reviews/{review_id}", token=system_token(repo))
    if told.status != 200:
        raise not_found()
    world.edited[told.data["node_id"]] = (world.tick(), str(request.field("body")))
    return Reply(200, {}, _as_edited(world, told.data))


def _as_edited(world: World, told: dict[str, Any]) -> dict[str, Any]:
    edit = world.edited.get(told["node_id"])
    return told if edit is None else told | {"body": edit[1]}


def graphql(world: World, request: Request) -> Reply:
    """The two questions that the gate asks: which of these reviews were edited, and when a pull request got its base or was opened again."""
    given = request.field("variables")
    if "pullRequest(" in str(request.field("query")):
        state = _state(world.repositories[f"{given['owner']}/{given['name']}".lower()], str(given["number"]))
        told = {
            key: {"nodes": [{"createdAt": moment}] if moment else []} for key, moment in (("base", state.turned), ("again", state.again))
        }
        return Reply(200, {}, {"data": {"repository": {"pullRequest": {"number": state.number, **told}}}})
    assert "lastEditedAt" in str(request.field("query"))
    ids = given["ids"]
    return Reply(
        200,
        {},
        {"data": {"nodes": [{"id": name, "lastEditedAt": world.edited[name][0] if name in world.edited else None} for name in ids]}},
    )


def _state(repo: Hosted, number: str) -> PullState:
    state = repo.pulls.get(int(number))
    if state is None:
        raise not_found()
    return state
