"""Text of a change mentions people, links, shows images, opens tags, breaks tables or closes folds in what the gate writes.

Group: text
Seen in: py-cov-action, which posts an artifact's text word for word as the bot; mergeproof 1.0.2 renders a body's YAML into its report
Held by: every value of a stranger stands in a code span whose fence is longer than any inside, or is a plain word; what cannot be seen is
  spelled out; no template or Markdown comes from a change.
Left: a path is shown, so its words are read; they are code, cut to a length.
"""

from __future__ import annotations

import json
from pathlib import Path

from tests.action.bench import Bench
from tests.attacks.stuffed import INPUTS, POLICY, stuffed
from tests.attacks.told import nothing_acts
from tests.forge.forge import Forge
from tests.render.hostile import NASTY

PEOPLE = [word for word in NASTY if "@" in word and len(word) < 600]
BUILD = [word for word in NASTY if "@" not in word and word.strip() and len(word) < 1_600]


def test_nothing_in_comment_check_or_summary_mentions_links_or_breaks_out(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path, policy=POLICY)
    pull = stuffed(bench, [*PEOPLE, *BUILD])
    ran = bench.run(bench.opened(pull), **INPUTS)
    seen = nothing_acts(bench, pull, ran)
    page = seen.shown()
    assert {"comment", "summary", "check summary"} <= set(seen.pages)
    assert any("octo-cat" in shown for shown, _ in page.texts)
    assert {4} == set(page.rows)
    assert "failure" == bench.conclusion(bench.head)


def test_nothing_acts_where_the_trace_is_no_trace_and_the_report_no_report(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path, policy=POLICY)
    pull = bench.open()
    run = forge.run(pull)
    bad = {
        f"{number}-{word.replace('/', '').replace(chr(10), '')[:100]}": word.encode("utf-8", "replace")
        for number, word in enumerate(PEOPLE)
    }
    names = {name: data for name, data in bad.items() if not any(char < " " or char == "\\" for char in name)}
    forge.artifact(bench.host, run, "coverage", names)
    forge.artifact(bench.host, run, "trace", names)
    ran = bench.act(bench.opened(pull), trace_artifact="trace", coverage_artifact="coverage")
    seen = nothing_acts(bench, pull, ran)
    assert "octo-cat" in seen.pages["comment"]
    assert {"unknown"} == {ran.outcome("uncovered-change"), ran.outcome("missing-trace")}


def test_nothing_acts_where_the_policy_cannot_be_read(forge: Forge, tmp_path: Path) -> None:
    keys = "".join(f"  {json.dumps(word)}: block\n" for word in PEOPLE[:1] + BUILD[:6])
    bench = Bench(forge, tmp_path, policy=f"version: 1\nrules:\n{keys}".encode())
    pull = bench.open()
    ran = bench.act(bench.opened(pull))
    seen = nothing_acts(bench, pull, ran)
    assert (2, "failure") == (ran.code, bench.conclusion(bench.head))
    assert "octo-cat" in seen.pages["comment"]
