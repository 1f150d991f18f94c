"""The demo, run as a newcomer runs it, and the data that it carries."""

from __future__ import annotations

import json
import os
import re
import shlex
import tempfile
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from prgate.commands.check import check
from prgate.commands.demo import demo
from prgate.errors import PrgateError
from prgate.formats.traces import read_trace
from prgate.model.lines import line_digest, unpacked
from tests.record.place import run

BRANCH = "claude/rotate-keys"
DATA = Path(str(files("prgate"))) / "demo"
FIXTURES = Path(__file__).parents[1] / "formats" / "traces"
HOOKS = Path(__file__).parents[1] / "attach" / "recorded"


def git(repo: Path, *arguments: str) -> str:
    return run("git", *arguments, cwd=repo, env={"PATH": os.environ["PATH"], "GIT_CONFIG_GLOBAL": os.devnull}).decode().strip()


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The folder that the demo made, and what it printed."""
    folder = tmp_path_factory.mktemp("demo") / "new"
    done = CliRunner().invoke(demo, ["--folder", str(folder)], catch_exceptions=False)
    assert done.exit_code == 0
    return folder, done.output


def judged(folder: Path, printed: str, place: int) -> dict[str, Any]:
    """The verdict of a command that the demo printed, run where it says."""
    commands = re.findall(r"prgate check ((?:.*\\\n)*.*)", printed[printed.index("Try it there: cd") :])
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        done = CliRunner().invoke(check, [*shlex.split(commands[place].replace("\\\n", " ")), "--format", "json"], catch_exceptions=False)
    verdict: dict[str, Any] = json.loads(done.output)
    return verdict


def outcomes(verdict: dict[str, Any]) -> dict[str, str]:
    return {result["rule"]: result["outcome"] for result in verdict["results"]}


@pytest.mark.parametrize("taken", ["folder/file", "file"])
def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path, taken: str) -> None:
    (tmp_path / taken).parent.mkdir(exist_ok=True)
    (tmp_path / taken).write_text("mine", "utf-8")
    place = tmp_path / taken.split("/", maxsplit=1)[0]
    done = CliRunner().invoke(demo, ["--folder", str(place)])
    assert isinstance(done.exception, PrgateError)
    assert done.exception.where == f"--folder {place}"
    assert (tmp_path / taken).read_text("utf-8") == "mine"


def test_a_git_that_fails_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "git").write_text("#!/bin/sh\nexit 7\n", "utf-8")
    (tmp_path / "git").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    done = CliRunner().invoke(demo, ["--folder", str(tmp_path / "new")])
    assert isinstance(done.exception, PrgateError)
    assert done.exception.message == "git init failed with exit code 7"


def test_without_a_folder_it_makes_a_temporary_one_and_keeps_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    done = CliRunner().invoke(demo, [], catch_exceptions=False)
    (place,) = tmp_path.glob("prgate-demo-*")
    assert f"Kept in {place}" in done.output
    assert (place / "pay" / ".git").is_dir()


def test_it_fails_first_and_passes_once_mended(shown: tuple[Path, str]) -> None:
    folder, printed = shown
    headlines = re.findall(r"^prgate: (\w+)\.", printed, re.MULTILINE)
    assert headlines == ["fail", "pass"]
    assert "### prgate: fail." in (folder / "comment-agent.md").read_text("utf-8")
    assert "prgate: pass." in (folder / "comment-mended.md").read_text("utf-8")


def test_what_a_person_answered_is_shown_and_is_what_makes_it_pass(shown: tuple[Path, str]) -> None:
    folder, printed = shown
    (said,) = json.loads((DATA / "facts-mended.json").read_bytes())["comments"]
    assert f"\n  {said['body']}\n" in printed
    assert "2 of 2 findings attested by `sec-lead`." in (folder / "comment-mended.md").read_text("utf-8")
    unsaid = json.loads((folder / "facts-mended.json").read_bytes()) | {"comments": []}
    (folder / "facts-unsaid.json").write_text(json.dumps(unsaid), "utf-8")
    verdict = judged(folder, printed.replace("facts-mended.json", "facts-unsaid.json"), 1)
    assert {rule for rule, outcome in outcomes(verdict).items() if outcome == "fail"} == {"agent-authored-risk"}


def test_what_the_agent_left_has_the_faults_that_the_demo_is_about(shown: tuple[Path, str]) -> None:
    verdict = judged(*shown, 0)
    faults = {"missing-tests": "fail", "agent-authored-risk": "fail", "lost-coverage": "fail", "uncovered-change": "fail"}
    assert (verdict["verdict"], verdict["faults"]) == ("fail", [])
    assert outcomes(verdict) == dict.fromkeys(outcomes(verdict), "pass") | faults
    places = {(result["rule"], finding["path"]) for result in verdict["results"] for finding in result["findings"]}
    token = "src/pay/crypto/token.py"
    assert places == {
        ("missing-tests", token),
        ("agent-authored-risk", token),
        ("uncovered-change", token),
        ("lost-coverage", "src/pay/store/cache.py"),
    }


def test_once_mended_every_rule_passes_with_its_input(shown: tuple[Path, str]) -> None:
    verdict = judged(*shown, 1)
    assert (verdict["verdict"], verdict["if_enforced"], verdict["faults"]) == ("pass", "pass", [])
    assert set(outcomes(verdict).values()) == {"pass"}
    assert not [item for item in verdict["evidence"] if "missing" in item]


@pytest.mark.parametrize(("name", "head"), [("agent", f"{BRANCH}~1"), ("mended", BRANCH)])
def test_the_facts_name_the_commits_that_are_there(shown: tuple[Path, str], name: str, head: str) -> None:
    repo = shown[0] / "pay"
    facts = json.loads((DATA / f"facts-{name}.json").read_bytes())
    assert (facts["base"]["sha"], facts["head"]["sha"]) == (git(repo, "rev-parse", "main"), git(repo, "rev-parse", head))
    assert [commit["sha"] for commit in facts["commits"]] == git(repo, "rev-list", "--reverse", f"main..{head}").split()


def test_the_branch_is_checked_out_and_clean(shown: tuple[Path, str]) -> None:
    repo = shown[0] / "pay"
    assert (git(repo, "branch", "--show-current"), git(repo, "status", "--porcelain")) == (BRANCH, "")


def test_the_trace_tells_every_line_that_the_agent_committed(shown: tuple[Path, str]) -> None:
    events = read_trace("t", (DATA / "trace.jsonl").read_bytes()).events
    told = frozenset[bytes]().union(*(unpacked(event.edit.lines) for event in events if event.edit is not None))
    patch = git(shown[0] / "pay", "diff", "-U0", "main", f"{BRANCH}~1")
    added = [line[1:] for line in patch.split("\n") if line.startswith("+") and not line.startswith("+++ ")]
    assert [line for line in added if (digest := line_digest(line.encode())) is not None and digest not in told] == []
    assert len(added) == 56


@pytest.mark.parametrize(
    "path", [*sorted(DATA.iterdir()), *sorted(FIXTURES.glob("*.jsonl")), *sorted(HOOKS.glob("*.jsonl"))], ids=lambda path: path.name
)
def test_a_recording_is_small_and_tells_nothing_of_where_it_was_made(path: Path) -> None:
    text = path.read_text("utf-8")
    assert len(text.encode()) < 60_000
    absolute = re.findall(r"(?<![\w.<>/*~-])/[a-zA-Z_]+/[\w./-]*", text)
    assert [place for place in absolute if not place.startswith(("/home/dev/", "/bin/bash", "/src/pay/crypto/"))] == []
    addresses = set(re.findall(r"[\w.+-]+@[\w-]+\.[\w.]+", text))
    assert addresses <= {"dana@example.com", "noreply@anthropic.com"}
