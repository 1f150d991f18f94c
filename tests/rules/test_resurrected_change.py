"""Lines that come back: how many are enough, who says so, and which do not count."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from prgate.model.commit import Commit
from prgate.model.diff import FileChange, Hunk
from prgate.model.evidence import Evidence
from prgate.model.facts import Account, Facts
from prgate.model.finding import Finding
from prgate.model.history import Undone
from prgate.model.lines import line_digest, packed
from prgate.model.missing import Missing, Why
from prgate.model.paths import FileClass
from prgate.rules.resurrected_change import RULE
from tests.rules.traced import ABSENT, evidence, file, judged, until_unknown

PATH = b"src/pay.py"
REVERT = "1234567890" + "a" * 30
LINES = (b"charge(order.total)", b"order.paid = True", b"return attempt_of(order)")


def adding(*lines: bytes, path: bytes = PATH, removed: tuple[bytes, ...] = (), **fields: Any) -> FileChange:
    body = b"".join([*(b"-%s\n" % line for line in removed), *(b"+%s\n" % line for line in lines)])
    hunks = (Hunk(1, len(removed), 1, len(lines), body),)
    return replace(file(path, added=len(lines)), hunks=hunks, removed=len(removed), **fields)


def undone(
    *lines: bytes, commit: str = REVERT, at: str = "2026-01-05T08:00:00Z", revert: bool = True, subject: str = 'Revert "Pay"'
) -> Undone:
    return Undone(commit, at, subject, packed(digest for line in lines if (digest := line_digest(line)) is not None), revert=revert)


def found(*files: FileChange, before: tuple[Undone, ...], **fields: Any) -> list[Finding]:
    return judged(RULE, given(*files, before=before, **fields))[0]


def given(*files: FileChange, before: tuple[Undone, ...], **fields: Any) -> Evidence:
    return evidence(*files, traces=(), **({"undone": {PATH: before}} | fields))


def test_lines_that_a_revert_took_out_are_told_with_its_date_and_title() -> None:
    (finding,) = found(adding(b"one = 1", *LINES), before=(undone(*LINES),))
    assert '3 lines are back that `1234567890` took out (2026-01-05, `Revert "Pay"`)' == finding.message
    assert (PATH, 2, 4, "charge(order.total)", True) == (finding.path, finding.line, finding.end_line, finding.quote, finding.certain)


def test_lines_that_are_back_in_several_places_are_told_where_most_of_them_are() -> None:
    far = tuple(b"x%d = 1" % number for number in range(20))
    (finding,) = found(adding(LINES[0], *far, LINES[1], LINES[2]), before=(undone(*LINES),))
    assert "took out, 2 of them here" in finding.message
    assert (22, 23) == (finding.line, finding.end_line)


def test_few_lines_come_back_by_chance() -> None:
    assert [] == found(adding(*LINES[:2]), before=(undone(*LINES),))
    assert [] == found(adding(b"a = 1", b"b = 1", b"c = 1"), before=(undone(b"a = 1", b"b = 1", b"c = 1", b"d = 1"),))
    assert [] == found(adding(LINES[0], LINES[0], LINES[0]), before=(undone(*LINES),))
    assert [] == found(adding(LINES[0]), before=(undone(LINES[0]),))


def test_few_lines_are_enough_where_they_are_long_and_all_that_was_taken_out() -> None:
    long = (b"gateway.charge(order.total, retries=3)", b"raise NotPaidInTime(order, attempt)")
    assert ["2 lines"] == [finding.message[:7] for finding in found(adding(*long), before=(undone(*long),))]
    assert [] == found(adding(*long), before=(undone(*long, LINES[0]),))


def test_the_policy_says_how_many_are_enough() -> None:
    findings, looked = judged(RULE, given(adding(LINES[0]), before=(undone(*LINES),)), least=1)
    assert ['1 line is back that `1234567890` took out (2026-01-05, `Revert "Pay"`)'] == [finding.message for finding in findings]
    assert "1 added line in 1 file held against what reverts and fixes took out" == looked


def test_lines_that_the_change_only_moves_are_not_told() -> None:
    elsewhere = adding(b"one = 1", path=b"src/other.py", removed=LINES)
    assert [] == found(adding(*LINES), elsewhere, before=(undone(*LINES),))
    unread = replace(elsewhere, hunks=Missing(Why.OVER_LIMIT, "a line is too long", "Split it."))
    assert 1 == len(found(adding(*LINES), unread, before=(undone(*LINES),)))


def test_a_line_that_two_commits_took_out_is_told_of_the_last() -> None:
    older = undone(*LINES, commit="f" * 40, at="2026-01-01T08:00:00Z")
    assert ["`1234567890`"] == [finding.message.split()[5] for finding in found(adding(*LINES), before=(older, undone(*LINES)))]


def test_what_a_fix_took_out_is_a_question() -> None:
    assert [False] == [finding.certain for finding in found(adding(*LINES), before=(undone(*LINES, revert=False),))]


def message(words: str) -> Commit:
    return Commit("2" * 40, (), "Dana", "dana@example.com", "Dana", "dana@example.com", "2026-02-01T08:00:00Z", words)


def title(words: str, body: str = "") -> Facts:
    return Facts(words, body, Account("dana", None), 1, False, None, None, (), (), (), (), {}, (), ())


@pytest.mark.parametrize(
    "fields",
    [
        {"commits": (message("Pay\n\nThis brings back what 1234567 took out."),)},
        {"commits": (message("Undo 'Revert \"Pay\"', it was the network"),)},
        {"commits": (message("Reland payments"),)},
        {"facts": title('Reapply "Pay"')},
        {"facts": title("Pay", "See 1234567890 for why it was out.")},
    ],
)
def test_a_change_that_says_what_it_brings_back_is_shown_and_asks(fields: dict[str, Any]) -> None:
    (finding,) = found(adding(*LINES), before=(undone(*LINES),), **fields)
    assert (True, False) == ("; the change says so (" in finding.message, finding.certain)


def test_a_short_title_is_no_name() -> None:
    (finding,) = found(adding(*LINES), before=(undone(*LINES, subject="Revert it"),), commits=(message("Revert it no more"),))
    assert finding.certain


def test_words_that_are_missing_declare_nothing() -> None:
    lost = Missing(Why.UNREADABLE, "damaged", "Look.")
    assert [True] == [finding.certain for finding in found(adding(*LINES), before=(undone(*LINES),), commits=lost, facts=ABSENT)]


@pytest.mark.parametrize("kind", [FileClass.DOCS, FileClass.LOCK, FileClass.GENERATED, FileClass.OTHER])
def test_only_programs_their_tests_and_settings_are_held_against_history(kind: FileClass) -> None:
    lost = Missing(Why.FAILED, "no history", "Fetch.")
    findings, looked = judged(RULE, given(adding(*LINES, file_class=kind), before=(), undone=lost))
    assert ([], "no added line of a program, its tests or its settings") == (findings, looked)


def test_a_history_or_lines_that_cannot_be_read_leave_it_unknown() -> None:
    lost = Missing(Why.FAILED, "no history", "Fetch.")
    assert [] == until_unknown(RULE, given(adding(*LINES), before=(), undone=lost))
    unread = replace(adding(*LINES), hunks=lost)
    assert [] == until_unknown(RULE, given(unread, before=(undone(*LINES),)))
    assert [] == found(unread, before=())
