"""How far verdicts agree with the labels that people gave."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.benchmarks.corpus_rows import Row

Verdict = Mapping[str, Any]
Judged = tuple[Row, Verdict]
"""A row and its verdict under the policy that the question is about."""

FLOOR = 5
"""``missing-tests`` looks at changes of five source lines and more."""

DOMAINS = {"perf-critical": "performance"}
"""Labels that have another name than the policy's domain; the others are the same word."""

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
RISK = Question("high_risk: is anything changed in a domain?", _risky, fires("agent-authored-risk"), "a domain", "none")
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
    """Per domain: how often label and findings name it. A label speaks of what the change does, the policy of where it is."""
    both: Counter[str] = Counter()
    label_only: Counter[str] = Counter()
    given_only: Counter[str] = Counter()
    for row, verdict in judged:
        result = results(verdict).get("agent-authored-risk")
        if not row.told("high_risk") or result is None or result["outcome"] in {"unknown", "error"}:
            continue
        label = {DOMAINS.get(name, name) for name in row.labels["high_risk"]} - {"none"}
        given = domains(verdict)
        both.update(label & given)
        label_only.update(label - given)
        given_only.update(given - label)
    yield "domains beside high_risk: both, only the label, only prgate"
    for name in sorted(both.keys() | label_only.keys() | given_only.keys()):
        yield f"    {name}: {both[name]}, {label_only[name]}, {given_only[name]}"


def domains(verdict: Verdict) -> set[str]:
    """Domains that findings of ``agent-authored-risk`` name."""
    known = ("auth", "crypto", "infra", "ci", "compliance", "payments", "migrations", "performance", "secrets")
    said = " ".join(finding["message"] for finding in results(verdict).get("agent-authored-risk", {"findings": ()})["findings"])
    words = set(said.replace("`", " ").replace(",", " ").replace("-", " ").split())
    return {name for name in known if name in words}


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
    """How often a change that no agent wrote gets a blocking finding although everything is judged."""
    for name, rows in (
        ("hand-checked", [(row, verdict) for row, verdict in judged if row.told("ai_authored")]),
        ("not hand-checked, a hint only", [(row, verdict) for row, verdict in judged if not row.hand_checked]),
    ):
        human = [(row, verdict) for row, verdict in rows if row.labels["ai_authored"] == "no"]
        stopped = [(row, blocking(verdict)) for row, verdict in human if blocking(verdict)]
        blind = sum(verdict["verdict"] == "incomplete" for _, verdict in human)
        yield f"ai_authored=no ({name}): {len(stopped)} of {len(human)} get a blocking finding, {blind} more end incomplete"
        yield from (f"    {row.id}: {', '.join(rules)}" for row, rules in stopped)
