"""JSON from strangers is read within its bounds or refused with its place; nothing else ever happens."""

from __future__ import annotations

import contextlib
import json
import sys
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prgate.errors import FormatError
from prgate.formats.json_reader import read_json

MANY = 10_000_000


def refusal(data: bytes, *, max_bytes: int = MANY, max_depth: int = 64, unique_keys: bool = False) -> FormatError:
    with pytest.raises(FormatError) as caught:
        read_json(data, max_bytes=max_bytes, max_depth=max_depth, unique_keys=unique_keys)
    return caught.value


@pytest.mark.parametrize(
    ("data", "line", "column"),
    [
        (b"", 1, 1),
        (b"\xef\xbb\xbf", 1, 1),
        (b"<html></html>", 1, 1),
        (b'{"a": 1,\n "b": }', 2, 7),
        (b'{"a": 1', 1, 8),
        (b"[1] [2]", 1, 5),
        (b"{'a': 1}", 1, 2),
        (b'["a\x0bb"]', 1, 4),
        (b"[01]", 1, 3),
        (b"[1, x]", 1, 5),
    ],
)
def test_what_is_not_json_is_refused_with_its_place(data: bytes, line: int, column: int) -> None:
    error = refusal(data)
    assert (error.line, error.column, error.over_limit) == (line, column, False)
    assert error.message.startswith("not JSON: ")


@pytest.mark.parametrize(
    ("data", "message", "line", "column"),
    [
        (b'{"a":\n [1, NaN]}', "NaN is not JSON", 2, 6),
        (b"-Infinity", "-Infinity is not JSON", 1, 1),
        (b'{"NaN Infinity": Infinity}', "Infinity is not JSON", 1, 18),
        (b"[1e308,\n1e309]", "the number 1e309 is too large", 2, 1),
        (b"[" + b"9" * 400 + b".0]", f"the number {'9' * 40} is too large", 1, 2),
        (b"[0, " + b"7" * 301 + b"]", "an integer of 301 digits, more than 300", 1, 5),
        (b"[0,\n-" + b"7" * 100_000 + b"]", "an integer of 100,000 digits, more than 300", 2, 1),
    ],
)
def test_numbers_that_json_does_not_have_or_that_are_too_large_are_refused(data: bytes, message: str, line: int, column: int) -> None:
    assert refusal(data) == FormatError(message, line, column)


@pytest.mark.parametrize(
    ("data", "line", "column", "byte"),
    [
        (b'["\xff"]', 1, 3, "ff"),
        (b'{\n "caf\xe9": 1}', 2, 6, "e9"),
        ('["a"]'.encode("utf-16"), 1, 1, "ff"),
        (b'["\xed\xa0\x80"]', 1, 3, "ed"),
    ],
)
def test_what_is_not_utf8_is_refused_with_its_place(data: bytes, line: int, column: int, byte: str) -> None:
    assert refusal(data) == FormatError(f"not UTF-8: byte 0x{byte}", line, column)


@pytest.mark.parametrize("opening", [b"[", b'{"a":', b'[{"a":[', b'["]]]]",'])
@pytest.mark.parametrize("depth", [100, 1_100, 100_000])
def test_deep_nesting_is_refused_at_its_first_level_too_deep_whatever_its_length(opening: bytes, depth: int) -> None:
    error = refusal(opening * depth)
    assert (error.message, error.over_limit, error.line) == ("nested deeper than 64 levels", True, 1)
    assert error.column > 64


def test_deep_nesting_is_read_or_refused_when_the_caller_is_deep_in_calls_itself() -> None:
    def deeper(left: int) -> object:
        if left:
            return deeper(left - 1)
        try:
            return read_json(b"[" * 900 + b"]" * 900, max_bytes=MANY, max_depth=1_000)
        except FormatError as error:
            return error.over_limit

    given = deeper(sys.getrecursionlimit() - 900)
    # Until Python 3.11 the decoder's calls count against Python's own limit; later ones have room of their own.
    assert given is True if sys.version_info < (3, 12) else isinstance(given, list)


def test_depth_is_counted_outside_strings_and_as_deep_as_allowed() -> None:
    brackets_in_text = b'["' + b"[{" * 500 + b'\\"' + b"[{" * 500 + b'\\\\", [[1]]]'
    assert read_json(brackets_in_text, max_bytes=MANY, max_depth=3) == ["[{" * 500 + '"' + "[{" * 500 + "\\", [[1]]]
    assert refusal(brackets_in_text, max_depth=2) == FormatError(
        "nested deeper than 2 levels", 1, len(brackets_in_text) - 4, over_limit=True
    )
    assert read_json(b"[" * 64 + b"]" * 64 + b" ", max_bytes=MANY) is not None


def test_depth_is_counted_over_wide_documents_too() -> None:
    wide = b"[" + b'{"a": ["x[", {}]},' * 200_000 + b"{}]"
    assert len(wide) > 1 << 20
    value = read_json(wide, max_bytes=MANY, max_depth=4)
    assert isinstance(value, list)
    assert len(value) == 200_001
    assert refusal(wide, max_depth=3).over_limit


def test_depth_is_counted_to_the_end_of_a_long_document() -> None:
    long = b"[" + b"{}," * 600_000
    assert refusal(long + b"[" * 64 + b"]" * 65).over_limit
    assert read_json(long + b"[" * 63 + b"]" * 64, max_bytes=MANY) is not None


def test_brackets_after_a_syntax_error_are_refused_either_way() -> None:
    assert refusal(b'\\"' + b"[" * 100).over_limit
    assert not refusal(b'"' + b"[" * 100).over_limit
    assert refusal(b"{x: " + b"[" * 100, unique_keys=True).over_limit
    assert refusal(b"]" * 10 + b"[" * 100).message.startswith("nested deeper")  # after closing brackets that close nothing


def test_a_document_of_more_than_the_allowed_bytes_is_not_looked_at() -> None:
    assert refusal(b"[ ]", max_bytes=2) == FormatError("3 bytes, more than the 2 that are read", over_limit=True)
    assert read_json(b"[]", max_bytes=2) == []


@pytest.mark.parametrize(
    ("data", "line", "column"),
    [
        (b'{"a": 1, "b": 2, "a": 1}', 1, 18),
        (b'[{"a": {"a": [{"x": 1,\n "x": 2}]}}]', 2, 2),
        (b'{"a": "\\"a\\":", "\\u0061": 2}', 1, 17),
        (b'{"a": {"b": 1}, "c": [{"b": 1}], "c": 2}', 1, 34),
    ],
)
def test_a_key_that_stands_twice_is_refused_where_keys_are_unique(data: bytes, line: int, column: int) -> None:
    error = refusal(data, unique_keys=True)
    assert (error.line, error.column) == (line, column)
    assert "stands twice in one object" in error.message
    assert read_json(data, max_bytes=MANY) is not None


def test_the_first_of_several_faults_is_told() -> None:
    assert refusal(b'{"a": NaN, "b": 1, "b": 1e999}', unique_keys=True).message == "NaN is not JSON"


def test_equal_keys_in_different_objects_are_unique() -> None:
    data = b'{"a": {"a": 1, "b": {"a": 2}}, "b": [{"a": 3}, {"a": 4}]}'
    assert read_json(data, max_bytes=MANY, unique_keys=True) == json.loads(data)


def test_a_lone_surrogate_reads_as_a_replacement_so_that_strings_can_be_encoded() -> None:
    data = rb'["\ud800", "\uDfFf!", "\ud83d\ude00", "\ud83d\ud83d\ude00", "\\ud800", "\\\ud800", "\u00e9"]'
    value = read_json(data, max_bytes=MANY)
    assert value == ["�", "�!", "\U0001f600", "�\U0001f600", "\\ud800", "\\�", "é"]
    assert json.dumps(value, ensure_ascii=False).encode()


def test_a_byte_order_mark_is_passed_over_once() -> None:
    assert read_json(b"\xef\xbb\xbf[1]", max_bytes=MANY) == [1]
    assert refusal(b"\xef\xbb\xbf\xef\xbb\xbf[1]").message.startswith("not JSON")


def test_long_runs_of_digits_in_strings_are_no_numbers() -> None:
    data = b'["' + b"7" * 5000 + b'", 12, -3, ' + b"9" * 300 + b"]"
    assert read_json(data, max_bytes=MANY) == ["7" * 5000, 12, -3, int("9" * 300)]


def test_hostile_quotes_and_brackets_take_time_and_memory_in_proportion() -> None:
    for data in (
        b'"\\"' * 500_000,
        b'["[",' * 300_000,
        b'"[' * 700_000,
        b"{" + b'"a":[],' * 200_000,
        b"\\" * 1_500_000,
        b"[" * 65 + b'"' + b"\\" * 999_999,
    ):
        tracemalloc.start()
        refusal(data)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 60 * len(data)


values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**40), 10**40) | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda children: st.lists(children, max_size=4) | st.dictionaries(st.text(max_size=4), children, max_size=4),
    max_leaves=12,
)


@given(value=values, ascii_only=st.booleans(), indent=st.sampled_from([None, 1]))
@settings(max_examples=200, deadline=None)
def test_whatever_json_writes_reads_back_equal(value: object, ascii_only: bool, indent: int | None) -> None:
    data = json.dumps(value, ensure_ascii=ascii_only, indent=indent).encode()
    assert read_json(data, max_bytes=MANY, unique_keys=True) == value


@given(data=st.binary(max_size=60) | st.text(alphabet='[]{}":,\\u0dD8eE+-.19NaInfity \n', max_size=60).map(str.encode))
@settings(max_examples=400, deadline=None)
def test_arbitrary_bytes_raise_nothing_but_a_format_error(data: bytes) -> None:
    for depth, unique in ((64, False), (2, True)):
        with contextlib.suppress(FormatError):
            value = read_json(data, max_bytes=50, max_depth=depth, unique_keys=unique)
            assert value == json.loads(data.removeprefix(b"\xef\xbb\xbf")) or b"\\u" in data
