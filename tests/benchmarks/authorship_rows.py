"""Labelled commits and pull requests, and histories, as prgate's own types; and why a mark that a label names cannot be in its row."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from prgate.authorship.signature_file import shipped
from prgate.authorship.signatures import is_stamp
from prgate.authorship.signs import find_signs
from prgate.model.authorship import Sign
from prgate.model.commit import Commit
from prgate.model.facts import Account, Facts, LinkedCommit, PersonType
from prgate.model.missing import Missing, Why
from prgate.model.subject import Head

ABSENT = Missing(Why.ABSENT, "not in the samples", "")
PREFIXES = {"codex": "codex/x", "copilot-coding-agent": "copilot/x", "cursor": "cursor/x"}
"""The branch that the label of a pull request was made from."""
_RENAMED = re.compile(r"Person [0-9a-f]{8}|u[0-9a-f]{8}@example\.org")
"""What the samples put in place of a name or an address."""
_NAMED = re.compile(r"coauthor [%+]*(\S+)|Co-authored-by (\S*[@+]\S+)|(Generated with Claude Code)")
_FORMAT = "%x02%H%x01%P%x01%an%x01%ae%x01%cn%x01%ce%x01%ct%x01%B"


def rows(path: Path) -> list[Mapping[str, Any]]:
    """The records of a JSON Lines file."""
    return [json.loads(line) for line in path.read_bytes().split(b"\n") if line]


def unfindable(row: Mapping[str, Any]) -> str | None:
    """Why the mark that the label of a commit names is not in the row as it is saved, or is no evidence; null where it is there."""
    why = row["why"]
    if why.startswith("author-name:") and _RENAMED.fullmatch(row["author_name"]):
        return "the name is pseudonymised"
    if why.startswith("author-email:") and _RENAMED.fullmatch(row["author_email"]):
        return "the address is pseudonymised"
    if why == "trailer:other agent" and _RENAMED.search(row["message"]):
        return "the address is pseudonymised"
    if any(is_stamp(shipped(), line.strip()) for line in row["message"].split("\n")[1:]):
        return "signed by an editor or after a review suggestion, which is no evidence"
    named = [next(filter(None, found)).casefold() for found in _NAMED.findall(why)]
    saved = row["message"].casefold()
    if named and not any(mark in saved for mark in named):
        return "the message is cut off above it"
    return None


def signs_of_commits(samples: tuple[Commit, ...]) -> dict[str, list[Sign]]:
    """The signs of commits by id."""
    found: dict[str, list[Sign]] = {}
    for sign in find_signs(facts=ABSENT, commits=samples, traces=(), head_ref=None):
        found.setdefault(str(sign.commit), []).append(sign)
    return found


def signs_of_pull_request(row: Mapping[str, Any]) -> tuple[Sign, ...]:
    """The signs of a pull request on the branch that its label was made from."""
    listed = tuple(
        Commit(link["sha"], ("p",), "Somebody", "somebody@example.org", "Somebody", "somebody@example.org", "", link["message"])
        for link in row["commits"]
    )
    facts = Facts(
        title=row["title"],
        body=row["body"] or "",
        author=Account(row["pr_author"], PersonType.BOT if row["pr_author"].endswith("[bot]") else None),
        number=row["number"],
        draft=False,
        base=None,
        head=Head(None, PREFIXES.get(row["agent"]), None),
        labels=ABSENT,
        commits=tuple(LinkedCommit(link["sha"], link["author_login"] or None, None, verified=False) for link in row["commits"]),
        reviews=ABSENT,
        comments=ABSENT,
        people=ABSENT,
        links=ABSENT,
        checks=ABSENT,
    )
    return find_signs(facts=facts, commits=listed, traces=(), head_ref=None)


def as_commit(row: Mapping[str, Any], sha: str) -> Commit:
    """A sample as git would tell it."""
    return Commit(
        sha=sha,
        parents=("a", "b") if row["merge"] else ("a",),
        author_name=row["author_name"],
        author_email=row["author_email"],
        committer_name=row["committer_name"] or "",
        committer_email=row["committer_email"] or "",
        at="",
        message=row["message"],
    )


def history(repository: Path, *arguments: str) -> Iterator[tuple[int, Commit]]:
    """Seconds since 1970 and commit, of all refs of a repository, newest first."""
    command = ["git", "-C", str(repository), "log", "--all", f"--format={_FORMAT}", *arguments]
    told = subprocess.run(command, capture_output=True, check=True).stdout.decode("utf-8", "replace")
    for record in told.split("\x02")[1:]:
        sha, parents, name, email, committer, committer_email, at, message = record.split("\x01", 7)
        yield int(at), Commit(sha, tuple(parents.split()), name, email, committer, committer_email, "", message)
