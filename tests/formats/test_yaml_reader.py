from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from prgate.errors import FormatError
from prgate.formats import yaml_reader
from prgate.formats.yaml_reader import Place, read_yaml
from tests.hang import no_hang

REFUSED = {
    "a key that stands twice": (b"a: 1\nb: 2\na: 3\n", "3:1", "the key `a` is here twice, first in line 1"),
    "a key twice in a flow mapping": (b"x: {a: 1, a: 2}", "1:11", "the key `a` is here twice, first in line 1"),
    "an anchor": (b"a: &x 1\n", "1:4", "anchors (`&name`) are not read: write the value out where it is used"),
    "an anchor on a mapping": (b"a:\n  &x\n  b: 1\n", "2:3", "anchors (`&name`) are not read: write the value out where it is used"),
    "an alias": (b"a: 1\nb: *x\n", "2:4", "aliases (`*name`) are not read: write the value out"),
    "a tag": (b"a: !!str 1\n", "1:4", "tags (`!name`) are not read"),
    "the non-specific tag": (b"a: ! 1\n", "1:4", "tags (`!name`) are not read"),
    "a tag on a list": (b"a: !x [1]\n", "1:4", "tags (`!name`) are not read"),
    "a second document": (b"a: 1\n---\nb: 2\n", "2:1", "a second document starts here: one file holds one document"),
    "a number as a key": (b"1: x\n", "1:1", "a key must be text: put it between quotes"),
    "a list as a key": (b"? [a]\n: b\n", "1:3", "a key must be text: put it between quotes"),
    "null as a key": (b"~: b\n", "1:1", "a key must be text: put it between quotes"),
    "infinity": (b"a: -.inf\n", "1:4", "infinity and not-a-number are not read"),
    "not a number": (b"a: .NaN\n", "1:4", "infinity and not-a-number are not read"),
    "a number beyond a float": (b"a: 1e999\n", "1:4", "this number is too large"),
    "NUL": (b"a: 1\nb: \0\n", "2:4", "the character U+0000 may not stand here"),
    "an escaped NUL": (b'a: "\\0"\n', "1:4", "this text holds NUL or half a surrogate pair"),
    "a line break that editors do not show": ("a: 1 #\u2028b: 2\n".encode(), "1:7", "the character U+2028 may not stand here"),
    "a lone carriage return": (b"a: 1\rb: 2\n", "1:5", "the character U+000D may not stand here"),
    "not UTF-8": ("ä: 1\nä: ".encode() + b"\xff\n", "2:4", "not UTF-8"),
    "UTF-16": ("a: 1".encode("utf-16"), "1:1", "not UTF-8"),
    "a tab as indentation": (b"a:\n\tb: 1\n", "2:1", "not YAML: found character that cannot start any token"),
    "an open list": (b"a: [1\n", "2:1", "not YAML: did not find expected ',' or ']'"),
}


@pytest.mark.parametrize(("data", "where", "message"), REFUSED.values(), ids=REFUSED)
def test_what_our_documents_may_not_hold_is_refused_with_its_place(data: bytes, where: str, message: str) -> None:
    with pytest.raises(FormatError) as caught:
        read_yaml(data)
    assert (caught.value.message, f"{caught.value.line}:{caught.value.column}") == (message, where)
    assert not caught.value.over_limit


def test_a_bomb_of_aliases_is_refused_at_its_first_anchor() -> None:
    bomb = b"a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\n"
    with pytest.raises(FormatError, match="anchors") as caught:
        read_yaml(bomb)
    assert (caught.value.line, caught.value.column) == (1, 4)


LARGE = {
    "bytes": (b"#" * 262_145, 1, 1),
    "flow lists": (b"[" * 100_000, 1, 33),
    "flow mappings": (b"{a: " * 50_000, 1, 129),
    "block lists": (b"- " * 100_000, 1, 65),
    "complex keys": (b"? " * 100_000, 1, 3),
    "digits": (b"a: " + b"9" * 21, 1, 4),
}


@pytest.mark.parametrize(("data", "line", "column"), LARGE.values(), ids=LARGE)
def test_what_is_too_large_or_too_deep_is_refused_before_it_hangs(data: bytes, line: int, column: int) -> None:
    with no_hang(), pytest.raises(FormatError) as caught:
        read_yaml(data)
    assert (caught.value.line, caught.value.column) == (line, column)
    assert caught.value.over_limit or b"?" in data


def test_the_bounds_themselves_are_taken() -> None:
    assert read_yaml(b"#" * 100, max_bytes=100)[0] is None
    assert read_yaml(b"[[1]]", max_depth=2)[0] == [[1]]
    with pytest.raises(FormatError, match="nested deeper than 2"):
        read_yaml(b"[[[1]]]", max_depth=2)


SCALARS: dict[bytes, Any] = {
    b"on": "on",
    b"yes": "yes",
    b"off": "off",
    b"y": "y",
    b"010": "010",
    b"-007": "-007",
    b"12:30": "12:30",
    b"2026-11-20": "2026-11-20",
    b"1_000": "1_000",
    b"0b1": "0b1",
    b"<<": "<<",
    b"NULL": None,
    b"~": None,
    b"": None,
    b"true": True,
    b"FALSE": False,
    b"0": 0,
    b"-12": -12,
    b"+12": 12,
    b"0o10": 8,
    b"0xFF": 255,
    b"1.5": 1.5,
    b".5": 0.5,
    b"1e3": 1000.0,
    b"1.": 1.0,
    b"'true'": "true",
    b'"1"': "1",
    b'"a\\u2028b"': "a\u2028b",
    "grün".encode(): "grün",
}


@pytest.mark.parametrize(("text", "value"), SCALARS.items(), ids=repr)
def test_plain_scalars_are_those_of_yaml_1_2_and_dates_and_octals_stay_text(text: bytes, value: Any) -> None:
    read = read_yaml(b"a: " + text + b"\n")[0]
    assert read == {"a": value}
    assert isinstance(read, dict)
    assert type(read["a"]) is type(value)


def test_block_scalars_are_text_whatever_they_hold() -> None:
    assert read_yaml(b"a: |\n  true\nb: >-\n  1\n  2\n")[0] == {"a": "true\n", "b": "1 2"}


def test_an_empty_document_is_null_at_its_first_character() -> None:
    assert read_yaml(b"") == (None, {(): Place(1, 1)})
    assert read_yaml(b"# nothing\n") == (None, {(): Place(1, 1)})


def test_every_value_has_its_place_and_that_of_its_key() -> None:
    tree, places = read_yaml("\ufeffgrün:\r\n  - {b: 1}\r\n  - x\r\n".encode())
    assert tree == {"grün": [{"b": 1}, "x"]}
    assert places == {
        (): Place(1, 1),
        ("grün",): Place(2, 3, Place(1, 1)),
        ("grün", 0): Place(2, 5),
        ("grün", 0, "b"): Place(2, 9, Place(2, 6)),
        ("grün", 1): Place(3, 5),
    }


@pytest.fixture
def without_the_c_parser(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yaml_reader, "_LOADER", yaml.SafeLoader)


@pytest.mark.usefixtures("without_the_c_parser")
def test_the_python_parser_reads_and_refuses_the_same() -> None:
    assert read_yaml(b"a: [on, 010, {b: 1.5}]\n")[0] == {"a": ["on", "010", {"b": 1.5}]}
    for name, (data, where, message) in REFUSED.items():
        with pytest.raises(FormatError) as caught:
            read_yaml(data)
        if not message.startswith("not YAML"):
            assert (name, caught.value.message, f"{caught.value.line}:{caught.value.column}") == (name, message, where)
    with pytest.raises(FormatError, match="half a surrogate pair"):
        read_yaml(b'a: "\\ud800"\n')


TREES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\u2028\u2029\ufeff\ufffe\uffff")),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(st.characters(codec="ascii", exclude_categories=["Cc"])), inner, max_size=4)
    ),
    max_leaves=12,
)


@settings(deadline=None, max_examples=150)
@given(TREES)
def test_json_is_read_as_json_is_meant(tree: Any) -> None:
    assert read_yaml(json.dumps(tree, ensure_ascii=False).encode())[0] == tree


@settings(deadline=None, max_examples=400)
@given(st.binary(max_size=200) | st.text("{}[]:,-?&*!|>'\"#% \n\tab01.eo~\\", max_size=60).map(str.encode))
def test_no_bytes_raise_anything_but_a_format_error_with_a_place(data: bytes) -> None:
    read = read_or_refuse(data)
    if isinstance(read, FormatError):
        assert (read.line >= 1, read.column >= 1) == (True, True)
    else:
        assert () in read[1]


def read_or_refuse(data: bytes) -> tuple[object, Mapping[tuple[str | int, ...], Place]] | FormatError:
    try:
        return read_yaml(data)
    except FormatError as error:
        return error
