"""Every case of every rule gives what it expects."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.case_runner import Case, all_cases, expectation, run_case


@pytest.mark.parametrize("case", all_cases(), ids=lambda case: case.id)
def test_the_case_gives_what_it_expects(case: Case, tmp_path: Path, update_cases: bool) -> None:
    given = expectation(case, run_case(case, tmp_path))
    place = case.folder / "expected.json"
    if update_cases:
        place.write_text(json.dumps(given, indent=2, ensure_ascii=True) + "\n", encoding="utf-8")
    assert json.loads(place.read_text(encoding="utf-8")) == given
