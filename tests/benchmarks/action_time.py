"""Time the Action from the start of its step to the posted verdict, and count its requests to the API.

    python -m tests.benchmarks.action_time [--runs 5] [--requests-only]

The shipped workflow is played by act in host mode; the API is the test forge on this machine, so that its share is what the Action makes of
it and not what a network adds. Wheels come from this machine's package index, and installing is as fast as that is. Exit code 1: a run did
not post a verdict.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from tests.action.bench import Bench
from tests.e2e.runner import Runner
from tests.forge.forge import Forge

PARTS = ("install", "start", "gather", "judge", "publish", "whole")
BODY = "Seals what is sent."


class NotPostedError(Exception):
    """A run that left no check or no comment, with what it printed."""


def timed(forge: Forge, runner: Runner, place: Path) -> dict[str, float]:
    """Seconds by part of one new pull request; ``start`` is what no part claims: the interpreter and its imports."""
    forge.reset()
    bench = Bench(forge, place)
    pull = bench.open(body=BODY)
    job = runner.run(forge, "prgate.yml", bench.opened(pull), token=forge.token(bench.host))
    if not bench.ours(pull) or bench.conclusion(bench.head) is None:
        raise NotPostedError(job.log)
    told = job.log.strip().rpartition("\n")[2]
    found = {name: float(seconds) for name, seconds in re.findall(r"(\w+) ([0-9.]+) s\b", told)}
    return found | {"start": job.seconds - sum(found.values()), "whole": job.seconds}


def times(forge: Forge, folder: Path, *, runs: int) -> Iterator[str]:
    """The parts of several runs as a table, after one unmeasured run that warms the caches."""
    runner = Runner(folder / "runner")
    rows = [timed(forge, runner, folder / f"time-{number}") for number in range(runs + 1)][1:]
    yield f"{'seconds':9}{'best':>7}{'median':>8}{'worst':>7}   n = {runs}"
    for part in PARTS:
        values = [row[part] for row in rows]
        yield f"{part:9}{min(values):7.1f}{median(values):8.1f}{max(values):7.1f}"


def requests(forge: Forge, folder: Path) -> Iterator[str]:
    """How many requests to the API each kind of evaluation takes, those for git left out."""
    forge.reset()
    bench = Bench(forge, folder / "requests")
    pull = bench.open(body=BODY)
    event = bench.opened(pull)
    yield "requests to the API"

    def counted(name: str) -> str:
        forge.forget()
        ran = bench.act(event)
        sent = len(forge.requests())
        assert ran.requests == sent, (ran.requests, sent)
        return f"{name:42}{sent:3}"

    yield counted("a new pull request")
    for request in forge.requests():
        yield f"    {request.method} {re.sub('[0-9a-f]{40}', 'SHA', request.path)}"
    yield counted("again, comment edited, 0 reviewers")
    forge.review(pull, by="maint-one", state="CHANGES_REQUESTED")
    yield counted("again, 1 reviewer")
    forge.review(pull, by="maint-two", state="CHANGES_REQUESTED")
    yield counted("again, 2 reviewers")
    forge.issue(bench.host)
    forge.edit(pull, body="Fixes #2.")
    event = forge.event("pull_request_target", pull, action="edited")
    yield counted("again, 2 reviewers, 1 linked issue")


def main() -> int:
    """Exit code: 0, or 1 if a run did not post."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--requests-only", action="store_true", help="count requests and time nothing")
    options = parser.parse_args()
    with Forge.start() as forge, tempfile.TemporaryDirectory(prefix="prgate-action-") as folder:
        try:
            for line in requests(forge, Path(folder)):
                print(line)
            for line in () if options.requests_only else times(forge, Path(folder), runs=options.runs):
                print(line)
        except NotPostedError as error:
            print(error)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
