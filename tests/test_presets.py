"""The presets hold what their projects ask for, and contradict each other where these do."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from prgate.model.policy import Judge
from prgate.model.verdict import Outcome, Verdict
from prgate.packs import read_packs
from prgate.request import Request
from prgate.run import judge
from tests.repositories import Repo

AT = "2026-03-01T12:00:00Z"
RULES = ("undisclosed-agent", "forbidden-attribution", "missing-owner", "oversized-change")
SIGNED = "Signed-off-by: Dana <dana@example.com>\n"
SENTENCE = "This PR was written in part with the assistance of generative AI. Closes #4"
KERNEL = f"Cap\n\nAssisted-by: LLM sparse\n{SIGNED}"
KUBERNETES = "Cap"
BOTH = {"where": ["description", "trailer"], "everywhere": True}


def judged(place: Path, packs: list[str], *, message: str, body: str, lines: int = 1, asks: dict[str, Any] | None = None) -> Verdict:
    """The verdict on one commit on an agent's branch that a person opened."""
    repo = Repo(place / "repo")
    repo.write("README.md", b"A project.\n")
    repo.commit("Base")
    repo.branch("claude/cap")
    repo.write("docs/cap.md", b"".join(b"Line %d.\n" % number for number in range(lines)))
    head = repo.commit(message)
    facts = {
        "title": "Cap",
        "body": body,
        "author": {"login": "dana", "type": "User"},
        "commits": [{"sha": head, "author": "dana", "committer": "dana", "verified": False}],
        "people": {"dana": {"permission": "write", "type": "User"}},
        "reviews": [],
        "labels": [],
    }
    (place / "facts.json").write_text(json.dumps(facts))
    rules = {"undisclosed-agent": {"params": asks}} if asks else {}
    (place / "policy.yml").write_text(json.dumps({"version": 1, "extends": packs, "rules": rules}))
    return judge(
        Request(
            at=AT,
            repo=repo.path,
            base="main",
            head="claude/cap",
            policy=str(place / "policy.yml"),
            pr=place / "facts.json",
            judge=Judge.AGENTS,
        ),
    )


def failing(verdict: Verdict) -> list[str]:
    """The rules of the presets that block."""
    return [
        result.rule for result in verdict.results if result.rule in RULES and result.mode == "block" and result.outcome is not Outcome.PASS
    ]


def test_what_satisfies_the_kernel_fails_kubernetes(tmp_path: Path) -> None:
    found = {}
    for pack in ("kernel", "kubernetes"):
        (tmp_path / pack).mkdir()
        found[pack] = failing(judged(tmp_path / pack, [pack], message=KERNEL, body="Raises the cap. Closes #4"))
    assert {"kernel": [], "kubernetes": ["forbidden-attribution", "undisclosed-agent"]} == found


def test_what_satisfies_kubernetes_fails_the_kernel(tmp_path: Path) -> None:
    found = {}
    for pack in ("kernel", "kubernetes"):
        (tmp_path / pack).mkdir()
        found[pack] = failing(judged(tmp_path / pack, [pack], message=KUBERNETES, body=SENTENCE))
    assert {"kernel": ["missing-owner", "undisclosed-agent"], "kubernetes": []} == found


@pytest.mark.parametrize(
    ("message", "body"),
    [
        (KERNEL, "Raises the cap."),
        (KERNEL, SENTENCE),
        (KUBERNETES, SENTENCE),
        (f"Cap\n\n{SIGNED}", SENTENCE),
        (f"Cap\n\nAssisted-by: Claude:claude-3-opus\n{SIGNED}", SENTENCE),
        (f"Cap\n\nAssisted-by: Claude <noreply@anthropic.com>\n{SIGNED}", SENTENCE),
        (f"Cap\n\nCo-Authored-By: Claude <noreply@anthropic.com>\n{SIGNED}", SENTENCE),
    ],
)
def test_a_policy_that_asks_for_both_lets_no_agent_s_commit_pass(tmp_path: Path, message: str, body: str) -> None:
    assert failing(judged(tmp_path, ["kernel", "kubernetes"], message=message, body=body, asks=BOTH))


def test_of_two_presets_the_later_one_wins(tmp_path: Path) -> None:
    message = f"Cap\n\n{SIGNED}"
    assert [] == failing(judged(tmp_path, ["kernel", "kubernetes"], message=message, body=SENTENCE))


@pytest.mark.parametrize(("lines", "found"), [(499, []), (500, ["oversized-change"])])
def test_kubernetes_takes_no_large_change_of_an_agent(tmp_path: Path, lines: int, found: list[str]) -> None:
    assert found == failing(judged(tmp_path, ["kubernetes"], message=KUBERNETES, body=SENTENCE, lines=lines))


@pytest.mark.parametrize("pack", ["kernel", "kubernetes"])
def test_a_preset_says_where_it_comes_from_and_when_that_was_read(pack: str) -> None:
    head = read_packs()[pack].decode().partition("version:")[0]
    assert "https://" in head
    assert "read 2026-" in head
