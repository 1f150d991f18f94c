"""Stretches of code that a test runner runs or leaves out, and the tests and assertions that stand in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from prgate.model.tests import TestCount


@dataclass(frozen=True, slots=True)
class Region:
    """From ``start`` to ``end``. ``times``: how often what is inside runs. ``off``: never. ``runs``: assertions inside count.

    ``test`` is set for a test definition, to what makes it distinct among its siblings; ``acts`` says that it calls something.
    ``name`` is the name of a helper function.
    """

    start: int
    end: int
    times: int = 1
    off: bool = False
    runs: bool = False
    test: bytes | None = None
    acts: bool = False
    name: bytes = b""


@dataclass(slots=True)
class _Open:
    region: Region
    off: bool
    runs: bool
    times: int
    assertions: int = 0


def count_in_regions(regions: Sequence[Region], checks: Sequence[int]) -> TestCount:
    """Add up tests and the assertions (positions, ascending) inside them.

    A test that neither calls nor asserts anything counts nothing, nor does one that repeats a sibling.
    """
    assertions = definitions = 0
    seen: set[tuple[int, bytes]] = set()
    open_: list[_Open] = []
    pending = list(reversed(checks))

    def close(before: float) -> None:
        nonlocal assertions, definitions
        while open_ and open_[-1].region.end < before:
            done = open_.pop()
            region = done.region
            suite = open_[-1].region.start if open_ else -1
            counts = region.test is None or (not done.off and (region.acts or done.assertions > 0) and (suite, region.test) not in seen)
            if not counts:
                continue
            if region.test is not None:
                seen.add((suite, region.test))
                definitions += done.times
            if open_:
                open_[-1].assertions += done.assertions
            else:
                assertions += done.assertions

    def take(before: float) -> None:
        while pending and pending[-1] < before:
            at = pending.pop()
            close(at)
            if open_ and open_[-1].runs and not open_[-1].off:
                open_[-1].assertions += 1

    for region in sorted(regions, key=lambda each: (each.start, -each.end)):
        take(region.start)
        close(region.start)
        parent = open_[-1] if open_ else None
        times = region.times * (parent.times if parent else 1)
        off = region.off or times <= 0 or (parent is not None and parent.off)
        runs = region.runs or region.test is not None or (parent is not None and parent.runs)
        open_.append(_Open(region, off, runs, times))
    take(float("inf"))
    close(float("inf"))
    return TestCount(definitions, assertions)
