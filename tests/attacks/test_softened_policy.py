"""A change softens the policy, waives its own findings or takes the policy away, and is then judged by what it brought.

Group: policy
Seen in: agentdiff (2026-06), which reads its policy from the head that is judged
Held by: the policy comes from the tip of the default branch, as tree mode and blob; a change to it is a finding of `gate-tampering`,
  whoever wrote it.
Left: who may push to the default branch, or administer the repository, makes the policy.
"""

from __future__ import annotations

from pathlib import Path

from tests.action.bench import MARK, Bench
from tests.forge.forge import Forge

PLACE = ".github/prgate.yml"
WAIVED = b"""version: 1
extends: [baseline]
waivers:
  - {rule: agent-authored-risk, paths: ["**"], until: "2099-01-01", by: dev-one, reason: Looks good, covers: [fail]}
"""


BROUGHT = (
    b"version: 1\nextends: [observe]\n",
    b"version: 1\nextends: [baseline]\npolicy_from_base: [main]\nmode: observe\n",
    WAIVED,
    b"{",
    None,
)


def test_the_policy_that_a_change_brings_judges_nobody(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path)
    pull = bench.open()
    for brought in BROUGHT:
        head = bench.push(f"Policy{MARK}", files={PLACE: brought})
        ran = bench.act(bench.opened(pull))
        assert (1, "fail", "failure") == (ran.code, ran.outcome("agent-authored-risk"), bench.conclusion(head))
        assert [(PLACE, None)] == ran.found("gate-tampering")
        assert pull.base_sha == ran.verdict["policy"]["commit"]


def test_a_person_s_change_to_the_policy_is_said_too(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path)
    bench.branch("soften", files={PLACE: b"version: 1\nextends: [observe]\n"})
    pull = bench.open(head="soften")
    ran = bench.run(bench.opened(pull))
    assert (0, "warn", [(PLACE, None)]) == (ran.code, ran.outputs["verdict"], ran.found("gate-tampering"))
    assert "Changes the gate's policy" in bench.ours(pull)[0]
