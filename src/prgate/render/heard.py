"""The sentences about what people said to the gate; values stand between backticks, and the sentence is still untrusted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace

from prgate.items import numbered_findings, sentence
from prgate.model.heard import Heard, Verb
from prgate.model.verdict import Attestation, Conclusion, Outcome, ReportedFinding, Verdict, WaiverUsed
from prgate.model.wording import counted, listed
from prgate.render.escape import prose

GLASS = "break-glass"
"""Source of the waivers of broken glass."""
_RULES = 8
"""Rules that one line names."""


def glass(verdict: Verdict) -> Heard | None:
    """The command that broke the glass, if one counts."""
    return next((heard for heard in verdict.commands if heard.verb is Verb.BREAK_GLASS and heard.refused is None), None)


def let_through(verdict: Verdict) -> str:
    """``3 findings and 1 rule let through by break-glass``; empty where nobody broke the glass."""
    if glass(verdict) is None:
        return ""
    rules = {waiver.rule for waiver in verdict.waivers if waiver.source == GLASS}
    findings = sum(finding.answered is Verb.BREAK_GLASS for finding in _findings(verdict))
    blind = sum(
        result.rule in rules and not any(each.answered is Verb.BREAK_GLASS for each in result.findings) for result in verdict.results
    )
    parts = [counted(findings, "finding") if findings else "", counted(blind, "rule") if blind else ""]
    return f"{' and '.join(filter(None, parts)) or 'nothing'} let through by break-glass"


def broken(verdict: Verdict) -> str:
    """Who broke the glass and why, as one sentence; empty where nobody did."""
    heard = glass(verdict)
    if heard is None:
        return ""
    blocked = verdict.verdict.rank > Conclusion.WARN.rank
    head = (
        f"`{prose(heard.by, chars=40, words=2)}` broke the glass, but a fault still blocks"
        if blocked
        else f"Let through by {_named(heard.by)}"
    )
    return f"{head} ({GLASS}): {prose(heard.said, chars=240, words=30).rstrip('.')}."


def said(verdict: Verdict) -> str:
    """What people's words changed: findings that somebody attested, findings and rules that a waiver covers; empty where none does."""
    return " ".join(filter(None, (_attested(verdict), _waived(verdict))))


def attestation(one: Attestation, items: Sequence[int]) -> str:
    """``attested 1, 2 by riley-k at 3f9c2ab: read both``; ``items`` are the numbers of what it answers."""
    what = f"{'item' if len(items) == 1 else 'items'} {', '.join(map(str, items))} " if items else ""
    own = ", own change, as the policy allows" if one.own else ""
    return f"{what}attested by {_named(one.by)} at `{one.head[:7]}`{own}: {one.said}"


def waiver(used: WaiverUsed) -> str:
    """``waived by robin until 2027-09-30 (policy): it is deleted then``."""
    if used.source == GLASS:
        return f"let through by {_named(used.by)} on `{used.until}` ({GLASS}): {used.reason}"
    return f"waived by {_named(used.by)} until `{used.until}` ({used.source}): {used.reason}"


def waivers(verdict: Verdict) -> list[str]:
    """One line a waiver, broken glass first, as one line with all the rules that it let through."""
    broke = [used for used in verdict.waivers if used.source == GLASS]
    rules = listed((f"`{used.rule}`" for used in broke), _RULES)
    others = [f"`{used.rule}` {waiver(used)}" for used in verdict.waivers if used.source != GLASS]
    return [*([f"{rules} {waiver(broke[0])}"] if broke else []), *others]


def attestations(verdict: Verdict) -> list[str]:
    """One line a statement, with the numbers of all items that it answers."""
    numbers = {each.fingerprint: n for n, pairs in numbered_findings(verdict).items() for _, each in pairs}
    statements: dict[Attestation, set[int]] = {}
    for one in verdict.attestations:
        statements.setdefault(replace(one, finding=""), set()).update({numbers[one.finding]} if one.finding in numbers else ())
    return [sentence(attestation(one, sorted(items))) for one, items in statements.items()]


def effects(verdict: Verdict) -> list[str]:
    """A line for everything that was said and counts: what sets findings aside, what answers them, what declares lines, what calls a rule wrong."""
    others = (_other(heard) for heard in verdict.commands if heard.refused is None)
    return [*waivers(verdict), *attestations(verdict), *filter(None, others)]


def _other(heard: Heard) -> str:
    """What neither sets anything aside nor answers it: a declaration, or a report that a rule is wrong."""
    why = f": {heard.said}" if heard.said else ""
    match heard.verb:
        case Verb.WROTE:
            return f"`{heard.of}` declared as their own work by `{heard.by}`{why}"
        case Verb.WRONG:
            return f"`{heard.of}` called wrong by `{heard.by}`{why}"
        case _:
            return ""


def command(heard: Heard) -> str:
    """``/prgate attest 1`` as it was given, without the reason."""
    return " ".join(filter(None, ("/prgate", heard.verb or "", heard.of)))


def _attested(verdict: Verdict) -> str:
    findings = [finding for finding in _findings(verdict) if finding.open or finding.answered is Verb.ATTEST]
    done = sum(finding.answered is Verb.ATTEST for finding in findings)
    if not done:
        return ""
    own = {one.by for one in verdict.attestations if one.own}
    return f"{done:,} of {counted(len(findings), 'finding')} attested{_whose({one.by for one in verdict.attestations}, own)}."


def _waived(verdict: Verdict) -> str:
    waivers = [one for one in verdict.waivers if one.source != GLASS]
    findings = sum(finding.waived and finding.answered is not Verb.BREAK_GLASS for finding in _findings(verdict))
    broken_for = {one.rule for one in verdict.waivers if one.source == GLASS}
    blind = sum(result.outcome is Outcome.WAIVED and not result.findings and result.rule not in broken_for for result in verdict.results)
    parts = [counted(findings, "finding") if findings else "", counted(blind, "rule") if blind else ""]
    return f"{' and '.join(filter(None, parts))} waived{_whose({one.by for one in waivers})}." if any(parts) else ""


def _whose(by: AbstractSet[str], own: AbstractSet[str] = frozenset()) -> str:
    """`` by a, b and 2 more``, with a word on those whose own change it is; empty where nobody is named."""
    named = (f"{_named(name)}{' (own change)' if name in own else ''}" for name in sorted(by))
    return f" by {listed(named, 2)}" if by else ""


def _named(login: str) -> str:
    return f"`{prose(login, chars=40, words=2)}`"


def _findings(verdict: Verdict) -> Iterable[ReportedFinding]:
    return (finding for result in verdict.results for finding in result.findings)
