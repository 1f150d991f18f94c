"""Who ran the agent and who answers for the change, as logins that the evidence names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from prgate.authorship.patterns import match
from prgate.authorship.signature_file import shipped
from prgate.authorship.signatures import (
    Signatures,
    address,
    agent_of_email,
    agent_of_login,
    agent_of_name,
    is_machine,
    is_stamp,
    login_of_email,
    mark_lines,
    part_trailer,
)
from prgate.model.authorship import Sign, SignKind
from prgate.model.commit import Commit
from prgate.model.facts import Facts, Person, PersonType
from prgate.model.independence import FORGE, folded, independent_approvals
from prgate.model.missing import Missing
from prgate.recognise.own_lines import own_lines

_LOGIN: Final = re.compile(r"[A-Za-z0-9](?:-?[A-Za-z0-9]){0,38}(?:_[A-Za-z0-9]{1,8})?", re.ASCII)
"""A person's login at GitHub; behind ``_`` the short code of an enterprise that manages the account."""


@dataclass(frozen=True, slots=True)
class Named:
    """A person's login, and in a few words where it comes from."""

    login: str
    by: str


def operator(known: Signatures, *, facts: Facts | Missing, commits: tuple[Commit, ...] | Missing, signs: tuple[Sign, ...]) -> Named | None:
    """Who asked the agent: as the forge knows, else as the description says that an agent opened, else as co-author of an agent's commit.

    All but the forge's word is a claim. Only logins are given, an e-mail address never.
    """
    if isinstance(facts, Missing):
        return None
    if facts.operator is not None:
        return Named(facts.operator, "the forge knows")
    range_ = () if isinstance(commits, Missing) else commits
    accounts = _accounts(known, facts, range_)
    openers = [sign.agent for sign in signs if sign.kind is SignKind.OPENER]
    requesters = [pattern for agent in openers if agent in known.agents for pattern in known.agents[agent].requesters]
    for line in own_lines(facts.body, known.blocks) if requesters else ():
        for pattern in requesters:
            if accounts.person(login := match(pattern, line.strip())):
                return Named(login or "", "named in the description")
    authored = {sign.commit for sign in signs if sign.kind is SignKind.AUTHOR}
    for commit in range_:
        if commit.sha in authored:
            for line in _trailers(known, commit, "co-authored-by"):
                if login := accounts.login(line):
                    return Named(login, "co-author of an agent's commit")
    return None


def owner(
    known: Signatures, *, facts: Facts | Missing, commits: tuple[Commit, ...] | Missing, ran: Named | None, head: str | None
) -> Named | None:
    """Who answers for the change: the opener, if a person; else who ran the agent, signed off a commit, or independently approved this head."""
    if isinstance(facts, Missing):
        return None
    range_ = () if isinstance(commits, Missing) else commits
    accounts = _accounts(known, facts, range_)
    opener = facts.author.login
    if not accounts.machine(opener):
        return Named(opener, "opened it")
    if ran is not None:
        return ran
    for commit in range_:
        for line in _trailers(known, commit, "signed-off-by"):
            if login := accounts.login(line):
                return Named(login, "signed off a commit")
    if head is None or isinstance(facts.reviews, Missing) or isinstance(facts.people, Missing) or isinstance(facts.commits, Missing):
        return None
    return next((Named(review.author, "approved this head") for review in independent_approvals(facts, head)), None)


def unsigned(known: Signatures, commits: tuple[Commit, ...]) -> tuple[str, ...]:
    """The commits, merges apart, that no person signed off: an address is enough, for the forge may know no account by it."""
    return tuple(
        commit.sha
        for commit in commits
        if len(commit.parents) < 2 and not any(_of_person(known, line) for line in _trailers(known, commit, "signed-off-by"))
    )


def machines_told(people: Mapping[str, Person], *, signatures: Signatures | None = None) -> Mapping[str, Person]:
    """The same people; an account that agents or automation are known to use is a bot, whatever type the forge gives it."""
    known = signatures or shipped()
    return {login: replace(person, type=_type(known, login, person)) for login, person in people.items()}


def _type(known: Signatures, login: str, person: Person) -> PersonType | None:
    return PersonType.BOT if agent_of_login(known, login, person.type) or is_machine(known, login=login) else person.type


@dataclass(frozen=True, slots=True)
class _Accounts:
    """Whose account a login or an address is, as far as the facts tell: types by ``folded`` login, logins by address."""

    known: Signatures
    types: Mapping[str, PersonType | None]
    linked: Mapping[str, str]

    def machine(self, login: str) -> bool:
        """Whether an account is an agent's, automation's, the forge's own, or typed a bot."""
        kind = self.types.get(folded(login))
        doubt = kind is PersonType.BOT or folded(login) == FORGE
        return doubt or bool(agent_of_login(self.known, login, kind)) or is_machine(self.known, login=login)

    def person(self, login: str | None) -> bool:
        """Whether a claimed login can be a person's; an app's name is none where the forge does not tell it apart from an account's."""
        if login is None or _LOGIN.fullmatch(login) is None or self.machine(login):
            return False
        return self.types.get(folded(login)) is not None or agent_of_login(self.known, login, PersonType.BOT) is None

    def login(self, trailer: str) -> str | None:
        """The login of a person whom a trailer names, by the forge's own address or as the forge links that address to an account."""
        email = _of_person(self.known, trailer)
        if email is None:
            return None
        login = login_of_email(email) or self.linked.get(_same(email))
        return login if self.person(login) else None


def _accounts(known: Signatures, facts: Facts, commits: tuple[Commit, ...]) -> _Accounts:
    types = {} if isinstance(facts.people, Missing) else {folded(login): person.type for login, person in facts.people.items()}
    if facts.author.type is not None:
        types[folded(facts.author.login)] = facts.author.type
    told = () if isinstance(facts.commits, Missing) else facts.commits
    links = {link.sha: link for link in told}
    linked: dict[str, str] = {}
    for commit in commits:
        link = links.get(commit.sha)
        for email, login in () if link is None else ((commit.author_email, link.author), (commit.committer_email, link.committer)):
            if login is not None:
                linked.setdefault(_same(email), login)
    return _Accounts(known, types, linked)


def _same(email: str) -> str:
    """The form in which addresses are compared."""
    return email.lower() if email.isascii() else email


def _of_person(known: Signatures, trailer: str) -> str | None:
    """The address that a trailer gives, unless an agent, automation or a stamp is named."""
    _, value = part_trailer(trailer) or ("", "")
    email = address(value) or ""
    name = value.rpartition("<")[0].strip()
    if "@" not in email or is_stamp(known, trailer) or agent_of_email(known, email) or agent_of_name(known, name):
        return None
    return None if is_machine(known, name=name, email=email) else email


def _trailers(known: Signatures, commit: Commit, key: str) -> Iterator[str]:
    """The lines of a message that have this key."""
    for line in mark_lines(known, commit.message.partition("\n")[2]):
        parted = part_trailer(line)
        if parted is not None and parted[0] == key:
            yield line
