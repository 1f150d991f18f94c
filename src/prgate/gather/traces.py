"""The traces: those that are named, those that the change brings along, and those that its repository keeps beside its branches."""

from __future__ import annotations

from functools import partial

from prgate.gather.gathered import missing_input, read_input
from prgate.gather.kept import PLACES, gather_kept
from prgate.gather.stored import read_stored
from prgate.gather.supplied import stream_supplied
from prgate.git.kept import Kept
from prgate.model.commit import Commit
from prgate.model.diff import Diff
from prgate.model.evidence import Traces
from prgate.model.missing import Missing, Why
from prgate.model.paths import FileClass, path_text
from prgate.model.policy import Policy
from prgate.model.trace import Trace
from prgate.model.verdict import EvidenceMissing, EvidenceRead
from prgate.model.wording import counted, quoted
from prgate.operands import Digested, Operand
from prgate.recognise.credentials import redacted
from prgate.request import Range, Request, Supplied

Inputs = tuple[EvidenceRead | EvidenceMissing, ...]

_MOST_FILES = 200
"""Trace files that a change brings along."""


def gather_traces(
    request: Request, span: Range | None, diff: Diff | Missing, policy: Policy, commits: tuple[Commit, ...] | Missing
) -> tuple[Traces, Inputs]:
    """All traces of the places that the policy names, and why any place or trace could not be read.

    A trace that a commit names and that is nowhere is no trace that could not be read: it is listed, and counts for nothing.
    """
    limit, places = policy.limits.trace_bytes, policy.accept.places
    option = "--trace" if request.trigger == "cli" else "input trace"
    operands = [stream_supplied(item, partial(_read, _name(item)), option=option, limit=limit) for item in request.traces]
    brought, unseen = _of_tree(span, diff, limit) if "tree" in places else ([], ())
    kept = gather_kept(request, span, commits, places, limit=limit)
    operands += [*brought, *kept.operands]
    # Whoever speaks of the n-th trace means the n-th that was read.
    operands.sort(key=lambda operand: isinstance(operand.value, Missing))
    inputs = tuple(_input(f"trace:{number}", operand) for number, operand in enumerate(operands, start=1))
    lost = enumerate((*unseen, *kept.unseen, *kept.absent), start=1)
    inputs += tuple(missing_input(f"trace:place:{number}", "trace", missing) for number, missing in lost)
    unread = [operand.value for operand in operands if isinstance(operand.value, Missing)]
    return (
        Traces(
            items=tuple(operand.value for operand in operands if isinstance(operand.value, Trace)),
            searched=tuple(place for place in places if place not in PLACES or place in kept.searched),
            unread=(*unread, *unseen, *kept.unseen),
            in_doubt=bool(unread or unseen),
        ),
        inputs,
    )


def _of_tree(span: Range | None, diff: Diff | Missing, limit: int) -> tuple[list[Operand[Trace]], tuple[Missing, ...]]:
    """The traces among the files that the change adds or edits at the places where agents leave them, and why some are not among them."""
    if isinstance(diff, Missing):
        return [], (diff,)
    changed = [file for file in diff.files if file.file_class is FileClass.TRACE and file.new_path is not None and not file.symlink]
    if not changed:
        return [], ()
    if span is None:
        return [], (Missing(Why.ABSENT, "a diff alone holds no whole trace file", "Give the trace with --trace."),)
    if len(changed) > _MOST_FILES:
        detail = f"the change brings {len(changed):,} trace files, and {_MOST_FILES} is the limit"
        return [], (Missing(Why.OVER_LIMIT, detail, "Leave out those that are not about this change."),)
    kept = [Kept(path_text(file.path), (file.oids[1],)) for file in changed]
    return read_stored(span.repository, kept, candidates=True, each=limit)


def _name(item: Supplied | Missing) -> str:
    return "" if isinstance(item, Missing) else item.name


def _read(name: str, stream: Digested) -> Trace:
    from prgate.formats.traces import read_trace  # noqa: PLC0415 (readers are paid for by who has a trace)

    return read_trace(name, stream)


def _input(id_: str, operand: Operand[Trace]) -> EvidenceRead | EvidenceMissing:
    trace = operand.value
    if isinstance(trace, Missing):
        return missing_input(id_, "trace", trace)
    versions = (f"{session.agent} {quoted(redacted(session.version))}" if session.version else session.agent for session in trace.sessions)
    told = [", ".join(dict.fromkeys(versions))] if trace.sessions else []
    held = [counted(len(trace.events), "event")] if trace.events or not trace.attributions else []
    held += [counted(len(trace.attributions), "attribution")] if trace.attributions else []
    return read_input(
        id_,
        "trace",
        source=operand.name,
        read=trace.read,
        skipped=trace.skipped,
        sha256=operand.sha256,
        grade=operand.grade,
        format_=trace.format,
        notes=[", ".join((*told, *held)), *([operand.note] if operand.note else [])],
    )
