"""Somebody who may write edits a maintainer's comment or review, so that it attests.

Group: identity
Seen in: GitHub, where whoever may write can edit the comments of others
Held by: a comment or review that was edited counts for nothing, and neither does a review of which that is not known; the whole of it has to be
  said anew.
Left: within the second in which a comment was posted, an edit does not show.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.attacks.saying import READ, Room

WAYS = "commands: {waive: write, break_glass: write}"
WORDS = (READ, "waive agent-authored-risk until 2099-12-31: later", "break-glass: hurry")


@pytest.mark.parametrize("words", WORDS)
def test_an_edited_comment_commands_nothing(tmp_path: Path, words: str) -> None:
    bench = Room(tmp_path, WAYS)
    bench.comment(f"/prgate {words}", edited=True)
    checked = bench.run()
    assert (1, "fail", ["it was edited since; say it anew"]) == (checked.code, checked.outcome(), checked.refusals)


@pytest.mark.parametrize("edited", [True, None])
def test_a_review_that_was_or_may_have_been_edited_commands_nothing(tmp_path: Path, edited: bool | None) -> None:
    bench = Room(tmp_path, WAYS)
    for words in WORDS:
        bench.review(f"/prgate {words}")
        bench.reviews[-1]["edited"] = edited
    checked = bench.run()
    assert (1, "fail") == (checked.code, checked.outcome())
    assert [True] * 3 == [bool(why) and "edited since" in why for why in checked.refusals]


def test_a_review_as_it_was_sent_does(tmp_path: Path) -> None:
    bench = Room(tmp_path)
    bench.review(f"/prgate {READ}")
    assert (0, [None]) == (bench.run().code, bench.run().refusals)
