from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from prgate.authorship.people import Named, machines_told, operator, owner, unsigned
from prgate.authorship.signature_file import shipped
from prgate.model.authorship import Sign
from prgate.model.commit import Commit
from prgate.model.facts import Account, Facts, LinkedCommit, Permission, Person, PersonType, Review, ReviewState
from prgate.model.missing import Missing
from tests.authorship.material import ABSENT, commit, facts, signs

KNOWN = shipped()
DEVIN: dict[str, Any] = {"author_name": "Devin AI", "author_email": "158243242+devin-ai-integration[bot]@users.noreply.github.com"}
HEAD = "a" * 40
BOTS = facts("devin-ai-integration[bot]", PersonType.BOT)
SIGNED = "A subject\n\nSigned-off-by: Sam <1+sam@users.noreply.github.com>"
JULES = "PR created automatically by Jules for task [41](https://jules.google.com/task/41) started by @dana"


def asked(body: str = "", *messages: str, opener: str = "devin-ai-integration[bot]", **fields: Any) -> str | None:
    told = facts(opener, PersonType.BOT, body=body, **fields)
    commits = tuple(commit(f"c{number}", message, **DEVIN) for number, message in enumerate(messages))
    named = operator(KNOWN, facts=told, commits=commits, signs=signs(*commits, facts=told))
    return None if named is None else named.login


def answering(
    told: Facts | Missing = BOTS, *commits: Commit, ran: Named | None = None, range_: Missing | None = None, at: str | None = HEAD
) -> Named | None:
    return owner(KNOWN, facts=told, commits=range_ or commits, ran=ran, head=at)


@pytest.mark.parametrize(
    ("login", "kind"),
    [
        ("devin-ai-integration[bot]", PersonType.BOT),
        ("Copilot", None),
        ("renovate[bot]", None),
        ("dependabot", None),
        ("acme-sync", PersonType.BOT),
        ("web-flow", PersonType.USER),
    ],
)
def test_no_bot_answers_for_a_change(login: str, kind: PersonType | None) -> None:
    assert answering(facts(login, kind)) is None


def test_an_opener_whom_the_people_of_the_facts_type_a_bot_does_not_answer_for_it() -> None:
    assert answering(facts("acme-sync", None, people={"Acme-Sync": Person(Permission.WRITE, PersonType.BOT)})) is None


@pytest.mark.parametrize("told", [ABSENT, facts(people=ABSENT)])
def test_the_person_who_opened_it_answers_for_it(told: Facts | Missing) -> None:
    assert answering(told, ran=Named("kim", "named")) == (None if isinstance(told, Missing) else Named("dana", "opened it"))


def test_who_ran_the_agent_answers_for_what_it_opened() -> None:
    ran = Named("kim", "the forge knows")
    assert ran == answering(BOTS, commit(message=SIGNED), ran=ran)


@pytest.mark.parametrize(
    "trailer",
    [
        "Signed-off-by: Sam <sam@example.org>",
        "Signed-off-by: Sam",
        "Signed-off-by: renovate[bot] <29139614+renovate[bot]@users.noreply.github.com>",
        "Signed-off-by: helper <1+helper-bot@users.noreply.github.com>",
        "Signed-off-by: Claude <noreply@anthropic.com>",
        "Signed-off-by: Dana (aider) <1+dana@users.noreply.github.com>",
        "Signed-off-by: GitHub <noreply@github.com>",
        "Signed-off-by: S <1+s\u00e5m@users.noreply.github.com>",
        "Signed-off-by: S <1+\u212aim@users.noreply.github.com>",
        "> Signed-off-by: Sam <1+sam@users.noreply.github.com>",
        "Reviewed-by: Sam <1+sam@users.noreply.github.com>",
        "Signed-off-by: Devin <1+devin-ai-integration@users.noreply.github.com>",
        "Sign it like this:\nSigned-off-by: Sam <1+sam@users.noreply.github.com>\nand then push it again",
    ],
)
def test_a_sign_off_that_names_no_person_s_login_makes_nobody_answer(trailer: str) -> None:
    one = commit(message=f"A subject\n\n{trailer}", committer_name="GitHub", committer_email="noreply@github.com")
    links = (LinkedCommit("c1", None, "web-flow", verified=True),)
    people = {"helper-bot": Person(Permission.WRITE, PersonType.BOT)}
    assert answering(facts("devin-ai-integration[bot]", PersonType.BOT, people=people, commits=links), one) is None


def test_a_sign_off_names_a_login_by_the_forge_s_own_address_or_as_the_forge_links_it() -> None:
    named = Named("sam", "signed off a commit")
    assert named == answering(BOTS, commit(), commit("c2", SIGNED))
    mailed = commit(message="A subject\n\nSigned-off-by: Sam <Sam@example.org>", author_email="sam@example.org")
    told = facts("devin-ai-integration[bot]", PersonType.BOT, commits=(LinkedCommit("c1", "sam", None, verified=False),))
    assert named == answering(told, mailed)
    other = replace(mailed, author_email="s\u00e5m@example.org")
    assert answering(told, other) is None


def test_who_independently_approved_this_head_answers_for_it() -> None:
    review = Review("riley-k", ReviewState.APPROVED, HEAD, "2026-02-01T10:00:00Z", "")
    told = replace(BOTS, reviews=(review,), people={"riley-k": Person(Permission.WRITE, PersonType.USER)})
    assert Named("riley-k", "approved this head") == answering(told, range_=ABSENT)
    assert answering(told, at=None) is None
    assert answering(replace(told, reviews=(replace(review, commit="b" * 40),))) is None
    for unread in (replace(told, reviews=ABSENT), replace(told, people=ABSENT), replace(told, commits=ABSENT)):
        assert answering(unread) is None


def test_a_commit_is_signed_off_by_a_person_with_an_address_whoever_made_it() -> None:
    commits = (
        commit("c1", "A subject\n\nSigned-off-by: Sam <sam@example.org>", **DEVIN),
        commit("c2", "A subject\n\nSigned-off-by: Claude <noreply@anthropic.com>\nSigned-off-by: Sam"),
        commit("c3", "A merge", parents=("p", "q")),
        commit("c4", "Signed-off-by: Sam <sam@example.org>"),
        commit("c5", "A subject\n\nSigned-off-by: Sam <sam>"),
    )
    assert ("c2", "c4", "c5") == unsigned(KNOWN, commits)


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
        ("Requested by: @-dana", ()),
        ("Requested by: @dana--k", ()),
        (f"Requested by: @{'d' * 40}", ()),
        ("Requested by: @dependabot", ()),
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


def test_an_account_that_an_enterprise_manages_has_a_login_of_its_own_form() -> None:
    assert "dana_acme" == asked("", "A subject\n\nCo-Authored-By: Dana <1+dana_acme@users.noreply.github.com>")


def test_the_forge_s_word_comes_before_every_claim_and_needs_none() -> None:
    told = facts("devin-ai-integration[bot]", PersonType.BOT, body="Requested by: @dana", operator="kim")
    assert Named("kim", "the forge knows") == operator(KNOWN, facts=told, commits=(), signs=signs(facts=told))
    assert Named("kim", "the forge knows") == operator(KNOWN, facts=replace(told, author=Account("dana")), commits=ABSENT, signs=())


def test_a_claim_says_where_it_stands() -> None:
    told = facts("devin-ai-integration[bot]", PersonType.BOT, body="Requested by: @dana")
    assert Named("dana", "named in the description") == operator(KNOWN, facts=told, commits=(), signs=signs(facts=told))


def test_the_co_author_of_an_agent_s_commit_ran_it_whoever_opened_the_change() -> None:
    one = commit(message="A subject\n\nCo-authored-by: Kim <1+kim@users.noreply.github.com>", **DEVIN)
    named = operator(KNOWN, facts=facts(), commits=(one,), signs=signs(one, facts=facts()))
    assert Named("kim", "co-author of an agent's commit") == named


def test_each_agent_names_its_requester_in_its_own_way() -> None:
    assert asked(JULES, opener="google-labs-jules[bot]") == "dana"


@pytest.mark.parametrize("told", [ABSENT, facts(body="Requested by: @sam")])
def test_a_change_that_no_agent_opened_has_no_operator_by_its_description(told: Facts | Missing) -> None:
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


def test_an_account_that_the_forge_knows_is_no_app_of_the_same_name() -> None:
    message = "A subject\n\nSigned-off-by: D <1+devin-ai-integration@users.noreply.github.com>"
    people = {"devin-ai-integration": Person(Permission.WRITE, PersonType.USER)}
    told = facts("acme-sync", PersonType.BOT, people=people)
    assert Named("devin-ai-integration", "signed off a commit") == answering(told, commit(message=message))


def test_a_trailer_that_is_folded_names_its_person() -> None:
    assert Named("sam", "signed off a commit") == answering(BOTS, commit(message=SIGNED.replace(" <", "\n <")))
