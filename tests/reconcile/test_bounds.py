"""What a hostile trace or change makes large takes time in proportion, and no more."""

from __future__ import annotations

from dataclasses import replace
from time import perf_counter

import pytest

from prgate.model.diff import Diff, Status
from prgate.model.trace import Edit, Masked
from prgate.reconcile import explained
from prgate.reconcile.account import Attributed, Attributions, reconcile
from prgate.reconcile.places import MOST_ALIKE, Changed
from prgate.reconcile.taken import Untaken
from tests.reconcile.material import added, edit, trace, unexplained, whole

LINE = "value = read_the_token(source)"
SECONDS = 10


def test_many_files_of_one_name_and_many_paths_that_end_in_it() -> None:
    files = [added(b"a%d/x.py" % number, LINE) for number in range(20_000)]
    changed = Changed(files)
    began = perf_counter()
    for number in range(20_000):
        assert frozenset({b"a%d/x.py" % number}) == changed.meant(b"/home/dana/a%d/x.py" % number, None)
        assert frozenset() == changed.meant(b"/home/b%d/x.py" % number, None)
        assert frozenset() == changed.meant(b"x.py", f"lib{number}")
    assert perf_counter() - began < SECONDS


def test_of_too_many_files_with_one_end_only_that_very_path_is_meant() -> None:
    few = [added(b"a%d/x.py" % number, LINE) for number in range(MOST_ALIKE)]
    assert not any(file.unexplained for file in whole(few, trace(edit(b"x.py", LINE), cwd=None)).files.values())
    many = [*few, added(b"x.py", LINE)]
    found = whole(many, trace(edit(b"x.py", LINE), cwd=None)).files
    assert [b"x.py"] == [path for path, file in found.items() if not file.unexplained]


def test_many_records_that_speak_of_the_same_lines() -> None:
    file = added(b"a.py", *(f"value_{number} = {number}" for number in range(5_000)))
    stated = tuple(Attributed(1, f"agent-{number}", ranges=((1, 5_000),)) for number in range(5_000))
    began = perf_counter()
    found = reconcile(Diff((file,)), (trace(),), attributions=Attributions({b"a.py": stated}, {}, {}, {}))
    assert perf_counter() - began < SECONDS
    assert [(1, 5_000, "agent-0")] == [(span.start, span.end, span.agent) for span in found.files[b"a.py"].spans]


def test_many_traces_that_know_the_same_lines() -> None:
    texts = [f"the_value_with_a_long_name_{number} = {number}" for number in range(200)]
    traces = [trace(edit(b"a.py", *texts)) for _ in range(300)]
    began = perf_counter()
    found = whole([added(b"b%d.py" % number, *texts) for number in range(50)], *traces)
    assert perf_counter() - began < SECONDS
    assert {50 * 200} == {one.met for one in found.traces}


def test_masks_are_tried_within_a_bound_of_the_whole_change(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(explained, "MOST_MASKS", 500_000)
    masked = tuple(Masked(8 + number % 50, 8 + number // 50, bytes(8)) for number in range(2_000))
    hostile = trace(*(replace(edit(b"f%d.py" % number), edit=Edit(masked=masked)) for number in range(200)))
    files = [added(b"f%d.py" % number, *(f"line_{at}_{'long' * 30}" for at in range(100))) for number in range(200)]
    began = perf_counter()
    whole(files, hostile)
    assert perf_counter() - began < SECONDS


def test_a_file_that_many_new_files_may_be_moved_from_is_gone_through_once() -> None:
    common = [f"the_common_value_{number} = {number}" for number in range(3)]
    old = [trace(edit(b"old.py", *common, *(f"the_other_value_{number} = {number}" for number in range(50_000))))]
    began = perf_counter()
    found = whole([added(b"n%d.py" % number, *common, status=Status.ADDED) for number in range(500)], *old)
    assert perf_counter() - began < SECONDS
    assert not any(file.unexplained for file in found.files.values())


def test_a_number_is_given_once() -> None:
    free = Untaken(6)
    assert [[2, 3], [1, 4], [], [0, 5], [], []] == [list(free.take(*ends)) for ends in ((2, 4), (1, 5), (1, 5), (-3, 99), (0, 6), (7, 9))]


def test_a_line_too_short_to_tell_anything_is_no_persons_between_an_agents() -> None:
    file = added(b"a.py", LINE, "}", f"{LINE} + 1")
    person = Attributions({b"a.py": (Attributed(2, None, ranges=((2, 3),)),)}, {}, {}, {})
    for lines, agents in (((LINE, f"{LINE} + 1"), ["claude-code"]), ((LINE,), ["claude-code", None]), ((), [None])):
        found = reconcile(Diff((file,)), (trace(edit(b"a.py", *lines)), trace()), attributions=person)
        assert agents == [span.agent for span in found.files[b"a.py"].spans]
        assert unexplained(file, trace(edit(b"a.py", LINE, f"{LINE} + 1"))) == []
