"""A change cuts three hundred tests of three assertions down to one that asserts nothing, and changes the code that they held.

Group: inputs
Seen in: tamperguard 0.2.0, which asks for a review and exits 0
Held by: tests that go count against those that come: changed code with fewer definitions and assertions than before is a finding of
  `missing-tests`.
Left: a change that takes away tests and touches no code has no finding; what coverage it costs is seen by `lost-coverage`, where reports
  of both sides are handed in.
"""

from __future__ import annotations

from pathlib import Path

from tests.action.bench import MARK, Bench
from tests.forge.forge import Forge

SUITE = b"from src.app import f\n" + b"".join(
    b"\n\ndef test_%d():\n    assert f(%d) == %d\n    assert f(0) == 0\n    assert f(1) == 1\n" % (n, n, n * n) for n in range(300)
)
CODE = b"def f(x):\n" + b"".join(b"    y%d = x\n" % n for n in range(8)) + b"    return 5\n"
POLICY = b"version: 1\nrules: {lost-coverage: block, missing-tests: block}\n"


def report(hits: int, lines: int) -> bytes:
    return b"SF:src/app.py\n" + b"".join(b"DA:%d,%d\n" % (n, hits) for n in range(1, lines + 1)) + b"end_of_record\n"


def test_one_empty_test_for_three_hundred_is_no_gain(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path)
    bench.push("Square", branch="main", files={"src/app.py": b"def f(x):\n    return x * x\n", "tests/test_app.py": SUITE})
    files = {"src/app.py": CODE, "tests/test_app.py": b"def test_everything():\n    assert True\n"}
    head = bench.branch("agent/app", f"App{MARK}", files=files)
    ran = bench.act(bench.opened(bench.open(head="agent/app")))
    assert (1, "fail", "failure") == (ran.code, ran.outcome("missing-tests"), bench.conclusion(head))


def test_where_only_tests_go_the_lost_coverage_is_seen(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path, policy=POLICY)
    bench.push("Square", branch="main", files={"src/app.py": b"def f(x):\n    return x * x\n", "tests/test_app.py": SUITE})
    head = bench.branch("agent/app", f"App{MARK}", files={"tests/test_app.py": b"def test_everything():\n    assert True\n"})
    event = bench.opened(bench.open(head="agent/app"))
    workspace = event.path.parent / "workspace"
    workspace.mkdir()
    (workspace / "head.info").write_bytes(report(0, 2))
    (workspace / "base.info").write_bytes(report(1, 2))
    ran = bench.act(event, coverage="head.info", base_coverage="base.info")
    assert (1, "fail", "failure") == (ran.code, ran.outcome("lost-coverage"), bench.conclusion(head))
