"""What people's commands do to a verdict: which findings they answer, which rules they set aside, and which of them do not count after all."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import assert_never

from prgate.items import numbered_findings
from prgate.model.evidence import Evidence
from prgate.model.heard import Heard, Verb
from prgate.model.independence import folded
from prgate.model.missing import Missing, UnknownError
from prgate.model.policy import Commands, Mode, Policy, Setting, Waiver
from prgate.model.rule import Attest, Rule
from prgate.model.verdict import Attestation, ReportedFinding, Result, Verdict

Concluded = Callable[["Answers"], Verdict]
"""The verdict with these commands in force."""


@dataclass(frozen=True, slots=True)
class Answers:
    """``attested`` is by rule and fingerprint; ``waivers`` are those of comments; ``glass`` lets this head through; ``commands`` is all that was said."""

    attested: Mapping[tuple[str, str], tuple[Attestation, ...]] = field(default_factory=dict)
    waivers: tuple[Waiver, ...] = ()
    glass: Heard | None = None
    commands: tuple[Heard, ...] = ()


def answers(concluded: Concluded, evidence: Evidence, policy: Policy, rules: Mapping[str, Rule]) -> Answers:
    """What the commands do, one after the other: each speaks of the numbers of the verdict that stands with those before it."""
    if isinstance(evidence.heard, Missing):
        return Answers()
    bench = _Bench(evidence, policy, rules, {setting.rule: setting for setting in policy.settings if setting.mode is not Mode.OFF})
    given = Answers()
    verdict: Verdict | None = None
    for heard in evidence.heard:
        before = given
        refused = heard.refused or _not_allowed(heard, policy.commands) or _renumbered(heard, evidence.heard)
        verb = heard.verb if refused is None else None
        match verb:
            case Verb.ATTEST:
                verdict = verdict or concluded(given)
                given, refused = _attest(heard, verdict, given, bench)
            case Verb.WAIVE:
                given, refused = _waive(heard, given, bench)
            case Verb.BREAK_GLASS:
                given, refused = _break(heard, given, concluded)
            case Verb.WRONG:
                refused = bench.off(heard.of)
            case Verb.WROTE | None:
                pass
            case _:
                assert_never(verb)
        if given is not before:
            verdict = None
        given = replace(given, commands=(*given.commands, replace(heard, refused=refused)))
    return given


@dataclass(frozen=True, slots=True)
class _Bench:
    """What commands are held against; ``settings`` are those of the rules that are on."""

    evidence: Evidence
    policy: Policy
    rules: Mapping[str, Rule]
    settings: Mapping[str, Setting]

    def off(self, rule: str) -> str | None:
        """Why nothing can be said of a rule."""
        return None if rule in self.settings else f"no rule `{rule}` is on"


def _not_allowed(heard: Heard, commands: Commands) -> str | None:
    if heard.verb is not None and commands.least(heard.verb) is None:
        return f"the policy lets nobody `{heard.verb}`"
    return "the policy lets nobody attest their own change" if heard.own and commands.self_attest is None else None


def _renumbered(heard: Heard, said: Sequence[Heard]) -> str | None:
    """Why a number is not known to be that of the item that somebody saw: what a person is said to have written moves numbers, on any verdict."""
    if heard.verb is not Verb.ATTEST or not _is_number(heard.of):
        return None
    at = datetime.fromisoformat(heard.at)
    for other in said:
        if other.verb is Verb.WROTE and other.refused is None and datetime.fromisoformat(other.at) >= at:
            return f"`{other.by}` has told since who wrote what (`{other.source}`), which may move numbers; look again, and say it anew"
    return None


def _waive(heard: Heard, given: Answers, bench: _Bench) -> tuple[Answers, str | None]:
    """A waiver for this head, of what the rule finds and of what it cannot see; what a policy locks is waived by nobody in passing."""
    if off := bench.off(heard.of):
        return given, off
    if bench.settings[heard.of].locked:
        return given, f"the policy locks `{heard.of}`, and no comment sets that aside"
    until = heard.until or ""
    if until < bench.evidence.at[:10]:
        return given, f"it ended on {until}"
    waiver = Waiver(heard.of, (), until, heard.by, heard.said, ("fail", "unknown"), source="comment")
    return replace(given, waivers=(*given.waivers, waiver)), None


def _break(heard: Heard, given: Answers, concluded: Concluded) -> tuple[Answers, str | None]:
    """Broken glass, where it lets anything through that nobody's word has let through yet."""
    if given.glass is not None:
        return given, f"`{given.glass.by}` has let this head through already"
    broken = replace(given, glass=heard)
    if any(waiver.source == Verb.BREAK_GLASS for waiver in concluded(broken).waivers):
        return broken, None
    return given, "no rule blocks this head, so that there is nothing to let through"


def _attest(heard: Heard, verdict: Verdict, given: Answers, bench: _Bench) -> tuple[Answers, str | None]:
    """The findings that it answers, or why it answers none."""
    found, reasons, counts = dict(given.attested), [], False
    for result, finding in _targets(heard.of, verdict):
        rule, key = bench.rules[result.rule], (result.rule, finding.fingerprint)
        if rule.attest is None:
            reasons.append(f"no attestation answers `{result.rule}`")
        elif why := _why_not(rule.attest, bench, finding, heard, rule=result.rule):
            reasons.append(why)
        else:
            said = Attestation(finding.fingerprint, heard.said, heard.by, heard.head or "", heard.at, heard.own)
            found[key] = (*(one for one in found.get(key, ()) if folded(one.by) != folded(heard.by)), said)
            counts = True
    if counts:
        return replace(given, attested=found), None
    return given, reasons[0] if reasons else f"there is no item `{heard.of}` to attest"


def _why_not(attest: Attest, bench: _Bench, finding: ReportedFinding, heard: Heard, *, rule: str) -> str | None:
    try:
        return attest(bench.evidence, bench.settings[rule].params, finding, heard)
    except UnknownError as unknown:
        return unknown.missing.detail


def _is_number(of: str) -> bool:
    return of.isascii() and of.isdigit() and len(of) < 6


def _targets(of: str, verdict: Verdict) -> Sequence[tuple[Result, ReportedFinding]]:
    """The findings that a number, a fingerprint or a rule stands for, but for those that are waived."""
    if _is_number(of):
        found = numbered_findings(verdict).get(int(of), ())
    else:
        found = tuple(
            (result, finding) for result in verdict.results for finding in result.findings if of in {finding.fingerprint, result.rule}
        )
    return [(result, finding) for result, finding in found if not finding.waived]
