"""A few lines of YAML with aliases of aliases unfold into gigabytes, in the description or in the policy.

Group: inputs
Seen in: mergeproof 1.0.2, where 336 bytes in the description become a report of 25 MB
Held by: nothing in a description is read as data; the reader of policies refuses anchors and aliases at the first one, with line and
  column.
"""

from __future__ import annotations

from pathlib import Path

from tests.action.bench import POLICY, Bench
from tests.forge.forge import Forge

BOMB = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 30))


def test_a_bomb_in_the_description_stays_text(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path)
    pull = bench.open(body=f"For PAY-12.\n\n```evidence\n{BOMB}```\n")
    ran = bench.act(bench.opened(pull))
    assert 1 == ran.code
    assert "a29" not in bench.ours(pull)[0]
    assert Path(ran.outputs["report-path"]).stat().st_size < 20_000


def test_a_bomb_in_the_policy_is_refused_and_passes_nobody(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path, policy=POLICY + BOMB.encode())
    pull = bench.open()
    ran = bench.act(bench.opened(pull))
    assert (2, "incomplete", "failure") == (ran.code, ran.outputs["verdict"], bench.conclusion(bench.head))
    assert "`.github/prgate.yml` line 3, column 5" in bench.ours(pull)[0]
