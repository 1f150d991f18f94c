"""The token reaches the gate and stands where nobody else on the machine can read it: in no argument of any program."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from prgate.action.settings import read_settings

ROOT = Path(__file__).parents[2]
TOKEN = "ghs_0123456789abcdefABCDEF"
RECORDS = """#!/bin/bash -p
printf '%s\\n' "$@" >>"{log}"
exec /usr/bin/{name} "$@"
"""
PYTHON = """#!/bin/bash -p
printf '%s\\n' "$@" >>"{log}"
case "$*" in
  *"-m venv"*) for place; do :; done
    mkdir -p "$place/bin" "$place/lib/python3.99/site-packages" && cp "$0" "$place/bin/python" ;;
  *-B*) exec "{python}" "$@" ;;
esac
"""
"""A Python that installs nothing; what it is to run in the end the real one runs."""


@pytest.fixture
def told(tmp_path: Path) -> dict[str, str]:
    """The environment of a job for a push, which there is nothing to judge of, with programs that write down how they are called."""
    folders = {name: tmp_path / name for name in ("programs", "workspace", "temp")}
    for folder in folders.values():
        folder.mkdir()
    scripts = {
        "env": RECORDS.format(log=tmp_path / "log", name="env"),
        "python": PYTHON.format(log=tmp_path / "log", python=sys.executable),
    }
    for name, script in scripts.items():
        (folders["programs"] / name).write_text(script, encoding="utf-8")
        (folders["programs"] / name).chmod(0o755)
    (tmp_path / "event.json").write_text(json.dumps({"repository": {"full_name": "acme/pay"}}), encoding="utf-8")
    return {
        "PATH": f"{folders['programs']}:{os.environ['PATH']}",
        "GITHUB_ACTION_PATH": str(ROOT),
        "GITHUB_API_URL": "https://api.example.com",
        "GITHUB_EVENT_NAME": "push",
        "GITHUB_EVENT_PATH": str(tmp_path / "event.json"),
        "GITHUB_REPOSITORY": "acme/pay",
        "GITHUB_SERVER_URL": "https://example.com",
        "GITHUB_WORKSPACE": str(folders["workspace"]),
        "RUNNER_TEMP": str(folders["temp"]),
        "PRGATE_PYTHON": str(folders["programs"] / "python"),
    }


def run(told: dict[str, str], token: str) -> subprocess.CompletedProcess[str]:
    """The action's one step."""
    return subprocess.run(
        ["/bin/bash", "-p", "-eo", "pipefail", str(ROOT / "scripts" / "action")],
        env=told | {"PRGATE_TOKEN": token},
        capture_output=True,
        text=True,
        check=False,
    )


def test_without_a_token_it_ends_as_a_configuration_error(told: dict[str, str]) -> None:
    done = run(told, "")
    assert (2, True) == (done.returncode, "token: the input is empty" in done.stderr), done.stderr


def test_the_token_is_no_argument_of_any_program(told: dict[str, str], tmp_path: Path) -> None:
    done = run(told, TOKEN)
    assert (0, True) == (done.returncode, "nothing to judge" in done.stdout), done.stderr
    called = (tmp_path / "log").read_text(encoding="utf-8")
    assert "-B" in called.split()
    assert TOKEN not in called


def test_the_token_is_not_in_what_a_crash_may_print(told: dict[str, str]) -> None:
    settings = read_settings(told | {"PRGATE_TOKEN": TOKEN})
    assert TOKEN == settings.token
    assert TOKEN not in repr(settings)
