"""Artifacts of workflow runs, bound to the run, head commit and head repository that the forge names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from prgate.formats.facts import Number, Sha, Short
from prgate.formats.shape import ShapeError, shown
from prgate.github.reading import Count, at, attempt, each, value
from prgate.github.session import Session
from prgate.model.missing import Missing, Why

_MOST_RUNS = 30
_PAGE = 100
_FILE = re.compile(r".+\.ya?ml", re.DOTALL)
_ANY: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class Artifact:
    """One artifact; ``size`` in bytes of its archive. ``digest`` (``sha256:HEX`` of the archive) is null where the forge keeps none."""

    id: int
    name: str
    size: int
    digest: str | None
    run: int
    head_sha: str
    head_branch: str | None
    head_repository_id: int
    expired: bool
    repository: str
    """Where it is kept: the repository whose workflow made it."""


@dataclass(frozen=True, slots=True)
class Archive:
    """The bytes of an artifact's zip; ``matched``: they have the digest that the forge keeps, which it does not for every artifact."""

    data: bytes
    matched: bool


@dataclass(frozen=True, slots=True)
class Run:
    """One workflow run; ``path`` is its workflow file."""

    id: int
    path: str
    event: str
    head_sha: str
    head_branch: str | None


def artifacts_on(
    session: Session, repository: str, name: str, *, head_sha: str, head_repository_id: int | None, runs: Mapping[str, str] = _ANY
) -> tuple[Artifact, ...] | Missing:
    """The unexpired artifacts of this name whose run was on exactly this head, newest run first, at least one.

    One request where the repository keeps no more of this name than a page holds; else one for the runs of the head and one for each, of
    those alone that the API's filters ``runs`` (``event``, ``branch``) let through: there may be many that do not matter.
    What an artifact says of itself is not asked: run, commit and repository are the forge's word.
    """
    if head_repository_id is None:
        return Missing(Why.ABSENT, "the head's repository is deleted, so that no artifact is bound to it", "Open the pull request again.")
    answer = session.get(f"/repos/{repository}/actions/artifacts", name=name, per_page=_PAGE)
    if isinstance(answer, Missing):
        return answer
    read = attempt("the artifacts", lambda: (value(Count, answer.data, "total_count"), value(tuple[Any, ...], answer.data, "artifacts")))
    if isinstance(read, Missing):
        return read
    total, listed = read
    if len(listed) < total:
        of_runs = _of_runs(session, repository, name, head_sha=head_sha, head_repository_id=head_repository_id, filters=runs)
        if isinstance(of_runs, Missing):
            return of_runs
        listed = of_runs
    mine = attempt(
        "the artifacts", lambda: each(lambda item: _artifact(item, repository) if _is_on(item, name, head_sha) else None, listed)
    )
    if isinstance(mine, Missing):
        return mine
    found = [item for item in mine if item is not None and item.head_repository_id == head_repository_id]
    whole = sorted((item for item in found if not item.expired), key=lambda item: (item.run, item.id), reverse=True)
    if not whole:
        detail = f"no run on {head_sha[:12]} left an artifact `{name}`" + (" that has not expired" if found else "")
        return Missing(Why.ABSENT, detail, f"Upload `{name}` in a workflow that runs on this head, or run it again.")
    return tuple(whole)


def read_run(session: Session, repository: str, run_id: int) -> Run | Missing:
    """The workflow run, one request."""
    answer = session.get(f"/repos/{repository}/actions/runs/{run_id}")
    if isinstance(answer, Missing):
        return answer
    run = attempt(f"run {run_id}", lambda: _run(answer.data))
    if isinstance(run, Run) and run.id != run_id:
        return Missing(Why.FAILED, f"asked for run {run_id}, the forge gave {run.id}", "Run it again.")
    return run


def fetch_archive(session: Session, artifact: Artifact, *, limit: int) -> Archive | Missing:
    """The archive of at most ``limit`` bytes; one with another digest than the forge's is ``Missing``, one without a digest is not matched."""
    if artifact.size > limit:
        detail = f"artifact `{artifact.name}` has {artifact.size:,} bytes, more than the limit of {limit:,}"
        return Missing(Why.OVER_LIMIT, detail, "Upload only the report or trace.")
    data = session.download(f"/repos/{artifact.repository}/actions/artifacts/{artifact.id}/zip", limit=limit)
    if isinstance(data, Missing):
        return data
    kind, _, digest = (artifact.digest or "").partition(":")
    if kind != "sha256":
        return Archive(data, matched=False)
    if sha256(data).hexdigest() != digest.lower():
        return Missing(Why.UNREADABLE, f"artifact `{artifact.name}` has another digest than the forge keeps of it", "Upload it again.")
    return Archive(data, matched=True)


def _of_runs(
    session: Session, repository: str, name: str, *, head_sha: str, head_repository_id: int, filters: Mapping[str, Any]
) -> tuple[object, ...] | Missing:
    runs = session.pages(f"/repos/{repository}/actions/runs", key="workflow_runs", head_sha=head_sha, **filters)
    if isinstance(runs, Missing):
        return runs
    told = attempt("the runs", lambda: each(_told, runs))
    if isinstance(told, Missing):
        return told
    numbers = [number for number, *on in told if on == [head_sha, head_repository_id]]
    if len(numbers) > _MOST_RUNS:
        detail = f"{len(numbers)} runs were on {head_sha[:12]}, more than the {_MOST_RUNS} whose artifacts are looked through"
        return Missing(Why.OVER_LIMIT, detail, "Push a new commit, or give the artifact a name that no other workflow uses.")
    found: list[object] = []
    for number in numbers:
        listed = session.pages(f"/repos/{repository}/actions/runs/{number}/artifacts", key="artifacts", name=name)
        if isinstance(listed, Missing):
            return listed
        found += listed
    return tuple(found)


def _told(run: object) -> tuple[int, str, int | None]:
    return value(Number, run, "id"), value(Sha, run, "head_sha"), value(Number | None, run, "head_repository", "id")


def _is_on(item: object, name: str, head_sha: str) -> bool:
    """Whether it has this name and its run was on this commit; nothing else is asked of the artifacts of others."""
    return (at(item, "name"), at(item, "workflow_run", "head_sha")) == (name, head_sha)


def _artifact(item: object, repository: str) -> Artifact | None:
    """The artifact, or None where the forge no longer tells the head repository of its run."""
    if at(item, "workflow_run", "head_repository_id") is None:
        return None
    return Artifact(
        id=value(Number, item, "id"),
        name=value(Short, item, "name"),
        size=value(Count, item, "size_in_bytes"),
        digest=value(Short | None, item, "digest"),
        run=value(Number, item, "workflow_run", "id"),
        head_sha=value(Sha, item, "workflow_run", "head_sha"),
        head_branch=value(Short | None, item, "workflow_run", "head_branch"),
        head_repository_id=value(Number, item, "workflow_run", "head_repository_id"),
        expired=value(bool, item, "expired"),
        repository=repository,
    )


def _run(data: object) -> Run:
    return Run(
        id=value(Number, data, "id"),
        path=_workflow(value(Short, data, "path")),
        event=value(Short, data, "event"),
        head_sha=value(Sha, data, "head_sha"),
        head_branch=value(Short | None, data, "head_branch"),
    )


def _workflow(path: str) -> str:
    """The file in ``FILE`` or ``FILE@REF``.

    A change can add a file ``ci.yml@x.yml``, which must not pass for ``ci.yml``: where both could be meant, the path is refused.
    """
    file, at_ref, ref = path.partition("@")
    if not at_ref:
        return path
    if not _FILE.fullmatch(file) or "@" in ref or ref.endswith((".yml", ".yaml")):
        raise ShapeError(f"`{shown(path)}` may name more than one workflow file", keys=("path",))
    return file
