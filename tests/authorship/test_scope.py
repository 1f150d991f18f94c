from __future__ import annotations

import pytest

from prgate.authorship.scope import decide_scope
from prgate.model.commit import Commit
from prgate.model.facts import Facts
from prgate.model.missing import Missing
from prgate.model.policy import Judge
from prgate.model.verdict import Fault, Scope, ScopeState
from tests.authorship.material import ABSENT, commit, facts, marked, signs, trace


@pytest.mark.parametrize(
    ("told", "commits", "traces_missing", "message", "fix"),
    [
        (ABSENT, (commit(),), False, "the forge's facts", "Give the facts with `--pr FACTS.json`"),
        (facts(), ABSENT, False, "the commits of the range", "Judge a range of commits"),
        (facts(), (commit(),), True, "a trace", "Mend or leave out the trace"),
        (
            ABSENT,
            ABSENT,
            True,
            "the forge's facts, the commits of the range and a trace",
            "Give the facts with `--pr FACTS.json`, judge a range of commits and mend or leave out the trace",
        ),
    ],
)
def test_what_could_not_be_read_leaves_the_scope_unknown_with_a_fault(
    told: Facts | Missing, commits: tuple[Commit, ...] | Missing, traces_missing: bool, message: str, fix: str
) -> None:
    scope, faults = decide_scope(Judge.AGENTS, facts=told, commits=commits, signs=(), traces_missing=traces_missing)
    said = f"No evidence of an agent was found, but {message} could not be read, so whether to judge cannot be decided"
    assert scope == Scope(ScopeState.UNKNOWN, f"{said}.")
    assert faults == (Fault(said, f"{fix}, or judge every pull request with `--judge all`"),)


def test_nothing_found_where_everything_could_be_read_is_not_judged() -> None:
    scope = decide_scope(Judge.AGENTS, facts=facts(), commits=(commit(),), signs=(), traces_missing=False)
    assert scope == (Scope(ScopeState.NOT_JUDGED, "No evidence of an agent."), ())


def test_a_suggestion_that_somebody_took_and_a_label_are_no_evidence_of_an_agent() -> None:
    taken = commit(message="Take it\n\nCo-authored-by: Copilot <175728472+Copilot@users.noreply.github.com>")
    told = facts(labels=("ai-generated", "codex"))
    scope, faults = decide_scope(Judge.AGENTS, facts=told, commits=(taken,), signs=signs(taken, facts=told), traces_missing=False)
    assert (ScopeState.NOT_JUDGED, ()) == (scope.state, faults)


def test_one_mark_is_enough_whatever_could_not_be_read() -> None:
    found = signs(marked(), traces=(trace(agent="in-house"),), head_ref="claude/x")
    scope = decide_scope(Judge.AGENTS, facts=ABSENT, commits=ABSENT, signs=found, traces_missing=True)
    assert scope == (Scope(ScopeState.JUDGED, "Evidence of Claude Code (trailer, branch) and in-house (trace)."), ())


def test_judge_all_needs_no_evidence() -> None:
    scope = decide_scope(Judge.ALL, facts=ABSENT, commits=ABSENT, signs=(), traces_missing=True)
    assert scope == (Scope(ScopeState.JUDGED, "Every pull request is judged."), ())
