"""All that is known about a subject, gathered before any rule runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from prgate.model.authorship import Authorship
from prgate.model.commit import Commit
from prgate.model.coverage import Coverage
from prgate.model.diff import Diff
from prgate.model.facts import Facts
from prgate.model.grade import Grade
from prgate.model.heard import Heard
from prgate.model.history import Undone
from prgate.model.missing import Missing
from prgate.model.policy import Domain
from prgate.model.reconciliation import Reconciliation
from prgate.model.subject import Subject
from prgate.model.tests import Tests
from prgate.model.trace import Trace
from prgate.model.verdict import EvidenceMissing, EvidenceRead, Fault, Scope


@dataclass(frozen=True, slots=True)
class Traces:
    """The traces that were read, the places that were to be searched (``input``, ``tree``, …), and why any could not be read.

    A trace that was read counts even where another was not: it may always lengthen what a human must read. ``in_doubt``: a trace that is
    there is among the unread ones, so it may bear marks of an agent that nothing else shows.
    """

    items: tuple[Trace, ...]
    searched: tuple[str, ...]
    unread: tuple[Missing, ...] = ()
    in_doubt: bool = False


@dataclass(frozen=True, slots=True)
class Measured:
    """Coverage of one side with the grade of its statement; ``evidence`` lists the ids of the reports."""

    coverage: Coverage
    grade: Grade
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything a rule may look at. ``at`` is the one clock reading (RFC 3339, ``Z``).

    ``contents`` maps blob id to bytes for the sides and classes that rules asked for. ``inputs`` lists every input with its digest, or
    why it is missing; ``faults`` what kept the gate from looking. ``moved`` are base paths of changed files that the base has changed since the
    change left it. ``heard`` are the commands of people, also those that do not count. ``domains`` are the policy's. ``owners`` gives the code
    owners of both paths of every changed file, by the trusted commit's CODEOWNERS (``@login``, ``@org/team`` or an address; none: nobody's).
    ``undone`` gives, by head path, what reverts and fixes took out of the file before. ``review_blocks`` gives the last line of what a review tool
    writes into other people's descriptions, by its first.
    """

    at: str
    trigger: str
    subject: Subject
    scope: Scope
    diff: Diff | Missing
    commits: tuple[Commit, ...] | Missing
    facts: Facts | Missing
    authorship: Authorship | Missing
    traces: Traces
    reconciliation: Reconciliation
    moved: frozenset[bytes] | Missing
    coverage: Measured | Missing
    base_coverage: Measured | Missing
    tests: Tests | Missing
    contents: Mapping[str, bytes] | Missing
    heard: tuple[Heard, ...] | Missing
    domains: Mapping[str, Domain]
    owners: Mapping[bytes, tuple[str, ...]] | Missing
    undone: Mapping[bytes, tuple[Undone, ...]] | Missing
    inputs: tuple[EvidenceRead | EvidenceMissing, ...]
    faults: tuple[Fault, ...]
    review_blocks: Mapping[str, str]
