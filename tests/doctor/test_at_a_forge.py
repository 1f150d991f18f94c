"""``prgate doctor`` against the forge: rulesets, branch protection, and a token that may see little."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from prgate.commands.doctor import doctor
from tests.doctor.material import FORKS, SAME
from tests.forge import openapi
from tests.forge.forge import Forge
from tests.forge.world import Hosted
from tests.repositories import Repo

CHECKS = {
    "type": "required_status_checks",
    "parameters": {
        "strict_required_status_checks_policy": False,
        "required_status_checks": [{"context": "prgate/verdict", "integration_id": 15368}],
    },
}
REVIEW = {
    "type": "pull_request",
    "parameters": {
        "dismiss_stale_reviews_on_push": False,
        "require_code_owner_review": True,
        "require_last_push_approval": False,
        "required_approving_review_count": 1,
        "required_review_thread_resolution": False,
    },
}
QUEUE = {
    "type": "merge_queue",
    "parameters": {
        "check_response_timeout_minutes": 60,
        "grouping_strategy": "ALLGREEN",
        "max_entries_to_build": 5,
        "max_entries_to_merge": 5,
        "merge_method": "SQUASH",
        "min_entries_to_merge": 1,
        "min_entries_to_merge_wait_minutes": 5,
    },
}


@pytest.fixture
def work(tmp_path: Path) -> Repo:
    work = Repo(tmp_path / "work")
    work.write("CODEOWNERS", b"* @acme/platform\n")
    work.write(".github/prgate.yml", b"version: 1\nextends: [baseline]\n")
    work.commit("first")
    return work


def pushed(forge: Forge, work: Repo, files: dict[str, bytes]) -> Hosted:
    repo = forge.repository("acme/pay", private=True)
    for path, data in files.items():
        work.write(path, data)
    work.commit("the gate")
    forge.push(repo, "main", work)
    forge.forget()
    return repo


def asked(forge: Forge, work: Repo, token: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[str, Any]]:
    """The exit code and every answer; what was asked of the forge must be what its API takes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GITHUB_API_URL", forge.url)
        patch.setenv("GITHUB_TOKEN", token)
        code = doctor.main(["--repo", str(work.path), "--repository", "acme/pay", "--format", "json"], standalone_mode=False)
    assert [] == [fault for each in forge.requests() for fault in openapi.wrong_request(each.method, each.path, each.body)]
    assert {"GET"} == {each.method for each in forge.requests()}
    return code, {answer["question"]: answer for answer in json.loads(capsys.readouterr().out)["answers"]}


def test_a_gate_that_nothing_requires_is_bad(forge: Forge, work: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    repo = pushed(forge, work, dict(FORKS))
    code, answers = asked(forge, work, forge.token(repo), capsys)
    assert code == 1
    assert answers["required"]["state"] == "bad"
    assert answers["looked-at"]["state"] == "ok"
    assert len(forge.requests()) == 3


def test_what_rulesets_ask_for_is_found(forge: Forge, work: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    repo = pushed(forge, work, dict(SAME))
    forge.ruleset(repo, "main", CHECKS, REVIEW, QUEUE)
    code, answers = asked(forge, work, forge.token(repo), capsys)
    assert (code, answers["required"]["state"], answers["source"]["state"]) == (0, "ok", "ok")
    assert answers["edits-gate"]["state"] == "attend"
    assert answers["queue"]["state"] == "ok"


def test_a_ruleset_that_only_watches_requires_nothing(forge: Forge, work: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    repo = pushed(forge, work, dict(FORKS))
    forge.ruleset(repo, "main", CHECKS, enforcement="evaluate")
    assert asked(forge, work, forge.token(repo), capsys)[1]["required"]["state"] == "bad"


def test_what_branch_protection_asks_for_is_found(forge: Forge, work: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    repo = pushed(forge, work, dict(FORKS))
    forge.protect(repo, checks=[("prgate/verdict", None)], approvals=1)
    _, answers = asked(forge, work, forge.token(repo), capsys)
    assert answers["required"]["found"] == "`prgate/verdict` is required on `main` (branch protection)"
    assert answers["source"]["state"] == "attend"


def test_a_token_that_may_not_see_the_repository_leaves_its_settings_unknown(
    forge: Forge, work: Repo, capsys: pytest.CaptureFixture[str]
) -> None:
    pushed(forge, work, dict(SAME))
    _, answers = asked(forge, work, forge.user_token("dev-three"), capsys)
    for question in ("looked-at", "required", "source", "edits-gate", "forks", "skip-ci"):
        assert (question, answers[question]["state"]) == (question, "unknown")


def test_a_forge_that_fails_leaves_its_settings_unknown(
    forge: Forge, work: Repo, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.sleep", lambda _: None)
    repo = pushed(forge, work, dict(FORKS))
    forge.ruleset(repo, "main", CHECKS)
    forge.fault("GET", r"/rules/branches/", "forbidden")
    _, answers = asked(forge, work, forge.token(repo), capsys)
    assert (answers["looked-at"]["state"], answers["required"]["state"], answers["source"]["state"]) == ("ok", "unknown", "unknown")
