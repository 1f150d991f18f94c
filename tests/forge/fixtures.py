"""The fixture ``forge``: one process of emulate a session, a forge of its own for each test."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.forge.forge import Forge


@pytest.fixture(scope="session")
def forge_process() -> Iterator[Forge]:
    """The forge of this worker, started when the first test asks for it."""
    from tests.forge.forge import Forge

    with Forge.start() as forge:
        yield forge


@pytest.fixture
def forge(forge_process: Forge) -> Iterator[Forge]:
    """A forge where nothing has happened yet."""
    forge_process.reset()
    yield forge_process
    assert [] == forge_process.failures
