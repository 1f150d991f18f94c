"""Lists what ``resurrected-change`` and ``leftovers`` say of changes that were merged, for a person to judge, and what depth of history the former needs.

    python -m tests.benchmarks.history --repos FOLDER [--ranges 100] [--seed 1] [--depths 300 500 1000 2000] [--list]

``--repos`` holds copies of repositories, ``owner+name/repo``. Changes are drawn from the newest 3,000 steps of each default branch: what a merge
brought, or else one commit. An agent is taken to have written all of it.
"""

from __future__ import annotations

import argparse
import random
import resource
import subprocess
from collections.abc import Iterator
from pathlib import Path
from statistics import mean, median

from prgate.formats.classes import classifier
from prgate.gather.history import gather_undone
from prgate.git import open_repository, undone
from prgate.model.authorship import Agent, Authorship
from prgate.model.diff import Diff
from prgate.model.finding import Finding
from prgate.model.grade import Grade
from prgate.model.missing import Missing
from prgate.model.policy import Limits
from prgate.request import Range
from prgate.rules import leftovers, resurrected_change
from tests.benchmarks.interval import share
from tests.rules.traced import evidence

NEWEST = 3_000
ALL = Authorship((Agent("claude-code", "Claude Code", Grade.CLAIMED, exports_trace=False, signs=()),), None, None, {}, {})


def main() -> None:
    """Print the fires of both rules per repository, and per depth the fires that it keeps and what it costs."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--repos", type=Path, required=True)
    parser.add_argument("--ranges", type=int, default=100, help="changes of each repository")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--depths", type=int, nargs="+", default=[300, 500, 1_000, 2_000])
    parser.add_argument("--list", action="store_true", help="say each finding")
    options = parser.parse_args()
    fires: dict[int, int] = dict.fromkeys(options.depths, 0)
    costs: dict[int, list[float]] = {depth: [] for depth in options.depths}
    left = total = 0
    for place in sorted(options.repos.glob("*/repo")):
        for span, diff in changes(place, options.ranges, random.Random(options.seed)):
            total += 1
            found = list(leftovers.RULE.check(evidence(diff=diff, authorship=ALL, traces=()), leftovers.RULE.params()))
            left += bool(found)
            for depth in options.depths:
                undone.WALKED = depth  # type: ignore[misc]  # what is measured
                begun = spent()
                back = brought_back(span, diff)
                costs[depth].append(spent() - begun)
                fires[depth] += bool(back)
                found += back if depth == max(options.depths) else []
            for finding in found if options.list else ():
                print(f"{place.parent.name} {span.head[:10]} {(finding.path or b'').decode()}:{finding.line}: {finding.message}")
    print(f"leftovers: {share(left, total)} fire")
    for depth in options.depths:
        held = [cost for cost in costs[depth] if cost > 0.002]
        print(
            f"resurrected-change, {depth} commits: {share(fires[depth], total)} fire; CPU {mean(held):.3f} s on average, median {median(held):.3f} s"
        )


def changes(place: Path, most: int, chance: random.Random) -> Iterator[tuple[Range, Diff]]:
    """Some of the changes that the default branch took in."""
    log = ["git", "-C", str(place), "log", "--first-parent", "--min-parents=1", f"--max-count={NEWEST}", "--format=%H %P", "HEAD"]
    steps = [line.split() for line in subprocess.run(log, check=True, capture_output=True, text=True).stdout.splitlines()]
    classify = classifier({}, {}).classify
    with open_repository(place) as repository:
        for step, parent, *other in chance.sample(steps, min(most, len(steps))):
            head = other[0] if other else step
            base = repository.merge_base(parent, head)
            if isinstance(base, Missing) or base == head:
                continue
            diff, _ = repository.diff(base, head, classify=classify, keep=lambda _: True, limits=Limits())
            if isinstance(diff, Diff):
                yield Range(repository, parent, head, base), diff


def brought_back(span: Range, diff: Diff) -> list[Finding]:
    """What ``resurrected-change`` says of a change."""
    commits = span.repository.commits(str(span.merge_base), span.head, 10_000)
    given = evidence(diff=diff, undone=gather_undone(span, diff, None), commits=commits, traces=())
    return [] if isinstance(given.undone, Missing) else list(resurrected_change.RULE.check(given, resurrected_change.RULE.params()))


def spent() -> float:
    """Seconds of CPU time of this process and of what it ran."""
    return sum(use.ru_utime + use.ru_stime for use in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)))


if __name__ == "__main__":
    main()
