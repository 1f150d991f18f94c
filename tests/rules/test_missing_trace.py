"""What is said of the traces that were found, and how one is brought that was not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from prgate.model.authorship import Agent, Authorship
from prgate.model.evidence import Traces
from prgate.model.grade import Grade
from prgate.model.trace import EventKind, Session
from prgate.rules.missing_trace import RULE
from tests.rules.traced import event, evidence, judged, trace

AGENTS = Authorship((Agent("claude-code", "Claude Code", Grade.CLAIMED, True, ()),), None, None, {}, {})
PROMPT = event(EventKind.PROMPT, 1)


@pytest.mark.parametrize(
    ("version", "said"),
    [
        (None, "Claude Code"),
        ("2.1.197", "Claude Code 2.1"),
        ("2.1", "Claude Code 2.1"),
        ("v2", "Claude Code"),
        ("2.1`**", "Claude Code 2.1"),
        ("2." + "1" * 9, "Claude Code"),
    ],
)
def test_the_agent_is_named_with_the_first_two_numbers_of_its_version(version: str | None, said: str) -> None:
    given = evidence(traces=(trace(PROMPT, version=version),), authorship=AGENTS)
    assert ([], f"{said}, 1 event") == judged(RULE, given)


def test_traces_agents_events_and_what_is_unreadable_are_counted() -> None:
    one = replace(trace(PROMPT, PROMPT, version="2.1.0"), skipped=1)
    others = tuple(replace(trace(PROMPT), sessions=(Session(name),)) for name in ("codex", "a`b", "amp", "devin"))
    given = evidence(traces=(one, replace(one, skipped=1), *others), authorship=AGENTS)
    assert ([], "6 traces, Claude Code 2.1, `codex`, `a\\u{60}b`, 2 more, 8 events, 2 records unreadable") == judged(RULE, given)


def test_the_cure_names_the_command_where_the_gate_looks_for_what_it_leaves() -> None:
    cures = []
    for searched in (("input",), ("input", "refs")):
        (finding,), _ = judged(RULE, replace(evidence(traces=(), authorship=AGENTS), traces=Traces((), searched)))
        cures.append(finding.fix)
    assert [
        "Attach the session that made this change. Looked for in what the gate is given.",
        "Attach the session: `prgate attach` where it ran. Looked for in what the gate is given and what is attached to the branch.",
    ] == cures
