"""Sessions that the real programs wrote, recorded by ``tests/record``."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Final

_HERE: Final = Path(__file__).parent

TRANSCRIPT: Final = (files("prgate") / "demo" / "trace.jsonl").read_bytes()
"""Claude Code's transcript of the same session as ``STREAM``; the demo carries it."""
STREAM: Final = (_HERE / "claude-code-2.1.197.stream.jsonl").read_bytes()
ROLLOUT: Final = (_HERE / "codex-0.169.0.rollout.jsonl").read_bytes()

RECORDED: Final = {"claude-transcript": TRANSCRIPT, "claude-stream-json": STREAM, "codex-rollout": ROLLOUT}
