"""Words that depend on a value."""

from __future__ import annotations

from prgate.formats.shape import shown
from prgate.model.wording import counted, quoted


def test_a_backtick_inside_a_quotation_does_not_end_it() -> None:
    assert r"`a\u{60}b\u{60}`" == quoted("a`b`")
    assert "`plain`" == quoted("plain")
    assert r"a\x60b\n" == shown("a`b\n")


def test_one_is_no_more_than_one() -> None:
    assert ("1 line", "0 lines", "1,204 lines") == (counted(1, "line"), counted(0, "line"), counted(1_204, "line"))
