"""Run by ``trace_agreement`` under a Python that has them: what ``atif``, ``harbor`` and ``cc-session-core`` make of the same files.

Reads one JSON object from standard input, ``{"samples": [{"path", "format", "written"}], "scratch": FOLDER}``, and prints one: by package
null where it is absent, else by path its answer.
"""

from __future__ import annotations

import importlib
import json
import logging
import os
import shutil
import sys
from collections import Counter
from pathlib import Path
from typing import Any


def main() -> None:
    """Answer for every package."""
    os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"
    logging.disable(logging.CRITICAL)
    asked = json.load(sys.stdin)
    answer: dict[str, Any] = {}
    for name, ask in (("atif", atif), ("harbor model", harbor_model), ("cc-session-core", cc_session_core), ("harbor", harbor)):
        try:
            answer[name] = ask(asked["samples"], Path(asked["scratch"]))
        except ModuleNotFoundError as absent:
            answer[name] = None
            print(f"{name}: {absent}", file=sys.stderr)
    json.dump(answer, sys.stdout)


def atif(samples: list[dict[str, str]], _scratch: Path) -> dict[str, Any]:
    """What is wrong with each ATIF document, by the models of ``atif``."""
    return _valid(importlib.import_module("atif").Trajectory, samples)


def harbor_model(samples: list[dict[str, str]], _scratch: Path) -> dict[str, Any]:
    """The same by the models of ``harbor``."""
    return _valid(importlib.import_module("harbor.models.trajectories").Trajectory, samples)


def _valid(model: Any, samples: list[dict[str, str]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for sample in samples:
        for path in filter(None, (sample["path"] if sample["format"] == "atif" else None, sample["written"])):
            try:
                model.model_validate(json.loads(Path(path).read_text("utf-8")))
                found[path] = None
            except ValueError as error:
                found[path] = str(error)[:300]
    return found


def cc_session_core(samples: list[dict[str, str]], _scratch: Path) -> dict[str, Any]:
    """Calls by tool and how many have a result."""
    session = importlib.import_module("cc_session_core").Session
    found: dict[str, Any] = {}
    for sample in samples:
        if sample["format"] in {"claude-transcript", "codex-rollout"}:
            calls = session.load(Path(sample["path"])).tool_calls()
            found[sample["path"]] = [dict(Counter(call.name for call in calls)), sum(call.result_text is not None for call in calls)]
    return found


def harbor(samples: list[dict[str, str]], scratch: Path) -> dict[str, Any]:
    """Calls by tool and how many have a result, as harbor's converters write them into steps."""
    installed = {
        name: importlib.import_module(f"harbor.agents.installed.{name}")
        for name in ("claude_code", "codex", "copilot_cli", "mini_swe_agent", "swe_agent")
    }
    found: dict[str, Any] = {}
    for number, sample in enumerate(samples):
        logs, path = scratch / f"logs-{number}", Path(sample["path"])
        try:
            match sample["format"]:
                case "claude-transcript":
                    _place(path, logs / "sessions" / "projects" / "p" / "session.jsonl")
                    made = installed["claude_code"].ClaudeCode(logs_dir=logs).convert_trajectory(logs)
                case "codex-rollout":
                    _place(path, logs / "sessions" / "2026" / "01" / "01" / "rollout-x.jsonl")
                    made = installed["codex"].Codex(logs_dir=logs).convert_trajectory(logs)
                case "copilot-cli":
                    made = installed["copilot_cli"].CopilotCli(logs_dir=logs)._convert_jsonl_to_trajectory(path)
                case "swe-agent":
                    made = installed["swe_agent"].convert_swe_agent_to_atif(json.loads(path.read_text()), "s")
                case "mini-swe-agent":
                    made = installed["mini_swe_agent"].convert_mini_swe_agent_to_atif(json.loads(path.read_text()), "s")
                case "atif":
                    made = importlib.import_module("harbor.models.trajectories").Trajectory.model_validate(json.loads(path.read_text()))
                case _:
                    continue
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            found[sample["path"]] = f"{type(error).__name__}: {str(error)[:100]}"
            continue
        if made is None:
            found[sample["path"]] = "nothing"
            continue
        calls = [call.function_name for step in made.steps for call in step.tool_calls or ()]
        results = [
            result.source_call_id
            for step in made.steps
            for result in (step.observation.results if step.observation else ())
            if result.source_call_id
        ]
        found[sample["path"]] = [dict(Counter(calls)), len(results)]
    return found


def _place(path: Path, where: Path) -> None:
    where.parent.mkdir(parents=True)
    shutil.copyfile(path, where)


if __name__ == "__main__":
    main()
