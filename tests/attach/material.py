"""A clone with an origin, and sessions that agents could have left in it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from prgate.attach.branch import Branch, find_branch
from prgate.formats.traces import read_trace
from prgate.git.own import Clone, open_clone
from prgate.model.trace import Trace
from tests.repositories import Repo

ID = "0b5f7a0e-1111-4222-8333-444455556666"


@dataclass
class Session:
    """A session of Claude Code, told record by record."""

    cwd: str
    id: str = ID
    records: list[dict[str, Any]] = field(default_factory=list)
    sidechain: bool = False

    def says(self, text: str) -> Session:
        return self._did({"type": "text", "text": text})

    def edits(self, path: str, text: str, *, call: str | None = None) -> Session:
        return self.does("Write", {"file_path": path, "content": text}, call=call)

    def runs(self, command: str, *, ok: bool | None = True, call: str | None = None) -> Session:
        return self.does("Bash", {"command": command}, ok=ok, call=call)

    def does(self, tool: str, given: dict[str, Any], *, ok: bool | None = True, call: str | None = None) -> Session:
        call = call or f"toolu_{self.id[-4:]}_{len(self.records)}"
        self._did({"type": "tool_use", "id": call, "name": tool, "input": given})
        if ok is not None:
            result = {"type": "tool_result", "tool_use_id": call, "content": "", "is_error": not ok}
            self._record({"type": "user", "message": {"role": "user", "content": [result]}})
        return self

    def _did(self, block: dict[str, Any]) -> Session:
        return self._record({"type": "assistant", "message": {"role": "assistant", "model": "opus", "content": [block]}})

    def _record(self, record: dict[str, Any]) -> Session:
        number = len(self.records)
        told = {"sessionId": self.id, "uuid": f"{self.id}-{self.sidechain}-{number}", "cwd": self.cwd, "version": "2.1.197"}
        at = f"2026-01-05T09:{number // 60:02}:{number % 60:02}.000Z"
        self.records.append({**told, "timestamp": at, "isSidechain": self.sidechain, **record})
        return self

    @property
    def data(self) -> bytes:
        return b"".join(json.dumps(record).encode() + b"\n" for record in self.records)

    def trace(self) -> Trace:
        return read_trace("session", self.data)

    def write(self, path: Path) -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(self.data)
        return path


@dataclass
class Place:
    """``repo`` is the clone, ``origin`` the bare repository that it pushes to."""

    tmp: Path
    home: Path
    repo: Repo
    origin: Repo

    def clone(self) -> Clone:
        return open_clone(self.repo.path, hurry=True, seconds=30)

    def branch(self, name: str | None = None) -> Branch:
        return find_branch(self.clone(), name)

    def session(self, id_: str = ID) -> Session:
        return Session(str(self.repo.path), id_)

    def transcript(self, session: Session) -> Path:
        """The session where Claude Code keeps it."""
        folder = "".join(char if char.isascii() and char.isalnum() else "-" for char in session.cwd)
        return session.write(self.home / ".claude" / "projects" / folder / f"{session.id}.jsonl")

    def here(self, repo: Repo | None = None) -> dict[str, str]:
        """The attached refs of the clone, or of another repository, with their objects."""
        return _refs(repo or self.repo)

    def attached(self, ref: str, repo: Repo | None = None) -> bytes:
        return (repo or self.repo).git("cat-file", "blob", f"{ref}:trace.json")


def _refs(repo: Repo) -> dict[str, str]:
    lines = repo.git("for-each-ref", "--format=%(refname) %(objectname)", "refs/prgate").decode().split("\n")
    return {ref: oid for ref, _, oid in (line.partition(" ") for line in lines if line)}


def place_of(tmp: Path) -> Place:
    home = tmp / "home"
    home.mkdir()
    origin = Repo(tmp / "origin")
    origin.git("config", "core.bare", "true")
    origin.git("config", "receive.denyCurrentBranch", "ignore")
    repo = Repo(tmp / "clone")
    repo.write("a.py", b"first = 1\n")
    repo.commit("base")
    repo.git("remote", "add", "origin", str(origin.path))
    repo.git("push", "--quiet", "origin", "main")
    repo.git("remote", "set-head", "origin", "main")
    repo.branch("change")
    return Place(tmp, home, repo, origin)


def append(path: Path, data: bytes) -> None:
    """Write on as agents do: what was there stays whole at every moment."""
    with path.open("ab") as file:
        file.write(data)
