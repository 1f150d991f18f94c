"""Somebody takes a login that looks like a maintainer's, or writes his own so that he looks like somebody else.

Group: identity
Seen in: look-alikes of maintainers in pull requests of 2024 and 2025 that asked for a quick merge
Held by: a login of other than ASCII letters is refused where facts are read; a look-alike in ASCII is another person, with what the forge gives
  that one; logins that differ in case only are one.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.attacks.saying import READ, Room


@pytest.mark.parametrize("by", ["m\u0430int-one", "maint\u2010one", "maint-one\u200b", "maint-\u043ene"])
def test_a_login_in_other_letters_is_no_fact(tmp_path: Path, by: str) -> None:
    bench = Room(tmp_path)
    bench.comment(f"/prgate {READ}", by)
    checked = bench.run()
    assert (1, "unknown") == (checked.code, checked.outcome())


@pytest.mark.parametrize("by", ["maint-0ne", "rnaint-one", "maint--one", "maint-one-"])
def test_a_login_that_only_looks_alike_is_somebody_else(tmp_path: Path, by: str) -> None:
    bench = Room(tmp_path)
    bench.comment(f"/prgate {READ}", by)
    checked = bench.run()
    assert (1, "fail", [f"`{by}` has a permission here that is not known"]) == (checked.code, checked.outcome(), checked.refusals)


def test_the_opener_in_other_case_is_the_opener(tmp_path: Path) -> None:
    bench = Room(tmp_path)
    bench.comment(f"/prgate {READ}", "Dana")
    checked = bench.run()
    assert (1, ["`Dana` opened it; it has to be somebody independent of the change"]) == (checked.code, checked.refusals)
    bench.comment(f"/prgate {READ}", "Maint-One")
    assert 0 == bench.run().code
