"""Test files made to exceed a limit, to hang a reader or to upset it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prgate.formats.tests import count_tests
from prgate.formats.tests.code import DEEPEST, MOST_BYTES
from tests.hang import no_hang

PYTHON, SCRIPT, GO = "test_a.py", "a.test.ts", "a_test.go"
REPEATED = 400_000
"""Bytes: for a unit of a few bytes, a reader that looked again at every unit before it would take minutes."""


@pytest.mark.parametrize("path", [PYTHON, SCRIPT, GO])
def test_a_file_over_a_limit_is_not_counted_rather_than_counted_as_empty(path: str) -> None:
    assert count_tests(path.encode(), b" " * (MOST_BYTES + 1)) is None
    assert count_tests(path.encode(), b"(" * (DEEPEST + 1)) is None
    assert count_tests(path.encode(), b"(" * DEEPEST) is not None


def test_templates_nested_too_deep_are_not_counted() -> None:
    assert count_tests(SCRIPT.encode(), b"`${" * (DEEPEST + 1)) is None


HOSTILE = (
    *(
        b"a",
        b" ",
        b"\n",
        b"\\",
        b"/",
        b"=/[",
        b"()",
        b"{}",
        b";",
        b"a.",
        b"assert ",
        b"assert.",
        b"assertX(a),",
        b"f'{",
        b"`${`",
        b"marks=",
    ),
    *(
        b"def test_a():\n ",
        b"class A(b):\n",
        b"if __name__ == ",
        b"or True ",
        b"it('a',()=>{",
        b"it('a',()=>pay());",
        b"it<",
        b"function a<",
    ),
    *(
        b"const a=[",
        b"expect(a).",
        b"$t1",
        b"func TestA(t *testing.T) {}\n",
        b"a := []struct{",
        b"range a ",
        b'It("a",',
        b"assert.E(t,a)\n",
        b"\x00\xff",
    ),
)


BEFORE = [
    *((path, b"") for path in (PYTHON, SCRIPT, GO)),
    (PYTHON, b"def test_a():\n  assert "),
    (PYTHON, b"assert pay("),
    (SCRIPT, b"it('a', () => { "),
    (GO, b"func TestA(t *testing.T) {\n"),
]
"""What opens the code where a repetition stands: nothing, a test, and in Python a bracket, within which line ends say nothing."""


@pytest.mark.parametrize("unit", HOSTILE)
@pytest.mark.parametrize(("path", "before"), BEFORE)
def test_no_repetition_hangs_a_reader(path: str, before: bytes, unit: bytes) -> None:
    with no_hang():
        count_tests(path.encode(), before + unit * (REPEATED // len(unit)))


@pytest.mark.parametrize(
    ("path", "before"), [(PYTHON, b"def test_a():\n  "), (SCRIPT, b"it('a', () => { "), (GO, b"func TestA(t *testing.T) {\n")]
)
@pytest.mark.parametrize("unit", [b"a", b" ", b"a."])
def test_no_long_word_in_a_test_hangs_a_reader(path: str, before: bytes, unit: bytes) -> None:
    with no_hang():
        count_tests(path.encode(), before + unit * (1_000_000 // len(unit)))


@pytest.mark.parametrize("unit", [b"(", b"`", b'"', b"'", b"/*", b"${"])
@pytest.mark.parametrize("path", [PYTHON, SCRIPT, GO])
def test_no_openings_without_end_hang_a_reader(path: str, unit: bytes) -> None:
    with no_hang():
        count_tests(path.encode(), unit * (REPEATED // len(unit)))


WORDS = st.sampled_from(
    [
        *"()[]{}\"'`#/\\;:,.=<>$\n\t ",
        "def test_a",
        "assert ",
        "class Test",
        "@skip",
        "it",
        "describe",
        ".each",
        "=>",
        "expect",
        "func Test",
        "t.Run",
        "range",
        '"""',
    ]
)


@given(
    st.one_of(st.binary(), st.lists(WORDS, max_size=40).map(lambda words: "".join(words).encode())), st.sampled_from([PYTHON, SCRIPT, GO])
)
@settings(deadline=None, max_examples=400)
def test_no_bytes_upset_a_reader_and_no_count_is_negative(data: bytes, path: str) -> None:
    found = count_tests(path.encode(), data)
    assert found is not None
    assert min(found[1].definitions, found[1].assertions) >= 0
