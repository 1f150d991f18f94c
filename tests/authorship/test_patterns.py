from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prgate.authorship.patterns import match, parse
from tests.hang import no_hang


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("a", "b"),
        ("a", "ab"),
        ("a", "xa"),
        ("a-{digits}", "a-"),
        ("a-{digits}", "a-1x"),
        ("a-{digits}-{hex}", "a-1-xyz"),
        ("a-{digits}!", "a-1"),
        ("a {rest}", "a "),
        ("a/{token}", "a/b/c"),
        ("({url})", "(a b)"),
        ("x{digits}1", "x11"),  # greedy, and never goes back
        ("a-{digits}", "a-٣"),  # digits are ASCII
    ],
)
def test_a_text_of_another_form_does_not_match(pattern: str, text: str) -> None:
    assert match(parse(pattern), text) is None


@pytest.mark.parametrize(
    ("pattern", "text", "login"),
    [
        ("a", "a", ""),
        ("a-{digits}", "a-42", ""),
        ("a {rest}", "a b c", ""),
        ("by @{login} for {url}", "by @dana-d for https://x.example/?a=1", "dana-d"),
        ("{token}/crew/{token}", "rig/crew/em_ma", ""),
    ],
)
def test_a_text_of_the_form_matches_and_yields_the_login(pattern: str, text: str, login: str) -> None:
    assert match(parse(pattern), text) == login


@pytest.mark.parametrize("pattern", ["{", "{x}", "{digits", "{rest}x", "{rest}{digits}", "{name}", "a{name}b", "{name}a{digits}"])
def test_a_malformed_pattern_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match=r"class|last|first"):
        parse(pattern)


def test_a_hostile_text_does_not_hang_a_match() -> None:
    with no_hang():
        assert match(parse("{token}{token}{token}-{digits}{digits}!"), "a" * 1_000_000) is None


@settings(deadline=None, max_examples=100)
@given(st.text(alphabet="ab}1", max_size=8), st.text(max_size=8))
def test_literal_text_matches_itself_only(literal: str, other: str) -> None:
    assert (match(parse(literal), literal), match(parse(literal), other) is not None) == ("", other == literal)


@pytest.mark.parametrize("text", [" (tool)", "(tool)", "Dana (tool) ", "Dana"])
def test_a_name_is_what_stands_before_the_literal_end_and_at_least_one_character(text: str) -> None:
    assert match(parse("{name} (tool)"), text) is None


def test_a_name_may_hold_what_the_literal_end_holds() -> None:
    assert match(parse("{name} (tool)"), "D (tool) (tool)") == ""


def test_the_literal_text_of_a_pattern_is_all_of_it() -> None:
    assert parse("a{digits}b{hex}c").literal == "abc"
