"""Measures the marks of agents on labelled commits and pull requests, and on whole histories; exit code 1 where an aim is missed.

    python -m tests.benchmarks.authorship --samples FOLDER [--histories FOLDER] [--newest 20000] [--list 5]

``--samples`` has ``commits.jsonl``, ``prs.jsonl`` and ``head_refs.jsonl``. ``--histories`` holds copies of repositories, ``owner+name/repo``: no
commit of before June 2021 may bear a mark, and the marks of the newest are counted by row.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from prgate.authorship.signs import find_signs
from prgate.model.authorship import Sign, SignKind
from tests.benchmarks.authorship_rows import ABSENT, as_commit, history, rows, signs_of_commits, signs_of_pull_request, unfindable

SOUGHT = ("agent_authored", "ai_assisted")
INNOCENT = ("human", "bot", "ai_suggestion_applied", "no_signal")
BEFORE_AGENTS = 1_622_505_600
"""2021-06-01, before the first coding agent for the public."""


@dataclass(frozen=True, slots=True)
class Aim:
    """Found of total, and the least or, if ``none`` may be found, the most."""

    what: str
    found: int
    total: int
    least: float = 0.0
    none: bool = False

    @property
    def met(self) -> bool:
        """Whether the figure is what it should be."""
        return self.found == 0 if self.none else self.found >= self.least * self.total


def main() -> int:
    """Print the tables, then the aims; 1 if one is missed."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--samples", type=Path, required=True, help="folder with commits.jsonl, prs.jsonl and head_refs.jsonl")
    parser.add_argument("--histories", type=Path, help="folder with copies of repositories, owner+name/repo")
    parser.add_argument("--newest", type=int, default=20_000, help="commits of each history whose marks are counted")
    parser.add_argument("--list", type=int, default=5, help="how many misses to list per agent")
    arguments = parser.parse_args()
    aims: list[Aim] = []
    for name, measure in (("commits.jsonl", commits), ("prs.jsonl", pull_requests), ("head_refs.jsonl", branches)):
        if (arguments.samples / name).is_file():
            aims += measure(rows(arguments.samples / name), arguments.list)
        else:
            print(f"skipped: no {name} in {arguments.samples}")
    if arguments.histories is not None and not arguments.histories.is_dir():
        print(f"skipped: no folder {arguments.histories}")
    elif arguments.histories is not None:
        aims += histories(sorted(arguments.histories.glob("*/repo")), arguments.newest)
    print("aims" if aims else "no aim was measured")
    for aim in aims:
        share = f"{aim.found / aim.total:.1%} " if aim.total else ""
        print(
            f"  {'met' if aim.met else 'MISSED'}: {aim.what}: {aim.found} of {aim.total} {share}({'none' if aim.none else f'>= {aim.least:.0%}'})"
        )
    return 0 if all(aim.met for aim in aims) else 1


def commits(samples: Sequence[Mapping[str, Any]], most: int) -> list[Aim]:
    """Per label and agent what is found by which kind of mark, what is missed, and what cannot be found in the rows as they are saved."""
    everything = tuple(as_commit(row, str(number)) for number, row in enumerate(samples))
    signs = signs_of_commits(everything)
    many = tuple(replace(everything[number % len(everything)], sha=str(number)) for number in range(10_000))
    begun = time.process_time()
    find_signs(facts=ABSENT, commits=many, traces=(), head_ref=None)
    print(f"commits: {len(samples)}; 10,000 take {time.process_time() - begun:.2f} s of CPU time")
    aims = []
    for label, least in zip(SOUGHT, (0.99, 0.98), strict=True):
        own = [(row, signs.get(str(number), [])) for number, row in enumerate(samples) if row["label"] == label]
        print(f"  {label}: found {sum(bool(found) for _, found in own)} of all {len(own)}")
        hidden = Counter(why for row, found in own if not found and (why := unfindable(row)))
        for why, count in hidden.most_common():
            print(f"    not in the row as it is saved: {count}: {why}")
        for agent in sorted({row["agent"] for row, _ in own}):
            _agent(agent, [(row, found) for row, found in own if row["agent"] == agent], most)
        aims.append(Aim(f"{label}, of what is in the rows", sum(bool(found) for _, found in own), len(own) - hidden.total(), least))
    for label in INNOCENT:
        own = [(row, signs.get(str(number), [])) for number, row in enumerate(samples) if row["label"] == label]
        aims.append(Aim(f"{label} commits with evidence of an agent", sum(bool(found) for _, found in own), len(own), none=True))
    print("  traps")
    for trap in sorted({row["trap"] for row in samples if row["trap"]}):
        own = [(row, signs.get(str(number), [])) for number, row in enumerate(samples) if row["trap"] == trap]
        labels = Counter(row["label"] for row, _ in own)
        found = Counter(row["label"] for row, marks in own if marks)
        print(f"    {trap}: {', '.join(f'{label}: evidence on {found[label]} of {count}' for label, count in labels.items())}")
    for label in INNOCENT:
        for number, row in enumerate(samples):
            if row["label"] == label and str(number) in signs:
                print(f"    false: {row['repo']} {row['sha'][:12]}: {[(sign.row, sign.quote) for sign in signs[str(number)]]}")
    return aims


def _agent(agent: str, own: Sequence[tuple[Mapping[str, Any], list[Sign]]], most: int) -> None:
    missed = [row for row, found in own if not found and unfindable(row) is None]
    hidden = sum(not found and unfindable(row) is not None for row, found in own)
    kinds = Counter(kind for _, found in own for kind in {sign.kind for sign in found})
    by_kind = ", ".join(f"{kind} {kinds[kind]}" for kind in SignKind if kinds[kind])
    print(
        f"    {agent or '-'}: {len(own)}: found {len(own) - len(missed) - hidden} ({by_kind or 'none'}), missed {len(missed)}, hidden {hidden}"
    )
    for told in sorted({_told_by(row) for row, _ in own}):
        same = [(row, found) for row, found in own if _told_by(row) == told]
        lost = sum(not found and unfindable(row) is None for row, found in same)
        print(f"        labelled by {told}: found {sum(bool(found) for _, found in same)} of {len(same)}, missed {lost}")
    for row in missed[:most]:
        print(f"        missed: {row['repo']} {row['sha'][:12]}: {row['why']}")


def _told_by(row: Mapping[str, Any]) -> str:
    """The kind of signal that a label was made from; a published sample names it behind its own name."""
    kind: str = row["why"].removeprefix("Liu et al. 2026 sample: ").replace(" ", ":", 1).partition(":")[0]
    return "trailer" if kind == "coauthor" else kind.replace("_", "-")


def pull_requests(samples: Sequence[Mapping[str, Any]], most: int) -> list[Aim]:
    """Per agent what is found by which kind of mark, with and without the branch, which the label of three agents comes from."""
    by_agent: dict[str, list[tuple[Mapping[str, Any], tuple[Sign, ...]]]] = {}
    for row in samples:
        by_agent.setdefault(row["agent"], []).append((row, signs_of_pull_request(row)))
    print(f"pull requests: {len(samples)}")
    aims = []
    for agent, found in sorted(by_agent.items()):
        bare = sum(any(sign.kind is not SignKind.BRANCH for sign in signs) for _, signs in found)
        kinds = Counter(kind for _, signs in found for kind in {sign.kind for sign in signs})
        right = sum(agent in {sign.agent for sign in signs} for _, signs in found)
        marked = sum(bool(signs) for _, signs in found)
        by_kind = ", ".join(f"{kind} {count} of {len(found)}" for kind, count in sorted(kinds.items()))
        print(f"  {agent}: {len(found)}: found {marked}, without the branch {bare}, named right {right}; by kind: {by_kind}")
        for row, _ in [pair for pair in found if not pair[1]][:most]:
            print(f"      missed: {row['repo']}#{row['number']}")
        if agent == "codex":
            aims.append(Aim("Codex pull requests without the branch", bare, len(found), 0.48))
    return aims


def branches(samples: Sequence[Mapping[str, Any]], most: int) -> list[Aim]:
    """What the labels, which come from the commits alone, say of the branches that match."""
    matched = [(row, signs[0]) for row in samples if (signs := find_signs(facts=ABSENT, commits=(), traces=(), head_ref=row["head_ref"]))]
    print(f"branches: {len(matched)} of {len(samples)} match")
    for agent in sorted({sign.agent for _, sign in matched}):
        labels = Counter(row["label"] for row, sign in matched if sign.agent == agent)
        print(f"  {agent}: {', '.join(f'{label} {number}' for label, number in labels.most_common())}")
    false = [row for row, _ in matched if row["label"] in {"human", "bot"}]
    for row in false[:most]:
        print(f"      false: {row['repo']} {row['head_ref']}")
    innocent = sum(row["label"] in {"human", "bot"} for row in samples)
    return [Aim("branches of people and automation that match", len(false), innocent, none=True)]


def histories(repositories: Iterable[Path], newest: int) -> list[Aim]:
    """Marks before there were agents, and marks of the newest commits by row."""
    false = total = 0
    for repository in repositories:
        old = tuple(commit for at, commit in history(repository, "--until=2021-06-01") if at < BEFORE_AGENTS)
        wrong = signs_of_commits(old)
        false, total = false + len(wrong), total + len(old)
        for sha, signs in wrong.items():
            print(f"      false: {repository.parent.name} {sha[:12]}: {[(sign.row, sign.quote) for sign in signs]}")
        new = tuple(commit for _, commit in history(repository, f"--max-count={newest}"))
        marked = signs_of_commits(new)
        by_row = Counter(f"{sign.row} {sign.kind}" for signs in marked.values() for sign in signs)
        print(
            f"history: {repository.parent.name}: {len(old)} before June 2021, {len(wrong)} marked; newest {len(new)}, {len(marked)} marked"
        )
        print(f"    {', '.join(f'{row} {count}' for row, count in by_row.most_common())}")
    return [Aim("commits of before June 2021 with evidence of an agent", false, total, none=True)]


if __name__ == "__main__":
    sys.exit(main())
