from __future__ import annotations

import pytest

from prgate.authorship.explained import explained_lines
from prgate.model.diff import FileChange
from prgate.model.missing import Missing, Why
from tests.authorship.material import change, hunk, trace

ADDED = hunk(b" keep\n+value = read(token)\n+}\n+other = 2\n", old=4, new=5)
LINE = b"value = read(token)"


@pytest.mark.parametrize(
    ("path", "cwd"),
    [
        (b"src/b.py", None),
        (b"xsrc/a.py", None),
        (b"/home/dana/pay/a.py", None),  # absolute: the whole path must be its end
        (b"/home/dana/pay/lib/a.py", None),
        (b"a.py", "/home/dana/pay/lib"),
        (b"C:/pay/a.py", None),
        (b"/a.py", None),
        (b"a.py", "/"),
        (b"", None),
        (b"..", None),
        (b"lib/src/../a.py", None),
    ],
)
def test_an_edit_of_another_file_explains_nothing(path: bytes, cwd: str | None) -> None:
    assert explained_lines(change(b"src/a.py", ADDED), (trace(LINE, path=path, cwd=cwd),)) == frozenset()


@pytest.mark.parametrize(
    ("path", "cwd"),
    [
        (b"src/a.py", None),
        (b"./src//a.py", None),
        (b"lib/../src/a.py", None),
        (b"pay/src/a.py", None),
        (b"a.py", None),
        (b"a.py", "relative/place"),
        (b"/home/dana/pay/src/a.py", None),
        (b"a.py", "/home/dana/pay/src"),
        (b"C:/Users/Dana/pay/src/a.py", None),
        (b"C:\\Users\\Dana\\pay\\src\\a.py", None),
        (b"src/a.py", "C:\\Users\\Dana\\pay"),
        (b"\\\\host\\pay\\src\\a.py", None),
        (b"src/a.py", "/home/\ud800/pay"),
    ],
)
def test_an_edit_of_the_file_explains_its_lines_however_the_trace_writes_the_path(path: bytes, cwd: str | None) -> None:
    assert explained_lines(change(b"src/a.py", ADDED), (trace(b"  value =  read(token)  ", path=path, cwd=cwd),)) == {6}


def test_a_line_too_short_to_tell_anything_is_never_explained() -> None:
    assert explained_lines(change(b"src/a.py", ADDED), (trace(b"}"),)) == frozenset()


def test_an_edit_that_failed_explains_nothing_and_one_of_unknown_success_does() -> None:
    file = change(b"src/a.py", ADDED)
    assert [explained_lines(file, (trace(LINE, ok=ok),)) for ok in (False, None)] == [frozenset(), frozenset({6})]


def test_a_rename_is_explained_under_either_path() -> None:
    file = change(b"src/b.py", ADDED, old_path=b"src/a.py")
    assert explained_lines(file, (trace(LINE, path=b"/x/src/a.py"), trace(b"other = 2", path=b"/x/src/b.py"))) == {6, 8}


@pytest.mark.parametrize("file", [change(), change(hunks=Missing(Why.OVER_LIMIT, "", ""), added=3)])
def test_a_file_without_lines_at_hand_has_none_explained(file: FileChange) -> None:
    assert explained_lines(file, (trace(LINE),)) == frozenset()


def test_no_trace_explains_nothing() -> None:
    assert explained_lines(change(b"src/a.py", ADDED), ()) == frozenset()
