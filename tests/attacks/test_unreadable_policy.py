"""A policy nests without end, says a thing twice, or holds what only some readers see, so that the judge falls or reads a milder one.

Group: policy
Seen in: PyYAML's safe_load, where the last of two equal keys wins and 5,000 brackets end in a traceback
Held by: one document, core scalars, no anchors, aliases or tags, no key twice, bounded depth and size; what is refused is named by line and
  column, and nothing passes. A policy that the change brings is not read at all.
Left: who may write to the default branch can turn the gate off; that is their office.
"""

from __future__ import annotations

from pathlib import Path

from tests.action.bench import Bench
from tests.attacks.told import nothing_acts
from tests.forge.forge import Forge

BAD = {
    "a key twice": (b"version: 1\nextends: [baseline]\nmode: block\nmode: observe\n", "line 4, column 1"),
    "a rule twice": (b"version: 1\nrules:\n  missing-tests: block\n  'missing-tests': off\n", "line 4, column 3"),
    "brackets": (b"version: 1\nrules: " + b"[" * 100_000, "line 2, column"),
    "braces": (b"version: 1\nrules: " + b"{a: " * 20_000, "line 2, column"),
    "lists in lists": (b"version: 1\nrules:\n" + b"".join(b" " * depth + b"-\n" for depth in range(600)), "line"),
    "a huge word": (b"version: 1\nmode: " + b"x" * 200_000 + b"\n", "line 2, column 7"),
    "a huge file": (b"version: 1\n" + b"# padding\n" * 100_000, "line 1, column 1"),
    "a huge number": (b"version: " + b"1" * 5_000 + b"\n", "line 1, column 10"),
    "two documents": (b"version: 1\nextends: [baseline]\n---\nversion: 1\nmode: observe\n", "line 3, column 1"),
    "a merge key": (b"version: 1\nrules:\n  <<: {missing-tests: off}\n", "line 3, column 8"),
    "a tag": (b"version: !!int 1\nextends: [observe]\n", "line 1, column 10"),
    "a break that editors hide": ("version: 1 #\u2028mode: observe\n".encode(), "line 1, column 13"),
    "not UTF-8": (b"version: 1\nmode: \xff\n", "line 2, column 7"),
}


def test_it_is_refused_by_its_place_and_passes_nobody(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path)
    pull = bench.open()
    for name, (policy, place) in BAD.items():
        bench.push(name, branch="main", files={".github/prgate.yml": policy})
        forge.forget()
        ran = bench.act(bench.opened(pull))
        seen = nothing_acts(bench, pull, ran)
        assert (2, "incomplete") == (ran.code, ran.outputs["verdict"]), name
        assert f"`.github/prgate.yml` {place}" in seen.pages["comment"]
        assert len(seen.pages["comment"]) < 2_000
    assert ["failure"] * len(BAD) == [run["conclusion"] for run in bench.checks(bench.head)]


def test_the_same_in_the_change_s_own_policy_is_not_read(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path)
    pull = bench.open()
    for policy, _ in BAD.values():
        bench.push(files={".github/prgate.yml": policy})
    ran = bench.run(bench.opened(pull))
    assert (1, "fail", "failure") == (ran.code, ran.outputs["verdict"], bench.conclusion(pull.head_sha))
    assert [(".github/prgate.yml", None)] == ran.found("gate-tampering")
