from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from prgate.authorship.patterns import match
from prgate.authorship.signature_file import shipped
from prgate.authorship.signatures import (
    agent_of_branch,
    agent_of_email,
    agent_of_footer,
    agent_of_login,
    agent_of_name,
    agent_of_trailer,
    part_trailer,
)
from prgate.model.facts import PersonType

ROWS: dict[str, Any] = tomllib.loads((Path(__file__).parent / "rows.toml").read_text(encoding="utf-8"))
KNOWN = shipped()
FINDERS = {"trailers": agent_of_trailer, "branches": agent_of_branch, "footers": agent_of_footer}
EXAMPLES = [(row["agent"], kind, text) for row in ROWS["example"] for kind in FINDERS for text in row.get(kind, ())]


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind in FINDERS for text in ROWS["counterexample"][kind]])
def test_what_only_looks_like_a_mark_is_none(kind: str, text: str) -> None:
    assert FINDERS[kind](KNOWN, text) is None


@pytest.mark.parametrize(("name", "email"), ROWS["counterexample"]["authors"])
def test_no_first_name_domain_or_part_of_a_name_makes_an_agent(name: str, email: str) -> None:
    assert (agent_of_email(KNOWN, email), agent_of_name(KNOWN, name)) == (None, None)


@pytest.mark.parametrize(("agent", "kind", "text"), EXAMPLES)
def test_each_example_is_found_and_named(agent: str, kind: str, text: str) -> None:
    assert FINDERS[kind](KNOWN, text) == agent


def test_every_pattern_of_the_file_has_an_example() -> None:
    trailers = [part_trailer(text) for _, kind, text in EXAMPLES if kind == "trailers"]
    lone = [
        (key, agent, pattern)
        for key, patterns in KNOWN.trailers.items()
        for pattern, agent in patterns
        if not any(parted is not None and parted[0] == key and match(pattern, parted[1]) is not None for parted in trailers)
    ]
    for kind, patterns in (("branches", KNOWN.branches), ("footers", KNOWN.footers)):
        texts = [text.strip() for _, of, text in EXAMPLES if of == kind]
        lone += [(kind, agent, pattern) for pattern, agent in patterns if not any(match(pattern, text) is not None for text in texts)]
    assert lone == []


def test_every_agent_of_the_file_has_an_example() -> None:
    assert {row["agent"] for row in ROWS["example"]} == set(KNOWN.agents)


@pytest.mark.parametrize(("login", "agent"), sorted(KNOWN.logins.items()))
def test_every_login_and_the_forges_address_for_it_are_found(login: str, agent: str) -> None:
    by_address = agent_of_email(KNOWN, f"4711+{login.upper()}@users.noreply.github.com")
    assert (agent_of_login(KNOWN, login.upper(), None), by_address) == (agent, agent if login.endswith("[bot]") else None)


@pytest.mark.parametrize(("email", "agent"), sorted(KNOWN.emails.items()))
def test_every_address_is_found_whole(email: str, agent: str) -> None:
    assert (agent_of_email(KNOWN, email.upper()), agent_of_email(KNOWN, f"x{email}")) == (agent, None)


@pytest.mark.parametrize(("kind", "agent"), [(PersonType.USER, None), (None, None), (PersonType.BOT, "claude-code")])
def test_a_login_without_its_bot_suffix_needs_the_forge_to_call_it_a_bot(kind: PersonType | None, agent: str | None) -> None:
    assert agent_of_login(KNOWN, "claude", kind) == agent
