"""Who is there to be asked: owners of what is risky, and a way to reach somebody."""

from __future__ import annotations

from collections import Counter
from typing import Final

from prgate.doctor.answer import Answer, Spot, State, at, some
from prgate.doctor.house import POLICY, House
from prgate.formats.classes import classifier
from prgate.formats.codeowners import Owners
from prgate.model.missing import Missing
from prgate.model.paths import FileClass, path_text
from prgate.model.wording import counted

_RISKY: Final = frozenset({FileClass.SOURCE, FileClass.CONFIG, FileClass.OTHER})
"""Classes in which a domain's path is a risk: not its tests, documents and data."""
_MOST: Final = 100_000
_CONTACTS: Final = tuple(
    f"{folder}{name}".encode()
    for name in ("SECURITY.md", "SUPPORT.md", "MAINTAINERS.md", "MAINTAINERS")
    for folder in ("", ".github/", "docs/")
)


def owners(house: House) -> Answer:
    """Whether the files that the policy calls high-risk have owners."""
    question = "owners"
    policy = house.in_force
    if isinstance(policy, Missing):
        return Answer(question, State.UNKNOWN, f"which paths are high-risk stands in the policy: {policy.detail}", cure=policy.fix)
    if isinstance(house.owners, Missing):
        spots = () if house.owners_path is None else (Spot(house.owners_path),)
        return Answer(question, State.UNKNOWN, f"CODEOWNERS could not be read: {house.owners.detail}", spots, house.owners.fix)
    if len(house.paths) > _MOST:
        return Answer(
            question, State.UNKNOWN, f"the tree has more than {_MOST:,} files, too many to look up", cure="Look at a part of it by hand."
        )
    classify = classifier(policy.classes, policy.domains).classify
    risky = {path: parts for path in house.paths for class_, parts in [classify(path, path)] if parts and class_ in _RISKY}
    if not risky:
        return Answer(question, State.OK, "no file lies in a part of the code that the policy calls high-risk")
    bare = [path for path in risky if not house.owned(path)]
    if not bare:
        spots = () if house.owners_path is None else (Spot(house.owners_path),)
        return Answer(question, State.OK, f"all {counted(len(risky), 'high-risk file')} have owners", spots)
    each = Counter(domain for path in bare for domain in risky[path])
    domains = ", ".join(f"{name} {number}" for name, number in sorted(each.items()))
    told = f"{len(bare)} of {counted(len(risky), 'high-risk file')} have no owner ({domains})"
    if house.owners is None:
        told += "; there is no CODEOWNERS"
    elif house.owners.skipped:
        told += f"; GitHub skips line {house.owners.skipped[0]} of {house.owners_path}"
    cure = "Name an owner in CODEOWNERS for each, so that somebody who knows is asked."
    return Answer(question, State.ATTEND, told, at([Spot(path_text(path)) for path in bare]), cure)


def escalation(house: House) -> Answer:
    """Whether somebody can be reached when the gate, or an agent, is stuck."""
    question = "escalation"
    spots = [Spot(path_text(path)) for path in _CONTACTS if path in house.places]
    ways = [str(spot) for spot in spots]
    if isinstance(house.owners, Owners) and house.owners_path is not None:
        teams = dict.fromkeys(owner for entry in house.owners.entries for owner in entry.owners if "/" in owner)
        if teams:
            spots.append(Spot(house.owners_path))
            ways.append(f"team {next(iter(teams))}")
    policy = house.in_force
    if not isinstance(policy, Missing) and policy.commands.break_glass is not None:
        spots.append(Spot(POLICY))
        ways.append(f"break_glass for {policy.commands.break_glass}")
    if ways:
        return Answer(question, State.OK, f"a way to reach somebody: {some(ways)}", at(spots))
    cure = "Say in `SECURITY.md` or `SUPPORT.md` who is reached and how, or name a team in CODEOWNERS."
    return Answer(question, State.ATTEND, "nothing says who is asked when the gate or an agent is stuck", cure=cure)
