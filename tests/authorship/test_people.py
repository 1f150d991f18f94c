from __future__ import annotations

from typing import Any

import pytest

from prgate.authorship.people import machines_told, operator, owner
from prgate.authorship.signature_file import shipped
from prgate.model.authorship import Sign
from prgate.model.commit import Commit
from prgate.model.facts import Facts, Permission, Person, PersonType
from prgate.model.missing import Missing
from tests.authorship.material import ABSENT, commit, facts, signs

KNOWN = shipped()
DEVIN: dict[str, Any] = {"author_name": "Devin AI", "author_email": "158243242+devin-ai-integration[bot]@users.noreply.github.com"}
JULES = "PR created automatically by Jules for task [41](https://jules.google.com/task/41) started by @dana"


def asked(body: str = "", *messages: str, opener: str = "devin-ai-integration[bot]") -> str | None:
    told = facts(opener, PersonType.BOT, body=body)
    commits = tuple(commit(f"c{number}", message, **DEVIN) for number, message in enumerate(messages))
    return operator(KNOWN, facts=told, commits=commits, signs=signs(*commits, facts=told))


@pytest.mark.parametrize(
    ("login", "kind"),
    [
        ("devin-ai-integration[bot]", PersonType.BOT),
        ("Copilot", None),
        ("renovate[bot]", None),
        ("dependabot", None),
        ("acme-sync", PersonType.BOT),
    ],
)
def test_no_bot_answers_for_a_change(login: str, kind: PersonType | None) -> None:
    assert owner(KNOWN, facts(login, kind)) is None


def test_an_opener_whom_the_people_of_the_facts_type_a_bot_does_not_answer_for_it() -> None:
    assert owner(KNOWN, facts("acme-sync", None, people={"acme-sync": Person(Permission.WRITE, PersonType.BOT)})) is None


@pytest.mark.parametrize("told", [ABSENT, facts(people=ABSENT)])
def test_the_person_who_opened_it_answers_for_it(told: Facts | Missing) -> None:
    assert owner(KNOWN, told) == (None if isinstance(told, Missing) else "dana")


@pytest.mark.parametrize(
    ("body", "messages"),
    [
        ("", ()),
        ("Requested by: Dana Doe (dana@example.org)", ()),
        ("> Requested by: @dana", ()),
        ("", ("A subject\n\nCo-authored-by: Dana <dana@example.org>",)),
        ("", ("A subject\n\nCo-authored-by: Copilot <175728472+Copilot@users.noreply.github.com>",)),
        ("", ("A subject\n\nCo-authored-by: Claude <noreply@anthropic.com>",)),
        ("", ("A subject\n\nCo-authored-by: x[bot] <1+x[bot]@users.noreply.github.com>",)),
        ("", ("A subject\n\nCo-authored-by: D <1+@everyone @users.noreply.github.com>",)),
        ("", ("A subject\n\nCo-authored-by: D <1+d\u00e5na@users.noreply.github.com>",)),
        ("", ("A subject\n\nCo-authored-by: D <@users.noreply.github.com>",)),
        ("", ("A subject\n\nReviewed-by: Dana <1+dana@users.noreply.github.com>",)),
        ("", ("A subject\n\nA line without a key",)),
    ],
)
def test_no_login_means_no_operator(body: str, messages: tuple[str, ...]) -> None:
    assert asked(body, *messages) is None


@pytest.mark.parametrize(
    ("body", "messages"),
    [
        ("Requested by: @dana", ("A subject\n\nCo-authored-by: Sam <1+sam@users.noreply.github.com>",)),
        ("", ("A subject", "A subject\n\nCo-Authored-By: Dana <4711+dana@users.noreply.github.com>")),
        ("", ("A subject\n\nCo-Authored-By: Dana <dana@users.noreply.github.com>",)),
    ],
)
def test_the_requester_comes_before_the_co_author(body: str, messages: tuple[str, ...]) -> None:
    assert asked(body, *messages) == "dana"


def test_each_agent_names_its_requester_in_its_own_way() -> None:
    assert asked(JULES, opener="google-labs-jules[bot]") == "dana"


@pytest.mark.parametrize("told", [ABSENT, facts(body="Requested by: @sam")])
def test_a_change_that_no_agent_opened_has_no_operator(told: Facts | Missing) -> None:
    commits: tuple[Commit, ...] = (commit(**DEVIN),)
    found: tuple[Sign, ...] = signs(*commits, facts=told)
    assert operator(KNOWN, facts=told, commits=commits, signs=found) is None


def test_commits_of_persons_name_no_operator() -> None:
    told = facts("devin-ai-integration[bot]", PersonType.BOT)
    commits = (commit(message="A subject\n\nCo-authored-by: Sam <1+sam@users.noreply.github.com>"),)
    assert operator(KNOWN, facts=told, commits=commits, signs=signs(*commits, facts=told)) is None
    assert operator(KNOWN, facts=told, commits=ABSENT, signs=signs(facts=told)) is None


def test_an_account_that_agents_or_automation_are_known_to_use_is_a_bot_whatever_the_forge_calls_it() -> None:
    logins = ("dev-one", "cursoragent", "CursorAgent", "dotnet-bot", "some-app[bot]")
    told = machines_told({login: Person(Permission.WRITE, PersonType.USER) for login in logins})
    assert ["dev-one"] == [login for login, person in told.items() if person.type is PersonType.USER]
    assert {Permission.WRITE} == {person.permission for person in told.values()}
    assert {"dev-one": Person(Permission.READ, None)} == machines_told({"dev-one": Person(Permission.READ, None)})
