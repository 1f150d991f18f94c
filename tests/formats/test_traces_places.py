"""Paths as agents write them."""

from __future__ import annotations

import pytest

from prgate.formats.traces.places import LONGEST, join, relative


@pytest.mark.parametrize("path", ["", "/r", "/r/", ".", "a\0b", "x" * (LONGEST + 1)])
def test_what_can_be_no_path_below_is_none(path: str) -> None:
    assert relative(path, "/r") is None


@pytest.mark.parametrize(
    ("path", "cwd", "expected"),
    [
        ("/elsewhere/a.py", "/r", b"/elsewhere/a.py"),
        ("/root/a.py", "/r", b"/root/a.py"),
        ("/r/../s/a.py", "/r", b"/s/a.py"),
        ("/r/a.py", None, b"/r/a.py"),
        ("/r/a.py", "r", b"/r/a.py"),
        ("r/a.py", "/r", b"r/a.py"),
        ("../a.py", "/r", b"../a.py"),
        ("../../a.py", "/r", b"../../a.py"),
        ("a\\b.py", "/r", b"a\\b.py"),
        (r"D:\r\a.py", r"C:\r", b"D:/r/a.py"),
        (r"\\host\share\a.py", r"C:\r", b"//host/share/a.py"),
        ("/r/a.py", "/r", b"a.py"),
        ("/r//src/./x/../a.py", "/r/", b"src/a.py"),
        ("./src/a.py", "/r", b"src/a.py"),
        (r"c:\Users\Dev\pay\src\a.py", r"C:\users\dev\pay", b"src/a.py"),
        ("C:/users/dev/pay/src/a.py", r"C:\users\dev\pay", b"src/a.py"),
        (r"src\a.py", r"C:\users\dev\pay", b"src/a.py"),
        (r"\\host\share\pay\a.py", r"\\host\share\pay", b"a.py"),
        ("/r/caf\udce9.py", "/r", b"caf\xe9.py"),
        ("/r/caf\u00e9.py", "/r", "caf\u00e9.py".encode()),
    ],
)
def test_a_path_is_relative_to_the_folder_where_it_lies_below_it(path: str, cwd: str | None, expected: bytes) -> None:
    assert relative(path, cwd) == expected


@pytest.mark.parametrize(
    ("folder", "path", "expected"),
    [(None, "a.py", "a.py"), ("/r", "/s/a.py", "/s/a.py"), ("/r", r"C:\a.py", r"C:\a.py"), ("/r/sub", "a.py", "/r/sub/a.py")],
)
def test_a_path_is_seen_from_a_folder(folder: str | None, path: str, expected: str) -> None:
    assert join(folder, path) == expected
