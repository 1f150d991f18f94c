"""Commands that people gave on a pull request, and whether each counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final


class Verb(StrEnum):
    """What a command does: ``/prgate VERB …``."""

    ATTEST = "attest"
    WROTE = "wrote"
    WAIVE = "waive"
    WRONG = "wrong"
    BREAK_GLASS = "break-glass"


FORMS: Final[Mapping[Verb, str]] = {
    Verb.ATTEST: "/prgate attest ITEM at HEAD: what you checked",
    Verb.WROTE: "/prgate wrote COMMIT, or /prgate wrote PATH:LINES at HEAD",
    Verb.WAIVE: "/prgate waive RULE until YYYY-MM-DD at HEAD: reason",
    Verb.WRONG: "/prgate wrong RULE: why",
    Verb.BREAK_GLASS: "/prgate break-glass at HEAD: reason",
}
"""How each command is written; `at HEAD` may be left out where the forge tells when the head came."""


@dataclass(frozen=True, slots=True)
class Heard:
    """One command as it was given, and why it does not count, or null where it does.

    ``of`` is what it is about, as written: an item's number, a fingerprint or a rule (``attest``); ``path:lines`` or a commit, by its full id where
    it counts (``wrote``); a rule (``waive``, ``wrong``); nothing (``break-glass``). ``said`` is the person's reason in one line. ``head`` is the full id of the commit
    that it was said of, null where nothing binds it to one. ``source`` is ``comment:ID``, or ``review:N`` of the facts, from 1. ``until`` is the
    last day of a waiver (``YYYY-MM-DD``). ``own``: the word of somebody who is not independent of the change, which the policy takes.
    """

    verb: Verb | None
    by: str
    at: str
    of: str
    said: str
    source: str
    head: str | None = None
    until: str | None = field(default=None, metadata={"omit_null": True})
    own: bool = False
    refused: str | None = None
