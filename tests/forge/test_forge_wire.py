"""What goes wrong on demand goes wrong as it does at GitHub, and archives lie elsewhere."""

from __future__ import annotations

import hashlib
import io
import zipfile

import pytest
import requests

from tests.forge.conftest import Scene
from tests.forge.faults import Fault


def _comments(scene: Scene) -> int:
    return len(scene.forge.show("/repos/acme/pay/issues/1/comments"))


def _post(scene: Scene) -> requests.Response:
    headers = {"authorization": f"Bearer {scene.forge.token(scene.repo)}"}
    return requests.post(f"{scene.forge.url}/repos/acme/pay/issues/1/comments", headers=headers, json={"body": "x"}, timeout=0.3)


@pytest.mark.parametrize(
    ("kind", "status", "sign"),
    [
        (Fault.SERVER_ERROR, 500, None),
        (Fault.BAD_GATEWAY, 502, None),
        (Fault.SECONDARY, 403, ("retry-after", "7")),
        (Fault.TOO_MANY, 429, ("retry-after", "7")),
        (Fault.PRIMARY, 403, ("x-ratelimit-remaining", "0")),
        (Fault.FORBIDDEN, 403, ("x-accepted-github-permissions", "contents=read")),
        (Fault.NOT_FOUND, 404, None),
        (Fault.INVALID, 422, None),
    ],
)
def test_a_fault_is_answered_and_nothing_is_done(scene: Scene, kind: Fault, status: int, sign: tuple[str, str] | None) -> None:
    scene.forge.fault("POST", r"/issues/1/comments$", kind, wait=7)
    answer = _post(scene)
    assert (status, 0) == (answer.status_code, _comments(scene))
    assert sign is None or sign[1] == answer.headers[sign[0]]
    assert 201 == _post(scene).status_code


@pytest.mark.parametrize(
    ("kind", "error", "left"),
    [
        (Fault.TIMEOUT_BEFORE, requests.Timeout, 0),
        (Fault.TIMEOUT_AFTER, requests.Timeout, 1),
        (Fault.CUT_BEFORE, requests.ConnectionError, 0),
        (Fault.CUT_AFTER, requests.ConnectionError, 1),
        (Fault.CUT_SHORT, requests.exceptions.ChunkedEncodingError, 1),
    ],
)
def test_a_server_may_act_and_say_nothing(scene: Scene, kind: Fault, error: type[Exception], left: int) -> None:
    scene.forge.fault("POST", "comments", kind)
    with pytest.raises(error):
        _post(scene)
    assert left == _comments(scene)


def test_half_an_answer_is_no_json(scene: Scene) -> None:
    scene.forge.fault("POST", "comments", "truncated", times=2)
    for number in (1, 2):
        with pytest.raises(requests.JSONDecodeError):
            _post(scene).json()
        assert number == _comments(scene)


def test_a_total_may_lie(scene: Scene) -> None:
    scene.forge.fault("GET", "/check-runs", "total")
    told = scene.ask("GET", f"/commits/{scene.pull.head_sha}/check-runs", token=None).json()
    assert (1, []) == (told["total_count"], told["check_runs"])


def test_something_happens_between_look_and_post(scene: Scene) -> None:
    scene.forge.before("POST", "comments", lambda: scene.forge.push(scene.repo, "agent/x", scene.work, ref="HEAD~1"))
    before = scene.pull.head_sha
    _post(scene)
    assert before != scene.pull.head_sha


def test_every_request_is_written_down(scene: Scene) -> None:
    scene.forge.fault("GET", "/pulls/1", "cut-after")
    with pytest.raises(requests.ConnectionError):
        scene.ask("GET", "/pulls/1", token=None)
    _post(scene)
    assert [("GET", "/repos/acme/pay/pulls/1", 0, None), ("POST", "/repos/acme/pay/issues/1/comments", 201, {"body": "x"})] == [
        (entry.method, entry.path, entry.status, entry.body) for entry in scene.forge.requests()
    ]
    assert "github-actions[bot]" == scene.forge.requests("POST")[0].login


def test_an_archive_lies_at_another_host_that_needs_no_token(scene: Scene) -> None:
    run = scene.forge.run(scene.pull)
    made = scene.forge.artifact(scene.repo, run, "coverage", {"coverage.xml": b"<x/>"})
    assert (run["id"], scene.pull.head_sha, scene.repo.id) == tuple(
        made["workflow_run"][key] for key in ("id", "head_sha", "head_repository_id")
    )
    headers = {"authorization": f"Bearer {scene.forge.token(scene.repo)}"}
    answer = requests.get(made["archive_download_url"], headers=headers, timeout=5)
    assert f"sha256:{hashlib.sha256(answer.content).hexdigest()}" == made["digest"]
    assert b"<x/>" == zipfile.ZipFile(io.BytesIO(answer.content)).read("coverage.xml")
    asked, given = scene.forge.requests()
    assert (302, 200) == (asked.status, given.status)
    assert ("authorization" in asked.headers, "authorization" in given.headers) == (True, False)


def test_an_archive_that_ran_out_is_gone(scene: Scene) -> None:
    made = scene.forge.artifact(scene.repo, scene.forge.run(scene.pull), "coverage", b"no archive", expired=True)
    assert 410 == scene.ask("GET", f"/actions/artifacts/{made['id']}/zip", token=scene.forge.token(scene.repo)).status_code
