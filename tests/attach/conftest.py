"""Sessions and clones as ``prgate attach`` finds them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.attach.material import Place, place_of


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    """A home folder, a bare origin and a clone with ``main`` pushed and ``change`` checked out; no agent and no setting of the caller's."""
    for name in list(os.environ):
        if name.startswith(("CLAUDE", "CODEX", "PRGATE_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    return place_of(tmp_path)
