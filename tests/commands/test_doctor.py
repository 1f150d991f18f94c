"""``prgate doctor`` as it is called."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click
import pytest

from prgate.commands.doctor import doctor
from prgate.errors import PrgateError
from tests.doctor.material import FORKS
from tests.doctor.scripted import a_repository, scripted
from tests.repositories import Repo

Args = tuple[str, ...]
TOKENS = ("GITHUB_TOKEN", "GH_TOKEN", "GITHUB_REPOSITORY", "GITHUB_API_URL")


@pytest.fixture(autouse=True)
def nothing_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in TOKENS:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    repo = Repo(tmp_path / "repo")
    for path, data in FORKS.items():
        repo.write(path, data)
    repo.commit("files")
    return repo


def run(repo: Repo, *args: str) -> int:
    code: int = doctor.main(["--repo", str(repo.path), *args], standalone_mode=False)
    return code


def found(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    return {answer["question"]: answer for answer in json.loads(capsys.readouterr().out)["answers"]}


def test_what_is_bad_fails_the_command(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(repo, "--offline") == 0
    assert "0 bad" not in capsys.readouterr().out
    repo.write(".github/workflows/prgate.yml", FORKS[".github/workflows/prgate.yml"].replace(b"contents: read", b"contents: write"))
    repo.commit("more")
    assert run(repo, "--offline") == 1
    assert "prgate doctor: 1 bad" in capsys.readouterr().out


def test_the_work_tree_counts_for_nothing(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    repo.remove(".github/workflows/prgate.yml")
    assert run(repo, "--format", "json") == 0
    assert found(capsys)["workflow"]["state"] == "ok"


def test_another_ref_is_looked_at_if_it_is_named(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    repo.branch("bare")
    repo.remove(".github/workflows/prgate.yml")
    repo.commit("bare")
    assert run(repo, "--ref", "main", "--format", "json") == 0
    assert run(repo, "--ref", "bare") == 1
    with pytest.raises(PrgateError):
        run(repo, "--ref", "nothing")
    with pytest.raises(PrgateError):
        run(repo, "--ref", "--all")


def test_folders_that_cannot_be_listed_are_an_error(repo: Repo) -> None:
    repo.damage(repo.git("rev-parse", "HEAD^{tree}").decode().strip())
    with pytest.raises(PrgateError) as caught:
        run(repo)
    assert caught.value.message.startswith("the files cannot be listed")


@pytest.mark.parametrize(
    ("args", "tokens", "why"),
    [
        ((), (), "there is no token"),
        (("--repository", "acme/pay"), (), "there is no token"),
        ((), ("GH_TOKEN",), "the repository is not named"),
        (("--repository", "acme/pay", "--offline"), ("GITHUB_TOKEN",), "--offline"),
    ],
)
def test_why_the_settings_were_not_read_is_said(repo: Repo, capsys: pytest.CaptureFixture[str], args: Args, tokens: Args, why: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        for name in tokens:
            patch.setenv(name, "t0ken")
        run(repo, "--format", "json", *args)
    required = found(capsys)["required"]
    assert (required["state"], required["found"]) == ("unknown", f"whether `prgate/verdict` is required was not seen: {why}")


@pytest.mark.parametrize("name", ["pay", "acme/", "/pay", "acme/pay/x", "acme/p y", "acme/pay?x", "ácme/pay", "../.."])
def test_a_name_that_is_none_is_refused(repo: Repo, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", "t0ken")
    with pytest.raises(PrgateError):
        run(repo, "--repository", name)


def test_an_unknown_format_is_a_usage_error(repo: Repo) -> None:
    with pytest.raises(click.UsageError):
        run(repo, "--format", "yaml")


def test_settings_are_read_with_a_token(repo: Repo, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    rules = [
        {
            "type": "required_status_checks",
            "ruleset_id": 7,
            "parameters": {"required_status_checks": [{"context": "prgate/verdict", "integration_id": 15368}]},
        }
    ]
    branch = {"commit": {"sha": repo.head()}, "protected": True}
    with scripted(a_repository(rules=(200, rules), branch=(200, branch))) as (api, asked):
        monkeypatch.setenv("GITHUB_TOKEN", "t0ken")
        monkeypatch.setenv("GITHUB_API_URL", api)
        monkeypatch.setenv("GITHUB_REPOSITORY", "acme/pay")
        assert run(repo, "--format", "json") == 0
    answers = found(capsys)
    assert answers["required"]["found"] == "`prgate/verdict` is required on `main` (ruleset 7)"
    assert answers["looked-at"]["state"] == "ok"
    assert len(asked) == 4


def test_a_token_that_may_not_look_leaves_it_unknown(
    repo: Repo, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with scripted({}) as (api, _):
        monkeypatch.setenv("GITHUB_TOKEN", "t0ken")
        monkeypatch.setenv("GITHUB_API_URL", api)
        assert run(repo, "--repository", "acme/pay", "--format", "json") == 0
    assert {found(capsys)["looked-at"]["state"]} == {"unknown"}
