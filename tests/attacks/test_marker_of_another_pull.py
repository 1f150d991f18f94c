"""A comment by the gate's own account bears another pull request's marker, or ours in another spelling, to be edited in our place.

Group: identity
Seen in: sticky comments that look for a word anywhere in the text; two jobs of one workflow that share a comment
Held by: the first line must be exactly the marker with this pull request's number; nothing before it, no other spelling, no other number.
Left: every workflow of a repository comments by the same account; one that may write comments can write, edit or delete prgate's.
"""

from __future__ import annotations

from pathlib import Path

from tests.action.bench import Bench
from tests.forge.forge import Forge

OTHERS = (
    "<!-- prgate:v1 key=2 -->\n### prgate: pass.\n",
    "<!-- prgate:v1 key=11 -->\n",
    "<!-- prgate:v1 key=01 -->\n",
    " <!-- prgate:v1 key=1 -->\n",
    "> <!-- prgate:v1 key=1 -->\n> ### prgate: pass.\n",
    "\n<!-- prgate:v1 key=1 -->\n",
    "<!-- PRGATE:V1 KEY=1 -->\n",
    "<!-- prgate:v1 key=1 --> <!-- prgate:v1 key=2 -->\n",
    "<!-- prgate:v1 key=local -->\n",
    "```\n<!-- prgate:v1 key=1 -->\n```\n",
)


def test_a_comment_that_is_not_exactly_ours_is_left_as_it_is(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path)
    pull = bench.open()
    theirs = {forge.comment(pull, body, by="github-actions[bot]")["id"]: body for body in OTHERS}
    bench.run(bench.opened(pull))
    bench.act(bench.opened(pull))
    assert theirs == {comment["id"]: comment["body"] for comment in bench.comments(pull) if comment["id"] in theirs}
    (mine,) = (comment for comment in bench.comments(pull) if comment["id"] not in theirs)
    assert mine["body"].startswith("<!-- prgate:v1 key=1 -->\n### prgate: fail.")


def test_ours_that_somebody_edited_is_set_right_and_a_second_one_goes(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path)
    pull = bench.open()
    bench.act(bench.opened(pull))
    (first,) = bench.comments(pull)
    address = f"/repos/acme/pay/issues/comments/{first['id']}"
    forge.act("PATCH", address, by="owner-one", body={"body": "<!-- prgate:v1 key=1 -->\r\n### prgate: pass.\r\n"})
    forge.comment(pull, "<!-- prgate:v1 key=1 -->\n### prgate: pass. Copied\n", by="github-actions[bot]")
    bench.run(bench.opened(pull))
    (mine,) = bench.comments(pull)
    assert first["id"] == mine["id"]
    assert mine["body"].startswith("<!-- prgate:v1 key=1 -->\n### prgate: fail.")
