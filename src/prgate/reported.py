"""What a verdict reports: findings with fingerprints, what waivers cover, who left evidence of writing it."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Collection, Mapping, Sequence
from hashlib import sha256

from prgate.model.authorship import Origin, Sign
from prgate.model.evidence import Evidence
from prgate.model.finding import Finding
from prgate.model.globs import compile_globs
from prgate.model.heard import Verb
from prgate.model.lines import normalise
from prgate.model.missing import Missing
from prgate.model.paths import is_utf8, path_text
from prgate.model.policy import Waiver
from prgate.model.verdict import AgentSeen, AuthorshipSeen, Outcome, ReportedFinding, SignCount, WaiverUsed
from prgate.recognise.credentials import redacted


def report(
    rule: str,
    findings: Sequence[Finding],
    waivers: Sequence[Waiver],
    *,
    moved: Mapping[bytes, bytes],
    attested: Collection[str] = (),
) -> tuple[tuple[ReportedFinding, ...], tuple[WaiverUsed, ...]]:
    """The findings in report order, each with its fingerprint and whether a waiver covers it, and the waivers that do.

    ``moved`` gives the base path of a file by its head path: a waiver of some paths covers a file only if both lie under them, so that
    moving a file there earns nothing. ``attested`` are the fingerprints that somebody's attestation answers.

    A fingerprint is the first 16 hex digits of SHA-256 over rule, path, normalised line and the how-many-th such line it is, so that it
    outlives a shift of lines. It is of the line as it is; the quote that is reported has no credential.
    """
    covering = [(waiver, compile_globs(waiver.paths) if waiver.paths else None) for waiver in waivers if Outcome.FAIL in waiver.covers]
    seen: dict[str, int] = {}
    reported, used = [], []
    for finding in sorted(findings, key=_order):
        path = finding.path
        line = normalise((finding.quote or "").encode("utf-8", "surrogateescape"))
        stem = b"\0".join((rule.encode(), path or b"", line)).hex()
        seen[stem] = seen.get(stem, 0) + 1
        waiver = next(
            (
                waiver
                for waiver, inside in covering
                if inside is None or (path is not None and inside(path) and inside(moved.get(path, path)))
            ),
            None,
        )
        if waiver is not None:
            used.append(waiver_used(waiver))
        fingerprint = sha256(f"{stem}\0{seen[stem]}".encode()).hexdigest()[:16]
        reported.append(
            ReportedFinding(
                message=finding.message,
                fix=finding.fix,
                path=None if path is None else path_text(path),
                side=finding.side,
                line=finding.line,
                end_line=finding.end_line,
                quote=None if finding.quote is None else redacted(finding.quote),
                certain=finding.certain,
                fingerprint=fingerprint,
                waived=waiver is not None,
                path_bytes=None if path is None or is_utf8(path) else b64encode(path).decode(),
                answered=_answered(waiver, fingerprint in attested),
            ),
        )
    return tuple(reported), tuple(used)


def _answered(waiver: Waiver | None, attested: bool) -> Verb | None:  # noqa: FBT001 (a yes or no of this line)
    if waiver is not None:
        return Verb.WAIVE if waiver.source == "comment" else None
    return Verb.ATTEST if attested else None


def _order(finding: Finding) -> tuple[bytes, int, int, str, str]:
    return (finding.path or b"", finding.line or 0, finding.end_line or 0, finding.message, finding.quote or "")


def waiver_used(waiver: Waiver) -> WaiverUsed:
    """The published form of a waiver."""
    return WaiverUsed(waiver.rule, waiver.by, waiver.until, waiver.reason, waiver.source)


def authorship_seen(evidence: Evidence) -> AuthorshipSeen:
    """The published form of who left evidence; without any, every added line is undeclared."""
    commits = 0 if isinstance(evidence.commits, Missing) else len(evidence.commits)
    if isinstance(evidence.authorship, Missing):
        added = 0 if isinstance(evidence.diff, Missing) else evidence.diff.added
        lines = {Origin.AGENT: 0, Origin.DECLARED_HUMAN: 0, Origin.UNDECLARED: added}
        return AuthorshipSeen((), None, None, lines, commits)
    authorship = evidence.authorship
    agents = tuple(
        AgentSeen(agent.id, agent.name, agent.grade, tuple(sorted({sign.evidence for sign in agent.signs})), _counted(agent.signs))
        for agent in sorted(authorship.agents, key=lambda agent: agent.id)
    )
    lines = {origin: authorship.lines.get(origin, 0) for origin in Origin}
    return AuthorshipSeen(agents, authorship.operator, authorship.owner, lines, commits, authorship.operator_by, authorship.owner_by)


def _counted(signs: Sequence[Sign]) -> tuple[SignCount, ...]:
    counted = []
    for kind in sorted({sign.kind for sign in signs}):
        of_kind = [sign for sign in signs if sign.kind is kind]
        commits = {sign.commit for sign in of_kind if sign.commit is not None}
        counted.append(SignCount(kind, min(sign.quote for sign in of_kind), len(commits)))
    return tuple(counted)
