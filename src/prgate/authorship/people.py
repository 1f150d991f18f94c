"""Who ran the agent and who answers for the change, as logins that the evidence names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from prgate.authorship.own_lines import own_lines
from prgate.authorship.patterns import match
from prgate.authorship.signature_file import shipped
from prgate.authorship.signatures import (
    Signatures,
    address,
    agent_of_email,
    agent_of_login,
    is_machine,
    is_stamp,
    login_of_email,
    part_trailer,
)
from prgate.authorship.signs import account_type
from prgate.model.authorship import Sign, SignKind
from prgate.model.commit import Commit
from prgate.model.facts import Facts, Person, PersonType
from prgate.model.missing import Missing


def owner(known: Signatures, facts: Facts | Missing) -> str | None:
    """The opener, if a person."""
    if isinstance(facts, Missing):
        return None
    login = facts.author.login
    kind = account_type(facts, login)
    if kind is PersonType.BOT or agent_of_login(known, login, kind) or is_machine(known, login=login):
        return None
    return login


def operator(known: Signatures, *, facts: Facts | Missing, commits: tuple[Commit, ...] | Missing, signs: tuple[Sign, ...]) -> str | None:
    """Who asked the agent that opened the pull request: the requester in its description, else the first person among its commits' co-authors.

    A claim. Only logins are given, an e-mail address never.
    """
    opener = next((sign.agent for sign in signs if sign.kind is SignKind.OPENER), None)
    if opener is None or isinstance(facts, Missing):
        return None
    requesters = known.agents[opener].requesters
    for line in own_lines(facts.body, known.blocks):
        for pattern in requesters:
            if login := match(pattern, line.strip()):
                return login
    authored = {sign.commit for sign in signs if sign.kind is SignKind.AUTHOR}
    for commit in () if isinstance(commits, Missing) else commits:
        if commit.sha in authored:
            for line in own_lines(commit.message.partition("\n")[2], known.blocks):
                if login := _co_author(known, line):
                    return login
    return None


def machines_told(people: Mapping[str, Person], *, signatures: Signatures | None = None) -> Mapping[str, Person]:
    """The same people; an account that agents or automation are known to use is a bot, whatever type the forge gives it."""
    known = signatures or shipped()
    return {login: replace(person, type=_type(known, login, person)) for login, person in people.items()}


def _type(known: Signatures, login: str, person: Person) -> PersonType | None:
    return PersonType.BOT if agent_of_login(known, login, person.type) or is_machine(known, login=login) else person.type


def _co_author(known: Signatures, line: str) -> str | None:
    parted = part_trailer(line)
    if parted is None or parted[0] != "co-authored-by" or is_stamp(known, line):
        return None
    email = address(parted[1]) or ""
    if agent_of_email(known, email) or is_machine(known, email=email):
        return None
    login = login_of_email(email) or ""
    return login if login.isascii() and login.replace("-", "").replace("_", "").isalnum() else None
