"""The change itself: the diff, its commits, and what its files are for."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from prgate.formats.classes import classifier, generated_at_base
from prgate.formats.marks import mark_domains
from prgate.gather.gathered import Gathered, fault_of, missing_input, not_gathered, read_input
from prgate.gather.needs import Wanted
from prgate.model.commit import Commit
from prgate.model.diff import Diff, FileChange, Status
from prgate.model.grade import Grade
from prgate.model.missing import Missing, Why
from prgate.model.paths import FileClass
from prgate.model.policy import Policy
from prgate.model.verdict import EvidenceRead, Fault
from prgate.operands import read_operand
from prgate.request import Range, Request

_HEADERS_EACH = 1024 * 1024
_HEADERS_ALL = 8 * 1024 * 1024
"""Base files whose own words are looked at for "generated"; past these bounds a file counts as written by hand."""


def gather_diff(request: Request, span: Range | None, policy: Policy, wanted: Wanted) -> Gathered[Diff]:
    """The diff with file classes and domains; without one the gate has looked at nothing, which is a fault."""
    if span is None:
        found = _named_diff(request, policy, wanted)
    elif isinstance(span.merge_base, Missing):
        found = _no_diff(span.merge_base)
    else:
        found = _range_diff(span, span.merge_base, policy, wanted)
    if isinstance(found.value, Missing):
        return found
    diff = mark_domains(found.value, policy.domains)
    return replace(found, value=_generated(diff, span))


def _no_diff(missing: Missing) -> Gathered[Diff]:
    return Gathered(missing, (missing_input("diff", "diff", missing),), (fault_of(missing),))


def _range_diff(span: Range, merge_base: str, policy: Policy, wanted: Wanted) -> Gathered[Diff]:
    diff, faults = span.repository.diff(
        merge_base,
        span.head,
        classify=classifier(policy.classes, policy.domains).classify,
        keep=wanted.wants_lines,
        limits=policy.limits,
    )
    if isinstance(diff, Missing):
        return Gathered(diff, (missing_input("diff", "diff", diff),), faults or (fault_of(diff),))
    return Gathered(diff, (_diff_input(diff, f"{merge_base}..{span.head}", "git", None, policy),), faults)


def _named_diff(request: Request, policy: Policy, wanted: Wanted) -> Gathered[Diff]:
    from prgate.formats.unified_diff import read_unified_diff  # noqa: PLC0415 (unidiff is paid for by who gives a diff)

    assert request.diff is not None, "a request has a range or a diff"
    read = partial(
        read_unified_diff,
        classify=classifier(policy.classes, policy.domains).classify,
        keep=wanted.wants_lines,
        limits=policy.limits,
    )
    operand = read_operand(request.diff, read, option="--diff", limit=policy.limits.patch_bytes)
    if isinstance(operand.value, Missing):
        return _no_diff(operand.value)
    diff, faults = operand.value
    return Gathered(diff, (_diff_input(diff, operand.name, "unified diff", operand.sha256, policy),), faults)


def _diff_input(diff: Diff, source: str, format_: str, digest: str | None, policy: Policy) -> EvidenceRead:
    unread = sum(isinstance(file.hunks, Missing) for file in diff.files)
    limit = f"more than {policy.limits.renames} files were added or deleted, so some renames show as a delete and an add"
    notes = [limit] if diff.rename_limit_hit else []
    return read_input(
        "diff",
        "diff",
        source=source,
        read=len(diff.files) - unread,
        skipped=unread,
        grade=Grade.OBSERVED,
        sha256=digest,
        format_=format_,
        notes=notes,
    )


def _generated(diff: Diff, span: Range | None) -> Diff:
    """Source files whose content at the base says that they are generated; what the change itself says counts for nothing."""
    if span is None:
        return diff
    oids = {file.oids[0] for file in diff.files if _was_source(file)}
    contents = span.repository.contents(oids, each=_HEADERS_EACH, total=_HEADERS_ALL) if oids else {}
    if isinstance(contents, Missing):
        return diff

    def classed(file: FileChange) -> FileChange:
        content = contents.get(file.oids[0]) if _was_source(file) else None
        if content is None or file.old_path is None or not generated_at_base(file.old_path, content):
            return file
        return replace(file, file_class=FileClass.GENERATED)

    return replace(diff, files=tuple(map(classed, diff.files)))


def _was_source(file: FileChange) -> bool:
    return file.file_class is FileClass.SOURCE and file.status is not Status.ADDED and not file.submodule and not file.symlink


def gather_commits(span: Range | None, policy: Policy) -> Gathered[tuple[Commit, ...]]:
    """The commits of the range; a diff alone has none."""
    if span is None:
        missing = Missing(Why.ABSENT, "a diff alone names no commits", "Judge a range with --base and --head.")
        return not_gathered("commits", "commits", missing)
    if isinstance(span.merge_base, Missing):
        return not_gathered("commits", "commits", span.merge_base)
    commits = span.repository.commits(span.merge_base, span.head, policy.limits.commits)
    if isinstance(commits, Missing):
        return Gathered(commits, (missing_input("commits", "commits", commits),), (Fault(commits.detail, commits.fix),))
    source = f"{span.merge_base}..{span.head}"
    return Gathered(commits, (read_input("commits", "commits", source=source, read=len(commits), format_="git"),))
