"""A report, a session or an event is JSON that nests a hundred thousand deep, counts in a million digits, or is none to most readers.

Group: inputs
Seen in: Python's json (a traceback at depth 1,000; NaN and 1e999 are numbers; the last of two equal keys wins) and whatever rests on it
Held by: size, depth and digits are bounded before anything is built, NaN and infinities are refused; what cannot be read is missing
  evidence or an unreadable event, and nothing passes.
Left: of two equal keys in a report the last one counts. Whoever writes the report could as well have written that one alone.
"""

from __future__ import annotations

import json
from pathlib import Path
from random import Random

import pytest

from tests.action.bench import Bench
from tests.attacks.told import nothing_acts
from tests.forge.forge import Forge

POLICY = b"version: 1\nrules: {missing-trace: block, uncovered-change: block, lost-coverage: block}\n"
REPORT = {"meta": {"format": 3, "version": "7.17.3"}, "files": {"src/crypto/seal.py": {"executed_lines": [1], "missing_lines": []}}}
START = b'{"meta": {"format": 3, "version": "7"}, "files": '
DEEP = 100_000
DIGITS = Random(1).randbytes(500_000).hex().translate(str.maketrans("abcdef", "123456")).encode()
BOMBS = {
    "brackets": START + b"[" * DEEP + b"]" * DEEP + b"}",
    "braces": START + b'{"a":' * DEEP + b"1" + b"}" * DEEP + b"}",
    "an endless number": START + b'{"src/crypto/seal.py": {"executed_lines": [' + DIGITS + b"]}}}",
    "not a number": json.dumps(REPORT | {"odd": float("nan")}).encode(),
    "infinity": json.dumps(REPORT).replace('"meta"', '"odd": 1e999, "meta"').encode(),
    "cut off": START + b'{"src/crypto/seal.py": {"executed_lines": [1',
    "not UTF-8": START + b'{"\xff\xfe": 1}}',
}
SESSION = {"sessionId": "s", "uuid": "1", "cwd": "/r", "version": "2", "type": "user", "message": {"role": "user", "content": "do it"}}


def test_a_report_like_that_is_missing_evidence(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path, policy=POLICY)
    pull = bench.open()
    run = forge.run(pull)
    for number, content in enumerate(BOMBS.values()):
        forge.artifact(bench.host, run, f"report-{number}", {"coverage.json": content})
    named = "\n".join(f"report-{number}" for number in range(len(BOMBS)))
    ran = bench.run(bench.opened(pull), coverage_artifact=named, trace_artifact=named)
    nothing_acts(bench, pull, ran)
    items = [item for item in ran.verdict["evidence"] if item["kind"] in {"coverage", "trace"}]
    assert [True] * 2 * len(BOMBS) == ["missing" in item for item in items]
    assert {"unknown"} == {ran.outcome("uncovered-change"), ran.outcome("missing-trace")}
    assert (1, "incomplete", "action_required") == (ran.code, ran.outputs["verdict"], bench.conclusion(bench.head))


def test_a_session_with_such_records_is_read_around_them(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path, policy=POLICY)
    pull = bench.open()
    sound = json.dumps(SESSION).encode()
    forge.artifact(bench.host, forge.run(pull), "trace", {"session.jsonl": b"\n".join([*[sound] * len(BOMBS), *BOMBS.values(), b""])})
    ran = bench.act(bench.opened(pull), trace_artifact="trace")
    (item,) = (item for item in ran.verdict["evidence"] if item["kind"] == "trace")
    assert (len(BOMBS), len(BOMBS)) == (item["read"], item["skipped"])
    assert f"{len(BOMBS)} records unreadable" in next(each["reason"] for each in ran.verdict["results"] if each["rule"] == "missing-trace")


@pytest.mark.parametrize("name", ["brackets", "an endless number", "not UTF-8"])
def test_an_event_like_that_is_refused_and_nothing_is_asked_or_posted(forge: Forge, tmp_path: Path, name: str) -> None:
    bench = Bench(forge, tmp_path)
    event = bench.opened(bench.open())
    event.path.write_bytes(b'{"pull_request": ' + BOMBS[name].removesuffix(b"}") + b", " + event.path.read_bytes()[1:])
    ran = bench.run(event)
    assert (2, "", ()) == (ran.code, ran.summary, forge.requests())
    assert "the event cannot be read" in ran.log
    assert "Traceback" not in ran.log
