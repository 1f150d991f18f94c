"""Flags changed source code for which no test was added.

## Why
An agent that changes code without a test leaves nothing that would notice when the code is wrong, now or after the next change.

## Fix
Add a test that calls the changed code and fails without this change.

## Limits
Counts test definitions and assertions in the changed test files before and after, without comments and strings: touching a test, moving
it or adding a comment is no test. Where the layout says which test file belongs to a source file, that file must gain, or a test in the
same folder, or another that names the module or what the change defines in it. Where tests may stand in what cannot be counted (test data,
test files of other languages, Rust and Zig sources), the rule ends as unknown unless a test was found.
Documentation, generated files, deletions and pure renames are left alone. A test that checks nothing useful still counts.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Annotated

from annotated_types import Ge

from prgate.model.diff import FileChange
from prgate.model.evidence import Evidence
from prgate.model.finding import Finding
from prgate.model.missing import Missing, Why, need
from prgate.model.paths import FileClass, path_text
from prgate.model.rule import Fact, Files, Findings, Needs, Read, Rule
from prgate.model.tests import Tests
from prgate.model.wording import counted, quoted
from prgate.recognise.languages import comment_beginnings, is_code, language_of

_TESTS = frozenset({FileClass.TEST, FileClass.TEST_SUPPORT})
_DATA = frozenset({FileClass.TEST_SUPPORT, FileClass.SNAPSHOT})
_DEFINES = re.compile(
    rb"^\+[ \t]*(?=[acdefips])(?:export[ \t]+)?(?:default[ \t]+)?(?:pub(?:\([^)\n]{0,40}\))?[ \t]+)?(?:async[ \t]+)?"
    rb"(?:def|class|function\*?|func|fn|struct|interface)[ \t]+(?:\([^)\n]{0,80}\)[ \t]*)?([A-Za-z_$][\w$]{0,80})",
    re.MULTILINE,
)
_WORD = re.compile(rb"[A-Za-z_$][\w$]*")


@dataclass(frozen=True, slots=True)
class Params:
    """How small a change may go without a test."""

    lines: Annotated[int, Ge(1), "Added lines of code in source files from which on a test is asked for."] = 5


@dataclass(frozen=True, slots=True)
class _Source:
    """A changed source file and how many of its added lines are code; the lines are read again where they are shown."""

    file: FileChange
    lines: int

    @property
    def defined(self) -> tuple[tuple[int, str], ...]:
        """Line and name of each definition that the change adds."""
        found = ((hunk, match) for hunk in need(self.file.hunks) for match in _DEFINES.finditer(hunk.body))
        return tuple((hunk.line_at(match.start()), match.group(1).decode()) for hunk, match in found)


def check(evidence: Evidence, params: Params) -> Findings:
    """One finding per source file that changed and gained no test, or on all of them if nothing gained any."""
    diff = need(evidence.diff)
    counts = ((file, _code_lines(file)) for file in diff.files if file.file_class is FileClass.SOURCE and file.added)
    sources = [_Source(file, lines) for file, lines in counts if lines]
    changed = sum(source.lines for source in sources)
    looked = f"{counted(changed, 'changed line')} of code in {counted(len(sources), 'source file')}"
    if changed < params.lines:
        return looked
    tests = need(evidence.tests)
    definitions = sum(file.head.definitions - file.base.definitions for file in tests.files)
    assertions = sum(file.head.assertions - file.base.assertions for file in tests.files)
    gain = "no test file changed"
    if tests.files:
        gain = f"{definitions:+d} test definitions, {assertions:+d} assertions in {counted(len(tests.files), 'changed test file')}"
    if definitions > 0 or assertions > 0:
        gained = [file for file in diff.files if file.path in {test.path for test in tests.files if test.gained}]
        words = {word for file in gained for hunk in need(file.hunks) for _, line in hunk.added() for word in _WORD.findall(line)}
        for source in sources:
            if source.lines >= params.lines and _left_out(source, tests, words):
                yield _finding(source, f"{quoted(path_text(tests.layout[source.file.path][0]))} gained none")
        return f"{looked}; {gain}"
    uncounted = {file.path for file in diff.files if file.path in tests.unread and file.file_class is not FileClass.SOURCE}
    uncounted |= {file.path for file in diff.files if file.file_class in _DATA and file.added and _is_data(file.path)}
    if uncounted:
        need(_uncounted(uncounted))
    blind = [source for source in sources if source.file.path in tests.unread and _tested_inside(source.file.path)]
    sighted = [source for source in sources if source not in blind]
    if sum(source.lines for source in sighted) >= params.lines:
        for source in sighted:
            yield _finding(source, gain)
    if sum(source.lines for source in blind) >= params.lines:
        need(_uncounted({source.file.path for source in blind}))
    return f"{looked}; {gain}"


def _code_lines(file: FileChange) -> int:
    """How many added lines are code: all but those that begin as a blank line or a comment may, looked at one by one."""
    language = language_of(file.path)
    if language is None:
        return sum(1 for _ in _code(file))
    begins = re.compile(rb"^\+[^\S\n]*(?:$|" + b"|".join(map(re.escape, comment_beginnings(language))) + rb")[^\n]*", re.MULTILINE)
    found = (line for hunk in need(file.hunks) for line in begins.findall(hunk.body))
    return file.added - sum(1 for line in found if not is_code(language, line[1:]))


def _code(file: FileChange) -> Iterator[tuple[int, bytes]]:
    language = language_of(file.path)
    for hunk in need(file.hunks):
        for number, line in hunk.added():
            if is_code(language, line) if language is not None else line.strip():
                yield number, line


def _last(file: FileChange) -> int:
    """The last added line that is code."""
    language = language_of(file.path)
    lines = (pair for hunk in reversed(need(file.hunks)) for pair in reversed(tuple(hunk.added())))
    return next(number for number, line in lines if (is_code(language, line) if language is not None else line.strip()))


def _left_out(source: _Source, tests: Tests, words: set[bytes]) -> bool:
    """Whether the layout names test files of this source file, none of them gained, and no gained test names the module or its changes."""
    mapped = tests.layout.get(source.file.path, ())
    gained = {test.path for test in tests.files if test.gained}
    folder, _, name = source.file.path.rpartition(b"/")
    if not mapped or gained & set(mapped) or folder in {path.rpartition(b"/")[0] for path in gained}:
        return False
    stem = name.split(b".", 1)[0]
    return not words & ({stem} | {name.encode() for _, name in source.defined})


def _is_data(path: bytes) -> bool:
    language = language_of(path)
    return language is None or not language.tested


def _tested_inside(path: bytes) -> bool:
    language = language_of(path)
    return language is None or language.inline_tests


def _uncounted(paths: Collection[bytes]) -> Missing:
    return Missing(
        Why.UNREADABLE,
        f"tests that may stand in these files cannot be counted ({', '.join(quoted(path_text(path)) for path in sorted(paths)[:3])})",
        "Have a human see that the change is tested, and waive the rule for these paths.",
    )


def _finding(source: _Source, why: str) -> Finding:
    defined = source.defined
    names = [name for _, name in defined]
    first = defined[0][0] if defined else next(number for number, _ in _code(source.file))
    quote = next(line for hunk in need(source.file.hunks) for number, line in hunk.added() if number == first)
    lines = counted(source.lines, "changed line")
    message = f"{lines} of code without a new test: {why}"
    if names:
        more = f" and {len(names) - 1} more have" if len(names) > 1 else " has"
        message = f"`{names[0]}`{more} no test ({lines} of code): {why}"
    return Finding(
        message=message,
        fix="Add a test that calls it and fails without this change.",
        path=source.file.path,
        line=first,
        end_line=_last(source.file),
        quote=quote.decode("utf-8", "replace"),
    )


def needs(_: Params) -> Needs:
    """Counts of tests before and after, and the added lines of source and test files."""
    return Needs(
        facts=frozenset({Fact.TESTS}),
        lines=Files(classes=_TESTS | {FileClass.SOURCE}),
        contents=Files(classes=_TESTS),
    )


RULE = Rule(
    "missing-tests",
    Params,
    check,
    needs,
    read=Read(5, "untested", "What could break here without anybody noticing?"),
)
