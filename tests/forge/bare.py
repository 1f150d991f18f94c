"""The bare repository behind one repository of the forge, asked through the real git."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final

PERSON: Final = {
    "GIT_AUTHOR_NAME": "forge",
    "GIT_AUTHOR_EMAIL": "forge@example.com",
    "GIT_COMMITTER_NAME": "forge",
    "GIT_COMMITTER_EMAIL": "forge@example.com",
    "GIT_AUTHOR_DATE": "1767614400 +0000",
    "GIT_COMMITTER_DATE": "1767614400 +0000",
}
_STATUS: Final = {"A": "added", "D": "removed", "R": "renamed", "C": "copied", "T": "changed"}
ZERO: Final = "0" * 40


def environment() -> dict[str, str]:
    """What git needs and nothing that steers it."""
    kept = {name: os.environ[name] for name in ("PATH", "TMPDIR") if name in os.environ}
    return kept | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "LC_ALL": "C", "TZ": "UTC"}


@dataclass(frozen=True, slots=True)
class Commit:
    """One commit as the API tells of it; dates are ISO 8601 in UTC."""

    sha: str
    tree: str
    parents: tuple[str, ...]
    author: tuple[str, str, str]
    committer: tuple[str, str, str]
    message: str


@dataclass(frozen=True, slots=True)
class FileChange:
    """One changed file; lines are 0 for binary content."""

    path: str
    previous: str | None
    status: str
    sha: str | None
    added: int
    removed: int


class Bare:
    """The bare repository at ``path``, made on the spot."""

    def __init__(self, path: Path, default: str) -> None:
        self.path = path
        path.mkdir(parents=True)
        self.git("init", "--quiet", "--bare", "--template=", f"--initial-branch={default}")
        with (path / "config").open("a") as config:
            config.write("[uploadpack]\n\tallowFilter = true\n\tallowAnySHA1InWant = true\n")
            config.write(
                "\thideRefs = refs/forge\n[http]\n\treceivepack = false\n[core]\n\tfsync = none\n[gc]\n\tauto = 0\n[maintenance]\n\tauto = false\n"
            )

    def git(self, *args: str | Path, stdin: bytes = b"") -> bytes:
        """Run git here and return what it prints; fail loudly with what it complains of."""
        done = subprocess.run(["git", *args], cwd=self.path, env=environment() | PERSON, input=stdin, capture_output=True, check=False)
        assert done.returncode == 0, (args, done.stderr.decode(errors="replace"))
        return done.stdout

    def word(self, *args: str | Path) -> str:
        """The one word that git prints."""
        return self.git(*args).decode().strip()

    def take(self, source: Path, what: str, ref: str) -> str:
        """Copy what a ref or full commit id of another repository names to a ref here, forced, and return the commit."""
        options = ("-c", "protocol.file.allow=always", "-c", "core.fsync=none")
        self.git(
            *options,
            "fetch",
            "--quiet",
            "--no-tags",
            "--no-write-fetch-head",
            "--upload-pack=git -c uploadpack.allowAnySHA1InWant=true upload-pack",
            source,
            f"+{what}:{ref}",
        )
        return self.word("rev-parse", ref)

    def point(self, ref: str, sha: str | None) -> None:
        """Set a ref, or with None take it away."""
        self.git("update-ref", *(("-d", ref) if sha is None else (ref, sha)))

    def resolve(self, name: str) -> str | None:
        """The commit of a branch, a full ref or a commit id; None where there is none."""
        for candidate in (f"refs/heads/{name}", f"refs/{name}", name):
            if candidate == name and not (name.startswith("refs/") or (7 <= len(name) <= 40 and set(name) <= set("0123456789abcdef"))):
                continue
            done = subprocess.run(
                ["git", "rev-parse", "--quiet", "--verify", "--end-of-options", f"{candidate}^{{commit}}"],
                cwd=self.path, env=environment(), capture_output=True, check=False,
            )  # fmt: skip
            if done.returncode == 0:
                return done.stdout.decode().strip()
        return None

    def kind(self, oid: str) -> str | None:
        """What an object is: commit, tree, blob or tag; None where there is none."""
        done = subprocess.run(["git", "cat-file", "-t", oid], cwd=self.path, env=environment(), capture_output=True, check=False)
        return done.stdout.decode().strip() or None

    def refs(self, prefix: str = "refs/heads/") -> dict[str, str]:
        """Refs under a prefix, with their objects."""
        lines = self.git("for-each-ref", "--format=%(refname) %(objectname)", prefix).decode().splitlines()
        return dict(line.split(" ", 1)[:2] for line in lines)

    def merge_base(self, one: str, other: str) -> str | None:
        """The best common ancestor, or None between strangers."""
        done = subprocess.run(["git", "merge-base", one, other], cwd=self.path, env=environment(), capture_output=True, check=False)
        return done.stdout.decode().split()[0] if done.returncode == 0 else None

    def count(self, base: str, head: str) -> int:
        """How many commits ``head`` has that ``base`` has not."""
        return int(self.word("rev-list", "--count", head, f"^{base}"))

    def commits(self, head: str, *, without: str | None = None, most: int | None = None) -> tuple[Commit, ...]:
        """Commits of ``head`` that ``without`` has not, oldest first; with ``most`` only the newest that many."""
        form = "%H%x00%T%x00%P%x00%an%x00%ae%x00%at%x00%cn%x00%ce%x00%ct%x00%B%x00"
        limits = ([f"^{without}"] if without else []) + ([f"--max-count={most}"] if most else [])
        words = (
            self.git("log", "-z", "--topo-order", "--reverse", f"--format={form}", head, *limits, "--")
            .decode("utf-8", "replace")
            .split("\0")
        )
        records = [words[place : place + 10] for place in range(0, len(words) - 10, 11)]
        return tuple(
            Commit(sha, tree, tuple(parents.split()), (an, ae, _iso(at)), (cn, ce, _iso(ct)), message.rstrip("\n"))
            for sha, tree, parents, an, ae, at, cn, ce, ct, message in records
        )

    def changes(self, base: str, head: str) -> tuple[FileChange, ...]:
        """What changed between two commits, renames found, ordered by path."""
        words = (
            self.git("diff-tree", "-r", "-z", "-M", "--raw", "--numstat", "--no-abbrev", base, head).decode("utf-8", "replace").split("\0")
        )
        found: list[tuple[str, str | None, str, str | None]] = []
        lines: dict[str, tuple[int, int]] = {}
        place = 0
        while place < len(words) and words[place]:
            word = words[place]
            if word.startswith(":"):
                _, mode, _, new, letter = word.split(" ")
                moved = letter[0] in "RC"
                path = words[place + 2] if moved else words[place + 1]
                sha = None if mode == "000000" or new == ZERO else new
                found.append((path, words[place + 1] if moved else None, _STATUS.get(letter[0], "modified"), sha))
                place += 3 if moved else 2
            else:
                added, removed, path = word.split("\t", 2)
                if not path:
                    path = words[place + 2]
                    place += 2
                lines[path] = (0 if added == "-" else int(added), 0 if removed == "-" else int(removed))
                place += 1
        return tuple(FileChange(path, previous, status, sha, *lines[path]) for path, previous, status, sha in found)

    def merge(self, base: str, head: str, message: str) -> str | None:
        """A commit that merges ``head`` into ``base``, on no branch; None where they conflict."""
        done = subprocess.run(
            ["git", "merge-tree", "--write-tree", base, head], cwd=self.path, env=environment(), capture_output=True, check=False
        )
        if done.returncode != 0:
            return None
        return self.word("commit-tree", done.stdout.decode().split()[0], "-p", base, "-p", head, "-m", message)


def _iso(seconds: str) -> str:
    """Seconds since 1970 as the API writes dates."""
    from datetime import UTC, datetime

    return datetime.fromtimestamp(int(seconds), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
