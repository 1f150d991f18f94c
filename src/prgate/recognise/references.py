"""Issues, tickets and runs that a pull request's own words refer to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

_CODE = re.compile(r"```.*?(?:```|\Z)|`[^`\n]*`|<!--.*?(?:-->|\Z)", re.DOTALL)
_PULL = re.compile(r"\b(?:PR|pull(?: request)?)s?[ :]{0,2}#\d{1,9}", re.IGNORECASE)
_ISSUE = re.compile(r"(?:(?<![\w/#&.-])([\w.-]+/[\w.-]+)|(?<![\w/#&]))#(\d{1,9})\b|\bGH-(\d{1,9})\b")
_URL = re.compile(r"https?://[^\s<>()\[\]\"'|]{3,400}")
_TRACKER = re.compile(
    r"/issues/\d|/actions/runs/\d|/browse/[A-Z][A-Z0-9]+-\d|linear\.app/[^/]+/issue/|/-/issues/\d|/-/(?:jobs|pipelines)/\d"
    r"|atlassian\.net/|bugs\.[^/]+/|bugzilla|/_workitems/|sentry\.io/.*issues/|trello\.com/c/|app\.asana\.com/|shortcut\.com/.*story/|/ticket/",
)
_TICKET = re.compile(r"(?<![\w./-])(?!(?:UTF|SHA|ISO|RFC|CVE|MD|PEP|GPT|HTTP|AES|RSA|TLS|X)-)[A-Z][A-Z0-9]{1,9}-\d{1,7}\b(?![\w.-]*/)")
_TITLE_NUMBER = re.compile(r"\(#\d+\)\s*$", re.MULTILINE)


class ReferenceKind(StrEnum):
    """What a reference looks like; the value is how a sentence names one."""

    ADDRESS = "an address of a tracker or a run"
    ISSUE = "an issue"
    TICKET = "a ticket"


@dataclass(frozen=True, slots=True)
class Reference:
    """One reference as it is written. Of an issue: its number, and ``owner/name`` where it says so."""

    kind: ReferenceKind
    text: str
    number: int | None = None
    repository: str | None = None


def references(title: str, body: str, *, own: int | None) -> Iterator[Reference]:
    """Addresses, then issues, then tickets, each in order; code, comments, other pull requests and the own number ``own`` are none."""
    text = _CODE.sub(" ", f"{title}\n{body}")
    for address in _URL.finditer(text):
        if _TRACKER.search(address.group()):
            yield Reference(ReferenceKind.ADDRESS, address.group())
    bare = _PULL.sub(" ", _TITLE_NUMBER.sub(" ", _URL.sub(" ", text), count=1))
    for match in _ISSUE.finditer(bare):
        number = int(match.group(2) or match.group(3))
        if number and number != own:
            yield Reference(ReferenceKind.ISSUE, match.group(), number, match.group(1))
    for match in _TICKET.finditer(bare):
        yield Reference(ReferenceKind.TICKET, match.group())
