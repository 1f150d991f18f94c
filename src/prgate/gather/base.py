"""What became of the changed files on the base since the change left it."""

from __future__ import annotations

from prgate.errors import FormatError
from prgate.model.diff import Diff
from prgate.model.missing import Missing, Why
from prgate.request import Range


def gather_moved(span: Range | None, diff: Diff | Missing) -> frozenset[bytes] | Missing:
    """The changed files' base paths whose entry at the tip of the base is no longer that of the merge base."""
    if span is None:
        return Missing(Why.ABSENT, "a diff alone has no base to compare with", "Judge a range with --base and --head.")
    if isinstance(diff, Missing):
        return diff
    if isinstance(span.merge_base, Missing):
        return span.merge_base
    if span.merge_base == span.base:
        return frozenset()
    try:
        changed = span.repository.changed(span.merge_base, span.base)
    except FormatError as error:
        return Missing(
            Why.OVER_LIMIT if error.over_limit else Why.UNREADABLE,
            f"what the base changed since cannot be listed: {error.message}",
            "Fetch the whole base branch; `git fsck` says what is damaged.",
        )
    return frozenset(file.old_path for file in diff.files if file.old_path in changed and file.old_path is not None)
