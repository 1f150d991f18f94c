"""The traces held against the diff; what attributions say of a commit is read from that commit's files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from prgate.errors import FormatError
from prgate.model.commit import Commit
from prgate.model.diff import Diff, FileChange
from prgate.model.lines import line_digest
from prgate.model.missing import Missing
from prgate.model.policy import Policy
from prgate.model.reconciliation import Reconciliation
from prgate.model.trace import Attribution, Trace, Writer
from prgate.reconcile.account import NOTHING_ATTRIBUTED, Attributed, Attributions, reconcile
from prgate.reconcile.places import Changed
from prgate.reconcile.taken import Untaken
from prgate.reconcile.timing import Made
from prgate.request import Range

Ranges = list[tuple[int, int]]


@dataclass(slots=True)
class _Stated:
    """What the records of one trace give to one writer in one file: line numbers at head, and at other commits of the range."""

    at_head: Ranges = field(default_factory=list)
    at_commit: dict[str, Ranges] = field(default_factory=dict)


Stated = dict[tuple[bytes, int, str | None], _Stated]
"""By (``FileChange.path``, trace, agent)."""


def gather_reconciliation(
    span: Range | None, diff: Diff | Missing, *, commits: tuple[Commit, ...] | Missing, traces: tuple[Trace, ...], policy: Policy
) -> Reconciliation:
    """Which added lines the traces account for; nothing where there is no diff or no trace."""
    if isinstance(diff, Missing) or not traces:
        return Reconciliation()
    known = () if isinstance(commits, Missing) else commits
    attributions = NOTHING_ATTRIBUTED
    if any(trace.attributions for trace in traces):
        attributions = _attributions(span, diff, frozenset(commit.sha for commit in known), traces, policy=policy)
    return reconcile(diff, traces, attributions=attributions, made=_made(span, known))


def _made(span: Range | None, commits: tuple[Commit, ...]) -> Made:
    """The dates that say whether a trace can be of this change; all are claims of whoever made the commits."""
    if span is None or isinstance(span.merge_base, Missing) or not commits:
        return Made()
    start = span.repository.commit(span.merge_base)
    return Made(
        None if isinstance(start, Missing) else start.at,
        min(commit.authored or commit.at for commit in commits),
        max(commit.at for commit in commits),
    )


def _attributions(span: Range | None, diff: Diff, range_: frozenset[str], traces: tuple[Trace, ...], *, policy: Policy) -> Attributions:
    """Attributions by changed file: at a commit of the range by the content of its lines, else by their place at head.

    A record that names the commit before the one which holds the lines, as hooks that run before the commit do, speaks of places at head, too.
    """
    changed = Changed(diff.files)
    stated: Stated = {}
    told: dict[int, int] = {}
    paths: dict[int, set[bytes]] = {}
    shared: dict[int, set[bytes]] = {}
    for number, trace in enumerate(traces, start=1):
        for one in trace.attributions:
            if one.writer is Writer.UNKNOWN:
                continue
            told[number] = told.get(number, 0) + one.end - one.start + 1
            paths.setdefault(number, set()).add(one.path)
            for key in changed.meant(one.path, _cwd(trace, one)):
                shared.setdefault(number, set()).add(one.path)
                here = stated.setdefault((key, number, _agent(trace, one)), _Stated())
                other = one.revision in range_ and span is not None and one.revision != span.head
                (here.at_commit.setdefault(one.revision or "", []) if other else here.at_head).append((one.start, one.end))
    contents = {} if span is None else _contents(span, {file.path: file for file in diff.files}, stated, policy)
    files: dict[bytes, list[Attributed]] = {}
    lines = {key: data.split(b"\n") for key, data in contents.items()}
    untaken = {key: Untaken(len(found)) for key, found in lines.items()}
    # An agent's before a person's, as they count in the account.
    for (path, number, agent), here in sorted(stated.items(), key=lambda item: (item[0][2] is None, item[0][1])):
        known = [(lines[path, sha], untaken[path, sha], ranges) for sha, ranges in here.at_commit.items() if (path, sha) in lines]
        digests = [_digests(*one) for one in known]
        files.setdefault(path, []).append(Attributed(number, agent, frozenset[bytes]().union(*digests), tuple(_merged(here.at_head))))
    return Attributions(
        {path: tuple(items) for path, items in files.items()},
        told,
        {number: frozenset(found) for number, found in paths.items()},
        {number: frozenset(found) for number, found in shared.items()},
    )


def _cwd(trace: Trace, one: Attribution) -> str | None:
    return None if one.session is None else trace.sessions[one.session].cwd


def _agent(trace: Trace, one: Attribution) -> str | None:
    """The agent; null for a person. What a person and an agent share is the agent's."""
    if one.writer is Writer.HUMAN:
        return None
    index = 0 if one.session is None else one.session
    return trace.sessions[index].agent if index < len(trace.sessions) else "unknown"


def _contents(span: Range, files: Mapping[bytes, FileChange], stated: Stated, policy: Policy) -> Mapping[tuple[bytes, str], bytes]:
    """The files that attributions speak of, by (``FileChange.path``, commit); those that cannot be read are left out."""
    wanted = sorted({(path, sha) for (path, _, _), here in stated.items() for sha in here.at_commit})
    oids: dict[tuple[bytes, str], str] = {}
    for path, sha in wanted[: policy.limits.blamed_files]:
        for name in reversed(files[path].paths):
            try:
                entry = span.repository.entry(sha, name)
            except FormatError:
                continue
            if entry is not None:
                oids[path, sha] = entry[1]
                break
    each, total = policy.limits.content_bytes, policy.limits.contents_bytes
    found = span.repository.contents(oids.values(), each=each, total=total)
    if isinstance(found, Missing):
        singly = {oid: span.repository.contents([oid], each=each, total=each) for oid in set(oids.values())}
        found = {oid: data[oid] for oid, data in singly.items() if not isinstance(data, Missing)}
    return {key: found[oid] for key, oid in oids.items() if oid in found}


def _digests(lines: list[bytes], untaken: Untaken, ranges: Ranges) -> frozenset[bytes]:
    """What these ranges of a file hold that no earlier record took."""
    told = (line_digest(lines[at]) for start, end in _merged(ranges) for at in untaken.take(start - 1, end))
    return frozenset(digest for digest in told if digest is not None)


def _merged(ranges: Iterable[tuple[int, int]]) -> Ranges:
    """The same lines as disjoint ranges, sorted."""
    merged: Ranges = []
    for start, end in sorted(ranges):
        if merged and start <= merged[-1][1] + 1:
            merged[-1] = merged[-1][0], max(merged[-1][1], end)
        else:
            merged.append((start, end))
    return merged
