"""The coverage reports of one side, mapped to its tree and held against it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from prgate.gather.gathered import Gathered, missing_input, not_gathered, read_input, tree_of
from prgate.gather.supplied import read_supplied
from prgate.model.coverage import Coverage, Report
from prgate.model.diff import Diff, Side
from prgate.model.evidence import Measured
from prgate.model.missing import Missing, Why
from prgate.model.policy import Policy
from prgate.model.verdict import EvidenceMissing, EvidenceRead
from prgate.model.wording import counted, quoted
from prgate.operands import Operand
from prgate.request import Range, Supplied

_KINDS = {Side.HEAD: "coverage", Side.BASE: "base-coverage"}


def gather_coverage(
    items: Sequence[Supplied | Missing],
    side: Side,
    *,
    span: Range | None,
    diff: Diff | Missing,
    policy: Policy,
    trigger: str,
) -> Gathered[Measured]:
    """All reports of one side as one; one that cannot be read, or was made from another tree, makes the whole missing."""
    kind = _KINDS[side]
    option = f"--{kind}" if trigger == "cli" else f"input {kind}"
    if not items:
        where = f"give --{kind} the report" if trigger == "cli" else f"name the report or its artifact in the Action's inputs for {kind}"
        absent = Missing(Why.ABSENT, f"no coverage report of the {side} was given", f"Run the tests with coverage and {where}.")
        return not_gathered(kind, kind, absent)
    from prgate.formats.coverage import read_report  # noqa: PLC0415 (readers are paid for by who gives a report)
    from prgate.formats.coverage.mapping import check_against, merge_reports  # noqa: PLC0415 (likewise)

    operands = [read_supplied(item, read_report, option=option, limit=policy.limits.report_bytes) for item in items]
    inputs = tuple(_input(f"{kind}:{number}", kind, operand) for number, operand in enumerate(operands, start=1))
    unread = next((operand.value for operand in operands if isinstance(operand.value, Missing)), None)
    if unread is not None:
        return Gathered(unread, inputs)
    tree = _tree(span, side)
    if isinstance(tree, Missing):
        return Gathered(tree, (*inputs, missing_input(kind, kind, tree)))
    reports = [operand.value for operand in operands if isinstance(operand.value, Report)]
    coverage = merge_reports(reports, tree)
    if beyond := check_against(coverage, _lengths(span, diff, side, coverage=coverage, policy=policy)):
        stale = Missing(
            Why.STALE,
            f"the {side} report names lines past the end of {quoted(beyond[0])}, so it was made from another tree",
            f"Make the report of {option} from exactly the commit that is judged.",
        )
        return Gathered(stale, (*inputs, missing_input(kind, kind, stale)))
    named = sum(len(report.files) for report in reports)
    if named == 0 or len(coverage.unmapped) * 2 > named:
        foreign = Missing(
            Why.UNREADABLE,
            f"{named - len(coverage.unmapped)} of {counted(named, 'path')} in the {side} report are files of the tree",
            "Write the report with paths relative to the repository.",
        )
        return Gathered(foreign, (*inputs, missing_input(kind, kind, foreign)))
    weakest = min((operand.grade for operand in operands), key=lambda grade: grade.rank)
    return Gathered(Measured(coverage, weakest, tuple(item.id for item in inputs)), inputs)


def _tree(span: Range | None, side: Side) -> tuple[bytes, ...] | Missing:
    if span is None:
        return Missing(Why.ABSENT, "a diff alone names no tree to map a report to", "Judge a range with --base and --head.")
    commit = span.head if side is Side.HEAD else span.merge_base
    return commit if isinstance(commit, Missing) else tree_of(span, commit)


def _lengths(span: Range | None, diff: Diff | Missing, side: Side, *, coverage: Coverage, policy: Policy) -> dict[bytes, int]:
    """Number of lines of each changed file that the reports measure, as far as the limits let it be read."""
    if span is None or isinstance(diff, Missing):
        return {}
    index = 0 if side is Side.BASE else 1
    oids = {}
    for file in diff.files:
        path = (file.old_path, file.new_path)[index]
        if path is not None and path in coverage.files:
            oids[path] = file.oids[index]
    contents = span.repository.contents(sorted(set(oids.values())), each=policy.limits.content_bytes, total=policy.limits.contents_bytes)
    if isinstance(contents, Missing):
        return {}
    return {path: content.count(b"\n") + (bool(content) and not content.endswith(b"\n")) for path, content in _known(oids, contents)}


def _known(oids: Mapping[bytes, str], contents: Mapping[str, bytes]) -> Iterator[tuple[bytes, bytes]]:
    return ((path, contents[oid]) for path, oid in oids.items() if oid in contents)


def _input(id_: str, kind: str, operand: Operand[Report]) -> EvidenceRead | EvidenceMissing:
    report = operand.value
    if isinstance(report, Missing):
        return missing_input(id_, kind, report)
    return read_input(
        id_,
        kind,
        source=operand.name,
        read=report.read,
        skipped=report.skipped,
        sha256=operand.sha256,
        grade=operand.grade,
        format_=report.format,
        notes=[operand.note] if operand.note else [],
    )
