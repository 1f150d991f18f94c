"""Text of a change is printed into the job's log or outputs, and the runner obeys it as a workflow command.

Group: text
Seen in: any action that prints what a pull request says; GitHub turned `set-env` off for it in 2020
Held by: no line of the log can start a command, wherever the text came from and wherever a line is wrapped; annotations that stand in for a
  check run escape every part; outputs are words, digits and paths of ours behind a delimiter that nobody can guess.
"""

from __future__ import annotations

import re
from pathlib import Path

from tests.action.bench import CODE, Bench
from tests.attacks.stuffed import INPUTS, POLICY, stuffed
from tests.attacks.told import OURS, commands, nothing_acts
from tests.forge.forge import Forge

WORDS = (
    "%0A::error::forged",
    "::error::forged",
    " \t::add-mask::pass",
    "::set-output name=verdict::pass",
    "::stop-commands::fail",
    "::save-state name=a::b",
    "##[error]forged",
    "##vso[task.setvariable variable=a]b",
    "x\n::error file=a.py,line=1::forged",
    "x\r::warning::forged",
    "x\x85::warning::forged \u2028::error::forged \x0b::error::forged",
    "a,line=1,title=b::forged",
    "verdict<<EOF\npass\nEOF",
    "word " * 15 + "::error::forged",
)


def test_the_log_starts_no_command_and_the_outputs_are_ours(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path, policy=POLICY)
    pull = stuffed(bench, WORDS)
    ran = bench.run(bench.opened(pull), **INPUTS)
    seen = nothing_acts(bench, pull, ran)
    assert "fail" == ran.outputs["verdict"] == ran.verdict["verdict"]
    assert "forged" in seen.log
    forge.forget()
    # Without a check run to write, annotations go to the log: these commands are ours, each with a file of the change.
    ran = bench.act(bench.opened(pull), token=forge.read_token(bench.host), trace_artifact="trace", coverage_artifact="coverage")
    nothing_acts(bench, pull, ran)
    shown = [found[1] for line in ran.log.split("\n") if OURS.fullmatch(line) and (found := re.search(r"file=(\w+/\w+)/", line))]
    assert ["src/crypto"] * len(shown) == shown
    assert len(shown) >= 3
    assert "file=src/crypto/0/%250A%3A%3Aerror%3A%3Aforged.py,line=1," in ran.log


def test_no_wrapped_line_starts_with_one(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path, policy=POLICY)
    files: dict[str, bytes | None] = {}
    for room in (*range(40, 52), *range(60, 84)):
        files |= {f"src/crypto/{'a' * room} ::error::forged.py": CODE, f"src/crypto/{'a' * room}-::error::forged.py": CODE}
    bench.head = bench.push(files=files)
    pull = bench.open()
    run = forge.run(pull)
    # Behind a word that fills the line, whatever comes next begins one.
    forge.artifact(bench.host, run, "coverage", {f"{'a' * 90} ::error::forged ##[error]x": b"none"})
    forge.artifact(bench.host, run, "trace", {f"{'a' * 90} ::add-mask::forged": b"none"})
    ran = bench.act(bench.opened(pull), trace_artifact="trace", coverage_artifact="coverage")
    assert ["error", "add-mask"] == [word for word in ("error", "add-mask") if rf"     \u{{3A}}:{word}::forged" in ran.log]
    assert [] == commands(ran.log)
    assert "failure" == bench.conclusion(bench.head)


def test_a_policy_s_own_words_start_none_where_it_cannot_be_read(forge: Forge, tmp_path: Path) -> None:
    key = r'"::error::forged\n::add-mask::x ##[error]y"'
    bench = Bench(forge, tmp_path, policy=f"version: 1\n{key}: 1\nrules:\n  {key}: block\n".encode())
    pull = bench.open()
    ran = bench.act(bench.opened(pull))
    nothing_acts(bench, pull, ran)
    assert (2, "failure") == (ran.code, bench.conclusion(bench.head))
    assert "forged" in ran.log


def test_the_word_that_ends_an_output_is_another_each_time(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path)
    event = bench.opened(bench.open())
    ends = set()
    for _ in range(2):
        bench.act(event)
        text = (event.path.parent / "output").read_text(encoding="utf-8")
        ends |= set(re.findall(r"<<(.+)", text))
        assert [] == [end for end in ends if not re.fullmatch(r"prgate-[0-9a-f]{32}", end)]
    assert 8 == len(ends)
