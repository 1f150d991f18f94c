from __future__ import annotations

from prgate.recognise.expressions import finds, takes


def test_one_pattern_of_several_is_enough_and_none_finds_nothing() -> None:
    assert (False, False, True) == (finds((), "abc"), finds(("x", "^b"), "abc"), finds(("x", "b"), "abc"))


def test_a_pattern_takes_the_whole_of_a_text_or_nothing() -> None:
    assert (False, True) == (takes("ab", "abc"), takes("ab.", "abc"))


def test_half_a_surrogate_pair_is_read_as_a_character_that_no_pattern_names() -> None:
    assert finds(("^a.b$",), "a\ud800b")
