"""An agent that works under an ordinary user account approves a change.

Group: identity
Seen in: mergeproof 1.0.2, which knows a machine only by `[bot]` at the end of its login
Held by: accounts that agents and automation are known to use never vouch, though the forge calls them users.
Left: an agent on an account that nobody knows as an agent's is a person to the forge and to prgate; give such an account no write access.
"""

from __future__ import annotations

from pathlib import Path

from tests.action.bench import Bench
from tests.forge import cast
from tests.forge.forge import Forge

LOGINS = ("cursoragent", "dotnet-bot")


def test_the_approval_of_an_agent_s_user_account_counts_for_nothing(forge: Forge, tmp_path: Path) -> None:
    forge.reset(people=(*cast.PEOPLE, *LOGINS))
    bench = Bench(forge, tmp_path)
    pull = bench.open()
    for login in LOGINS:
        forge.role(bench.host, login, "write")
        forge.review(pull, by=login)
    ran = bench.act(bench.opened(pull))
    assert (1, "fail", "failure") == (ran.code, ran.outcome("agent-authored-risk"), bench.conclusion(bench.head))
