"""What one step of gathering brings: the value, the inputs it came from, and what kept it from looking."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from prgate.errors import FormatError
from prgate.model.grade import Grade
from prgate.model.missing import Missing, Why
from prgate.model.verdict import EvidenceMissing, EvidenceRead, Fault, MissingReason
from prgate.request import Range

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Gathered(Generic[T]):
    """A value or why it is missing; every input stands in ``inputs``, read or not."""

    value: T | Missing
    inputs: tuple[EvidenceRead | EvidenceMissing, ...]
    faults: tuple[Fault, ...] = ()


def missing_input(id_: str, kind: str, missing: Missing) -> EvidenceMissing:
    """The input list's entry for evidence that is missing."""
    return EvidenceMissing(id_, kind, MissingReason(missing.why, missing.detail, missing.fix))


def not_gathered(id_: str, kind: str, missing: Missing) -> Gathered[T]:
    """A step that brought nothing, for a reason that is no fault of the gate's own."""
    return Gathered(missing, (missing_input(id_, kind, missing),))


def fault_of(missing: Missing) -> Fault:
    """Missing evidence without which nothing at all was looked at."""
    return Fault(missing.detail, missing.fix)


def read_input(
    id_: str,
    kind: str,
    *,
    source: str,
    read: int,
    grade: Grade = Grade.CLAIMED,
    sha256: str | None = None,
    format_: str | None = None,
    skipped: int = 0,
    notes: Iterable[str] = (),
) -> EvidenceRead:
    """The input list's entry for evidence that was read."""
    return EvidenceRead(id_, kind, grade, source, sha256, format_, read, skipped, "; ".join(notes) or None)


def tree_of(span: Range, commit: str) -> tuple[bytes, ...] | Missing:
    """All paths of a commit's tree, or why git could not read it."""
    try:
        return span.repository.paths(commit)
    except FormatError as error:
        return Missing(Why.UNREADABLE, error.message, "Fetch the whole commit; `git fsck` says what is damaged.")
