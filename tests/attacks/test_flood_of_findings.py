"""A change brings thousands of findings, so that comment and check are too long to be posted and what counts drowns.

Group: text
Seen in: comments that end in 422 over 65,536 characters (peter-evans/create-or-update-comment before it cut them); 50 annotations a request
Held by: the comment sheds folds and lists until it fits and says what it left out, what must be mended stands first, annotations go in
  batches of fifty up to a number that is said, and the JSON has all of it.
"""

from __future__ import annotations

from pathlib import Path

from tests.action.bench import MARK, Bench
from tests.attacks.told import commands, nothing_acts
from tests.forge.forge import Forge

POLICY = b"version: 1\nextends: [strict]\n"
HIDDEN = "x = 'a\u202e%d'\ny = %d\n"
FILES, LINES = 50, 100


def test_five_thousand_findings_are_counted_cut_and_posted_once(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path, policy=POLICY)
    text = "".join(HIDDEN % (number, number) for number in range(LINES)).encode()
    files: dict[str, bytes | None] = {f"src/crypto/{'deep/' * 30}{number:02}.py": text for number in range(FILES)}
    head = bench.push(f"Flood{MARK}", files=files)
    pull = bench.open()
    ran = bench.run(bench.opened(pull))
    seen = nothing_acts(bench, pull, ran)
    assert FILES * LINES == len(ran.found("hidden-text"))
    assert FILES * LINES < int(ran.outputs["findings"])
    (body,) = bench.ours(pull)
    assert len(body.encode()) <= 65_536
    assert len(ran.summary.encode()) <= 65_536
    for words in ("Agent-written crypto", "This line holds a bidirectional control", "left out"):
        assert words in body.partition("<details")[0] + body[-20_000:]
    sent = [entry for entry in forge.requests() if "/check-runs" in entry.path and entry.method in {"POST", "PATCH"}]
    batches = [len(entry.body["output"]["annotations"]) for entry in sent]
    assert {True} == {size <= 50 for size in batches}
    assert sum(batches) >= 200
    assert "beyond the first" in seen.pages["check text"]
    assert ("failure", 1) == (bench.conclusion(head), len([run for run in bench.checks(head) if run["name"] == "prgate/verdict"]))


def test_without_a_check_run_the_log_gets_ten_of_a_level(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path, policy=POLICY)
    bench.push(f"Flood{MARK}", files={"src/a.py": "".join(HIDDEN % (number, number) for number in range(LINES)).encode()})
    ran = bench.act(bench.opened(bench.open()), token=forge.read_token(bench.host))
    assert [] == commands(ran.log)
    assert 10 == sum(line.startswith("::error ") for line in ran.log.split("\n"))
    assert "more annotations left out here" in ran.log
