"""A squash buries the agent's trailer in the middle of the message, where git reads none; or a message about trailers is to be taken for an agent's.

Group: identity
Seen in: git interpret-trailers 2.39, and every tool that asks git for trailers: they read the last block alone, and none where prose stands
  below it; tools that search the whole text find the ones that are only talked about
Held by: trailers and footers count wherever a message says them: below the bullets of a squash, indented by `git merge --squash`, folded over
  lines; quotes, code, bullets that are trailers themselves, prose around them and what a colon introduces are talk.
Left: a last paragraph of nothing but trailers counts though a colon introduces it, for git and the forges read it as said; a mark worked
  into prose or a code block hides from the gate, as one that is left out does.
"""

from __future__ import annotations

from pathlib import Path

from tests.action.bench import CODE, TEST, Bench
from tests.forge.forge import Forge

FILES = {"src/crypto/mac.py": CODE, "tests/test_mac.py": TEST}
TRAILER = "Co-authored-by: Claude <noreply@anthropic.com>"

SAID = {
    "below a bullet": f"Seal (#7)\n\n* seal\n\nIt was open.\n\n{TRAILER}\n\n* test it\n\nWith a key.\n",
    "between tight bullets": f"Seal (#7)\n\n* seal\n  {TRAILER}\n* test it\n  - with a key\n",
    "indented below nested bullets": f"Seal (#7)\n\n- seal\n    - with a key\n    - and a text\n\n    {TRAILER}\n\nSigned-off-by: Dana <dana@example.org>\n",
    "stacked by git merge --squash": f"Squashed commit of the following:\n\ncommit 1a2b3c4d\nAuthor: Dana <dana@example.org>\nDate:   Sat Nov 21\n\n    Seal\n\n    {TRAILER}\n",
    "folded": "Seal (#7)\n\n* seal\n\nCo-authored-by: Claude\n <noreply@anthropic.com>\n\n* test it\n",
    "above a person's own last words": f"Seal\n\n{TRAILER}\n\nI read it all and ran it twice.\n",
    "in a list of trailers with a person's": f"Seal\n\n* seal\n\nReviewed-by: Bo <bo@example.org>\n{TRAILER}\n---------\n\n* test it\n",
}
TALK = {
    "in a sentence": f"Seal\n\nClaude Code writes {TRAILER} at the end.\n",
    "between lines of prose": f"Seal\n\nThe last line is\n{TRAILER}\nand the forge shows two heads.\n",
    "quoted": f"Seal\n\nThe review said\n\n> {TRAILER}\n\nand was right.\n",
    "in a fence": f"Seal\n\n```\n{TRAILER}\n```\n\nis what we look for.\n",
    "in indented code": f"Seal\n\nWe look for\n\n    {TRAILER}\n\nand for nothing else.\n",
    "in a list of forms": f"Seal\n\nForms of it:\n\n* {TRAILER}\n* Made-with: Cursor\n",
    "introduced by a colon": f"Seal\n\nClaude Code writes:\n\n{TRAILER}\n\nCursor writes another one.\n",
    "as the subject": f"{TRAILER}\n\nis what we look for.\n",
}


def judged(bench: Bench, messages: dict[str, str]) -> dict[str, tuple[str, list[str]]]:
    """The scope and the agents of a pull request with each message."""
    seen = {}
    for number, (how, message) in enumerate(messages.items()):
        bench.branch(f"work-{number}", message, files=dict(FILES))
        pull = bench.open(head=f"work-{number}")
        verdict = bench.act(bench.opened(pull)).verdict
        seen[how] = verdict["scope"]["state"], [agent["id"] for agent in verdict["authorship"]["agents"]]
        bench.forge.close(pull)
    return seen


def test_a_message_that_talks_about_a_trailer_makes_no_agent(forge: Forge, tmp_path: Path) -> None:
    assert dict.fromkeys(TALK, ("not-judged", [])) == judged(Bench(forge, tmp_path), TALK)


def test_a_trailer_that_a_squash_buried_is_found(forge: Forge, tmp_path: Path) -> None:
    assert dict.fromkeys(SAID, ("judged", ["claude-code"])) == judged(Bench(forge, tmp_path), SAID)
