from __future__ import annotations

from prgate.model.lines import telling, wrapped


def test_a_wrapped_statement_too_short_to_tell_anything_is_none() -> None:
    assert [] == list(wrapped([telling(b"("), telling(b")")]))


def test_a_wrapped_statement_is_told_by_its_first_and_last_line() -> None:
    assert [(0, 2)] == [(first, last) for first, last, _ in wrapped([telling(b"call("), telling(b"value"), telling(b")")])]
