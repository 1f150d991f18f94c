from __future__ import annotations

import pytest

from tests.reconcile.material import added, edit, trace, unexplained, whole

LINE = "value = read_the_token(source)"
FILE = added(b"src/a.py", LINE)


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
        (b"..", None),
        (b"lib/src/../a.py", None),
        (b"src\\a.py", None),  # a letter of the name where nothing says Windows
    ],
)
def test_an_edit_of_another_file_explains_nothing(path: bytes, cwd: str | None) -> None:
    assert [(1, 1)] == unexplained(FILE, trace(edit(path, LINE), cwd=cwd))


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
        (b"/home/dana/pay.worktrees/fix/src/a.py", "/home/dana/pay"),
        (b"a.py", "/home/dana/pay/src"),
        (b"C:/Users/Dana/pay/src/a.py", None),
        (b"C:\\Users\\Dana\\pay\\src\\a.py", None),
        (b"src/a.py", "C:\\Users\\Dana\\pay"),
        (b"\\\\host\\pay\\src\\a.py", None),
        (b"src/a.py", "/home/\ud800/pay"),
    ],
)
def test_an_edit_of_the_file_explains_its_lines_however_the_trace_writes_the_path(path: bytes, cwd: str | None) -> None:
    assert [] == unexplained(FILE, trace(edit(path, f"  {LINE}  "), cwd=cwd))


def test_an_edit_belongs_to_the_path_with_the_longest_end_in_common() -> None:
    paths = [b"a.py", b"src/a.py", b"lib/src/a.py"]
    for order in (paths, paths[::-1]):
        files = whole((added(path, LINE) for path in order), trace(edit(b"/pay/src/a.py", LINE), cwd=None)).files
        assert [[(1, 1)], [], [(1, 1)]] == [list(files[path].unexplained) for path in paths]


def test_a_rename_is_explained_under_either_path() -> None:
    file = added(b"src/b.py", LINE, "other = write_the_token(source)", old_path=b"src/a.py")
    assert [] == unexplained(file, trace(edit(b"src/a.py", LINE), edit(b"src/b.py", "other = write_the_token(source)")))
