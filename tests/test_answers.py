"""Commands at the engine: what an attestation, a waiver and broken glass do to a verdict, and what they never do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import pytest

from prgate.engine import evaluate
from prgate.model.evidence import Evidence
from prgate.model.facts import Permission
from prgate.model.finding import Finding
from prgate.model.heard import Heard, Verb
from prgate.model.missing import need
from prgate.model.policy import Commands, Mode, OnUnknown, Policy, Setting, Waiver
from prgate.model.rule import Findings, Needs, Read, Rule
from prgate.model.verdict import Conclusion, Fault, Outcome, ReportedFinding, Verdict
from tests.test_engine import EVIDENCE, FAILED, NoParams, policy_of

HEAD = "c" * 40
LATER, EARLIER = "2026-02-28T12:00:00Z", "2026-02-28T11:59:59Z"
EVERY = Commands(
    waive=Permission.WRITE,
    break_glass=Permission.ADMIN,
    self_attest=Permission.ADMIN,
)


def said(verb: Verb, of: str = "", by: str = "maint-one", **more: object) -> Heard:
    made = Heard(verb, by, LATER, of, "read it all", "comment:1", head=HEAD, until="2026-03-01" if verb is Verb.WAIVE else None)
    return replace(made, **more)  # type: ignore[arg-type]  # fields of a command


def finding(path: str, message: str = "a fault", line: int = 3, fix: str = "Mend it.", **more: object) -> Finding:
    made = Finding(message=message, fix=fix, path=path.encode(), line=line, quote=f"{path} {line}")
    return replace(made, **more)  # type: ignore[arg-type]  # fields of a finding


def no_proof(evidence: Evidence, params: object, item: ReportedFinding, word: Heard) -> str | None:
    """A rule that takes any attestation, but of `lib/` only one that names a plan."""
    need(evidence.commits)
    return "no plan is named" if item.path == "lib/b.py" and "plan" not in word.said else None


def rule_of(name: str, *findings: Finding, attest: bool = False, end: Exception | None = None, blind: bool = False, **more: object) -> Rule:
    def check(evidence: Evidence, _: NoParams) -> Findings:
        if evidence.diff is None:
            return ""
        yield from findings
        if end is not None:
            raise end
        if blind:
            need(FAILED)
        need(evidence.coverage) if more.get("covered") else None
        return "2 files"

    made = Rule(name, NoParams, check, lambda _: Needs(), attest=no_proof if attest else None, answer=Verb.ATTEST if attest else None)
    return replace(made, **{key: value for key, value in more.items() if key != "covered"})  # type: ignore[arg-type]  # fields of a rule


def judged(
    rules: Sequence[Rule],
    *heard: Heard,
    commands: Commands = EVERY,
    mode: Mode = Mode.BLOCK,
    locked: bool = False,
    waivers: tuple[Waiver, ...] = (),
    evidence: Evidence = EVIDENCE,
    on_unknown: OnUnknown = OnUnknown.BLOCK,
) -> Verdict:
    policy: Policy = replace(
        policy_of(),
        commands=commands,
        waivers=waivers,
        settings=tuple(Setting(rule.id, mode, on_unknown, NoParams(), locked=locked) for rule in rules),
    )
    return evaluate(replace(evidence, commits=(), heard=heard), policy, rules)


A, B = finding("src/a.py"), finding("lib/b.py", line=9)
RISK = rule_of("risk", A, attest=True)
OTHER = rule_of("other", finding("src/a.py", "another fault"))


def outcome(verdict: Verdict, rule: str = "risk") -> Outcome:
    return next(result.outcome for result in verdict.results if result.rule == rule)


def refusals(verdict: Verdict) -> list[str | None]:
    return [heard.refused for heard in verdict.commands]


def print_of(rule: Rule) -> str:
    return judged([rule]).results[0].findings[0].fingerprint


@pytest.mark.parametrize("of", ["1", "risk", print_of(RISK)])
def test_an_attestation_answers_a_finding_by_number_rule_or_fingerprint(of: str) -> None:
    verdict = judged([RISK], said(Verb.ATTEST, of))
    assert (Conclusion.PASS, Conclusion.PASS, [None]) == (verdict.verdict, verdict.if_enforced, refusals(verdict))
    (result,) = verdict.results
    assert (Outcome.PASS, "2 files; 1 finding attested by `maint-one`") == (result.outcome, result.reason)
    assert [(Verb.ATTEST, False, False)] == [(item.answered, item.waived, item.open) for item in result.findings]
    (one,) = verdict.attestations
    assert (print_of(RISK), "maint-one", "read it all", HEAD, LATER, False) == (one.finding, one.by, one.said, one.head, one.at, one.own)


WRONG = {
    "no such item": ("2", "there is no item `2` to attest"),
    "no such rule": ("risky", "there is no item `risky` to attest"),
    "no such fingerprint": ("0" * 16, f"there is no item `{'0' * 16}` to attest"),
    "an item that no word answers": ("other", "no attestation answers `other`"),
}


@pytest.mark.parametrize(("of", "why"), WRONG.values(), ids=WRONG)
def test_an_attestation_of_anything_else_does_nothing(of: str, why: str) -> None:
    verdict = judged([OTHER] if of in {"2", "other"} else [RISK], said(Verb.ATTEST, of))
    assert (Conclusion.FAIL, [why], ()) == (verdict.verdict, refusals(verdict), verdict.attestations)


def test_an_attestation_with_the_number_of_another_item_answers_that_one_only() -> None:
    rules = [OTHER, RISK, rule_of("worry", B, attest=True)]
    verdict = judged(rules, said(Verb.ATTEST, "1"), said(Verb.ATTEST, "2"))
    assert ["no attestation answers `other`", None] == refusals(verdict)
    assert [Outcome.FAIL, Outcome.PASS, Outcome.FAIL] == [result.outcome for result in verdict.results]


def test_an_attestation_of_several_findings_leaves_those_that_ask_for_more() -> None:
    both = rule_of("risk", A, B, attest=True)
    verdict = judged([both], said(Verb.ATTEST, "risk"))
    assert (Outcome.FAIL, "1 finding", [None]) == (outcome(verdict), verdict.results[0].reason, refusals(verdict))
    assert {"src/a.py": False, "lib/b.py": True} == {item.path: item.open for item in verdict.results[0].findings}
    assert Outcome.PASS is outcome(judged([both], said(Verb.ATTEST, "risk", said="read it by the plan")))
    alone = judged([rule_of("risk", B, attest=True)], said(Verb.ATTEST, "risk"))
    assert (Outcome.FAIL, ["no plan is named"]) == (outcome(alone), refusals(alone))


def test_an_attestation_that_could_not_be_weighed_does_nothing() -> None:
    policy = replace(policy_of(), commands=EVERY, settings=(Setting("risk", Mode.BLOCK, OnUnknown.BLOCK, NoParams()),))
    verdict = evaluate(replace(EVIDENCE, commits=FAILED, heard=(said(Verb.ATTEST, "1"),)), policy, [RISK])
    assert (Outcome.FAIL, ["it broke"]) == (outcome(verdict), refusals(verdict))


def test_everybody_who_attests_is_recorded_once_with_the_last_word() -> None:
    heard = (said(Verb.ATTEST, "1"), said(Verb.ATTEST, "risk", by="boss"), said(Verb.ATTEST, "risk", by="Maint-One", said="again"))
    verdict = judged([RISK], *heard)
    assert [("Maint-One", "again"), ("boss", "read it all")] == [(one.by, one.said) for one in verdict.attestations]
    assert "2 files; 1 finding attested by `Maint-One`, `boss`" == verdict.results[0].reason


def test_what_was_attested_stays_on_the_reading_list_and_is_not_left_to_read() -> None:
    rule = replace(RISK, read=Read(1, "", "Why?"))
    verdict = judged([rule], said(Verb.ATTEST, "1"), said(Verb.ATTEST, "1", by="boss"))
    assert (0, "boss, maint-one") == (verdict.reading.lines, verdict.reading.items[0].answered_by)


def test_one_s_own_attestation_is_recorded_as_such() -> None:
    verdict = judged([RISK], said(Verb.ATTEST, "1", own=True))
    assert (Outcome.PASS, True) == (outcome(verdict), verdict.attestations[0].own)


@pytest.mark.parametrize("verb", Verb)
def test_a_command_does_nothing_under_a_policy_that_has_disabled_it(verb: Verb) -> None:
    nobody = Commands(attest=None, wrote=None, wrong=None, waive=None, break_glass=None)
    verdict = judged([RISK], said(verb, "risk"), commands=nobody)
    assert (Conclusion.FAIL, [f"the policy lets nobody `{verb}`"]) == (verdict.verdict, refusals(verdict))
    assert ((), ()) == (verdict.attestations, verdict.waivers)


def test_one_s_own_attestation_does_nothing_under_a_policy_that_has_disabled_it() -> None:
    verdict = judged([RISK], said(Verb.ATTEST, "1", own=True), commands=replace(EVERY, self_attest=None))
    assert (Conclusion.FAIL, ["the policy lets nobody attest their own change"]) == (verdict.verdict, refusals(verdict))


def test_the_command_that_answers_a_rule_is_offered_only_where_the_policy_has_it() -> None:
    assert Verb.ATTEST is judged([RISK]).results[0].answer
    assert judged([RISK], commands=Commands(attest=None)).results[0].answer is None
    assert judged([OTHER]).results[0].answer is None


@pytest.mark.parametrize("good", [True, False])
def test_a_command_that_would_do_no_good_is_not_offered(*, good: bool) -> None:
    result = judged([replace(RISK, answerable=lambda _, params: good and isinstance(params, NoParams))]).results[0]
    assert (Verb.ATTEST if good else None) is result.answer


@pytest.mark.parametrize(
    "heard",
    [said(Verb.ATTEST, "1", refused="it was edited"), replace(said(Verb.ATTEST, "1"), verb=None, refused="no command")],
    ids=["edited", "none"],
)
def test_what_was_refused_stays_refused_and_is_told(heard: Heard) -> None:
    verdict = judged([RISK], heard)
    assert (Conclusion.FAIL, (heard,)) == (verdict.verdict, verdict.commands)


def test_commands_that_are_missing_do_nothing() -> None:
    policy = replace(policy_of(), settings=(Setting("risk", Mode.BLOCK, OnUnknown.BLOCK, NoParams()),))
    verdict = evaluate(replace(EVIDENCE, heard=FAILED), policy, [RISK])
    assert (Conclusion.FAIL, ()) == (verdict.verdict, verdict.commands)


@pytest.mark.parametrize(("end", "blind", "expected"), [(None, True, Outcome.UNKNOWN), (ValueError(), False, Outcome.ERROR)])
def test_attested_findings_before_blindness_are_no_pass(end: Exception | None, *, blind: bool, expected: Outcome) -> None:
    rule = rule_of("risk", A, attest=True, end=end, blind=blind)
    verdict = judged([rule], said(Verb.ATTEST, "1"))
    assert (Conclusion.INCOMPLETE, expected, [None]) == (verdict.verdict, outcome(verdict), refusals(verdict))


def test_an_observed_rule_s_attestation_is_recorded_and_changes_no_verdict() -> None:
    plain, attested = judged([RISK], mode=Mode.OBSERVE), judged([RISK], said(Verb.ATTEST, "1"), mode=Mode.OBSERVE)
    assert Conclusion.PASS is plain.verdict is attested.verdict
    assert (1, [None]) == (len(attested.attestations), refusals(attested))
    assert (Conclusion.FAIL, Conclusion.PASS) == (plain.if_enforced, attested.if_enforced)


def test_a_waiver_by_comment_covers_findings_and_blindness_and_stays_visible() -> None:
    verdict = judged([OTHER], said(Verb.WAIVE, "other"))
    assert (Conclusion.PASS, Outcome.WAIVED) == (verdict.verdict, outcome(verdict, "other"))
    (used,) = verdict.waivers
    assert ("other", "maint-one", "2026-03-01", "read it all", "comment") == (used.rule, used.by, used.until, used.reason, used.source)
    assert [(True, Verb.WAIVE)] == [(item.waived, item.answered) for item in verdict.results[0].findings]
    blind = judged([rule_of("other", blind=True)], said(Verb.WAIVE, "other"))
    assert (Conclusion.PASS, Outcome.WAIVED, "it broke; waived by maint-one") == (
        blind.verdict,
        outcome(blind, "other"),
        blind.results[0].reason,
    )


def test_a_waiver_by_comment_covers_no_crash_and_no_other_rule() -> None:
    assert Conclusion.INCOMPLETE is judged([rule_of("other", end=ValueError())], said(Verb.WAIVE, "other")).verdict
    assert Conclusion.FAIL is judged([OTHER, RISK], said(Verb.WAIVE, "other")).verdict


NO_WAIVER = {
    "over": (said(Verb.WAIVE, "other", until="2026-02-28"), {}, "it ended on 2026-02-28"),
    "unknown": (said(Verb.WAIVE, "mising-tests"), {}, "no rule `mising-tests` is on"),
    "off": (said(Verb.WAIVE, "other"), {"mode": Mode.OFF}, "no rule `other` is on"),
    "locked": (said(Verb.WAIVE, "other"), {"locked": True}, "the policy locks `other`, and no comment sets that aside"),
}


@pytest.mark.parametrize(("heard", "more", "why"), NO_WAIVER.values(), ids=NO_WAIVER)
def test_a_waiver_that_cannot_be_is_refused(heard: Heard, more: dict[str, object], why: str) -> None:
    verdict = judged([OTHER], heard, **more)  # type: ignore[arg-type]  # as named
    assert ([why], ()) == (refusals(verdict), verdict.waivers)
    assert Conclusion.FAIL is verdict.verdict or more == {"mode": Mode.OFF}


def test_what_is_waived_is_not_attested_as_well() -> None:
    verdict = judged([RISK], said(Verb.WAIVE, "risk"), said(Verb.ATTEST, "risk"))
    assert ([None, "there is no item `risk` to attest"], ()) == (refusals(verdict), verdict.attestations)


def test_where_one_finding_is_waived_and_one_attested_both_are_told() -> None:
    waiver = Waiver("risk", ("/lib/**",), "2026-03-01", "dana", "replaced")
    verdict = judged([rule_of("risk", A, B, attest=True)], said(Verb.ATTEST, "risk"), waivers=(waiver,))
    assert (Outcome.WAIVED, "2 files; 1 finding attested by `maint-one`") == (outcome(verdict), verdict.results[0].reason)


def test_a_number_is_not_taken_for_the_item_that_has_it_once_somebody_told_who_wrote_what() -> None:
    since = "`dana` has told since who wrote what (`comment:2`), which may move numbers; look again, and say it anew"
    wrote = said(Verb.WROTE, "src/a.py:3", by="dana", source="comment:2", at="2026-02-28T13:00:00+01:00")
    assert [since, None] == refusals(judged([RISK], said(Verb.ATTEST, "1"), wrote))
    for of, more in (
        ("risk", wrote),
        (print_of(RISK), wrote),
        ("1", replace(wrote, refused="it was edited")),
        ("1", replace(wrote, at=EARLIER)),
    ):
        assert Conclusion.PASS is judged([RISK], said(Verb.ATTEST, of), more).verdict


def test_what_is_called_wrong_is_recorded_and_changes_nothing() -> None:
    plain, verdict = judged([RISK]), judged([RISK], said(Verb.WRONG, "risk"), said(Verb.WRONG, "rsk"), said(Verb.WROTE, "src/a.py:3"))
    assert [None, "no rule `rsk` is on", None] == refusals(verdict)
    assert plain == replace(verdict, commands=())


def test_broken_glass_lets_through_what_blocks_and_never_passes() -> None:
    rules = [OTHER, RISK, rule_of("blind", blind=True), rule_of("crash", end=ValueError()), rule_of("fine")]
    verdict = judged(rules, said(Verb.BREAK_GLASS, by="boss"))
    assert (Conclusion.WARN, Conclusion.FAIL, [None]) == (verdict.verdict, verdict.if_enforced, refusals(verdict))
    assert {"other", "risk", "blind", "crash"} == {one.rule for one in verdict.waivers if one.source == "break-glass"}
    assert {"boss"} == {one.by for one in verdict.waivers}
    assert [(True, Verb.BREAK_GLASS)] == [(item.waived, item.answered) for item in verdict.results[-1].findings]
    assert "1 finding; let through by `boss`" == verdict.results[-1].reason


def test_broken_glass_leaves_what_only_warns() -> None:
    ask = rule_of("ask", replace(A, certain=False))
    verdict = judged([ask, RISK], said(Verb.BREAK_GLASS))
    assert (Outcome.FAIL, Outcome.WAIVED) == (outcome(verdict, "ask"), outcome(verdict))


def test_where_nothing_blocks_there_is_no_glass_to_break() -> None:
    for rules, mode, expected in (
        ([rule_of("fine")], Mode.BLOCK, Conclusion.PASS),
        ([RISK], Mode.WARN, Conclusion.WARN),
        ([RISK], Mode.OBSERVE, Conclusion.PASS),
    ):
        verdict = judged(rules, said(Verb.BREAK_GLASS), mode=mode)
        assert (expected, ["no rule blocks this head, so that there is nothing to let through"]) == (verdict.verdict, refusals(verdict))
    twice = judged([RISK], said(Verb.BREAK_GLASS), said(Verb.BREAK_GLASS, by="boss"))
    assert [None, "`maint-one` has let this head through already"] == refusals(twice)


def test_what_is_attested_after_the_glass_was_broken_needs_it_no_more() -> None:
    verdict = judged([RISK], said(Verb.BREAK_GLASS), said(Verb.ATTEST, print_of(RISK), by="boss"))
    assert Conclusion.WARN is verdict.verdict


def test_no_command_makes_a_fault_pass() -> None:
    evidence = replace(EVIDENCE, faults=(Fault("no merge base", "Fetch more."),))
    every = (said(Verb.ATTEST, "1"), said(Verb.WAIVE, "other"), said(Verb.BREAK_GLASS))
    for rules in ([RISK, OTHER], [rule_of("fine")]):
        verdict = judged(rules, *every, evidence=evidence)
        assert Conclusion.INCOMPLETE is verdict.verdict
        assert Conclusion.INCOMPLETE.rank <= verdict.if_enforced.rank


def test_a_number_is_that_of_the_verdict_with_the_commands_before_it() -> None:
    blind, loud = rule_of("blind", blind=True), rule_of("loud", Finding("no trace", "Attach it."))
    quiet = rule_of("mute", A, attest=True, said_by="loud")
    rules = [blind, loud, quiet, rule_of("risk", finding("src/z.py"), attest=True)]
    before = judged(rules, said(Verb.ATTEST, "2"))
    assert {"mute": Outcome.NOT_APPLICABLE, "risk": Outcome.PASS} == {name: outcome(before, name) for name in ("mute", "risk")}
    after = judged(rules, said(Verb.ATTEST, "99"), said(Verb.WAIVE, "loud"), said(Verb.ATTEST, "2"))
    assert {"mute": Outcome.PASS, "risk": Outcome.FAIL} == {name: outcome(after, name) for name in ("mute", "risk")}


def test_rules_look_once_however_much_is_said() -> None:
    looks = []

    def check(evidence: Evidence, _: NoParams) -> Findings:
        looks.append(evidence)
        yield A
        return ""

    rule = replace(RISK, check=check)
    judged([rule], said(Verb.ATTEST, "1"), said(Verb.WAIVE, "risk"), said(Verb.BREAK_GLASS), said(Verb.ATTEST, "risk"))
    assert 1 == len(looks)


WORDS = (
    said(Verb.ATTEST, "1"),
    said(Verb.ATTEST, "2"),
    said(Verb.ATTEST, "risk", by="boss", own=True),
    said(Verb.WAIVE, "other"),
    said(Verb.WAIVE, "risk", by="boss"),
    said(Verb.BREAK_GLASS, by="boss"),
    said(Verb.WRONG, "risk"),
    said(Verb.ATTEST, "risk", refused="it was edited"),
)


@dataclass(frozen=True, slots=True)
class World:
    rules: tuple[Rule, ...]
    mode: Mode
    on_unknown: OnUnknown


def worlds() -> list[World]:
    covered = rule_of("other", covered=True)
    sets = (
        (RISK, OTHER),
        (RISK, covered),
        (rule_of("risk", A, B, attest=True, blind=True), OTHER),
        (rule_of("risk", end=KeyError()), covered),
    )
    return [World(rules, mode, on) for rules in sets for mode in (Mode.OBSERVE, Mode.WARN, Mode.BLOCK) for on in OnUnknown]


@pytest.mark.parametrize(
    "world", worlds(), ids=lambda world: f"{'+'.join(rule.id for rule in world.rules)} {world.mode} {world.on_unknown}"
)
def test_whatever_is_said_blindness_never_helps_and_faults_stay(world: World) -> None:
    covered: Evidence = replace(EVIDENCE, coverage=None)  # type: ignore[arg-type]  # anything but Missing
    faulty = replace(covered, faults=(Fault("no merge base", "Fetch more."),))
    for count in range(4):
        for heard in combinations(WORDS, count):
            seen = judged(world.rules, *heard, mode=world.mode, on_unknown=world.on_unknown, evidence=covered)
            if any(one.source == "break-glass" for one in seen.waivers):
                assert Conclusion.WARN.rank <= seen.verdict.rank
            assert judged(world.rules, *heard, mode=world.mode, on_unknown=world.on_unknown, evidence=faulty).verdict.rank >= 2
            blinded = (
                judged(world.rules, *heard, mode=world.mode, on_unknown=world.on_unknown, evidence=EVIDENCE),
                judged(world.rules, mode=world.mode, on_unknown=world.on_unknown, evidence=covered),
            )
            for blind in blinded:
                assert seen.verdict is Conclusion.PASS or blind.verdict is not Conclusion.PASS, heard
