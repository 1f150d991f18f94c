"""The head commit says `[skip ci]`, or `skip-checks: true`, so that no gate runs at all.

Group: runner
Seen in: every gate on `pull_request`: GitHub starts no such run for it, and a check that is not required is then simply absent
Held by: the shipped workflow for forks and agents runs on `pull_request_target`, `workflow_run` and `merge_group`, which no message stops,
  and has no filter; `prgate doctor` says so where a gate stands on `pull_request`, and does not call it well without a look at the
  settings. The words themselves change nothing in a judgement.
Left: on `pull_request` a required check stays pending and blocks, and one that is not required is not missed.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.action.bench import MARK, Bench
from tests.forge.forge import Forge
from tests.repositories import Repo

MESSAGES = (
    "Add [skip ci]",
    "[ci skip] Add",
    "Add [no ci]",
    "Add [skip actions]",
    "Add [actions skip]",
    "Add\n\nMore\n\n\nskip-checks: true",
)
INSTALLS = {"forks": ("pull_request_target", "ok"), "same-repository": ("pull_request", "unknown")}


def prgate(*words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    program = [sys.executable, "-I", "-m", "prgate", *words]
    return subprocess.run(program, cwd=cwd, env={"PATH": os.environ["PATH"], "NO_COLOR": "1"}, capture_output=True, text=True, check=False)


def test_the_words_change_nothing_in_a_judgement(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path)
    head = ""
    for number, message in enumerate(MESSAGES):
        head = bench.push(message.replace("\n\n\n", f"{MARK}\n\n"), files={f"src/auth/{number}.py": b"open = True\n"})
    ran = bench.run(bench.opened(bench.open()))
    assert (1, "failure") == (ran.code, bench.conclusion(head))


@pytest.mark.parametrize("install", list(INSTALLS))
def test_the_install_that_a_message_can_stop_is_named(tmp_path: Path, install: str) -> None:
    event, state = INSTALLS[install]
    repo = Repo(tmp_path / "desk")
    done = prgate("init", "--install", install, "--ref", "a" * 40, cwd=repo.path)
    assert 0 == done.returncode, done.stderr
    repo.commit("Install")
    triggers = yaml.load((repo.path / ".github/workflows/prgate.yml").read_text(encoding="utf-8"), Loader=yaml.BaseLoader)["on"]
    assert {event} == {name for name in triggers if name.startswith("pull_request") and name != "pull_request_review"}
    assert set() == {"branches", "branches-ignore", "paths", "paths-ignore"} & set(triggers[event])
    told = prgate("doctor", "--offline", "--format", "json", cwd=repo.path)
    (answer,) = (each for each in _answers(json.loads(told.stdout)) if each["question"] == "skip-ci")
    assert (state, "[skip ci]" in answer["found"]) == (answer["state"], True)


def _answers(report: object) -> list[Any]:
    match report:
        case {"question": str()}:
            return [report]
        case dict():
            return [each for value in report.values() for each in _answers(value)]
        case list():
            return [each for value in report for each in _answers(value)]
        case _:
            return []
