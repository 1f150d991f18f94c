"""A pull request of an agent at the command line, with whatever people said on it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from prgate.commands.check import check
from prgate.errors import PrgateError
from tests.repositories import Repo

CODE = b"import hmac\n\n\ndef seal(key, text):\n    mac = hmac.new(key, text, 'sha256')\n    return mac.digest()\n"
MARK = "\n\nCo-Authored-By: Claude <noreply@anthropic.com>\n"
RULES = 'rules: {agent-authored-risk: {mode: block, params: {accept: [vouched]}}}\ndomains: {crypto: {paths: ["crypto/"]}}\n'
PUSHED = "2026-02-01T10:00:00Z"
LATER = "2026-02-01T11:00:00Z"
READ = "attest 1: read both functions"
PEOPLE: Mapping[str, Any] = {
    "dana": {"permission": "admin", "type": "User"},
    "maint-one": {"permission": "write", "type": "User"},
    "boss": {"permission": "admin", "type": "User"},
    "reader-one": {"permission": "read", "type": "User"},
    "outsider": {"permission": "none", "type": "User"},
    "helper-bot[bot]": {"permission": "admin", "type": "Bot"},
    "cursoragent": {"permission": "write", "type": "User"},
}


@dataclass(frozen=True)
class Checked:
    """What one ``prgate check`` said; ``text`` is its error where there is no verdict."""

    code: int
    verdict: Any
    text: str

    def outcome(self, rule: str = "agent-authored-risk") -> str:
        """What one rule concluded."""
        return next(str(result["outcome"]) for result in self.verdict["results"] if result["rule"] == rule)

    @property
    def refusals(self) -> list[Any]:
        """Why each command does not count, null where it does."""
        return [heard["refused"] for heard in self.verdict["commands"]]


@dataclass
class Room:
    """``dana``'s pull request of an agent's crypto, and what is said on it. ``policy`` is what stands behind the rules."""

    place: Path
    policy: str = ""
    facts: dict[str, Any] = field(default_factory=dict)
    date: str | None = None

    def __post_init__(self) -> None:
        self.repo = Repo(self.place / "repo")
        self.repo.write("README.md", b"Pay\n")
        self.repo.commit("Start")
        self.repo.branch("agent/seal")
        self.old = self.push({"README.md": b"Pay!\n"}, "Begin")
        self.head = self.push({"src/crypto/seal.py": CODE}, "Seal")
        self.comments: list[dict[str, Any]] = []
        self.reviews: list[dict[str, Any]] = []

    def push(self, files: Mapping[str, bytes], message: str) -> str:
        """One more commit of the agent on the branch."""
        for path, content in files.items():
            self.repo.write(path, content)
        dates = {} if self.date is None else {"GIT_COMMITTER_DATE": self.date, "GIT_AUTHOR_DATE": self.date}
        self.head = self.repo.commit(message + MARK, env=dates)
        return self.head

    def comment(self, body: str, by: str = "maint-one", at: str = LATER, *, edited: bool = False) -> None:
        """Somebody comments."""
        self.comments.append({"id": len(self.comments) + 1, "author": by, "body": body, "at": at, "edited": edited})

    def review(self, body: str = "", by: str = "maint-one", at: str = LATER, *, state: str = "commented", on: str = "") -> None:
        """Somebody reviews."""
        self.reviews.append({"author": by, "state": state, "commit": on or self.head, "at": at, "body": body})

    def run(self, *options: str, since: str | None = PUSHED, shape: str = "json") -> Checked:
        """``prgate check``, in this process, with the policy and the facts in files."""
        document = {
            "title": "Seal messages",
            "body": "",
            "author": {"login": "dana", "type": "User"},
            "number": 7,
            "head": {"repository": "acme/pay", "ref": "agent/seal", "sha": self.head} | ({} if since is None else {"since": since}),
            "labels": [],
            "commits": [{"sha": self.head, "author": "dana", "committer": "dana", "verified": False}],
            "reviews": self.reviews,
            "comments": self.comments,
            "people": dict(PEOPLE),
            "links": [],
            "checks": [],
        } | self.facts
        facts, policy = self.place / "facts.json", self.place / "policy.yml"
        facts.write_text(json.dumps(document), encoding="utf-8")
        policy.write_text(f"version: 1\n{RULES}{self.policy}\n", encoding="utf-8")
        range_ = ("--repo", str(self.repo.path), "--base", "main", "--head", "agent/seal")
        given = options or ("--policy", str(policy))
        out = self.place / "out"
        arguments = [*range_, *given, "--pr", str(facts), "--judge", "all", "--format", shape, "--output", str(out)]
        try:
            code = check.main(arguments, standalone_mode=False)
        except PrgateError as error:
            return Checked(2, None, str(error))
        text = out.read_text(encoding="utf-8")
        return Checked(code, json.loads(text) if shape == "json" else None, text)
