"""What a description says, without what nobody sees."""

from __future__ import annotations

import pytest

from prgate.recognise.description import Line, description_lines, section, sentences
from tests.hang import no_hang


@pytest.mark.parametrize(
    ("raw", "line"),
    [
        ("- [ ] **No** AI", Line("No AI", ticked=False)),
        ("- [x] **No** AI", Line("No AI", ticked=True)),
        ("* [X] `No` AI", Line("No AI", ticked=True)),
        ("  1. [ x ] No AI", Line("No AI", ticked=True)),
        ("- [x]No AI", Line("[x]No AI")),
        ("- [link](https://example.com/a) here", Line("link here")),
        ("### _AI_ disclosure ###", Line("AI disclosure", 3)),
        ("#no heading", Line("#no heading")),
        ("**AI disclosure:**", Line("AI disclosure:", 7)),
        ("**AI**: Claude", Line("AI: Claude")),
        ("snake_case stays, <b>tags</b> and <https://example.com> go", Line("snake_case stays, tags and go")),
        ("seen <!-- hidden --> seen", Line("seen seen")),
        ("seen <!-- never closed", Line("seen")),
        ("<!-- a whole line -->", Line("")),
        ("No A\u200bI \uff54ools, na\u00efve", Line("No AI tools, na\u00efve")),
    ],
)
def test_a_line_is_read_as_it_is_shown(raw: str, line: Line) -> None:
    assert (line,) == description_lines(raw, {})


def test_what_is_not_ticked_a_heading_and_an_empty_line_say_nothing() -> None:
    lines = description_lines("- [ ] a\n- [x] b\n## c\n\nd\n> e\n**f**", {})
    assert ["b", "d"] == [line.text for line in lines if line.said]


def test_a_section_ends_at_the_next_heading_that_is_no_lower_and_every_one_of_its_title_counts() -> None:
    text = "a\n## 🤖 AI Disclosure!\nb\n### c\nd\n**ai_disclosure**\n# e\nf\n# AI disclosure\ng\n## h\ni\n"
    assert ["b", "c", "d", "ai_disclosure", "g", "h", "i", ""] == [
        line.text for line in section(description_lines(text, {}), "ai disclosure")
    ]


def test_a_title_that_stands_nowhere_has_nothing_under_it() -> None:
    assert [] == list(section(description_lines("AI disclosure\n## Other\nb", {}), "AI disclosure"))


def test_a_line_is_parted_into_sentences() -> None:
    assert ("Adds a cap.", "No AI was used!") == sentences("Adds a cap. No AI was used!")


@pytest.mark.parametrize("unit", ["<!--", "- [x] ", "[", "[a](", "**", "__", "<a", "# ", "*", "_ ", "<a>", "`"])
@pytest.mark.parametrize("break_", ["", "\n"])
def test_repetition_in_a_description_does_not_hang(unit: str, break_: str) -> None:
    with no_hang():
        description_lines((unit + break_) * (200_000 // len(unit)), {})
