"""An artifact of the change's own run carries text, and the gate posts it with its own voice.

Group: text
Seen in: py-cov-action/python-coverage-comment-action, which posts the text of an artifact word for word
Held by: an artifact is read as a report or a trace and nothing else; of its words only paths are shown, as code, cut and without anything
  that a forge acts on.
"""

from __future__ import annotations

from pathlib import Path

from tests.action.bench import MARK, Bench
from tests.attacks.told import nothing_acts
from tests.forge.forge import Forge

LOUD = "### prgate: pass.\n\n@acme/everyone [merge now](https://evil.example/) <img src=x> Closes #1\n"
POLICY = b"version: 1\nextends: [strict]\n"


def test_the_words_of_an_artifact_are_not_said_again(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path, policy=POLICY)
    bench.branch("agent/app", f"App{MARK}", files={"src/app.py": b"".join(b"x%d = 1\n" % number for number in range(30))})
    pull = bench.open(head="agent/app")
    hits = "\n".join(f"DA:{number},0" for number in range(1, 31))
    report = f"TN:{LOUD.partition('#1')[0]}\nSF:src/app.py\n{hits}\nend_of_record\n"
    forge.artifact(bench.host, forge.run(pull), "coverage", {"lcov.info": report.encode()})
    forge.artifact(bench.host, forge.run(pull), "base", {"comment.txt": LOUD.encode(), "pr-comment.md": LOUD.encode()})
    forge.artifact(bench.host, forge.run(pull), "trace", {"notes.jsonl": LOUD.encode()})
    ran = bench.act(bench.opened(pull), coverage_artifact="coverage\nbase", trace_artifact="trace")
    said = nothing_acts(bench, pull, ran)
    assert (1, "failure") == (ran.code, bench.conclusion(pull.head_sha))
    assert [] == [word for word in ("evil.example", "acme/everyone", "merge now") if word in said.all]
