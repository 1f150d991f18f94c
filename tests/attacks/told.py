"""All that one run of the Action told anybody, and what must hold of it whatever words a stranger put into what was judged."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.action.bench import Bench, Ran
from tests.forge.handles import Pull
from tests.render.harmless import harmless
from tests.render.hostile import Html
from tests.render.test_injection import CONTROL

VERDICTS = {"pass", "warn", "fail", "incomplete", ""}
OURS = re.compile(r"::(error|warning|notice) file=[^:,]+,line=\d+,endLine=\d+,title=[^:,\n]+::[^\n]*")
"""An annotation as a workflow command, for where no check run can be written."""


@dataclass(frozen=True)
class Told:
    """The pages in Markdown by name, the plain lines of checks (names, titles, places), and the log."""

    pages: dict[str, str]
    lines: tuple[str, ...]
    log: str
    files: dict[str, str]

    @property
    def all(self) -> str:
        """Everything that was written anywhere, files of the runner included."""
        return "\n".join([*self.pages.values(), *self.lines, self.log, *self.files.values()])

    def shown(self) -> Html:
        """The comment as it is rendered."""
        return harmless(self.pages["comment"], marker=self.pages["comment"].partition("\n")[0])


def told(bench: Bench, pull: Pull, ran: Ran) -> Told:
    """What the forge has of the run, by what was sent to it, and what its runner has."""
    pages = {"summary": ran.summary}
    lines: list[str] = []
    for entry in bench.forge.requests():
        if entry.method in {"POST", "PATCH"} and "/comments" in entry.path:
            pages["comment"] = entry.body["body"]
        if entry.method in {"POST", "PATCH"} and "/check-runs" in entry.path:
            _check(entry.body, pages, lines)
    files = {name: Path(ran.outputs[f"{name}-path"]) for name in ("report", "sarif") if ran.outputs[f"{name}-path"]}
    return Told(pages, tuple(lines), ran.log, {name: path.read_text(encoding="utf-8") for name, path in files.items()})


def _check(body: dict[str, Any], pages: dict[str, str], lines: list[str]) -> None:
    output = body["output"]
    lines += [body.get("name", ""), output["title"]]
    pages |= {f"check {name}": output[name] for name in ("summary", "text") if output.get(name)}
    for each in output["annotations"]:
        lines += [each["path"], each["title"]]
        pages[f"annotation {len(pages)}"] = f"{each['title']}\n\n{each['message']}"


def nothing_acts(bench: Bench, pull: Pull, ran: Ran) -> Told:
    """No page mentions, links, shows an image or holds a tag, a comment or a table that is not ours; no line starts a command."""
    seen = told(bench, pull, ran)
    for name, page in seen.pages.items():
        harmless(page, marker=f"<!-- prgate:v1 key={pull.number} -->" if name == "comment" else None)
    assert [] == [line for line in seen.lines if CONTROL.search(line) or "\n" in line or "##[" in line or line.startswith("::")]
    assert [] == commands(ran.log)
    assert {"verdict", "findings", "report-path", "sarif-path"} == set(ran.outputs)
    assert ran.outputs["verdict"] in VERDICTS
    assert re.fullmatch(r"\d{1,6}", ran.outputs["findings"])
    for name in ("report", "sarif"):
        assert re.fullmatch(r"|/[^\n]+/temp/prgate-\w+/verdict\.(json|sarif)", ran.outputs[f"{name}-path"])
    for content in seen.files.values():
        json.loads(content)
    return seen


def process(environment: Mapping[str, str]) -> tuple[int, str]:
    """``prgate action`` with exactly this environment: its exit code, and all that it printed."""
    done = subprocess.run(
        [sys.executable, "-I", "-m", "prgate", "action"],
        env={"PATH": os.environ["PATH"], "NO_COLOR": "1", **environment},
        cwd=environment["RUNNER_TEMP"],
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def commands(log: str) -> list[str]:
    """Lines that the runner would obey, but for annotations of ours. It trims what stands before ``::`` and finds ``##[`` anywhere."""
    starts = (line for line in re.split(r"[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]", log) if line.strip().startswith("::") or "##[" in line)
    return [line for line in starts if not OURS.fullmatch(line)]
