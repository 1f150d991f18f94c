"""Counts tests and assertions in Python: pytest and unittest, by reading lines, never by running or compiling."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from prgate.errors import FormatError
from prgate.formats.tests.code import DEEPEST, Closes, Literals, arguments, brackets, is_constant, names, pieces, same_sides, squeezed
from prgate.model.tests import TestCount

_TOKEN = re.compile(rb"[#\"'()\[\]{}\n\\]")
_PREFIX = re.compile(rb"(?<![\w\x80-\xff])[rRbBuUfFtT]{1,2}\Z")
_WITH_FIELDS = frozenset({b"f", b"t", b"rf", b"fr", b"rt", b"tr"})
_ENDS = {
    b'"': re.compile(rb'(?:[^\\\n"]|\\.)*+"?', re.DOTALL),
    b"'": re.compile(rb"(?:[^\\\n']|\\.)*+'?", re.DOTALL),
    b'"""': re.compile(rb'(?:[^\\"]|\\.|"(?!""))*+(?:""")?', re.DOTALL),
    b"'''": re.compile(rb"(?:[^\\']|\\.|'(?!''))*+(?:''')?", re.DOTALL),
}

_KNOWN = frozenset(
    b"True False None Ellipsis and or not is in if else for lambda bool int float complex str bytes list tuple dict set frozenset len abs min max "
    b"sum range sorted round repr type object isinstance issubclass callable any all zip map ord chr hash id".split()
)
"""Names that test nothing of the repository's own: ``assert len("abc") == 3`` says nothing."""
_IDLE = _KNOWN | frozenset(
    b"print elif while with return assert yield await del raise except import from sleep pass format skip skipTest".split()
)
"""Words before a bracket that are no call of anything under test."""

_DEF = re.compile(rb"(?:async\s+)?def\s+([\w\x80-\xff]+)")
_COLON = re.compile(rb"[(\[{:]")
_CLASS = re.compile(rb"class\s+([\w\x80-\xff]+)\s*(\(\s*(?!object\b)[^)\s])?")
_DEAD = re.compile(rb"(?:if|while)(?!\w)\s*+\(?\s*+(?:__name__\s*+==|(?:False|0|None|(?:typing\.)?TYPE_CHECKING)\s*+\)?\s*+:)")
_GIVES_UP = re.compile(rb"(?:(?:pytest|unittest|self|cls)\.)?(?:skip|skipTest|xfail)\s*\(|raise\s+(?:unittest\.)?SkipTest\b")
_LEAVES = re.compile(rb"(?:return|raise|break|continue)\b")
_SKIPPED = re.compile(rb"\b(?:skip|nottest)\b")
_XFAIL = re.compile(rb"\bxfail\b")
_MAYBE = re.compile(rb"\b(?:skipif|skipIf|skipUnless|xfail)\s*\(")
_STRICT = re.compile(rb"\bstrict\s*=\s*True\b")
_ROW_MARKS = re.compile(rb"\bmarks\s*=")
_ROW_OFF = re.compile(rb"\b(?:skip|xfail)\b")
_ROWS = re.compile(rb"\b(?:parametrize|expand)\s*\(|@(?:ddt\.)?data\s*\(")
_TABLE = re.compile(rb"([A-Za-z_]\w*)\s*(?::[^=]*)?=\s*(?=[\[({])")
_LOOP = re.compile(rb"\bfor\b")
_CALL = re.compile(rb"(?<![\w\x80-\xff])([A-Za-z_\x80-\xff][\w\x80-\xff]*+)\s*+\(")
_ASSERT = re.compile(rb"(?<![\w.\x80-\xff])assert(?![\w\x80-\xff])")
_CHECK = re.compile(rb"(?<![\w\x80-\xff])(assert\w+|raises|warns|deprecated_call|fail|expect|failUnless\w*|failIf\w*)\s*+\(")
_OWNER = re.compile(rb"(?:\A|[^\w.])(?:pytest|self|cls)\.\Z")
_ALWAYS = re.compile(rb"\bor\s+(?:True|1)\s*\Z|\A\s*(?:\(\s*)?(?:True|1)\s+or\b|\A\s*lambda\b")
_HOOKS = frozenset(
    b"setUp tearDown setUpClass tearDownClass setUpModule tearDownModule asyncSetUp asyncTearDown setup_method teardown_method setup_class "
    b"teardown_class setup_module teardown_module".split()
)


@dataclass(slots=True)
class _Class:
    """An open class: whether a runner collects it, how many times over, and how deep it stands."""

    indent: int
    scope: bytes
    collected: bool
    off: bool
    rows: int


@dataclass(slots=True)
class _Function:
    """An outermost function and what its body does so far."""

    indent: int
    name: bytes
    scope: bytes
    test: bool
    off: bool
    rows: int
    head: bytes
    body: list[bytes] = field(default_factory=list)
    body_indent: int = -1
    left: bool = False
    acts: bool = False
    assertions: int = 0

    @property
    def counts(self) -> bool:
        return self.test and not self.off and (self.acts or self.assertions > 0)


@dataclass(slots=True)
class _Dead:
    """A block that never runs under a test runner."""

    indent: int


def count_python(data: bytes) -> TestCount:
    """Definitions and assertions. ``FormatError`` over a limit."""
    return _Reader(_logical_lines(data)).count()


def _logical_lines(data: bytes) -> bytes:
    """The code with each logical line on one line, without comments, with a number for each string's content.

    An f-string with a field keeps its ``f``, which then reads as a name: its value is no constant.
    """
    data = data.replace(b"\r\n", b"\n").removeprefix(b"\xef\xbb\xbf")
    stand_in = Literals()
    out: list[bytes] = []
    at = depth = 0
    while (match := _TOKEN.search(data, at)) is not None:
        here, char = match.start(), match.group()
        before = data[at:here]
        at = here + 1
        if char in b"\"'":
            prefix = _PREFIX.search(before[-3:])
            before = before[: len(before) - len(prefix.group())] if prefix else before
            quote = char * 3 if data.startswith(char * 3, here) else char
            end = _ENDS[quote].match(data, here + len(quote))
            assert end is not None, "the pattern matches the empty string"
            at = end.end()
            content = end.group().removesuffix(quote)
            kind = prefix.group().lower() if prefix else b""
            fields = b"{" in content and kind in _WITH_FIELDS
            out += (before, b"f" if fields else b"", stand_in(kind + quote[:1] + content if kind else content))
            continue
        out.append(before)
        if char == b"#":
            at = end_of_line if (end_of_line := data.find(b"\n", here)) >= 0 else len(data)
        elif char == b"\n":
            out.append(b" " if depth else b"\n")
        elif char == b"\\":
            continued = data.startswith(b"\n", at)
            at += continued
            out.append(b" " if continued else b"\\")
        else:
            depth = depth + 1 if char in b"([{" else max(depth - 1, 0)
            if depth > DEEPEST:
                raise FormatError(f"brackets nest deeper than {DEEPEST}", over_limit=True)
            out.append(char)
    out.append(data[at:])
    return b"".join(out)


class _Reader:
    """Walks the statements of one file, keeping the blocks that are open."""

    def __init__(self, code: bytes) -> None:
        self.code = code
        self.closes: Closes = brackets(code)
        self.open: list[_Class | _Function | _Dead] = []
        self.decorators: list[tuple[int, int]] = []
        self.functions: list[_Function] = []
        self.tables: dict[bytes, int] = {}
        self.loose = 0
        self.off = False

    def count(self) -> TestCount:
        """Everything added up: a test under one name, or with one body, counts once in its class."""
        for start, end in self._statements():
            self._statement(start, end)
        if self.off:
            return TestCount(0, 0)
        by_name = {(function.scope, function.name): function for function in self.functions if function.test}
        distinct = {(each.scope, each.head, b"\n".join(each.body)): each for each in by_name.values() if each.counts}
        helpers = [function for function in self.functions if not function.test and function.assertions and not function.off]
        used = names(self.code, frozenset(function.name for function in helpers))
        called = [function for function in helpers if used[function.name] > 1 or function.name in _HOOKS]
        return TestCount(
            definitions=sum(test.rows for test in distinct.values()),
            assertions=self.loose + sum(function.assertions for function in (*distinct.values(), *called)),
        )

    def _statements(self) -> Iterator[tuple[int, int]]:
        """The span of each logical line without the white space around it; its indent is found again from its start."""
        start = 0
        while start < len(self.code):
            end = self.code.find(b"\n", start)
            end = len(self.code) if end < 0 else end
            line = self.code[start:end]
            if text := line.strip():
                first = start + line.index(text[:1])
                yield first, first + len(text)
            start = end + 1

    def _indent(self, start: int) -> int:
        line = self.code.rfind(b"\n", 0, start) + 1
        return len(self.code[line:start].replace(b"\f", b"").expandtabs(8))

    def _statement(self, start: int, end: int) -> None:
        indent = self._indent(start)
        while self.open and self.open[-1].indent >= indent:
            self.open.pop()
        if self.code[start] == ord("@"):
            self.decorators.append((start, end))
            return
        decorators, self.decorators = self.decorators, []
        if self.open and isinstance(self.open[-1], _Dead):
            return
        function = next((block for block in self.open if isinstance(block, _Function)), None)
        if function is not None and function.body_indent < 0:
            function.body_indent = indent
        if _DEAD.match(self.code, start, end):
            self.open.append(_Dead(indent))
        elif (match := _DEF.match(self.code, start, end)) is not None:
            body = self._after_colon(match.end(), end)
            self._body(function or self._function(match.group(1), indent, decorators, (start, body)), body, end, indent + 1)
        elif function is not None:
            self._body(function, start, end, indent)
        elif (match := _CLASS.match(self.code, start, end)) is not None:
            self._class(match, indent, decorators)
        else:
            for left, right in self._parts(start, end):
                self._outside(left, right, indent)

    def _parts(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """The simple statements between semicolons; no string holds one any more."""
        while start < end:
            stop = self.code.find(b";", start, end)
            stop = end if stop < 0 else stop
            if stop > start:
                yield start, stop
            start = stop + 1
            while start < end and self.code[start] == ord(" "):
                start += 1

    def _function(self, name: bytes, indent: int, decorators: list[tuple[int, int]], head: tuple[int, int]) -> _Function:
        parent = self._parent
        off = (parent is not None and parent.off) or self._switched_off(decorators)
        rows = self._rows(decorators) * (1 if parent is None else parent.rows)
        test = name.startswith(b"test") and (parent is None or parent.collected)
        # The name is no part of what makes a test distinct; what it takes and how it is decorated are.
        taken = squeezed(self.code[head[0] : head[1]]).replace(name, b"", 1)
        head_text = b"".join(self.code[start:end] for start, end in decorators) + taken
        function = _Function(indent, name, b"" if parent is None else parent.scope, test, off, rows, head_text)
        self.open.append(function)
        self.functions.append(function)
        return function

    def _class(self, match: re.Match[bytes], indent: int, decorators: list[tuple[int, int]]) -> None:
        parent = self._parent
        name = match.group(1)
        named = name.startswith(b"Test") or name.endswith((b"Test", b"Tests", b"TestCase")) or match.group(2) is not None
        collected = named and (parent is None or parent.collected)
        off = (parent is not None and parent.off) or self._switched_off(decorators)
        rows = self._rows(decorators) * (1 if parent is None else parent.rows)
        scope = name if parent is None else parent.scope + b"." + name
        self.open.append(_Class(indent, scope, collected, off, rows))

    @property
    def _parent(self) -> _Class | None:
        return next((block for block in reversed(self.open) if isinstance(block, _Class)), None)

    def _outside(self, start: int, end: int, indent: int) -> None:
        """A statement of the module or of a class: it may be a table of rows, an assertion, or switch everything off."""
        text = self.code[start:end]
        if (match := _TABLE.match(self.code, start, end)) is not None:
            self.tables[match.group(1)] = self._elements(match.end())
        parent = self._parent
        marked = text.startswith(b"pytestmark") and self._is_off(start, end)
        if marked or re.match(rb"__test__\s*=\s*False\b", text):
            if parent is None:
                self.off = True
            else:
                parent.off = True
        elif parent is None:
            self.off = self.off or (indent == 0 and _GIVES_UP.match(text) is not None)
            self.loose += self._assertions(start, end)

    def _body(self, function: _Function, start: int, end: int, indent: int) -> None:
        """Take one line of a function's body into account."""
        for left, right in self._parts(start, end):
            self._act(function, left, right, indent)

    def _act(self, function: _Function, start: int, end: int, indent: int) -> None:
        text = self.code[start:end].strip()
        if not text or function.left or is_constant(text, _KNOWN | {b"pass"}):
            return
        function.body.append(squeezed(text))
        if function.body_indent < 0:
            function.body_indent = indent  # the body stands on the line of its header
        if _GIVES_UP.match(text):
            if indent == function.body_indent:
                function.off = True
            return
        found = self._assertions(start, end)
        function.assertions += found
        function.acts = function.acts or self._acts(start, end)
        function.left = indent == function.body_indent and _LEAVES.match(text) is not None

    def _acts(self, start: int, end: int) -> bool:
        """Whether a statement calls something, or imports: what an empty test does not do and a smoke test does."""
        if self.code.startswith((b"import ", b"from "), start):
            return True
        if _ASSERT.match(self.code, start, end) or _CHECK.search(self.code, start, end):
            return False
        return any(match.group(1) not in _IDLE for match in _CALL.finditer(self.code, start, end))

    def _assertions(self, start: int, end: int) -> int:
        """Assertions in one statement whose outcome something can change."""
        found = 0
        if (match := _ASSERT.search(self.code, start, end)) is not None:
            spans = pieces(self.code, self.closes, match.end(), end)
            condition = self.code[slice(*spans[0])] if spans else b""
            found += not (is_constant(condition, _KNOWN) or same_sides(condition) or _ALWAYS.search(condition))
        for match in _CHECK.finditer(self.code, start, end):
            name = match.group(1)
            before = self.code[max(match.start() - 12, start) : match.start()]
            if before.endswith(b".") and not name.startswith(b"assert") and not _OWNER.search(before):
                continue
            if before.rstrip().endswith(b"def") or (name == b"fail" and not before.endswith(b".")):
                continue
            found += not self._empty_check(match.end() - 1, method=before.endswith(b"."))
        return found

    def _empty_check(self, opening: int, *, method: bool) -> bool:
        """Whether the arguments alone decide an assertion: all constant, or the same on both sides."""
        given = [squeezed(self.code[left:right]) for left, right in arguments(self.code, self.closes, opening)[:2]]
        if not given:
            return not method
        return all(is_constant(each, _KNOWN) for each in given) or (len(given) == 2 and given[0] == given[1])

    def _after_colon(self, start: int, end: int) -> int:
        """Where the body begins that stands on the line of its header; the end if there is none."""
        at = start
        while (match := _COLON.search(self.code, at, end)) is not None:
            if match.group() == b":":
                return match.end()
            at = self.closes[match.start()] + 1
        return end

    def _switched_off(self, decorators: list[tuple[int, int]]) -> bool:
        return any(self._is_off(start, end) for start, end in decorators)

    def _is_off(self, start: int, end: int) -> bool:
        """Whether a mark skips a test whatever happens, or lets it fail: ``xfail`` without a condition and without ``strict``."""
        text = self.code[start:end]
        if _SKIPPED.search(text):
            return True
        if (match := _MAYBE.search(self.code, start, end)) is not None:
            given = [self.code[left:right] for left, right in arguments(self.code, self.closes, match.end() - 1)]
            conditions = [each for each in given if not re.match(rb"\s*(?!condition)\w+\s*=(?!=)", each)]
            return not _STRICT.search(text) and all(is_constant(each, _KNOWN) for each in conditions[:1])
        return _XFAIL.search(text) is not None

    def _rows(self, decorators: list[tuple[int, int]]) -> int:
        """How many times parametrising decorators run a test."""
        rows = 1
        for start, end in decorators:
            if (match := _ROWS.search(self.code, start, end)) is None:
                continue
            given = arguments(self.code, self.closes, match.end() - 1)
            if b"data" in match.group():
                rows *= len(given)
            elif len(given) > (first := match.group().startswith(b"parametrize")):
                rows *= self._table(given[first])
        return rows

    def _table(self, span: tuple[int, int]) -> int:
        text = self.code[slice(*span)]
        value = re.match(rb"\s*(?:argvalues\s*=\s*)?", text)
        assert value is not None, "the pattern matches the empty string"
        start = span[0] + value.end()
        if self.code[start : start + 1] in {b"[", b"(", b"{"}:
            return self._elements(start)
        return self.tables.get(self.code[start : span[1]].strip(), 1)

    def _elements(self, opening: int) -> int:
        """Distinct rows of a literal that are not marked to be skipped; 1 for a comprehension."""
        found = [self.code[left:right] for left, right in arguments(self.code, self.closes, opening)]
        if len(found) == 1 and _LOOP.search(found[0]):
            return 1
        return len({squeezed(each) for each in found if not _row_off(each)})


def _row_off(row: bytes) -> bool:
    marks = _ROW_MARKS.search(row)
    return marks is not None and _ROW_OFF.search(row, marks.end()) is not None
