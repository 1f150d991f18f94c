"""CODEOWNERS as GitHub documents it."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prgate.errors import FormatError
from prgate.formats.codeowners import MAX_BYTES, read_codeowners


def owners(line: str, path: str) -> tuple[str, ...]:
    return read_codeowners(f"{line} @o\n".encode()).of(path.encode())


@pytest.mark.parametrize(
    ("pattern", "path", "owned"),
    [
        ("*", "a/b/c.py", True),
        ("*.js", "a/b.js", True),
        ("*.js", "a/b.jsx", False),
        ("docs/*", "docs/a.md", True),
        ("docs/*", "docs/build/a.md", False),
        ("docs/*", "x/docs/a.md", False),
        ("/docs/", "docs/build/a.md", True),
        ("/docs/", "x/docs/a.md", False),
        ("apps/", "x/apps/a/b", True),
        ("apps/", "apps", False),
        ("apps", "x/apps/a/b", True),
        ("/apps", "x/apps", False),
        ("/apps/github", "apps/github/a", True),
        ("apps/github", "x/apps/github", False),
        ("**/logs", "build/logs/a.txt", True),
        ("**/logs", "logs", True),
        ("/docs/**/todo.txt", "docs/a/b/todo.txt", True),
        ("/docs/**/todo.txt", "docs/todo.txt", True),
        ("src/**", "src/a/b", True),
        ("src/**", "src", False),
        ("a**b", "axyb", True),
        ("?.py", "a.py", True),
        ("?.py", "ab.py", False),
        ("a+b(c).py", "a+b(c).py", True),
        (r"with\ space.py", "x/with space.py", True),
        ("README.MD", "README.md", False),
        (".github/", ".github/workflows/ci.yml", True),
        ("*", "new\nline", True),
        ("x/*/y", "x/a/y/z", True),
        ("x/*/y", "x/a/b/y", False),
    ],
)
def test_a_pattern_owns_what_github_says(pattern: str, path: str, owned: bool) -> None:
    assert bool(owners(pattern, path)) is owned


def test_the_last_line_that_matches_decides_even_where_it_names_nobody() -> None:
    found = read_codeowners(b"* @everyone @acme/team\n\n# comment\n/apps/ @octo # and why\n/apps/github\n*.md docs@example.com\r\n")
    assert found.of(b"x") == ("@everyone", "@acme/team")
    assert found.of(b"apps/x") == ("@octo",)
    assert found.of(b"apps/github") == ()
    assert found.of(b"a.md") == ("docs@example.com",)
    assert found.skipped == ()
    entry = found.entry(b"apps/x")
    assert entry is not None
    assert entry.line == 4
    assert read_codeowners(b"/a @b").entry(b"c") is None


@pytest.mark.parametrize("line", ["!a @b", "[ab].py @b", r"\#a @b", "/ @b", "a b", "a @", "a" * 1001 + " @b"])
def test_a_line_that_github_skips_owns_nothing_and_is_told(line: str) -> None:
    found = read_codeowners(f"* @all\n{line}\n".encode())
    assert found.of(b"a") == ("@all",)
    assert found.skipped == (2,)


@pytest.mark.parametrize("data", [b"#" * (MAX_BYTES + 1), b"\n" * 20_001])
def test_a_file_that_is_too_large_is_refused(data: bytes) -> None:
    with pytest.raises(FormatError) as caught:
        read_codeowners(data)
    assert caught.value.over_limit


@pytest.mark.parametrize("pattern", ["?" * 1000, "/**/a" * 200, "*" * 1000, "é" * 500 + "?" * 500, r"\\a" * 300])
def test_the_longest_patterns_compile(pattern: str) -> None:
    assert read_codeowners(f"{pattern} @o\n".encode()).skipped == ()


def test_a_hostile_pattern_costs_no_time() -> None:
    found = read_codeowners(b"/" + b"*a" * 60 + b"b @o\n")
    started = time.perf_counter()
    assert found.of(b"a" * 4000) == ()
    assert time.perf_counter() - started < 1


@settings(deadline=None, max_examples=100)
@given(st.binary(max_size=60), st.binary(max_size=30))
def test_no_bytes_break_it(data: bytes, path: bytes) -> None:
    assert isinstance(read_codeowners(data).of(path), tuple)


def test_an_account_that_an_enterprise_manages_owns_what_its_line_names() -> None:
    found = read_codeowners(b"* @all\n/crypto/ @dana_acme\n")
    assert (("@dana_acme",), ()) == (found.of(b"crypto/a.py"), found.skipped)
