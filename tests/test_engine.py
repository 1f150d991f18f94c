"""The engine: crashes, waivers, ``when`` and the fold from outcomes to the verdict."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from prgate.engine import conclusion, evaluate
from prgate.model.authorship import Agent, Authorship
from prgate.model.diff import Diff, FileChange, Side, Status
from prgate.model.evidence import Evidence, Traces
from prgate.model.facts import Account, Facts
from prgate.model.finding import Finding
from prgate.model.grade import Grade
from prgate.model.missing import Missing, Why, need
from prgate.model.paths import FileClass
from prgate.model.policy import Accept, Commands, Judge, Limits, Mode, OnUnknown, Policy, Setting, Waiver, When
from prgate.model.reconciliation import Reconciliation
from prgate.model.rule import Fact, Findings, Needs, Rule
from prgate.model.subject import Base, Head, Subject
from prgate.model.verdict import Conclusion, EvidenceRead, Fault, Outcome, PolicySource, Publish, ReportedFinding, Result, Scope, ScopeState

ABSENT = Missing(Why.ABSENT, "there is none", "Bring it.")
FAILED = Missing(Why.FAILED, "it broke", "Try again.")


@dataclass(frozen=True, slots=True)
class NoParams:
    pass


def rule_of(*findings: Finding, end: Exception | None = None, everyone: bool = False) -> Rule:
    def check(evidence: Evidence, _: NoParams) -> Findings:
        for finding in findings:
            if evidence.diff is None:
                return ""
            yield finding
        if end is not None:
            raise end
        return "looked at it"

    return Rule("some-fault", NoParams, check, lambda _: Needs(), everyone)


def change(path: bytes) -> FileChange:
    return FileChange(Status.MODIFIED, path, path, (0o100644, 0o100644), ("1" * 40, "2" * 40), False, 1, 0, (), FileClass.SOURCE)


EVIDENCE = Evidence(
    at="2026-03-01T12:00:00Z",
    trigger="cli",
    subject=Subject(None, None, None, Base("main", "b" * 40), "b" * 40, Head(None, "x", "c" * 40)),
    scope=Scope(ScopeState.JUDGED, "all are judged"),
    diff=Diff((change(b"src/a.py"), change(b"lib/b.py"))),
    commits=ABSENT,
    facts=ABSENT,
    authorship=ABSENT,
    traces=Traces((), ("input",)),
    reconciliation=Reconciliation(),
    moved=ABSENT,
    coverage=ABSENT,
    base_coverage=ABSENT,
    tests=ABSENT,
    contents=ABSENT,
    heard=(),
    domains={},
    owners={},
    undone={},
    inputs=(),
    faults=(),
    review_blocks={},
)


def policy_of(mode: Mode = Mode.BLOCK, *waivers: Waiver, on_unknown: OnUnknown = OnUnknown.BLOCK, when: When | None = None) -> Policy:
    return Policy(
        source=PolicySource("file", None, "0" * 64),
        mode=Mode.BLOCK,
        judge=Judge.ALL,
        settings=(Setting("some-fault", mode, on_unknown, NoParams(), when or When()),),
        domains={},
        classes={},
        accept=Accept(),
        commands=Commands(),
        waivers=waivers,
        publish=Publish(),
        limits=Limits(),
    )


def waiver(until: str = "2026-03-01", paths: tuple[str, ...] = (), covers: tuple[str, ...] = ("fail",)) -> Waiver:
    return Waiver("some-fault", paths, until, "dana", "being replaced", covers)


A = Finding(message="a", fix="mend a", path=b"src/a.py", line=3, quote="x = 1")
B = Finding(message="b", fix="mend b", path=b"lib/b.py", line=4, quote="y = 1")


def test_a_crashed_rule_is_an_error_that_blocks() -> None:
    verdict = evaluate(EVIDENCE, policy_of(), [rule_of(end=KeyError("@everyone"))])
    assert Conclusion.INCOMPLETE is verdict.verdict
    assert (Outcome.ERROR, "the rule crashed: KeyError") == (verdict.results[0].outcome, verdict.results[0].reason)


def test_a_rule_that_crashes_after_a_finding_still_fails() -> None:
    verdict = evaluate(EVIDENCE, policy_of(), [rule_of(A, end=RecursionError())])
    assert Conclusion.FAIL is verdict.verdict
    assert "1 finding; then could not look further: the rule crashed: RecursionError" == verdict.results[0].reason


def test_missing_evidence_after_a_mere_question_stays_unknown_and_keeps_the_question() -> None:
    def check(evidence: Evidence, _: NoParams) -> Findings:
        yield replace(A, certain=False)
        need(evidence.commits)
        return ""

    verdict = evaluate(replace(EVIDENCE, commits=FAILED), policy_of(), [Rule("some-fault", NoParams, check, lambda _: Needs())])
    assert (Conclusion.INCOMPLETE, Outcome.UNKNOWN, "it broke") == (verdict.verdict, verdict.results[0].outcome, verdict.results[0].reason)
    assert 1 == len(verdict.results[0].findings)


def test_a_fault_is_incomplete_even_when_every_rule_only_observes() -> None:
    evidence = replace(EVIDENCE, faults=(Fault("no merge base", "Fetch more."),))
    assert Conclusion.INCOMPLETE is evaluate(evidence, policy_of(Mode.OBSERVE), [rule_of()]).verdict


def test_a_rule_that_only_asks_never_does_more_than_warn() -> None:
    assert Conclusion.WARN is evaluate(EVIDENCE, policy_of(), [rule_of(replace(A, certain=False))]).verdict


def test_an_observed_rule_passes_and_says_what_it_would_do() -> None:
    verdict = evaluate(EVIDENCE, policy_of(Mode.OBSERVE), [rule_of(A)])
    assert (Conclusion.PASS, Conclusion.FAIL) == (verdict.verdict, verdict.if_enforced)


def test_a_waiver_counts_on_its_last_day_and_not_after_it() -> None:
    assert Conclusion.PASS is evaluate(EVIDENCE, policy_of(Mode.BLOCK, waiver("2026-03-01")), [rule_of(A)]).verdict
    assert Conclusion.FAIL is evaluate(EVIDENCE, policy_of(Mode.BLOCK, waiver("2026-02-28")), [rule_of(A)]).verdict


def test_a_waiver_of_some_paths_leaves_the_others() -> None:
    verdict = evaluate(EVIDENCE, policy_of(Mode.BLOCK, waiver(paths=("/src/**",))), [rule_of(A, B)])
    assert Conclusion.FAIL is verdict.verdict
    assert {"src/a.py": True, "lib/b.py": False} == {finding.path: finding.waived for finding in verdict.results[0].findings}
    assert ("dana", "policy") == (verdict.waivers[0].by, verdict.waivers[0].source)


def test_a_waived_rule_is_waived_not_passed() -> None:
    assert Outcome.WAIVED is evaluate(EVIDENCE, policy_of(Mode.BLOCK, waiver()), [rule_of(A)]).results[0].outcome


def test_a_waiver_of_findings_does_not_cover_blindness() -> None:
    def check(evidence: Evidence, _: NoParams) -> Findings:
        need(evidence.commits)
        yield A
        return ""

    rule = Rule("some-fault", NoParams, check, lambda _: Needs())
    assert Conclusion.INCOMPLETE is evaluate(EVIDENCE, policy_of(Mode.BLOCK, waiver()), [rule]).verdict
    assert Outcome.WAIVED is evaluate(EVIDENCE, policy_of(Mode.BLOCK, waiver(covers=("unknown",))), [rule]).results[0].outcome


def test_a_waiver_never_covers_a_crash() -> None:
    verdict = evaluate(EVIDENCE, policy_of(Mode.BLOCK, waiver(covers=("fail", "unknown"))), [rule_of(end=ValueError())])
    assert Conclusion.INCOMPLETE is verdict.verdict


def test_when_paths_hides_other_files_and_findings_on_them() -> None:
    verdict = evaluate(EVIDENCE, policy_of(when=When(paths=("/src/**",))), [rule_of(A, B)])
    assert ["src/a.py"] == [finding.path for finding in verdict.results[0].findings]


def moved(old: bytes, new: bytes) -> Evidence:
    return replace(EVIDENCE, diff=Diff((replace(change(new), status=Status.RENAMED, old_path=old),)))


def test_when_paths_still_sees_a_file_that_moves_out_of_them() -> None:
    verdict = evaluate(
        moved(b"src/a.py", b"attic/a.py"), policy_of(when=When(paths=("/src/**",))), [rule_of(replace(A, path=b"attic/a.py"))]
    )
    assert Conclusion.FAIL is verdict.verdict


def test_a_waiver_does_not_cover_a_file_that_moves_into_its_paths() -> None:
    into = evaluate(
        moved(b"src/a.py", b"attic/a.py"), policy_of(Mode.BLOCK, waiver(paths=("/attic/**",))), [rule_of(replace(A, path=b"attic/a.py"))]
    )
    assert Conclusion.FAIL is into.verdict
    within = evaluate(
        moved(b"attic/b.py", b"attic/a.py"), policy_of(Mode.BLOCK, waiver(paths=("/attic/**",))), [rule_of(replace(A, path=b"attic/a.py"))]
    )
    assert Conclusion.PASS is within.verdict


def test_when_no_changed_file_is_under_its_paths_a_rule_does_not_apply() -> None:
    verdict = evaluate(EVIDENCE, policy_of(when=When(paths=("/docs/**",))), [rule_of(A)])
    assert (Conclusion.PASS, Outcome.NOT_APPLICABLE) == (verdict.verdict, verdict.results[0].outcome)


def test_when_another_base_is_named_a_rule_does_not_apply() -> None:
    assert Outcome.NOT_APPLICABLE is evaluate(EVIDENCE, policy_of(when=When(base=("release/*",))), [rule_of(A)]).results[0].outcome
    assert Outcome.FAIL is evaluate(EVIDENCE, policy_of(when=When(base=("m*",))), [rule_of(A)]).results[0].outcome


@pytest.mark.parametrize("when", [When(labels=("risky",)), When(agents=("codex",))])
def test_when_what_narrows_a_rule_is_missing_the_rule_is_unknown(when: When) -> None:
    assert Conclusion.INCOMPLETE is evaluate(EVIDENCE, policy_of(when=when), [rule_of()]).verdict


def test_a_label_or_an_agent_that_is_named_and_not_there_leaves_the_rule_out() -> None:
    facts = Facts("t", "b", Account("dana"), None, False, None, None, ("risky",), ABSENT, ABSENT, ABSENT, ABSENT, ABSENT, ABSENT)
    agent = Agent("codex", "Codex", Grade.CLAIMED, True, ())
    evidence = replace(EVIDENCE, facts=facts, authorship=Authorship((agent,), None, None, {}, {}))
    for when, applies in (
        (When(labels=("risky", "other")), True),
        (When(labels=("other",)), False),
        (When(agents=("codex",)), True),
        (When(agents=("devin",)), False),
    ):
        outcome = evaluate(evidence, policy_of(when=when), [rule_of(A)]).results[0].outcome
        assert (Outcome.FAIL if applies else Outcome.NOT_APPLICABLE) is outcome


def test_a_pull_request_that_is_not_judged_is_still_looked_at_by_the_rules_for_everyone() -> None:
    evidence = replace(EVIDENCE, scope=Scope(ScopeState.NOT_JUDGED, "no evidence of an agent"))
    assert Outcome.NOT_APPLICABLE is evaluate(evidence, policy_of(), [rule_of(A)]).results[0].outcome
    assert Outcome.FAIL is evaluate(evidence, policy_of(), [rule_of(A, everyone=True)]).results[0].outcome


@pytest.mark.parametrize(("kind", "fact"), [("coverage", Fact.COVERAGE), ("base-coverage", Fact.BASE_COVERAGE), ("trace", Fact.TRACE)])
def test_evidence_in_favour_that_is_weaker_than_the_policy_accepts_is_no_pass(kind: str, fact: Fact) -> None:
    claimed = EvidenceRead(f"{kind}:1", kind, Grade.CLAIMED, "a.json", None, None, 1, 0)
    evidence = replace(EVIDENCE, inputs=(claimed,))
    strict = replace(policy_of(), accept=Accept(coverage=Grade.VERIFIED, trace=Grade.SIGNED))
    rule = replace(rule_of(), needs=lambda _: Needs(facts=frozenset({fact})))
    verdict = evaluate(evidence, strict, [rule])
    assert (Conclusion.INCOMPLETE, Outcome.UNKNOWN) == (verdict.verdict, verdict.results[0].outcome)
    assert f"`{kind}:1` is claimed" in verdict.results[0].reason
    assert Conclusion.PASS is evaluate(evidence, policy_of(), [rule]).verdict
    against = replace(rule_of(A), needs=lambda _: Needs(facts=frozenset({fact})))
    assert Conclusion.FAIL is evaluate(evidence, strict, [against]).verdict


def test_a_fingerprint_outlives_a_shift_of_lines_and_tells_equal_lines_apart() -> None:
    def prints(*findings: Finding) -> list[str]:
        return [finding.fingerprint for finding in evaluate(EVIDENCE, policy_of(), [rule_of(*findings)]).results[0].findings]

    assert prints(A) == prints(replace(A, line=30, quote="  x  = 1 "))
    assert 2 == len(set(prints(A, replace(A, line=9))))
    assert prints(A) != prints(replace(A, path=b"lib/b.py"))


def test_a_path_that_is_not_utf8_is_shown_escaped_and_kept_in_base64() -> None:
    finding = evaluate(EVIDENCE, policy_of(), [rule_of(replace(A, path=b"a\xff.py"))]).results[0].findings[0]
    assert ("a\\xff.py", "Yf8ucHk=") == (finding.path, finding.path_bytes)


_TABLE = {
    (Outcome.PASS, Mode.BLOCK): Conclusion.PASS,
    (Outcome.WAIVED, Mode.BLOCK): Conclusion.PASS,
    (Outcome.NOT_APPLICABLE, Mode.BLOCK): Conclusion.PASS,
    (Outcome.FAIL, Mode.BLOCK): Conclusion.FAIL,
    (Outcome.UNKNOWN, Mode.BLOCK): Conclusion.INCOMPLETE,
    (Outcome.ERROR, Mode.BLOCK): Conclusion.INCOMPLETE,
    (Outcome.PASS, Mode.WARN): Conclusion.PASS,
    (Outcome.WAIVED, Mode.WARN): Conclusion.PASS,
    (Outcome.NOT_APPLICABLE, Mode.WARN): Conclusion.PASS,
    (Outcome.FAIL, Mode.WARN): Conclusion.WARN,
    (Outcome.UNKNOWN, Mode.WARN): Conclusion.WARN,
    (Outcome.ERROR, Mode.WARN): Conclusion.WARN,
    **{(outcome, Mode.OBSERVE): Conclusion.PASS for outcome in Outcome},
    **{(outcome, Mode.OFF): Conclusion.PASS for outcome in Outcome},
}


@pytest.mark.parametrize(("outcome", "mode"), _TABLE)
def test_an_outcome_under_a_mode_means_what_the_table_says(outcome: Outcome, mode: Mode) -> None:
    finding = ReportedFinding("m", "f", None, Side.HEAD, None, None, None, True, "0" * 16)
    result = Result("some-fault", mode, OnUnknown.BLOCK, outcome, "", (), (finding,))
    assert _TABLE[outcome, mode] is conclusion(result, mode)
    if outcome in {Outcome.UNKNOWN, Outcome.ERROR} and mode is Mode.BLOCK:
        assert Conclusion.WARN is conclusion(replace(result, on_unknown=OnUnknown.WARN), mode)


WHOLE = Finding(message="of other work", fix="take it away")


def two_rules(mode: Mode, other: Mode, *findings: Finding) -> tuple[Policy, list[Rule]]:
    """A rule whose findings another one says at once, and that other one with these findings; their modes."""
    policy = policy_of(mode)
    setting = replace(policy.settings[0], rule="whole-fault", mode=other)
    rules = [replace(rule_of(A, B), said_by="whole-fault"), replace(rule_of(*findings), id="whole-fault")]
    return replace(policy, settings=(*policy.settings, setting)), rules


@pytest.mark.parametrize(
    ("mode", "other", "finding"),
    [
        pytest.param(Mode.BLOCK, Mode.WARN, WHOLE, id="weighs less"),
        pytest.param(Mode.WARN, Mode.OBSERVE, WHOLE, id="is only observed"),
        pytest.param(Mode.WARN, Mode.OFF, WHOLE, id="is off"),
        pytest.param(Mode.BLOCK, Mode.BLOCK, replace(WHOLE, certain=False), id="only asks"),
        pytest.param(Mode.BLOCK, Mode.BLOCK, replace(WHOLE, path=b"src/a.py"), id="says it of one file"),
    ],
)
def test_findings_stay_beside_another_rule_that(mode: Mode, other: Mode, finding: Finding) -> None:
    verdict = evaluate(EVIDENCE, *two_rules(mode, other, finding))
    assert 2 == len(verdict.results[0].findings)


def test_findings_stay_where_the_other_rule_is_waived_or_finds_nothing() -> None:
    policy, rules = two_rules(Mode.BLOCK, Mode.BLOCK, WHOLE)
    waived = replace(policy, waivers=(replace(waiver(), rule="whole-fault"),))
    assert [2, 2] == [len(evaluate(EVIDENCE, *given).results[0].findings) for given in ((waived, rules), two_rules(Mode.BLOCK, Mode.BLOCK))]


@pytest.mark.parametrize("mode", [Mode.OBSERVE, Mode.WARN, Mode.BLOCK])
def test_what_one_finding_says_of_the_whole_change_is_not_said_again_line_by_line(mode: Mode) -> None:
    policy, rules = two_rules(mode, mode, WHOLE)
    alone = evaluate(EVIDENCE, replace(policy, settings=policy.settings[:1]), rules)
    verdict = evaluate(EVIDENCE, policy, rules)
    said, whole = verdict.results
    assert (Outcome.NOT_APPLICABLE, "`whole-fault` says it once, for the whole change", ()) == (said.outcome, said.reason, said.findings)
    assert 1 == len(whole.findings)
    assert (alone.verdict, alone.if_enforced) == (verdict.verdict, verdict.if_enforced)


def test_a_rule_that_passes_keeps_its_pass_beside_the_other() -> None:
    policy, rules = two_rules(Mode.BLOCK, Mode.BLOCK, WHOLE)
    verdict = evaluate(EVIDENCE, policy, [replace(rule_of(), said_by="whole-fault"), rules[1]])
    assert Outcome.PASS is verdict.results[0].outcome
