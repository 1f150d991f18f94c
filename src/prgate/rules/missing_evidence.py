"""Flags a change that says nowhere why it was made.

## Why
Without the issue, ticket or run that asked for it, nobody can tell whether the change does what was wanted, or who wanted it.

## Fix
Name the issue in the description (`Fixes #123`), or link the ticket or the run that shows the problem.

## Limits
A link that was looked up at its host counts as verified. One that is only named counts as claimed: it is found in the text, not checked.
The pull request's own number, other pull requests and chat sessions do not count.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated

from prgate.model.evidence import Evidence
from prgate.model.facts import Facts
from prgate.model.finding import Finding
from prgate.model.missing import Missing, Why, need
from prgate.model.rule import Fact, Findings, Needs, Rule
from prgate.model.wording import counted

_CODE = re.compile(r"```.*?(?:```|\Z)|`[^`\n]*`|<!--.*?(?:-->|\Z)", re.DOTALL)
_PULL = re.compile(r"\b(?:PR|pull(?: request)?)s?[ :]{0,2}#\d{1,9}", re.IGNORECASE)
_ISSUE = re.compile(r"(?:(?<![\w/#&.-])[\w.-]+/[\w.-]+|(?<![\w/#&]))#(\d{1,9})\b|\bGH-(\d{1,9})\b")
_URL = re.compile(r"https?://[^\s<>()\[\]\"'|]{3,400}")
_TRACKER = re.compile(
    r"/issues/\d|/actions/runs/\d|/browse/[A-Z][A-Z0-9]+-\d|linear\.app/[^/]+/issue/|/-/issues/\d|/-/(?:jobs|pipelines)/\d"
    r"|atlassian\.net/|bugs\.[^/]+/|bugzilla|/_workitems/|sentry\.io/.*issues/|trello\.com/c/|app\.asana\.com/|shortcut\.com/.*story/|/ticket/",
)
_TICKET = re.compile(r"(?<![\w./-])(?!(?:UTF|SHA|ISO|RFC|CVE|MD|PEP|GPT|HTTP|AES|RSA|TLS|X)-)[A-Z][A-Z0-9]{1,9}-\d{1,7}\b(?![\w.-]*/)")


@dataclass(frozen=True, slots=True)
class Params:
    """What counts as a link."""

    tickets: Annotated[bool, "Whether a ticket that is only named, such as `PAY-4182`, counts."] = True


def check(evidence: Evidence, params: Params) -> Findings:
    """One finding on the whole change if nothing is linked, or for each linked thing that its host does not know."""
    facts = need(evidence.facts)
    if not isinstance(facts.links, Missing) or facts.links.why is not Why.ABSENT:
        links = need(facts.links)
        for link in links:
            if not link.found:
                yield Finding(message=f"`{link.ref}` is named, and its host does not know it", fix="Link an issue or a run that exists.")
        if links:
            return f"{counted(len(links), 'link')} looked up"
    named = _named(facts, tickets=params.tickets)
    if named is None:
        yield Finding(
            message="No issue, ticket or run is linked",
            fix="Name the issue that asked for this in the description, or link the run that shows the problem.",
        )
    return f"{named}, named in the description (claimed, not looked up)"


def _named(facts: Facts, *, tickets: bool) -> str | None:
    """The first reference in title or body that is neither the pull request itself, nor code, nor another pull request's address."""
    text = _CODE.sub(" ", f"{facts.title}\n{facts.body}")
    title_number = re.compile(r"\(#\d+\)\s*$", re.MULTILINE)
    for address in _URL.finditer(text):
        if _TRACKER.search(address.group()):
            return "an address of a tracker or a run"
    bare = _PULL.sub(" ", title_number.sub(" ", _URL.sub(" ", text), count=1))
    for match in _ISSUE.finditer(bare):
        number = int(match.group(1) or match.group(2))
        if number and number != facts.number:
            return "an issue"
    if tickets and _TICKET.search(bare):
        return "a ticket"
    return None


def needs(_: Params) -> Needs:
    """Title, body and the links that were looked up."""
    return Needs(facts=frozenset({Fact.PR, Fact.LINKS}))


RULE = Rule("missing-evidence", Params, check, needs)
