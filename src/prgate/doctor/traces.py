"""What share of the recent changes that agents left marks on brought a readable trace along."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from prgate.authorship.signature_file import shipped
from prgate.authorship.signs import find_signs
from prgate.doctor.answer import Answer, Spot, State, at
from prgate.doctor.house import House
from prgate.errors import FormatError, PrgateError
from prgate.formats.classes import path_class
from prgate.formats.traces import recognises
from prgate.gather.kept import sought
from prgate.gather.stored import read_stored
from prgate.git import Repository
from prgate.git.kept import CHECKPOINTS, NOTES
from prgate.model.commit import Commit
from prgate.model.diff import REGULAR
from prgate.model.missing import Missing, Why
from prgate.model.paths import FileClass, path_text
from prgate.model.policy import Limits
from prgate.model.trace import Trace
from prgate.model.wording import counted

WANTED: Final = 30
"""Changes with marks of an agent that are looked at, latest first."""
LOOKED_THROUGH: Final = 400
"""Merges and commits on the branch that are looked through for them."""
_MOST_COMMITS: Final = 10_000
_MOST_TRACES: Final = 20
"""Files that are opened for one change in the tree, and notes and checkpoints beside it."""
_NOT_COUNTED: Final = "Not counted: sessions attached to a branch, most of which go with it, and artifacts; notes and checkpoints count where this clone has them."
_MERGED: Final = re.compile(r"Merge pull request #[0-9]+ from [^/\s]+/(\S+)")


@dataclass(frozen=True, slots=True)
class Change:
    """One step of the branch: a merge with the commits it brought, or a commit that was squashed or pushed.

    ``exports`` says that a trace can be asked for.
    """

    commit: str
    commits: tuple[Commit, ...]
    exports: bool


def traces(house: House) -> Answer:
    """The share, with how many were looked at."""
    question = "traces"
    steps = recent_steps(house.repository, house.commit)
    if isinstance(steps, Missing):
        return Answer(question, State.UNKNOWN, f"the history could not be read: {steps.detail}", cure=steps.fix)
    marked = [change for step in steps if (change := _change(step)) is not None][:WANTED]
    looked = f"the last {counted(len(steps), 'step')} of the branch"
    if not steps:
        cure = "Fetch the history: `git fetch --unshallow`, or `fetch-depth: 0` in actions/checkout."
        return Answer(question, State.UNKNOWN, "no history was there to look through", cure=cure)
    if not marked:
        return Answer(question, State.OK, f"no marks of an agent in {looked}")
    brought = {change.commit: _trace_of(house.repository, change) for change in marked}
    carried = [spot for spot in brought.values() if spot is not None]
    silent = [change for change in marked if not change.exports and brought[change.commit] is None]
    asked = len(marked) - len(silent)
    told = f"{len(carried)} of the last {counted(asked, 'change')} by agents that can export a trace carried a readable one in the tree, in a note or as a checkpoint"
    told += f"; {len(silent)} more are by agents that keep their session" if silent else ""
    if len(carried) == asked:
        return Answer(question, State.OK, f"{told} ({looked})", at(carried))
    cure = f"Attach sessions to their branches: `prgate attach --install`. {_NOT_COUNTED}"
    return Answer(question, State.ATTEND, f"{told} ({looked})", at(carried), cure)


def recent_steps(repository: Repository, head: str) -> tuple[tuple[Commit, ...], ...] | Missing:
    """The last steps of a branch, latest first: each begins with the commit on the branch, behind it what it brought along.

    The first commit of a history and the last one of a shallow clone are no steps: nothing says what they changed.
    """
    depth = _depth(repository, head)
    while depth:
        found = repository.commits(repository.resolve(f"{head}~{depth}"), head, _MOST_COMMITS)
        if not isinstance(found, Missing):
            return _steps(head, {commit.sha: commit for commit in found})
        if found.why is not Why.OVER_LIMIT:
            return found
        depth //= 2
    return ()


def _depth(repository: Repository, head: str) -> int:
    """How many first parents lie behind a commit, up to the bound."""
    low, high = 0, LOOKED_THROUGH
    while low < high:
        middle = (low + high + 1) // 2
        try:
            repository.resolve(f"{head}~{middle}")
        except PrgateError:
            high = middle - 1
        else:
            low = middle
    return low


def _steps(head: str, known: Mapping[str, Commit]) -> tuple[tuple[Commit, ...], ...]:
    """Each step has what its commit reaches and its first parent does not, so the oldest is worked out first."""
    line = []
    at_ = head
    while at_ in known:
        line.append(known[at_])
        at_ = known[at_].parents[0] if known[at_].parents else ""
    taken: set[str] = set()
    steps = []
    for tip in reversed(line):
        reached, left = [], [tip.sha]
        while left:
            sha = left.pop()
            if sha in known and sha not in taken:
                taken.add(sha)
                reached.append(known[sha])
                left += known[sha].parents
        steps.append(tuple(reached))
    return tuple(reversed(steps))


def _change(step: tuple[Commit, ...]) -> Change | None:
    """The step if it bears marks of an agent: in its commits, or in the branch that the forge's merge message names."""
    merged = _MERGED.match(step[0].message) if len(step[0].parents) > 1 else None
    unread = Missing(Why.ABSENT, "", "")
    signs = find_signs(facts=unread, commits=step, traces=(), head_ref=merged[1] if merged else None)
    if not signs:
        return None
    return Change(step[0].sha, step, any(shipped().exports_trace(sign) for sign in signs))


def _trace_of(repository: Repository, change: Change) -> Spot | None:
    """A trace that the change brought, or that notes and checkpoints keep of its commits, and that a reader takes."""
    return _in_tree(repository, change) or _kept(repository, change)


def _in_tree(repository: Repository, change: Change) -> Spot | None:
    """A trace at the places where agents leave them."""
    paths = sorted({path for commit in change.commits for path in commit.paths if path_class(path) is FileClass.TRACE})
    for path in paths[:_MOST_TRACES]:
        try:
            entry = repository.blob(change.commit, path)
        except FormatError:
            continue
        if entry is not None and entry[0] in REGULAR and recognises(entry[1]):
            return Spot(path_text(path))
    return None


def _kept(repository: Repository, change: Change) -> Spot | None:
    """A note or checkpoint of its commits that tells of somebody. Each is read whole: many a note is there and says nothing."""
    found = repository.kept(sought((NOTES, CHECKPOINTS), (), change.commits))
    for kept in found.kept[:_MOST_TRACES]:
        operands, _ = read_stored(repository, [kept], candidates=False, each=Limits().trace_bytes)
        if any(isinstance(operand.value, Trace) for operand in operands):
            return Spot(kept.source)
    return None
