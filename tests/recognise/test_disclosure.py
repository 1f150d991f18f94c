"""The usual wordings, and what looks like one and is none."""

from __future__ import annotations

import pytest

from prgate.recognise.disclosure import denies, discloses, is_answer, is_no
from tests.hang import no_hang

NO_DENIAL = (
    "No AI slop",
    "I have read the no AI policy",
    "No AI was used to write this description",
    "I did not use AI to respond to comments",
    "No unreviewed AI-generated code",
    "No AI-generated code without review",
    "No AI tools were used, except for the wording",
    "No AI tools were used but Claude",
    "This PR contains no AI images",
    "If AI tools were used, I have disclosed which ones, and fully reviewed and verified their output.",
    "AI tools were used",
    "The endpoint does not use AI",
    "Adds a no-op for AI",
    "No airline was used",
    "No aim was used",
    "No AI features in this release",
    "Written without aid",
    "Human-readable",
    "AI: yes",
    "No AI was used for the docs",
    "This PR was generated with Claude Code",
)
DENIALS = (
    "No AI tools were used in preparing this PR.",
    "No AI was used.",
    "No AI used",
    "None of the AI tools was used",
    "No LLM tools were used to write this change",
    "No AI/LLM tools used",
    "No AI or LLM tools were used",
    "No AI assistance",
    "I did not use AI",
    "I have not used any generative AI tools in this PR.",
    "We didn't use LLMs.",
    "We didn\u2019t use LLMs.",
    "This PR was written entirely by hand, without AI.",
    "This change was made without the use of AI tools.",
    "Written without any AI assistance.",
    "This PR does not contain AI-generated code.",
    "Not AI-generated.",
    "AI usage: none",
    "AI assistance: No",
    "AI usage \u2014 none",
    "Did you use AI tools? No",
    "Was AI used in this PR?: no.",
    "Human-written",
    "100% human-written",
)
NO_DISCLOSURE = (
    "Add Claude model names",
    "Fix cursor position in text",
    "Was this PR written with AI?",
    "If AI tools were used, I have disclosed which ones",
    "Please disclose if you used AI tools",
    "No AI tools were used in preparing this PR.",
    "Support the Gemini API",
    "AI Assistance Disclosure (REQUIRED)",
    "This PR was made without the use of AI tools.",
    "No AI was used to write this description",
    "Not AI-generated.",
    "Handle AI responses",
    "A workflow was created to automate pull request reviews using Claude",
    "Improves the experience with AI-assisted coding features",
)
DISCLOSURES = (
    "This PR was written in part with the assistance of generative AI",
    "Generated with Claude Code",
    "I used Copilot for the tests",
    "Claude Code was used to write the parser",
    "AI-assisted",
    "AI-generated code, reviewed by me",
    "Assisted-by: Claude:claude-3-opus",
    "PR created automatically by Jules for task 17",
    "AI usage: Claude Code for the tests",
    "Disclosure: Codex wrote the tests",
    "We\u2019ve used ChatGPT to draft the docs",
    "Drafted with Cursor",
    "With some help from Codex",
    "Did you use AI? Yes",
)


@pytest.mark.parametrize("text", NO_DENIAL)
def test_what_speaks_of_a_part_or_of_something_else_denies_nothing(text: str) -> None:
    assert not denies(text)


@pytest.mark.parametrize("text", DENIALS)
def test_a_usual_denial_is_known(text: str) -> None:
    assert denies(text)


@pytest.mark.parametrize("text", NO_DISCLOSURE)
def test_a_question_a_condition_a_denial_and_a_mention_disclose_nothing(text: str) -> None:
    assert not discloses(text)


@pytest.mark.parametrize("text", DISCLOSURES)
def test_a_usual_disclosure_is_known(text: str) -> None:
    assert discloses(text)


@pytest.mark.parametrize(
    ("text", "answer", "no"), [("", False, False), ("TBD", False, False), ("None.", True, True), ("Codex", True, False)]
)
def test_a_short_answer_is_told_from_none(text: str, answer: bool, no: bool) -> None:
    assert (answer, no) == (is_answer(text), is_no(text))


@pytest.mark.parametrize("unit", ["no ai ", "ai or ", "with ", "generated ", "ai tools "])
def test_repetition_does_not_hang_a_wording(unit: str) -> None:
    text = unit * (1_000_000 // len(unit))
    with no_hang():
        denies(text)
        discloses(text)
