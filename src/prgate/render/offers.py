"""The commands that people may answer with: an item's, ready to be copied and bound to the head, and a rule's, with whom the policy lets."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from prgate.items import Item
from prgate.model.diff import Side
from prgate.model.facts import Permission
from prgate.model.heard import FORMS, Verb
from prgate.model.policy import Commands, Policy
from prgate.model.rule import Rule
from prgate.model.verdict import Verdict

_OBJECT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_SIMPLE = re.compile(r"[A-Za-z0-9_@+,./-]{1,200}")
"""Paths that a command can name as they are: no blank and no colon ends them, no escape stands for a byte."""
_EFFECT = {
    Verb.WROTE: " It stays a claim, and where marks or a trace say otherwise it is a finding.",
    Verb.WRONG: " It is recorded and changes nothing.",
}


@dataclass(frozen=True, slots=True)
class Offer:
    """``asks`` is the question that whoever gives the command says yes to; ``more`` is how many places of the item want a command of their own."""

    asks: str
    command: str
    more: int = 0


def named_head(verdict: Verdict) -> str | None:
    """The head as commands name it; null where there is none, or no pull request to comment on."""
    head = verdict.subject.head.sha or ""
    return head[:7] if verdict.subject.pr is not None and _OBJECT.fullmatch(head) else None


def offer(item: Item, head: str | None) -> Offer | None:
    """What to comment on the pull request; null where nobody can answer this, there is no head to bind it to, or no command can name the place."""
    if head is None or item.observed:
        return None
    match item.answer:
        case Verb.ATTEST:
            return Offer("Checked?", f"/prgate attest {item.n} at {head}: what you checked")
        case Verb.WROTE:
            return _wrote(item, head)
        case _:
            return None


def _wrote(item: Item, head: str) -> Offer | None:
    places = [place for entry in item.entries for place in entry.places]
    named = [
        f"{place.path}:{start}-{end}" if end > start else f"{place.path}:{start}"
        for place in places
        if place.side is Side.HEAD and place.path_bytes is None and _SIMPLE.fullmatch(place.path)
        for start, end in place.lines
    ]
    return Offer("By hand?", f"/prgate wrote {named[0]} at {head}", len(named) - 1) if named else None


def forms(rule: Rule, packs: Mapping[str, Policy]) -> list[tuple[str, str]]:
    """Each command that answers a rule, as it is written, and as a sentence who may give it: by default, then where a pack says otherwise."""
    verbs = [*([] if rule.answer is None else [rule.answer]), Verb.WAIVE, Verb.WRONG]
    return [(FORMS[verb].rpartition(", or ")[2].replace("RULE", rule.id), _who(verb, packs)) for verb in verbs]


def _who(verb: Verb, packs: Mapping[str, Policy]) -> str:
    least = Commands().least(verb)
    others = ((name, pack.commands.least(verb)) for name, pack in sorted(packs.items()))
    told = "".join(f"; in `{name}` {_people(found, verb)}" for name, found in others if found is not least)
    return f"By {_people(least, verb)}{told}.{_EFFECT.get(verb, '')}"


def _people(least: Permission | None, verb: Verb) -> str:
    if least is None:
        return "nobody, unless the policy's `commands` let somebody"
    apart = " and took no part in the change" if verb in {Verb.ATTEST, Verb.WAIVE} else ""
    return f"whoever has {least} permission or more{apart}"
