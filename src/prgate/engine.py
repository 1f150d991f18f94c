"""Evidence and policy in, verdict out: the one door, pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import assert_never

from prgate import __version__
from prgate.answers import Answers, answers
from prgate.model.diff import Diff, Side
from prgate.model.evidence import Evidence
from prgate.model.finding import Finding
from prgate.model.globs import compile_globs
from prgate.model.heard import Heard, Verb
from prgate.model.missing import Missing, UnknownError, need
from prgate.model.policy import Accept, Mode, OnUnknown, Policy, Setting, Waiver, When
from prgate.model.rule import Fact, Rule
from prgate.model.verdict import (
    SCHEMA,
    Attestation,
    Conclusion,
    EvidenceRead,
    Outcome,
    ReportedFinding,
    Result,
    ScopeState,
    Tool,
    Verdict,
    WaiverUsed,
)
from prgate.model.wording import counted
from prgate.reading import reading_list
from prgate.reported import authorship_seen, report, waiver_used

_KINDS = {
    Fact.COMMITS: "commits",
    Fact.AUTHORSHIP: "commits",
    Fact.TRACE: "trace",
    Fact.COVERAGE: "coverage",
    Fact.BASE_COVERAGE: "base-coverage",
    Fact.TESTS: "contents",
    Fact.BASE: "diff",
    Fact.CODE_OWNERS: "code-owners",
    Fact.HISTORY: "commits",
}
"""Which kind of input stands behind a fact; every other fact is read from the forge facts."""


def evaluate(evidence: Evidence, policy: Policy, rules: Sequence[Rule]) -> Verdict:
    """The verdict: every rule that is on, also the silent ones, sorted by id; nothing but the arguments decides it.

    The rules look once. What they saw is concluded without commands first, and then as often as commands change what later ones speak of.
    """
    by_id = {rule.id: rule for rule in rules}
    seen = [
        _look(by_id[setting.rule], setting, evidence)
        for setting in sorted(policy.settings, key=lambda setting: setting.rule)
        if setting.mode is not Mode.OFF
    ]
    given = answers(lambda known: _conclude(seen, evidence, policy, known), evidence, policy, by_id)
    return replace(_conclude(seen, evidence, policy, given), commands=given.commands)


def _conclude(seen: Sequence[_Seen], evidence: Evidence, policy: Policy, given: Answers) -> Verdict:
    """The verdict on what the rules saw, with these commands in force."""
    judged = [_judge(one, evidence, policy, given) for one in seen]
    by_id = {one.rule.id: one.rule for one in seen}
    results = _said_once([result for result, _ in judged], by_id)
    used = {waiver for _, waivers in judged for waiver in waivers}
    faults = tuple(sorted(evidence.faults, key=lambda fault: (fault.path or "", fault.message)))
    floor = Conclusion.INCOMPLETE if faults else Conclusion.PASS
    enforced = _worst(floor, (conclusion(result, Mode.BLOCK) for result in results))
    if given.glass is not None:
        results, let_through = _let_through(results, given.glass)
        used |= let_through
        floor = max(floor, Conclusion.WARN if let_through else Conclusion.PASS, key=lambda item: item.rank)
    answered = {finding.fingerprint for result in results for finding in result.findings if finding.answered is Verb.ATTEST}
    said = {fingerprint: words for (_, fingerprint), words in given.attested.items() if fingerprint in answered}
    return Verdict(
        schema=SCHEMA,
        tool=Tool("prgate", __version__),
        at=evidence.at,
        trigger=evidence.trigger,
        judge=Side.BASE,
        verdict=_worst(floor, (conclusion(result, Mode(result.mode)) for result in results)),
        if_enforced=enforced,
        scope=evidence.scope,
        pending=(),
        subject=evidence.subject,
        policy=policy.source,
        faults=faults,
        evidence=tuple(sorted(evidence.inputs, key=lambda item: item.id)),
        authorship=authorship_seen(evidence),
        results=results,
        waivers=tuple(sorted(used, key=lambda one: (one.rule, one.until, one.by, one.source, one.reason))),
        attestations=tuple(sorted((one for words in said.values() for one in words), key=lambda one: (one.finding, one.by, one.at))),
        reading=reading_list(
            evidence,
            results,
            reads={rule.id: rule.read for rule in by_id.values() if rule.read is not None},
            asks={name: domain.ask for name, domain in policy.domains.items()},
            answered_by={fingerprint: ", ".join(sorted({one.by for one in words})) for fingerprint, words in said.items()},
        ),
        publish=policy.publish,
    )


def _let_through(results: Sequence[Result], glass: Heard) -> tuple[tuple[Result, ...], set[WaiverUsed]]:
    """The results with all that blocks set aside by one person's word, each rule recorded as such; what only warns stays as it is."""
    after, used = [], set()
    for result in results:
        if conclusion(result, Mode(result.mode)).rank <= Conclusion.WARN.rank:
            after.append(result)
            continue
        findings = tuple(replace(each, waived=True, answered=Verb.BREAK_GLASS) if each.open else each for each in result.findings)
        after.append(replace(result, outcome=Outcome.WAIVED, reason=f"{result.reason}; let through by `{glass.by}`", findings=findings))
        used.add(WaiverUsed(result.rule, glass.by, glass.at[:10], glass.said, "break-glass"))
    return tuple(after), used


def conclusion(result: Result, mode: Mode) -> Conclusion:
    """What one rule's outcome means under a mode, as one table: off and observe never count, a mere question never does more than warn."""
    if mode in {Mode.OFF, Mode.OBSERVE}:
        return Conclusion.PASS
    block = mode is Mode.BLOCK
    match result.outcome:
        case Outcome.PASS | Outcome.WAIVED | Outcome.NOT_APPLICABLE:
            return Conclusion.PASS
        case Outcome.FAIL:
            certain = any(finding.certain and finding.open for finding in result.findings)
            return Conclusion.FAIL if block and certain else Conclusion.WARN
        case Outcome.UNKNOWN | Outcome.ERROR:
            return Conclusion.INCOMPLETE if block and result.on_unknown == OnUnknown.BLOCK else Conclusion.WARN
        case _:
            assert_never(result.outcome)


def _said_once(results: Sequence[Result], by_id: Mapping[str, Rule]) -> tuple[Result, ...]:
    """The results without the findings that another rule's one finding says for the whole change, and as gravely: the verdict stays."""
    loud = {
        result.rule: Mode(result.mode).rank
        for result in results
        if any(finding.certain and finding.path is None and finding.open for finding in result.findings)
    }
    once = []
    for result in results:
        other = by_id[result.rule].said_by
        if other is not None and result.outcome is Outcome.FAIL and loud.get(other, -1) >= Mode(result.mode).rank:
            once.append(
                replace(result, outcome=Outcome.NOT_APPLICABLE, reason=f"`{other}` says it once, for the whole change", findings=())
            )
        else:
            once.append(result)
    return tuple(once)


def _worst(floor: Conclusion, conclusions: Iterable[Conclusion]) -> Conclusion:
    return max((floor, *conclusions), key=lambda item: item.rank)


@dataclass(frozen=True, slots=True)
class _Seen:
    """What a rule did: its findings, and how it ended. ``idle``: why it does not apply, and so did not look."""

    rule: Rule
    setting: Setting
    findings: tuple[Finding, ...] = ()
    looked: str = ""
    missing: Missing | None = None
    crash: str | None = None
    idle: str | None = None

    @property
    def blind(self) -> str | None:
        """Why it could not look, or not to the end."""
        return self.crash or (None if self.missing is None else self.missing.detail)


def _look(rule: Rule, setting: Setting, evidence: Evidence) -> _Seen:
    seen = _Seen(rule, setting)
    if evidence.scope.state is ScopeState.NOT_JUDGED and not rule.everyone:
        return replace(seen, idle=f"not judged: {evidence.scope.why}")
    try:
        narrowed = _narrow(evidence, setting.when)
    except UnknownError as unknown:
        return replace(seen, missing=unknown.missing)
    return replace(seen, idle=narrowed) if isinstance(narrowed, str) else _run(seen, *narrowed)


def _run(seen: _Seen, evidence: Evidence, inside: Callable[[bytes], bool]) -> _Seen:
    findings: list[Finding] = []
    looked, missing, crash = "", None, None
    try:
        check = seen.rule.check(evidence, seen.setting.params)
        while True:
            finding = next(check)
            if finding.path is None or inside(finding.path):
                findings.append(finding)
    except StopIteration as end:
        looked = end.value or ""
    except UnknownError as unknown:
        missing = unknown.missing
    except Exception as defect:  # noqa: BLE001 (a crashed rule is an outcome, never a skip)
        crash = f"the rule crashed: {type(defect).__name__}"
    return replace(seen, findings=tuple(findings), looked=looked, missing=missing, crash=crash)


def _judge(seen: _Seen, evidence: Evidence, policy: Policy, given: Answers) -> tuple[Result, tuple[WaiverUsed, ...]]:
    """One rule's outcome under the waivers and attestations in force, and the waivers that took effect."""
    rule, setting = seen.rule, seen.setting
    answer = _answer(seen, evidence, policy)

    def result(outcome: Outcome, reason: str, findings: tuple[ReportedFinding, ...] = (), fix: str | None = None) -> Result:
        return Result(setting.rule, setting.mode, setting.on_unknown, outcome, reason, _ids(rule, setting, evidence), findings, fix, answer)

    if seen.idle is not None:
        return result(Outcome.NOT_APPLICABLE, seen.idle), ()
    waivers = [waiver for waiver in (*policy.waivers, *given.waivers) if waiver.rule == rule.id and evidence.at[:10] <= waiver.until]
    attested = {fingerprint: words for (rule_id, fingerprint), words in given.attested.items() if rule_id == rule.id}
    reported, used = report(rule.id, seen.findings, waivers, moved=_moved(evidence), attested=attested)
    standing = [finding for finding in reported if finding.open]
    blind = seen.blind
    if blind is None and not standing:
        blind = _too_weak(rule.needs(setting.params).facts, evidence, policy.accept)
    if standing and (blind is None or any(finding.certain for finding in standing)):
        count = counted(len(standing), "finding")
        return result(Outcome.FAIL, f"{count}; then could not look further: {blind}" if blind else count, reported), used
    if blind is not None:
        waiver = None if standing or seen.crash else _of_blindness(waivers)
        if waiver is not None:
            return result(Outcome.WAIVED, f"{blind}; waived by {waiver.by}", reported), (*used, waiver_used(waiver))
        return result(Outcome.ERROR if seen.crash else Outcome.UNKNOWN, blind, reported, seen.missing.fix if seen.missing else None), used
    answered = [attested[finding.fingerprint] for finding in reported if finding.answered is Verb.ATTEST]
    waived = any(finding.waived for finding in reported)
    return result(Outcome.WAIVED if waived else Outcome.PASS, _looked(seen.looked, answered), reported), used


def _answer(seen: _Seen, evidence: Evidence, policy: Policy) -> Verb | None:
    """The command that people may give and that does any good."""
    rule = seen.rule
    if rule.answer is None or policy.commands.least(rule.answer) is None:
        return None
    vain = seen.findings and rule.answerable is not None and not rule.answerable(evidence, seen.setting.params)
    return None if vain else rule.answer


def _of_blindness(waivers: Sequence[Waiver]) -> Waiver | None:
    """The first waiver that covers a rule which could not look: one of some paths covers none of what was not seen."""
    return next((waiver for waiver in waivers if Outcome.UNKNOWN in waiver.covers and not waiver.paths), None)


def _looked(looked: str, answered: Sequence[Sequence[Attestation]]) -> str:
    """What a rule that is content looked at, and who attested the findings that it had."""
    if not answered:
        return looked
    by = sorted({one.by for words in answered for one in words})
    vouched = f"{counted(len(answered), 'finding')} attested by {', '.join(f'`{login}`' for login in by)}"
    return f"{looked}; {vouched}" if looked else vouched


def _too_weak(facts: frozenset[Fact], evidence: Evidence, accept: Accept) -> str | None:
    """Why evidence that speaks for the change is weaker than what the policy accepts; evidence against it counts at any grade."""
    for fact, least in ((Fact.COVERAGE, accept.coverage), (Fact.BASE_COVERAGE, accept.coverage), (Fact.TRACE, accept.trace)):
        for item in evidence.inputs:
            if fact in facts and isinstance(item, EvidenceRead) and item.kind == _KINDS[fact] and item.grade.rank < least.rank:
                return f"`{item.id}` is {item.grade}, and the policy accepts {least} or better"
    return None


def _narrow(evidence: Evidence, when: When) -> tuple[Evidence, Callable[[bytes], bool]] | str:
    """The evidence as ``when`` lets a rule see it with the paths it may report on, or why the rule does not apply."""
    base = evidence.subject.base.ref
    if when.base and base is not None and not any(fnmatchcase(base, pattern) for pattern in when.base):
        return f"base is not one of {', '.join(when.base)}"
    if when.labels:
        labels = need(need(evidence.facts).labels)
        if not set(labels) & set(when.labels):
            return f"no label {' or '.join(when.labels)}"
    if when.agents:
        agents = {agent.id for agent in need(evidence.authorship).agents}
        if not agents & set(when.agents):
            return f"no evidence of {' or '.join(when.agents)}"
    if not when.paths:
        return evidence, lambda _: True
    inside = compile_globs(when.paths)
    diff = need(evidence.diff)
    files = tuple(file for file in diff.files if any(map(inside, file.places)))
    if not files:
        return "no changed file is under its paths"
    seen = frozenset(file.path for file in files)
    return replace(evidence, diff=Diff(files, diff.rename_limit_hit)), lambda path: path in seen or inside(path)


def _moved(evidence: Evidence) -> dict[bytes, bytes]:
    """Where each renamed file was before, by its path at head."""
    files = () if isinstance(evidence.diff, Missing) else evidence.diff.files
    return {file.path: file.old_path for file in files if file.old_path is not None}


def _ids(rule: Rule, setting: Setting, evidence: Evidence) -> tuple[str, ...]:
    kinds = {"diff"} | {_KINDS.get(fact, "facts") for fact in rule.needs(setting.params).facts}
    return tuple(sorted(item.id for item in evidence.inputs if item.kind in kinds))
