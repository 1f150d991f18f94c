"""A small remote repository, served with a token, and a git that can be put in git's place."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from prgate.git.fetch import Want
from prgate.git.remote import Remote
from tests.git_server import Server, served
from tests.remotes import TOKEN, change_of, put_program, small
from tests.repositories import Repo


@pytest.fixture(scope="module")
def repo(tmp_path_factory: pytest.TempPathFactory) -> Repo:
    return small(tmp_path_factory.mktemp("remote") / "repo")


@pytest.fixture
def want(repo: Repo) -> Want:
    return change_of(repo)


@pytest.fixture
def server(repo: Repo) -> Iterator[Server]:
    with served(repo.path.parent / "served", token=TOKEN) as server:
        yield server


@pytest.fixture
def remote(server: Server) -> Remote:
    return Remote(f"{server.url}/up.git", TOKEN)


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Puts a shell script in git's place; ``$GIT`` is the real one."""
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    return partial(put_program, tmp_path / "bin")
