from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prgate.recognise.own_lines import own_lines
from tests.hang import no_hang

BLOCKS = {"<!-- begin review -->": "<!-- end review -->", "<!-- HIDDEN -->": "<!-- HIDDEN -->"}


@pytest.mark.parametrize(
    "text",
    [
        "> MARK",
        "  >MARK",
        "```\nMARK\n```",
        "```toml\nMARK\n```",
        "~~~\nMARK\n~~~",
        "````\n```\nMARK\n````",
        "   ```\nMARK\n   ```",
        "<!--\nMARK\n-->",
        "<!-- MARK\nMARK\n-->MARK",
        "text <!-- hidden\nMARK\n-->",
        "<!-- begin review -->\nMARK\n<!-- end review -->",
        "<!-- HIDDEN -->\nMARK\n<!-- HIDDEN -->",
        "<!-- begin review -->\r\nMARK\r\n<!-- end review -->",
        "```\n<!--\n```\n<!--\nMARK\n-->",
    ],
)
def test_what_others_wrote_or_nobody_sees_is_left_out(text: str) -> None:
    assert "MARK" not in list(own_lines(text, BLOCKS))


@pytest.mark.parametrize(
    "text",
    [
        "MARK",
        "a\r\nMARK\r\n",
        "```\nMARK",  # never closed
        "```x\nMARK\n```x",  # an info string closes nothing
        "    ```\nMARK\n    ```x",  # indented code opens nothing
        "``` a`b ```\nMARK\n```",  # a code span, then a fence never closed
        "````\nMARK\n```",  # too short to close
        "<!--\nMARK",
        "`<!--` is how a comment starts\nMARK\n<!-- x -->",
        "<!-- begin review -->\nMARK",
        "<!-- end review -->\nMARK",
        "<!-- one line -->\nMARK",
        "```\ncode\n```\nMARK",
        "> quoted\nMARK",
        "<!-- begin review -->\nx\n<!-- end review -->\nMARK",
        "<!-- HIDDEN -->\nx\n<!-- HIDDEN -->\nMARK\n<!-- HIDDEN -->",
        "<!--\nx\n-->\nMARK",
    ],
)
def test_what_the_author_wrote_stays(text: str) -> None:
    assert "MARK" in list(own_lines(text, BLOCKS))


def test_a_comment_of_one_line_comes_as_it_is() -> None:
    assert list(own_lines("<!-- SIGNED -->\n> x\nend", {})) == ["<!-- SIGNED -->", "end"]


@pytest.mark.parametrize("line", ["```x", "~~~", "<!--", "-->", "<!-- begin review -->", "`", "> "])
def test_no_hostile_text_hangs_the_reader(line: str) -> None:
    with no_hang():
        own = sum(1 for _ in own_lines("\n".join([line] * 300_000), BLOCKS))
    assert own == (0 if line in {"~~~", "> "} else 300_000)


@settings(deadline=None, max_examples=200)
@given(st.lists(st.sampled_from(["MARK", "```", "~~~", "````x", "<!--", "-->", "> q", *BLOCKS, *BLOCKS.values(), ""]), max_size=12))
def test_only_whole_lines_of_the_text_come_out_in_their_order(lines: list[str]) -> None:
    rest = iter("\n".join(lines).split("\n"))
    assert all(line in rest for line in own_lines("\n".join(lines), BLOCKS))
