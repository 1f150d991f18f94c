"""The fixture ``runner``: one copy of the action for all tests of a worker."""

from __future__ import annotations

import pytest

from tests.e2e.runner import Runner


@pytest.fixture(scope="session")
def runner(tmp_path_factory: pytest.TempPathFactory) -> Runner:
    """A runner that plays the shipped workflows."""
    return Runner(tmp_path_factory.mktemp("runner"))
