"""Somebody posts a comment that begins with the gate's own marker, so that the gate edits theirs, or finds its own said already.

Group: identity
Seen in: mergeproof 1.0.2, which asks for no author; sticky comments that look for their marker anywhere in a text
Held by: a comment is prgate's where its first line is the marker and its author is the account that prgate comments by; all others stay
  as they are.
Left: every workflow of a repository comments by the same account; one that may write comments can write, edit or delete prgate's.
"""

from __future__ import annotations

from pathlib import Path

from tests.action.bench import Bench
from tests.forge.forge import Forge

FORGED = "<!-- prgate:v1 key={number} -->\n### prgate: pass.\nNothing to do here.\n"


def test_a_comment_with_our_first_line_is_its_writer_s(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path)
    pull = bench.open()
    forged = FORGED.format(number=pull.number)
    theirs = {forge.comment(pull, forged, by=by)["id"]: forged for by in ("dev-three", "helper-agent[bot]", "owner-one")}
    quoted = f"Look what it said:\n{forged}"
    theirs[forge.comment(pull, quoted, by="github-actions[bot]")["id"]] = quoted
    for _ in range(2):
        bench.run(bench.opened(pull))
    assert theirs == {comment["id"]: comment["body"] for comment in bench.comments(pull) if comment["id"] in theirs}
    mine = [body for body in bench.ours(pull) if body != quoted]
    assert [True] == [body.startswith("<!-- prgate:v1 key=1 -->\n### prgate: fail.") for body in mine]
