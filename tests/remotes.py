"""A small remote repository, what to want of it, and what fetching from it gives."""

from __future__ import annotations

import os
import shutil
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path
from typing import Final

from prgate.git.fetch import Want, fetch
from prgate.git.remote import FetchLimits, Remote
from prgate.model.missing import Missing
from tests.git_server import Handler
from tests.repositories import Repo

MAIN: Final = "refs/heads/main"
TOKEN: Final = "ghs-abcdefghijklmnop"
SECRETS: Final = (TOKEN, b64encode(f"x-access-token:{TOKEN}".encode()).decode())
_PATH: Final = os.environ["PATH"]
Fault = Callable[[Handler], bool]


def small(path: Path) -> Repo:
    """``main``, and ``change`` with one commit more; ``up.git`` in the folder ``served`` beside it is fetched from."""
    repo = Repo(path)
    repo.write("a", b"1\n")
    repo.commit("base")
    repo.branch("change")
    repo.write("a", b"2\n")
    repo.commit("change")
    repo.git("clone", "--quiet", "--bare", ".", str(path.parent / "served" / "up.git"))
    repo.git("-C", str(path.parent / "served" / "up.git"), "config", "uploadpack.allowFilter", "true")
    return repo


def change_of(repo: Repo) -> Want:
    """The range that ``small`` makes."""
    return Want(repo.head(), repo.git("rev-parse", "main").decode().strip(), 1, (MAIN,), (b"a",))


def local(repo: Repo) -> Remote:
    """The remote as a folder."""
    return Remote(f"file://{repo.path.parent / 'served' / 'up.git'}")


def missing(
    folder: Path, remote: Remote, want: Want, *, limits: FetchLimits | None = None, waits: tuple[float, ...] | None = ()
) -> Missing:
    """Why nothing was fetched, after just these waits, or any."""
    slept: list[float] = []
    found = fetch(folder, remote, want, limits=limits or FetchLimits(), sleep=slept.append)
    assert isinstance(found, Missing), found
    assert waits in {None, tuple(slept)}
    assert not [secret for secret in SECRETS if secret in repr(found)]
    assert str(folder) not in found.detail
    return found


def answering(status: int, body: bytes = b"", **headers: str) -> Fault:
    """Answers so in place of git."""
    return lambda handler: handler.answer(status, body, **headers)


def fine(_: Handler) -> bool:
    """Leaves the answer to git."""
    return False


def cut(handler: Handler) -> bool:
    """Ends the connection without an answer."""
    handler.close_connection = True
    handler.connection.shutdown(2)
    return True


def put_program(folder: Path, script: str) -> None:
    """A shell script that is found in git's place where ``folder`` comes first on the PATH; ``$GIT`` is the real one."""
    real = shutil.which("git", path=_PATH)
    folder.mkdir(exist_ok=True)
    (folder / "git").write_text(f"#!/bin/sh\nGIT={real}\n{script}\n")
    (folder / "git").chmod(0o755)
