"""Two events start two runs of the gate at the same moment, and each posts a comment of its own, or the slower one's older word stands.

Group: forge
Seen in: marocchino/sticky-pull-request-comment and every other tool that looks before it writes and not after
Held by: who has just posted looks again and keeps the oldest comment alone; each run looks at head, base and policy again before it
  publishes; the shipped workflows run one job at a time for each pull request.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.action.bench import Bench
from tests.forge.forge import Forge


def together(forge: Forge, method: str, path: str) -> Callable[[], None]:
    """Holds the next two requests until both are there; what it gives lets go of one that waits alone."""
    both = threading.Barrier(2)

    def wait() -> None:
        try:
            both.wait(30)
        except threading.BrokenBarrierError:
            return

    forge.before(method, path, wait, times=2)
    return both.abort


def test_two_processes_that_post_at_the_same_moment_leave_one_comment(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path)
    pull = bench.open()
    events = [bench.opened(pull), bench.opened(pull)]
    together(forge, "POST", "/issues/1/comments$")
    with ThreadPoolExecutor(2) as pool:
        ran = list(pool.map(bench.run, events))
    assert [1, 1] == [each.code for each in ran]
    assert 2 == len(forge.requests("POST", "/issues/1/comments$"))
    (body,) = bench.ours(pull)
    assert body.startswith("<!-- prgate:v1 key=1 -->\n### prgate: fail.")
    assert ["failure", "failure"] == [run["conclusion"] for run in bench.checks(bench.head)]


def test_the_one_that_saw_the_approval_has_the_last_word(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path)
    pull = bench.open()
    first = bench.opened(pull)
    bench.act(first)
    review = forge.review(pull, by="maint-one")
    bench.act(forge.event("pull_request_review", pull, review=review))
    assert ("neutral", 1) == (bench.conclusion(bench.head), len(bench.ours(pull)))
    # The first event again, late: it reads the state anew, and does not repeat what it once saw.
    bench.run(first)
    assert ("neutral", 1) == (bench.conclusion(bench.head), len(bench.ours(pull)))
