"""Rows of the corpus: where their repositories are, and what git alone says about each pull request."""

from __future__ import annotations

import json
import re
import subprocess
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

NOREPLY = re.compile(r"(?:\d+\+)?(?P<login>[^@+]+)@users\.noreply\.github\.com", re.IGNORECASE)
MERGE = re.compile(r"Merge pull request #\d+ from (?P<owner>[^/\s]+)/(?P<ref>\S+)")


@dataclass(frozen=True, slots=True)
class Row:
    """One pull request of the index; ``base`` and ``head`` are commits, ``merge`` the commit that brought it in, if that was a merge."""

    id: str
    repo: str
    number: int
    base: str
    head: str
    merge: str | None
    kind: str
    additions: int
    deletions: int
    labels: Mapping[str, Any]

    @property
    def hand_checked(self) -> bool:
        """Whether a person looked at the labels; only then are they scored."""
        return bool(self.labels["hand_checked"])

    def told(self, *fields: str) -> bool:
        """Whether none of these labels is ambiguous."""
        return self.hand_checked and not set(fields) & set(self.labels["ambiguous"])


def read_index(path: Path) -> list[Row]:
    """Every row, in the order of the index."""
    fields = Row.__slots__
    return [Row(**{name: row[name] for name in fields}) for row in map(json.loads, path.read_text("utf-8").splitlines()) if row]


def find_repository(folder: Path, repo: str) -> Path | None:
    """The git directory of ``owner/name`` below ``folder``, in any of the usual layouts."""
    flat = repo.replace("/", "+")
    places = (folder / flat / "repo", folder / flat, folder / f"{flat}.git", folder / repo, folder / f"{repo}.git")
    return next((place for place in places if (place / "HEAD").is_file() or (place / ".git").exists()), None)


def git(repository: Path, *args: str) -> subprocess.CompletedProcess[bytes]:
    """Plain git, as anybody would call it."""
    return subprocess.run(["git", "-C", str(repository), *args], capture_output=True, check=False)


def lacking(repository: Path, row: Row) -> list[str]:
    """Which of the row's commits the copy does not have."""
    named = {"base": row.base, "head": row.head, "merge": row.merge}
    return [name for name, sha in named.items() if sha and git(repository, "cat-file", "-e", f"{sha}^{{commit}}").returncode]


@dataclass(frozen=True, slots=True)
class Plain:
    """What plain git says of the range: whether it can read it at all, changed paths, added lines."""

    error: str | None
    files: int
    added: int


def plain_diff(repository: Path, row: Row) -> Plain:
    """``git diff --numstat`` over the range, with renames."""
    done = git(repository, "diff", "--numstat", "-z", "-M", "-l2000", "--no-ext-diff", "--no-textconv", f"{row.base}...{row.head}")
    if done.returncode:
        return Plain(done.stderr.decode("utf-8", "replace").strip(), 0, 0)
    counts = [match[1] for match in re.finditer(rb"(?:^|\0)(\d+|-)\t(?:\d+|-)\t", done.stdout)]
    return Plain(None, len(counts), sum(int(count) for count in counts if count != b"-"))


@dataclass(frozen=True, slots=True)
class _Commit:
    name: str
    email: str
    subject: str
    body: str


def _commits(repository: Path, *range_: str) -> Iterator[_Commit]:
    told = git(repository, "log", "-z", "--encoding=UTF-8", "--format=%an%n%ae%n%s%n%b", *range_).stdout.decode("utf-8", "replace")
    for record in filter(None, told.split("\0")):
        name, email, subject, body = record.split("\n", 3)
        yield _Commit(name, email, subject, body.strip())


def _author(commit: _Commit) -> str | dict[str, str]:
    noreply = NOREPLY.fullmatch(commit.email)
    ascii_name = unicodedata.normalize("NFKD", commit.name).encode("ascii", "ignore").decode()
    login = noreply["login"] if noreply else re.sub(r"[^A-Za-z0-9._\[\]-]+", "-", ascii_name).strip(".-_") or "nobody"
    return {"login": login, "type": "Bot"} if login.endswith("[bot]") else login


def facts(repository: Path, row: Row) -> dict[str, Any]:
    """Forge facts as far as git tells them: what it does not tell is left out, never made up.

    A squash commit's message, a merge commit's text below its first line, or the messages of the range hold title and body. The author is the
    login in a no-reply address, the owner of the merged fork, or the name that git has, in the form of a login.
    """
    told: dict[str, Any] = {"number": row.number, "base": {"sha": row.base}, "head": {"sha": row.head}}
    if row.kind == "squash":
        (commit,) = _commits(repository, "-1", row.head)
        return told | {"title": commit.subject.removesuffix(f" (#{row.number})"), "body": commit.body, "author": _author(commit)}
    commits = list(_commits(repository, "--reverse", "--topo-order", "--no-merges", f"{row.base}..{row.head}"))
    author = _author(commits[0])
    if row.merge is not None:
        (merge,) = _commits(repository, "-1", row.merge)
        title, _, body = merge.body.partition("\n")
        told |= {"title": title or merge.subject, "body": body.strip()}
        if source := MERGE.match(merge.subject):
            told["head"]["ref"] = source["ref"]
            if source["owner"] != row.repo.partition("/")[0]:
                author = source["owner"]
                told["head"]["repository"] = f"{source['owner']}/{row.repo.partition('/')[2]}"
        return told | {"author": author}
    rest = "\n\n".join(f"{commit.subject}\n\n{commit.body}" for commit in commits[1:])
    return told | {"title": commits[0].subject, "body": f"{commits[0].body}\n\n{rest}".strip(), "author": author}
