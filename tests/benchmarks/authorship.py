"""Measures the authorship marks on labelled commits, pull requests and branches: ``authorship.py --samples FOLDER``."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from prgate.authorship.signs import find_signs
from prgate.model.authorship import Sign, SignKind
from prgate.model.commit import Commit
from prgate.model.facts import Account, Facts, LinkedCommit, PersonType
from prgate.model.missing import Missing, Why
from prgate.model.subject import Head

ABSENT = Missing(Why.ABSENT, "not in the samples", "")
MUST_BE_FOUND = ("agent_authored", "ai_assisted")
MUST_NOT_BE_FOUND = ("human", "bot", "no_signal", "ai_suggestion_applied")
PREFIXES = {"codex": "codex/x", "copilot-coding-agent": "copilot/x", "cursor": "cursor/x"}


def main() -> int:
    """Print n of N; 1 if a commit labelled human or bot bears evidence of an agent, else 0."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--samples", type=Path, required=True, help="folder with commits.jsonl, prs.jsonl and head_refs.jsonl")
    parser.add_argument("--list", type=int, default=10, help="how many misses to list per label")
    arguments = parser.parse_args()
    if not (arguments.samples / "commits.jsonl").is_file():
        print(f"skipped: no commits.jsonl in {arguments.samples}")
        return 0
    wrong = commits(rows(arguments.samples / "commits.jsonl"), arguments.list)
    pull_requests(rows(arguments.samples / "prs.jsonl"), arguments.list)
    branches(rows(arguments.samples / "head_refs.jsonl"), arguments.list)
    return 1 if wrong else 0


def rows(path: Path) -> list[Mapping[str, Any]]:
    """The records of a JSON Lines file."""
    return [json.loads(line) for line in path.read_bytes().split(b"\n") if line]


def commits(samples: Iterable[Mapping[str, Any]], most: int) -> int:
    """Commits found per label; the number of false positives on human and bot rows."""
    samples = list(samples)
    everything = tuple(as_commit(row, str(number)) for number, row in enumerate(samples))
    begun = time.perf_counter()
    signs = find_signs(facts=ABSENT, commits=everything, traces=(), head_ref=None)
    spent = time.perf_counter() - begun
    by_commit: dict[str, list[Sign]] = {}
    for sign in signs:
        by_commit.setdefault(str(sign.commit), []).append(sign)
    many = tuple(replace(everything[number % len(everything)], sha=str(number)) for number in range(10_000))
    begun = time.perf_counter()
    find_signs(facts=ABSENT, commits=many, traces=(), head_ref=None)
    print(f"commits: {len(samples)} in {spent:.2f} s, 10,000 in {time.perf_counter() - begun:.2f} s")
    wrong = 0
    for label in (*MUST_BE_FOUND, *MUST_NOT_BE_FOUND):
        own = [(number, row) for number, row in enumerate(samples) if row["label"] == label]
        found = [(number, row) for number, row in own if str(number) in by_commit]
        print(f"  {label}: evidence of an agent on {len(found)} of {len(own)}")
        odd = [pair for pair in own if pair not in found] if label in MUST_BE_FOUND else found
        for (agent, why), count in Counter((row["agent"], row["why"]) for _, row in odd).most_common(most):
            print(f"      {'missed' if label in MUST_BE_FOUND else 'found'} {count}: {agent or '-'}: {why}")
        if label not in MUST_BE_FOUND:
            for number, _ in found[:most]:
                print(f"      quote: {[sign.quote for sign in by_commit[str(number)]]}")
        wrong += len(found) if label in {"human", "bot"} else 0
    return wrong


def pull_requests(samples: Iterable[Mapping[str, Any]], most: int) -> None:
    """Recall per agent by kind of mark, with and without the branch, which the label of three agents comes from."""
    by_agent: dict[str, list[tuple[Mapping[str, Any], tuple[Sign, ...]]]] = {}
    for row in samples:
        by_agent.setdefault(row["agent"], []).append((row, signs_of(row)))
    print("pull requests")
    for agent, found in sorted(by_agent.items()):
        bare = [(row, [sign for sign in signs if sign.kind is not SignKind.BRANCH]) for row, signs in found]
        kinds = Counter(kind for _, signs in found for kind in {sign.kind for sign in signs})
        right = sum(agent in {sign.agent for sign in signs} for _, signs in found)
        print(
            f"  {agent}: with branch {sum(bool(signs) for _, signs in found)} of {len(found)}, without {sum(bool(signs) for _, signs in bare)}; "
            f"named right {right}; {', '.join(f'{kind} {count}' for kind, count in sorted(kinds.items()))}"
        )
        for row, _ in [pair for pair in found if not pair[1]][:most]:
            print(f"      missed: {row['repo']}#{row['number']}")


def branches(samples: Iterable[Mapping[str, Any]], most: int) -> None:
    """What the labels, which come from the commits alone, say of the branches that match."""
    samples = list(samples)
    matched = []
    for row in samples:
        signs = find_signs(facts=ABSENT, commits=(), traces=(), head_ref=row["head_ref"])
        if signs:
            matched.append((row, signs[0].agent))
    print(f"branches: {len(matched)} of {len(samples)} match")
    for agent, count in sorted(Counter(agent for _, agent in matched).items()):
        labels = Counter(row["label"] for row, found in matched if found == agent)
        print(f"  {agent}: {count}: {', '.join(f'{label} {number}' for label, number in labels.most_common())}")
    for row, _ in [pair for pair in matched if pair[0]["label"] in {"human", "bot"}][:most]:
        print(f"      false: {row['repo']} {row['head_ref']}")


def signs_of(row: Mapping[str, Any]) -> tuple[Sign, ...]:
    """Signs of a pull request; its branch is the prefix that its label was made from."""
    listed = tuple(
        Commit(link["sha"], ("p",), "Somebody", "somebody@example.org", "Somebody", "somebody@example.org", "", link["message"])
        for link in row["commits"]
    )
    facts = Facts(
        title=row["title"],
        body=row["body"] or "",
        author=Account(row["pr_author"], PersonType.BOT if row["pr_author"].endswith("[bot]") else None),
        number=row["number"],
        draft=False,
        base=None,
        head=Head(None, PREFIXES.get(row["agent"]), None),
        labels=ABSENT,
        commits=tuple(LinkedCommit(link["sha"], link["author_login"] or None, None, verified=False) for link in row["commits"]),
        reviews=ABSENT,
        comments=ABSENT,
        people=ABSENT,
        links=ABSENT,
        checks=ABSENT,
    )
    return find_signs(facts=facts, commits=listed, traces=(), head_ref=None)


def as_commit(row: Mapping[str, Any], sha: str) -> Commit:
    """A sample as git would tell it."""
    return Commit(
        sha=sha,
        parents=("a", "b") if row["merge"] else ("a",),
        author_name=row["author_name"],
        author_email=row["author_email"],
        committer_name=row["committer_name"] or "",
        committer_email=row["committer_email"] or "",
        at="",
        message=row["message"],
    )


if __name__ == "__main__":
    sys.exit(main())
