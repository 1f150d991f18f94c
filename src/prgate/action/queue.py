"""An entry of the merge queue: it passes if its pull requests do, and brings nothing that none of them has."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import mkdtemp
from typing import Final

from prgate.action.evaluate import Evaluation, Run, evaluate, unreachable
from prgate.action.publish import publish_entry
from prgate.action.result import Result
from prgate.formats.classes import classifier
from prgate.git import Repository, open_repository
from prgate.git.fetch import Want, fetch
from prgate.github.events import OnQueue
from prgate.github.facts import compare
from prgate.github.pulls import read_pull
from prgate.model.diff import FileChange
from prgate.model.missing import Missing, Why
from prgate.model.paths import path_text
from prgate.model.policy import Limits
from prgate.model.verdict import Conclusion, Fault, Verdict
from prgate.model.wording import counted
from prgate.render.mishap import Mishap

MOST: Final = 20
"""Pull requests of one entry."""
_NAMED: Final = re.compile(r"\(#([1-9][0-9]{0,9})\)|Merge pull request #([1-9][0-9]{0,9}) ")

Piece = tuple[bytes, str, bytes]
"""Where, of what kind, and what: a changed line, or what a file without lines became."""


def judge_entry(run: Run, entry: OnQueue) -> Result:
    """The worst verdict of the entry's pull requests as they are now, on the commit that the queue would merge.

    Which pull requests those are is proposed by the branch's name and by the commits' words, which anybody can write. It holds because
    every changed line of the entry must be a changed line of one of them; one that brings none of them holds nothing.
    """
    name = f"queue entry {entry.head_sha[:12]}"
    with run.timed("gather"):
        brought = _brought(run, entry)
    if isinstance(brought, Missing):
        return _publish(run, entry, name, unreachable(brought), None)
    judged, left, unseen = _judged(run, entry, *brought)
    if unseen is not None and (left or not judged):
        return _publish(run, entry, name, unseen, None)
    if not judged:
        missing = Missing(
            Why.FAILED, "no open pull request was found that this queue entry is made of", "Take it out of the queue and put it in again."
        )
        return _publish(run, entry, name, unreachable(missing), None)
    evaluation, verdict = max(judged, key=lambda pair: pair[1].verdict.rank)
    return _publish(run, entry, name, _held(verdict, left, [each.pull.number for each, _ in judged]), evaluation)


def _publish(run: Run, entry: OnQueue, name: str, outcome: Verdict | Mishap, evaluation: Evaluation | None) -> Result:
    with run.timed("publish"):
        return Result(name, outcome, publish_entry(run, entry.head_sha, outcome, evaluation))


def _judged(
    run: Run, entry: OnQueue, pieces: Counter[Piece], numbers: list[int]
) -> tuple[list[tuple[Evaluation, Verdict]], Counter[Piece], Mishap | None]:
    """The verdicts of those that bring something of the entry, what none of them brings, and why one of the others could not be judged."""
    judged: list[tuple[Evaluation, Verdict]] = []
    left, unread, mishap = pieces, None, None
    for number in numbers:
        found = _candidate(run, entry, number)
        if isinstance(found, Missing):
            unread = unread or found
        elif isinstance(found, Mishap):
            mishap = mishap or found
        elif found is not None:
            evaluation, verdict, own = found
            if left & own or not pieces:
                judged.append((evaluation, verdict))
            left = left - own
        if judged and not left:
            break
    # What is not there, or not to be seen, may be the number of an issue.
    if mishap is None and unread is not None and not (judged and unread.why is Why.FORBIDDEN):
        mishap = unreachable(unread)
    return judged, left, mishap


def _candidate(run: Run, entry: OnQueue, number: int) -> tuple[Evaluation, Verdict, Counter[Piece]] | Missing | Mishap | None:
    """One of the proposed pull requests, judged, with what it changes; ``None`` where it is no open one into the entry's branch."""
    pull = read_pull(run.session, run.settings.repository, number)
    if isinstance(pull, Missing):
        return pull
    if (pull.state, pull.base_ref) != ("open", entry.base_ref):
        return None
    evaluation = evaluate(run, pull)
    if not isinstance(evaluation.outcome, Verdict):
        return evaluation.outcome
    with open_repository(evaluation.repository) as repository:
        own = _pieces(repository, evaluation.merge_base, pull.head_sha)
    return unreachable(own) if isinstance(own, Missing) else (evaluation, evaluation.outcome, own)


def _brought(run: Run, entry: OnQueue) -> tuple[Counter[Piece], list[int]] | Missing:
    """The changed lines of the entry, and the pull requests that it may be made of, the likeliest first."""
    compared = compare(run.session, run.settings.repository, entry.base_sha, entry.head_sha)
    if isinstance(compared, Missing):
        return compared
    folder = Path(mkdtemp(prefix="entry-", dir=run.folder)) / "objects"
    fetched = fetch(folder, run.remote, Want(entry.head_sha, compared.merge_base, compared.total), limits=run.limits, sleep=run.sleep)
    if isinstance(fetched, Missing):
        return fetched
    with open_repository(folder) as repository:
        pieces = _pieces(repository, compared.merge_base, entry.head_sha)
        commits = repository.commits(compared.merge_base, entry.head_sha, Limits().commits)
    if isinstance(pieces, Missing):
        return pieces
    if isinstance(commits, Missing):
        return commits
    named = [int(found[1] or found[2]) for commit in commits for found in _NAMED.finditer(commit.message)]
    return pieces, list(dict.fromkeys([*([entry.number] if entry.number else []), *named]))[:MOST]


def _pieces(repository: Repository, merge_base: str, head: str) -> Counter[Piece] | Missing:
    """Everything that the range changes, as a bag of lines and whole files."""
    diff, faults = repository.diff(merge_base, head, classify=classifier({}, {}).classify, keep=lambda _: True, limits=Limits())
    if isinstance(diff, Missing):
        return diff
    if faults:
        return Missing(Why.FAILED, faults[0].message, faults[0].fix)
    return Counter(piece for file in diff.files for piece in _of_file(file))


def _of_file(file: FileChange) -> Iterator[Piece]:
    path = file.path
    if file.old_path != file.new_path or file.modes[0] != file.modes[1]:
        yield path, "file", b"%s %o %o" % (file.old_path or b"", *file.modes)
    if file.binary or isinstance(file.hunks, Missing):
        yield path, "content", file.oids[1].encode()
        return
    for hunk in file.hunks:
        for _, line in hunk.added():
            yield path, "added", line
        for _, line in hunk.removed():
            yield path, "removed", line


def _held(verdict: Verdict, left: Counter[Piece], numbers: list[int]) -> Verdict:
    """The verdict, or incomplete where the entry has lines that no judged pull request has."""
    if not left:
        return verdict
    path = path_text(min(left)[0])
    named = " and ".join(f"{number}" for number in numbers)
    fault = Fault(
        f"the queue entry has {counted(left.total(), 'changed line')} that pull request {named} has not",
        "Take it out of the queue and put it in again, so that it is made of pull requests that were judged.",
        path,
    )
    worst = max(verdict.verdict, Conclusion.INCOMPLETE, key=lambda conclusion: conclusion.rank)
    enforced = max(verdict.if_enforced, Conclusion.INCOMPLETE, key=lambda conclusion: conclusion.rank)
    return replace(verdict, verdict=worst, if_enforced=enforced, faults=(*verdict.faults, fault))
