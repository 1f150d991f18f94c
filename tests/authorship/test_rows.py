from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from prgate.authorship.signature_file import changed, shipped
from prgate.authorship.signature_rows import ROW_KINDS, indexed
from prgate.authorship.signatures import (
    Mark,
    Signatures,
    agent_of_email,
    agent_of_name,
    mark_of_author,
    mark_of_branch,
    mark_of_committer,
    mark_of_footer,
    mark_of_login,
    mark_of_trailer,
)
from prgate.authorship.signs import find_signs
from prgate.model.authorship import Sign, SignKind
from prgate.model.facts import PersonType
from prgate.model.policy import SignatureChanges
from tests.authorship.material import ABSENT, commit, facts, head

LOOKALIKES: dict[str, Any] = tomllib.loads((Path(__file__).parent / "rows.toml").read_text(encoding="utf-8"))
KNOWN = shipped()
FINDERS = {"trailers": mark_of_trailer, "branches": mark_of_branch, "footers": mark_of_footer}
ADDRESSES = sorted(
    {mark.match for mark in KNOWN.marks if mark.kind in {SignKind.AUTHOR, SignKind.TRAILER} and "@" in mark.match.partition("<")[0]}
)
ACCOUNTS = [mark for mark in KNOWN.marks if mark.kind is SignKind.OPENER]


def seen(mark: Mark, known: Signatures) -> tuple[Sign, ...]:
    """The signs of the smallest pull request that bears the row's example."""
    text = mark.example
    match mark.kind:
        case SignKind.OPENER:
            return find_signs(facts=facts(text, None), commits=(), traces=(), head_ref=None, signatures=known)
        case SignKind.AUTHOR:
            name, _, rest = text.partition(" <")
            made = commit(author_name=name, author_email=rest.removesuffix(">"))
            return find_signs(facts=ABSENT, commits=(made,), traces=(), head_ref=None, signatures=known)
        case SignKind.TRAILER:
            made = commit(message=f"A subject\n\nWhat it does.\n\n{text}\n")
            return find_signs(facts=ABSENT, commits=(made,), traces=(), head_ref=None, signatures=known)
        case SignKind.BODY:
            return find_signs(facts=facts(body=f"What it does.\n\n{text}\n"), commits=(), traces=(), head_ref=None, signatures=known)
        case _:
            return find_signs(facts=facts(head=head(text)), commits=(), traces=(), head_ref=None, signatures=known)


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind in FINDERS for text in LOOKALIKES[kind]])
def test_what_only_looks_like_a_mark_is_none(kind: str, text: str) -> None:
    assert FINDERS[kind](KNOWN, text) is None


@pytest.mark.parametrize(("name", "email"), LOOKALIKES["authors"])
def test_no_first_name_domain_or_part_of_a_name_makes_an_agent(name: str, email: str) -> None:
    looked = (
        mark_of_author(KNOWN, name, email),
        mark_of_committer(KNOWN, name, email),
        agent_of_email(KNOWN, email),
        agent_of_name(KNOWN, name),
    )
    assert (None,) * 4 == looked


@pytest.mark.parametrize("mark", KNOWN.marks, ids=lambda mark: mark.id)
def test_each_row_matches_its_example_and_no_other_agent_s_row_does(mark: Mark) -> None:
    alone = indexed(KNOWN.agents.values(), (mark,), KNOWN.lists)
    others = changed(KNOWN, SignatureChanges(tuple(other.id for other in KNOWN.marks if other.agent == mark.agent)))
    assert [(mark.kind, mark.id)] == [(sign.kind, sign.row) for sign in seen(mark, alone)]
    assert ({mark.agent}, ()) == ({sign.agent for sign in seen(mark, KNOWN)}, seen(mark, others))


def test_every_agent_has_rows_and_every_kind_of_row_is_used() -> None:
    assert set(KNOWN.agents) == {mark.agent for mark in KNOWN.marks}
    assert set(ROW_KINDS) - {SignKind.COMMITTER} == {mark.kind for mark in KNOWN.marks}


def test_rows_are_named_after_their_agent() -> None:
    assert [] == [mark.id for mark in KNOWN.marks if not mark.id.startswith(f"{mark.agent}-")]


def test_examples_name_nobody_that_lives() -> None:
    people = {"Dana Doe (aider) <dana@example.org>", *(mark.example for mark in KNOWN.marks if "dana@" in mark.example)}
    named = [mark.example for mark in KNOWN.marks if mark.kind is SignKind.AUTHOR and "@" not in mark.match]
    assert set(named) == people


@pytest.mark.parametrize("mark", ACCOUNTS, ids=lambda mark: mark.id)
def test_every_account_and_the_forges_address_for_it_are_found(mark: Mark) -> None:
    login = mark.match
    by_address = mark_of_author(KNOWN, "x", f"4711+{login.upper()}@users.noreply.github.com")
    assert (mark, mark if login.endswith("[bot]") else None) == (mark_of_login(KNOWN, login.upper(), None), by_address)


@pytest.mark.parametrize("email", ADDRESSES)
def test_every_address_is_found_whole_and_in_any_case(email: str) -> None:
    assert (True, None) == (agent_of_email(KNOWN, email.upper()) is not None, agent_of_email(KNOWN, f"x{email}"))


@pytest.mark.parametrize(("kind", "agent"), [(PersonType.USER, None), (None, None), (PersonType.BOT, "claude-code")])
def test_a_login_without_its_bot_suffix_needs_the_forge_to_call_it_a_bot(kind: PersonType | None, agent: str | None) -> None:
    mark = mark_of_login(KNOWN, "claude", kind)
    assert agent == (mark and mark.agent)


@pytest.mark.parametrize("login", ["seer-by-sentry[bot]", "sentry-autofix[bot]"])
def test_an_account_is_known_by_the_name_it_had_before(login: str) -> None:
    assert "seer" == agent_of_email(KNOWN, f"157164994+{login}@users.noreply.github.com")


@pytest.mark.parametrize("name", ["GPT-5.6 Sol", "Cursor Grok 4.6", "acme/crew/sam", "Claude Dupont"])
def test_the_address_says_which_agent_it_is_whatever_model_or_name_stands_before_it(name: str) -> None:
    by_trailer = mark_of_trailer(KNOWN, f"Co-authored-by: {name} <noreply@anthropic.com>")
    by_author = mark_of_author(KNOWN, name, "noreply@anthropic.com")
    assert ("claude-code", "claude-code") == (by_trailer and by_trailer.agent, by_author and by_author.agent)


def test_a_trailer_may_leave_the_brackets_out() -> None:
    mark = mark_of_trailer(KNOWN, "Co-authored-by: OpenHands-GPT-5 openhands@all-hands.dev")
    assert "openhands-trailer" == (mark and mark.id)


def test_the_name_of_a_tool_counts_under_keys_that_disclose_and_under_no_other() -> None:
    keys = [*sorted(KNOWN.lists.disclosure_keys), "reviewed-by", "tested-by", "co-authored-by"]
    found = [mark_of_trailer(KNOWN, f"{key}: Claude Code") for key in keys]
    assert ["claude-code-named"] * len(KNOWN.lists.disclosure_keys) + [None] * 3 == [mark and mark.id for mark in found]
