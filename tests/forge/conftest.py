"""The scene on which the forge's own tests play."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
import requests

from tests.forge.forge import Forge
from tests.forge.handles import Pull
from tests.forge.world import Hosted
from tests.repositories import Repo


@dataclass(frozen=True)
class Scene:
    """One repository with a pull request of two commits, and somebody who asks."""

    forge: Forge
    repo: Hosted
    work: Repo
    pull: Pull

    def ask(self, method: str, path: str, *, token: str | None, json: object = None) -> requests.Response:
        headers = {"authorization": f"Bearer {token}"} if token else {}
        return requests.request(
            method, f"{self.forge.url}/repos/acme/pay{path}", headers=headers, json=json, timeout=5, allow_redirects=False
        )


@pytest.fixture(scope="session")
def work(tmp_path_factory: pytest.TempPathFactory) -> Repo:
    """``main`` of one commit, ``agent/x`` of two more, ``later`` of one more than ``main``; nobody commits to it afterwards."""
    work = Repo(tmp_path_factory.mktemp("scene") / "work")
    work.write("a.py", b"1\n")
    work.commit("one")
    work.branch("later")
    work.write("c.py", b"")
    work.commit("later")
    work.branch("agent/x", "main")
    work.write("a.py", b"1\n2\n")
    work.commit("two")
    work.write("b.bin", b"\0")
    work.commit("three", email="stranger@example.org")
    return work


@pytest.fixture
def scene(forge: Forge, work: Repo) -> Scene:
    repo = forge.repository("acme/pay")
    forge.push(repo, "main", work, ref="main")
    forge.push(repo, "agent/x", work)
    return Scene(forge, repo, work, forge.pull(repo, head="agent/x"))
