from __future__ import annotations

import json

import pytest

from prgate.model.diff import Hunk, Status
from prgate.model.missing import Missing, Why
from prgate.model.reconciliation import Accounted, FileAccount, How, Mention
from prgate.model.trace import Writes
from prgate.reconcile import explained
from tests.authorship.material import change
from tests.hang import no_hang
from tests.reconcile.material import account, added, edit, shell, trace, unexplained, whole

ONE, TWO, THREE, FOUR = (f"result = compute_the_{name}(of_all, these)" for name in ("sum", "mean", "mode", "range"))
HAND = "typed_by_hand = nobody_told_the_trace()"


def test_a_line_that_no_edit_brought_in_is_unexplained() -> None:
    assert FileAccount((Accounted(1, 1, How.EDIT, 1, "claude-code"),), ((2, 2),), (Mention(1, 0),)) == account(
        added(b"a.py", ONE, HAND), trace(edit(b"a.py", ONE))
    )


def test_an_edit_that_failed_explains_nothing_and_one_of_unknown_success_does() -> None:
    file = added(b"a.py", ONE)
    assert ([(1, 1)], []) == tuple(unexplained(file, trace(edit(b"a.py", ONE, ok=ok))) for ok in (False, None))


def test_white_space_commas_semicolons_and_quotes_do_not_matter() -> None:
    assert [] == unexplained(added(b"a.ts", "  const name = 'pay', other = 2"), trace(edit(b"a.ts", 'const name="pay",other=2;')))


def test_lines_too_short_to_tell_anything_go_with_their_neighbours() -> None:
    file = added(b"a.go", "}", ONE, "}", "", TWO, "}", HAND, "}")
    assert [(6, 8)] == unexplained(file, trace(edit(b"a.go", ONE, TWO)))


def test_a_run_without_a_telling_line_goes_with_its_file() -> None:
    braces = Hunk(10, 0, 20, 1, b"+}\n")
    file = change(b"a.go", Hunk(1, 0, 1, 1, f"+{ONE}\n".encode()), braces)
    assert [(1, 1), (20, 20)] == unexplained(file, trace(edit(b"b.go", ONE)))
    assert [] == unexplained(file, trace(edit(b"a.go", ONE)))
    two = change(b"a.go", Hunk(1, 0, 1, 2, f"+{ONE}\n+{HAND}\n".encode()), braces)
    assert [(2, 2), (20, 20)] == unexplained(two, trace(edit(b"a.go", ONE)))


def test_a_common_line_among_unexplained_ones_is_unexplained_though_the_trace_has_it() -> None:
    told = trace(edit(b"a.go", ONE, "return nil", TWO))
    assert [(1, 3)] == unexplained(added(b"a.go", HAND, "return nil", "other" + HAND), told)
    assert [(3, 3)] == unexplained(added(b"a.go", ONE, "return nil", HAND), told)
    assert [(1, 2)] == unexplained(added(b"a.go", "return nil", HAND), told)
    assert [] == unexplained(added(b"a.go", "return nil"), told)


@pytest.mark.parametrize(
    ("told", "head"),
    [
        (["call(first_thing, second_thing)"], ["call(", "    first_thing,", "    second_thing,", ")"]),
        (["call(", "    first_thing,", "    second_thing,", ")"], ["call(first_thing, second_thing)"]),
        (["call(first_thing,", "    second_thing)"], ["call(first_thing,", "    second_thing)"]),
        (["import {", "  first, second", "} from 'x'"], ["import {", "  first,", "  second,", "} from 'x';"]),
        (["outer({", "  inner: [one_thing]", "})"], ["outer({ inner: [", "  one_thing,", "] });"]),
    ],
)
def test_a_statement_that_a_formatter_wrapped_or_joined_is_explained(told: list[str], head: list[str]) -> None:
    assert [] == unexplained(added(b"a.ts", *head), trace(edit(b"a.ts", *told)))


@pytest.mark.parametrize(
    "head",
    [
        ["call(", "    first_thing,", "    another_thing,", ")"],
        ["call(", "    first_thing,", "    second_thing,"],
        ["call(", *["    first_thing,"] * 30, ")"],
    ],
)
def test_a_wrapped_statement_of_other_content_is_not_explained(head: list[str]) -> None:
    assert [] != unexplained(added(b"a.ts", *head), trace(edit(b"a.ts", "call(first_thing, second_thing)")))


@pytest.mark.parametrize(
    ("masked", "line", "explained_"),
    [
        ("password = REDACTED", 'password = "hunter2"', True),
        ("token = [REDACTED_TOKEN] # for tests", "token = abcdef # for tests", True),
        ("key=REDACTED", "key=abcdef0123456789", False),  # fewer than 8 other characters
        ("password = REDACTED", 'passwords = "hunter2"', False),
        ("token = REDACTED # for tests", "token = abcdef # for trial", False),
        ("begin_token_REDACTED_token_end", "begin_token", False),
    ],
)
def test_a_redacted_line_explains_what_matches_around_the_mask(masked: str, line: str, explained_: bool) -> None:
    assert ([] if explained_ else [(1, 1)]) == unexplained(added(b"a.py", line), trace(edit(b"a.py", masked)))


def test_masks_are_tried_within_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    file = added(b"a.py", *(f"password_{number} = 'hunter2'" for number in range(5)))
    told = trace(edit(b"a.py", *(f"password_{number} = REDACTED" for number in range(5))))
    assert [] == unexplained(file, told)
    monkeypatch.setattr(explained, "MOST_MASKS", 5 + 2)
    assert [(3, 5)] == unexplained(file, told)


def test_a_notebook_is_compared_by_the_source_of_its_cells() -> None:
    lines = [json.dumps(f"{line}\n") for line in (ONE, TWO)]
    around = [" {", '  "cell_type": "code",', '  "metadata": {},', '  "source": ['], ["  ]", " },"]
    told = trace(edit(b"a.ipynb", ONE, TWO))
    assert [] == unexplained(added(b"a.ipynb", *around[0], f"   {lines[0]},", f"   {lines[1]}", *around[1]), told)
    assert [(6, 8)] == unexplained(added(b"a.ipynb", *around[0], f"   {lines[0]},", f'   "{HAND}\\n"', *around[1]), told)
    assert [] != unexplained(added(b"a.ipynb", f'   "{HAND}\\x"'), trace(edit(b"a.ipynb", ONE)))
    assert [(1, 1)] == unexplained(added(b"a.json", json.dumps(ONE)), trace(edit(b"a.json", ONE)))


def test_a_new_file_is_explained_by_edits_of_its_former_path_if_they_explain_half_of_it() -> None:
    told = trace(edit(b"old/place.py", ONE, TWO, THREE))
    moved = added(b"new/name.py", ONE, TWO, THREE, HAND, status=Status.ADDED)
    assert [(4, 4)] == unexplained(moved, told)
    assert [(1, 4)] == unexplained(added(b"new/name.py", ONE, TWO, THREE, HAND), told), "a file that was there was not moved here"
    assert [(1, 3)] == unexplained(added(b"new/name.py", ONE, TWO, HAND, status=Status.ADDED), told), "two lines are too few"
    mostly_other = [HAND + str(number) for number in range(4)]
    assert [(1, 7)] == unexplained(added(b"new/name.py", ONE, TWO, THREE, *mostly_other, status=Status.ADDED), told)
    everywhere = [edit(b"plan/%d.md" % number, ONE, TWO, THREE) for number in range(51)]
    assert [(1, 4)] == unexplained(moved, trace(*everywhere)), "what is everywhere was moved from nowhere"


@pytest.mark.parametrize(("programs", "explained_"), [("git mv", True), ("cp -r", True), ("diff", False)])
def test_a_command_that_moves_a_file_takes_its_lines_along(programs: str, explained_: bool) -> None:
    told = trace(edit(b"old/place.py", ONE), shell(programs, b"old/place.py", b"new/name.py"))
    file = added(b"new/name.py", ONE, HAND, status=Status.ADDED)
    assert ([(2, 2)] if explained_ else [(1, 2)]) == unexplained(file, told)


def test_the_text_of_a_command_explains_lines_where_the_command_may_have_written() -> None:
    def told(writes: Writes, *paths: bytes, ok: bool = True) -> list[tuple[int, int]]:
        return unexplained(added(b"a.py", ONE), trace(shell("python", *paths, writes=writes, text=(ONE,), ok=ok)))

    assert [(1, 1)] == told(Writes.NOTHING, b"a.py")
    assert [(1, 1)] == told(Writes.NAMED, b"b.py")
    assert [(1, 1)] == told(Writes.ANYWHERE, ok=False)
    assert [] == told(Writes.NAMED, b"a.py")
    assert [] == told(Writes.ANYWHERE)
    found = account(added(b"a.py", ONE), trace(shell("python", writes=Writes.ANYWHERE, text=(ONE,))))
    assert (Accounted(1, 1, How.COMMAND, 1, "claude-code"),) == found.spans


def test_the_first_trace_that_explains_a_line_names_its_agent_and_neighbouring_spans_join() -> None:
    spans = account(
        added(b"a.py", ONE, TWO, THREE), trace(edit(b"a.py", TWO)), trace(edit(b"a.py", TWO, THREE), edit(b"a.py", ONE), agent="codex")
    ).spans
    assert (
        Accounted(1, 1, How.EDIT, 2, "codex"),
        Accounted(2, 2, How.EDIT, 1, "claude-code"),
        Accounted(3, 3, How.EDIT, 2, "codex"),
    ) == spans
    joined = account(added(b"a.py", ONE, TWO), trace(edit(b"a.py", ONE), edit(b"a.py", TWO))).spans
    assert (Accounted(1, 2, How.EDIT, 1, "claude-code"),) == joined


def test_a_file_without_lines_at_hand_has_none_explained_or_open() -> None:
    for file in (change(b"a.py"), change(b"a.py", hunks=Missing(Why.OVER_LIMIT, "", ""), added=3)):
        assert FileAccount((), (), (Mention(1, 0),)) == account(file, trace(edit(b"a.py", ONE)))


def test_a_hundred_thousand_lines_against_two_hundred_thousand_take_no_time() -> None:
    lines = [f"value_{number} = compute({number * 7}, other={number % 13})" for number in range(200_000)]
    told = trace(*(edit(b"src/f%d.py" % at, *lines[at * 100 : at * 100 + 100]) for at in range(2000)))
    files = [added(b"src/f%d.py" % at, *lines[at * 100 : at * 100 + 100], status=Status.ADDED) for at in range(1000)]
    with no_hang():
        found = whole(files, told)
    assert (100_000, 100_000) == (found.traces[0].met, found.telling)


def test_a_hundred_thousand_commands_that_name_every_file_take_no_time() -> None:
    paths = tuple(b"src/f%d.py" % at for at in range(20))
    told = trace(*[shell("sed -i", *paths, writes=Writes.ANYWHERE)] * 50_000)
    with no_hang():
        found = whole([added(path, HAND) for path in paths], told)
    assert {(100, 100)} == {(len(file.mentions), len(file.may)) for file in found.files.values()}
