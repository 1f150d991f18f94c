"""Credentials in lines and traces: one finding a line, nothing of them cut open, nothing told twice."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import Any

import pytest

from prgate.model.diff import FileChange, Hunk
from prgate.model.finding import Finding
from prgate.model.missing import Missing, UnknownError, Why
from prgate.model.paths import FileClass
from prgate.model.trace import Leak
from prgate.recognise.credentials import redacted
from prgate.rules import leaked_secret
from tests.recognise.credential_samples import of_pattern
from tests.rules.traced import ABSENT, evidence, file, judged, trace

RNG = Random(20)
KEY = ("glpat-" + of_pattern("[A-Za-z0-9]{20}", RNG)).encode()
OTHER = ("npm_" + of_pattern("[A-Za-z0-9]{36}", RNG)).encode()


def changed(*lines: bytes, path: bytes = b"src/pay.py", **fields: Any) -> FileChange:
    """A file with these lines, each with its marker."""
    old, new = sum(line[:1] != b"+" for line in lines), sum(line[:1] != b"-" for line in lines)
    added = sum(line[:1] == b"+" for line in lines)
    return file(path, added, hunks=(Hunk(5, old, 5, new, b"".join(line + b"\n" for line in lines)),), **fields)


def found(*files: FileChange, **fields: Any) -> list[Finding]:
    return judged(leaked_secret.RULE, replace(evidence(*files, traces=()), **fields))[0]


def test_lines_that_were_there_or_go_away_are_not_told() -> None:
    assert [] == found(changed(b" a = '" + KEY + b"'", b"-b = '" + OTHER + b"'", b"+c = 1"))


def test_a_line_is_told_once_with_all_that_it_holds() -> None:
    (finding,) = found(changed(b"+x", b" y", b"+a = '" + KEY + b"', '" + OTHER + b"', '" + KEY + b"'"))
    assert ("This line holds a credential: GitLab token and npm token", 7, 7, True) == (
        finding.message,
        finding.line,
        finding.end_line,
        finding.certain,
    )
    assert finding.fix.startswith("Revoke it where it was issued, first of all")


def test_a_key_over_many_lines_is_told_where_it_begins_and_only_within_one_run() -> None:
    body = [b"+" + of_pattern("[A-Za-z0-9]{64}", RNG).encode() for _ in range(3)]
    opening, closing = b"+-----BEGIN EC PRIVATE KEY-----", b"+-----END EC PRIVATE KEY-----"
    (finding,) = found(changed(b"+x = 1", opening, *body, closing))
    assert (6, "-----BEGIN EC PRIVATE KEY-----") == (finding.line, finding.quote)
    assert [] == found(changed(opening, b" kept", *body, closing))


@pytest.mark.parametrize("before", [10, 130, 150, 159, 160, 500])
def test_a_quote_is_short_and_cuts_no_credential_open(before: int) -> None:
    (finding,) = found(changed(b"+" + b"a " * (before // 2) + KEY + b" end" + b" z" * 500))
    assert finding.quote is not None
    assert 250 > len(finding.quote)
    assert KEY[4:].decode() not in redacted(finding.quote)
    assert "glpat" not in redacted(finding.quote)


@pytest.mark.parametrize(
    ("path", "kind", "certain"),
    [
        (b"src/pay.py", FileClass.SOURCE, True),
        (b"settings.ini", FileClass.CONFIG, True),
        (b"id.pem", FileClass.OTHER, True),
        (b"tests/test_pay.py", FileClass.TEST, False),
        (b"README.md", FileClass.DOCS, False),
        (b"vendor/a.py", FileClass.VENDORED, False),
        (b"config/.env.example", FileClass.OTHER, False),
        (b"src/examples/a.py", FileClass.SOURCE, False),
        (b"src/contest/latest.py", FileClass.SOURCE, True),
    ],
)
def test_where_keys_are_there_to_be_looked_at_it_asks(path: bytes, kind: FileClass, certain: bool) -> None:
    (finding,) = found(changed(b"+" + KEY, path=path, file_class=kind))
    assert certain == finding.certain


def test_a_line_that_was_moved_is_a_question() -> None:
    gone = changed(b"-" + KEY, path=b"old.py")
    (finding,) = found(gone, changed(b"+" + KEY))
    assert ("This line holds a credential: GitLab token, which a removed line held before", False) == (finding.message, finding.certain)
    (both,) = found(gone, changed(b"+" + KEY + b" " + OTHER))
    assert both.certain


def test_lines_that_were_not_kept_are_unknown() -> None:
    with pytest.raises(UnknownError):
        found(file(hunks=Missing(Why.OVER_LIMIT, "a line is too long", "Look.")))


def test_a_trace_is_told_by_kind_and_once_where_the_change_brings_it() -> None:
    given = replace(trace(), name=".prgate/a.jsonl", leaks=(Leak("GitHub token", 3), Leak("JSON web token", 4), Leak("GitHub token", 9)))
    brought = changed(b"+" + KEY, path=b".prgate/a.jsonl", file_class=FileClass.TRACE)
    findings = judged(leaked_secret.RULE, evidence(brought, traces=(given,)))[0]
    assert [
        ("The trace `.prgate/a.jsonl` holds a credential: GitHub token, line 3 and 1 more line", b".prgate/a.jsonl", 3, True),
        ("The trace `.prgate/a.jsonl` holds a credential: JSON web token, line 4", b".prgate/a.jsonl", 4, False),
    ] == [(finding.message, finding.path, finding.line, finding.certain) for finding in findings]
    elsewhere, _ = judged(leaked_secret.RULE, evidence(file(), traces=(given,)))
    assert [(None, None)] * 2 == [(finding.path, finding.line) for finding in elsewhere]


def test_a_trace_that_no_reader_took_is_looked_at_line_by_line() -> None:
    (finding,) = found(changed(b"+" + KEY, path=b".prgate/a.jsonl", file_class=FileClass.TRACE))
    assert finding.certain


def test_a_trace_is_told_also_where_the_diff_cannot_be_read() -> None:
    given = replace(evidence(traces=(replace(trace(), leaks=(Leak("GitHub token", 3),)),)), diff=ABSENT)
    check = leaked_secret.RULE.check(given, leaked_secret.Params())
    assert "GitHub token" in next(check).message
    with pytest.raises(UnknownError):
        next(check)


def test_what_it_looked_at_is_said() -> None:
    assert "added lines of 1 file" == judged(leaked_secret.RULE, evidence(file(), traces=()))[1]
    assert "added lines of 1 file and 1 trace" == judged(leaked_secret.RULE, evidence(file(), traces=(trace(),)))[1]


def test_a_key_in_a_line_and_in_the_trace_has_one_cure() -> None:
    line = changed(b"+a = '" + KEY + b"'")
    (alone,) = found(line)
    leaked = {
        kind: found(line, traces=replace(evidence(traces=(trace(),)).traces, items=(replace(trace(), leaks=(Leak(kind, 3),)),)))
        for kind in ("GitLab token", "npm token")
    }
    assert 1 == len({finding.fix for finding in leaked["GitLab token"]})
    assert alone.fix == leaked["npm token"][1].fix
    assert 2 == len({finding.fix for finding in leaked["npm token"]})
