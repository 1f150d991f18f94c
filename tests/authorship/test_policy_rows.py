"""Rows of a policy, at the door that reads it and in every step that asks who wrote a change."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from prgate.authorship.signature_file import fault_of
from prgate.errors import PrgateError
from prgate.formats.policy import read_pack, read_policy
from prgate.model.verdict import PolicySource
from prgate.packs import read_packs
from prgate.rules import RULES
from prgate.run import POLICY_PATH
from tests.repositories import Repo

HEAD = b"version: 1\nextends: [baseline]\n"
MINE = b"""signatures:
  disable: [claude-code-trailer]
  add:
    - {agent: mine, name: Mine, kind: author, match: mine@example.org, exports_trace: true}
    - {agent: mine, kind: opener, match: "mine[bot]"}
"""
PLAIN = b"x = 1\n"


def judged(tmp_path: Path, policy: bytes, facts: Mapping[str, Any] | None = None) -> tuple[int, Any, str]:
    """Exit code, verdict and errors of ``prgate check`` on a commit of mine, one that Claude Code signs, and one of a person in the same file."""
    repo = Repo(tmp_path / "repo")
    repo.write(POLICY_PATH, HEAD + policy)
    repo.commit("root")
    repo.branch("work")
    repo.write("src/a.py", PLAIN)
    repo.commit("mine", email="mine@example.org")
    repo.write("src/a.py", PLAIN + b"y = 2\n")
    repo.commit("by hand")
    repo.write("src/b.py", PLAIN)
    repo.commit("signed\n\nCo-authored-by: Claude <noreply@anthropic.com>\n")
    told = {"title": "Work", "body": "", "author": "dana", "people": {}, "reviews": [], "commits": [], **(facts or {})}
    (tmp_path / "pr.json").write_text(json.dumps(told), encoding="utf-8")
    command = ["check", "--repo", str(repo.path), "--base", "main", "--head", "work", "--pr", str(tmp_path / "pr.json"), "--format", "json"]
    done = subprocess.run([sys.executable, "-m", "prgate", *command], capture_output=True, text=True, check=False)
    return done.returncode, json.loads(done.stdout) if done.stdout else None, done.stderr


@pytest.mark.parametrize(
    ("policy", "told"),
    [
        (b"signatures:\n  disable: [claude-code-tralier]\n", (4, 13, "there is no row `claude-code-tralier`", "`claude-code-trailer`?")),
        (b"signatures:\n  add:\n    - {agent: mine, kind: branch, match: mine/}\n", (5, 15, "there is no agent `mine`", "say `name`")),
        (
            b"signatures:\n  add:\n    - agent: mine\n      name: Mine\n      kind: author\n      match: '@mine.example'\n",
            (8, 14, "`@mine.example` is no whole address; domains are never matched", "Write `helper@example.org`"),
        ),
        (b"signatures:\n  add:\n    - {agent: devin, kind: body, match: 'by {'}\n", (5, 41, "`{` is no known class", "docs/agents.md")),
        (b"signatures:\n  add:\n    - {agent: devin, kind: body, match: '{rest}'}\n", (5, 41, "`{rest}` names whatever", "literal text")),
        (b"signatures:\n  add:\n    - {agent: devin, kind: trace, match: x}\n", (5, 28, "`trace` is not one of", "`trailer`?")),
    ],
)
def test_a_wrong_row_is_a_mistake_of_the_policy_with_its_place(tmp_path: Path, policy: bytes, told: tuple[int, int, str, str]) -> None:
    line, column, message, cure = told
    code, verdict, errors = judged(tmp_path, policy)
    assert (2, None) == (code, verdict)
    assert f".github/prgate.yml:{line}:{column}: " in errors
    assert message in errors
    assert cure in errors


PACKS = read_packs()


@pytest.mark.parametrize("pack", PACKS)
def test_the_rows_of_the_packs_are_right(pack: str) -> None:
    assert fault_of(read_pack(pack, rules=RULES, packs=PACKS).signatures) is None


@pytest.mark.parametrize(
    ("pack", "where"),
    [
        ("signatures: {add: [{agent: devin, kind: branch, match: dv/}], disable: [codex-branch]}", "own.yml:3:57"),
        ("signatures: {add: [{agent: devn, kind: branch, match: dv/}]}", "own.yml:2:10"),
    ],
)
def test_a_wrong_row_below_those_of_a_pack_has_its_own_place_and_one_of_a_pack_that_of_the_pack(pack: str, where: str) -> None:
    packs = {**PACKS, "house": f"version: 1\nextends: [baseline]\n{pack}\n".encode()}
    data = b"version: 1\nextends: [house]\nsignatures: {add: [{agent: cursor, kind: branch, match: cursr}]}\n"
    source = PolicySource("file", None, "")
    with pytest.raises(PrgateError) as caught:
        read_policy(data, name="own.yml", source=source, rules=RULES, packs=packs, signatures=fault_of)
    assert where == caught.value.where


def test_rows_of_the_policy_reach_the_scope_the_origins_and_what_a_trace_is_asked_for(tmp_path: Path) -> None:
    _, verdict, _ = judged(tmp_path, MINE)
    assert ["mine"] == [agent["id"] for agent in verdict["authorship"]["agents"]]
    assert "Evidence of Mine (author, committer)." == verdict["scope"]["why"]
    assert {"agent": 1, "declared-human": 2, "undeclared": 0} == verdict["authorship"]["lines"]
    assert "fail" == next(result["outcome"] for result in verdict["results"] if result["rule"] == "missing-trace")


def test_without_them_the_shipped_rows_alone_count(tmp_path: Path) -> None:
    _, verdict, _ = judged(tmp_path, b"")
    assert ["claude-code"] == [agent["id"] for agent in verdict["authorship"]["agents"]]
    assert {"agent": 1, "declared-human": 2, "undeclared": 0} == verdict["authorship"]["lines"]


def test_an_account_that_the_policy_calls_an_agent_is_no_owner(tmp_path: Path) -> None:
    _, verdict, _ = judged(tmp_path, MINE, {"author": "mine[bot]"})
    assert None is verdict["authorship"]["owner"]
