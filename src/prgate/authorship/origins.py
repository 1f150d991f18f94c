"""Says, line by line, whether an agent, a declared person or nobody known wrote a change."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby

from prgate.authorship.people import operator, owner
from prgate.authorship.signature_file import shipped
from prgate.authorship.signatures import Signatures
from prgate.authorship.signs import linked_authors
from prgate.authorship.spans import Piece, cut, merge, overlay
from prgate.authorship.standing import UNDECLARED, Standing, standings
from prgate.model.authorship import Agent, Authorship, FileOrigins, Origin, Sign, SignKind, Span
from prgate.model.commit import Commit
from prgate.model.diff import Diff, FileChange
from prgate.model.facts import Facts
from prgate.model.missing import Missing
from prgate.model.reconciliation import Accounted, Reconciliation

Blame = Mapping[bytes, tuple[tuple[int, int, str], ...]]
"""Per head path: (first line, last line, commit id), sorted."""

_WORST = (Origin.AGENT, Origin.UNDECLARED, Origin.DECLARED_HUMAN)


def mixed_paths(
    commits: tuple[Commit, ...] | Missing, signs: tuple[Sign, ...], *, signatures: Signatures | None = None
) -> tuple[bytes, ...]:
    """Paths whose lines only blame can tell apart, sorted.

    They are touched by commits of different standing, or by an unmarked commit that also touches a marked commit's path and so may have moved
    its lines.
    """
    if isinstance(commits, Missing):
        return ()
    standing = standings(signatures or shipped(), commits, links={}, signs=signs)
    origins: dict[bytes, set[Origin]] = {}
    for commit in commits:
        for path in commit.paths:
            origins.setdefault(path, set()).add(standing[commit.sha].origin)
    mixed = {path for path, found in origins.items() if len(found) > 1}
    movers = (commit for commit in commits if standing[commit.sha].origin is not Origin.AGENT)
    carried = [commit.paths for commit in movers if any(Origin.AGENT in origins[path] for path in commit.paths)]
    return tuple(sorted(mixed.union(*carried)))


def attribute(
    *,
    diff: Diff,
    commits: tuple[Commit, ...] | Missing,
    facts: Facts | Missing,
    reconciliation: Reconciliation,
    signs: tuple[Sign, ...],
    blame: Blame,
    signatures: Signatures | None = None,
) -> Authorship:
    """The origin of every added line and of every changed path; ``commits`` Missing leaves only what a trace explains.

    A path in ``blame`` follows it line by line. Any other path takes the one standing of the commits that touch it, and is undeclared if they
    differ or none does. A line that a trace explains as an agent's is that agent's, whoever the commit names; one that a trace gives to a person
    is declared a person's where nobody else has spoken.
    """
    known = signatures or shipped()
    range_ = () if isinstance(commits, Missing) else commits
    standing = standings(known, range_, links=linked_authors(facts), signs=signs)
    touching: dict[bytes, list[Standing]] = {}
    for commit in range_:
        for path in commit.paths:
            touching.setdefault(path, []).append(standing[commit.sha])
    files, lines = {}, dict.fromkeys(Origin, 0)
    for change in diff.files:
        stood = tuple(dict.fromkeys(one for path in change.paths for one in touching.get(path, ())))
        blamed = None
        if change.path in blame:
            blamed = tuple((start, end, standing.get(sha, UNDECLARED)) for start, end, sha in blame[change.path])
        account = reconciliation.files.get(change.path)
        spans = _spans(change, stood, blamed, () if account is None else account.spans)
        files[change.path] = FileOrigins(spans, min((one.origin for one in stood), key=_WORST.index, default=Origin.UNDECLARED))
        for span in spans:
            lines[span.origin] += span.end - span.start + 1
        if isinstance(change.hunks, Missing):
            lines[Origin.UNDECLARED] += change.added
    return Authorship(
        agents=_agents(known, signs),
        operator=operator(known, facts=facts, commits=commits, signs=signs),
        owner=owner(known, facts),
        files=files,
        lines=lines,
    )


def _agents(known: Signatures, signs: tuple[Sign, ...]) -> tuple[Agent, ...]:
    agents = []
    for id_, group in groupby(sorted(signs, key=lambda sign: sign.agent), key=lambda sign: sign.agent):
        own = tuple(group)
        exporting = {SignKind.TRACE, *(known.agents[id_].exports_trace if id_ in known.agents else ())}
        agents.append(
            Agent(
                id=id_,
                name=known.name(id_),
                grade=max((sign.grade for sign in own), key=lambda grade: grade.rank),
                exports_trace=any(sign.kind in exporting for sign in own),
                signs=own,
            )
        )
    return tuple(agents)


def _spans(
    change: FileChange, stood: tuple[Standing, ...], blamed: tuple[Piece, ...] | None, accounted: tuple[Accounted, ...]
) -> tuple[Span, ...]:
    if isinstance(change.hunks, Missing):
        return ()
    uniform = len({one.origin for one in stood}) == 1
    default = max(stood, key=lambda one: one.grade.rank) if uniform and blamed is None else UNDECLARED
    if blamed is None and not accounted:
        runs = (run for hunk in change.hunks for run in hunk.added_runs())
        return tuple(Span(start, end, default.origin, default.grade, default.agent, default.evidence) for start, end in runs)
    pieces = cut(change.hunks, blamed or (), default)
    return tuple(merge(overlay(pieces, accounted) if accounted else pieces))
