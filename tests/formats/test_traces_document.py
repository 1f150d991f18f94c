"""One JSON value read part by part, and lines, whatever the blocks are that they arrive in."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prgate.errors import FormatError
from prgate.formats.traces import document, records
from prgate.formats.traces.document import UNREADABLE, Document, read_list
from prgate.formats.traces.records import read_lines, read_records

_SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=12)
_VALUES = st.recursive(
    _SCALARS, lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=6), inner, max_size=5), max_leaves=30
)
_SIZES = st.integers(1, 40)


def cut(data: bytes, size: int) -> Iterator[bytes]:
    return (data[at : at + size] for at in range(0, len(data), size))


def walked(parts: Document, *, depth: int) -> Any:
    """The next value, put together from its parts down to a depth, and whole below it."""
    match parts.peek() if depth else "":
        case "{":
            return {key: walked(parts, depth=depth - 1) for key in parts.members()}
        case "[":
            return [walked(parts, depth=depth - 1) for _ in parts.elements()]
        case _:
            return parts.value()


@settings(deadline=None, max_examples=200)
@given(_VALUES, _SIZES, st.integers(0, 4), st.sampled_from([None, 2]), st.booleans())
def test_a_value_put_together_from_its_parts_is_the_value(value: Any, size: int, depth: int, indent: int | None, ascii_only: bool) -> None:
    data = b"\xef\xbb\xbf \r\n" + json.dumps(value, indent=indent, ensure_ascii=ascii_only).encode("utf-8", "surrogatepass") + b"\n"
    text = data.decode("utf-8-sig", "surrogateescape")
    parts = Document(cut(data, size))
    assert walked(parts, depth=depth) == json.loads(text)
    assert not parts.broken
    assert parts.peek() == ""


@settings(deadline=None, max_examples=150)
@given(st.dictionaries(st.text(max_size=6), _VALUES, max_size=6), _SIZES, st.data())
def test_what_is_left_alone_is_passed_over(value: dict[str, Any], size: int, draw: st.DataObject) -> None:
    wanted = draw.draw(st.sets(st.sampled_from(sorted(value)))) if value else set()
    parts = Document(cut(json.dumps(value, indent=draw.draw(st.sampled_from([None, 1]))).encode(), size))
    found: dict[str, Any] = {}
    for key in parts.members():
        if draw.draw(st.booleans()):
            assert parts.peek() != ""
        if key in wanted:
            found[key] = parts.value()
    assert found == {key: value[key] for key in wanted}
    assert not parts.broken


@settings(deadline=None, max_examples=150)
@given(st.lists(_VALUES, min_size=1, max_size=5), _SIZES, st.data())
def test_a_cut_off_value_keeps_what_came_before(value: list[Any], size: int, draw: st.DataObject) -> None:
    data = json.dumps(value).encode()
    parts = Document(cut(data[: draw.draw(st.integers(0, len(data) - 1))], size))
    found = [parts.value() for _ in parts.elements()]
    assert parts.broken
    whole = [each for each in found if each is not UNREADABLE]
    last = whole.pop() if whole else None
    assert whole == value[: len(whole)]
    if isinstance(last, str | list | dict):
        assert last == value[len(whole)]


@pytest.mark.parametrize("size", [1, 2, 3, 1000])
@pytest.mark.parametrize("number", ["-1", "1.5", "12.25e+3", "-0.5E-2", "123456789", "1e5", "0"])
def test_a_number_may_go_on_in_the_next_block(number: str, size: int) -> None:
    assert Document(cut(number.encode(), size)).value() == json.loads(number)
    parts = Document(cut(f"[{number} ,{number}]".encode(), size))
    assert [parts.value() for _ in parts.elements()] == [json.loads(number)] * 2


@pytest.mark.parametrize("size", [1, 5, 100_000])
@pytest.mark.parametrize("odd", ["NaN", "-Infinity", "9" * 5000, '{"deep": [1, NaN]}', f'{{"n": {"9" * 5000}}}'])
def test_a_value_with_a_number_that_is_none_is_unreadable_and_the_rest_is_read(odd: str, size: int) -> None:
    parts = Document(cut(f'[1, {odd}, {{"a": 2}}]'.encode(), size))
    assert [parts.value() for _ in parts.elements()] == [1, UNREADABLE, {"a": 2}]
    assert not parts.broken


@pytest.mark.parametrize(
    "broken", ['{"a" 1}', "{1: 2}", '{"a": }', "{tru", "[1 }", '{"a":1', '["a', '{"a": nul]', "[", "", "x", '{"a":\\}']
)
@pytest.mark.parametrize("size", [1, 1000])
def test_a_fault_of_syntax_breaks_and_ends_all_iteration(broken: str, size: int) -> None:
    parts = Document(cut(broken.encode(), size))
    if broken.startswith("["):
        for _ in parts.elements():
            parts.value()
    else:
        for _ in parts.members():
            parts.value()
    assert parts.broken
    assert list(parts.elements()) == []
    assert list(parts.members()) == []


@pytest.mark.parametrize("cut_off", ['{"a": {"b": [1, "c', '{"a": {"b": "c\\', '{"a": "b', '{"a": "b\\', '{"a": {"b": 1', '{"a": {"b'])
def test_what_is_passed_over_may_be_cut_off(cut_off: str) -> None:
    for size in (1, 1000):
        parts = Document(cut(cut_off.encode(), size))
        assert list(parts.members()) == ["a"]
        assert parts.broken


def test_a_fault_far_before_the_end_is_told_at_once() -> None:
    blocks = iter([b'[{"a": x' + b" " * 200_000, b"]"])
    parts = Document(blocks)
    assert [parts.value() for _ in parts.elements()] == [UNREADABLE]
    assert next(blocks) == b"]"


def test_what_is_nested_too_deeply_breaks_where_it_is_wanted_and_is_passed_over_else() -> None:
    deep = b'{"deep": ' + b"[" * 200_000 + b"]" * 200_000 + b', "a": 1}'
    parts = Document([deep])
    assert [parts.value() for _ in parts.members()] == [UNREADABLE]
    assert parts.broken
    parts = Document([deep])
    assert [parts.value() for key in parts.members() if key == "a"] == [1]


def test_only_a_part_that_is_wanted_whole_has_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(document, "MAX_RECORD", 1000)
    data = json.dumps({"long": ["x" * 100] * 100, "text": "\\" * 5000, "a": 1}).encode()
    parts = Document(cut(data, 64))
    assert [parts.value() for key in parts.members() if key == "a"] == [1]
    parts = Document(cut(data, 64))
    with pytest.raises(FormatError, match=r"a part of [0-9,]+ characters or more, 1,000 are allowed") as refused:
        [parts.value() for _ in parts.members()]
    assert refused.value.over_limit


def test_parts_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(document, "MAX_RECORDS", 5)
    with pytest.raises(FormatError, match="more than 5 parts") as refused:
        list(Document([b"[1,2,3,4,5,6]"]).elements())
    assert refused.value.over_limit


def test_bytes_that_are_not_utf_8_come_back_whatever_the_blocks_are() -> None:
    for size in (1, 2, 100):
        assert Document(cut(b'"caf\xe9 \xe2\x82\xac \xff"', size)).value() == "caf\udce9 \u20ac \udcff"


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b'[{"a":1}, 7, {"a":2}]', [(1, {"a": 1}), (2, None), (3, {"a": 2})]),
        (b'[{"a":1}, {"a":NaN}, {"a":2}]', [(1, {"a": 1}), (2, None), (3, {"a": 2})]),
        (b'\xef\xbb\xbf\n [ {"a":1}\n] ', [(1, {"a": 1})]),
        (b"[]", []),
        (b'[{"a":1}] [{"a":2}]', [(1, {"a": 1}), (2, None)]),
        (b'[{"a":1}, {"a', [(1, {"a": 1}), (2, None)]),
        (b'[{"a":1}', [(1, {"a": 1}), (2, None)]),
        (b'[WARN] slow\n{"a":1}\n', [(1, None), (2, {"a": 1})]),
        (b'{"a":1}\n{"a":2}', [(1, {"a": 1}), (2, {"a": 2})]),
        (b"", []),
    ],
)
def test_a_list_is_an_array_or_has_one_a_line(data: bytes, expected: list[Any]) -> None:
    for size in (1, 3, 1000):
        assert list(read_list(cut(data, size))) == expected


@settings(deadline=None, max_examples=150)
@given(st.lists(st.binary(max_size=8).filter(lambda line: b"\n" not in line), max_size=8), _SIZES, st.booleans())
def test_lines_are_the_same_whatever_the_blocks_are(lines: list[bytes], size: int, marked: bool) -> None:
    if marked or not lines or not lines[0].startswith(b"\xef\xbb\xbf"):
        data = b"\xef\xbb\xbf" * marked + b"\n".join(lines)
        expected = lines if lines and lines[-1] else lines[:-1]
        assert list(read_lines(cut(data, size))) == expected


def test_a_byte_order_mark_is_one_at_the_start_alone() -> None:
    for size in (1, 100):
        assert list(read_lines(cut(b"\xef\xbb\xbfa\n\xef\xbb\xbfb\nc", size))) == [b"a", b"\xef\xbb\xbfb", b"c"]


def test_glued_objects_on_a_line_are_told_apart_and_damage_ends_with_its_line() -> None:
    data = b'{"a":1}{"a":2} {"a":3\n\n{"a":4}7{"a":5}\r\n\0\n{"a":"caf\xe9\\u00e9"}'
    found = [value for _, value in read_records(cut(data, 5))]
    assert found == [{"a": 1}, {"a": 2}, None, {"a": 4}, None, {"a": 5}, None, {"a": "caf\udce9é"}]


def test_one_long_line_in_small_blocks_costs_no_more_than_its_length() -> None:
    line = b'{"a":"' + b"x" * (records.MAX_RECORD - 100) + b'"}'
    started = time.process_time()
    assert [number for number, _ in read_records(cut(line, 4096))] == [1]
    assert next(iter(Document(cut(line, 4096)).members())) == "a"
    assert Document(cut(line, 4096)).value()["a"].endswith("x")
    assert time.process_time() - started < 5


def test_a_line_one_byte_too_long_is_refused_also_among_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "MAX_RECORD", 10)
    assert list(read_lines([b"0123456789\n0123456789\n"])) == [b"0123456789"] * 2
    for data in (b"0123456789\n01234567890\n", b"0\n01234567890", b"01234567890"):
        for size in (1, 100):
            with pytest.raises(FormatError, match=r"a line of 1[0-9] bytes or more, 10 are allowed"):
                list(read_lines(cut(data, size)))
