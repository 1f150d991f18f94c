"""Pull requests and a queue entry that the fault matrix is run against, each with what a run without a fault comes to."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from prgate.git.remote import FetchLimits
from prgate.github.session import Budget
from tests.action.bench import BUDGET, CHECK, MARK, Bench, Ran
from tests.forge.events import Event
from tests.forge.forge import Forge
from tests.forge.handles import Pull

STRICT = b"""version: 1
rules:
  agent-authored-risk: {mode: block, params: {accept: [vouched]}}
  gate-tampering: block
  lost-coverage: block
  missing-evidence: block
  uncovered-change: block
domains: {crypto: {paths: ["**/crypto/**"], marks: []}}
publish: {comment: always}
"""
"""Whatever is asked of the forge decides something, and a comment is posted also where all is well."""
HIDDEN = b"version: 1\nrules: {hidden-text: block}\n"
PAY = b"def pay(amount):\n    return amount\n"
REPORT = b"TN:\nSF:src/pay.py\nDA:1,1\nDA:2,1\nend_of_record\n"
SEAL = b"TN:\nSF:src/crypto/seal.py\nDA:1,1\nDA:4,1\nDA:5,1\nDA:6,1\nend_of_record\n"
MANY = b"".join(b"x = '\xe2\x80\xae%d'\n\n" % number for number in range(120))
"""Lines with a bidirectional control, apart from each other: an annotation each, in three batches."""

PATIENT = Budget(wait_seconds=100_000)
HASTY = Budget(tries=8, wait_seconds=100_000, timeout_seconds=0.2)
"""For servers that say nothing: asked often, since a busy machine is silent for a while too."""


@dataclass(frozen=True)
class Result:
    """What one run came to. ``checks`` are the gate's check runs that it left on the commit, ``comments`` counts ours, ``rules`` says how each ended."""

    verdict: str
    checks: tuple[Mapping[str, Any], ...]
    comments: int
    code: int
    log: str
    summary: str
    rules: Mapping[str, str] = field(default_factory=dict)
    crash: str = ""

    @property
    def check(self) -> str | None:
        """What the newest of them concludes."""
        return self.checks[-1]["conclusion"] if self.checks else None

    @property
    def annotations(self) -> int:
        """How many it has."""
        return self.checks[-1]["output"]["annotations_count"] if self.checks else 0

    @property
    def notes(self) -> bool:
        """Whether it says that it could not publish as it was meant to."""
        return "Not published as meant" in self.summary


@dataclass
class Scene:
    """One thing to judge. ``head`` is the commit that the check stands on, ``prepare`` makes what every run finds."""

    name: str
    bench: Bench
    pull: Pull
    head: str
    event: Callable[[], Event]
    inputs: Mapping[str, str] = field(default_factory=dict)
    prepare: Callable[[], object] = lambda: None

    def act(self, budget: Budget = BUDGET) -> Result:
        """Judge it, as it is, with whatever the wire does."""
        before = {check["id"] for check in self.bench.checks(self.head)}
        ran = Ran(3, "", "", {"verdict": "", "report-path": ""})
        crash = ""
        limits = FetchLimits(tries=BUDGET.tries, silent_seconds=1 if budget is HASTY else 30)
        try:
            ran = self.bench.act(self.event(), budget=budget, limits=limits, inputs=self.inputs)
        except Exception:  # noqa: BLE001 (that nothing is raised is what is looked at)
            crash = traceback.format_exc()
        return Result(
            verdict=ran.outputs["verdict"],
            checks=tuple(check for check in self.bench.checks(self.head) if check["id"] not in before and check["name"] == CHECK),
            comments=len(self.bench.ours(self.pull)),
            code=ran.code,
            log=ran.log,
            summary=ran.summary,
            rules={each["rule"]: each["outcome"] for each in ran.verdict["results"]} if ran.outputs["report-path"] else {},
            crash=crash,
        )

    def forget(self) -> None:
        """Take our comments away, and every fault that is still planned."""
        self.bench.forge.forget()
        for comment in self.bench.comments(self.pull):
            if comment["user"]["login"] == "github-actions[bot]":
                self.bench.delete(comment)
        self.prepare()


def approved(forge: Forge, place: Path) -> Scene:
    """An agent's crypto with a test, covered, for an issue, approved by a maintainer, who gives a command too: it passes."""
    bench = Bench(forge, place, policy=STRICT, files={"src/pay.py": PAY})
    forge.issue(bench.host, title="Messages can be read by anybody")
    pull = bench.open(body="Fixes #1.")
    forge.review(pull, by="maint-one")
    forge.comment(pull, "/prgate look", by="maint-two")
    on_base = forge.run(bench.host, path=".github/workflows/base.yml", event="push", sha=bench.base)
    forge.artifact(bench.host, on_base, "base-coverage", {"base.lcov": REPORT})
    forge.artifact(bench.host, forge.run(pull), "coverage", {"head.lcov": REPORT + SEAL})
    inputs = {"coverage_artifact": "coverage", "base_coverage_artifact": "base-coverage"}
    return Scene("approved", bench, pull, bench.head, lambda: bench.opened(pull), inputs)


def commanded(forge: Forge, place: Path) -> Scene:
    """The same, asked for by a comment."""
    scene = approved(forge, place)
    said = forge.comment(scene.pull, "/prgate look", by="maint-one")
    scene.event = lambda: forge.event("issue_comment", scene.pull, comment=said)
    return scene


def reviewed(forge: Forge, place: Path) -> Scene:
    """The same, asked for by a review, whose event names the head."""
    scene = approved(forge, place)
    said = forge.review(scene.pull, by="maint-one")
    scene.event = lambda: forge.event("pull_request_review", scene.pull, review=said)
    return scene


def tested(forge: Forge, place: Path) -> Scene:
    """The same, asked for by a finished run of the tests."""
    scene = approved(forge, place)
    run = forge.run(scene.pull)
    scene.event = lambda: forge.event("workflow_run", scene.bench.host, run=run)
    return scene


def queued(forge: Forge, place: Path) -> Scene:
    """The same, in the merge queue: the check stands on the queue's commit, and no comment is posted."""
    scene = approved(forge, place)
    entry = forge.queue(scene.pull)
    scene.name = "queued"
    scene.head = entry.head_sha
    scene.event = lambda: forge.event("merge_group", entry)
    return scene


def shared(forge: Forge, place: Path) -> Scene:
    """The same, and another pull request of the same commit that failed and is closed by now."""
    scene = approved(forge, place)
    bench = scene.bench
    forge.push(bench.host, "agent/twin", bench.repo)
    twin = bench.open(head="agent/twin", body="Nothing")
    forge.check(bench.host, bench.head, CHECK, conclusion="failure", external_id=f"prgate:1 pr={twin.number} own=failure run=7.1")
    forge.close(twin)
    return scene


def failing(forge: Forge, place: Path) -> Scene:
    """More findings than two requests can annotate, and two earlier comments of ours, as two runs at once may leave them."""
    bench = Bench(forge, place, policy=HIDDEN)
    head = bench.push("Many" + MARK, files={"src/many.py": MANY})
    pull = bench.open(body="")
    body = f"<!-- prgate:v1 key={pull.number} -->\nEarlier."
    return Scene(
        "failing",
        bench,
        pull,
        head,
        lambda: bench.opened(pull),
        prepare=lambda: [forge.comment(pull, body, by="github-actions[bot]") for _ in "ab"],
    )
