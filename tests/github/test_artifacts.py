from __future__ import annotations

from hashlib import sha256
from typing import Any

import pytest

from prgate.github.artifacts import Archive, Artifact, Run, artifacts_on, fetch_archive, read_run
from prgate.model.missing import Missing, Why
from tests.github.invented import BASE, HEAD, HOME
from tests.github.telling import Refused, telling

HERE = f"/repos/{HOME}/actions"
ALL, RUNS = f"{HERE}/artifacts", f"{HERE}/runs"
ZIP = b"PK\x05\x06" + b"\0" * 18
AT = "2026-11-20T12:30:00Z"


def artifact(number: int, **changes: Any) -> dict[str, Any]:
    made: dict[str, Any] = {
        "id": number,
        "name": "coverage",
        "size_in_bytes": len(ZIP),
        "digest": f"sha256:{sha256(ZIP).hexdigest()}",
        "expired": False,
        "created_at": AT,
        "workflow_run": on(100 + number),
    }
    return made | changes


def on(run: int, **changes: Any) -> dict[str, Any]:
    return {"id": run, "repository_id": 11, "head_repository_id": 12, "head_branch": "rotate", "head_sha": HEAD} | changes


def run(number: int = 100, **changes: Any) -> dict[str, Any]:
    made: dict[str, Any] = {
        "id": number,
        "path": ".github/workflows/ci.yml",
        "event": "pull_request",
        "head_sha": HEAD,
        "head_branch": "rotate",
        "head_repository": {"id": 12, "full_name": "dana/pay"},
        "conclusion": "success",
        "run_attempt": 2,
    }
    return made | changes


def counted(key: str, *listed: Any, total: int | None = None) -> dict[str, Any]:
    return {"total_count": len(listed) if total is None else total, key: [*listed]}


def found(answers: dict[str, Any], *, repository_id: int | None = 12) -> tuple[Artifact, ...] | Missing:
    with telling(answers) as forge:
        return artifacts_on(forge.session, HOME, "coverage", head_sha=HEAD, head_repository_id=repository_id)


def absent(answers: dict[str, Any], *, repository_id: int | None = 12) -> str:
    got = found(answers, repository_id=repository_id)
    assert isinstance(got, Missing)
    assert Why.ABSENT is got.why
    return got.detail


def ids(got: tuple[Artifact, ...] | Missing) -> list[int]:
    assert not isinstance(got, Missing), got
    return [item.id for item in got]


# Which artifacts are bound to a head


@pytest.mark.parametrize(
    "other",
    [
        artifact(1, name="coverage2"),
        artifact(1, workflow_run=on(101, head_sha=BASE)),
        artifact(1, workflow_run=on(101, head_repository_id=13)),
        artifact(1, workflow_run=on(101, head_repository_id=None)),
        artifact(1, workflow_run=None),
    ],
    ids=["name", "commit", "repository", "no-repository", "no-run"],
)
def test_an_artifact_of_another_name_commit_or_repository_is_none_of_this_head(other: dict[str, Any]) -> None:
    assert "no run on a1a1a1a1a1a1 left an artifact `coverage`" == absent({ALL: counted("artifacts", other)})
    assert [2] == ids(found({ALL: counted("artifacts", other, artifact(2))}))


def test_an_expired_artifact_is_told_from_none() -> None:
    assert absent({ALL: counted("artifacts", artifact(1, expired=True))}).endswith("that has not expired")


def test_a_deleted_fork_binds_nothing_and_asks_nothing() -> None:
    assert "deleted" in absent({}, repository_id=None)


def test_the_newest_run_comes_first() -> None:
    got = found({ALL: counted("artifacts", artifact(2), artifact(9, workflow_run=on(101)), artifact(3), artifact(4, workflow_run=on(103)))})
    assert [4, 3, 2, 9] == ids(got)
    assert not isinstance(got, Missing)
    assert Artifact(4, "coverage", len(ZIP), f"sha256:{sha256(ZIP).hexdigest()}", 103, HEAD, "rotate", 12, False, HOME) == got[0]


def test_what_the_artifacts_of_others_look_like_is_nobody_s_business() -> None:
    assert [2] == ids(
        found(
            {ALL: counted("artifacts", {"name": 7}, artifact(1, name="coverage", id=None, workflow_run=on(1, head_sha=BASE)), artifact(2))}
        )
    )


@pytest.mark.parametrize(
    ("answers", "why"),
    [
        ({}, Why.FORBIDDEN),
        ({ALL: []}, Why.UNREADABLE),
        ({ALL: {"artifacts": []}}, Why.UNREADABLE),
        ({ALL: counted("artifacts", 7)}, Why.UNREADABLE),
        ({ALL: counted("artifacts", artifact(1, size_in_bytes=None))}, Why.UNREADABLE),
        ({ALL: counted("artifacts", artifact(1, expired=None))}, Why.UNREADABLE),
        ({ALL: counted("artifacts", total=1)}, Why.FORBIDDEN),
        ({ALL: counted("artifacts", total=1), RUNS: counted("workflow_runs", run(head_sha=None))}, Why.UNREADABLE),
        ({ALL: counted("artifacts", total=1), RUNS: counted("workflow_runs", run())}, Why.FORBIDDEN),
        ({ALL: counted("artifacts", total=1), RUNS: counted("workflow_runs", *(run(number) for number in range(1, 32)))}, Why.OVER_LIMIT),
    ],
)
def test_artifacts_that_cannot_be_told_are_missing(answers: dict[str, Any], why: Why) -> None:
    got = found(answers)
    assert isinstance(got, Missing)
    assert why is got.why


def test_few_artifacts_are_one_request_and_of_many_only_those_of_the_head_s_runs_are_asked_for() -> None:
    queries: list[dict[str, str]] = []

    def runs(query: dict[str, str]) -> dict[str, Any]:
        queries.append(query)
        return counted("workflow_runs", run(101), run(102, head_sha=BASE), run(103, head_repository=None), run(104))

    answers = {
        ALL: counted("artifacts", artifact(8), total=4_000),
        RUNS: runs,
        f"{RUNS}/101/artifacts": counted("artifacts", artifact(1), artifact(2, name="logs")),
        f"{RUNS}/104/artifacts": counted("artifacts", artifact(4)),
    }
    with telling(answers) as forge:
        got = artifacts_on(forge.session, HOME, "coverage", head_sha=HEAD, head_repository_id=12)
        assert [ALL, RUNS, f"{RUNS}/101/artifacts", f"{RUNS}/104/artifacts"] == forge.asked
    assert [4, 1] == ids(got)
    assert HEAD == queries[0]["head_sha"]
    with telling({ALL: counted("artifacts", artifact(1))}) as forge:
        assert [1] == ids(artifacts_on(forge.session, HOME, "coverage", head_sha=HEAD, head_repository_id=12))
        assert [ALL] == forge.asked


# A run


def told(answer: Any, number: int = 100) -> Run | Missing:
    with telling({f"{RUNS}/{number}": answer}) as forge:
        return read_run(forge.session, HOME, number)


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (Refused(404), Why.FORBIDDEN),
        ([], Why.UNREADABLE),
        (run(path=None), Why.UNREADABLE),
        (run(head_sha="main"), Why.UNREADABLE),
        (run(event=7), Why.UNREADABLE),
        (run(99), Why.FAILED),
    ],
)
def test_a_run_that_cannot_be_read_is_missing(answer: Any, why: Why) -> None:
    got = told(answer)
    assert isinstance(got, Missing)
    assert why is got.why


def test_a_run_is_read_whole() -> None:
    assert Run(100, ".github/workflows/ci.yml", "pull_request", HEAD, "rotate") == told(run())
    assert Run(100, ".github/workflows/ci.yml", "push", HEAD, None) == told(run(event="push", head_branch=None))


@pytest.mark.parametrize("path", ["ci.yml@x.yml", "ci.yml@x.yml@main", "ci.yml@x.yaml", "ci.yml@a@b", "ci@main", "@main"])
def test_a_workflow_file_with_an_at_in_its_name_does_not_pass_for_another(path: str) -> None:
    got = told(run(path=f".github/workflows/{path}"))
    assert isinstance(got, Missing)
    assert (Why.UNREADABLE, True) == (got.why, "may name more than one workflow file" in got.detail)


@pytest.mark.parametrize(
    ("path", "file"),
    [
        (".github/workflows/ci.yml", ".github/workflows/ci.yml"),
        (".github/workflows/ci.yml@main", ".github/workflows/ci.yml"),
        (".github/workflows/ci.yaml@refs/heads/fix/1.x", ".github/workflows/ci.yaml"),
        ("dynamic/copilot/agent", "dynamic/copilot/agent"),
    ],
)
def test_a_workflow_file_is_named_without_its_ref(path: str, file: str) -> None:
    got = told(run(path=path))
    assert isinstance(got, Run)
    assert file == got.path


# The archive


def fetched(data: Any, *, limit: int = 1_000, **changes: Any) -> Archive | Missing:
    with telling({ALL: counted("artifacts", artifact(1, **changes)), f"{ALL}/1/zip": data}) as forge:
        got = artifacts_on(forge.session, HOME, "coverage", head_sha=HEAD, head_repository_id=12)
        assert not isinstance(got, Missing)
        return fetch_archive(forge.session, got[0], limit=limit)


def test_an_archive_over_the_limit_is_not_fetched() -> None:
    got = fetched(Refused(500), size_in_bytes=1_001)
    assert isinstance(got, Missing)
    assert (Why.OVER_LIMIT, "artifact `coverage` has 1,001 bytes, more than the limit of 1,000") == (got.why, got.detail)


@pytest.mark.parametrize(
    ("data", "changes", "why"),
    [
        (Refused(403), {}, Why.FORBIDDEN),
        (Refused(410), {}, Why.FAILED),
        (ZIP + b"x", {}, Why.UNREADABLE),
        (ZIP, {"digest": "sha256:"}, Why.UNREADABLE),
        (ZIP * 100, {}, Why.OVER_LIMIT),
    ],
    ids=["forbidden", "gone", "other-bytes", "empty-digest", "larger-than-said"],
)
def test_an_archive_that_is_not_what_the_forge_keeps_is_missing(data: Any, changes: dict[str, Any], why: Why) -> None:
    got = fetched(data, **changes)
    assert isinstance(got, Missing)
    assert why is got.why


@pytest.mark.parametrize("digest", [None, "", "md5:00", "nonsense"])
def test_an_archive_without_a_digest_that_can_be_checked_is_not_matched(digest: str | None) -> None:
    assert Archive(ZIP, matched=False) == fetched(ZIP, digest=digest)


def test_an_archive_with_its_digest_is_matched() -> None:
    assert Archive(ZIP, matched=True) == fetched(ZIP)
    assert Archive(ZIP, matched=True) == fetched(ZIP, digest=f"sha256:{sha256(ZIP).hexdigest().upper()}")
