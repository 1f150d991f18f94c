"""A coverage report in XML has entities that unfold without end, read a file of the runner, or call a server.

Group: inputs
Seen in: XML readers that resolve entities ("billion laughs", XXE); lxml before 5.0 by default
Held by: a document type with declarations of its own is refused at its line before anything of it is unfolded; no other file is opened;
  depth, the size of one tag and the encoding are bounded. Such a report is missing evidence, and nothing passes.
"""

from __future__ import annotations

from pathlib import Path

from tests.action.bench import Bench
from tests.attacks.told import nothing_acts
from tests.forge.forge import Forge

POLICY = b"version: 1\nrules: {uncovered-change: block, lost-coverage: block}\n"
ROOT = '<coverage line-rate="1" lines-valid="1" lines-covered="1"><packages>{}</packages></coverage>'
LINE = '<package><classes><class filename="{}"><lines><line number="1" hits="1"/></lines></class></classes></package>'
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "lol"}">' for n in range(30))


def typed(declarations: str, name: str) -> bytes:
    return f"<!DOCTYPE coverage [{declarations}]>{ROOT.format(LINE.format(name))}".encode()


def reports(secret: Path, url: str) -> dict[str, bytes]:
    """What each is refused for → the report."""
    deep = "<package>" * 100_000
    return {
        "line 1, column 1: its DOCTYPE declares": typed(LAUGHS, "&l29;"),
        "column 2: its DOCTYPE declares": typed(f'<!ENTITY big "{"x" * 500_000}">', "&big;" * 1_000),
        "its DOCTYPE declares entities": typed(f'<!ENTITY file SYSTEM "file://{secret}">', "&file;"),
        "DOCTYPE declares": typed(f'<!ENTITY net SYSTEM "{url}/repos/acme/pay?called">', "&net;"),
        "declares": typed(f'<!ENTITY % outer SYSTEM "{url}/repos/acme/pay?called">%outer;', "a.py"),
        "undefined entity": ROOT.format(LINE.format("&who;")).encode(),
        "nested deeper than 64": ROOT.format(deep).encode(),
        "over 4,194,304 bytes": ROOT.format(f'<class filename="{"a/" * 4_000_000}"/>').encode(),
        "encoding `utf-7` is not read": b"<?xml version='1.0' encoding='utf-7'?>" + ROOT.format("").encode(),
        "not well-formed XML": ROOT.format("").encode()[:-12],
    }


def test_a_report_that_declares_is_refused_and_reads_nothing(forge: Forge, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("hunter2", encoding="utf-8")
    bench = Bench(forge, tmp_path, policy=POLICY)
    pull = bench.open()
    event = bench.opened(pull)
    workspace = event.path.parent / "workspace"
    workspace.mkdir()
    given = reports(secret, forge.url)
    for number, content in enumerate(given.values()):
        (workspace / f"{number}.xml").write_bytes(content)
    ran = bench.run(event, coverage="\n".join(f"{number}.xml" for number in range(len(given))))
    seen = nothing_acts(bench, pull, ran)
    details = {
        item["id"]: item.get("missing", item).get("detail", "read") for item in ran.verdict["evidence"] if item["kind"] == "coverage"
    }
    told = {why: details[f"coverage:{number}"] for number, why in enumerate(given, start=1)}
    assert [] == [(why, detail) for why, detail in told.items() if why.rpartition(": ")[2] not in detail]
    assert (1, "incomplete", "action_required") == (ran.code, ran.outputs["verdict"], bench.conclusion(bench.head))
    assert "hunter2" not in seen.all
    assert () == forge.requests("GET", "called")
