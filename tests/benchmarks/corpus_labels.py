"""How far verdicts agree with the labels that people gave."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.benchmarks.corpus_rows import Row
from tests.benchmarks.interval import share

Verdict = Mapping[str, Any]
Judged = tuple[Row, Verdict]
"""A row and its verdict under the policy that the question is about."""

FLOOR = 5
"""``missing-tests`` looks at changes of five source lines and more."""

DOMAINS = {"perf-critical": "performance"}
"""Labels that have another name than the policy's domain; the others are the same word."""

UNLABELLED = "agent instructions"
"""The one domain that labels do not know."""

KNOWN = ("auth", "crypto", "infra", "ci", "compliance", "payments", "migrations", "performance", "secrets", UNLABELLED)
"""The policy's domains, as findings name them."""

NOT_QUIET = frozenset({"missing-tests", "agent-authored-risk", "uncovered-change", "lost-coverage", "oversized-change"})
"""Rules that have nothing to say about documentation and generated files."""


class Unknown:
    """The verdict has no answer: the rule ended as ``unknown`` or ``error``, or was not enabled."""


@dataclass(frozen=True, slots=True)
class Question:
    """A label beside what the verdict says of it; ``label`` is null where the row is not to be scored, ``given`` may not know either."""

    name: str
    label: Callable[[Row], bool | None]
    given: Callable[[Verdict], bool | type[Unknown]]
    yes: str
    no: str


def results(verdict: Verdict) -> dict[str, Any]:
    """Results by rule."""
    return {result["rule"]: result for result in verdict["results"]}


def fires(rule: str) -> Callable[[Verdict], bool | type[Unknown]]:
    """Whether the rule has a finding."""

    def given(verdict: Verdict) -> bool | type[Unknown]:
        result = results(verdict).get(rule)
        return Unknown if result is None or result["outcome"] in {"unknown", "error"} else bool(result["findings"])

    return given


def blocking(verdict: Verdict) -> list[str]:
    """Rules with a certain finding in block mode: what stops a merge because of something found, not because of something missing."""
    return [
        result["rule"]
        for result in verdict["results"]
        if result["mode"] == "block"
        and result["outcome"] == "fail"
        and any(finding["certain"] and not finding.get("waived") for finding in result["findings"])
    ]


def agents(verdict: Verdict) -> list[str]:
    """Ids of the agents that left evidence."""
    return [agent["id"] for agent in verdict["authorship"]["agents"]]


def _authored(row: Row) -> bool | None:
    if not row.told("ai_authored") or row.labels["ai_authored"] == "unknown" or row.labels["ai_degree"] == "suggestion":
        return None
    return bool(row.labels["ai_authored"] == "yes")


def _disclosed(row: Row) -> bool | None:
    if not row.told("ai_authored", "ai_disclosed") or row.labels["ai_degree"] == "suggestion":
        return None
    disclosed = bool(row.labels["ai_disclosed"])
    return None if not disclosed and row.labels["ai_in_trace"] else disclosed


def _suggested(row: Row) -> bool | None:
    return False if row.hand_checked and row.labels["ai_degree"] == "suggestion" else None


def _untested(row: Row) -> bool | None:
    if not row.told("tests_added", "source_changed", "docs_only", "generated_only"):
        return None
    labels = row.labels
    exempt = labels["docs_only"] or labels["generated_only"] or labels["comment_only"] or row.additions + row.deletions < FLOOR
    return bool(labels["source_changed"] and not labels["tests_added"] and not exempt)


def _unlinked(row: Row) -> bool | None:
    return None if not row.told("evidence_linked") else not row.labels["evidence_linked"]


def _risky(row: Row) -> bool | None:
    return None if not row.told("high_risk") else row.labels["high_risk"] != ["none"]


QUESTIONS = (
    Question("ai_authored: is evidence of an agent found?", _authored, lambda verdict: bool(agents(verdict)), "agent", "none"),
    Question("ai_disclosed: is evidence of an agent found?", _disclosed, lambda verdict: bool(agents(verdict)), "agent", "none"),
    Question("an applied suggestion is no evidence of an agent", _suggested, lambda verdict: bool(agents(verdict)), "agent", "none"),
    Question("tests_added: does missing-tests fire?", _untested, fires("missing-tests"), "fires", "quiet"),
    Question("evidence_linked: does missing-evidence fire?", _unlinked, fires("missing-evidence"), "fires", "quiet"),
)


def _in_domain(verdict: Verdict) -> bool | type[Unknown]:
    """Whether a finding names a domain that labels know."""
    given = fires("agent-authored-risk")(verdict)
    return given if isinstance(given, type) else bool(domains(verdict) - {UNLABELLED})


RISK = Question("high_risk: is anything changed in a domain?", _risky, _in_domain, "a domain", "none")
"""Asked of verdicts under a policy where nothing clears a high-risk line, so that neither authorship nor reviews play a part."""


def compare(question: Question, judged: Sequence[Judged]) -> Iterator[str]:
    """Agreement as n of N, the four counts, what is unknown, and each disagreement with both sides."""
    counts: Counter[tuple[bool, bool]] = Counter()
    unknown: list[str] = []
    differ: list[str] = []
    for row, verdict in judged:
        label = question.label(row)
        if label is None:
            continue
        given = question.given(verdict)
        if isinstance(given, type):
            unknown.append(f"{row.id} (label: {question.yes if label else question.no})")
            continue
        counts[label, given] += 1
        if label is not given:
            side = question.yes if label else question.no
            differ.append(f"    {row.id}: label {side}, prgate {question.yes if given else question.no}")
    scored = counts.total()
    yield f"{question.name}  {counts[True, True] + counts[False, False]} of {scored} agree, {len(unknown)} unknown"
    yield (
        f"    both {question.yes} {counts[True, True]}, both {question.no} {counts[False, False]}, "
        f"only the label {counts[True, False]}, only prgate {counts[False, True]}"
    )
    yield from differ
    yield from (f"    unknown: {row}" for row in unknown)


def compare_domains(judged: Sequence[Judged]) -> Iterator[str]:
    """Precision and recall per domain. A label speaks of what the change does, the policy of where it is and what it says."""
    label: dict[str, set[str]] = {}
    given: dict[str, set[str]] = {}
    scored = 0
    for row, verdict in judged:
        result = results(verdict).get("agent-authored-risk")
        if not row.told("high_risk") or result is None or result["outcome"] in {"unknown", "error"}:
            continue
        scored += 1
        for rows, names in ((label, {DOMAINS.get(name, name) for name in row.labels["high_risk"]} - {"none"}), (given, domains(verdict))):
            for name in names:
                rows.setdefault(name, set()).add(row.id)
    yield f"domains beside high_risk, {scored} rows, shares with their 95 % intervals:"
    for name in KNOWN:
        wanted, found = label.get(name, set()), given.get(name, set())
        both = len(wanted & found)
        if name == UNLABELLED:
            yield f"    {name}: {len(found)} found, no label"
            continue
        yield f"    {name}: precision {share(both, len(found))}, recall {share(both, len(wanted))}"
        yield from (f"        only prgate: {row}" for row in sorted(found - wanted))
        yield from (f"        only the label: {row}" for row in sorted(wanted - found))


def domains(verdict: Verdict) -> set[str]:
    """Domains that findings of ``agent-authored-risk`` name, without what they quote."""
    said = " ".join(finding["message"] for finding in results(verdict).get("agent-authored-risk", {"findings": ()})["findings"])
    words = f" {' '.join(re.sub('[^a-z]+', ' ', re.sub('`[^`]*`', ' ', said)).split())} "
    return {name for name in KNOWN if f" {name} " in words}


def quiet(judged: Sequence[Judged]) -> Iterator[str]:
    """Changes of documentation or generated files alone, and what has something to say about them all the same."""
    loud: list[str] = []
    seen = 0
    for row, verdict in judged:
        only = [name for name in ("docs_only", "generated_only") if row.told(name) and row.labels[name]]
        if only:
            seen += 1
            rules = [rule for rule, result in results(verdict).items() if rule in NOT_QUIET and result["findings"]]
            loud += [f"    {row.id} ({only[0]}): {', '.join(rules)}"] if rules else []
    yield f"docs_only and generated_only are quiet: {seen - len(loud)} of {seen}"
    yield from loud


def peace(judged: Sequence[Judged]) -> Iterator[str]:
    """How often a change that no agent wrote gets a blocking finding although everything is judged, and from which rule."""
    for name, rows in (
        ("hand-checked", [(row, verdict) for row, verdict in judged if row.told("ai_authored")]),
        ("not hand-checked, a hint only", [(row, verdict) for row, verdict in judged if not row.hand_checked]),
    ):
        human = [(row, verdict) for row, verdict in rows if row.labels["ai_authored"] == "no"]
        stopped = [(row, blocking(verdict)) for row, verdict in human if blocking(verdict)]
        blind = sum(verdict["verdict"] == "incomplete" for _, verdict in human)
        yield f"ai_authored=no ({name}): {share(len(stopped), len(human))} get a blocking finding, {blind} more end incomplete"
        each = Counter(rule for _, rules in stopped for rule in rules)
        yield from (f"    {rule}: {share(count, len(human))}" for rule, count in sorted(each.items()))
        others = {rule for _, verdict in human for rule in results(verdict)} - set(each)
        yield f"    each of the other {len(others)} rules: {share(0, len(human))}"
        yield from (f"        {row.id}: {', '.join(rules)}" for row, rules in stopped)
