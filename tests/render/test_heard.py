"""What people said: seen at a glance where it changed something, in a fold with its reason where it did not, loud where glass broke."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import cmarkgfm
import pytest

from prgate.model.heard import Heard, Verb
from prgate.model.verdict import Attestation, AuthorshipSeen, Conclusion, Fault, Outcome, Reading, Verdict, WaiverUsed
from prgate.render.check import annotations_of, check_output
from prgate.render.commands import commands
from prgate.render.comment import comment
from prgate.render.level import Level
from prgate.render.sarif import sarif
from prgate.render.text import text
from tests.hang import no_hang
from tests.render.answered import all_attested, attested, glass, say
from tests.render.hostile import EXTENSIONS, OPTIONS, render
from tests.render.verdicts import AGENT, HEAD, fails, found, judged, passes, ran, warns

GLASS = "Let through by `maint-one` (break-glass): the payment outage"


def above(verdict: Verdict) -> str:
    return comment(verdict).split("<details", 1)[0]


def fold(verdict: Verdict) -> str:
    """The fold of what people said, with its title."""
    return comment(verdict).split("<summary>What people said", 1)[1].split("\n</details>", 1)[0]


def test_broken_glass_stands_first_in_everything_that_is_published() -> None:
    verdict = glass()
    assert "### prgate: warn. 5 findings let through by break-glass, 1 to explain, 1 to confirm\n" in comment(verdict)
    assert comment(verdict).split("\n")[2].startswith(f"**{GLASS}")
    assert "prgate: warn. 5 findings let through by break-glass, 1 to explain, 1 to confirm" == check_output(verdict).title
    assert f"**{GLASS}" in check_output(verdict).summary.split("\n")[1]
    assert text(verdict).split("\n")[1].startswith(GLASS)
    assert "\x1b[1;33mLet through by" in text(verdict, colour=True)
    told = json.loads(sarif(verdict))["runs"][0]["invocations"][0]["toolExecutionNotifications"][0]
    assert ("warning", True) == (told["level"], told["message"]["text"].startswith(GLASS))


def test_what_broken_glass_let_through_is_still_shown_where_it_stands() -> None:
    told = [(each.level, each.message.split("\n")[-1]) for each in annotations_of(glass())]
    assert 5 == told.count((Level.WARNING, "agent-authored-risk, let through by break-glass")) + sum(
        (Level.WARNING, f"{rule}, let through by break-glass") == each for each in told for rule in ("lost-coverage", "missing-tests")
    )
    assert "::warning file=src/crypto/token.py," in commands(annotations_of(glass()))
    results = json.loads(sarif(glass()))["runs"][0]["results"]
    let = [each for each in results if "suppressions" in each]
    why = "Let through by maint-one on 2027-05-20 (break-glass): the payment outage INC-7 is mended by this; sec-team reads it tomorrow"
    assert {("warning", why)} == {(each["level"], each["suppressions"][0]["justification"]) for each in let}
    assert 5 == len(let)
    assert "<summary>Let through by break-glass: 3 to mend</summary>\n\n**Mend before merge**\n\n1. **Agent-written crypto" in comment(
        glass()
    )


def test_a_terminal_has_no_folds_and_lists_what_was_let_through() -> None:
    assert "\nLet through by break-glass\n  1  Agent-written crypto, and nobody independent vouches for it\n" in text(glass())
    assert "/prgate attest" not in text(glass())


def test_broken_glass_that_cannot_lift_a_fault_does_not_say_that_it_did() -> None:
    verdict = replace(glass(), verdict=Conclusion.INCOMPLETE, faults=(Fault("no merge base", "Fetch more."),))
    assert "**`maint-one` broke the glass, but a fault still blocks (break-glass): the payment outage" in above(verdict)
    assert "Let through by `" not in above(verdict)


def test_glass_broken_over_nothing_is_seen_too() -> None:
    verdict = replace(passes(), verdict=Conclusion.WARN, commands=glass().commands)
    assert "### prgate: warn. nothing let through by break-glass\n" in comment(verdict)


def test_a_rule_that_could_not_look_is_counted_among_what_was_let_through() -> None:
    blind = ran("lost-coverage", Outcome.WAIVED, "no report; let through by `maint-one`")
    used = WaiverUsed("lost-coverage", "maint-one", "2027-05-20", "outage", "break-glass")
    verdict = replace(judged(Conclusion.WARN, blind), waivers=(used,), commands=glass().commands)
    assert "prgate: warn. 1 rule let through by break-glass" in comment(verdict)
    assert "waived" not in above(verdict)


def test_a_refused_break_glass_breaks_nothing() -> None:
    verdict = replace(fails(), commands=(say(Verb.BREAK_GLASS, "dana", "", "please", refused="the policy lets nobody `break-glass`"),))
    assert above(fails()) == above(verdict)
    assert "- `dana` on `2027-05-20`: `/prgate break-glass` · the policy lets nobody `break-glass`" in fold(verdict)


def test_broken_glass_is_said_even_where_next_to_nothing_fits() -> None:
    verdict = replace(glass(), faults=tuple(Fault(f"{n} {'x' * 90}", "y " * 90) for n in range(99)))
    assert "Let through by" in comment(glass(), limit=900)
    assert 900 >= len(comment(verdict, limit=900).encode())


def test_who_attested_how_much_stands_in_the_lead() -> None:
    assert " 2 of 6 findings attested by `riley-k`.\n" in above(attested())
    assert "2 of 6 findings attested by `riley-k`." in re.sub(r"\s+", " ", text(attested()))
    assert "attested" not in above(fails())


def test_a_pass_that_rests_on_attestations_is_one_line_that_says_so() -> None:
    page = render(comment(all_attested()))
    assert (
        "prgate: pass. Nothing left to read of 240 added lines. Evidence of Claude Code on 226. 2 of 2 findings attested by riley-k."
        == page.above.strip()
    )


def test_the_word_of_the_change_s_own_people_is_called_that() -> None:
    own = replace(attested(), attestations=tuple(replace(one, own=True, by="dana") for one in attested().attestations))
    assert "2 of 6 findings attested by `dana` (own change)." in above(own)
    assert "- Item 1 attested by `dana` at `3f9c2ab`, own change, as the policy allows: read both functions" in fold(own)


def test_many_names_are_counted() -> None:
    many = tuple(Attestation(f"{n:016}", "read", name, HEAD, "2027-05-20T09:00:00Z") for n, name in enumerate(("a", "b", "c", "d")))
    assert "2 of 6 findings attested by a, b and 2 more." in render(above(replace(attested(), attestations=many))).above


def test_an_attestation_that_no_finding_has_any_more_is_told_without_a_number() -> None:
    verdict = replace(attested(), attestations=(Attestation("f" * 16, "read it", "riley-k", HEAD, "2027-05-20T09:00:00Z"),))
    assert "- Attested by `riley-k` at `3f9c2ab`: read it\n" in fold(verdict)
    results = json.loads(sarif(verdict))["runs"][0]["results"]
    assert {"Set aside."} == {each["suppressions"][0]["justification"] for each in results if "suppressions" in each}
    nameless = replace(attested(), attestations=())
    assert " 2 of 6 findings attested.\n" in above(nameless)


def test_an_attested_finding_is_suppressed_with_whose_word_it_is() -> None:
    results = json.loads(sarif(attested()))["runs"][0]["results"]
    why = "Attested by riley-k at 3f9c2ab: read both functions against the key schedule; an expired key is refused"
    assert [("note", why)] * 2 == [(each["level"], each["suppressions"][0]["justification"]) for each in results if "suppressions" in each]
    assert "token.py:41" not in "".join(f"{each.path}:{each.start_line}" for each in annotations_of(attested()))


def test_the_fold_says_who_said_what_of_which_item_and_why_a_command_does_not_count() -> None:
    assert fold(attested()) == (
        """: 2 findings attested, 1 rule called wrong, 3 commands without effect</summary>

- Item 1 attested by `riley-k` at `3f9c2ab`: read both functions against the key schedule; an expired key is refused
- `src/net/retry.py:100-112` declared as their own work by `dana`: typed by hand
- `uncovered-change` called wrong by `sam`: generated code

**Does not count**

- `bo` on `2027-05-20`: `/prgate attest 3` · it does not say which head it is about; write `/prgate attest 3 at 3f9c2ab: …`
- `dana` on `2027-05-20`: `/prgate waive missing-tests` · the policy lets nobody `waive`
- `kim` on `2027-05-20`: `/prgate atest 1` · `atest` is no command; write `/prgate attest ITEM at HEAD: what you checked`
"""
    )


def test_an_attestation_of_several_items_is_one_line() -> None:
    results = [
        ran(f"x-{name}", Outcome.PASS, "", found(f"Fault {name}", fix=name, answered=Verb.ATTEST, fingerprint=name * 16)) for name in "abc"
    ]
    said = tuple(Attestation(name * 16, "read all", "riley-k", HEAD, "2027-05-20T09:00:00Z") for name in "abc")
    verdict = replace(judged(Conclusion.PASS, *results), attestations=said)
    assert "\n- Items 1, 2, 3 attested by `riley-k` at `3f9c2ab`: read all\n" in fold(verdict)
    assert "\n  Items 1, 2, 3 attested by `riley-k` at `3f9c2ab`: read all\n" in text(verdict)


def test_a_declaration_without_a_reason_is_told_without_one() -> None:
    verdict = replace(fails(), commands=(say(Verb.WROTE, "dana", "9e1f02a"),))
    assert "- `9e1f02a` declared as their own work by `dana`\n" in fold(verdict)


def test_where_nobody_said_anything_there_is_no_fold() -> None:
    assert "What people said" not in comment(fails())
    assert "What people said" not in text(fails())


def test_a_comment_s_waiver_names_its_source_and_last_day() -> None:
    used = WaiverUsed("missing-tests", "maint-one", "2027-06-30", "covered by PAY-7", "comment")
    verdict = replace(warns(), waivers=(used,))
    assert "- `missing-tests` waived by `maint-one` until `2027-06-30` (comment): covered by `PAY-7`\n" in fold(verdict)


def test_words_without_effect_are_listed_up_to_a_bound_and_counted() -> None:
    many = tuple(say(None, f"u{n}", "x", refused="no command") for n in range(150))
    verdict = replace(fails(), commands=many)
    assert 20 == fold(verdict).count("· no command")
    assert "150 commands without effect</summary>" in fold(verdict)
    assert fold(verdict).endswith("\n\nand 130 more lines.\n")
    assert "  and 140 more lines\n" in text(verdict)


def test_floods_of_words_are_rendered_without_a_hang() -> None:
    nasty = "`@x `" * 800
    findings = tuple(found(f"{n}", f"{n}.py", n + 1, answered=Verb.ATTEST, fingerprint=f"{n:016}") for n in range(4_000))
    verdict = replace(
        judged(Conclusion.FAIL, ran("x-a", Outcome.PASS, "", *findings)),
        commands=tuple(Heard(None, nasty, nasty, nasty, nasty, "comment:1", refused=nasty) for _ in range(4_000)),
        attestations=tuple(Attestation(f"{n:016}", f"{n} {nasty}", nasty, HEAD, nasty) for n in range(4_000)),
        waivers=tuple(WaiverUsed("x-a", nasty, nasty, nasty, "comment") for _ in range(4_000)),
    )
    with no_hang():
        assert 65_536 >= len(comment(verdict).encode())
        assert 90 > text(verdict).count("\n")
        sarif(verdict)


@pytest.mark.parametrize(
    ("owner", "by", "operator", "ran_by", "said"),
    [
        ("dana", "opened it", "dana", "trailer", "Accountable: `dana` (opened it)."),
        ("dana", None, None, None, "Accountable: `dana`."),
        (
            "dana",
            "assigned it",
            "bo",
            "footer of the description",
            "Accountable: `dana` (assigned it). Run by `bo` (footer of the description).",
        ),
        (None, None, "bo", None, "Nobody is known to answer for it. Run by `bo`."),
        (None, None, None, None, "Nobody is known to answer for it."),
    ],
)
def test_who_answers_for_the_change_is_said_with_where_that_comes_from(
    owner: str | None, by: str | None, operator: str | None, ran_by: str | None, said: str
) -> None:
    seen = replace(fails().authorship, owner=owner, owner_by=by, operator=operator, operator_by=ran_by)
    assert above(replace(fails(), authorship=seen)).split("\n")[2].endswith(f" {said}")


def test_that_nobody_answers_is_said_of_pull_requests_with_agents_only() -> None:
    nobody = AuthorshipSeen((), None, None, {}, 1)
    assert "Nobody" not in above(replace(fails(), authorship=nobody))
    local = replace(fails(), subject=replace(fails().subject, pr=None), authorship=replace(nobody, agents=(AGENT,)))
    assert "Nobody" not in above(local)


def test_what_is_answered_is_behind_what_is_left_to_read_and_not_unfolded() -> None:
    listed = comment(attested()).split("<summary>Read these 14 lines, in this order (2 places answered)</summary>")[1]
    first, second = listed.split("**Answered**")
    assert (
        f"\n3. **Nobody's, not in the trace**: Who wrote these lines, and why are they here?\n\nhttps://github.com/acme/pay/blob/{HEAD}"
        in first
    )
    assert "\n1. **Agent, crypto, untested**: Which primitive, whose key, what fails open? · answered by `riley-k`\n   [`src" in second
    assert "\nhttps://" not in second.split("</details>")[0]


def test_where_everything_is_answered_the_title_says_so() -> None:
    assert "<summary>Nothing left to read: 2 places answered</summary>" in comment(all_attested())
    places = tuple(replace(item, line=None, end_line=None) for item in all_attested().reading.items)
    assert "Nothing left to read of 240 added lines." in comment(replace(all_attested(), reading=Reading(0, 240, places)))


@pytest.mark.parametrize("answered", [(1,), (2,), (1, 2), (2, 3), (1, 3, 5, 8), ()])
def test_the_numbers_that_a_reader_sees_are_those_that_commands_take(answered: tuple[int, ...]) -> None:
    results = [
        ran(
            f"x-{name}",
            Outcome.FAIL,
            "",
            found(f"Fault {n}", fix=f"Cure {n}.", answered=Verb.ATTEST if n in answered else None),
            mode="block" if n < 7 else "warn",
        )
        for n, name in enumerate("abcdefghij", start=1)
    ]
    seen = _seen(comment(judged(Conclusion.FAIL, *results)))
    assert [(n, f"Fault {n}") for n in range(1, 11) if n not in answered] == seen


def _seen(markdown: str) -> list[tuple[int, str]]:
    """Each item with the number that a browser counts for it."""
    numbers, at = [], 0
    for start, item in re.findall(r'<ol(?: start="(\d+)")?>|<li>\s*(?:<p>)?<strong>(.*?)</strong>', _html(markdown)):
        if item:
            numbers.append((at, item))
        at = at + 1 if item else int(start or 1)
    return numbers


def _html(markdown: str) -> str:
    html: str = cmarkgfm.markdown_to_html_with_extensions(markdown, options=OPTIONS, extensions=EXTENSIONS)
    return html
