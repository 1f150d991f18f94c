"""The policy as a file spells it: every key, its type, its bounds, its default and what it means."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

from annotated_types import Ge, Le, MaxLen, MinLen

from prgate.formats.shape import Form
from prgate.model.facts import Permission
from prgate.model.grade import Grade
from prgate.model.paths import FileClass
from prgate.model.policy import TRACE_PLACES, Judge, Limits, Mode, OnUnknown
from prgate.model.verdict import CommentWhen

DomainName = Literal[
    "auth", "crypto", "infra", "ci", "compliance", "payments", "migrations", "performance", "secrets", "agent-instructions"
]
Ceiling = Literal[Mode.OBSERVE, Mode.WARN, Mode.BLOCK]


def _is_date(text: str) -> bool:
    try:
        dt.date.fromisoformat(text)
    except ValueError:
        return False
    return True


Glob = Annotated[str, Form(r"[^#\s\x00-\x1f]([^\x00-\x1f]*[^\s\x00-\x1f])?", "a path glob as in .gitignore"), MaxLen(256)]
Globs = Annotated[tuple[Glob, ...], MaxLen(500)]
Mark = Annotated[str, MinLen(1), MaxLen(1_000)]
Word = Annotated[str, Form(r"[^\s\x00-\x1f]([^\x00-\x1f]*[^\s\x00-\x1f])?", "a text of one line without spaces around it"), MaxLen(500)]
Words = Annotated[tuple[Word, ...], MaxLen(1_000)]
Login = Annotated[str, Form(r"[A-Za-z0-9]([A-Za-z0-9._-]{0,98})?(\[bot\])?", "a login")]
Date = Annotated[str, Form(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", "a date as YYYY-MM-DD", _is_date)]
Count = Annotated[int, Ge(1), Le(2**53)]
Waivable = Literal["fail", "unknown"]

_LIMITS = Limits()


@dataclass(frozen=True, slots=True, kw_only=True)
class WhenEntry:
    """Narrows a rule; an empty list means any."""

    paths: Annotated[Globs, "The rule sees only files of which either path matches one of these globs."] = ()
    base: Annotated[Words, "Names of base branches."] = ()
    labels: Annotated[Words, "Labels, one of which the pull request bears."] = ()
    agents: Annotated[Words, "Ids of agents, one of which left evidence."] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleEntry:
    """One rule. What is left out stays as the packs have it."""

    mode: Annotated[Mode, "What a fault does; `off` leaves the rule out. Never more than the policy's own `mode`."] = Mode.BLOCK
    on_unknown: Annotated[OnUnknown, "What missing evidence does under `mode: block`."] = OnUnknown.BLOCK
    when: Annotated[WhenEntry, "Where the rule applies; replaces the packs' `when` whole."] = WhenEntry()
    params: Annotated[Mapping[str, Any], "Parameters of the rule; see the rule reference."] = field(default_factory=dict)
    locked: Annotated[bool, "Policies that extend this one may tighten the rule, never loosen it."] = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofEntry:
    """What whoever vouches for a domain must name."""

    what: Annotated[Word, MaxLen(60), "In words, such as `a control id`."]
    form: Annotated[Mark, "RE2 pattern that the review or attestation must hold."]


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainEntry:
    """A high-risk part of the code."""

    paths: Annotated[Globs, "Path globs; the last that matches decides, `!` takes paths out again."] = ()
    marks: Annotated[tuple[Mark, ...], MaxLen(200), "RE2 patterns that mark a changed line."] = ()
    ask: Annotated[Word, MaxLen(200), "The question to read such lines with."] = ""
    proof: Annotated[ProofEntry | None, "What an approval or attestation must name to vouch for such lines."] = None
    replace: Annotated[bool, "Start afresh instead of adding to what the packs say."] = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageEntry:
    """Coverage reports."""

    accept: Annotated[Grade, "The weakest grade at which a report counts in the change's favour."] = Grade.CLAIMED


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceEntry:
    """Traces."""

    accept: Annotated[Grade, "The weakest grade at which a trace counts in the change's favour."] = Grade.CLAIMED
    places: Annotated[tuple[Literal["input", "tree", "refs", "notes", "checkpoints"], ...], "Where traces are looked for."] = TRACE_PLACES


@dataclass(frozen=True, slots=True, kw_only=True)
class LinksEntry:
    """Links to evidence."""

    ticket: Annotated[Words, "Hosts of ticket systems that count as evidence."] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceEntry:
    """Which evidence is taken, and where it is looked for."""

    coverage: CoverageEntry = CoverageEntry()
    trace: TraceEntry = TraceEntry()
    links: LinksEntry = LinksEntry()


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandsEntry:
    """The permission that each comment command asks for; `none`: nobody may use it."""

    attest: Annotated[Permission, "Say that a finding was read and what was checked."] = Permission.WRITE
    wrote: Annotated[Permission, "Declare that a person wrote a commit."] = Permission.WRITE
    wrong: Annotated[Permission, "Say that a finding is wrong."] = Permission.READ
    waive: Annotated[Permission, "Waive a finding until a date."] = Permission.NONE
    break_glass: Annotated[Permission, "Let this head through, for the record."] = Permission.NONE
    self_attest: Annotated[Permission, "Attest one's own change, some hours after the push."] = Permission.NONE
    self_attest_hours: Annotated[int, Ge(1), Le(24 * 365), "Hours between the push and an attestation of one's own change."] = 24
    locked: Annotated[bool, "Policies that extend this one may ask for more permission, never for less."] = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkEntry:
    """A mark of an agent, as a row of the signatures that come with prgate."""

    agent: Annotated[
        str, Form(r"[a-z0-9]+(-[a-z0-9]+){0,9}", "an id of lower-case words joined by dashes"), "Id of the agent, known or new."
    ]
    kind: Annotated[Literal["opener", "author", "committer", "trailer", "body", "branch"], "Where the mark stands."]
    match: Annotated[Word, "The whole login, address, line or branch name; see the signatures for the patterns that a kind takes."]
    key: Annotated[Word | None, "Of a trailer: its key."] = None
    name: Annotated[Word | None, "The agent's name for people, where the id is new."] = None
    exports_trace: Annotated[bool, "Whether a change with this mark can bring the agent's trace."] = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SignaturesEntry:
    """The marks by which agents are known."""

    disable: Annotated[Words, "Ids of rows that do not count."] = ()
    add: Annotated[tuple[MarkEntry, ...], MaxLen(200), "Rows of your own."] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WaiverEntry:
    """A dated, reasoned exception by a named human."""

    rule: Annotated[str, "The rule that is waived."]
    paths: Annotated[Globs, "Path globs of the files it covers; empty: the whole change."] = ()
    until: Annotated[Date, "The last day it counts."]
    by: Annotated[Login, "Who answers for it."]
    reason: Annotated[Word, "Why."]
    covers: Annotated[tuple[Waivable, ...], MinLen(1), "The outcomes it covers."] = ("fail",)


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishEntry:
    """What is published on the forge."""

    comment: Annotated[CommentWhen, "When the review comment is posted."] = CommentWhen.FINDINGS
    check: Annotated[bool, "Whether the check run is written."] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitsEntry:
    """Bounds on input, in bytes unless the name says otherwise. Reaching one is said, and is never a pass."""

    files: Annotated[Count, "Changed files."] = _LIMITS.files
    patch_bytes: Annotated[Count, "The whole patch."] = _LIMITS.patch_bytes
    line_bytes: Annotated[Count, "One changed line; a file with a longer one counts as not looked at."] = _LIMITS.line_bytes
    commits: Annotated[Count, "Commits in the range."] = _LIMITS.commits
    renames: Annotated[Count, "Added or deleted files up to which git looks for renames by content."] = _LIMITS.renames
    contents_bytes: Annotated[Count, "All whole files that rules ask for."] = _LIMITS.contents_bytes
    content_bytes: Annotated[Count, "One whole file."] = _LIMITS.content_bytes
    blamed_files: Annotated[Count, "Files whose lines are told apart by commit."] = _LIMITS.blamed_files
    facts_bytes: Annotated[Count, "The facts document."] = _LIMITS.facts_bytes
    trace_bytes: Annotated[Count, "One trace."] = _LIMITS.trace_bytes
    report_bytes: Annotated[Count, "One coverage report."] = _LIMITS.report_bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyDocument:
    """A prgate policy."""

    version: Annotated[Literal[1], "The version of this form."]
    extends: Annotated[tuple[str, ...], MaxLen(8), "Packs to start from; later ones win, and this file wins over all."] = ()
    mode: Annotated[Ceiling, "A ceiling for every rule: one word turns the whole gate down or up."] = Mode.BLOCK
    judge: Annotated[Judge, "Judge pull requests with evidence of an agent, or all."] = Judge.AGENTS
    policy_from_base: Annotated[Words, "Base branches, other than the default branch, that may carry a policy of their own."] = ()
    rules: Annotated[Mapping[str, Mode | RuleEntry], "Rules by id: a mode, or a mapping. A rule that nobody names is off."] = field(
        default_factory=dict
    )
    domains: Annotated[Mapping[DomainName, DomainEntry], "High-risk parts of the code. Lists add to what the packs say."] = field(
        default_factory=dict
    )
    classes: Annotated[Mapping[FileClass, Globs], "Path globs of files of a class, beside those that prgate knows."] = field(
        default_factory=dict
    )
    evidence: Annotated[EvidenceEntry, "Which evidence is taken, and where it is looked for."] = EvidenceEntry()
    signatures: Annotated[SignaturesEntry, "Marks of agents that are added or taken out."] = SignaturesEntry()
    commands: Annotated[CommandsEntry, "The permission that each comment command asks for."] = CommandsEntry()
    waivers: Annotated[tuple[WaiverEntry, ...], MaxLen(1_000), "Dated, reasoned exceptions."] = ()
    publish: Annotated[PublishEntry, "What is published on the forge."] = PublishEntry()
    limits: Annotated[LimitsEntry, "Bounds on input."] = LimitsEntry()
