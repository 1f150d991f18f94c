"""Counts tests and assertions in Go: the testing package, testify, Gomega and Ginkgo."""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from prgate.formats.tests.code import Closes, Literals, arguments, brackets, digest, is_constant, names, squeezed, without_dead
from prgate.formats.tests.regions import Region, count_in_regions
from prgate.model.tests import TestCount

_TOKEN = re.compile(rb"/[/*]|[\"'`]")
_STRING = {
    b'"': re.compile(rb'(?:[^\\\n"]|\\[^\n])*+"?'),
    b"'": re.compile(rb"(?:[^\\\n']|\\[^\n])*+'?"),
}
_OUTPUT = re.compile(rb"//\s*(?:unordered )?output:", re.IGNORECASE)
_OUTPUT_NAME = b" go_example_output "
_IGNORED_FILE = re.compile(rb"^//(?:go:build|\s*\+build)[ \t]+ignore[ \t\r]*$", re.MULTILINE)

_KNOWN = frozenset(
    b"true false nil iota len cap string int int64 float64 bool byte rune error make append min max Equal BeTrue BeFalse BeNil".split()
)
_IDLE = _KNOWN | frozenset(
    b"if for switch select func return go defer range Parallel Helper Log Logf Name Cleanup Run Print Printf Println Skip Skipf SkipNow Short "
    b"Error Errorf Fatal Fatalf Fail FailNow Sleep copy panic new t".split()
)
"""Words before a bracket that are no call of anything under test."""

_FUNC = re.compile(rb"^func\s+(?:\(\s*(\w+)?[^()\n]{0,200}\)\s*)?(\w+)\s*(\()", re.MULTILINE)
_TEST_NAME = re.compile(rb"(?:Test|Fuzz)(?![a-z])\w*")
_EXAMPLE_NAME = re.compile(rb"Example(?![a-z])\w*")
_TESTING = re.compile(rb"\btesting\.(?:T|TB|F)\b")
_BODY = re.compile(rb"[^{}\n]{0,200}?\{")
_GIVES_UP = re.compile(rb"\{\s*+(?:\w+(?:\.T\(\))?\.Skip(?:f|Now)?\s*+\(|return[ \t]*+[;}\n])")
_DEAD = re.compile(rb"(?<![\w.])if\s++false\s*+(?=\{)")
_CALL = re.compile(rb"(?<![\w\x80-\xff])([A-Za-z_\x80-\xff][\w\x80-\xff]*+)\s*+\(")
_SUBTEST = re.compile(rb"(?<![\w.])\w+\.Run\(\s*+(?=\"\d+\"\s*+,)")
_GINKGO = re.compile(rb"(?<![\w.])(P|X|F)?(?:(It|Specify)|(Entry)|(Describe|Context|When))\(\s*+(?=\"\d+\")")
_TABLE_OPENS = rb"(?:\[\]|\[\.\.\.\]|map\[[\w.]+\])\*?"
_TABLE = re.compile(rb"(?:(?<![\w.])(\w+)\s*+:?=\s*+|\brange\s++)(?=" + _TABLE_OPENS + rb"(struct\b|[\w.]++\s*+\{))")
_NEAR = 200
"""How far, in bytes, the brace of a literal stands from its type."""
_ROW = re.compile(rb"\s*+(?:(?:\"\d+\"|[\w.]++)\s*+:\s*+)?&?[\w.]*+\{")
_RANGE = re.compile(rb"\brange\s++(\w++)")

_FAILS = re.compile(rb"(?<![\w.])(?:t|tb|b|f|c|s\.T\(\))\.(?:Errorf?|Fatalf?|Fail|FailNow)(?=\()")
_CHECK = re.compile(
    rb"(?<![\w\x80-\xff])(?:(?:assert|require|must|should|qt)\.(?!New\b)[A-Z]\w*|(?:Require|Assert)\(\)\.[A-Z]\w*|"
    rb"assert[A-Z]\w*|require[A-Z]\w*|Expect|Eventually|Consistently)(?=\()"
)
_SUITE_NAMES = (
    rb"(?:Equal|NotEqual|EqualValues|Exactly|Nil|NotNil|NoError|Error|ErrorIs|ErrorAs|ErrorContains|EqualError|True|False|Contains|NotContains|Len|"
    rb"Empty|NotEmpty|Zero|NotZero|Greater|Less|GreaterOrEqual|LessOrEqual|JSONEq|YAMLEq|ElementsMatch|Subset|Panics|NotPanics|Regexp|InDelta|"
    rb"WithinDuration|IsType|Implements|Same|Eventually|Never|FileExists|Fail|FailNow|Assert|Check)f?"
)
_SUITE_CHECK = re.compile(rb"(?<![\w.])(\w+)\." + _SUITE_NAMES + rb"(?=\()")
_IDLE_NAME = re.compile(_SUITE_NAMES + rb"|Expect|To|NotTo|ToNot|Should")
"""Assertions and matchers call nothing themselves."""
_ASSERTER = re.compile(rb"(?<![\w.])(\w+)\s*+:?=\s*+(?:assert|require|is|qt)\.New\(")
_HANDLE = re.compile(rb"(?:t|tb|b|f|c|(?:s|suite)\.T\(\)|GinkgoT\(\))")
_LINK = re.compile(rb"\s*+\.\s*+(\w++)\s*+(?=\()")


def count_go(data: bytes) -> TestCount:
    """Definitions and assertions. ``FormatError`` over a limit.

    A test over a table counts once for each row. A table is a literal of a slice or map of structures that some loop ranges over.
    """
    if _IGNORED_FILE.search(data[: data.find(b"\npackage ") + 1 or len(data)]):
        return TestCount(0, 0)
    code = _go_code(data)
    closes = brackets(code)
    return _Reader(without_dead(code, closes, _DEAD), closes).count()


def _go_code(data: bytes) -> bytes:
    """The code with a number for each string's content, without comments; an example's output comment becomes a name."""
    data = data.replace(b"\r\n", b"\n")
    stand_in = Literals()
    out: list[bytes] = []
    at = 0
    while (match := _TOKEN.search(data, at)) is not None:
        here, token = match.start(), match.group()
        out.append(data[at:here])
        if token in _STRING:
            end = _STRING[token].match(data, here + 1)
            assert end is not None, "the pattern matches the empty string"
            at = end.end()
            out.append(stand_in(end.group().removesuffix(token)))
            continue
        closing = {b"`": b"`", b"//": b"\n", b"/*": b"*/"}[token]
        stop = data.find(closing, here + len(token))
        stop = len(data) if stop < 0 else stop
        at = min(stop + (0 if token == b"//" else len(closing)), len(data))
        if token == b"`":
            out.append(stand_in(data[here + 1 : stop]))
        elif token == b"//":
            out.append(_OUTPUT_NAME if _OUTPUT.match(data, here, stop) else b"")
        else:
            out.append(b"\n" if b"\n" in data[here:at] else b" ")
    out.append(data[at:])
    return b"".join(out)


@dataclass(frozen=True, slots=True)
class _Function:
    """A function at the top level: its parameters' bracket, and its body from brace to brace."""

    name: bytes
    receiver: bytes | None
    opening: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Reader:
    code: bytes
    closes: Closes

    def count(self) -> TestCount:
        """Regions that run and checks inside them, added up."""
        functions = list(self._functions())
        rows = self._rows_by_function(functions)
        used = names(self.code, frozenset(function.name for function in functions))
        regions = [self._region(function, rows[number], called=used[function.name] > 1) for number, function in enumerate(functions)]
        regions += self._ginkgo()
        receivers = {function.receiver for function in functions} | {match.group(1) for match in _ASSERTER.finditer(self.code)}
        return count_in_regions(regions, sorted(set(self._checks(receivers))))

    def _functions(self) -> Iterator[_Function]:
        for match in _FUNC.finditer(self.code):
            after = self.closes[match.start(3)] + 1
            if body := _BODY.match(self.code, after):
                start = body.end() - 1
                yield _Function(match.group(2), match.group(1), match.start(3), start, self.closes[start])

    def _region(self, function: _Function, rows: int, *, called: bool) -> Region:
        """A test, an example with output, or a helper, which runs if something names it."""
        span = (function.start, function.end)
        takes = _TESTING.search(self.code, function.opening, function.start)
        if _TEST_NAME.fullmatch(function.name) and (takes or function.receiver):
            off = _GIVES_UP.match(self.code, *span) is not None
            acts = self._acts(span)
            return Region(*span, times=max(rows, 1), off=off, test=self._key(function), acts=acts)
        if _EXAMPLE_NAME.fullmatch(function.name) and self.code.find(_OUTPUT_NAME, *span) >= 0:
            return Region(*span, test=self._key(function), acts=True)
        return Region(*span, runs=called)

    def _acts(self, span: tuple[int, int]) -> bool:
        called = (match.group(1) for match in _CALL.finditer(self.code, *span))
        return any(name not in _IDLE and not _IDLE_NAME.fullmatch(name) for name in called)

    def _key(self, function: _Function) -> bytes:
        return digest(self.code[function.opening : function.end], function.receiver or b"")

    def _rows_by_function(self, functions: Sequence[_Function]) -> list[int]:
        """For each function the rows of the tables that it ranges over, and its subtests that have a name of their own."""
        starts = [function.start for function in functions]
        rows = [0] * len(functions)

        def holder(at: int) -> int | None:
            number = bisect(starts, at) - 1
            return number if number >= 0 and at < functions[number].end else None

        for match in _SUBTEST.finditer(self.code):
            if (number := holder(match.start())) is not None:
                rows[number] += 1
        tables: dict[tuple[bytes, int | None], int] = {}
        for match in _TABLE.finditer(self.code):
            number = holder(match.start())
            size = self._rows(match)
            if match.group(1) is not None:
                tables[match.group(1), number] = size
            elif number is not None:
                rows[number] += size
        for name, number in dict.fromkeys((match.group(1), holder(match.start())) for match in _RANGE.finditer(self.code)):
            if number is not None:
                rows[number] += tables.get((name, number), tables.get((name, None), 0))
        return rows

    def _rows(self, table: re.Match[bytes]) -> int:
        """Distinct rows of a literal of structures."""
        opening = self.code.find(b"{", table.end(), table.end() + _NEAR)
        if opening >= 0 and table.group(2) == b"struct":
            opening = self.code.find(b"{", self.closes[opening], self.closes[opening] + 3)
        if opening < 0:
            return 0
        given = [self.code[left:right] for left, right in arguments(self.code, self.closes, opening)]
        return len({squeezed(each) for each in given if _ROW.match(each)})

    def _ginkgo(self) -> Iterator[Region]:
        for match in _GINKGO.finditer(self.code):
            opening = match.end() - 1 if self.code[match.end() - 1] == ord("(") else self.code.rfind(b"(", match.start(), match.end())
            end = self.closes[opening]
            off = match.group(1) in {b"P", b"X"}
            if match.group(4):
                yield Region(opening, end, off=off)
            else:
                given = arguments(self.code, self.closes, opening)
                span = (given[1][0], end) if len(given) > 1 else (end, end)
                acts = bool(match.group(3)) or self._acts(span)
                yield Region(opening, end, off=off or len(given) == 1, test=digest(self.code[slice(*span)]), acts=acts)

    def _checks(self, receivers: set[bytes | None]) -> Iterator[int]:
        """Positions of assertions whose outcome something can change."""
        yield from (match.start() for match in _FAILS.finditer(self.code))
        for match in _CHECK.finditer(self.code):
            given = arguments(self.code, self.closes, match.end())
            if match.group() in {b"Expect", b"Eventually", b"Consistently"}:
                link = _LINK.match(self.code, self.closes[match.end()] + 1)
                if link is None:
                    continue
                given += arguments(self.code, self.closes, link.end())
            if not self._decided(given):
                yield match.start()
        for match in _SUITE_CHECK.finditer(self.code):
            if match.group(1) in receivers and not self._decided(arguments(self.code, self.closes, match.end())):
                yield match.start()

    def _decided(self, given: list[tuple[int, int]]) -> bool:
        """Whether the first two arguments beside the test's handle alone decide an assertion: both constant, or the same."""
        texts = [squeezed(self.code[left:right]) for left, right in given[:3]]
        texts = [text for text in texts if not _HANDLE.fullmatch(text)][:2]
        return bool(texts) and (all(is_constant(text, _KNOWN) for text in texts) or (len(texts) == 2 and texts[0] == texts[1]))
