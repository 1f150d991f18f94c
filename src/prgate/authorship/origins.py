"""Says, line by line, whether an agent, a declared person or nobody known wrote a change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from prgate.authorship.people import operator, owner, unsigned
from prgate.authorship.signature_file import shipped
from prgate.authorship.signatures import Signatures
from prgate.authorship.signs import linked_authors
from prgate.authorship.spans import Piece, cut, declare, merge, overlay
from prgate.authorship.standing import UNDECLARED, Standing, standings
from prgate.authorship.wrote import Claim, Lines, claims, contradictions, denials, lines_of, written_commits
from prgate.model.authorship import Agent, Authorship, Denied, FileOrigins, Origin, Sign, Span
from prgate.model.commit import Commit
from prgate.model.diff import Diff, FileChange
from prgate.model.facts import Facts
from prgate.model.heard import Heard
from prgate.model.missing import Missing
from prgate.model.reconciliation import Accounted, FileAccount, Reconciliation

Blame = Mapping[bytes, tuple[tuple[int, int, str], ...]]
"""Per head path: (first line, last line, commit id), sorted."""

_WORST = (Origin.AGENT, Origin.UNDECLARED, Origin.DECLARED_HUMAN)


def mixed_paths(
    commits: tuple[Commit, ...] | Missing,
    signs: tuple[Sign, ...],
    *,
    heard: tuple[Heard, ...] = (),
    signatures: Signatures | None = None,
) -> tuple[bytes, ...]:
    """Paths whose lines only blame can tell apart, sorted.

    They are touched by commits of different standing, by a commit that somebody says to have written and by others, or by an unmarked commit
    that also touches a marked commit's path and so may have moved its lines.
    """
    if isinstance(commits, Missing):
        return ()
    written = written_commits(heard, commits)
    standing = standings(signatures or shipped(), commits, links={}, signs=signs, written=written)
    origins: dict[bytes, set[tuple[Origin, str | None]]] = {}
    for commit in commits:
        for path in commit.paths:
            origins.setdefault(path, set()).add((standing[commit.sha].origin, commit.sha if commit.sha in written else None))
    mixed = {path for path, found in origins.items() if len(found) > 1}
    agents = {path for path, found in origins.items() if any(origin is Origin.AGENT for origin, _ in found)}
    movers = (commit for commit in commits if standing[commit.sha].origin is not Origin.AGENT)
    carried = [commit.paths for commit in movers if not agents.isdisjoint(commit.paths)]
    return tuple(sorted(mixed.union(*carried)))


def attribute(
    *,
    diff: Diff,
    commits: tuple[Commit, ...] | Missing,
    facts: Facts | Missing,
    reconciliation: Reconciliation,
    signs: tuple[Sign, ...],
    blame: Blame,
    heard: tuple[Heard, ...] = (),
    head: str | None = None,
    signatures: Signatures | None = None,
) -> Authorship:
    """The origin of every added line and of every changed path; ``commits`` Missing leaves only what a trace explains.

    A path in ``blame`` follows it line by line. Any other path takes the one standing of the commits that touch it, and is undeclared if they
    differ or none does. A line that a trace explains as an agent's is that agent's, whoever the commit names; one that a trace gives to a person
    is declared a person's where nobody else has spoken, and so is one of which somebody among ``heard`` says so. ``head`` is the commit that
    somebody may have approved.
    """
    known = signatures or shipped()
    range_ = () if isinstance(commits, Missing) else commits
    said = claims(heard, diff=diff, commits=commits)
    written = {claim.where for claim in said if isinstance(claim.where, str)}
    standing = standings(known, range_, links=linked_authors(facts), signs=signs, written=written)
    touching: dict[bytes, dict[str, Standing]] = {}
    for commit in range_:
        for path in commit.paths:
            touching.setdefault(path, {})[commit.sha] = standing[commit.sha]
    files, lines = {}, dict.fromkeys(Origin, 0)
    denied: list[Denied] = []
    for change in diff.files:
        touched = {sha: one for path in change.paths for sha, one in touching.get(path, {}).items()}
        blamed = blame.get(change.path)
        account = reconciliation.files.get(change.path, FileAccount())
        meant = [(claim, tuple(lines_of(claim, change, touching=touched, blamed=blamed))) for claim in said]
        spans = _spans(
            change,
            tuple(dict.fromkeys(touched.values())),
            None if blamed is None else tuple((start, end, standing.get(sha, UNDECLARED)) for start, end, sha in blamed),
            account.spans,
            [one for claim, ranges in meant if not isinstance(claim.where, str) for one in ranges],
        )
        files[change.path] = FileOrigins(spans, min((one.origin for one in touched.values()), key=_WORST.index, default=Origin.UNDECLARED))
        denied += denials(change, spans, meant)
        denied += contradictions(change, spans, account.contested)
        denied += _of_whole(change, spans, said, touched)
        for span in spans:
            lines[span.origin] += span.end - span.start + 1
        if isinstance(change.hunks, Missing):
            lines[Origin.UNDECLARED] += change.added
    ran = operator(known, facts=facts, commits=commits, signs=signs)
    answers = owner(known, facts=facts, commits=commits, ran=ran, head=head)
    return Authorship(
        agents=_agents(known, signs),
        operator=None if ran is None else ran.login,
        owner=None if answers is None else answers.login,
        files=files,
        lines=lines,
        operator_by=None if ran is None else ran.by,
        owner_by=None if answers is None else answers.by,
        denied=tuple(sorted(denied, key=lambda one: (one.path, one.start or 0, one.end or 0, one.declared, one.evidence))),
        unsigned=unsigned(known, range_),
    )


def _of_whole(change: FileChange, spans: tuple[Span, ...], said: tuple[Claim, ...], touched: Mapping[str, Standing]) -> Iterator[Denied]:
    """Where somebody says to have written an agent's commit that changes a path without lines of its own at head."""
    for claim in said if not spans else ():
        one = touched.get(claim.where) if isinstance(claim.where, str) else None
        if one is not None and one.origin is Origin.AGENT:
            yield Denied(change.path, None, None, claim.by, claim.source, one.agent, one.evidence)


def _agents(known: Signatures, signs: tuple[Sign, ...]) -> tuple[Agent, ...]:
    agents = []
    for id_, group in groupby(sorted(signs, key=lambda sign: sign.agent), key=lambda sign: sign.agent):
        own = tuple(group)
        agents.append(
            Agent(
                id=id_,
                name=known.name(id_),
                grade=max((sign.grade for sign in own), key=lambda grade: grade.rank),
                exports_trace=any(known.exports_trace(sign) for sign in own),
                signs=own,
            )
        )
    return tuple(agents)


def _spans(
    change: FileChange,
    stood: tuple[Standing, ...],
    blamed: tuple[Piece, ...] | None,
    accounted: tuple[Accounted, ...],
    declared: Sequence[Lines],
) -> tuple[Span, ...]:
    if isinstance(change.hunks, Missing):
        return ()
    uniform = len({one.origin for one in stood}) == 1
    default = max(stood, key=lambda one: one.grade.rank) if uniform and blamed is None else UNDECLARED
    if blamed is None and not accounted and not declared:
        runs = (run for hunk in change.hunks for run in hunk.added_runs())
        return tuple(Span(start, end, default.origin, default.grade, default.agent, default.evidence) for start, end in runs)
    pieces = overlay(cut(change.hunks, blamed or (), default), accounted)
    return tuple(merge(declare(pieces, declared) if declared else pieces))
