"""Which tools, commands and servers a policy takes, and how they are told."""

from __future__ import annotations

from dataclasses import replace

import pytest

from prgate.model.tools import runs
from prgate.model.trace import EventKind, Session, TraceEvent
from prgate.rules import forbidden_tool
from tests.rules.traced import event, evidence, file, judged, ran, trace


def found(*events: TraceEvent, **params: tuple[str, ...]) -> list[str]:
    findings, _ = judged(forbidden_tool.RULE, evidence(file(), traces=(trace(*events),)), **params)
    return [finding.message for finding in findings]


@pytest.mark.parametrize(
    ("program", "entry"),
    [
        ("git push", "git push --force"),
        ("git push --force", "git reset"),
        ("gitk push", "git push"),
        ("git push --force", "push"),
        ("Git push", "git push"),
        ("git git", "git push"),
        ("git push", ""),
        ("", "git"),
        ("terraform plan", "terraform a*"),
    ],
)
def test_another_command_is_not_meant(program: str, entry: str) -> None:
    assert not runs(program, entry)


@pytest.mark.parametrize(
    ("program", "entry"),
    [
        ("git push", "git"),
        ("git push --force", "git push --force"),
        ("git push --force -u", "git -u push"),
        ("git push --force-with-lease", "git push --force*"),
        ("terraform apply", "terraform a*"),
        ("kubectl delete", "kube* delete"),
    ],
)
def test_the_words_of_an_entry_stand_in_any_order(program: str, entry: str) -> None:
    assert runs(program, entry)


def test_prompts_and_answers_are_no_tools() -> None:
    assert [] == found(event(EventKind.APPROVAL, 1, name="bypassed"), event(EventKind.PROMPT, 2), tools=("*",), only_tools=("x",))


def test_a_forbidden_name_is_told_once_and_not_again_as_one_that_is_not_allowed() -> None:
    call = event(EventKind.TOOL_CALL, 3, name="WebFetch")
    expected = ["The tool `WebFetch` is forbidden: used 2 times, first in `session.jsonl`, record 3"]
    assert expected == found(call, replace(call, ref=("session.jsonl", 7), ok=False), tools=("Web*",), only_tools=("Read",))
    ((finding,), _) = judged(forbidden_tool.RULE, evidence(file(), traces=(trace(call),)), tools=("Web*",))
    assert finding.certain


def test_a_server_is_no_tool_of_that_name() -> None:
    call = event(EventKind.MCP_CALL, 1, name="mail/send")
    tool = event(EventKind.TOOL_CALL, 2, name="mail")
    assert ["The MCP server `mail` is forbidden: used once, first in `session.jsonl`, record 1"] == found(tool, call, servers=("mail",))
    assert [] == found(tool, only_servers=("x",))


def test_every_program_of_a_command_is_looked_at() -> None:
    line = ran(1, "cd", "git push", "make all")
    assert ["The command `make all` is not among those allowed: used once, first in `session.jsonl`, record 1"] == found(
        line, only_commands=("cd", "git *")
    )


def test_what_has_no_name_cannot_be_allowed_and_is_only_asked_about() -> None:
    findings, _ = judged(
        forbidden_tool.RULE,
        evidence(file(), traces=(trace(event(EventKind.EDIT, 1, b"a.py"), ran(2)),)),
        only_tools=("x",),
        only_commands=("x",),
    )
    assert [
        ("A tool that the trace does not name cannot be allowed: used 2 times, first in `session.jsonl`, record 1", False),
        ("A command that could not be read cannot be allowed: used once, first in `session.jsonl`, record 2", False),
    ] == [(finding.message, finding.certain) for finding in findings]


def test_a_flood_of_names_is_counted_not_listed() -> None:
    findings = found(*(event(EventKind.TOOL_CALL, number, name=f"t{number}") for number in range(250)), only_tools=("x",))
    assert 101 == len(findings)
    assert "150 more names that the policy does not allow" == findings[-1]


def test_a_long_name_is_cut() -> None:
    (message,) = found(ran(1, "make " + "--x" * 500), commands=("make",))
    assert 300 > len(message)


@pytest.mark.parametrize(
    ("second", "times"),
    [
        (Session("claude-code", "s"), "once"),
        (Session("claude-code"), "2 times"),
        (Session("claude-code", "other"), "2 times"),
        (Session("codex", "s"), "2 times"),
    ],
)
def test_a_session_at_two_moments_counts_once(second: Session, times: str) -> None:
    call, more = event(EventKind.TOOL_CALL, 3, name="WebFetch"), event(EventKind.MESSAGE, 4)
    shorter, longer = trace(replace(call, ok=None), id="s"), trace(replace(call, ok=True), more, id="s")
    other = replace(longer, sessions=(second,))
    for traces in ((shorter, other), (other, shorter)):
        findings, _ = judged(forbidden_tool.RULE, evidence(file(), traces=traces), tools=("*",))
        assert [f"The tool `WebFetch` is forbidden: used {times}, first in `session.jsonl`, record 3"] == [one.message for one in findings]


def test_a_longer_session_hides_nothing_of_a_shorter_one() -> None:
    call, other = event(EventKind.TOOL_CALL, 3, name="WebFetch"), event(EventKind.TOOL_CALL, 3, name="Read")
    traces = (trace(call, id="s"), trace(other, other, other, id="s"))
    findings, _ = judged(forbidden_tool.RULE, evidence(file(), traces=traces), tools=("WebFetch",))
    assert 1 == len(findings)
    nothing = (trace(id=None), trace(id=None))
    assert ([], "0 acts in 2 traces") == judged(forbidden_tool.RULE, evidence(file(), traces=nothing), tools=("x",))
