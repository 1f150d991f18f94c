"""So many comments are written that the gate's own falls off the first page, and every run posts another or edits none.

Group: text
Seen in: py-cov-action/python-coverage-comment-action, which looks at the first 30 comments
Held by: all pages are looked through, and held against the number of comments that the forge counts; without a whole list nothing is
  posted.
"""

from __future__ import annotations

from pathlib import Path

from tests.action.bench import Bench
from tests.forge.forge import Forge


def test_a_comment_behind_a_hundred_others_is_found_and_edited(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path)
    pull = bench.open()
    for number in range(101):
        forge.comment(pull, f"Bump {number}", by="dev-three")
    bench.act(bench.opened(pull))
    forge.review(pull, by="maint-one")
    bench.act(bench.opened(pull))
    (mine,) = bench.ours(pull)
    assert "### prgate: warn." in mine


def test_a_list_of_comments_that_is_not_whole_is_not_posted_to(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path)
    pull = bench.open()
    forge.fault("GET", r"/issues/1/comments", "500", times=99)
    ran = bench.act(bench.opened(pull))
    assert (1, []) == (ran.code, bench.ours(pull))
    assert "No comment was posted, since an earlier one could not be looked for" in ran.log
