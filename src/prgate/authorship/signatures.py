"""The marks of known agents, and exact look-ups in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from prgate.authorship.patterns import Pattern, match
from prgate.model.authorship import SignKind
from prgate.model.facts import PersonType

NOREPLY = "@users.noreply.github.com"
_LONGEST_KEY = 60


@dataclass(frozen=True, slots=True)
class Known:
    """One agent of the file; ``exports_trace`` are the kinds of marks whose product can write a session out for others to read."""

    id: str
    name: str
    exports_trace: frozenset[SignKind]
    requesters: tuple[Pattern, ...]


@dataclass(frozen=True, slots=True)
class Signatures:
    """The file, indexed. Logins, addresses and trailer keys are case-folded; ``blocks`` maps start lines of review blocks to end lines."""

    agents: Mapping[str, Known]
    logins: Mapping[str, str]
    emails: Mapping[str, str]
    name_endings: tuple[tuple[str, str], ...]
    address_keys: frozenset[str]
    trailers: Mapping[str, tuple[tuple[Pattern, str], ...]]
    branches: tuple[tuple[Pattern, str], ...]
    footers: tuple[tuple[Pattern, str], ...]
    footer_heads: tuple[str, ...]
    stamps: frozenset[str]
    machine_logins: frozenset[str]
    machine_names: frozenset[str]
    machine_emails: frozenset[str]
    blocks: Mapping[str, str]

    def name(self, agent: str) -> str:
        """The agent's name for people, or the id of an agent that the file does not know."""
        known = self.agents.get(agent)
        return known.name if known else agent


def agent_of_login(signatures: Signatures, login: str, kind: PersonType | None) -> str | None:
    """The agent behind an account. A login without its ``[bot]`` counts only where the forge says that the account is a bot."""
    folded = login.casefold()
    found = signatures.logins.get(folded)
    if found is None and kind is PersonType.BOT:
        found = signatures.logins.get(f"{folded}[bot]")
    return found


def agent_of_email(signatures: Signatures, email: str) -> str | None:
    """The agent behind a whole address; at the forge's own mail host a bot's login decides, whatever numeric id stands before it."""
    folded = email.casefold()
    found = signatures.emails.get(folded)
    if found is None and folded.endswith(f"[bot]{NOREPLY}"):
        found = signatures.logins.get(login_of_email(folded) or "")
    return found


def login_of_email(email: str) -> str | None:
    """The login in ``ID+LOGIN@users.noreply.github.com`` or ``LOGIN@…``, or ``None`` for any other address."""
    if not email.casefold().endswith(NOREPLY):
        return None
    local = email[: -len(NOREPLY)]
    number, plus, login = local.partition("+")
    return login if plus and number.isdecimal() else local


def agent_of_name(signatures: Signatures, name: str) -> str | None:
    """The agent that marks the author's name."""
    return next((agent for ending, agent in signatures.name_endings if name.endswith(ending)), None)


def agent_of_trailer(signatures: Signatures, line: str) -> str | None:
    """The agent that a whole ``Key: value`` line names."""
    parted = part_trailer(line)
    if parted is None:
        return None
    key, value = parted
    email = address(value) if key in signatures.address_keys else None
    if email and (agent := agent_of_email(signatures, email)):
        return agent
    return next((agent for pattern, agent in signatures.trailers.get(key, ()) if match(pattern, value) is not None), None)


def agent_of_footer(signatures: Signatures, line: str) -> str | None:
    """The agent whose footer is this whole line, white space at its ends and up to three leading spaces apart."""
    text = line.strip()
    if not text.startswith(signatures.footer_heads) or line.startswith(("    ", "\t")):
        return None
    return next((agent for pattern, agent in signatures.footers if match(pattern, text) is not None), None)


def agent_of_branch(signatures: Signatures, name: str) -> str | None:
    """The agent that names its branches like this."""
    return next((agent for pattern, agent in signatures.branches if match(pattern, name) is not None), None)


def is_stamp(signatures: Signatures, line: str) -> bool:
    """Whether a trailer was written by a tool whether or not it wrote the change, or for a review suggestion that a human took."""
    parted = part_trailer(line)
    return parted is not None and parted[0] in signatures.address_keys and (address(parted[1]) or "").casefold() in signatures.stamps


def is_machine(signatures: Signatures, *, name: str = "", email: str = "", login: str | None = None) -> bool:
    """Whether a name, an address or a login is automation's. Ask only of what is no agent's: an agent's ``[bot]`` is one too."""
    folded = [text.casefold() for text in (name, login_of_email(email) or "", login or "")]
    return (
        any(text.endswith("[bot]") for text in folded)
        or folded[0] in signatures.machine_names
        or email.casefold() in signatures.machine_emails
        or folded[2] in signatures.machine_logins
    )


def part_trailer(line: str) -> tuple[str, str] | None:
    """Case-folded key and value of a ``Key: value`` line that starts at column 0, or ``None``."""
    key, colon, value = line[:_LONGEST_KEY].partition(":")
    if not colon or not key[:1].isalpha():
        return None
    return key.rstrip().casefold(), (value + line[_LONGEST_KEY:]).strip()


def address(value: str) -> str | None:
    """The address of ``Name <address>``."""
    start = value.rfind("<")
    return value[start + 1 : -1].strip() if start >= 0 and value.endswith(">") else None
