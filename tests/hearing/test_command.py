from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prgate.hearing.command import LONGEST, MOST_COMMANDS, Command, is_command, one_line, read_commands
from prgate.model.heard import FORMS, Verb

HEAD = "3f9c2ab" + "0" * 33

NONE = {
    "nothing": "",
    "a quotation": "> /prgate attest 1: read it",
    "a fence": "```\n/prgate attest 1: read it\n```",
    "an indented line": " /prgate attest 1: read it",
    "a mention in a sentence": "Would `/prgate attest 1: read it` do?",
    "a later line": "Thanks!\n/prgate attest 1: read it",
    "a later paragraph": "\n/prgate attest 1: read it",
    "a byte order mark": "\ufeff/prgate attest 1: read it",
    "a zero-width space in front": "\u200b/prgate attest 1: read it",
    "a zero-width space inside": "/pr\u200bgate attest 1: read it",
    "a zero-width space behind": "/prgate\u200b attest 1: read it",
    "another slash": "\u2044prgate attest 1: read it",
    "a full-width slash": "\uff0fprgate attest 1: read it",
    "a Cyrillic letter": "/prg\u0430te attest 1: read it",
    "capitals": "/PRGATE attest 1: read it",
    "a longer word": "/prgates attest 1: read it",
    "a path": "/prgate/attest 1: read it",
    "a blank that is none of ours": "/prgate\u00a0attest 1: read it",
    "a form feed": "/prgate\x0cattest 1: read it",
    "another line end": "/prgate\u2028attest 1: read it",
    "a null": "/prgate\x00attest 1: read it",
}


@pytest.mark.parametrize("body", NONE.values(), ids=NONE)
def test_what_does_not_start_with_the_word_is_no_command(body: str) -> None:
    assert (False, ()) == (is_command(body), read_commands(body))


def test_the_bare_word_speaks_to_the_gate_and_commands_nothing() -> None:
    for body in ("/prgate", "/prgate\n", "/prgate \t\r\n", "/prgate\nplease"):
        assert (True, ()) == (is_command(body), read_commands(body))


GOOD = {
    "attest 1: read both": Command(Verb.ATTEST, "1", said="read both"),
    "attest 1 at 3F9C2AB: read both": Command(Verb.ATTEST, "1", head="3f9c2ab", said="read both"),
    f"attest 99999 at {HEAD}: x": Command(Verb.ATTEST, "99999", head=HEAD, said="x"),
    "attest agent-authored-risk: read: all of it": Command(Verb.ATTEST, "agent-authored-risk", said="read: all of it"),
    "attest 0123456789abcdef:checked": Command(Verb.ATTEST, "0123456789abcdef", said="checked"),
    "attest 1 : read both": Command(Verb.ATTEST, "1", said="read both"),
    "wrote 3F9C2AB": Command(Verb.WROTE, "3f9c2ab", commit=True),
    f"wrote {HEAD}: on the train": Command(Verb.WROTE, HEAD, said="on the train", commit=True),
    "wrote deadbeef: 12 lines of it": Command(Verb.WROTE, "deadbeef", said="12 lines of it", commit=True),
    "wrote deadbeef:12": Command(Verb.WROTE, "deadbeef:12"),
    "wrote src/pay.py:3-9": Command(Verb.WROTE, "src/pay.py:3-9"),
    "wrote src/pay.py:3-3 at 3f9c2ab: by hand": Command(Verb.WROTE, "src/pay.py:3-3", head="3f9c2ab", said="by hand"),
    "wrote a b/c: d.py:7": Command(Verb.WROTE, "a b/c: d.py:7"),
    "wrote caf\\xe9.py:7: mine": Command(Verb.WROTE, "caf\\xe9.py:7", said="mine"),
    "waive missing-tests until 2026-12-31: moves in March": Command(Verb.WAIVE, "missing-tests", until="2026-12-31", said="moves in March"),
    "waive x-own until 2026-12-31 at 3f9c2ab: moves": Command(Verb.WAIVE, "x-own", head="3f9c2ab", until="2026-12-31", said="moves"),
    "wrong hidden-text: it is a name": Command(Verb.WRONG, "hidden-text", said="it is a name"),
    "wrong hidden-text at 3f9c2ab: it is a name": Command(Verb.WRONG, "hidden-text", head="3f9c2ab", said="it is a name"),
    "break-glass: the shop is down": Command(Verb.BREAK_GLASS, said="the shop is down"),
    "break-glass at 3f9c2ab: the shop is down": Command(Verb.BREAK_GLASS, head="3f9c2ab", said="the shop is down"),
}


@pytest.mark.parametrize(("words", "expected"), GOOD.items(), ids=GOOD)
def test_a_command_says_what_it_is_about(words: str, expected: Command) -> None:
    assert (expected,) == read_commands(f"/prgate {words}")
    assert (expected,) == read_commands(f"/prgate \t {words.replace(' ', '  ', 1)}\t\r\n\r\nAnd thanks.")


WROTE = "`/prgate wrote COMMIT` or `/prgate wrote PATH:LINES at HEAD`"
BAD = {
    "atest 1: x": (None, "`atest` is no command; there are `attest`, `wrote`, `waive`, `wrong`, `break-glass`"),
    "Attest 1: x": (None, "`Attest` is no command; there are `attest`, `wrote`, `waive`, `wrong`, `break-glass`"),
    "`@all`\u202e: x": (None, "`\\u{60}@all\\u{60}` is no command; there are `attest`, `wrote`, `waive`, `wrong`, `break-glass`"),
    "attest 1 I read it": (Verb.ATTEST, f"it has no colon in front of the reason; write `{FORMS[Verb.ATTEST]}`"),
    "attest: read it": (Verb.ATTEST, f"it is not of the form `{FORMS[Verb.ATTEST]}`"),
    "attest #1: read it": (Verb.ATTEST, f"write the number alone, `1`, as in `{FORMS[Verb.ATTEST]}`"),
    "attest 1.: read it": (Verb.ATTEST, f"write the number alone, `1`, as in `{FORMS[Verb.ATTEST]}`"),
    "attest \u201c1\u201d: read it": (Verb.ATTEST, f"write the number alone, `1`, as in `{FORMS[Verb.ATTEST]}`"),
    "attest `1`: read it": (Verb.ATTEST, f"write the number alone, `1`, as in `{FORMS[Verb.ATTEST]}`"),
    "attest item 1: read it": (Verb.ATTEST, f"write the number alone, `1`, as in `{FORMS[Verb.ATTEST]}`"),
    "attest 1\u200b: read it": (Verb.ATTEST, f"write the number alone, `1`, as in `{FORMS[Verb.ATTEST]}`"),
    "attest 1, 2: read it": (Verb.ATTEST, f"it names several items; write a line for each, `{FORMS[Verb.ATTEST]}`"),
    "attest 1 and 2: read it": (Verb.ATTEST, f"it names several items; write a line for each, `{FORMS[Verb.ATTEST]}`"),
    "attest items 1 2: read it": (Verb.ATTEST, f"it names several items; write a line for each, `{FORMS[Verb.ATTEST]}`"),
    "attest 1 at HEAD: read it": (
        Verb.ATTEST,
        f"`HEAD` stands for the commit's id; leave ` at HEAD` out, or write the id into `{FORMS[Verb.ATTEST]}`",
    ),
    "attest 0: read it": (Verb.ATTEST, f"it is not of the form `{FORMS[Verb.ATTEST]}`"),
    "attest 100000: read it": (Verb.ATTEST, f"it is not of the form `{FORMS[Verb.ATTEST]}`"),
    "attest \u0661: read it": (Verb.ATTEST, f"it is not of the form `{FORMS[Verb.ATTEST]}`"),
    "attest 1 at 3f9c2a: read it": (Verb.ATTEST, f"it is not of the form `{FORMS[Verb.ATTEST]}`"),
    "attest 1 at main: read it": (Verb.ATTEST, f"it is not of the form `{FORMS[Verb.ATTEST]}`"),
    "attest 1 at 3f9c2ab": (Verb.ATTEST, f"it has no colon in front of the reason; write `{FORMS[Verb.ATTEST]}`"),
    "attest 1:": (Verb.ATTEST, f"it gives no reason; write `{FORMS[Verb.ATTEST]}`"),
    "attest 1: …": (Verb.ATTEST, f"it gives no reason; write `{FORMS[Verb.ATTEST]}`"),
    "attest 1: \u200b\u2060": (Verb.ATTEST, f"it gives no reason; write `{FORMS[Verb.ATTEST]}`"),
    "attest 1: what you checked": (Verb.ATTEST, f"it gives no reason; write `{FORMS[Verb.ATTEST]}`"),
    "wrote 3f9c2a": (Verb.WROTE, f"it is not of the form {WROTE}"),
    "wrote src/pay.py": (Verb.WROTE, f"it is not of the form {WROTE}"),
    "wrote src/pay.py:0": (Verb.WROTE, f"it is not of the form {WROTE}"),
    "wrote src/pay.py:9-3": (Verb.WROTE, f"`src/pay.py:9-3` names no lines; write {WROTE}"),
    "wrote src/\u202epay.py:9": (Verb.WROTE, f"`src/ pay.py:9` names no lines; write {WROTE}"),
    "waive missing-tests: later": (Verb.WAIVE, f"it is not of the form `{FORMS[Verb.WAIVE]}`"),
    "waive missing-tests until 2026-02-30: later": (Verb.WAIVE, f"`2026-02-30` is no date; write `{FORMS[Verb.WAIVE]}`"),
    "waive missing-tests until tomorrow: later": (Verb.WAIVE, f"it is not of the form `{FORMS[Verb.WAIVE]}`"),
    "waive missing-tests until 2026-12-31:": (Verb.WAIVE, f"it gives no reason; write `{FORMS[Verb.WAIVE]}`"),
    "wrong 1: no": (Verb.WRONG, f"it is not of the form `{FORMS[Verb.WRONG]}`"),
    "break-glass": (Verb.BREAK_GLASS, f"it has no colon in front of the reason; write `{FORMS[Verb.BREAK_GLASS]}`"),
    "break-glass:": (Verb.BREAK_GLASS, f"it gives no reason; write `{FORMS[Verb.BREAK_GLASS]}`"),
    "break-glass at3f9c2ab: now": (Verb.BREAK_GLASS, f"it is not of the form `{FORMS[Verb.BREAK_GLASS]}`"),
}


@pytest.mark.parametrize(("words", "expected"), BAD.items(), ids=map(repr, BAD))
def test_a_malformed_command_says_its_right_form(words: str, expected: tuple[Verb | None, str]) -> None:
    (command,) = read_commands(f"/prgate {words}")
    assert expected == (command.verb, command.malformed)


def test_every_verb_has_a_form_that_it_takes() -> None:
    for verb, form in FORMS.items():
        spelled = form.partition(", or")[0]
        for word, value in (
            ("ITEM", "1"),
            ("HEAD", HEAD),
            ("COMMIT", HEAD),
            ("RULE", "hidden-text"),
            ("YYYY-MM-DD", "2026-12-31"),
            (": what you checked", ": it"),
            (": reason", ": it"),
            (": why", ": it"),
        ):
            spelled = spelled.replace(word, value)
        assert [(verb, None)] == [(command.verb, command.malformed) for command in read_commands(spelled)]


def test_lines_directly_behind_a_command_are_commands_too() -> None:
    body = "/prgate attest 1: a\r\n/prgate\tattest 2: b\n/prgate wrong hidden-text: c\n"
    assert ["1", "2", "hidden-text"] == [command.of for command in read_commands(body)]


@pytest.mark.parametrize("between", ["\n", "\r\n", "And so:\n", "> quoted\n", "```\n", " \n"])
def test_what_stands_behind_anything_else_is_part_of_nothing(between: str) -> None:
    assert ["1"] == [command.of for command in read_commands(f"/prgate attest 1: a\n{between}/prgate attest 2: b\n")]


def test_a_text_with_too_many_commands_says_so_and_keeps_the_first() -> None:
    found = read_commands("/prgate attest 1: a\n" * (MOST_COMMANDS + 5))
    assert [None] * MOST_COMMANDS == [command.malformed for command in found[:-1]]
    assert "there are more than 20 commands in one text; this one is too many" == found[-1].malformed
    assert MOST_COMMANDS == len(read_commands("/prgate attest 1: a\n" * MOST_COMMANDS))


def test_a_reason_is_one_printable_line() -> None:
    (command,) = read_commands("/prgate attest 1:\tread \u202eit\u2028 all\x00,\u3000twice\x1b[31m\n")
    assert "read it all , twice [31m" == command.said == one_line(command.said)


def test_of_an_endless_line_the_beginning_is_read() -> None:
    (command,) = read_commands(f"/prgate attest 1: {'a' * 1_000_000}")
    assert LONGEST > len(command.said) > 8_000


HOSTILE = {
    "blanks": "/prgate attest 1" + " " * 1_000_000,
    "places": "/prgate wrote " + ":1 at" * 200_000,
    "lines of places": "/prgate wrote " + ":1-1  " * 160_000,
    "dashes": "/prgate waive " + "a-" * 500_000,
    "digits": "/prgate attest " + "1" * 1_000_000,
    "commands": "/prgate x\n" * 100_000,
    "line ends": "/prgate" + "\r" * 1_000_000,
    "colons": "/prgate wrote a" + ":" * 1_000_000,
    "surrogates": "/prgate " + "\ud800" * 1_000_000,
}


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE)
def test_a_megabyte_of_anything_is_read_at_once(body: str) -> None:
    started = time.process_time()
    read_commands(body)
    assert time.process_time() - started < 0.5


WORDS = st.sampled_from(
    [*(verb.value for verb in Verb), "/prgate", "1", ":", "at", HEAD, "until", "2026-12-31", "a.py:3-9", "x", " ", "\n", "\t", "\r\n"]
)


@given(st.one_of(st.text(max_size=200), st.lists(WORDS, max_size=30).map("".join), st.lists(WORDS, max_size=30).map(" ".join)))
@settings(deadline=None, max_examples=300)
def test_any_text_is_read_and_no_more_is_taken_from_it_than_can_be_shown(text: str) -> None:
    for body in (text, f"/prgate {text}"):
        found = read_commands(body)
        assert is_command(body) or not found
        assert len(found) <= MOST_COMMANDS + 1
        for command in found:
            assert (command.said + command.of + (command.malformed or "")).isprintable()
            assert command.malformed or command.verb is Verb.WROTE or command.said
