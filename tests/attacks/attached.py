"""Sessions that somebody made up for a pull request of the bench, and their way to the forge."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.action.bench import CODE, TEST, Bench, Ran
from tests.attach.material import Session
from tests.forge.world import Hosted
from tests.keeping import attach

POLICY = b"""version: 1
rules:
  agent-authored-risk: {mode: block, params: {accept: [vouched]}}
  foreign-trace: block
  leaked-secret: block
  missing-trace: block
  unexplained-change: {mode: block, params: {where: everywhere}}
domains: {crypto: {paths: ["**/crypto/**"], marks: []}}
publish: {comment: always}
"""
REF = "refs/prgate/agent/seal/s"
WHOLE: Mapping[str, bytes] = {"src/crypto/seal.py": CODE, "tests/test_seal.py": TEST}
"""What the bench's pull request brings."""


def session(files: Mapping[str, bytes] = WHOLE, *commands: str, **more: Any) -> bytes:
    """A session of Claude Code that says it wrote these files and ran these commands, and not when."""
    told = Session("/r", **more)
    for path, content in files.items():
        told.edits(f"/r/{path}", content.decode())
    for command in commands:
        told.runs(command)
    for record in told.records:
        del record["timestamp"]
    return told.data


def put(bench: Bench, data: bytes, *, branch: str = "agent/seal", name: str = "s", to: Hosted | None = None) -> str:
    """Attach a session to a branch at the forge, as anybody does who may push there; the ref."""
    attach(bench.repo, branch, name, data)
    ref = f"refs/prgate/{branch}/{name}"
    (to or bench.host).git.take(bench.repo.path, ref, ref)
    return ref


def sources(ran: Ran) -> list[str]:
    """Where each trace was that the run found, or why it could not be read."""
    return [item.get("source") or item["missing"]["why"] for item in ran.verdict["evidence"] if item["kind"] == "trace"]
