"""A runner of GitHub's for tests: ``act`` in host mode plays a shipped workflow, with this checkout as the action that it names."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tests.forge.events import Event
from tests.forge.forge import Forge
from tests.repositories import Repo

ROOT: Final = Path(__file__).parents[2]
ACT: Final = Path(sys.executable).with_name("act")
_PLACEHOLDER: Final = f"prgate/prgate@{'0' * 40}"
_PARTS: Final = ("action.yml", "scripts/action", "requirements/runtime.txt", "src", "policies")
_KEPT: Final = ("PIP_INDEX_URL", "PIP_CERT", "http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY")
"""How a machine may reach its package index; a runner of one's own names them in the input ``keep``."""
_STEPS: Final = "    steps:\n"
_FOLLOWING: Final = """\
        id: gate
      - if: always()
        shell: /bin/bash -p -e {0}
        env:
          LD_PRELOAD: ""
          LD_LIBRARY_PATH: ""
          OUTCOME: ${{ steps.gate.outcome }}
          VERDICT: ${{ steps.gate.outputs.verdict }}
          FINDINGS: ${{ steps.gate.outputs.findings }}
          REPORT: ${{ steps.gate.outputs.report-path }}
          SARIF: ${{ steps.gate.outputs.sarif-path }}
        run: |
          cd "FOLDER"
          for name in OUTCOME VERDICT FINDINGS; do printf %s "${!name}" >"$name"; done
          for name in REPORT SARIF; do [ -z "${!name}" ] || /bin/cp "${!name}" "$name"; done
"""
"""What a workflow may put behind the gate, which then needs an id; it sees as much in a job whose environment is hostile."""


@dataclass(frozen=True, slots=True)
class Job:
    """What one job left behind. ``outcome``, ``verdict``, ``findings``, ``report`` and ``sarif`` are what a later step of it saw.

    ``log`` is what the gate printed, ``commands`` those of its lines that the runner took for itself, ``seconds`` from its start to its end;
    ``later`` is what the other steps printed.
    """

    code: int
    outcome: str
    verdict: str
    findings: str
    report: Any
    sarif: Any
    log: str
    commands: tuple[str, ...]
    summary: str
    seconds: float
    later: str


class Runner:
    """One runner; each job has an empty workspace and a temporary folder of its own."""

    def __init__(self, place: Path) -> None:
        self._place = place
        self._jobs = 0
        self.action = place / "action"
        for part in _PARTS:
            target = self.action / part
            target.parent.mkdir(parents=True, exist_ok=True)
            if (ROOT / part).is_dir():
                shutil.copytree(ROOT / part, target, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copyfile(ROOT / part, target)
        # Which repository it works for, act takes from a remote's address.
        self._desk = Repo(place / "desk")
        self._desk.git("remote", "add", "origin", "https://github.com/acme/pay.git")
        self._desk.commit("Nothing")

    def run(
        self, forge: Forge, workflow: str, event: Event, *, token: str, inputs: tuple[str, ...] = (), before: str = "", after: str = ""
    ) -> Job:
        """Play a shipped workflow as GitHub starts it for ``event``, with ``token`` as the job's own.

        ``inputs`` are those that the file suggests in its comments, used with the values that stand there. ``before`` and ``after`` are steps
        (YAML) around the gate, for a job that does more than the shipped one.
        """
        self._jobs += 1
        place = self._place / f"job-{self._jobs}"
        seen = place / "seen"
        seen.mkdir(parents=True)
        (place / "workflow.yml").write_text(shipped(workflow, inputs, before=before, after=_FOLLOWING.replace("FOLDER", str(seen)) + after))
        told = {"GITHUB_API_URL": forge.url, "GITHUB_SERVER_URL": forge.url, "GITHUB_RUN_ID": str(forge.world.number())}
        told |= kept()
        words: list[str | Path] = [ACT, event.name, "--json", "--pull=false", "-P", "ubuntu-24.04=-self-hosted"]
        words += ["-W", place / "workflow.yml", "-e", event.path, "-s", f"GITHUB_TOKEN={token}"]
        words += ["--local-repository", f"{_PLACEHOLDER}={self.action}"]
        words += [word for name, value in told.items() for word in ("--env", f"{name}={value}")]
        done = subprocess.run(
            words,
            cwd=self._desk.path,
            env={"PATH": os.environ["PATH"], "HOME": str(place), "XDG_CACHE_HOME": str(place / "cache")},
            capture_output=True,
            text=True,
            check=False,
        )
        return _job(done, seen)


def kept() -> dict[str, str]:
    """What the action has to be told to keep, so that it reaches the package index of this machine: mostly nothing."""
    found = {name: os.environ[name] for name in _KEPT if os.environ.get(name)}
    return {} if found.keys() <= {"PIP_CERT"} else found


def shipped(workflow: str, inputs: Iterable[str] = (), *, before: str = "", after: str = "") -> str:
    """A shipped workflow of one job and one step, with what a user adds to it."""
    text = (ROOT / "src" / "prgate" / "workflows" / workflow).read_text(encoding="utf-8")
    assert text.count(_STEPS) == 1
    for name in inputs:
        assert text.count(f"          # {name}: ") == 1, f"{workflow} suggests no input {name}"
        text = text.replace(f"          # {name}: ", f"          {name}: ")
    keep = f"          keep: {' '.join(kept())}\n" if kept() else ""
    return text.replace(_STEPS, _STEPS + before) + keep + after


def _job(done: subprocess.CompletedProcess[str], seen: Path) -> Job:
    entries = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    gate = [entry for entry in entries if entry.get("stepID") == ["gate", "judge"]]
    ended = [entry["executionTime"] for entry in gate if "executionTime" in entry]
    assert ended, done.stdout + done.stderr  # the gate did not run
    left = {place.name: place.read_text(encoding="utf-8") for place in seen.iterdir()}
    return Job(
        code=done.returncode,
        outcome=left["OUTCOME"],
        verdict=left["VERDICT"],
        findings=left["FINDINGS"],
        report=json.loads(left.get("REPORT", "null")),
        sarif=json.loads(left.get("SARIF", "null")),
        log="".join(entry["msg"] for entry in gate if entry.get("raw_output")),
        commands=tuple(entry["raw"].strip() for entry in gate if "raw" in entry),
        summary="".join(entry["content"] for entry in gate if entry.get("command") == "summary"),
        seconds=ended[-1] / 1e9,
        later="".join(entry["msg"] for entry in entries if entry.get("raw_output") and entry not in gate),
    )
