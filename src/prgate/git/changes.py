"""The diff of a range: one git process for list, counts and patch, read while it runs."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from prgate.errors import FormatError
from prgate.formats.git_diff import DAMAGED, Classify, Keep, read_diff
from prgate.git.objects import REFETCH
from prgate.git.process import Git
from prgate.model.diff import Diff
from prgate.model.missing import Missing, Why
from prgate.model.policy import Limits
from prgate.model.verdict import Fault

_DIFF: Final = (
    "diff",
    "-z",
    "--raw",
    "--numstat",
    "--patch",
    "--no-abbrev",
    "--full-index",
    "--unified=3",
    "--inter-hunk-context=0",
    "--find-renames",
    "--diff-algorithm=myers",
    "--indent-heuristic",
    "--no-ext-diff",
    "--no-textconv",
    "--no-color",
    "--no-relative",
    "--src-prefix=a/",
    "--dst-prefix=b/",
    "--submodule=short",
    "--ignore-submodules=none",
    "-O/dev/null",
)
_RENAMES_SKIPPED: Final = (b"exhaustive rename detection was skipped", b"only found copies from modified paths")


def diff_command(merge_base: str, head: str, *, renames: int) -> tuple[str, ...]:
    """The arguments of git; what is default today is said all the same, so that a later default changes nothing.

    Three lines of context and the indent heuristic give the hunks and counts that GitHub shows.
    """
    return (*_DIFF, f"-l{max(renames, 1)}", merge_base, head, "--")


def read_changes(
    git: Git, merge_base: str, head: str, *, classify: Classify, keep: Keep, limits: Limits
) -> tuple[Diff | Missing, tuple[Fault, ...]]:
    """The diff and what is wrong with it; ``Missing``, never an empty or smaller diff, when git's list cannot be had."""
    with git.stream(*diff_command(merge_base, head, renames=limits.renames)) as stream:
        try:
            diff, faults = read_diff(stream.chunks(), classify=classify, keep=keep, limits=limits)
        except FormatError as error:
            missing = _unread(error, stream.code(), stream.words(), limits)
            return missing, (Fault(missing.detail, missing.fix),)
        code, words = stream.code(), stream.words()
        complaints = stream.complaints()
    if code:
        stopped = Fault(f"git could not compare the two sides: {words}", REFETCH)
        # What a failed git has not listed is not known to be unchanged.
        return (diff, (stopped, *faults)) if diff.files else (Missing(Why.UNREADABLE, stopped.message, REFETCH), (stopped,))
    hit = any(warning in complaints for warning in _RENAMES_SKIPPED)
    return replace(diff, rename_limit_hit=hit), faults


def _unread(error: FormatError, code: int, words: str, limits: Limits) -> Missing:
    if code:
        return Missing(Why.UNREADABLE, f"git could not compare the two sides: {words}", REFETCH)
    if error.over_limit:
        fix = f"Split the change, or raise `limits.files` ({limits.files}) or `limits.patch_bytes` in the policy."
        return Missing(Why.OVER_LIMIT, error.message, fix)
    return Missing(Why.FAILED, error.message, DAMAGED)
