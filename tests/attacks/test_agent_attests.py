"""An agent attests what it wrote itself, as an app, under an account of its own, or as its operator.

Group: identity
Seen in: agents whose token may comment, and which read in the gate's comment what turns it green
Held by: no app's and no agent's account vouches for anything, though the forge calls it a user; no comment that an app wrote with a person's
  token, as far as the forge says so; and neither does whoever the forge knows to have opened the change, contributed to it or started the agent.
Left: an agent that works with a maintainer's personal token is that maintainer to the forge, and to prgate, and of a review the forge does not tell
  which app wrote it; give agents tokens of their own.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.attacks.saying import READ, Room


@pytest.mark.parametrize("by", ["helper-bot[bot]", "cursoragent"])
def test_an_agent_vouches_for_nothing(tmp_path: Path, by: str) -> None:
    bench = Room(tmp_path, "commands: {waive: write, break_glass: write}")
    for words in (READ, "waive agent-authored-risk until 2099-12-31: later", "break-glass: hurry", "wrote src/crypto/seal.py:1-6"):
        bench.comment(f"/prgate {words}", by)
    checked = bench.run()
    assert (1, "fail") == (checked.code, checked.outcome())
    assert [f"`{by}` is a bot or an agent"] * 4 == checked.refusals


def test_neither_does_an_app_in_a_person_s_name(tmp_path: Path) -> None:
    bench = Room(tmp_path)
    bench.comment(f"/prgate {READ}", "boss")
    assert 0 == bench.run().code
    bench.comments[-1]["app"] = "helper-app"
    checked = bench.run()
    why = "the app `helper-app` wrote it in the name of `boss`; write it yourself, in the forge's own pages"
    assert (1, "fail", [why]) == (checked.code, checked.outcome(), checked.refusals)


def test_neither_does_who_started_it(tmp_path: Path) -> None:
    bench = Room(tmp_path, facts={"operator": "boss"})
    bench.comment(f"/prgate {READ}", "boss")
    checked = bench.run()
    assert (1, ["`boss` started the agent; it has to be somebody independent of the change"]) == (checked.code, checked.refusals)
