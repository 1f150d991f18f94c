"""Who wrote what: signs to scope and origins, with blame only where commits of different origin meet in a file."""

from __future__ import annotations

from prgate.authorship.origins import attribute, mixed_paths
from prgate.model.authorship import Authorship, Sign
from prgate.model.commit import Commit
from prgate.model.diff import Diff
from prgate.model.facts import Facts
from prgate.model.missing import Missing
from prgate.model.policy import Policy
from prgate.model.reconciliation import Reconciliation
from prgate.request import Range

Blame = dict[bytes, tuple[tuple[int, int, str], ...]]


def gather_authorship(
    span: Range | None,
    diff: Diff | Missing,
    *,
    commits: tuple[Commit, ...] | Missing,
    facts: Facts | Missing,
    reconciliation: Reconciliation,
    signs: tuple[Sign, ...],
    policy: Policy,
) -> Authorship | Missing:
    """Origins of all changed lines; lines whose commit cannot be told apart are nobody's."""
    if isinstance(diff, Missing):
        return diff
    blame = {} if span is None or isinstance(commits, Missing) else _blame(span, diff, mixed_paths(commits, signs), policy)
    return attribute(diff=diff, commits=commits, facts=facts, reconciliation=reconciliation, signs=signs, blame=blame)


def _blame(span: Range, diff: Diff, mixed: tuple[bytes, ...], policy: Policy) -> Blame:
    if isinstance(span.merge_base, Missing):
        return {}
    present = {file.new_path for file in diff.files if file.added and not file.submodule}
    blame: Blame = {}
    for path in [path for path in mixed if path in present][: policy.limits.blamed_files]:
        spans = span.repository.blame(span.merge_base, span.head, path)
        if not isinstance(spans, Missing):
            blame[path] = spans
    return blame
