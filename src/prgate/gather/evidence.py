"""All steps of gathering in their order, frozen into one value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from prgate.authorship.scope import decide_scope
from prgate.authorship.signature_file import changed, shipped
from prgate.authorship.signs import find_signs
from prgate.authorship.wrote import refuse_misses
from prgate.gather.authorship import gather_authorship
from prgate.gather.base import gather_moved
from prgate.gather.change import gather_commits, gather_diff
from prgate.gather.coverage import gather_coverage
from prgate.gather.forge import gather_facts, subject_of
from prgate.gather.gathered import read_input
from prgate.gather.history import gather_undone
from prgate.gather.needs import Wanted, wanted
from prgate.gather.owners import gather_owners
from prgate.gather.reconciliation import gather_reconciliation
from prgate.gather.tests import gather_tests
from prgate.gather.traces import gather_traces
from prgate.hearing.hear import hear
from prgate.model.diff import Diff, Side
from prgate.model.evidence import Evidence
from prgate.model.facts import Facts
from prgate.model.missing import Missing, Why
from prgate.model.policy import Policy
from prgate.model.rule import Fact
from prgate.model.verdict import ScopeState
from prgate.request import Range, Request
from prgate.rules import RULES

_NOT_ASKED = Missing(Why.ABSENT, "no rule that runs asks for it", "Turn on a rule that needs it.")


def gather(request: Request, span: Range | None, policy: Policy) -> Evidence:
    """The evidence that the policy's rules ask for, in a fixed order: the change, facts, traces, who wrote it, then the rest."""
    needs = wanted(policy, RULES)
    diff = gather_diff(request, span, policy, needs)
    commits = gather_commits(span, policy)
    facts = gather_facts(request, span, policy)
    traces, trace_inputs = gather_traces(request, span, diff.value, policy, commits.value)
    reconciliation = gather_reconciliation(span, diff.value, commits=commits.value, traces=traces.items, policy=policy)
    subject = subject_of(request, span, facts.value)
    told = isinstance(facts.value, Facts) and facts.value.head is not None and facts.value.head.ref is not None
    named = None if told or subject.head.ref == subject.head.sha else subject.head.ref
    known = changed(shipped(), policy.signatures)
    signs = find_signs(facts=facts.value, commits=commits.value, traces=traces.items, head_ref=named, signatures=known)
    scope, scope_faults = decide_scope(
        policy.judge, facts=facts.value, commits=commits.value, signs=signs, traces_missing=traces.in_doubt, signatures=known
    )
    if scope.state is ScopeState.NOT_JUDGED:
        policy = replace(policy, settings=tuple(setting for setting in policy.settings if _everyone(setting.rule)))
        needs = wanted(policy, RULES)
    heard = hear(facts.value, policy.commands, head=span.head if span else None, commits=commits.value, dated=request.trigger == "cli")
    if not isinstance(heard, Missing):
        heard = refuse_misses(heard, diff=diff.value, commits=commits.value)
    authorship = gather_authorship(
        span,
        diff.value,
        commits=commits.value,
        facts=facts.value,
        reconciliation=reconciliation,
        signs=signs,
        heard=heard,
        known=known,
        policy=policy,
    )
    contents = _contents(span, diff.value, needs, policy)
    tests = gather_tests(span, diff.value, contents) if Fact.TESTS in needs.facts else None
    sides = [
        gather_coverage(items, side, span=span, diff=diff.value, policy=policy, trigger=request.trigger) if fact in needs.facts else None
        for fact, side, items in (
            (Fact.COVERAGE, Side.HEAD, request.coverage),
            (Fact.BASE_COVERAGE, Side.BASE, request.base_coverage),
        )
    ]
    owners = gather_owners(span, diff.value, policy) if Fact.CODE_OWNERS in needs.facts else None
    steps = [step for step in (diff, commits, facts, tests, *sides, owners) if step is not None]
    ref = [read_input("ref", "ref", source=named, read=1)] if named and any(sign.evidence == "ref" for sign in signs) else []
    return Evidence(
        at=request.at,
        trigger=request.trigger,
        subject=subject,
        scope=scope,
        diff=diff.value,
        commits=commits.value,
        facts=facts.value,
        authorship=authorship,
        traces=traces,
        reconciliation=reconciliation,
        moved=gather_moved(span, diff.value) if Fact.BASE in needs.facts else _NOT_ASKED,
        coverage=_NOT_ASKED if sides[0] is None else sides[0].value,
        base_coverage=_NOT_ASKED if sides[1] is None else sides[1].value,
        tests=_NOT_ASKED if tests is None else tests.value,
        contents=contents,
        heard=heard,
        domains=policy.domains,
        owners=_NOT_ASKED if owners is None else owners.value,
        undone=gather_undone(span, diff.value, request.history) if Fact.HISTORY in needs.facts else _NOT_ASKED,
        inputs=(*(item for step in steps for item in step.inputs), *trace_inputs, *ref),
        faults=(*(fault for step in steps for fault in step.faults), *scope_faults),
        review_blocks=known.blocks,
    )


def _everyone(rule_id: str) -> bool:
    return any(rule.everyone for rule in RULES if rule.id == rule_id)


def _contents(span: Range | None, diff: Diff | Missing, needs: Wanted, policy: Policy) -> Mapping[str, bytes] | Missing:
    """The whole files that rules ask for, by blob id."""
    if isinstance(diff, Missing):
        return diff
    if span is None:
        return Missing(Why.ABSENT, "a diff alone holds no whole files", "Judge a range with --base and --head.")
    oids = {
        oid
        for file in diff.files
        if not file.submodule
        for side, oid, path in zip(Side, file.oids, (file.old_path, file.new_path), strict=True)
        if path is not None and needs.wants_content(file, side)
    }
    return span.repository.contents(sorted(oids), each=policy.limits.content_bytes, total=policy.limits.contents_bytes)
