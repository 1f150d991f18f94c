"""Commits, comparisons, branches and refs, read from the repository's git."""

from __future__ import annotations

import base64
from typing import Any, Final
from urllib.parse import quote

from tests.forge.api.asking import RefusedError, Request, forward, not_found, paged, see
from tests.forge.bare import Commit, FileChange
from tests.forge.upstream import Reply
from tests.forge.world import Hosted, World

_UNSIGNED: Final = {"verified": False, "reason": "unsigned", "signature": None, "payload": None, "verified_at": None}
_MOST_FILES: Final = 300


def commit_json(world: World, repo: Hosted, commit: Commit) -> dict[str, Any]:
    """A commit as lists show it; a person nobody knows is None, as is one whose address belongs to no account."""
    api, html = f"{world.url}{repo.path}", f"{world.url}/{repo.full_name}"
    person = [dict(zip(("name", "email", "date"), who, strict=True)) for who in (commit.author, commit.committer)]
    return {
        "sha": commit.sha,
        "node_id": f"C_{commit.sha[:12]}",
        "commit": {
            "author": person[0],
            "committer": person[1],
            "message": commit.message,
            "tree": {"sha": commit.tree, "url": f"{api}/git/trees/{commit.tree}"},
            "url": f"{api}/git/commits/{commit.sha}",
            "comment_count": 0,
            "verification": dict(_UNSIGNED),
        },
        "url": f"{api}/commits/{commit.sha}",
        "html_url": f"{html}/commit/{commit.sha}",
        "comments_url": f"{api}/commits/{commit.sha}/comments",
        "author": world.committer(commit.author[1]),
        "committer": world.committer(commit.committer[1]),
        "parents": [{"sha": sha, "url": f"{api}/commits/{sha}", "html_url": f"{html}/commit/{sha}"} for sha in commit.parents],
    }


def activity(world: World, request: Request, repo: Hosted) -> Reply:
    """What moved the refs of a repository, newest first; ``ref`` is a branch or its full name."""
    ref = request.query.get("ref", "")
    wanted = ref if ref.startswith("refs/") else f"refs/heads/{ref}"
    page, headers = paged(world, request, [entry for entry in repo.activity if not ref or entry["ref"] == wanted])
    return Reply(200, headers, page)


def activity_json(world: World, ref: str, *, before: str | None, after: str, at: str) -> dict[str, Any]:
    """One push, by force or not; of who pushed the forge says nothing."""
    number = world.number()
    return {
        "id": number,
        "node_id": f"PSH_{number}",
        "before": before or "0" * 40,
        "after": after,
        "ref": ref,
        "timestamp": at,
        "activity_type": "push" if before else "branch_creation",
        "actor": None,
    }


def file_json(world: World, repo: Hosted, change: FileChange, head: str) -> dict[str, Any]:
    """One changed file, without its patch: GitHub leaves patches out too, and the gate must not lean on them."""
    path = quote(change.path)
    moved = {"previous_filename": change.previous} if change.previous is not None else {}
    return moved | {
        "sha": change.sha,
        "filename": change.path,
        "status": change.status,
        "additions": change.added,
        "deletions": change.removed,
        "changes": change.added + change.removed,
        "blob_url": f"{world.url}/{repo.full_name}/blob/{head}/{path}",
        "raw_url": f"{world.url}/{repo.full_name}/raw/{head}/{path}",
        "contents_url": f"{world.url}{repo.path}/contents/{path}?ref={head}",
    }


def compare(world: World, request: Request, repo: Hosted, basehead: str) -> Reply:
    """BASE...HEAD: the merge base, and the commits that HEAD has and BASE has not, oldest first."""
    left, dots, right = basehead.partition("...")
    base, head = _side(world, request, repo, left), _side(world, request, repo, right)
    merge_base = repo.git.merge_base(base, head) if dots and base and head else None
    if not (base and head and merge_base):
        raise not_found()
    commits = repo.git.commits(head, without=base)
    behind = repo.git.count(head, base)
    status = {(True, True): "diverged", (True, False): "ahead", (False, True): "behind", (False, False): "identical"}
    paging = "page" in request.query or "per_page" in request.query
    page, headers = paged(world, request, commits, usual=30 if paging else 250, most=250)
    first = request.query.get("page", "1") == "1"
    files = [file_json(world, repo, change, head) for change in repo.git.changes(merge_base, head)[:_MOST_FILES]] if first else None
    html = f"{world.url}/{repo.full_name}/compare/{basehead}"
    data = {
        "url": f"{world.url}{request.path}",
        "html_url": html,
        "permalink_url": f"{world.url}/{repo.full_name}/compare/{repo.owner}:{base[:7]}...{repo.owner}:{head[:7]}",
        "diff_url": f"{html}.diff",
        "patch_url": f"{html}.patch",
        "base_commit": _one(world, repo, base),
        "merge_base_commit": _one(world, repo, merge_base),
        "status": status[bool(commits), bool(behind)],
        "ahead_by": len(commits),
        "behind_by": behind,
        "total_commits": len(commits),
        "commits": [commit_json(world, repo, commit) for commit in page],
    }
    return Reply(200, headers, data | ({} if files is None else {"files": files}))


def commit(world: World, request: Request, repo: Hosted, ref: str) -> Reply:
    """One commit with its files."""
    sha = known(repo, ref)
    parent = repo.git.commits(sha, most=1)[0].parents[:1]
    changes = repo.git.changes(parent[0], sha) if parent else ()
    added, removed = sum(change.added for change in changes), sum(change.removed for change in changes)
    stats = {"additions": added, "deletions": removed, "total": added + removed}
    files = [file_json(world, repo, change, sha) for change in changes[:_MOST_FILES]]
    return Reply(200, {}, _one(world, repo, sha) | {"stats": stats, "files": files})


def commits(world: World, request: Request, repo: Hosted) -> Reply:
    """The history of ``sha`` or of the default branch, newest first."""
    sha = known(repo, request.query.get("sha", repo.default))
    page, headers = paged(world, request, repo.git.commits(sha)[::-1])
    return Reply(200, headers, [commit_json(world, repo, item) for item in page])


def branch(world: World, request: Request, repo: Hosted, name: str) -> Reply:
    """One branch, and whether it is protected."""
    sha = repo.git.refs().get(f"refs/heads/{name}")
    if sha is None:
        raise not_found()
    return Reply(200, {}, branch_json(world, repo, name, sha) | {"commit": _one(world, repo, sha)})


def branches(world: World, request: Request, repo: Hosted) -> Reply:
    """All branches; ``protected`` filters."""
    wanted = request.query.get("protected")
    found = [branch_json(world, repo, ref.removeprefix("refs/heads/"), sha) for ref, sha in repo.git.refs().items()]
    page, headers = paged(world, request, [item for item in found if wanted is None or item["protected"] == (wanted == "true")])
    return Reply(200, headers, page)


def branch_json(world: World, repo: Hosted, name: str, sha: str) -> dict[str, Any]:
    """A branch as lists show it."""
    address = f"{world.url}{repo.path}/branches/{quote(name, safe='/')}"
    protection = repo.protections.get(name)
    checks = (protection or {}).get("required_status_checks")
    summary = {
        "enforcement_level": "non_admins" if checks else "off",
        "contexts": checks["contexts"] if checks else [],
        "checks": checks["checks"] if checks else [],
    }
    return {
        "name": name,
        "commit": {"sha": sha, "url": f"{world.url}{repo.path}/commits/{sha}"},
        "_links": {"self": address, "html": f"{world.url}/{repo.full_name}/tree/{name}"},
        "protected": protection is not None,
        "protection": {"enabled": protection is not None, "required_status_checks": summary},
        "protection_url": f"{address}/protection",
    }


def ref(world: World, request: Request, repo: Hosted, name: str) -> Reply:
    """One ref, by its name without ``refs/``."""
    sha = repo.git.refs(f"refs/{name}").get(f"refs/{name}")
    if sha is None:
        raise not_found()
    kind = repo.git.kind(sha)
    address = f"{world.url}{repo.path}/git"
    target = {"sha": sha, "type": kind, "url": f"{address}/{kind}s/{sha}"}
    return Reply(200, {}, {"ref": f"refs/{name}", "node_id": f"REF_{sha[:12]}", "url": f"{address}/refs/{name}", "object": target})


def tree(world: World, request: Request, repo: Hosted, name: str) -> Reply:
    """A tree by its id, or of a commit or branch; ``recursive`` walks down."""
    commit_sha = repo.git.resolve(name)
    sha = repo.git.word("rev-parse", f"{commit_sha}^{{tree}}") if commit_sha else name
    if repo.git.kind(sha) != "tree":
        raise not_found()
    address = f"{world.url}{repo.path}/git"
    deep = ["-r", "-t"] if request.query.get("recursive", "") not in ("", "0") else []
    entries = []
    for line in repo.git.git("ls-tree", "-z", "-l", *deep, sha).decode("utf-8", "replace").split("\0")[:-1]:
        facts, path = line.split("\t", 1)
        mode, kind, oid, size = facts.split()
        entry: dict[str, Any] = {"path": path, "mode": mode, "type": kind, "sha": oid, "url": f"{address}/{kind}s/{oid}"}
        entries.append(entry | ({"size": int(size)} if kind == "blob" else {}))
    return Reply(200, {}, {"sha": sha, "url": f"{address}/trees/{sha}", "tree": entries, "truncated": False})


def blob(world: World, request: Request, repo: Hosted, sha: str) -> Reply:
    """A file's bytes by their id."""
    if repo.git.kind(sha) != "blob":
        raise not_found()
    data = repo.git.git("cat-file", "blob", sha)
    text = base64.b64encode(data).decode()
    address = f"{world.url}{repo.path}/git/blobs/{sha}"
    return Reply(
        200, {}, {"sha": sha, "node_id": f"B_{sha[:12]}", "size": len(data), "url": address, "content": text, "encoding": "base64"}
    )


def repository(world: World, request: Request, repo: Hosted) -> Reply:
    """The repository itself, its default branch being git's."""
    reply = forward(world, request)
    counts = {"network_count": 0, "subscribers_count": 0}
    return Reply(200, {}, reply.data | counts | {"default_branch": repo.default})


def known(repo: Hosted, name: str) -> str:
    """The commit behind a branch, ref or id; 422 in GitHub's words where there is none."""
    sha = repo.git.resolve(name)
    if sha is None:
        raise RefusedError(422, f"No commit found for SHA: {name}")
    return sha


def _one(world: World, repo: Hosted, sha: str) -> dict[str, Any]:
    return commit_json(world, repo, repo.git.commits(sha, most=1)[0])


def _side(world: World, request: Request, repo: Hosted, name: str) -> str | None:
    """One side of a comparison: a commit, a branch, or ``OWNER:BRANCH`` of a repository of the same network."""
    owner, colon, rest = name.rpartition(":")
    if not colon or owner in (repo.owner, repo.full_name.replace("/", ":")):
        return repo.git.resolve(rest if colon else name)
    root = repo.parent or repo
    kin = [
        other
        for other in world.repositories.values()
        if (other.parent or other) is root and owner in (other.owner, other.full_name.replace("/", ":"))
    ]
    if not kin:
        return None
    see(request.token, kin[0])
    sha = kin[0].git.resolve(rest)
    return repo.git.take(kin[0].git.path, sha, "refs/forge/compared") if sha else None
