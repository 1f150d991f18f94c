"""A repository on the test forge with an agent's pull request, and the Action to judge it with."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from prgate.action.act import act
from prgate.action.result import Done
from prgate.action.settings import read_settings
from prgate.action.tell import exit_code, log, write
from prgate.git.remote import FetchLimits
from prgate.github.session import Budget
from tests.forge.events import Event
from tests.forge.forge import Forge
from tests.forge.handles import Pull
from tests.repositories import Repo

AT = "2026-03-01T12:00:00Z"
CODE = b"import hmac\n\n\ndef seal(key, text):\n    mac = hmac.new(key, text, 'sha256')\n    return mac.digest()\n"
TEST = b"from src.crypto.seal import seal\n\n\ndef test_seal():\n    assert seal(b'k', b't')\n"
MARK = "\n\nCo-Authored-By: Claude <noreply@anthropic.com>\n"
POLICY = b"version: 1\nextends: [baseline]\n"
CHECK = "prgate/verdict"
BUDGET = Budget()
LIMITS = FetchLimits()


@dataclass(frozen=True)
class Ran:
    """What one run of the Action left on its runner."""

    code: int
    log: str
    summary: str
    outputs: dict[str, str]
    requests: int | None = None
    done: Done | None = None

    @property
    def verdict(self) -> Any:
        return json.loads(Path(self.outputs["report-path"]).read_text(encoding="utf-8"))

    def outcome(self, rule: str) -> str:
        """What one rule concluded: pass, fail, unknown and so on."""
        return str(self._result(rule)["outcome"])

    def found(self, rule: str) -> list[tuple[str | None, int | None]]:
        """Path and first line of each finding of one rule."""
        return [(finding["path"], finding["line"]) for finding in self._result(rule)["findings"]]

    def said(self, rule: str) -> list[str]:
        """The message of each finding of one rule."""
        return [finding["message"] for finding in self._result(rule)["findings"]]

    def _result(self, rule: str) -> Any:
        return next(result for result in self.verdict["results"] if result["rule"] == rule)


class Bench:
    """``acme/pay`` with a policy on ``main`` and an agent's branch ``agent/seal`` that brings crypto and its test.

    ``name`` is another repository's, ``files`` more of what is on ``main``. ``local``: git fetches from this machine's disk, which is quicker
    where a test is not about the way there; it takes the forge's own way as soon as a fault is planned on it.
    """

    def __init__(
        self,
        forge: Forge,
        place: Path,
        *,
        policy: bytes | None = POLICY,
        private: bool = False,
        name: str = "acme/pay",
        files: Mapping[str, bytes] = {},
        local: bool = True,
    ) -> None:
        self.forge = forge
        self.place = place
        self.local = local
        self.repo = Repo(place / "desk")
        self.repo.write("README.md", b"Pay\n")
        for path, content in files.items():
            self.repo.write(path, content)
        if policy is not None:
            self.repo.write(".github/prgate.yml", policy)
        self.base = self.repo.commit("Start")
        self.host = forge.repository(name, private=private)
        forge.push(self.host, "main", self.repo)
        self.repo.branch("agent/seal")
        self.repo.write("src/crypto/seal.py", CODE)
        self.repo.write("tests/test_seal.py", TEST)
        self.head = self.repo.commit("Seal" + MARK)
        forge.push(self.host, "agent/seal", self.repo)
        self._runs = 0

    def open(self, **more: Any) -> Pull:
        """The pull request of the agent's branch."""
        return self.forge.pull(
            self.host, **{"head": "agent/seal", "title": "Seal messages", "body": "For PAY-12.", "author": "dev-one"} | more
        )

    def push(self, message: str = "More", *, branch: str = "agent/seal", files: Mapping[str, bytes | None] = {}) -> str:
        """One more commit on a branch, here and at the forge; null deletes a file."""
        self.repo.checkout(branch)
        for path, content in files.items():
            self.repo.remove(path) if content is None else self.repo.write(path, content)
        head = self.repo.commit(message)
        self.forge.push(self.host, branch, self.repo)
        return head

    def branch(self, name: str, message: str = "Work", *, start: str = "main", files: Mapping[str, bytes | None], **more: Any) -> str:
        """A new branch of one commit, here and at the forge; null deletes a file, ``more`` goes to the commit."""
        self.repo.branch(name, start)
        for path, content in files.items():
            self.repo.remove(path) if content is None else self.repo.write(path, content)
        head = self.repo.commit(message, **more)
        self.forge.push(self.host, name, self.repo)
        return head

    def environment(self, event: Event, *, token: str | None = None, **inputs: str) -> dict[str, str]:
        """What the runner and the inputs put into the step's environment; an input ``trace_artifact`` is PRGATE_TRACE_ARTIFACT."""
        token = self.forge.token(self.host) if token is None else token
        given = {f"PRGATE_{name.upper()}": value for name, value in inputs.items()}
        near = self.local and not any(re.search(r"git|refs|\.\*", planned.target.pattern) for planned in self.forge.plans)
        server = {"GITHUB_SERVER_URL": f"file://{self.host.git.path.parents[1]}"} if near else {}
        return {**self.forge.environment(event, token), "PRGATE_TOKEN": token, **server, **given}

    def run(self, event: Event, *, token: str | None = None, **inputs: str) -> Ran:
        """``prgate action`` as a process."""
        environment = self.environment(event, token=token, **inputs)
        done = subprocess.run(
            [sys.executable, "-I", "-m", "prgate", "action"],
            env={"PATH": os.environ["PATH"], "NO_COLOR": "1", **environment},
            cwd=environment["RUNNER_TEMP"],
            capture_output=True,
            text=True,
            check=False,
        )
        return _ran(environment, done.returncode, done.stdout + done.stderr)

    def act(
        self,
        event: Event,
        *,
        token: str | None = None,
        sleep: Callable[[float], None] = lambda _: None,
        budget: Budget = BUDGET,
        limits: FetchLimits = LIMITS,
        inputs: Mapping[str, str] = {},
        **more: str,
    ) -> Ran:
        """The same in this process, without waiting between tries; inputs as in ``run``, or in a mapping."""
        environment = self.environment(event, token=token, **inputs, **more)
        settings = read_settings(environment)
        done = act(settings, at=AT, sleep=sleep, budget=budget, limits=limits)
        write(settings, done)
        ran = _ran(environment, exit_code(done), log(done))
        return Ran(ran.code, ran.log, ran.summary, ran.outputs, done.run.session.requests, done)

    def opened(self, pull: Pull) -> Event:
        """The event that the trusted install judges a new pull request by."""
        return self.forge.event("pull_request_target", pull, action="opened")

    def comments(self, pull: Pull) -> list[Any]:
        """All comments on the pull request."""
        found: list[Any] = self.forge.show(f"/repos/{self.host.full_name}/issues/{pull.number}/comments")
        return found

    def ours(self, pull: Pull) -> list[str]:
        """Bodies of the comments by the Action's own account."""
        return [comment["body"] for comment in self.comments(pull) if comment["user"]["login"] == "github-actions[bot]"]

    def delete(self, comment: Mapping[str, Any]) -> None:
        """Take a comment away, as somebody who may."""
        address = f"{self.host.path}/issues/comments/{comment['id']}"
        assert self.forge.world.ask("DELETE", address, token=self.forge.user_token("owner-one")).status == 204

    def checks(self, sha: str) -> list[Any]:
        """All check runs of a commit, oldest first."""
        found: list[Any] = self.forge.show(f"/repos/{self.host.full_name}/commits/{sha}/check-runs?filter=all")["check_runs"]
        return sorted(found, key=lambda run: run["id"])

    def conclusion(self, sha: str, name: str = CHECK) -> str | None:
        """What the newest check run of this name says."""
        return next((run["conclusion"] for run in reversed(self.checks(sha)) if run["name"] == name), None)


def _ran(environment: Mapping[str, str], code: int, text: str) -> Ran:
    return Ran(
        code,
        text,
        Path(environment["GITHUB_STEP_SUMMARY"]).read_text(encoding="utf-8"),
        _outputs(Path(environment["GITHUB_OUTPUT"]).read_text(encoding="utf-8")),
    )


def _outputs(text: str) -> dict[str, str]:
    """The outputs in the runner's own form, ``NAME<<END``."""
    outputs, lines = {}, iter(text.splitlines())
    for line in lines:
        name, _, end = line.partition("<<")
        values = []
        for value in lines:
            if value == end:
                break
            values.append(value)
        outputs[name] = "\n".join(values)
    return outputs
