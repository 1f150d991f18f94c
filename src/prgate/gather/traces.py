"""The traces: those that the command line names, and those that the change brings along."""

from __future__ import annotations

from functools import partial
from hashlib import sha256

from prgate.gather.gathered import missing_input, read_input
from prgate.gather.supplied import read_supplied
from prgate.model.credentials import redacted
from prgate.model.diff import Diff
from prgate.model.evidence import Traces
from prgate.model.missing import Missing, Why
from prgate.model.paths import FileClass, path_text
from prgate.model.policy import Policy
from prgate.model.trace import Trace
from prgate.model.verdict import EvidenceMissing, EvidenceRead
from prgate.model.wording import quoted
from prgate.operands import Operand, parsed
from prgate.request import Range, Request, Supplied

Inputs = tuple[EvidenceRead | EvidenceMissing, ...]


def gather_traces(request: Request, span: Range | None, diff: Diff | Missing, policy: Policy) -> tuple[Traces, Inputs]:
    """All traces of the places that the policy names, and why any place or trace could not be read."""
    limit = policy.limits.trace_bytes
    option = "--trace" if request.trigger == "cli" else "input trace"
    operands = [read_supplied(item, partial(_read, _name(item)), option=option, limit=limit) for item in request.traces]
    unread: list[Missing] = []
    if "tree" in policy.accept.places:
        brought = _of_tree(span, diff, policy)
        if isinstance(brought, Missing):
            unread.append(brought)
        else:
            operands += brought
    inputs = tuple(_input(f"trace:{number}", operand) for number, operand in enumerate(operands, start=1))
    inputs += tuple(missing_input(f"trace:place:{number}", "trace", missing) for number, missing in enumerate(unread, start=1))
    items = tuple(operand.value for operand in operands if isinstance(operand.value, Trace))
    unread += [operand.value for operand in operands if isinstance(operand.value, Missing)]
    return Traces(items, policy.accept.places, tuple(unread)), inputs


def _of_tree(span: Range | None, diff: Diff | Missing, policy: Policy) -> list[Operand[Trace]] | Missing:
    """The traces among the files that the change adds or edits at the places where agents leave them."""
    if isinstance(diff, Missing):
        return diff
    changed = [file for file in diff.files if file.file_class is FileClass.TRACE and file.new_path is not None and not file.symlink]
    if not changed:
        return []
    if span is None:
        return Missing(Why.ABSENT, "a diff alone holds no whole trace file", "Give the trace with --trace.")
    each = policy.limits.trace_bytes
    contents = span.repository.contents([file.oids[1] for file in changed], each=each, total=each)
    if isinstance(contents, Missing):
        return contents
    from prgate.formats.traces import recognises  # noqa: PLC0415 (readers are paid for by who has a trace)

    operands = []
    for file in changed:
        data, name = contents[file.oids[1]], path_text(file.path)
        if recognises(data):
            operands.append(Operand(name, parsed(name, data, partial(_read, name), option="--trace"), sha256(data).hexdigest()))
    return operands


def _name(item: Supplied | Missing) -> str:
    return "" if isinstance(item, Missing) else item.name


def _read(name: str, data: bytes) -> Trace:
    from prgate.formats.traces import read_trace  # noqa: PLC0415 (readers are paid for by who has a trace)

    return read_trace(name, data)


def _input(id_: str, operand: Operand[Trace]) -> EvidenceRead | EvidenceMissing:
    trace = operand.value
    if isinstance(trace, Missing):
        return missing_input(id_, "trace", trace)
    version = f" {quoted(redacted(trace.agent_version))}" if trace.agent_version else ""
    return read_input(
        id_,
        "trace",
        source=operand.name,
        read=trace.read,
        skipped=trace.skipped,
        sha256=operand.sha256,
        grade=operand.grade,
        format_=trace.format,
        notes=[f"{trace.agent}{version}, {len(trace.events)} events", *([operand.note] if operand.note else [])],
    )
