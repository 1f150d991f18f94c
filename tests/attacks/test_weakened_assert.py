"""A change breaks the code and weakens the one assertion that would notice, so that a test was touched and still passes.

Group: inputs
Seen in: tamperguard 0.2.0, where `assert f(2) == 4` turned into `assert f(2) is not None` is clean
Held by: a test that was touched is no test that was added: definitions and assertions are counted before and after, and changed code
  without a net gain is a finding of `missing-tests`.
Left: no rule reads what an assertion says; a change of tests alone, or of fewer lines of code than the rule asks about, has no finding
  for it.
"""

from __future__ import annotations

from pathlib import Path

from tests.action.bench import MARK, Bench
from tests.forge.forge import Forge

TEST = b"from src.app import f\n\n\ndef test_f():\n    assert f(2) == 4\n"
CODE = b"def f(x):\n" + b"".join(b"    y%d = x\n" % n for n in range(8)) + b"    return 5\n"


def test_a_weakened_assertion_is_no_test_of_the_changed_code(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path)
    bench.push("Square", branch="main", files={"src/app.py": b"def f(x):\n    return x * x\n", "tests/test_app.py": TEST})
    files = {"src/app.py": CODE, "tests/test_app.py": TEST.replace(b"== 4", b"is not None")}
    head = bench.branch("agent/app", f"App{MARK}", files=files)
    ran = bench.run(bench.opened(bench.open(head="agent/app")))
    assert (1, "fail", "failure") == (ran.code, ran.outcome("missing-tests"), bench.conclusion(head))
    assert ["src/app.py"] == [path for path, _ in ran.found("missing-tests")]
