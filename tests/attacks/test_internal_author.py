"""An agent's change is opened by an owner or a member of the team, whom the gate trusts without a look.

Group: identity
Seen in: anti-slop 0.2.1, which exempts owners, members and collaborators by default
Held by: nobody is exempt; scope is decided by evidence of an agent in the change, and who opened it can only not vouch for it.
"""

from __future__ import annotations

from pathlib import Path

from tests.action.bench import Bench
from tests.forge.forge import Forge


def test_an_agent_s_change_is_judged_whoever_opens_it(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path)
    for author in ("owner-one", "maint-one"):
        pull = bench.open(author=author)
        ran = bench.act(bench.opened(pull))
        assert (1, "judged", "failure") == (ran.code, ran.verdict["scope"]["state"], bench.conclusion(bench.head))
        forge.close(pull)
