"""The sentences about a verdict that every output shares; values stand between backticks, and the sentence is still untrusted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from prgate.items import Item, tally
from prgate.model.authorship import Origin, SignKind
from prgate.model.diff import Side
from prgate.model.verdict import AgentSeen, Conclusion, Outcome, Result, Scope, ScopeState, SignCount, Verdict
from prgate.model.wording import counted, listed
from prgate.render.escape import prose
from prgate.render.heard import let_through

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
_AGENTS = 3
"""Agents that a sentence names."""
_ORDER = ("fail", "would fail", "warn", "unknown", "error", "waived", "pass", "not-applicable")
_WORDS = {"unknown": "not looked at", "error": "crashed", "not-applicable": "not applicable"}


def headline(verdict: Verdict, shown: Sequence[Item]) -> str:
    """``prgate: fail. 3 to mend, 1 to explain``; what broken glass let through, and what observed rules alone would have said, too."""
    counted, observed = (tally(item for item in shown if item.observed is kind) for kind in (False, True))
    if verdict.verdict is Conclusion.PASS and observed:
        return f"prgate: pass (observing; if enforced: {verdict.if_enforced}, {observed})."
    parts = ", ".join(filter(None, (let_through(verdict), counted)))
    return f"prgate: {verdict.verdict}. {parts}" if parts else f"prgate: {verdict.verdict}."


def to_read(verdict: Verdict) -> str:
    """How much of the change is on the reading list. Where prgate could not look at all of it, the number is a lower bound and says so."""
    reading = verdict.reading
    blind = verdict.verdict is Conclusion.INCOMPLETE
    left = sum(item.answered_by is None for item in reading.items)
    if reading.lines == 0 and left:
        return f"Read {counted(left, 'place')} without added lines."
    if reading.of == 0:
        return ""
    if reading.lines == 0 and not blind:
        done = reading.items and left == 0
        return f"Nothing {'left to read of' if done else 'to read first in'} {counted(reading.of, 'added line')}."
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
    names = [prose(item.name, chars=40, words=5) for item in seen.agents]
    if brief:
        return f"Evidence of {listed(names, _AGENTS)}{on}."
    if len(seen.agents) == 1:
        head = f"Evidence of {names[0]}{on}{_marks(seen.agents[0], seen.commits)}"
    else:
        marked = (f"{name}{_marks(item, seen.commits)}" for name, item in zip(names, seen.agents, strict=True))
        head = f"Evidence of {listed(marked, _AGENTS)}{on}{' together' if agent else ''}"
    rest = [f"a person declared {declared:,}" if declared else "", f"nothing says who wrote {undeclared:,}" if undeclared else ""]
    return " ".join(filter(None, (f"{'; '.join(filter(None, (head, *rest)))}.", _people(verdict))))


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
    return "fail" if result.mode == "block" and any(each.certain and each.open for each in result.findings) else "warn"


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
    """Who answers for it and who ran the agent, each with where that comes from; on a pull request also that nobody is known to answer for it."""
    seen = verdict.authorship
    nobody = "Nobody is known to answer for it." if verdict.subject.pr is not None and seen.agents else ""
    ran = f"Run by {_told(seen.operator, seen.operator_by)}." if seen.operator and seen.operator != seen.owner else ""
    return " ".join(filter(None, (f"Accountable: {_told(seen.owner, seen.owner_by)}." if seen.owner else nobody, ran)))


def _told(login: str, by: str | None) -> str:
    return f"`{prose(login, chars=60, words=3)}`{f' ({prose(by, chars=80, words=8)})' if by else ''}"


def _origin(source: str, kind: str, commit: str | None) -> str:
    if commit is None:
        return source
    return f"no policy at base `{commit[:7]}`, so {source}" if kind == "pack" else f"{source} from base `{commit[:7]}`"
