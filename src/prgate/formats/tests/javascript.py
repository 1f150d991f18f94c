"""Counts tests and assertions in JavaScript and TypeScript: Jest, Vitest, Mocha, Jasmine, node:test, Deno, Playwright, Cypress, AVA, tap."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from prgate.formats.tests.code import Closes, arguments, brackets, digest, is_constant, names, squeezed, without_dead
from prgate.formats.tests.javascript_code import javascript_code
from prgate.formats.tests.regions import Region, count_in_regions
from prgate.model.tests import TestCount

_KNOWN = frozenset(
    b"true false null undefined NaN Infinity void typeof new in instanceof this Boolean Number String Array Object Math JSON Symbol BigInt Date Set "
    b"Map length includes max min abs floor ceil round parse stringify keys values toString as const".split()
)
_IDLE = frozenset(
    b"if for while switch catch function async await return typeof done log warn info debug setTimeout super expect assert it test describe".split()
)
"""Words before a bracket that are no call of anything under test."""

_IDLE_NAME = re.compile(rb"(?:assert|expect)[\w$]*|to[A-Z][\w$]*|equals?|strictEqual|deepEqual|eql|ok|is|should")
"""Assertions and matchers call nothing themselves."""

_SUITES = frozenset(b"describe context suite xdescribe xcontext fdescribe".split())
_MODIFIERS = frozenset(
    b"only skip todo fixme fail fails failing each for concurrent sequential serial parallel skipIf runIf shuffle it test describe suite".split()
)
_OFF = frozenset(b"skip todo fixme xit xtest xspecify xdescribe xcontext".split())
_CALLEE = re.compile(
    rb"(?<![\w$.\x80-\xff])((?:(?:Deno|QUnit|t|tap)\.)?"
    rb"(?:it|test|specify|xit|xtest|xspecify|fit|describe|context|suite|xdescribe|xcontext|fdescribe)(?![\w$\x80-\xff])(?:\.[\w$]++)*+)\s*+(?=[(<$])"
)
_HOOK = re.compile(rb"(?<![\w$.\x80-\xff])(?:test\.)?(?:before|after)(?:Each|All)?\s*+(?=\()")
_GENERIC = re.compile(rb"<[^;(){}]{0,200}?>(?=[($])")
_TEMPLATE_TABLE = re.compile(rb'\$t(\d+)"\d+"\s*+')
_SPACE = re.compile(rb"\s*+")
_FUNCTION = re.compile(rb"=>|(?<![\w$])function(?![\w$])|(?<![\w$])fn\s*\(")
_OPTION_OFF = re.compile(rb"(?<![\w$])(?:skip|todo|ignore)\s*:\s*(?:true|\"\d+\")")
_BODY = re.compile(rb"\s*+\{")
_GIVES_UP = re.compile(
    rb"\s*+(?:await\s+)?(?:(?:test|t|ctx|context|this)\.(?:skip|fixme|todo)\s*+\(|(?:pending|skip)\s*+\(\s*+\)|return\s*+[;}])",
)
_REFERENCE = re.compile(rb"\s*+[A-Za-z_$][\w$.]*+\s*+(?:\(|\Z)")
_CALL = re.compile(rb"(?<![\w$\x80-\xff])([A-Za-z_$\x80-\xff][\w$\x80-\xff]*+)\s*+\(")
_DEAD = re.compile(rb"(?<![\w$.])if\s*+\(\s*+(?:false|0)\s*+\)\s*+(?=\{)")
_NAMED = re.compile(
    rb"(?<![\w$.])(?:function\s*+\*?\s*+([A-Za-z_$][\w$]*+)\s*+(?=[(<])|(?:const|let|var)\s++([A-Za-z_$][\w$]*+)\s*+=\s*+(?:async\s++)?(?:function\s*+)?(?=\())"
)
_OPENS_BODY = re.compile(rb"[^;{}()]{0,200}?\{")
_TABLE = re.compile(rb"(?<![\w$.])(?:const|let|var)\s++([A-Za-z_$][\w$]*+)\s*+(?::[^=;]{0,200})?=\s*+(?=\[)")
_CHECK = re.compile(
    rb"(?<![\w$\x80-\xff])(?:(expect)(?:\.(soft|poll))?|((?:assert|expect[A-Z])[\w$]*+(?:\.[\w$]++){0,4}+)|(should))\s*+(?=[(.])"
)
_TAP = re.compile(
    rb"(?<![\w$.\x80-\xff])t\.(?:is|not|deepEqual|notDeepEqual|like|true|false|truthy|falsy|throws|throwsAsync|notThrows|notThrowsAsync|regex|"
    rb"notRegex|snapshot|equal|notEqual|equals|same|notSame|strictSame|ok|notOk|match|has|rejects|resolves|type|error|fail|strictEqual)\s*+(?=\()"
)
_NEAR = 200
"""How far, in bytes, the bracket of a function's parameters stands from its name."""
_LINK = re.compile(rb"\s*+[?!]?\.\s*+[\w$]++\s*+")


@dataclass(frozen=True, slots=True)
class _Call:
    """A call of a test function: its modifiers, the bracket with title and callback, and how many rows it runs over."""

    words: frozenset[bytes]
    start: int
    opening: int
    rows: int
    off: bool


def count_javascript(data: bytes) -> TestCount:
    """Definitions and assertions. ``FormatError`` over a limit."""
    code = javascript_code(data)
    closes = brackets(code)
    return _Reader(without_dead(code, closes, _DEAD), closes).count()


@dataclass(frozen=True, slots=True)
class _Reader:
    code: bytes
    closes: Closes

    def count(self) -> TestCount:
        """Regions that run and checks inside them, added up."""
        tables = {match.group(1): self._rows(match.end()) for match in _TABLE.finditer(self.code)}
        regions = [region for match in _CALLEE.finditer(self.code) if (call := self._call(match, tables)) for region in self._region(call)]
        regions += [Region(match.end(), self.closes[match.end()], runs=True) for match in _HOOK.finditer(self.code)]
        helpers = list(self._helpers())
        used = names(self.code, frozenset(helper.name for helper in helpers))
        regions += [helper for helper in helpers if used[helper.name] > 1]
        return count_in_regions(regions, sorted(self._checks()))

    def _call(self, match: re.Match[bytes], tables: dict[bytes, int]) -> _Call | None:
        """The call that a test function's name begins; ``None`` for what only looks like one."""
        first, *rest = match.group(1).split(b".")
        if first in {b"Deno", b"QUnit", b"t", b"tap"}:
            first, *rest = rest
        if not _MODIFIERS.issuperset(rest) or self._is_defined(match.start()):
            return None
        words = frozenset((first, *rest))
        at, rows, off = match.end(), 1, bool(words & _OFF)
        if generic := _GENERIC.match(self.code, at):
            at = generic.end()
        if table := _TEMPLATE_TABLE.match(self.code, at):
            rows, at = int(table.group(1)) - 1, table.end()
        elif words & {b"each", b"for", b"skipIf", b"runIf"} and self.code.startswith(b"(", at):
            given = arguments(self.code, self.closes, at)
            if words & {b"each", b"for"}:
                rows = self._table(given[0], tables) if given else 0
            else:
                off = off or (bool(given) and is_constant(self.code[slice(*given[0])], _KNOWN))
            at = self._past_space(self.closes[at] + 1)
        return _Call(words, match.start(), at, rows, off) if self.code.startswith(b"(", at) else None

    def _is_defined(self, start: int) -> bool:
        return self.code[max(start - 10, 0) : start].endswith((b"function ", b"function* "))

    def _past_space(self, at: int) -> int:
        match = _SPACE.match(self.code, at)
        return at if match is None else match.end()

    def _table(self, span: tuple[int, int], tables: dict[bytes, int]) -> int:
        start = self._past_space(span[0])
        if self.code.startswith(b"[", start):
            return self._rows(start)
        return tables.get(self.code[start : span[1]].strip(), 1)

    def _rows(self, opening: int) -> int:
        """Distinct elements of an array; one that spreads another counts once."""
        return len({squeezed(self.code[left:right]) for left, right in arguments(self.code, self.closes, opening)})

    def _region(self, call: _Call) -> Iterator[Region]:
        end = self.closes[call.opening]
        if call.words & _SUITES:
            yield Region(call.opening, end, times=call.rows, off=call.off)
            return
        given = arguments(self.code, self.closes, call.opening)
        callback = next((span for span in given if _FUNCTION.search(self.code, *span)), None)
        if callback is None:
            # `it("adds", checkSum)` or `it("adds", sameAs(3))`: a test written elsewhere; `it("adds")` alone is one that is still to be written.
            if len(given) > 1 and _REFERENCE.match(self.code[slice(*given[1])]):
                yield Region(call.opening, end, times=call.rows, off=call.off, test=digest(self.code[call.start : end]), acts=True)
            return
        options = self.code[call.opening : callback[0]] if len(given) > 1 else self.code[slice(*callback)]
        off = call.off or _OPTION_OFF.search(options) is not None or self._gives_up(callback)
        title = (
            given[0]
            if len(given) > 1 and self.code[given[0][0] : given[0][1]].lstrip()[:1] in {b'"', b"$"}
            else (call.opening, call.opening)
        )
        key = digest(self.code[call.start : title[0]], self.code[title[1] : end])
        yield Region(call.opening, end, times=call.rows, off=off, test=key, acts=self._acts(callback))

    def _gives_up(self, callback: tuple[int, int]) -> bool:
        """Whether the first thing that a callback does is to skip itself or to return."""
        match = _FUNCTION.search(self.code, *callback)
        assert match is not None, "a callback was found by this pattern"
        at = match.end()
        if match.group() != b"=>":
            opening = self.code.find(b"(", match.start(), match.start() + _NEAR)
            at = self.closes[opening] + 1 if opening >= 0 else at
        body = _BODY.match(self.code, at, callback[1])
        return body is not None and _GIVES_UP.match(self.code, body.end(), callback[1]) is not None

    def _acts(self, callback: tuple[int, int]) -> bool:
        called = (match.group(1) for match in _CALL.finditer(self.code, *callback))
        return any(name not in _IDLE and not _IDLE_NAME.fullmatch(name) for name in called)

    def _helpers(self) -> Iterator[Region]:
        """Named functions of the file, to be counted if something else in it names them."""
        for match in _NAMED.finditer(self.code):
            opening = self.code.find(b"(", match.end(), match.end() + _NEAR)
            if opening < 0:
                continue
            after = self.closes[opening] + 1
            if body := _OPENS_BODY.match(self.code, after):
                start = body.end() - 1
                yield Region(start, self.closes[start], runs=True, name=match.group(1) or match.group(2))

    def _checks(self) -> Iterator[int]:
        """Positions of assertions whose outcome something can change."""
        for match in _CHECK.finditer(self.code):
            if self._is_check(match):
                yield match.start()
        for match in _TAP.finditer(self.code):
            if not self._decided(arguments(self.code, self.closes, match.end())):
                yield match.start()

    def _is_check(self, match: re.Match[bytes]) -> bool:
        at = match.end()
        method = self.code[match.start() - 1 : match.start()] == b"."
        if match.group(4):
            return method
        if not self.code.startswith(b"(", at):
            return False
        given = arguments(self.code, self.closes, at)
        if match.group(3):
            defines = self._is_defined(match.start()) or _BODY.match(self.code, self.closes[at] + 1)
            return not defines and not self._decided(given)
        if method:
            return True
        after = self.closes[at] + 1
        link = None
        while (found := _LINK.match(self.code, after)) is not None:
            link, after = found, found.end()
            if self.code.startswith(b"(", after):
                given += arguments(self.code, self.closes, after)
                break
        return link is not None and not self._decided(given)

    def _decided(self, given: list[tuple[int, int]]) -> bool:
        """Whether the first two arguments alone decide an assertion: both constant, or the same."""
        texts = [squeezed(self.code[left:right]) for left, right in given[:2]]
        return all(is_constant(text, _KNOWN) for text in texts) or (len(texts) == 2 and texts[0] == texts[1])
