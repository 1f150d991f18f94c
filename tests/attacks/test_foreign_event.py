"""An event names another repository, or a pull request that goes into another repository, so that the token speaks where it should not.

Group: forge
Seen in: nobody yet
Held by: repository and base of the payload must be those of the run; else the run ends as a configuration error, and nothing is asked or
  posted.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.action.bench import Bench
from tests.forge.forge import Forge


@pytest.mark.parametrize("keys", [("repository",), ("pull_request", "base", "repo")], ids=["repository", "base"])
def test_an_event_of_another_repository_is_refused(forge: Forge, tmp_path: Path, keys: tuple[str, ...]) -> None:
    bench = Bench(forge, tmp_path)
    event = bench.opened(bench.open())
    told = event.payload
    for key in keys:
        told = told[key]
    told["full_name"] = "acme/other"
    event.path.write_text(json.dumps(event.payload), encoding="utf-8")
    ran = bench.run(event)
    assert (2, "") == (ran.code, ran.summary)
    assert "`acme/other`" in ran.log
    assert () == forge.requests()
