"""A hunk's lines, one by one and in runs."""

from __future__ import annotations

import itertools

from hypothesis import given, settings
from hypothesis import strategies as st

from prgate.model.diff import FileChange, Hunk, Status
from prgate.model.paths import FileClass
from prgate.recognise.languages import LANGUAGES, Language, is_code, language_of
from prgate.rules.missing_tests import _code, _code_lines

TEXT = st.sampled_from(
    [b"", b" ", b"\t", b"x = 1", b"# a", b"// b", b"/* c */ d()", b"*/ e()", b"* f", b"\r", b"\x0c#", b"-- g", b"+x", b"\\", b"%", b"{- h"]
)
LINES = st.lists(st.tuples(st.sampled_from([b"+", b"-", b" "]), TEXT), max_size=30)


def hunk(lines: list[tuple[bytes, bytes]]) -> Hunk:
    body = b"".join(marker + text + b"\n" for marker, text in lines)
    old, new = (sum(marker != skipped for marker, _ in lines) for skipped in (b"+", b"-"))
    return Hunk(3, old, 7, new, body + b"\\ No newline at end of file\n")


@given(LINES)
@settings(deadline=None)
def test_runs_of_added_lines_are_the_added_lines(lines: list[tuple[bytes, bytes]]) -> None:
    runs = list(hunk(lines).added_runs())
    assert [number for number, _ in hunk(lines).added()] == [number for start, end in runs for number in range(start, end + 1)]
    assert all(end + 1 < start for (_, end), (start, _) in itertools.pairwise(runs))


@given(LINES, st.sampled_from(LANGUAGES))
@settings(deadline=None, max_examples=300)
def test_lines_of_code_are_counted_as_they_are_read(lines: list[tuple[bytes, bytes]], language: Language) -> None:
    path = f"src/a{language.suffixes[0]}".encode()
    one = hunk(lines)
    added = sum(marker == b"+" for marker, _ in lines)
    file = FileChange(Status.MODIFIED, path, path, (0o100644, 0o100644), ("1" * 40, "2" * 40), False, added, 0, (one,), FileClass.SOURCE)
    known = language_of(path)
    assert known is not None
    assert sum(is_code(known, line) for _, line in one.added()) == len(list(_code(file))) == _code_lines(file)
