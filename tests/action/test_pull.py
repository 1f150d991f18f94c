"""A pull request judged and published on the test forge."""

from __future__ import annotations

from pathlib import Path

from tests.action.bench import Bench
from tests.forge.forge import Forge


def test_it_is_judged_commented_on_and_checked(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path)
    pull = bench.open()
    ran = bench.run(bench.opened(pull))
    print(ran.log, ran.summary, ran.outputs)
    print(bench.comments(pull))
    print(bench.checks(bench.head))
    for r in forge.requests():
        print(r.method, r.path, r.status)
    assert False
