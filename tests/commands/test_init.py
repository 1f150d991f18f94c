"""``prgate init``: what it writes, what it refuses to touch, what it says."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from prgate.commands.init import init
from prgate.errors import PrgateError
from prgate.formats.policy import read_policy
from prgate.formats.workflow import read_workflow
from prgate.model.policy import Mode, Policy
from prgate.model.verdict import PolicySource
from prgate.packs import read_packs
from prgate.rules import RULES
from tests.repositories import Repo

SHA = "0123456789abcdef0123456789abcdef01234567"
SHIPPED = Path(__file__).parents[2] / "src" / "prgate" / "workflows"
FORKS = [".github/prgate.yml", ".github/workflows/prgate-review.yml", ".github/workflows/prgate.yml"]


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    return Repo(tmp_path / "repo")


def run(repo: Repo, *args: str) -> None:
    init.main(["--repo", str(repo.path), *args], standalone_mode=False)


def files(repo: Repo) -> list[str]:
    return sorted(str(path.relative_to(repo.path)) for path in (repo.path / ".github").rglob("*") if not path.is_dir())


def text(repo: Repo, path: str) -> str:
    return (repo.path / path).read_text(encoding="utf-8")


def policy_of(data: str) -> Policy:
    source = PolicySource("file", None, "")
    return read_policy(data.encode(), name=".github/prgate.yml", source=source, rules=RULES, packs=read_packs())


def test_a_file_that_is_there_is_never_replaced_without_force(repo: Repo) -> None:
    repo.write(".github/workflows/prgate.yml", b"mine")
    with pytest.raises(PrgateError) as caught:
        run(repo)
    assert caught.value.where == ".github/workflows/prgate.yml"
    assert "--force" in caught.value.help
    assert files(repo) == [".github/workflows/prgate.yml"]
    assert text(repo, ".github/workflows/prgate.yml") == "mine"
    run(repo, "--force")
    assert files(repo) == FORKS
    assert text(repo, ".github/workflows/prgate.yml") != "mine"


def test_a_policy_that_is_there_stays_unless_a_pack_is_asked_for(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    repo.write(".github/prgate.yml", b"mine")
    run(repo)
    assert text(repo, ".github/prgate.yml") == "mine"
    assert "kept  .github/prgate.yml" in capsys.readouterr().out
    run(repo, "--force")
    assert text(repo, ".github/prgate.yml") == "mine"
    with pytest.raises(PrgateError):
        run(repo, "--pack", "strict")
    run(repo, "--pack", "strict", "--force")
    assert "extends: [strict]" in text(repo, ".github/prgate.yml")


@pytest.mark.parametrize(
    "ref", ["main", "v1", SHA[:39], SHA + "0", "acme/other@" + SHA, "acme/prgate@v1", f"x/../prgate@{SHA}", f"{SHA}\n"]
)
def test_a_ref_that_can_be_moved_is_refused(repo: Repo, ref: str) -> None:
    with pytest.raises(PrgateError) as caught:
        run(repo, "--ref", ref)
    assert caught.value.message == "this is no full commit id"
    assert not (repo.path / ".github").exists()


@pytest.mark.parametrize(("args", "where"), [(("--install", "same-repository", "--ci", "x"), "--ci"), (("--ci", "a\x85b"), "--ci a\x85b")])
def test_names_that_make_no_sense_are_refused(repo: Repo, args: tuple[str, ...], where: str) -> None:
    with pytest.raises(PrgateError) as caught:
        run(repo, *args)
    assert caught.value.where == where


def test_a_folder_outside_any_work_tree_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PrgateError) as caught:
        init.main(["--repo", str(tmp_path)], standalone_mode=False)
    assert caught.value.message == "this is not in a work tree of git"


def test_a_link_is_replaced_and_never_followed(repo: Repo, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.write_text("precious")
    repo.symlink(".github/prgate.yml", str(outside))
    run(repo, "--pack", "baseline", "--force")
    assert outside.read_text() == "precious"
    assert not (repo.path / ".github/prgate.yml").is_symlink()


def test_a_folder_that_leads_out_of_the_work_tree_is_refused(repo: Repo, tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    repo.symlink(".github", str(tmp_path / "outside"))
    with pytest.raises(PrgateError) as caught:
        run(repo)
    assert "leads out of the work tree" in caught.value.message
    assert [] == list((tmp_path / "outside").iterdir())


def test_a_folder_in_the_place_of_a_file_is_refused(repo: Repo) -> None:
    repo.write(".github/prgate.yml/x", b"")
    with pytest.raises(PrgateError) as caught:
        run(repo, "--pack", "baseline", "--force")
    assert caught.value.where == ".github/prgate.yml"


def test_a_file_in_the_place_of_a_folder_is_told(repo: Repo) -> None:
    repo.write(".github", b"")
    with pytest.raises(PrgateError) as caught:
        run(repo)
    assert caught.value.message.startswith("cannot be written: ")


def test_the_default_is_the_install_for_forks_as_it_is_shipped(repo: Repo) -> None:
    run(repo)
    assert files(repo) == FORKS
    for name in ("prgate.yml", "prgate-review.yml"):
        assert (SHIPPED / name).read_text(encoding="utf-8") == text(repo, f".github/workflows/{name}")


def test_the_install_for_one_repository_is_one_file(repo: Repo) -> None:
    run(repo, "--install", "same-repository")
    assert files(repo) == [".github/prgate.yml", ".github/workflows/prgate.yml"]
    assert (SHIPPED / "same-repository.yml").read_text(encoding="utf-8") == text(repo, ".github/workflows/prgate.yml")


def test_it_is_written_at_the_top_of_the_work_tree(repo: Repo) -> None:
    repo.write("deep/er/x", b"")
    init.main(["--repo", str(repo.path / "deep" / "er")], standalone_mode=False)
    assert files(repo) == FORKS


@pytest.mark.parametrize("install", ["forks", "same-repository"])
@pytest.mark.parametrize(("ref", "uses"), [(SHA, f"prgate/prgate@{SHA}"), (f"acme/prgate@{SHA}", f"acme/prgate@{SHA}")])
def test_the_commit_to_run_takes_the_place_of_the_zeros(repo: Repo, install: str, ref: str, uses: str) -> None:
    run(repo, "--install", install, "--ref", ref)
    workflow = read_workflow((repo.path / ".github/workflows/prgate.yml").read_bytes())
    assert [uses] == [step.uses for job in workflow.jobs for step in job.steps]
    assert "0000" not in text(repo, ".github/workflows/prgate.yml")


def waits_for(repo: Repo) -> tuple[str, ...]:
    return read_workflow((repo.path / ".github/workflows/prgate.yml").read_bytes()).triggers["workflow_run"].workflows


def test_the_workflows_that_run_on_pull_requests_are_waited_for(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    repo.write(".github/workflows/a.yml", 'name: "CI: \\"all\\" é"\non: [push, pull_request]\njobs: {}\n'.encode())
    repo.write(".github/workflows/b.yaml", b"on: pull_request\njobs: {}\n")
    repo.write(".github/workflows/c.yml", b"name: nightly\non: {schedule: [{cron: 1 2 * * *}]}\njobs: {}\n")
    repo.write(".github/workflows/d.yml", b"on: *x\n")
    repo.write(".github/workflows/e.yml", b'name: "odd\\x85name"\non: pull_request\njobs: {}\n')
    repo.write(".github/workflows/f.yml", b"name: old gate\non: pull_request\njobs: {a: {steps: [{uses: prgate/prgate@v0}]}}\n")
    repo.write("elsewhere", b"name: linked\non: pull_request\njobs: {}\n")
    repo.symlink(".github/workflows/g.yml", "../../elsewhere")
    run(repo)
    assert waits_for(repo) == ("prgate-review", 'CI: "all" é', ".github/workflows/b.yaml")
    assert 'It judges again when CI: "all" é, .github/workflows/b.yaml ends.' in capsys.readouterr().out


def test_names_that_are_given_are_the_ones_waited_for(repo: Repo) -> None:
    repo.write(".github/workflows/a.yml", b"name: ci\non: pull_request\njobs: {}\n")
    run(repo, "--ci", "build", "--ci", "test")
    assert waits_for(repo) == ("prgate-review", "build", "test")


@pytest.mark.parametrize("pack", sorted(read_packs()))
def test_the_policy_observes_and_every_step_that_it_proposes_is_accepted(repo: Repo, pack: str) -> None:
    run(repo, "--pack", pack)
    policy = policy_of(text(repo, ".github/prgate.yml"))
    assert {Mode.OBSERVE} == {setting.mode for setting in policy.settings}
    assert yaml.safe_load(read_packs()[pack]).get("judge", "agents") == policy.judge
    named = {rule for name in ("baseline", pack) for rule in yaml.safe_load(read_packs()[name])["rules"]}
    assert named == {setting.rule for setting in policy.settings}
    further = re.sub(r"^# (?=rules|  |domains|commands|waivers)", "", text(repo, ".github/prgate.yml"), flags=re.MULTILINE)
    stepped = policy_of(further.replace("mode: observe ", "mode: block "))
    assert Mode.BLOCK in {setting.mode for setting in stepped.settings}
    assert (len(stepped.waivers), stepped.commands.break_glass) == (1, None if stepped.commands.locked else "admin")


def test_it_says_what_was_written_what_to_require_and_what_is_next(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    run(repo)
    said = capsys.readouterr().out
    assert [f"wrote {path}" for path in FORKS] == sorted(re.findall(r"^wrote .*$", said, re.MULTILINE))
    assert "No workflow here runs on pull_request; name those to wait for with --ci." in said
    assert "in place of the zeros: there is no release yet" in said
    assert "Require the check `prgate/verdict`" in said
    assert "prgate doctor" in said
    run(repo, "--install", "same-repository", "--ref", SHA, "--force")
    said = capsys.readouterr().out
    assert f"Read what {SHA} does" in said
    assert "GitHub runs it from there" not in said


def test_what_is_written_passes_the_audit(repo: Repo) -> None:
    run(repo, "--ref", SHA, "--ci", "CI")
    zizmor = Path(sys.executable).with_name("zizmor")
    done = subprocess.run([zizmor, "--offline", "--no-progress", repo.path / ".github"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
