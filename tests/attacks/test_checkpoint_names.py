"""A commit names a checkpoint by a path that leads elsewhere, a pattern, an option of git, or thousands of them.

Group: runner
Seen in: whatever puts the id of a trailer into a path or a command; Entire's layouts are folders and refs made of the id
Held by: an id is 12 hexadecimal digits or a ULID, and anything else is none; so many are asked for at most, and no word of a trailer gets into
  a ref, a path or a command but as an id.
"""

from __future__ import annotations

from pathlib import Path

from tests.action.bench import MARK, Bench
from tests.attacks.attached import POLICY, sources
from tests.forge.forge import Forge

WRONG = (
    "../../../../etc/passwd",
    "..",
    "*",
    "5f/3a90c1d2e4",
    "5f3a90c1d2e4/../../heads/main",
    "5f3a90c1d2e4.lock",
    "--upload-pack=touch /tmp/ran",
    "5F3A90C1D2E4",
    "5f3a90c1d2e4 0a1b2c3d4e5f",
    "$(touch ran)",
    "refs/heads/main",
    "5f3a90c1d2e",
    "",
)


def test_none_of_them_is_asked_for(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path, policy=POLICY, local=False)
    bench.push("Name\n\n" + "".join(f"Entire-Checkpoint: {id_}\n" for id_ in WRONG) + MARK)
    pull = bench.open()
    forge.git_requests()
    ran = bench.act(bench.opened(pull))
    assert ([], "fail", []) == (sources(ran), ran.outcome("missing-trace"), ran.verdict["faults"])
    assert ["GET", "POST"] * 5 == [each.method for each in forge.git_requests()], "no more is asked than without any name"


def test_more_than_a_hundred_are_said_and_not_asked_for(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path, policy=POLICY, local=False)
    bench.push("Name\n\n" + "".join(f"Entire-Checkpoint: {number:012x}\n" for number in range(5_000)) + MARK)
    ran = bench.act(bench.opened(bench.open()))
    assert ("unknown", "over-limit" in sources(ran)) == (ran.outcome("missing-trace"), True)
    assert (1, "fail") == (ran.code, ran.outcome("agent-authored-risk"))
