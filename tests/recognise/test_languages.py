"""Languages by file name, and lines that are code."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prgate.recognise.languages import LANGUAGES, Language, is_code, language_of
from tests.hang import no_hang


def language(path: str) -> Language:
    found = language_of(path.encode())
    assert found is not None, path
    return found


@pytest.mark.parametrize("path", ["", "py", ".py", "src/.js", "a.py/b", "a.txt", "Makefile", "a.yaml", "a.", "\\xff"])
def test_a_file_in_no_programming_language_has_none(path: str) -> None:
    assert language_of(path.encode()) is None


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("a.py", "python"),
        ("src/a.PY", "python"),
        ("a.test.tsx", "typescript"),
        ("a.d.ts", "typescript"),
        ("x/Rakefile", "ruby"),
        ("lib.rs", "rust"),
        ("a b/ü.go", "go"),
        ("main.tf", "terraform"),
        ("a.C", "c"),
    ],
)
def test_a_suffix_or_a_whole_name_says_the_language(path: str, expected: str) -> None:
    assert language(path).id == expected


def test_no_two_languages_claim_the_same_name() -> None:
    claims = [claim for each in LANGUAGES for claim in (*each.suffixes, *each.names)]
    assert sorted(claims) == sorted(set(claims))
    assert [claim for claim in claims if claim != claim.lower()] == []


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("a.py", b""),
        ("a.py", b" \t\r\f"),
        ("a.py", b"   # said = True"),
        ("a.js", b"// run()"),
        ("a.js", b"/* run()"),
        ("a.js", b"/* run() */"),
        ("a.js", b"/* a */ /* b */ // c"),
        ("a.js", b" * run()"),
        ("a.js", b" *"),
        ("a.js", b" */"),
        ("a.js", b" **/"),
        ("a.js", b" * the end */"),
        ("a.js", b"/*/ run()"),
        ("a.php", b"# run()"),
        ("a.lua", b"--[[ run() ]]"),
        ("a.vue", b"<!-- run() -->"),
        ("a.ml", b"(* run() *)"),
        ("a.sql", b"-- DROP TABLE a;"),
    ],
)
def test_a_line_that_is_wholly_a_comment_is_no_code(path: str, line: bytes) -> None:
    assert not is_code(language(path), line)


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("a.js", b"/* x */ run()"),
        ("a.js", b"*/ run()"),
        ("a.js", b" * the end */ run()"),
        ("a.js", b"**/ run()"),
        ("a.js", b"/* a *//* b */ run()"),
        ("a.c", b"*place = 1;"),
        ("a.c", b"#include <a.h>"),
        ("a.py", b"run()  # said"),
        ("a.py", b"* 2"),
        ("a.py", b"// 2"),
        ("a.php", b"#[Attribute]"),
        ("a.lua", b"--[[ x ]] run()"),
        ("a.ml", b"* 2"),
        ("a.go", b"}"),
    ],
)
def test_a_line_with_anything_beside_a_comment_is_code(path: str, line: bytes) -> None:
    assert is_code(language(path), line)


@given(st.binary(), st.sampled_from(LANGUAGES))
@settings(deadline=None)
def test_no_bytes_upset_the_reader_and_white_space_around_a_line_says_nothing(line: bytes, which: Language) -> None:
    assert is_code(which, line) == is_code(which, b"  " + line + b"\t")


@given(st.binary())
@settings(deadline=None)
def test_any_path_has_a_language_or_none(path: bytes) -> None:
    found = language_of(path)
    assert found is None or found in LANGUAGES


@pytest.mark.parametrize("unit", [b"/**/", b"/*", b"*/", b"* ", b"/**/ "])
def test_megabytes_of_comment_marks_do_not_hang_the_reader(unit: bytes) -> None:
    with no_hang():
        assert is_code(language("a.js"), unit * (4_000_000 // len(unit))) == (unit == b"/*")
