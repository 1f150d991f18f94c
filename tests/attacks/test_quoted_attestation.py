"""A maintainer quotes an attestation, asks about one or shows how it is written, and it counts as given.

Group: identity
Seen in: mergeproof 1.0.2, which finds `/verified SHA` anywhere in a comment, also in a question
Held by: a text is a command only where it starts with `/prgate` at its first character; lines behind it are commands only directly behind it.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.attacks.saying import READ, Room

BODIES = (
    "Is it enough to say `/prgate {words}`?",
    "> /prgate {words}\n\nReally?",
    "```\n/prgate {words}\n```",
    "To vouch for it, write:\n/prgate {words}",
    "\n/prgate {words}",
    " /prgate {words}",
    "\ufeff/prgate {words}",
    "\u2044prgate {words}",
    "/prgate\u200b {words}",
    "/prg\u0430te {words}",
    "<!-- -->/prgate {words}",
    "/prgate\n\n/prgate {words}",
)


@pytest.mark.parametrize("body", BODIES)
def test_what_is_quoted_or_asked_is_not_said(tmp_path: Path, body: str) -> None:
    bench = Room(tmp_path)
    bench.comment(body.format(words=READ))
    bench.review(body.format(words=READ))
    checked = bench.run()
    assert (1, "fail", []) == (checked.code, checked.outcome(), checked.refusals)


def test_a_question_behind_a_command_is_none(tmp_path: Path) -> None:
    bench = Room(tmp_path)
    bench.comment(f"/prgate wrong agent-authored-risk: look again\n\nOr do I write this?\n/prgate {READ}")
    assert ("fail", [None]) == (bench.run().outcome(), bench.run().refusals)
