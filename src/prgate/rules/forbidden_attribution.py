"""Flags an agent that signs off or is named under another trailer that the policy keeps for people, or stands as the author of a commit.

## Why
A sign-off is a person's legal word, and an author is somebody who can be asked. A tool can give neither, and a project that counts
co-authors, or hands out rights by them, means people.

## Fix
Write the commit anew without that line, under the name of the person who answers for it, and disclose the agent where the policy wants it.

## Limits
Knows the marks of the signatures; what the policy adds to those under `signatures` counts too. A trailer without a known agent in it is a
person's for this rule. It looks at the commits of the change, not at its description, and says nothing of lines without a key.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from prgate.model.agents import agents_of, commits_told
from prgate.model.authorship import Sign, SignKind
from prgate.model.evidence import Evidence
from prgate.model.finding import Finding
from prgate.model.missing import need
from prgate.model.rule import Fact, Findings, Needs, Rule
from prgate.model.wording import counted


@dataclass(frozen=True, slots=True)
class Params:
    """What is kept for people."""

    keys: Annotated[tuple[str, ...], "Keys of trailers, in any case, that must not name an agent."] = ("Signed-off-by",)
    author: Annotated[bool, "Whether an agent must not be the author of a commit either."] = False


def check(evidence: Evidence, params: Params) -> Findings:
    """One finding per agent and key, or per agent that is an author, with the commits."""
    keys = {key.casefold() for key in params.keys}
    for agent in agents_of(evidence):
        found: dict[str, list[Sign]] = {}
        for sign in agent.signs:
            if sign.key in keys or (sign.kind is SignKind.AUTHOR and params.author):
                found.setdefault(sign.key, []).append(sign)
        for key, signs in found.items():
            shas = tuple(dict.fromkeys(sign.commit for sign in signs if sign.commit is not None))
            commits = counted(len(shas), "commit")
            named = signs[0].quote.partition(":")[0]
            what = f"`{named}` names {agent.name} on {commits}" if key else f"{agent.name} stands as the author of {commits}"
            yield Finding(
                message=f"{what}, and the policy keeps that for people: {commits_told(shas)}",
                fix="Take the line out of the message." if key else "Commit it anew under the name of the person who answers for it.",
                quote=signs[0].quote,
            )
    return counted(len(need(evidence.commits)), "commit")


def needs(_: Params) -> Needs:
    """The commits and the marks that agents left on them."""
    return Needs(facts=frozenset({Fact.AUTHORSHIP, Fact.COMMITS}))


RULE = Rule("forbidden-attribution", Params, check, needs)
