"""Real repositories for tests, built by the real git and the same bytes every time."""

from __future__ import annotations

import os
import subprocess
import tempfile
import zlib
from functools import cache
from pathlib import Path
from typing import Final

AUTHOR: Final = "dev-one"
EMAIL: Final = "dev-one@example.com"
_START: Final = 1_767_600_000
"""The first commit's date: 2026-01-05T08:00:00Z. Each later one is a minute younger."""


def _environment() -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "TMPDIR") if name in os.environ}
    return kept | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "GIT_ATTR_NOSYSTEM": "1", "LC_ALL": "C", "TZ": "UTC"}


@cache
def _empty(object_format: str) -> tuple[tuple[Path, ...], dict[Path, bytes]]:
    """Folders and files of what ``git init`` makes, for it need not be asked again for every test."""
    with tempfile.TemporaryDirectory() as name:
        options = ("--quiet", "--template=", "--initial-branch=main", f"--object-format={object_format}")
        subprocess.run(["git", "init", *options], cwd=name, env=_environment(), check=True)
        made = [(path, path.relative_to(name)) for path in sorted(Path(name).rglob("*"))]
        return tuple(short for path, short in made if path.is_dir()), {short: path.read_bytes() for path, short in made if path.is_file()}


class Repo:
    """One repository with a work tree at ``path``. Paths inside it are ``str`` or ``bytes``, ``/``-separated.

    What ``write``, ``symlink``, ``remove``, ``move`` and ``submodule`` do counts from the next ``commit`` on. Branch ``main`` is checked out.
    """

    def __init__(self, path: Path, *, object_format: str = "sha1") -> None:
        self.path = path
        self._commits = 0
        self._submodules: dict[bytes, str] = {}
        path.mkdir(parents=True, exist_ok=True)
        folders, files = _empty(object_format)
        for folder in folders:
            (path / folder).mkdir()
        for name, data in files.items():
            (path / name).write_bytes(data)
        with (path / ".git" / "config").open("a") as config:
            config.write(f"[user]\n\tname = {AUTHOR}\n\temail = {EMAIL}\n")
            config.write("[core]\n\tautocrlf = false\n\tfsync = none\n[gc]\n\tauto = 0\n[maintenance]\n\tauto = false\n")

    def git(self, *args: str | bytes, stdin: bytes = b"", env: dict[str, str] | None = None) -> bytes:
        """Run git in the work tree and return what it prints; fail loudly with what it complains of."""
        done = subprocess.run(
            ["git", *args], cwd=self.path, env=_environment() | (env or {}), input=stdin, capture_output=True, check=False
        )
        assert done.returncode == 0, (args, done.stderr.decode(errors="replace"))
        return done.stdout

    def write(self, path: str | bytes, data: bytes, *, executable: bool = False) -> None:
        """Make or replace a file."""
        place = self._place(path)
        with open(place, "wb") as file:  # noqa: PTH123 (a path of any bytes)
            file.write(data)
        os.chmod(place, 0o755 if executable else 0o644)  # noqa: PTH101 (a path of any bytes)

    def symlink(self, path: str | bytes, target: str | bytes) -> None:
        """Make or replace a symbolic link."""
        os.symlink(os.fsencode(target), self._place(path))  # noqa: PTH211 (a path of any bytes)

    def submodule(self, path: str | bytes, commit: str) -> None:
        """Put a submodule at this commit (a full id that need not exist)."""
        os.makedirs(self._place(path), exist_ok=True)  # noqa: PTH103 (a path of any bytes)
        self._submodules[os.fsencode(path)] = commit

    def remove(self, path: str | bytes) -> None:
        """Take a file, link or submodule away."""
        self._submodules.pop(os.fsencode(path), None)
        place = self._place(path)
        if os.path.isdir(place):  # noqa: PTH112 (a path of any bytes)
            os.rmdir(place)  # noqa: PTH106 (a path of any bytes)

    def move(self, old: str | bytes, new: str | bytes) -> None:
        """Give a file another path."""
        source = os.path.join(os.fsencode(self.path), os.fsencode(old))  # noqa: PTH118 (a path of any bytes)
        os.rename(source, self._place(new))  # noqa: PTH104 (a path of any bytes)

    def commit(self, message: str | bytes, *, author: str = AUTHOR, email: str = EMAIL, env: dict[str, str] | None = None) -> str:
        """Commit everything as it stands, also nothing, and return the full commit id; author and committer are the same."""
        self.git("add", "--all", "--force")
        for path, commit in self._submodules.items():
            self.git("update-index", "--add", "--cacheinfo", b"160000," + commit.encode() + b"," + path)
        date = f"{_START + 60 * self._commits} +0000"
        self._commits += 1
        person = {
            "GIT_AUTHOR_NAME": author,
            "GIT_AUTHOR_EMAIL": email,
            "GIT_AUTHOR_DATE": date,
            "GIT_COMMITTER_NAME": author,
            "GIT_COMMITTER_EMAIL": email,
            "GIT_COMMITTER_DATE": date,
        }
        text = message if isinstance(message, bytes) else message.encode()
        flags = ("--quiet", "--no-verify", "--allow-empty", "--allow-empty-message", "--cleanup=verbatim", "--no-gpg-sign")
        self.git("commit", *flags, "--file=-", stdin=text, env=person | (env or {}))
        return self.head()

    def head(self) -> str:
        """The full id of the commit that is checked out."""
        at = self._checked_out()
        return at.read_text("ascii").strip() if at.is_file() else self.git("rev-parse", "HEAD").decode().strip()

    def damage(self, oid: str, *, cut: bool = False) -> None:
        """Make a loose object's bytes nonsense behind a sound start; with ``cut`` make a sound stream of half its bytes."""
        place = self.path / ".git" / "objects" / oid[:2] / oid[2:]
        place.chmod(0o644)
        data = place.read_bytes()
        whole = zlib.decompress(data)
        place.write_bytes(zlib.compress(whole[: len(whole) // 2]) if cut else data[:10] + b"nonsense" * 4)

    def branch(self, name: str, start: str = "HEAD") -> None:
        """Make a branch and check it out."""
        at = self._checked_out()
        if start != "HEAD" or not at.is_file():
            self.git("checkout", "--quiet", "-b", name, start)
            return
        place = self.path / ".git" / "refs" / "heads" / name
        place.parent.mkdir(parents=True, exist_ok=True)
        with place.open("xb") as file:
            file.write(at.read_bytes())
        (self.path / ".git" / "HEAD").write_text(f"ref: refs/heads/{name}\n", "utf-8")

    def checkout(self, ref: str) -> None:
        """Check out what is there already."""
        self.git("checkout", "--quiet", ref)

    def orphan(self, name: str) -> None:
        """Start a branch without history and without files."""
        self.git("checkout", "--quiet", "--orphan", name)
        self.git("rm", "-r", "-f", "--quiet", "--ignore-unmatch", ".")

    def _checked_out(self) -> Path:
        """The file that holds the id of the branch that is checked out, if it has one."""
        return self.path / ".git" / (self.path / ".git" / "HEAD").read_text("utf-8").strip().removeprefix("ref: ")

    def _place(self, path: str | bytes) -> bytes:
        """Where a path lies on disk, its folder made and whatever file or link was there gone."""
        place = os.path.join(os.fsencode(self.path), os.fsencode(path))  # noqa: PTH118 (a path of any bytes)
        os.makedirs(os.path.dirname(place), exist_ok=True)  # noqa: PTH103, PTH120 (a path of any bytes)
        if os.path.lexists(place) and (os.path.islink(place) or not os.path.isdir(place)):  # noqa: PTH112, PTH114 (a path of any bytes)
            os.unlink(place)  # noqa: PTH108 (a path of any bytes)
        return place
