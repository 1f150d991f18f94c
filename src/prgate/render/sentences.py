"""The sentences about a verdict that every output shares; values stand between backticks, and the sentence is still untrusted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from prgate.model.authorship import Origin, SignKind
from prgate.model.diff import Side
from prgate.model.verdict import AgentSeen, Conclusion, Outcome, Result, Scope, ScopeState, SignCount, Verdict
from prgate.model.wording import counted
from prgate.render.escape import prose
from prgate.render.view import Item, tally

_SIGNS = {
    SignKind.TRAILER: "trailer",
    SignKind.TRACE: "attached trace",
    SignKind.AUTHOR: "author",
    SignKind.COMMITTER: "committer",
    SignKind.OPENER: "opener",
    SignKind.BODY: "footer in the description",
    SignKind.BRANCH: "branch name",
}
"""How a mark is named, the most telling first."""
_ORDER = ("fail", "would fail", "warn", "unknown", "error", "waived", "pass", "not-applicable")
_WORDS = {"unknown": "not looked at", "error": "crashed", "not-applicable": "not applicable"}


def headline(verdict: Verdict, shown: Sequence[Item]) -> str:
    """``prgate: fail. 3 to mend, 1 to explain``; where observed rules alone would have said more, that too."""
    counted, observed = (tally(item for item in shown if item.observed is kind) for kind in (False, True))
    if verdict.verdict is Conclusion.PASS and observed:
        return f"prgate: pass (observing; if enforced: {verdict.if_enforced}, {observed})."
    return f"prgate: {verdict.verdict}. {counted}" if counted else f"prgate: {verdict.verdict}."


def to_read(verdict: Verdict) -> str:
    """How much of the change is on the reading list. Where prgate could not look at all of it, the number is a lower bound and says so."""
    reading = verdict.reading
    blind = verdict.verdict is Conclusion.INCOMPLETE
    if reading.lines == 0 and reading.items:
        return f"Read {counted(len(reading.items), 'place')} without added lines."
    if reading.of == 0:
        return ""
    if reading.lines == 0 and not blind:
        return f"Nothing to read first in {counted(reading.of, 'added line')}."
    return f"Read {'at least ' if blind else ''}{reading.lines:,} of {counted(reading.of, 'added line')}."


def who(verdict: Verdict, *, brief: bool = False) -> str:
    """Evidence of agents with its marks, what a person declared, what nothing speaks for, and who answers for it."""
    seen = verdict.authorship
    agent, declared, undeclared = (seen.lines.get(origin, 0) for origin in Origin)
    if not seen.agents:
        state = verdict.scope.state
        evidence = "Whether an agent took part is not known." if state is ScopeState.UNKNOWN else "No evidence of an agent."
        return evidence if brief else " ".join(filter(None, (evidence, _people(verdict))))
    on = f" on {agent:,}" if agent else ", on no added line"
    names = _list([prose(item.name, chars=40, words=5) for item in seen.agents[:3]], more=len(seen.agents) - 3)
    if brief:
        return f"Evidence of {names}{on}."
    if len(seen.agents) == 1:
        head = f"Evidence of {names}{on}{_marks(seen.agents[0], seen.commits)}"
    else:
        marked = [f"{prose(item.name, chars=40, words=5)}{_marks(item, seen.commits)}" for item in seen.agents[:3]]
        head = (
            f"Evidence of {_list(marked, more=len(seen.agents) - 3)}{on} together"
            if agent
            else f"Evidence of {_list(marked, more=len(seen.agents) - 3)}{on}"
        )
    rest = [f"a person declared {declared:,}" if declared else "", f"nothing says who wrote {undeclared:,}" if undeclared else ""]
    return " ".join(filter(None, (f"{'; '.join(filter(None, (head, *rest)))}.", _people(verdict))))


def waived(verdict: Verdict) -> str:
    """How many findings and rules an exception covers, and whose; empty where none does."""
    findings = sum(finding.waived for result in verdict.results for finding in result.findings)
    blind = sum(result.outcome is Outcome.WAIVED and not result.findings for result in verdict.results)
    parts = [counted(findings, "finding") if findings else "", counted(blind, "rule") if blind else ""]
    by = sorted({waiver.by for waiver in verdict.waivers})
    names = [f"`{prose(name, chars=40, words=2)}`" for name in by[:2]]
    whose = f" by {_list(names, more=len(by) - 2)}" if names else ""
    return f"{' and '.join(filter(None, parts))} waived{whose}." if any(parts) else ""


def rules(verdict: Verdict) -> str:
    """``All 11 rules: 3 fail, 2 warn, 1 not looked at, 5 pass``."""
    outcomes = Counter(outcome(result) for result in verdict.results)
    parts = [f"{outcomes[word]} {_WORDS.get(word, word)}" for word in _ORDER if outcomes[word]]
    parts += [f"{len(verdict.pending)} pending"] if verdict.pending else []
    total = len(verdict.results) + len(verdict.pending)
    return f"{'The only rule' if total == 1 else f'All {total} rules'}: {', '.join(parts)}" if parts else "No rule ran"


def outcome(result: Result) -> str:
    """A rule's outcome as it weighs: a failure that only warns is ``warn``, one that is only observed ``would fail``."""
    if result.outcome is not Outcome.FAIL:
        return result.outcome.value
    if result.mode == "observe":
        return "would fail"
    return "fail" if result.mode == "block" and any(each.certain and not each.waived for each in result.findings) else "warn"


def footer(verdict: Verdict) -> tuple[str, ...]:
    """What this was judged by, shortest form: head, policy, what enforcing every rule would say, what the gate does not do, its version."""
    head, policy = verdict.subject.head.sha, verdict.policy
    kind, _, name = policy.source.partition(":")
    source = f"policy `{prose(name, chars=80, words=4)}`" if kind in {"pack", "base"} else f"policy file `{policy.sha256[:7]}`"
    parts = (
        f"head `{head[:7]}`" if head else "",
        _origin(source, kind, policy.commit),
        "the head judged itself: not binding" if verdict.judge is Side.HEAD else "",
        f"if enforced: {verdict.if_enforced}" if verdict.if_enforced is not verdict.verdict else "",
        "checks evidence, not correctness",
        f"{verdict.tool.name} {prose(verdict.tool.version, chars=20, words=1)}",
    )
    return tuple(filter(None, parts))


def scope(seen: Scope) -> str:
    """Why this pull request is judged, or is not."""
    return f"{str(seen.state).replace('-', ' ').capitalize()}: {prose(seen.why, chars=300)}"


def sign(mark: SignCount, commits: int) -> str:
    """``trailer on 5 of 6 commits``, ``branch name``."""
    return f"{_SIGNS[mark.kind]} on {mark.commits:,} of {counted(commits, 'commit')}" if mark.commits else _SIGNS[mark.kind]


def _marks(agent: AgentSeen, commits: int) -> str:
    kinds = list(_SIGNS)
    told = sorted(agent.signs, key=lambda mark: kinds.index(mark.kind))[:4]
    return f" ({', '.join(sign(mark, commits) for mark in told)})" if told else ""


def _people(verdict: Verdict) -> str:
    owner, operator = verdict.authorship.owner, verdict.authorship.operator
    parts = [f"Accountable: `{prose(owner, chars=60, words=3)}`." if owner else ""]
    parts += [f"Run by `{prose(operator, chars=60, words=3)}`." if operator and operator != owner else ""]
    return " ".join(filter(None, parts))


def _list(names: Sequence[str], *, more: int) -> str:
    listed = [*names, f"{more} more"] if more > 0 else list(names)
    return listed[0] if len(listed) == 1 else f"{', '.join(listed[:-1])} and {listed[-1]}"


def _origin(source: str, kind: str, commit: str | None) -> str:
    if commit is None:
        return source
    return f"no policy at base `{commit[:7]}`, so {source}" if kind == "pack" else f"{source} from base `{commit[:7]}`"
