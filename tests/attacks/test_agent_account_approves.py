"""An agent that works under an ordinary user account approves a change.

Group: identity
Seen in: mergeproof 1.0.2, which knows a machine only by `[bot]` at the end of its login
Held by: accounts that agents and automation are known to use never vouch, though the forge calls them users; a policy adds its own by
  `signatures.add`, and where no other approval counts `dependent-approval` says so.
Left: an agent on an account that nobody knows as an agent's is a person to the forge and to prgate; give such an account no write access.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.action.bench import POLICY, Bench
from tests.forge import cast
from tests.forge.forge import Forge

LOGINS = ("cursoragent", "dotnet-bot")
OWN = "acme-helper"
ADDED = b"signatures: {add: [{agent: acme-helper, kind: opener, match: acme-helper, name: Acme Helper}]}\n"


def test_the_approval_of_an_agent_s_user_account_counts_for_nothing(forge: Forge, tmp_path: Path) -> None:
    forge.reset(people=(*cast.PEOPLE, *LOGINS))
    bench = Bench(forge, tmp_path)
    pull = bench.open()
    for login in LOGINS:
        forge.role(bench.host, login, "write")
        forge.review(pull, by=login)
    ran = bench.act(bench.opened(pull))
    assert (1, "fail", "failure") == (ran.code, ran.outcome("agent-authored-risk"), bench.conclusion(bench.head))
    assert ["2 approvals, and none counts: `cursoragent` is a bot or an agent; `dotnet-bot` is a bot or an agent"] == ran.said(
        "dependent-approval"
    )


@pytest.mark.parametrize(("more", "code"), [(b"", 0), (ADDED, 1)], ids=["a person to everybody", "known to the policy"])
def test_an_account_of_the_team_s_own_agent_is_one_where_the_policy_says_so(forge: Forge, tmp_path: Path, more: bytes, code: int) -> None:
    forge.reset(people=(*cast.PEOPLE, OWN))
    bench = Bench(forge, tmp_path, policy=POLICY + more)
    pull = bench.open()
    forge.role(bench.host, OWN, "write")
    forge.review(pull, by=OWN)
    ran = bench.act(bench.opened(pull))
    assert (code, "fail" if code else "pass") == (ran.code, ran.outcome("agent-authored-risk"))
    assert ([f"1 approval, and it does not count: `{OWN}` is a bot or an agent"] if code else []) == ran.said("dependent-approval")
