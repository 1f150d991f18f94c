"""Coverage reports, from real tools and from hostile hands, are read into hit and missed lines or refused."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from xml.sax.saxutils import quoteattr

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prgate.errors import FormatError
from prgate.formats.coverage import READERS, cobertura, coveragepy_json, guarded_xml, lcov, read_report, tally
from prgate.model.coverage import Report

REPORTS = Path(__file__).parent / "coverage"
REAL = sorted(path for path in REPORTS.iterdir() if ".analysis." not in path.name)
PAY = ("src/pay/__init__.py", "src/pay/amounts.py", "src/pay/ledger.py", "src/pay/refunds.py")

Lines = Mapping[str, tuple[list[int], list[int]]]


def lines_of(report: Report) -> dict[str, tuple[list[int], list[int]]]:
    return {path: (list(file.hit), list(file.missed)) for path, file in report.files.items()}


def refusal(data: bytes, read: Callable[[bytes], Report] = read_report) -> FormatError:
    with pytest.raises(FormatError) as caught:
        read(data)
    return caught.value


def as_json(files: Lines) -> bytes:
    entries = {path: {"executed_lines": hit, "missing_lines": missed} for path, (hit, missed) in files.items()}
    return json.dumps({"meta": {"format": 3}, "files": entries}).encode()


def as_lcov(files: Lines) -> bytes:
    sections = (
        [f"SF:{path}", *(f"DA:{line},{count}" for lines, count in ((hit, 7), (missed, 0)) for line in lines), "end_of_record"]
        for path, (hit, missed) in files.items()
    )
    return "\n".join(["TN:", *(line for section in sections for line in section), ""]).encode()


def as_cobertura(files: Lines, *, before: str = "", source: str = "") -> bytes:
    classes = (
        f"<class filename={quoteattr(path)}><lines>"
        + "".join(f'<line number="{line}" hits="{count}"/>' for lines, count in ((hit, 7), (missed, 0)) for line in lines)
        + "</lines></class>"
        for path, (hit, missed) in files.items()
    )
    body = f"{source}<packages><package><classes>{''.join(classes)}</classes></package></packages>"
    return f'{before}<coverage line-rate="1">{body}</coverage>'.encode()


LAUGHS = '<!DOCTYPE coverage [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
EXTERNAL = '<!DOCTYPE coverage [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
DEFAULTS = '<!DOCTYPE coverage [<!ATTLIST line hits CDATA "1">]>'


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "it is empty"),
        (b"<!DOCTYPE html>\n<html><body>406</body></html>", "its root element is <html>"),
        (b"SQLite format 3\x00" + bytes(80), "coverage.py's data file, not a report: run `coverage json` and give what it writes"),
        (b"mode: set\npay/a.go:1.2,3.4 1 1\n", "it is a Go coverage profile: convert it with gocover-cobertura"),
        (b"\x1f\x8b\x08" + bytes(20), "it is compressed: unpack it first"),
        (b"PK\x03\x04" + bytes(20), "it is an archive: unpack it first"),
        ("TN:\nSF:a.py\n".encode("utf-16"), "it is UTF-16 text: write the report as UTF-8"),
        (b'{"/a.js": {"statementMap": {}, "s": {}}}', "its content is something else"),
        (b"[]", "its content is something else"),
        (b"# nothing\n\n", "its content is something else"),
        (b'<coverage generated="1" clover="4"><project/></coverage>', "its root element is <coverage>"),
        (b'<coverage version="1"><file path="a"/></coverage>', "its root element is <coverage>"),
        (b'<report name="jacoco"/>', "its root element is <report>"),
        (b"<coverage", "no element begins in its first 16,384 bytes"),
        (b"<a b='1' b='2'/>", "line 1, column 10: not well-formed XML: duplicate attribute"),
        (b"  <?xml version='1.0'?><coverage/>", "line 1, column 3: not well-formed XML: XML or text declaration not at start of entity"),
        (LAUGHS.encode() + b"<coverage line-rate='&b;'/>", "its DOCTYPE declares entities or defaults of its own"),
        (EXTERNAL.encode() + b"<coverage line-rate='1'>&x;</coverage>", "its DOCTYPE declares entities or defaults of its own"),
        (b"<?xml version='1.0' encoding='utf-7'?><coverage line-rate='1'/>", "the encoding `utf-7` is not read"),
        (b"<?xml version='1.0' encoding='unicode_escape'?><coverage line-rate='1'/>", "the encoding `unicode_escape` is not read"),
    ],
)
def test_what_no_reader_recognises_is_refused_with_what_it_seems_to_be(data: bytes, message: str) -> None:
    error = refusal(data)
    assert error.message.startswith("not a coverage report that is read (cobertura, coverage.py-json, lcov): ")
    assert message in error.message


def test_content_that_several_readers_recognise_is_refused() -> None:
    with pytest.raises(FormatError, match="several readers recognise it: lcov, lcov"):
        read_report(b"SF:a.py\nend_of_record\n", readers=(lcov, cobertura, lcov))


@pytest.mark.parametrize("name", ["coveragepy-7.17.3.json", "coveragepy-7.17.3.xml", "jest-30.5.2.xml", "gcovr-8.8.lcov", "c8-12.0.0.lcov"])
def test_a_report_that_was_cut_off_is_refused_wherever_the_cut_is(name: str) -> None:
    data = (REPORTS / name).read_bytes().rstrip()
    between_sections = (b"end_of_record", b"end_of_record\n", b"end_of_record\nTN:\n")  # only there LCOV cannot be told from a whole file
    for end in range(0, len(data), 1 + len(data) // 900):
        if not data[:end].endswith(between_sections) and data[:end] != b"TN:\n":
            assert refusal(data[:end]).message


def test_an_lcov_section_without_an_end_says_where_it_begins() -> None:
    assert refusal(b"SF:a.py\nDA:1,1\nend_of_record\nTN:") == FormatError("cut off: the last line has no end", 4)
    assert lines_of(read_report(b"SF:a.py\nDA:1,1\nend_of_record\n# made by hand")) == {"a.py": ([1], [])}
    assert refusal(b"SF:a.py\nDA:1,1\nend_of_record\nSF:b.py\nDA:1,1\n") == FormatError(
        "cut off: the section that begins here has no end_of_record", 4
    )


@pytest.mark.parametrize("before", [LAUGHS, EXTERNAL, DEFAULTS])
def test_xml_that_declares_things_of_its_own_is_refused_at_the_declaration(before: str) -> None:
    error = refusal(as_cobertura({"a.py": ([1], [])}, before="\n" + before), cobertura.read)
    assert error == FormatError("its DOCTYPE declares entities or defaults of its own, which no coverage tool writes", 2)


def test_a_doctype_without_declarations_is_passed_over_and_not_fetched() -> None:
    report = read_report(as_cobertura({"a.py": ([1], [])}, before='<!DOCTYPE coverage SYSTEM "http://localhost:9/coverage-04.dtd">'))
    assert lines_of(report) == {"a.py": ([1], [])}


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"<coverage line-rate='1'/>", "not Cobertura: there is no <packages> element"),
        (b"<coverage line-rate='1'><packages>&lol;</packages></coverage>", "not well-formed XML: undefined entity"),
        (b"<coverage line-rate='1'><packages/></coverage><x/>", "not well-formed XML: junk after document element"),
        (as_cobertura({"a.py": ([1], [])}).decode().encode("utf-16")[:-20], "not well-formed XML: unclosed token"),
        (b"<coverage line-rate='1'><packages/>\xff</coverage>", "not well-formed XML: not well-formed (invalid token)"),
    ],
)
def test_damaged_cobertura_is_refused(data: bytes, message: str) -> None:
    assert refusal(data).message == message


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-1", "windows-1252", "us-ascii"])
def test_xml_is_read_in_the_encoding_that_it_declares(encoding: str) -> None:
    path = "src/a.py" if encoding == "us-ascii" else "src/é.py"
    text = as_cobertura({path: ([1], [2])}, before=f"<?xml version='1.0' encoding='{encoding}'?>").decode()
    assert lines_of(read_report(text.encode(encoding))) == {path: ([1], [2])}


def test_deeply_nested_xml_and_json_are_over_the_limit() -> None:
    depth = 100_000
    xml = as_cobertura({}).replace(b"</classes>", b"<a>" * depth + b"</a>" * depth + b"</classes>")
    assert refusal(xml) == FormatError("nested deeper than 64 elements", 1, over_limit=True)
    assert refusal(b'{"meta": ' + b"[" * depth + b"]" * depth + b"}").over_limit
    shallow = as_cobertura({"a.py": ([1], [])}).replace(b"</classes>", b"<a>" * 60 + b"</a>" * 60 + b"</classes>")
    assert read_report(shallow).read == 1


@pytest.mark.parametrize("filling", [b"<!-- %s -->", b"<class filename='%s'/>"])
def test_one_giant_tag_or_comment_is_over_the_limit_while_much_text_is_not(filling: bytes) -> None:
    giant = filling % (b"x" * (guarded_xml.MAX_TOKEN + (2 << 20)))
    data = as_cobertura({"a.py": ([1], [])})
    assert refusal(data.replace(b"<packages>", b"<packages>" + giant)).over_limit
    assert read_report(data.replace(b"<packages>", b"<packages>" + b" \n" * (3 << 20))).read == 1


def test_too_many_bytes_files_lines_and_roots_are_over_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    two = {"a.py": ([1, 2], [3]), "b.py": ([1], [])}
    roots = "<sources><source>/a</source><source>/b</source></sources>"
    written = [as_json(two), as_lcov(two), as_cobertura(two)]
    for name, limit, data in (("MAX_FILES", 1, written), ("MAX_ENTRIES", 3, written), ("MAX_ROOTS", 1, [as_cobertura(two, source=roots)])):
        monkeypatch.setattr(tally, name, limit)
        assert [refusal(report).over_limit for report in data] == [True] * len(data), name
        monkeypatch.undo()
    monkeypatch.setattr(tally, "MAX_ROOTED_FILES", 3)
    assert refusal(as_cobertura(two, source=roots)).message == "2 source roots for 2 files are too many"
    monkeypatch.undo()
    for reader, report in zip((coveragepy_json, lcov, cobertura), written, strict=True):
        monkeypatch.setattr(reader, "MAX_BYTES", len(report) - 1)
        assert refusal(report).over_limit


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b'{"meta": {"format": 3}, "files": []}', "not a coverage.py report: there is no 'files' object"),
        (b'{"meta": [], "files": {}}', "not a coverage.py report: there is no 'meta' object"),
        (b'[{"executed_lines": []}]', "not a coverage.py report: there is no 'meta' object"),
        (b'{"meta": {"format": 4}, "files": {}}', "coverage.py JSON of format `4` is not read, only up to 3"),
        (b'{"meta": {"format": NaN}, "files": {}}', "NaN is not JSON"),
        (b'{"meta": {}, "files": {"a.py": {"executed_lines": [1]}, "b.py": 3}}', "none of its 2 entries could be understood"),
        (
            b'{"meta": {}, "files": {"a.py": {"executed_lines": [true, "1", 1.0], "missing_lines": [0]}}}',
            "none of its 4 entries could be understood",
        ),
    ],
)
def test_json_of_another_shape_is_refused(data: bytes, message: str) -> None:
    assert refusal(data, coveragepy_json.read).message == message


@pytest.mark.parametrize(
    "data",
    [
        b"TN:\nSF:a.py\nDA:1\nDA:x,1\nDA:1,undefined\nend_of_record\n",
        b"TN:\nDA:1,1\nend_of_record\nwhat is this\n",
        b'<coverage line-rate="1"><packages><line number="1" hits="1"/><class><line number="1" hits="1"/></class></packages></coverage>',
    ],
)
def test_a_report_in_which_nothing_was_understood_is_refused(data: bytes) -> None:
    assert "entries could be understood" in refusal(data).message


@pytest.mark.parametrize(
    "data", [as_json({}), as_cobertura({}), as_lcov({}), as_json({"a.py": ([], [])}), as_cobertura({"a.py": ([], [])})]
)
def test_a_report_that_measured_nothing_reads_as_zero_lines(data: bytes) -> None:
    report = read_report(data)
    assert (report.read, report.skipped) == (0, 0)


def test_lcov_entries_are_read_as_lcov_writes_them_and_the_rest_counted() -> None:
    data = (
        b"\xef\xbb\xbf# a comment: first\r\n\r\nTN:one\r\nSF:src\\deep\\a.cpp\r\nVER:1\r\nFN:1,5,f<int, g<2>>(char)\r\nFNDA:3,f<int, g<2>>(char)\r\n"
        b"FNL:0,1,5\r\nBRDA:1,0,jump to line 3,-\r\nMCDC:1,2,t,1,0,a\r\nDA:1,1e3\r\nDA:2,-1\r\nDA:3,4,c2lnbmVk,x\r\nDA:4,0,c2lnbmVk\r\nDA:5,=\r\n"
        b"DA:0,1\r\nDA:10000001,1\r\nDA:10000000,1\r\nDA:-7,1\r\nDA:6, 2 \r\nDA:7,1.5\r\nDA:8,nan\r\nDA:9,inf\r\nDA: 11,1\r\nDA:\xc2\xb2,1\r\nLF:9\r\nLH:5\r\n"
        b"end_of_record\r\nDA:1,1\nend_of_record\nSF:b.py\nDA:1,0\nSF:src/deep/a.cpp\nDA:2,1\nDA:1,0\nno record\nend_of_record\n"
    )
    report = lcov.read(data)
    assert lines_of(report) == {"src/deep/a.cpp": ([1, 2, 3, 6, 7, 10_000_000], [4]), "b.py": ([], [1])}
    # DA: 5 0 10000001 -7 8 9 " 11" "²"; an entry and an end outside a section; a section without end; no record
    assert (report.read, report.skipped) == (10, 8 + 2 + 1 + 1)


def test_a_path_that_is_not_utf8_survives_in_lcov() -> None:
    (path,) = lcov.read(b"SF:src/caf\xe9.c\nDA:1,1\nend_of_record\n").files
    assert path.encode("utf-8", "surrogateescape") == b"src/caf\xe9.c"


def test_cobertura_of_every_producer_is_read() -> None:
    data = """<coverage lines-valid="9"><sources><source> /home/runner/work/pay/pay </source><source>C:\\a\\pay\\</source><source/></sources>
    <packages><package><classes>
      <class filename=""><lines><line number="1" hits="1"/></lines></class>
      <class filename="A.cs"><methods><method><lines><line number="1" hits="0"/><line number="2" hits="1.0"/></lines></method></methods></class>
      <class filename="src\\B.cs"><lines><line number="3" hits="1E9" branch="true"><conditions><condition number="0"/></conditions></line></lines></class>
      <class filename="A.cs"><lines><line number="1" hits="5"/><line number="4" hits="0"/><line number="2" hits="0"/></lines></class>
      <class filename="A.cs"><lines><line number="5" hits="undefined"/><line number="6"/><line hits="1"/><line number="+7" hits="1"/></lines></class>
    </classes></package></packages><line number="9" hits="9"/></coverage>"""
    report = read_report(data.encode())
    assert lines_of(report) == {"A.cs": ([1, 2], [4]), "src/B.cs": ([3], [])}
    assert report.roots == ("/home/runner/work/pay/pay", "C:/a/pay/", "")
    assert (report.read, report.skipped) == (6, 4 + 2 + 1)


def test_a_file_measured_over_and_over_reads_the_same_by_the_way_that_saves_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    section = "SF:include/hot.hpp\n" + "".join(f"DA:{line},{line % 3}\n" for line in range(1, 101)) + "end_of_record\n"
    data = (section * 3 + section.replace(",0", ",4").replace("DA:9", "DA:1")).encode()
    plain = lcov.read(data)
    monkeypatch.setattr(tally, "_FEW", 100)
    assert lcov.read(data) == plain
    assert len(plain.files["include/hot.hpp"].missed) in range(1, 33)


def test_numbers_and_counts_are_remembered_in_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tally, "_REMEMBERED", 2)
    files = {"a.py": (list(range(1, 50)), list(range(50, 99)))}
    assert lines_of(read_report(as_lcov(files))) == files
    numbers, counts = tally.LineNumbers(), tally.Counts()
    assert [numbers[text] for text in ("1", b"2", "3", "٣", "9" * 60, "")] == [1, 2, 3, 0, 0, 0]
    assert [counts[text] for text in ("1", b"0\n", "-3", "1e999", "1" * 60, "")] == [True, False, False, True, None, None]
    assert (len(numbers), len(counts)) == (2, 2)


@pytest.mark.parametrize("path", REAL, ids=lambda path: path.name)
def test_reports_of_real_tools_are_understood_to_the_last_entry(path: Path) -> None:
    data = path.read_bytes()
    report = read_report(data)
    assert report.skipped == 0
    assert report.read > 10
    assert [reader.NAME for reader in READERS if reader.sniff(data[:16384])] == [report.format]
    assert report.format == {".json": "coverage.py-json", ".xml": "cobertura", ".lcov": "lcov"}[path.suffix]


@pytest.mark.parametrize("version", ["6.5.0", "7.17.3"])
@pytest.mark.parametrize("ending", ["json", "xml", "lcov"])
def test_coveragepy_reports_say_what_coveragepys_own_analysis_says(version: str, ending: str) -> None:
    report = read_report((REPORTS / f"coveragepy-{version}.{ending}").read_bytes())
    analysis = json.loads((REPORTS / f"coveragepy-{version}.analysis.json").read_bytes())
    assert tuple(report.files) == PAY
    statements = {path: set(file["statements"]) for path, file in analysis.items()}
    # version 6 lists executed lines that are no statements, such as docstrings, in JSON and LCOV
    ours = {
        path: ([line for line in hit if line in statements[path]], missed)
        for path, (hit, missed) in lines_of(report).items()
        if path in analysis
    }
    assert ours == {path: (file["executed"], file["missing"]) for path, file in analysis.items()}
    assert version == "6.5.0" or all(set(hit) <= statements.get(path, set()) for path, (hit, _) in lines_of(report).items())


@pytest.mark.parametrize(("one", "other"), [("c8-12.0.0.lcov", "c8-12.0.0.xml"), ("coveragepy-7.17.3.json", "coveragepy-7.17.3.lcov")])
def test_two_formats_of_one_run_give_the_same_lines(one: str, other: str) -> None:
    first, second = (read_report((REPORTS / name).read_bytes()) for name in (one, other))
    assert lines_of(first) == lines_of(second)


def test_lines_of_another_tool_than_coveragepy_are_those_that_it_printed() -> None:
    assert lines_of(read_report((REPORTS / "gcovr-8.8.xml").read_bytes()))["src/main.cpp"] == ([*range(7, 14), 15, 16], [3, 4])
    geninfo = lines_of(read_report((REPORTS / "geninfo-1.16.lcov").read_bytes()))
    assert geninfo["/home/runner/work/ring/ring/src/main.cpp"] == ([*range(7, 14), 15, 16], [3, 4])
    assert lines_of(read_report((REPORTS / "jest-30.5.2.lcov").read_bytes()))["src/tax.js"] == ([1, 4, 7, 13], [9])


paths = st.text(st.characters(exclude_characters="\\\n\r\0", exclude_categories=["Cs", "Cc", "Cn"]), min_size=1, max_size=12).filter(
    str.strip
)
measured = st.dictionaries(st.integers(1, 500) | st.integers(1, tally.MAX_LINE), st.booleans(), max_size=20).map(
    lambda states: ([line for line in sorted(states) if states[line]], [line for line in sorted(states) if not states[line]])
)


@given(files=st.dictionaries(paths, measured, max_size=5))
@settings(max_examples=100, deadline=None)
def test_any_coverage_reads_back_equal_from_every_format(files: Lines) -> None:
    for data in (as_json(files), as_lcov(files), as_cobertura(files)):
        report = read_report(data)
        assert lines_of(report) == files
        assert (report.read, report.skipped) == (sum(len(hit) + len(missed) for hit, missed in files.values()), 0)


@given(
    data=st.binary(max_size=200), head=st.sampled_from([b"", b"TN:\nSF:a\n", b'{"meta":', b'<coverage line-rate="1"><packages>', b"<?xml "])
)
@settings(max_examples=300, deadline=None)
def test_arbitrary_bytes_raise_nothing_but_a_format_error(data: bytes, head: bytes) -> None:
    for read in (read_report, *(reader.read for reader in READERS)):
        with contextlib.suppress(FormatError):
            read(head + data)


@given(data=st.data(), path=st.sampled_from([path for path in REAL if path.stat().st_size < 20_000]))
@settings(max_examples=150, deadline=None)
def test_a_damaged_real_report_raises_nothing_but_a_format_error_and_stays_in_order(data: st.DataObject, path: Path) -> None:
    report = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(report)))
        report[start : start + data.draw(st.integers(0, 40))] = data.draw(
            st.binary(max_size=8) | st.sampled_from([b"\n", b'"', b"<", b"-", b"999999999"])
        )
    with contextlib.suppress(FormatError):
        for file in read_report(bytes(report)).files.values():
            assert list(file.hit) == sorted(set(file.hit))
            assert list(file.missed) == sorted(set(file.missed) - set(file.hit))
            assert all(0 < line <= tally.MAX_LINE for line in (*file.hit, *file.missed))
