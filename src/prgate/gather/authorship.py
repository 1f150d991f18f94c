"""Who wrote what: signs to scope and origins, with blame only where commits of different origin meet in a file."""

from __future__ import annotations

from collections.abc import Iterable

from prgate.authorship.origins import attribute, mixed_paths
from prgate.authorship.signatures import Signatures
from prgate.model.authorship import Authorship, Sign, SignKind
from prgate.model.commit import Commit
from prgate.model.diff import Diff
from prgate.model.facts import Facts
from prgate.model.heard import Heard
from prgate.model.missing import Missing
from prgate.model.policy import Policy
from prgate.model.reconciliation import Reconciliation
from prgate.request import Range

Spans = tuple[tuple[int, int, str], ...]
Blame = dict[bytes, Spans]


def gather_authorship(
    span: Range | None,
    diff: Diff | Missing,
    *,
    commits: tuple[Commit, ...] | Missing,
    facts: Facts | Missing,
    reconciliation: Reconciliation,
    signs: tuple[Sign, ...],
    heard: tuple[Heard, ...] | Missing,
    known: Signatures,
    policy: Policy,
) -> Authorship | Missing:
    """Origins of all changed lines; lines whose commit cannot be told apart are nobody's."""
    if isinstance(diff, Missing):
        return diff
    said = () if isinstance(heard, Missing) else heard
    blame: Blame = {}
    if span is not None and not isinstance(commits, Missing):
        blame = _blame(span, diff, mixed_paths(commits, signs, heard=said, signatures=known), policy, signs)
    return attribute(
        diff=diff,
        commits=commits,
        facts=facts,
        reconciliation=reconciliation,
        signs=signs,
        blame=blame,
        heard=said,
        head=None if span is None else span.head,
        signatures=known,
    )


def _blame(span: Range, diff: Diff, mixed: tuple[bytes, ...], policy: Policy, signs: tuple[Sign, ...]) -> Blame:
    """Lines that a marked commit brought stay its own where another only laid them out anew."""
    marked = frozenset(sign.commit for sign in signs if sign.kind is not SignKind.COMMITTER)
    if isinstance(span.merge_base, Missing):
        return {}
    present = {file.new_path for file in diff.files if file.added and not file.submodule}
    blame: Blame = {}
    for path in [path for path in mixed if path in present][: policy.limits.blamed_files]:
        spans = span.repository.blame(span.merge_base, span.head, path)
        brought = span.repository.blame(span.merge_base, span.head, path, layout=False)
        if not isinstance(spans, Missing) and not isinstance(brought, Missing):
            blame[path] = _laid_over(spans, [one for one in brought if one[2] in marked])
    return blame


def _laid_over(spans: Spans, marked: Iterable[tuple[int, int, str]]) -> Spans:
    """The first spans, where no marked one says otherwise."""
    lines = {number: sha for start, end, sha in (*spans, *marked) for number in range(start, end + 1)}
    result: list[tuple[int, int, str]] = []
    for number, sha in sorted(lines.items()):
        if result and result[-1][1:] == (number - 1, sha):
            result[-1] = (result[-1][0], number, sha)
        else:
            result.append((number, number, sha))
    return tuple(result)
