"""The trace of other work is attached once more, so that a gate which asks for a trace finds one.

Group: inputs
Seen in: every gate that asks whether there is a trace and not whether it is of this change, agentdiff (2026-06) among them
Held by: each added line is held against the trace by content; one that explains next to nothing and could not have written the files, or
  names other work, is a finding of `foreign-trace`; what one that belongs does not explain is left to `unexplained-change`.
Left: a session in the same repository that names one of the files and ran what may have written it is asked about and not accused.
"""

from __future__ import annotations

from pathlib import Path

from tests.action.bench import MARK, Bench
from tests.attacks.attached import POLICY, put, session
from tests.forge.forge import Forge
from tests.formats.traces.recorded import STREAM

LEDGER = "".join(f"    total_{number} = ledger.balance(account_{number})\n" for number in range(40)).encode()


def test_a_session_of_other_work_is_found_out(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path, policy=POLICY)
    bench.push("Balance" + MARK, files={"src/ledger.py": b"def totals(ledger):\n" + LEDGER})
    pull = bench.open()
    for data in (STREAM, session({"docs/other.md": b"Nothing that stands in this change.\n"})):
        put(bench, data)
        ran = bench.act(bench.opened(pull))
        assert ("pass", 1, 1) == (ran.outcome("missing-trace"), len(ran.found("foreign-trace")), ran.code)


def test_an_earlier_session_of_the_same_branch_explains_what_it_wrote_and_no_more(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path, policy=POLICY)
    put(bench, session())
    bench.push("Balance" + MARK, files={"src/ledger.py": b"def totals(ledger):\n" + LEDGER})
    ran = bench.act(bench.opened(bench.open()))
    assert ([], [("src/ledger.py", 1)]) == (ran.found("foreign-trace"), ran.found("unexplained-change"))
