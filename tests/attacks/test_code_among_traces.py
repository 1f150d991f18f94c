"""A program is put where traces are kept, since rules leave traces out.

Group: inputs
Seen in: whatever exempts a folder by its name; a workflow or a build runs a file from there as from anywhere else
Held by: a file whose name is a language's is that language's, under `.prgate/` too; in a risky place every file counts; a file that no reader
  takes is no trace, and credentials are looked for in all of them.
Left: a script without a known ending, outside any risky place, is left out where size and hidden text are judged; the change shows it.
"""

from __future__ import annotations

from pathlib import Path

from tests.action.bench import MARK, Bench
from tests.attacks.attached import POLICY, session, sources
from tests.forge.forge import Forge

RISKY = POLICY.replace(b'["**/crypto/**"]', b'["**/crypto/**", ".prgate/run*"]')
PROGRAM = b"import os\nos.system('id > told')\nprint(os.environ.keys())\n"
KNOWN = b"def known_by_its_session(value):\n    return value + 1\n"
PLACES = (".prgate/traces/run.py", ".agent-trace/run.sh", ".prgate/tool.js", ".entire/hook.rb", ".prgate/run.jsonl")


def test_a_program_there_is_a_program(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path, policy=RISKY)
    bench.branch("agent/tools", f"Tools{MARK}", files={**dict.fromkeys(PLACES, PROGRAM), "src/known.py": KNOWN})
    pull = bench.open(head="agent/tools")
    forge.artifact(bench.host, forge.run(pull), "trace", {"s.jsonl": session({"src/known.py": KNOWN})})
    ran = bench.act(bench.opened(pull), trace_artifact="trace")
    assert {(path, 1) for path in PLACES} == set(ran.found("unexplained-change"))
    assert [(".prgate/run.jsonl", 1)] == ran.found("agent-authored-risk")
    assert ["trace/s.jsonl"] == sources(ran)
