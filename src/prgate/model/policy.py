"""Which rules, how strict, with which parameters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from prgate.model.authorship import SignKind
from prgate.model.facts import Permission
from prgate.model.grade import Grade
from prgate.model.heard import Verb
from prgate.model.verdict import PolicySource, Publish

TRACE_PLACES: Final = ("input", "tree", "refs", "notes", "checkpoints")
"""Where traces can be: files that are named, files of the change, refs of sessions, notes on commits, and checkpoints that commits name."""


class Mode(StrEnum):
    """What a rule's outcome does, weakest first."""

    OFF = "off"
    OBSERVE = "observe"
    WARN = "warn"
    BLOCK = "block"

    @property
    def rank(self) -> int:
        """0 for ``off`` to 3 for ``block``."""
        return list(Mode).index(self)


class OnUnknown(StrEnum):
    """What ``unknown`` and ``error`` do under ``mode: block``."""

    BLOCK = "block"
    WARN = "warn"


class Judge(StrEnum):
    """Which pull requests are judged."""

    AGENTS = "agents"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class When:
    """Narrows a rule: empty means any. With ``paths`` the rule sees only files of which either path matches."""

    paths: tuple[str, ...] = ()
    base: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    agents: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Setting:
    """One rule as the policy sets it; ``params`` is an instance of the rule's ``Params``."""

    rule: str
    mode: Mode
    on_unknown: OnUnknown
    params: Any
    when: When = field(default_factory=When)
    locked: bool = False


@dataclass(frozen=True, slots=True)
class Waiver:
    """A dated, reasoned exception by a named human; ``until`` is a date (``YYYY-MM-DD``), the last day it counts.

    ``source`` is ``policy``, or ``comment`` where somebody said it on the pull request.
    """

    rule: str
    paths: tuple[str, ...]
    until: str
    by: str
    reason: str
    covers: tuple[str, ...] = ("fail",)
    source: str = "policy"


@dataclass(frozen=True, slots=True)
class Proof:
    """What whoever vouches for a domain must name, in words (``a control id``), and the RE2 pattern that it has."""

    what: str
    form: str


@dataclass(frozen=True, slots=True)
class Domain:
    """A high-risk part of the code: path globs, RE2 patterns that mark a changed line as belonging to it, the question to read it with."""

    paths: tuple[str, ...]
    marks: tuple[str, ...] = ()
    ask: str = ""
    proof: Proof | None = None


@dataclass(frozen=True, slots=True)
class Accept:
    """The weakest grade at which statements in the change's favour count, per kind of evidence, and where evidence is looked for."""

    coverage: Grade = Grade.CLAIMED
    trace: Grade = Grade.CLAIMED
    places: tuple[str, ...] = TRACE_PLACES
    tickets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Commands:
    """The permission that each comment command asks for; ``None`` means nobody may use it.

    ``self_attest`` is what an attestation asks of somebody who is not independent of the change; it counts ``self_attest_hours`` after the head
    was pushed, never before.
    """

    attest: Permission | None = Permission.WRITE
    wrote: Permission | None = Permission.WRITE
    wrong: Permission | None = Permission.READ
    waive: Permission | None = None
    break_glass: Permission | None = None
    self_attest: Permission | None = None
    self_attest_hours: int = 24
    locked: bool = False

    def least(self, verb: Verb) -> Permission | None:
        """The permission that a command asks for."""
        found: Permission | None = getattr(self, verb.name.lower())
        return found


@dataclass(frozen=True, slots=True)
class AddedMark:
    """A mark of an agent that a policy adds: one row as in the file of signatures. ``name`` is the agent's, where the file does not know it."""

    agent: str
    kind: SignKind
    match: str
    key: str | None = None
    name: str | None = None
    exports_trace: bool = False


@dataclass(frozen=True, slots=True)
class SignatureChanges:
    """What a policy changes of the signatures that come with prgate: rows taken out by id, and rows added."""

    disable: tuple[str, ...] = ()
    add: tuple[AddedMark, ...] = ()


SignatureFault = tuple[tuple[str | int, ...], str, str]
"""What is wrong with changes of signatures: the keys below ``signatures``, what is wrong there, and how to mend it."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on input; bytes unless the name says otherwise. Reaching one is said, and is never a pass."""

    files: int = 50_000
    """Changed files."""
    patch_bytes: int = 512 * 1024 * 1024
    """The whole patch."""
    line_bytes: int = 1024 * 1024
    """One changed line; a file with a longer one counts as not looked at."""
    commits: int = 10_000
    """Commits in the range."""
    renames: int = 2_000
    """Added or deleted files up to which git looks for renames by content (``-l``)."""
    contents_bytes: int = 64 * 1024 * 1024
    """All whole files that rules ask for."""
    content_bytes: int = 4 * 1024 * 1024
    """One whole file."""
    blamed_files: int = 300
    """Files whose lines are told apart by commit."""
    facts_bytes: int = 16 * 1024 * 1024
    trace_bytes: int = 256 * 1024 * 1024
    report_bytes: int = 256 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Policy:
    """The policy as it is applied: packs merged, modes under the ceiling. Invariant: at least one setting is not ``off``."""

    source: PolicySource
    mode: Mode
    judge: Judge
    settings: tuple[Setting, ...]
    domains: Mapping[str, Domain]
    classes: Mapping[str, tuple[str, ...]]
    accept: Accept
    commands: Commands
    waivers: tuple[Waiver, ...]
    publish: Publish
    limits: Limits
    policy_from_base: tuple[str, ...] = ()
    signatures: SignatureChanges = SignatureChanges()
