"""What the gate concluded, in the shape that is published as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from prgate.model.authorship import Origin, SignKind
from prgate.model.diff import Side
from prgate.model.grade import Grade
from prgate.model.heard import Heard, Verb
from prgate.model.missing import Why
from prgate.model.subject import Subject

SCHEMA = "prgate/verdict/1"


class Outcome(StrEnum):
    """What one rule concluded."""

    PASS = "pass"  # noqa: S105 (an outcome, not a password)
    FAIL = "fail"
    WAIVED = "waived"
    NOT_APPLICABLE = "not-applicable"
    UNKNOWN = "unknown"
    ERROR = "error"


class Conclusion(StrEnum):
    """What the gate concluded, best first; the verdict is the worst of what the rules and faults say."""

    PASS = "pass"  # noqa: S105 (a conclusion, not a password)
    WARN = "warn"
    INCOMPLETE = "incomplete"
    FAIL = "fail"

    @property
    def rank(self) -> int:
        """0 for ``pass`` to 3 for ``fail``."""
        return list(Conclusion).index(self)


class ScopeState(StrEnum):
    """Whether this pull request is judged."""

    JUDGED = "judged"
    NOT_JUDGED = "not-judged"
    UNKNOWN = "unknown"


class CommentWhen(StrEnum):
    """When the review comment is posted."""

    FINDINGS = "findings"
    ALWAYS = "always"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Publish:
    """What the policy lets be published on the forge."""

    comment: CommentWhen = CommentWhen.FINDINGS
    check: bool = True


@dataclass(frozen=True, slots=True)
class Tool:
    """The program that judged."""

    name: str
    version: str


@dataclass(frozen=True, slots=True)
class Scope:
    """Whether this pull request is judged, and why."""

    state: ScopeState
    why: str


@dataclass(frozen=True, slots=True)
class PolicySource:
    """Where the policy came from: ``pack:NAME``, ``base:PATH`` or ``file``; ``sha256`` of its bytes.

    ``commit`` is where a policy was looked for: the one it stands at, or, for a pack that stands in, the one that has none. ``branch`` is
    the one whose tip that is, where a forge said so.
    """

    source: str
    commit: str | None
    sha256: str
    branch: str | None = field(default=None, metadata={"omit_null": True})


@dataclass(frozen=True, slots=True)
class Fault:
    """What kept the gate from looking, outside any rule."""

    message: str
    fix: str
    path: str | None = None


@dataclass(frozen=True, slots=True)
class EvidenceRead:
    """One input that was read: ``read`` and ``skipped`` count its records, ``note`` says what else a reader should know."""

    id: str
    kind: str
    grade: Grade
    source: str
    sha256: str | None
    format: str | None
    read: int
    skipped: int
    note: str | None = None


@dataclass(frozen=True, slots=True)
class MissingReason:
    """Why an input is missing, and how to bring it."""

    why: Why
    detail: str
    fix: str


@dataclass(frozen=True, slots=True)
class EvidenceMissing:
    """One input that was sought and could not be read."""

    id: str
    kind: str
    missing: MissingReason


@dataclass(frozen=True, slots=True)
class SignCount:
    """Marks of one kind, with one of them quoted and the number of commits that bear one (0: on the pull request itself)."""

    kind: SignKind
    quote: str
    commits: int


@dataclass(frozen=True, slots=True)
class AgentSeen:
    """An agent that left evidence; ``evidence`` are ids of the evidence list."""

    id: str
    name: str
    grade: Grade
    evidence: tuple[str, ...]
    signs: tuple[SignCount, ...]


@dataclass(frozen=True, slots=True)
class AuthorshipSeen:
    """Who left evidence of writing this; ``lines`` counts added lines by origin, ``commits`` the commits of the range.

    ``operator_by`` and ``owner_by`` say in a few words where those two logins come from.
    """

    agents: tuple[AgentSeen, ...]
    operator: str | None
    owner: str | None
    lines: Mapping[Origin, int]
    commits: int
    operator_by: str | None = field(default=None, metadata={"omit_null": True})
    owner_by: str | None = field(default=None, metadata={"omit_null": True})


@dataclass(frozen=True, slots=True)
class ReportedFinding:
    """A finding with the text form of its path and a fingerprint that outlives line shifts.

    ``path_bytes`` (base64) stands only where the path is not UTF-8. ``waived``: a waiver covers it, so it does not count. ``answered`` is the
    command by which a person set it aside: an attestation answers it, a waiver or broken glass waives it as well.
    """

    message: str
    fix: str
    path: str | None
    side: Side
    line: int | None
    end_line: int | None
    quote: str | None
    certain: bool
    fingerprint: str
    waived: bool = False
    path_bytes: str | None = field(default=None, metadata={"omit_null": True})
    answered: Verb | None = field(default=None, metadata={"omit_null": True})

    @property
    def open(self) -> bool:
        """Whether it counts: neither waived nor answered."""
        return not self.waived and self.answered is None


@dataclass(frozen=True, slots=True)
class Result:
    """One rule's outcome; ``evidence`` are the ids of what it looked at, ``fix`` how to bring what an unknown one lacks.

    ``answer`` is the command by which people may answer its findings under this policy, null where there is none.
    """

    rule: str
    mode: str
    on_unknown: str
    outcome: Outcome
    reason: str
    evidence: tuple[str, ...]
    findings: tuple[ReportedFinding, ...]
    fix: str | None = field(default=None, metadata={"omit_null": True})
    answer: Verb | None = field(default=None, metadata={"omit_null": True})


@dataclass(frozen=True, slots=True)
class WaiverUsed:
    """A waiver that took effect; ``source`` is ``policy`` or ``comment``."""

    rule: str
    by: str
    until: str
    reason: str
    source: str


@dataclass(frozen=True, slots=True)
class Attestation:
    """A human's word on one finding, by fingerprint: an independent one's, or the change's ``own`` people's where the policy takes that."""

    finding: str
    said: str
    by: str
    head: str
    at: str
    own: bool = False


@dataclass(frozen=True, slots=True)
class ReadingItem:
    """Lines that a human must read: why (``risk``), what to ask of them, and who has answered already (null: nobody)."""

    n: int
    rule: str
    risk: str
    ask: str
    path: str
    line: int | None
    end_line: int | None
    answered_by: str | None


@dataclass(frozen=True, slots=True)
class Reading:
    """The reading list, in order: ``lines`` to read ``of`` added lines."""

    lines: int
    of: int
    items: tuple[ReadingItem, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """Everything the outputs are made of. Lists are sorted; the same inputs give the same bytes."""

    schema: str
    tool: Tool
    at: str
    trigger: str
    judge: Side
    verdict: Conclusion
    if_enforced: Conclusion
    scope: Scope
    pending: tuple[str, ...]
    subject: Subject
    policy: PolicySource
    faults: tuple[Fault, ...]
    evidence: tuple[EvidenceRead | EvidenceMissing, ...]
    authorship: AuthorshipSeen
    results: tuple[Result, ...]
    waivers: tuple[WaiverUsed, ...]
    attestations: tuple[Attestation, ...]
    reading: Reading
    publish: Publish = Publish()
    commands: tuple[Heard, ...] = ()
    """What people said to the gate, also what does not count, and why."""
