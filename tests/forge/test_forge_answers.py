"""What the forge is asked and what it answers fit GitHub's own description of its API."""

from __future__ import annotations

import json
from typing import Any

from tests.forge import openapi
from tests.forge.conftest import Scene
from tests.forge.upstream import PARTS

_LABEL: dict[str, Any] = {"labels": ["a"]}
_NULL_IN_FACT = "labels[0].description: None is not of type 'string'"
"""The description has lists of pull requests give every label a text; GitHub's real lists give null too."""


def _annotation(number: int) -> dict[str, Any]:
    return {"path": "a.py", "start_line": 1, "end_line": 2, "annotation_level": "warning", "title": f"t{number}", "message": "m"}


def _output(count: int, **fields: str) -> dict[str, Any]:
    return {"title": "t", "summary": "s", "annotations": [_annotation(number) for number in range(count)]} | fields


def test_the_judge_sees_what_is_wrong() -> None:
    assert [] != openapi.wrong_request("GET", "/repos/acme/pay/pulls?stat=open", None)
    assert [] != openapi.wrong_request("POST", "/repos/acme/pay/issues/1/comments", {"text": "x"})
    assert [] != openapi.wrong_request("POST", "/repos/acme/pay/issues/1/comments", None)
    assert [] != openapi.wrong_request("GET", "/repos/acme/pay/comits", None)
    assert [] != openapi.wrong_answer("GET", "/repos/acme/pay/pulls/1", 200, {"number": 1})


def test_every_answer_fits_the_description(scene: Scene) -> None:
    forge, repo, head = scene.forge, scene.repo, scene.pull.head_sha
    fork = forge.fork(repo, "dev-two")
    forge.push(fork, "feature", scene.work)
    of_fork = forge.pull(repo, head="feature", fork=fork, author="dev-two", body="text")
    comment = forge.comment(scene.pull, "hello", by="github-actions[bot]")
    review = forge.review(scene.pull, by="maint-one", state="CHANGES_REQUESTED", body="no")
    forge.label(scene.pull, "big")
    check = forge.check(repo, head, "tests", output=_output(2))
    forge.status(repo, head, "ci", state="failure")
    run = forge.run(of_fork)
    artifact = forge.artifact(repo, forge.run(scene.pull), "coverage", {"coverage.xml": b"<x/>"})
    forge.protect(repo, checks=[("prgate/verdict", 15368)], approvals=1)
    ruleset = forge.ruleset(repo, "gate", {"type": "required_linear_history"}, {"type": "non_fast_forward"})
    issue = forge.issue(repo)
    blob = repo.git.word("rev-parse", f"{head}:a.py")
    admin, token = forge.user_token("owner-one"), forge.token(repo)
    reads = f"""
        /compare/main...{head} /compare/main...dev-two:feature /commits /commits/{head} /commits/{head}/check-runs?filter=all
        /commits/{head}/statuses /commits/{head}/status /commits/{head}/pulls /check-runs/{check["id"]} /check-runs/{check["id"]}/annotations
        /activity /activity?ref=agent/x&per_page=1 /branches /branches/agent/x /branches/main/protection /rules/branches/main /rulesets /rulesets/{ruleset["id"]}
        /git/ref/heads/agent/x /git/trees/main?recursive=1 /git/blobs/{blob} /pulls?state=all /pulls/1 /pulls/2 /pulls/1/commits
        /pulls/1/files /pulls/1/reviews /issues/1 /issues/{issue.number} /issues/1/comments /issues/comments/{comment["id"]} /issues/1/labels
        /collaborators/dev-one/permission /actions/runs /actions/runs/{run["id"]} /actions/runs/{run["id"]}/artifacts
        /actions/artifacts?name=coverage /actions/artifacts/{artifact["id"]}
    """
    for path in ("", *reads.split()):
        assert 200 == scene.ask("GET", path, token=admin).status_code, path
    writes: list[tuple[str, str, Any, str]] = [
        ("POST", "/issues/1/comments", {"body": "x"}, token),
        ("PATCH", f"/issues/comments/{comment['id']}", {"body": "y"}, token),
        ("DELETE", f"/issues/comments/{comment['id']}", None, token),
        ("POST", "/check-runs", {"name": "a", "head_sha": head, "status": "in_progress"}, token),
        ("PATCH", f"/check-runs/{check['id']}", {"conclusion": "failure", "output": _output(50)}, token),
        ("POST", f"/statuses/{head}", {"state": "success", "context": "x"}, token),
        ("POST", "/pulls/1/reviews", {"event": "APPROVE", "body": "x"}, forge.user_token("maint-two")),
        ("PUT", f"/pulls/1/reviews/{review['id']}/dismissals", {"message": "no"}, admin),
        ("PUT", f"/pulls/1/reviews/{review['id']}", {"body": "yes"}, admin),
        ("PATCH", "/pulls/1", {"title": "z"}, admin),
        ("POST", "/issues/1/labels", _LABEL, token),
        ("DELETE", "/issues/1/labels/a", None, token),
    ]
    for method, path, body, who in writes:
        assert scene.ask(method, path, token=who, json=body).ok, (method, path)
    wrong = [fault for entry in forge.requests() for fault in openapi.wrong_request(entry.method, entry.path, entry.body)]
    wrong += [fault for entry in forge.requests() for fault in openapi.wrong_answer(entry.method, entry.path, entry.status, entry.data)]
    assert [] == [fault for fault in wrong if _NULL_IN_FACT not in fault]


def test_a_check_run_has_limits(scene: Scene) -> None:
    token = scene.forge.token(scene.repo)

    def status(output: dict[str, Any]) -> int:
        body = {"name": "a", "head_sha": scene.pull.head_sha, "status": "completed", "conclusion": "success", "output": output}
        return scene.ask("POST", "/check-runs", token=token, json=body).status_code

    assert (422, 201) == (status(_output(51)), status(_output(50)))
    assert (422, 201) == (status(_output(0, text="x" * 65_536)), status(_output(0, text="x" * 65_535)))
    assert (422, 422) == (status(_output(0, summary="x" * 65_536)), status(_output(1, title="")))


def test_annotations_add_up_and_only_their_app_may_add(scene: Scene) -> None:
    check = scene.forge.check(scene.repo, scene.pull.head_sha, "prgate/verdict", output=_output(50), external_id="key")
    path, more = f"/check-runs/{check['id']}", {"output": _output(3)}
    assert 403 == scene.ask("PATCH", path, token=scene.forge.token(scene.repo, app="other-app"), json=more).status_code
    assert 53 == scene.ask("PATCH", path, token=scene.forge.token(scene.repo), json=more).json()["output"]["annotations_count"]
    assert [f"t{number}" for number in [*range(50), *range(3)]] == [
        item["title"] for item in scene.forge.show(f"/repos/acme/pay{path}/annotations")
    ]


def test_check_runs_are_found_by_name_and_app_and_the_latest_counts(scene: Scene) -> None:
    head = scene.pull.head_sha
    scene.forge.check(scene.repo, head, "prgate/verdict", conclusion="failure")
    mine = scene.forge.check(scene.repo, head, "prgate/verdict", external_id="key")
    other = scene.forge.check(scene.repo, head, "prgate/verdict", app="other-app")
    scene.forge.check(scene.repo, head, "tests")

    def found(query: str) -> list[int]:
        told = scene.forge.show(f"/repos/acme/pay/commits/{head}/check-runs?check_name=prgate/verdict{query}")
        assert told["total_count"] == len(told["check_runs"])
        return [run["id"] for run in told["check_runs"]]

    assert [other["id"], mine["id"]] == found("")
    assert [mine["id"]] == found("&app_id=15368")
    assert 3 == len(found("&filter=all"))


def test_no_person_and_no_unknown_commit_has_a_check_run(scene: Scene) -> None:
    person, app = scene.forge.user_token("maint-one"), scene.forge.token(scene.repo)
    assert 403 == scene.ask("POST", "/check-runs", token=person, json={"name": "a", "head_sha": scene.pull.head_sha}).status_code
    assert 422 == scene.ask("POST", "/check-runs", token=app, json={"name": "a", "head_sha": "0" * 40}).status_code


def test_the_worst_of_the_latest_statuses_counts(scene: Scene) -> None:
    head = scene.pull.head_sha
    scene.forge.status(scene.repo, head, "ci", state="failure")
    scene.forge.status(scene.repo, head, "ci")
    told = scene.forge.show(f"/repos/acme/pay/commits/{head}/status")
    assert ("success", 1) == (told["state"], told["total_count"])
    scene.forge.status(scene.repo, head, "other", state="error", by="other-app[bot]")
    assert "failure" == scene.forge.show(f"/repos/acme/pay/commits/{head}/status")["state"]
    creators = [status["creator"]["login"] for status in scene.forge.show(f"/repos/acme/pay/commits/{head}/statuses")]
    assert ["other-app[bot]", "dev-one", "dev-one"] == creators


def test_the_lock_of_what_the_forge_stands_on_names_no_registry() -> None:
    locked = json.loads((PARTS / "package-lock.json").read_bytes())["packages"]
    packages = {name: facts for name, facts in locked.items() if name}
    assert [] == [name for name, facts in packages.items() if "resolved" in facts or "integrity" not in facts]


def test_what_an_administrator_set_is_told(scene: Scene) -> None:
    scene.forge.protect(scene.repo, checks=[("prgate/verdict", None)])
    scene.forge.ruleset(scene.repo, "off", {"type": "deletion"}, enforcement="disabled")
    scene.forge.ruleset(scene.repo, "gate", {"type": "non_fast_forward"}, branches=["refs/heads/agent/*"])
    assert scene.forge.show("/repos/acme/pay/branches/main")["protected"]
    told = scene.forge.show("/repos/acme/pay/branches/main/protection")["required_status_checks"]
    assert [{"context": "prgate/verdict", "app_id": None}] == told["checks"]
    assert [] == scene.forge.show("/repos/acme/pay/rules/branches/main")
    assert ["non_fast_forward"] == [rule["type"] for rule in scene.forge.show("/repos/acme/pay/rules/branches/agent/x")]
    assert 404 == scene.ask("GET", "/branches/main/protection", token=scene.forge.user_token("maint-one")).status_code
