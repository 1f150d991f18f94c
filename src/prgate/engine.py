"""Evidence and policy in, verdict out: the one door, pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import assert_never

from prgate import __version__
from prgate.model.diff import Diff, Side
from prgate.model.evidence import Evidence
from prgate.model.finding import Finding
from prgate.model.globs import compile_globs
from prgate.model.missing import Missing, UnknownError, need
from prgate.model.policy import Accept, Mode, OnUnknown, Policy, Setting, When
from prgate.model.rule import Fact, Rule
from prgate.model.verdict import (
    SCHEMA,
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
}
"""Which kind of input stands behind a fact; every other fact is read from the forge facts."""


def evaluate(evidence: Evidence, policy: Policy, rules: Sequence[Rule]) -> Verdict:
    """The verdict: every rule that is on, also the silent ones, sorted by id; nothing but the arguments decides it."""
    by_id = {rule.id: rule for rule in rules}
    judged = [
        _judge(by_id[setting.rule], setting, evidence, policy)
        for setting in sorted(policy.settings, key=lambda setting: setting.rule)
        if setting.mode is not Mode.OFF
    ]
    results = _said_once([result for result, _ in judged], by_id)
    used = sorted({waiver for _, waivers in judged for waiver in waivers}, key=lambda waiver: (waiver.rule, waiver.until, waiver.by))
    faults = tuple(sorted(evidence.faults, key=lambda fault: (fault.path or "", fault.message)))
    floor = Conclusion.INCOMPLETE if faults else Conclusion.PASS
    return Verdict(
        schema=SCHEMA,
        tool=Tool("prgate", __version__),
        at=evidence.at,
        trigger=evidence.trigger,
        judge=Side.BASE,
        verdict=_worst(floor, (conclusion(result, Mode(result.mode)) for result in results)),
        if_enforced=_worst(floor, (conclusion(result, Mode.BLOCK) for result in results)),
        scope=evidence.scope,
        pending=(),
        subject=evidence.subject,
        policy=policy.source,
        faults=faults,
        evidence=tuple(sorted(evidence.inputs, key=lambda item: item.id)),
        authorship=authorship_seen(evidence),
        results=results,
        waivers=tuple(used),
        attestations=(),
        reading=reading_list(
            evidence,
            results,
            reads={rule.id: rule.read for rule in rules if rule.read is not None},
            asks={name: domain.ask for name, domain in policy.domains.items()},
        ),
        publish=policy.publish,
    )


def conclusion(result: Result, mode: Mode) -> Conclusion:
    """What one rule's outcome means under a mode, as one table: off and observe never count, a mere question never does more than warn."""
    if mode in {Mode.OFF, Mode.OBSERVE}:
        return Conclusion.PASS
    block = mode is Mode.BLOCK
    match result.outcome:
        case Outcome.PASS | Outcome.WAIVED | Outcome.NOT_APPLICABLE:
            return Conclusion.PASS
        case Outcome.FAIL:
            certain = any(finding.certain and not finding.waived for finding in result.findings)
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
        if any(finding.certain and finding.path is None and not finding.waived for finding in result.findings)
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
class _Run:
    """What a rule did: its findings, and how it ended."""

    findings: tuple[Finding, ...]
    looked: str = ""
    missing: Missing | None = None
    crash: str | None = None


def _judge(rule: Rule, setting: Setting, evidence: Evidence, policy: Policy) -> tuple[Result, tuple[WaiverUsed, ...]]:
    def result(outcome: Outcome, reason: str, findings: tuple[ReportedFinding, ...] = (), fix: str | None = None) -> Result:
        return Result(setting.rule, setting.mode, setting.on_unknown, outcome, reason, _ids(rule, setting, evidence), findings, fix)

    if evidence.scope.state is ScopeState.NOT_JUDGED and not rule.everyone:
        return result(Outcome.NOT_APPLICABLE, f"not judged: {evidence.scope.why}"), ()
    try:
        narrowed = _narrow(evidence, setting.when)
    except UnknownError as unknown:
        return result(Outcome.UNKNOWN, unknown.missing.detail, fix=unknown.missing.fix), ()
    if isinstance(narrowed, str):
        return result(Outcome.NOT_APPLICABLE, narrowed), ()
    run = _run(rule, setting, narrowed)
    waivers = [waiver for waiver in policy.waivers if waiver.rule == rule.id and evidence.at[:10] <= waiver.until]
    reported, used = report(rule.id, run.findings, waivers, moved=_moved(evidence))
    open_findings = [finding for finding in reported if not finding.waived]
    blind = run.crash or (run.missing.detail if run.missing else None)
    if blind is None and not open_findings:
        blind = _too_weak(rule.needs(setting.params).facts, evidence, policy.accept)
    if blind is not None and not any(finding.certain for finding in open_findings):
        for waiver in waivers:
            if Outcome.UNKNOWN in waiver.covers and not waiver.paths and run.crash is None and not open_findings:
                return result(Outcome.WAIVED, f"{blind}; waived by {waiver.by}", reported), (*used, waiver_used(waiver))
        return result(Outcome.ERROR if run.crash else Outcome.UNKNOWN, blind, reported, run.missing.fix if run.missing else None), used
    if open_findings:
        count = counted(len(open_findings), "finding")
        return result(Outcome.FAIL, f"{count}; then could not look further: {blind}" if blind else count, reported), used
    return result(Outcome.WAIVED if reported else Outcome.PASS, run.looked, reported), used


def _run(rule: Rule, setting: Setting, narrowed: tuple[Evidence, Callable[[bytes], bool]]) -> _Run:
    evidence, inside = narrowed
    findings: list[Finding] = []
    try:
        check = rule.check(evidence, setting.params)
        while True:
            finding = next(check)
            if finding.path is None or inside(finding.path):
                findings.append(finding)
    except StopIteration as end:
        return _Run(tuple(findings), looked=end.value or "")
    except UnknownError as unknown:
        return _Run(tuple(findings), missing=unknown.missing)
    except Exception as defect:  # noqa: BLE001 (a crashed rule is an outcome, never a skip)
        return _Run(tuple(findings), crash=f"the rule crashed: {type(defect).__name__}")


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
    files = tuple(file for file in diff.files if any(map(inside, file.paths)))
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
