from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prgate.authorship.signature_file import shipped
from prgate.authorship.signatures import mark_lines
from tests.hang import no_hang

KNOWN = shipped()
FOOTER = "🤖 Generated with [Claude Code](https://claude.ai/code)"
PLAIN_FOOTER = "Generated with [Claude Code](https://claude.ai/code)"
TALK = {
    "prose after it": "The form is\nMark: x\nand it stands last.",
    "prose right after it": "Mark: x\nis the form that we look for.",
    "a line of code below it": "text\nMark: x\n    and code",
    "a colon before it": "The form is:\nMark: x\n\nMore.",
    "a colon in the paragraph before": "The form is:\n\nMark: x\n\nMore of it.",
    "a colon and rows of trailers": "The form is:\n\nOther: y\nMark: x\n\nMore of it.",
    "a bullet that ends with a colon": "* the form:\n  Mark: x\n* more",
    "the text of a bullet": "- Mark: x\n* Mark: x\n+ Mark: x\n1. Mark: x\n2) Mark: x",
    "code": "Look.\n\n    Mark: x\n\nMore.",
    "code that folds": "Look.\n\n    Mark: x\n      y\n\nMore of it.",
    "code by a tab": "Look.\n\n\tMark: x\n\nMore.",
    "code below a bullet": "* one\n\n      Mark: x\n\nMore.",
    "code under prose": "Look at\n    Mark: x\nfor it.",
    "a quote": "> Mark: x",
    "a fence": "```\nMark: x\n```\nMore.",
    "a word with a colon before it": "Example:\nMark: x",
    "a word with a colon in mid-paragraph": "Other: y\nExample:\nMark: x\n\nMore of it.",
    "a colon and a footer's place": f"The form is:\n\n{PLAIN_FOOTER}\nMark: x\n\nMore of it.",
}
SAID = {
    "alone": "Mark: x",
    "last of prose": "It does a thing\nMark: x",
    "last, though a colon introduces it": "The form is:\n\nMark: x\nOther: y",
    "mid-message": "One.\n\nMark: x\n\nTwo.",
    "below a bullet": "* one\n\nMark: x\n\n* two",
    "indented below a bullet": "* one\n\n  Mark: x\n\n* two",
    "tight below a bullet": "* one\n  Mark: x\n* two",
    "below a nested bullet": "* one\n  - more\n  Mark: x\n  - and more",
    "back at the outer bullet": "- one\n    - more\n\n    Mark: x\n\nMore: y",
    "below a numbered bullet": "1. one\n   Mark: x\n2. two",
    "up to three columns in": "One.\n\n   Mark: x\n\nTwo.",
    "above a rule": "One.\n\nMark: x\n---------\nOther: y\n\nTwo.",
    "above a footer of emoji": f"One.\n\nMark: x\n{FOOTER}\n\nTwo.",
    "above a footer of words": f"One.\n\nMark: x\n{PLAIN_FOOTER}\n\nTwo.",
    "above a line of signs": "One.\n\nMark: x\n<!-- this and that and more -->\n👀 two people read it\n\nTwo.",
    "above a reference": "One.\n\nMark: x\nFixes #7\n\nTwo.",
    "above a word with a colon": "One.\n\nMark: x\nPlan:\nthis and that and more\n\nTwo.",
    "above a labelled value": "One.\n\nMark: x\nRequested by: somebody\n\nTwo.",
    "after a quote that a colon introduces": "They said:\n\n> words\n\nMark: x\n\nMore of it.",
    "after a fence that a colon introduces": "Run:\n```\nit\n```\nMark: x\n\nMore of it.",
    "after code that a colon introduces": "Run:\n\n    it\n\nMark: x\n\nMore of it.",
    "squashed by git": "Squashed commit of the following:\n\ncommit 1a2b3c4d\nAuthor: D <d@example.org>\nDate:   today\n\n    One\n\n    Mark: x\n\ncommit 2b3c4d5e\nAuthor: D <d@example.org>\n\n    Two\n",
    "squashed by git with bullets": "commit 1a2b3c4d\nMerge: 1 2\nAuthor: D <d@example.org>\n\n    One\n\n    * more\n      Mark: x\n    * and more\n",
}


@pytest.mark.parametrize("text", TALK.values(), ids=TALK)
def test_what_talks_of_a_mark_bears_none(text: str) -> None:
    assert "Mark: x" not in list(mark_lines(KNOWN, text))


@pytest.mark.parametrize("text", SAID.values(), ids=SAID)
def test_what_says_a_mark_bears_it(text: str) -> None:
    assert "Mark: x" in list(mark_lines(KNOWN, text))


def test_indented_code_is_no_squashed_commit_unless_its_header_stands_above() -> None:
    text = "commit 1a2b3c4d\n\n    Mark: x\n\nMore of it.\n\n    Mark: y\n\nMore of it."
    assert ["commit 1a2b3c4d", "Mark: x"] == list(mark_lines(KNOWN, text))


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("Mark: x\n y", ["Mark: x y"]),
        ("Mark: x\n\ty\n  z", ["Mark: x y z"]),
        ("Mark: x\n      y", ["Mark: x y"]),
        ("* one\n  Mark: x\n    y", ["Mark: x y"]),
        ("Mark: D <d@example.org>\n y", ["Mark: D <d@example.org>", "y"]),  # whole without it
        ("Mark: x\n Other: y", ["Mark: x", "Other: y"]),  # a trailer of its own
        ("Mark: x\ny", ["Mark: x", "y"]),  # not indented
        ("words\n y", ["words", "y"]),  # nothing to fold into
        (f"Mark: {'x' * 1000}\n y", [f"Mark: {'x' * 1000}", "y"]),
    ],
)
def test_trailers_are_unfolded(text: str, lines: list[str]) -> None:
    assert lines == list(mark_lines(KNOWN, text))


@pytest.mark.parametrize("line", ["Mark: x", " y", "Mark:", "* x", "    - x", "> x", "commit 1a2b3c4d", "\t", "words and words", "```"])
def test_no_hostile_text_hangs_the_reader(line: str) -> None:
    with no_hang():
        found = sum(1 for _ in mark_lines(KNOWN, "Mark: x\n" + "\n".join([line] * 100_000)))
    assert found <= 100_001


def test_deep_bullets_do_not_hang_the_reader() -> None:
    with no_hang():
        assert [] == list(mark_lines(KNOWN, "\n".join(" " * depth + "- x" for depth in range(3_000))))


LINES = st.sampled_from(
    ["Mark: x", "  Mark: x", "    Mark: x", "* one", "  - two", "words here", "It is:", "", "> q", "```", "commit 1a2b3c4d", FOOTER]
)


@settings(deadline=None, max_examples=200)
@given(st.lists(LINES, max_size=12))
def test_only_lines_of_the_text_come_out_in_their_order(lines: list[str]) -> None:
    rest = iter(line.strip() for line in lines)
    assert all(any(line.endswith(one) or one in line for one in rest if one) for line in mark_lines(KNOWN, "\n".join(lines)))
