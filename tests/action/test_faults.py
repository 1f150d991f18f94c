"""Every cell of the fault matrix, several in one run where they can still be told apart."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from typing import Final

import pytest

from tests.action.faults import (
    APPEND,
    BY_NAME,
    CHECK,
    COLUMNS,
    COMMENT,
    DELETE,
    EDIT,
    GIT,
    REFS,
    ROWS,
    USUAL,
    Column,
    Row,
    broken,
    cell,
    unknown_calls,
)
from tests.action.scenes import Scene
from tests.forge.forge import Forge

Plan = list[tuple[Row, list[Column]]]

WEARING: Final = ("500 for good", "half for good")
"""What is tried again until the tries are spent, so that one run can hold several; for git what is not 403 or 404 is."""
FINAL: Final = ("limit for 1 h", "403", "404", "422", "total for good")
STEPS: Final = (
    ("502 twice", "cut after"),
    ("secondary limit", "429", "cut short"),
    ("limit for 1 s", "cut before", "half a body"),
    ("time-out before", "time-out after"),
    ("other total",),
    ("half for good",),
)
"""What one call meets in one run before it is answered; what a server acts on and hides is the last, for a write is not sent again after it."""
WRITES: Final = {COMMENT, EDIT, DELETE, CHECK, APPEND}


def _lasting() -> Iterator[tuple[str, list[Plan]]]:
    """Runs in which every try of some calls fails."""
    for (scene, _), rows in groupby(sorted(ROWS, key=_by_group), key=_by_group):
        some = list(rows)
        plans = [[(row, _worn(row)) for row in some]]
        plans += [
            [(row, [BY_NAME[name]]) for row in some if name not in _names(_worn(row)) and row.applies(BY_NAME[name])] for name in FINAL
        ]
        yield f"{scene}: {', '.join(row.name for row in some)}", [plan for plan in plans if plan]


def _worn(row: Row) -> list[Column]:
    names = (*WEARING, "422") if row.place in {REFS, GIT} else WEARING
    *first, last = [BY_NAME[name] for name in names if row.expected(BY_NAME[name]) == row.lost]
    return [*(replace(column, times=1) for column in first), last]


def _names(columns: list[Column]) -> set[str]:
    return {column.name for column in columns}


def _by_group(row: Row) -> tuple[str, str]:
    return row.scene.__name__, row.group or row.name


def _healing() -> Iterator[tuple[str, list[Plan]]]:
    """Runs in which some calls fail in several ways and then do not."""
    for (scene, round_), rows in groupby(sorted(ROWS, key=_by_round), key=_by_round):
        some = list(rows)
        plans = [[(row, kept) for row in some if (kept := _step(row, names, heals=True))] for names in STEPS]
        if any(plans):
            yield f"{scene} {round_}", [plan for plan in plans if plan]


def _by_round(row: Row) -> tuple[str, str]:
    return row.scene.__name__, row.round


def _step(row: Row, names: tuple[str, ...], *, heals: bool) -> list[Column]:
    columns = [BY_NAME[name] for name in names if row.applies(BY_NAME[name]) and name not in _names(_worn(row))]
    return [column for column in columns if (row.expected(column) is None) == heals]


def _unhealed() -> Iterator[tuple[str, list[Plan]]]:
    """Runs of one call, in which what could heal does not."""
    for row in ROWS:
        plans = [[(row, step)] for names in STEPS if (step := _step(row, names, heals=False))]
        if plans:
            yield row.name, plans


def _runs(runs: Iterator[tuple[str, list[Plan]]]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("plans", [pytest.param(plans, id=name) for name, plans in runs])


def _held(forge: Forge, place: Path, plans: list[Plan]) -> None:
    scene = plans[0][0][0].scene(forge, place)
    faults = []
    for number, plan in enumerate(plans):
        again = any(row.place in WRITES or row.after for row, _ in plan) and (
            number == 0 or any(column.heals for _, columns in plan for column in columns)
        )
        _, found = cell(scene, plan, again=again)
        faults += [f"{', '.join(f'{row.name} {[column.name for column in columns]}' for row, columns in plan)}: {fault}" for fault in found]
    assert [] == faults


def test_no_cell_is_left_out() -> None:
    every = [*_lasting(), *_healing(), *_unhealed()]
    run = [(row.name, column.name) for _, plans in every for plan in plans for row, columns in plan for column in columns]
    assert sorted(run) == sorted((row.name, column.name) for row in ROWS for column in COLUMNS if row.applies(column))


@_runs(_lasting())
def test_a_call_that_fails_for_good_never_passes_unsaid(forge: Forge, tmp_path: Path, plans: list[Plan]) -> None:
    _held(forge, tmp_path, plans)


@_runs(_unhealed())
def test_a_call_that_is_not_tried_again_never_passes_unsaid(forge: Forge, tmp_path: Path, plans: list[Plan]) -> None:
    _held(forge, tmp_path, plans)


@_runs(_healing())
def test_a_call_that_heals_leaves_no_trace(forge: Forge, tmp_path: Path, plans: list[Plan]) -> None:
    _held(forge, tmp_path, plans)


@pytest.mark.parametrize("make", dict.fromkeys(row.scene for row in ROWS))
def test_without_a_fault_every_call_has_a_row(forge: Forge, tmp_path: Path, make: Callable[[Forge, Path], Scene]) -> None:
    scene = make(forge, tmp_path)
    scene.forget()
    assert [] == list(broken(USUAL[scene.name], scene.act()))
    assert [] == unknown_calls(forge)
