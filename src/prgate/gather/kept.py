"""The traces that a repository keeps beside its branches: session refs, notes and checkpoints."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Final

from prgate.errors import PrgateError
from prgate.formats.entire import checkpoint_ids
from prgate.gather.stored import read_stored
from prgate.git import open_repository
from prgate.git.kept import CHECKPOINTS, NOTES, REFS, Sought
from prgate.model.commit import Commit
from prgate.model.missing import Missing, Why
from prgate.model.trace import Trace
from prgate.operands import Operand
from prgate.request import Range, Request

PLACES: Final = (REFS, NOTES, CHECKPOINTS)


@dataclass(frozen=True, slots=True)
class KeptTraces:
    """Traces by place, read or not; ``absent`` was named and is not there, ``unseen`` could not be looked into. ``searched`` are places."""

    operands: tuple[Operand[Trace], ...] = ()
    absent: tuple[Missing, ...] = ()
    unseen: tuple[Missing, ...] = ()
    searched: tuple[str, ...] = ()


def sought(places: Sequence[str], branches: Sequence[str], commits: Sequence[Commit]) -> Sought:
    """What to look for at these places, of a change with these branches and commits."""
    ids = (id_ for commit in commits for id_ in checkpoint_ids(commit.message))
    return Sought(
        branches=tuple(branches) if REFS in places else (),
        commits=tuple(commit.sha for commit in commits) if NOTES in places else (),
        checkpoints=tuple(dict.fromkeys(ids)) if CHECKPOINTS in places else (),
    )


def gather_kept(
    request: Request, span: Range | None, commits: tuple[Commit, ...] | Missing, places: Sequence[str], *, limit: int
) -> KeptTraces:
    """All traces of these places, each at most ``limit`` bytes. A diff alone belongs to no repository, so nothing is searched."""
    wanted = tuple(place for place in PLACES if place in places)
    if span is None or not wanted:
        return KeptTraces()
    if isinstance(request.kept, Missing):
        return KeptTraces(unseen=(request.kept,), searched=wanted)
    if isinstance(commits, Missing):
        return KeptTraces(unseen=(commits,), searched=wanted)
    branches = span.repository.branches(request.head, span.head) if request.branch is None else (request.branch,)
    searched = tuple(place for place in wanted if place != REFS or branches)
    with ExitStack() as stack:
        try:
            repository = span.repository if request.kept is None else stack.enter_context(open_repository(request.kept))
        except PrgateError as error:
            return KeptTraces(unseen=(Missing(Why.FAILED, error.message, error.help),), searched=searched)
        found = repository.kept(sought(wanted, branches, commits))
        operands, over = read_stored(repository, found.kept, candidates=False, each=limit)
        return KeptTraces(tuple(operands), found.absent, (*found.unseen, *over), searched)
