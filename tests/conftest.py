"""What every test shares: no colour, no network, no caller's git settings; and the flag that rewrites expectations."""

from __future__ import annotations

import os

import pytest

pytest_plugins = ["tests.forge.fixtures"]

for _name in list(os.environ):
    if _name.startswith(("GIT_", "GITHUB_", "PRGATE_")):
        del os.environ[_name]
os.environ["NO_COLOR"] = "1"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-cases", action="store_true", help="write what the cases give as what they expect; read the diff")


@pytest.fixture
def update_cases(request: pytest.FixtureRequest) -> bool:
    update = bool(request.config.getoption("--update-cases"))
    if update and os.environ.get("CI"):
        pytest.fail("expectations are not rewritten in CI")
    return update
