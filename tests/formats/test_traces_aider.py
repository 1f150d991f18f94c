"""Aider's chat history: sessions, prompts, commands, and the edits that aider says it applied."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prgate.errors import FormatError
from prgate.formats.traces import read_trace, recognises
from prgate.formats.traces.draft import Scribe
from prgate.model.lines import line_digest, unpacked
from prgate.model.trace import EventKind, Permit, Trace, TraceEvent

START = "\n# aider chat started at 2026-11-20 10:00:00\n\n"
OPENING = "> /opt/aider/bin/aider --model gpt-6  \n> Aider v0.86.1  \n> Main model: gpt-6 with diff edit format  \n> Git repo: .git with 12 files  \n"
BLOCK = "<<<<<<< SEARCH\nimport os\n=======\nimport os\nanswer = 42\n>>>>>>> REPLACE\n"


def history(*parts: str) -> Trace:
    return read_trace("t", "".join((START, *parts)).encode())


def answer(*parts: str) -> Trace:
    return history("\n#### mend it  \n\n", *parts)


def edits(trace: Trace) -> list[TraceEvent]:
    return [event for event in trace.events if event.kind is EventKind.EDIT]


def kinds(trace: Trace) -> list[EventKind]:
    return [event.kind for event in trace.events]


def brought(trace: Trace, *lines: str) -> bool:
    """Whether the one edit brings in these lines and no others."""
    (edit,) = edits(trace)
    assert edit.edit is not None
    found = [line_digest(line.encode()) for line in lines]
    return {digest for digest in found if digest is not None} == unpacked(edit.edit.lines)


@pytest.mark.parametrize(
    "text",
    [
        "# How we chat\n\n#### mend it\n\n> Applied\n",
        "the line `# aider chat started at 2026` in a text",
        '{"note": "\\n# aider chat started at 2026-11-20"}\n# aider chat started at 2026-11-20\n',
        "# aider chat started at noon\n",
        "",
    ],
)
def test_what_is_no_history_is_not_taken(text: str) -> None:
    assert not recognises(text.encode())


@pytest.mark.parametrize("text", [START, "text\n> $ aider a.py  \n", "> Aider v0.50.0  \n", "> Applied edit to a.py  \n"])
def test_a_history_shows_itself_by_a_line_of_aiders_own(text: str) -> None:
    assert recognises(text.encode())


def test_each_start_begins_a_session_without_a_time() -> None:
    trace = read_trace("t", f"{START}{OPENING}\n#### one  \n{START}{OPENING}\n#### two  \n".encode())
    assert ["aider", "aider"] == [session.agent for session in trace.sessions]
    assert [("0.86.1", ("gpt-6",), None)] * 2 == [(session.version, session.models, session.started) for session in trace.sessions]
    assert [(EventKind.PROMPT, 0, None), (EventKind.PROMPT, 1, None)] == [(event.kind, event.session, event.at) for event in trace.events]


def test_what_stands_before_the_first_start_is_a_session_too() -> None:
    trace = read_trace("t", b"> Aider v0.40.0  \n\n#### mend it  \n\nDone.\n")
    assert [EventKind.PROMPT, EventKind.MESSAGE] == kinds(trace)
    assert "0.40.0" == trace.sessions[0].version


def test_a_prompt_of_several_lines_is_one_and_an_answer_is_one_message() -> None:
    trace = answer("First.\n\nSecond.\n\n> Tokens: 1 sent  \n\n#### really  \n#### now  \n\nThird.\n")
    assert [EventKind.PROMPT, EventKind.MESSAGE, EventKind.PROMPT, EventKind.MESSAGE] == kinds(trace)


def test_the_lines_of_one_prompt_stand_together() -> None:
    scribe = Scribe()
    read_trace("t", f"{START}\n#### mend it  \n####   \n#### really  \n\nFirst.\n\nSecond.\n\n> Tokens: 1 sent  \n".encode(), scribe)
    assert ["mend it\n\nreally", "First.\n\nSecond.\n"] == [scribe.told[index][0] for index in scribe.kept]


@pytest.mark.parametrize("line", ["/add a.py", "/clear", "/exit", "/drop", "/undo"])
def test_what_steers_aider_is_no_prompt(line: str) -> None:
    assert [EventKind.PROMPT] == kinds(history(f"\n#### {line}  \n\n> done  \n\nwords\n\n#### mend it  \n"))


def test_asking_and_planning_are_prompts() -> None:
    assert [EventKind.PROMPT] * 3 == kinds(history("\n#### /ask why  \n\n#### /architect plan  \n\n#### /code do  \n"))


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("#### /run make test  ", "run"),
        ("#### /test pytest -x  ", "test"),
        ("#### !make  ", "run"),
        ("#### /git push  ", "git"),
        ("> Running make  ", "shell"),
    ],
)
def test_commands_are_what_a_person_or_the_agent_ran(line: str, name: str) -> None:
    trace = history(f"\n{line}\n\n> output  \n")
    assert [(EventKind.COMMAND, name, None)] == [(event.kind, event.name, event.ok) for event in trace.events]


def test_an_answer_to_a_commands_output_is_a_message() -> None:
    given = "\n#### /run make  \n\noutput\n\n> Add command output to the chat? (Y)es/(N)o [Yes]: y  \n\nI see.\n"
    assert [EventKind.COMMAND, EventKind.MESSAGE] == kinds(history(given))


@pytest.mark.parametrize(
    "shape",
    [
        f"a.py\n```python\n{BLOCK}```\n",
        f"a.py\n```\n{BLOCK}```\n",
        f"```python\na.py\n{BLOCK}```\n",
        f"**a.py:**\n```python\n{BLOCK}```\n",
        f"### `a.py`\n```python\n{BLOCK}```\n",
        f"```a.py\n{BLOCK}```\n",
        f"a.py\n````markdown\n{BLOCK}````\n",
        f"a.py\n<source>python\n{BLOCK}</source>\n",
        "a.py\n```python\n<<<<<<< ORIGINAL\n=======\nanswer = 42\n>>>>>>> UPDATED\n```\n",
        "```diff\n--- a.py\n+++ a.py\n@@ ... @@\n import os\n-x\n+answer = 42\n```\n",
        "a.py\n```python\nanswer = 42\n```\n",
    ],
)
def test_an_applied_edit_brings_in_what_the_answer_shows(shape: str) -> None:
    trace = answer("So:\n\n", shape, "\nThat is all.\n\n> Tokens: 1 sent  \n> Applied edit to a.py  \n")
    assert brought(trace, "answer = 42")
    assert [(b"a.py", True, "edit")] == [(edit.path, edit.ok, edit.name) for edit in edits(trace)]


def test_an_edit_that_was_not_applied_is_none() -> None:
    assert [] == edits(answer(f"a.py\n```python\n{BLOCK}```\n\n> The LLM did not conform to the edit format.  \n"))
    assert [] == edits(answer(f"a.py\n```python\n{BLOCK}```\n\n#### no, stop  \n\nWell.\n"))


def test_an_edit_of_an_earlier_answer_is_not_applied_later() -> None:
    trace = answer(f"a.py\n```python\n{BLOCK}```\n\n#### other way  \n\n> Applied edit to a.py  \n")
    assert brought(trace)


def test_blocks_of_one_file_are_applied_together_and_told_once() -> None:
    more = "<<<<<<< SEARCH\nx\n=======\nother = 43\n>>>>>>> REPLACE\n"
    trace = answer(f"a.py\n```python\n{BLOCK}```\n\n```python\n{more}```\n\n> Applied edit to a.py  \n> Applied edit to a.py  \n")
    assert brought(trace, "answer = 42", "other = 43")


def test_a_file_that_the_model_named_shorter_or_longer_is_the_same() -> None:
    for named, applied in (("a.py", "src/a.py"), ("src/a.py", "a.py")):
        trace = answer(f"{named}\n```python\n{BLOCK}```\n\n> Applied edit to {applied}  \n")
        assert brought(trace, "answer = 42")
        assert applied.encode() == edits(trace)[0].path
    assert brought(answer(f"ba.py\n```python\n{BLOCK}```\n\n> Applied edit to a.py  \n"))


def test_what_is_inside_a_block_is_no_line_of_aiders() -> None:
    inside = "<<<<<<< SEARCH\n# Notes\n=======\n#### heading of mine\n> Running down a quote\n>>>>>>> REPLACE\n"
    trace = answer(f"a.md\n```markdown\n{inside}```\n\n> Applied edit to a.md  \n")
    assert brought(trace, "#### heading of mine", "> Running down a quote")
    assert [EventKind.PROMPT, EventKind.MESSAGE, EventKind.EDIT] == kinds(trace)


@pytest.mark.parametrize("cut", ["#### next  \n", "> ^C KeyboardInterrupt  \n\n#### next  \n", f"{START}\n#### next  \n"])
def test_a_block_that_was_cut_off_ends_with_the_answer(cut: str) -> None:
    trace = answer(
        "a.py\n```python\n<<<<<<< SEARCH\nimport os\n=======\nwrong = 1\n\n",
        cut,
        f"\na.py\n```python\n{BLOCK}```\n\n> Applied edit to a.py  \n",
    )
    assert brought(trace, "answer = 42")
    assert 2 == kinds(trace).count(EventKind.PROMPT)


def test_a_block_that_begins_anew_forgets_what_was_searched() -> None:
    trace = answer(f"a.py\n```python\n<<<<<<< SEARCH\nimport os\n{BLOCK}```\n\n> Applied edit to a.py  \n")
    assert brought(trace, "answer = 42")


def test_angle_brackets_and_ticks_of_a_text_are_no_fences() -> None:
    assert brought(answer(f"<div>\n`a.py` it is\n\na.py\n```python\n{BLOCK}```\n\n> Applied edit to a.py  \n"), "answer = 42")


def test_a_block_without_a_file_is_none() -> None:
    assert brought(answer(f"So it is done:\n\n\n\n{BLOCK}\n> Applied edit to a.py  \n"))
    assert [] == edits(history(f"{BLOCK}\n#### mend it  \n"))


def test_a_block_that_never_ends_is_given_up() -> None:
    endless = "long line of a block\n" * 300_000
    trace = answer(f"a.py\n```python\n<<<<<<< SEARCH\n=======\n{endless}>>>>>>> REPLACE\n```\n> Applied edit to a.py  \n")
    assert brought(trace)


def test_files_in_the_chat_were_read_and_commits_are_named() -> None:
    trace = history("> Added src/a.py to the chat  \n> Added b.md to read-only files.  \n> Commit e2d5212 feat: it  \n> Commit nothing  \n")
    assert [("add", b"src/a.py", True), ("add", b"b.md", True), ("commit:e2d5212", None, False)] == [
        (event.name, event.path, event.reads) for event in trace.events
    ]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("> Run shell command? (Y)es/(N)o/(D)on't ask again [Yes]: y  ", True),
        ("> Run shell commands? (Y)es/(N)o [Yes]: no  ", False),
        ("> Allow edits to file that has not been added to the chat? (Y)es/(N)o [Yes]: n  ", False),
    ],
)
def test_what_a_person_answered_is_an_approval(line: str, expected: bool) -> None:
    trace = history(f"{line}\n")
    assert [(EventKind.APPROVAL, Permit.ANSWER, expected)] == [(event.kind, event.name, event.ok) for event in trace.events]


def test_line_ends_and_a_byte_order_mark_change_nothing() -> None:
    text = f"{START}{OPENING}\n#### mend it  \n\na.py\n```python\n{BLOCK}```\n\n> Applied edit to a.py  \n> Running make  \n"
    plain = read_trace("t", text.encode())
    assert plain == read_trace("t", b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())


def test_a_path_that_is_not_utf_8_is_kept_and_one_that_is_too_long_is_none() -> None:
    assert b"caf\xe9.py" == edits(read_trace("t", START.encode() + b"> Applied edit to caf\xe9.py  \n"))[0].path
    assert [] == edits(history("\n#### x  \n", f"> Applied edit to {'a' * 5000}  \n"))


def test_a_line_longer_than_a_record_may_be_is_refused() -> None:
    with pytest.raises(FormatError) as refused:
        history("x" * (17 * 1024 * 1024))
    assert refused.value.over_limit


PIECES = st.sampled_from([
    START, OPENING, BLOCK, "```python\n", "```\n", "a.py\n", "#### mend it  \n", "#### /run make  \n", "> Applied edit to a.py  \n", "\n", "words\n",
    "<<<<<<< SEARCH\n", "=======\n", ">>>>>>> REPLACE\n", "@@ -1 +1 @@\n", "+++ b\n", "<source>\n", "> ^C  \n", "> Commit 1234567 x  \n",
])  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(PIECES, max_size=30))
def test_no_order_of_lines_breaks_the_reader(pieces: list[str]) -> None:
    trace = history("\n#### mend it  \n", *pieces, "\n#### end  \n")
    assert EventKind.PROMPT in kinds(trace)
    assert len(edits(trace)) <= sum(piece.startswith("> Applied") for piece in pieces)


def test_an_answer_that_edits_more_files_than_any_does_costs_no_more() -> None:
    many = "".join(f"f{number}.py\n{BLOCK}" for number in range(2_000))
    start = time.process_time()
    trace = answer(many, "> Applied edit to f199.py\n> Applied edit to f200.py\n", "> Applied edit to other.py\n" * 40_000)
    assert time.process_time() - start < 10
    assert [(event.path, bool(event.edit and event.edit.lines)) for event in edits(trace)] == [
        (b"f199.py", True),
        (b"f200.py", False),
        (b"other.py", False),
    ]
