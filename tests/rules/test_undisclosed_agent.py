"""What counts as a disclosure, in which place, and what is said where none is found."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from prgate.model.authorship import Agent, Authorship, Sign, SignKind
from prgate.model.commit import Commit
from prgate.model.facts import Account, Facts
from prgate.model.finding import Finding
from prgate.model.grade import Grade
from prgate.rules.undisclosed_agent import RULE, Trailer
from tests.rules.traced import ABSENT, evidence, judged, until_unknown

BLOCKS = {"<!-- begin review -->": "<!-- end review -->"}


def facts(body: str) -> Facts:
    return Facts("t", body, Account("dana"), 1, False, None, None, ABSENT, ABSENT, ABSENT, ABSENT, ABSENT, ABSENT, ABSENT)


def commit(message: str, number: int = 1) -> Commit:
    return Commit(str(number) * 40, ("0" * 40,), "Dana", "dana@example.com", "Dana", "dana@example.com", "2026-01-01T00:00:00Z", message)


def sign(kind: SignKind, quote: str, sha: str | None = None) -> Sign:
    return Sign("codex", kind, Grade.CLAIMED, "facts", quote, sha)


def found(body: str, *signs: Sign, commits: tuple[Commit, ...] = (), **params: Any) -> list[Finding]:
    """What the rule finds beside these marks of Codex, or without any agent."""
    agents = (Agent("codex", "Codex", Grade.CLAIMED, exports_trace=True, signs=signs),) if signs else ()
    given = evidence(traces=(), authorship=Authorship(agents, None, None, {}, {}), facts=facts(body), commits=commits, review_blocks=BLOCKS)
    return judged(RULE, given, **params)[0]


BRANCH = sign(SignKind.BRANCH, "codex/cap")
ASKED: dict[str, Any] = {"where": ("description",)}


@pytest.mark.parametrize(
    "body",
    [
        "",
        "Raises the cap.",
        "> Written with Codex",
        "```\nWritten with Codex\n```",
        "<!-- Written with Codex -->",
        "<!-- begin review -->\nWritten with Codex\n<!-- end review -->",
        "- [ ] Written with Codex",
        "## Written with Codex",
        "No AI was used to write this description.",
    ],
)
def test_what_is_not_said_by_the_author_to_the_reader_discloses_nothing(body: str) -> None:
    assert ["Evidence of Codex (`codex/cap`), and the description does not say so"] == [
        each.message for each in found(body, BRANCH, **ASKED)
    ]


@pytest.mark.parametrize("body", ["Written with Codex.", "- [x] Written with Codex", "Raises the cap. I used Codex."])
def test_a_usual_wording_discloses(body: str) -> None:
    assert [] == found(body, BRANCH, **ASKED)


@pytest.mark.parametrize(("footer", "told"), [("https://chatgpt.com/codex/tasks/task_e_1", True), ("<!-- CODEX_END -->", False)])
def test_an_agent_s_own_footer_discloses_where_a_reader_sees_it(footer: str, told: bool) -> None:
    assert told is (found("", sign(SignKind.BODY, footer), **ASKED) == [])


@pytest.mark.parametrize("params", [{"sentences": ("^Disclosure:",)}, {"headings": ("AI",)}, {"boxes": ("^AI was used",)}])
def test_a_policy_s_own_form_stands_instead_of_the_usual_wordings(params: dict[str, Any]) -> None:
    assert len(found("Written with Codex.", sign(SignKind.BODY, "Codex"), **ASKED, **params)) == 1
    assert [] == found("Disclosure: Codex\n- [x] AI was used\n## AI\nCodex, for the tests", BRANCH, **ASKED, **params)


def test_the_cure_names_the_form_that_the_policy_asks_for() -> None:
    (one,) = found("", BRANCH, **ASKED, headings=("AI disclosure", "AI"), boxes=("^AI was used",))
    assert (
        one.fix
        == "Say in the description which agent helped and with what, under the heading `AI disclosure` or under the heading `AI` or in a box of the form."
    )
    assert found("", BRANCH, **ASKED)[0].fix == "Say in the description which agent helped and with what."


@pytest.mark.parametrize("answer", ["", "TBD", "- [ ] Codex", "<!-- say it here -->"])
def test_a_section_without_an_answer_discloses_nothing_and_denies_nothing(answer: str) -> None:
    (one,) = found(f"## AI\n{answer}\n", BRANCH, **ASKED, headings=("AI",))
    assert one.quote is None


@pytest.mark.parametrize(
    ("body", "params", "quote"),
    [
        ("- [x] No AI tools were used <me@example.com>", {}, "No AI tools were used"),
        ("- [x] Kein KI-Werkzeug, fragt me@example.com", {"denials": ("(?i)^kein ki",)}, "Kein KI-Werkzeug, fragt"),
        ("## AI\nn/a", {"headings": ("AI",)}, "AI: n/a"),
        ("## AI usage: none", {}, "AI usage: none"),
        ("No AI was used in " + "a" * 200, {}, "No AI was used in " + "a" * 101 + "…"),
    ],
)
def test_a_denial_beside_evidence_is_quoted_without_addresses(body: str, params: dict[str, Any], quote: str) -> None:
    (one,) = found(body, BRANCH, **params)
    assert (quote, True) == (one.quote, one.certain)
    assert one.message == "The description says that no agent helped, and there is evidence of Codex (`codex/cap`)"


def test_a_box_that_is_not_ticked_denies_nothing() -> None:
    assert [] == found("- [ ] No AI tools were used", BRANCH)


def test_a_denial_that_is_contradicted_is_not_also_asked_for_a_disclosure_or_another_box() -> None:
    assert len(found("- [x] No AI tools were used\n- [x] AI was used", BRANCH, **ASKED, boxes=("^AI was",), one_box=True)) == 1


def test_a_form_without_a_tick_is_one_finding_also_where_a_disclosure_is_asked_for() -> None:
    assert ["No box about agents is ticked"] == [each.message for each in found("", BRANCH, **ASKED, boxes=("^AI was",), one_box=True)]


def test_exactly_one_box_is_content_whichever_it_is() -> None:
    for body in ("- [x] No AI was used\n- [ ] AI was used", "- [ ] No AI was used\n- [x] AI was used"):
        assert [] == found(body, boxes=("^AI was",), one_box=True)


def test_each_commit_with_a_mark_must_bear_the_trailer() -> None:
    marked = sign(SignKind.AUTHOR, "Author: Codex", "1" * 40)
    commits = (commit("One\n\nAssisted-by: Codex:gpt-5 sparse\n"), commit("Two\n\nAssisted-by: Codex:gpt-5\n", 2))
    wanted = {"where": ("trailer",), "trailers": (Trailer("assisted-by", r"\w+:\S+"),)}
    (one,) = found("", marked, commits=commits, **wanted)
    assert "a trailer in another form than the policy asks for: `1111111`" in one.message
    assert one.quote == "Assisted-by: Codex:gpt-5 sparse"
    assert [] == found(
        "", marked, commits=(commits[0], *commits[1:]), where=("trailer",), trailers=(Trailer("Assisted-by", r"\w+:\S+(?: \S+)*"),)
    )


def test_any_commit_may_bear_it_where_none_has_a_mark() -> None:
    wanted = {"where": ("trailer",), "trailers": (Trailer("Assisted-by", "Codex", "Codex"),)}
    assert [] == found("", BRANCH, commits=(commit("One"), commit("Two\n\nAssisted-by : Codex\n", 2)), **wanted)
    (one,) = found("", BRANCH, commits=(commit("Assisted-by: Codex"), commit("Two\n\n> Assisted-by: Codex", 2)), **wanted)
    assert one.fix == "Add a trailer to the message of each: `Assisted-by: Codex`."


@pytest.mark.parametrize(
    ("message", "told"),
    [
        ("Two\n\n* Raise the cap\n\n  Assisted-by: Codex\n\n* Test it", True),
        ("Two\n\ncommit 1a2b3c4d\n\n    Raise the cap\n\n    Assisted-by: Codex\n", True),
        ("Two\n\nAssisted-by: Codex:\n  gpt-5", True),
        ("Two\n\nThe form is\n\n    Assisted-by: Codex\n\nand nothing else.", False),
        ("Two\n\n- Assisted-by: Codex", False),
    ],
)
def test_a_trailer_counts_where_squashing_put_it_and_not_where_it_is_spoken_of(message: str, told: bool) -> None:
    wanted: dict[str, Any] = {"where": ("trailer",), "trailers": (Trailer("Assisted-by", "Codex(?:: gpt-5)?"),)}
    assert told is (found("", BRANCH, commits=(commit(message),), **wanted) == [])


def test_a_trailer_without_a_form_must_name_an_agent_that_is_known() -> None:
    trailer = sign(SignKind.TRAILER, "Assisted-by: Codex", "1" * 40)
    for message, signs, told in (
        ("One\n\nAssisted-by: Codex", (trailer,), True),
        ("One\n\nAssisted-by: Bo <bo@example.com>", (BRANCH,), False),
        ("One\n\nGenerated-by: Bo", (trailer,), False),
    ):
        assert told is (found("", *signs, commits=(commit(message),), where=("trailer",)) == [])


def test_a_policy_that_asks_for_a_trailer_and_names_none_is_told_so() -> None:
    (one,) = found("", BRANCH, commits=(commit("One"),), where=("trailer",), trailers=())
    assert one.fix == "Say in `trailers` of the policy which ones disclose."


def test_everywhere_asks_in_both_places_and_otherwise_one_is_enough() -> None:
    commits = (commit("One\n\nAssisted-by: Codex:1\n"),)
    wanted: dict[str, Any] = {"where": ("description", "trailer"), "trailers": (Trailer("Assisted-by", ".+"),)}
    assert [] == found("", BRANCH, commits=commits, **wanted)
    assert [] == found("Written with Codex.", BRANCH, commits=(commit("One"),), **wanted)
    assert len(found("", BRANCH, commits=commits, **wanted, everywhere=True)) == 1
    assert len(found("", BRANCH, commits=(commit("One"),), **wanted)) == 1
    assert len(found("", BRANCH, commits=(commit("One"),), **wanted, everywhere=True)) == 2


def test_the_commits_are_looked_at_before_a_description_that_is_absent() -> None:
    given = evidence(
        traces=(),
        authorship=Authorship((Agent("codex", "Codex", Grade.CLAIMED, exports_trace=True, signs=(BRANCH,)),), None, None, {}, {}),
        commits=(commit("One"),),
    )
    asking = replace(RULE, params=lambda: RULE.params(where=("trailer",)))  # type: ignore[arg-type]
    assert len(until_unknown(asking, given)) == 1
    assert until_unknown(RULE, given) == []


def test_commits_are_needed_where_a_trailer_counts() -> None:
    assert RULE.needs(RULE.params(where=("trailer",))).facts > RULE.needs(RULE.params()).facts
