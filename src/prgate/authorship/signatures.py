"""The marks of known agents, and exact look-ups in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from prgate.authorship.patterns import Pattern, match
from prgate.model.authorship import Sign, SignKind
from prgate.model.facts import PersonType
from prgate.recognise.said_lines import said_lines

NOREPLY = "@users.noreply.github.com"
_LONGEST_KEY = 60


@dataclass(frozen=True, slots=True)
class Mark:
    """One row: where the mark stands, the text or pattern that is matched whole, and how it is known.

    ``key`` is a trailer's; a trailer without one is an address under any key that names people, or a tool's name under any key that discloses
    one. ``exports_trace``: a change with this mark can bring the agent's session for others to read.
    """

    id: str
    agent: str
    kind: SignKind
    match: str
    key: str | None
    exports_trace: bool
    source: str
    example: str


@dataclass(frozen=True, slots=True)
class Known:
    """One agent of the file."""

    id: str
    name: str
    requesters: tuple[Pattern, ...]


@dataclass(frozen=True, slots=True)
class Lists:
    """What the file says beside its rows; all but the blocks is case-folded."""

    address_keys: frozenset[str]
    disclosure_keys: frozenset[str]
    stamps: frozenset[str]
    machine_logins: frozenset[str]
    machine_names: frozenset[str]
    machine_emails: frozenset[str]
    blocks: Mapping[str, str]


Matcher = tuple[tuple[Pattern, Mark], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Signatures:
    """The rows, indexed. Logins, addresses and trailer keys are case-folded; an address may have the only name it counts under before it."""

    agents: Mapping[str, Known]
    marks: tuple[Mark, ...]
    logins: Mapping[str, Mark]
    authors: Mapping[str, Mark]
    committers: Mapping[str, Mark]
    trailer_addresses: Mapping[str, Mark]
    names: Matcher
    trailers: Mapping[str, Matcher]
    tools: Matcher
    branches: Matcher
    footers: Matcher
    footer_heads: tuple[str, ...]
    lists: Lists

    @property
    def blocks(self) -> Mapping[str, str]:
        """Start lines of the blocks that review tools write, to their end lines."""
        return self.lists.blocks

    @property
    def stamps(self) -> frozenset[str]:
        """Addresses under which tools sign whether or not they wrote the change."""
        return self.lists.stamps

    def name(self, agent: str) -> str:
        """The agent's name for people, or the id of an agent that the file does not know."""
        known = self.agents.get(agent)
        return known.name if known else agent

    def exports_trace(self, sign: Sign) -> bool:
        """Whether a change with this sign can bring a trace; one that is at hand always counts."""
        return sign.kind is SignKind.TRACE or any(mark.exports_trace for mark in self.marks if mark.id == sign.row)


def mark_of_login(known: Signatures, login: str, kind: PersonType | None) -> Mark | None:
    """The row of an account. A login without its ``[bot]`` counts only where the forge says that the account is a bot."""
    folded = login.casefold()
    found = known.logins.get(folded)
    if found is None and kind is PersonType.BOT:
        found = known.logins.get(f"{folded}[bot]")
    return found


def agent_of_login(known: Signatures, login: str, kind: PersonType | None) -> str | None:
    """The agent behind an account."""
    mark = mark_of_login(known, login, kind)
    return mark.agent if mark else None


def mark_of_author(known: Signatures, name: str, email: str) -> Mark | None:
    """The row of an author's address, or else of what a tool writes into the author's name."""
    return _of_address(known, known.authors, name, email) or _first(known.names, name)


def mark_of_committer(known: Signatures, name: str, email: str) -> Mark | None:
    """The row of a committer's address; a name is no mark, since tools put theirs on what a person wrote and they only committed."""
    return _of_address(known, known.committers, name, email)


def agent_of_email(known: Signatures, email: str) -> str | None:
    """The agent behind a whole address, wherever it stands."""
    for addresses in (known.authors, known.trailer_addresses, known.committers):
        if mark := _of_address(known, addresses, "", email):
            return mark.agent
    return None


def agent_of_name(known: Signatures, name: str) -> str | None:
    """The agent that writes itself into a name."""
    mark = _first(known.names, name)
    return mark.agent if mark else None


def login_of_email(email: str) -> str | None:
    """The login in ``ID+LOGIN@users.noreply.github.com`` or ``LOGIN@…``, or ``None`` for any other address."""
    if not email.casefold().endswith(NOREPLY):
        return None
    local = email[: -len(NOREPLY)]
    number, plus, login = local.partition("+")
    return login if plus and number.isdecimal() else local


def mark_of_trailer(known: Signatures, line: str) -> Mark | None:
    """The row that a whole ``Key: value`` line bears."""
    parted = part_trailer(line)
    if parted is None:
        return None
    key, value = parted
    if key in known.lists.address_keys and (email := address(value)):
        name = value[: -len(email)].rstrip(" <") if value.endswith(email) else value.rpartition("<")[0].rstrip()
        if mark := _of_address(known, known.trailer_addresses, name, email):
            return mark
    return _first(known.trailers.get(key, ()), value) or (_first(known.tools, value) if key in known.lists.disclosure_keys else None)


def mark_lines(known: Signatures, text: str) -> Iterator[str]:
    """The lines of a message or a description in which a mark can stand."""
    return said_lines(text, known.blocks, footer=lambda line: mark_of_footer(known, line) is not None)


def mark_of_footer(known: Signatures, line: str) -> Mark | None:
    """The row whose footer is this whole line, white space at its ends and up to three leading spaces apart."""
    text = line.strip()
    if not text.startswith(known.footer_heads) or line.startswith(("    ", "\t")):
        return None
    return _first(known.footers, text)


def mark_of_branch(known: Signatures, name: str) -> Mark | None:
    """The row of a branch's whole name."""
    return _first(known.branches, name)


def is_stamp(known: Signatures, line: str) -> bool:
    """Whether a trailer was written by a tool whether or not it wrote the change, or for a review suggestion that a human took."""
    parted = part_trailer(line)
    return parted is not None and parted[0] in known.lists.address_keys and (address(parted[1]) or "").casefold() in known.lists.stamps


def is_machine(known: Signatures, *, name: str = "", email: str = "", login: str | None = None) -> bool:
    """Whether a name, an address or a login is automation's. Ask only of what is no agent's: an agent's ``[bot]`` is one too."""
    folded = [text.casefold() for text in (name, login_of_email(email) or "", login or "")]
    return (
        any(text.endswith("[bot]") for text in folded)
        or folded[0] in known.lists.machine_names
        or email.casefold() in known.lists.machine_emails
        or folded[2] in known.lists.machine_logins
    )


def part_trailer(line: str) -> tuple[str, str] | None:
    """Case-folded key and value of a ``Key: value`` line that starts at column 0, or ``None``."""
    key, colon, value = line[:_LONGEST_KEY].partition(":")
    if not colon or not key[:1].isalpha():
        return None
    return key.rstrip().casefold(), (value + line[_LONGEST_KEY:]).strip()


def address(value: str) -> str | None:
    """The address of ``Name <address>``, or of ``Name address`` as some tools and people write it."""
    start = value.rfind("<")
    if start >= 0:
        return value[start + 1 : -1].strip() if value.endswith(">") else None
    last = value.rpartition(" ")[2]
    return last if "@" in last[1:-1] else None


def _of_address(known: Signatures, addresses: Mapping[str, Mark], name: str, email: str) -> Mark | None:
    """At the forge's own mail host a bot's login decides, whatever numeric id stands before it."""
    folded = email.casefold()
    found = addresses.get(folded) or addresses.get(f"{name.casefold()} <{folded}>")
    if found is None and folded.endswith(f"[bot]{NOREPLY}"):
        found = known.logins.get(login_of_email(folded) or "")
    return found


def _first(rows: Matcher, text: str) -> Mark | None:
    return next((mark for pattern, mark in rows if match(pattern, text) is not None), None)
