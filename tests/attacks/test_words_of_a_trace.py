"""A trace is full of mentions, links, images, tags and workflow commands: in tools, servers, files, versions, and the name it is kept under.

Group: text
Seen in: tools that print a session as Markdown; an aider history is Markdown with whatever HTML was said
Held by: names are cut and shown as code, and no sentence of a session is shown; no output renders, mentions or starts anything.
"""

from __future__ import annotations

import json
from pathlib import Path

from tests.action.bench import MARK, Bench
from tests.attacks.attached import put, sources
from tests.attacks.stuffed import trace
from tests.attacks.told import nothing_acts
from tests.forge.forge import Forge

POLICY = b"""version: 1
extends: [strict]
judge: all
publish: {comment: always}
rules:
  forbidden-tool: {mode: block, params: {only_tools: [Read], only_commands: [ls], only_servers: [docs]}}
  skipped-approval: {mode: block, params: {ask: ["*"]}}
  unverified-work: block
  stale-context: block
"""
WORDS = (
    "@acme/everybody",
    "[here](https://evil.example/a)",
    "![x](https://evil.example/p.png)",
    "<img src=x onerror=alert(1)>",
    "::set-env name=PATH::/evil",
    "##[error]no",
    "x\n::error::y",
    "`@dev-two` #1 --> <!-- prgate:v1 key=1 -->",
    "\x1b[31mred \u202eder",
    "</details></table>",
)


def atif() -> bytes:
    steps = [
        {
            "step_id": number,
            "source": "agent",
            "model_name": word,
            "message": word,
            "tool_calls": [
                {"tool_call_id": f"a{number}", "function_name": word, "arguments": {"path": word, "command": f"{word} --x"}},
                {
                    "tool_call_id": f"b{number}",
                    "function_name": "bash",
                    "arguments": {"command": f"'{word}' '{word}' > src/crypto/seal.py"},
                },
                {"tool_call_id": f"c{number}", "function_name": f"mcp__{word}__{word}", "arguments": {"file_path": word, "content": word}},
            ],
        }
        for number, word in enumerate(WORDS, 1)
    ]
    agent = {"name": "claude-code", "version": WORDS[0], "model_name": WORDS[1]}
    return json.dumps({"schema_version": "ATIF-v1.6", "session_id": WORDS[3], "agent": agent, "steps": steps}).encode()


def aider() -> bytes:
    said = "\n\n".join(f"#### {word}\n\n{word}\n\n> {word}  \n> Applied edit to src/{word}" for word in WORDS)
    return f"# aider chat started at 2026-03-01 10:00:00\n\n> Aider v{WORDS[0]}  \n> Model: {WORDS[1]} with diff edit format  \n\n{said}\n".encode()


def test_nothing_of_it_acts_wherever_it_is_kept(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path, policy=POLICY)
    bench.push("Session" + MARK, files={".aider.chat.history.md": aider(), ".prgate/@dev-two <b>.json": atif()})
    for number, data in enumerate((trace(WORDS), atif(), b"@dev-two ::error::\n" * 9)):
        put(bench, data, name=f"@dev-two<b>{number}")
    pull = bench.open()
    ran = bench.run(bench.opened(pull))
    seen = nothing_acts(bench, pull, ran)
    assert (1, 5) == (ran.code, len(sources(ran)))
    assert {"fail"} == {ran.outcome("forbidden-tool")}
    assert "evil.example" not in "".join(seen.lines)
