"""Which commands of comments count, and for whom."""

from __future__ import annotations

from typing import Final

from prgate.doctor.answer import Answer, Spot, State, at, some
from prgate.doctor.house import POLICY, House
from prgate.formats.codeowners import Owners
from prgate.model.facts import Permission
from prgate.model.missing import Missing
from prgate.model.policy import Commands, Mode, Policy

_STRONG: Final = ("waive", "break_glass")
"""What sets rules aside: not for everybody who may push, an agent's account among them."""
_CODE_OWNER: Final = "code-owner"


def commands(house: House) -> Answer:
    """Which commands the policy in force takes, and of whom."""
    question = "commands"
    policy = house.in_force
    if isinstance(policy, Missing):
        return Answer(question, State.UNKNOWN, f"which commands count stands in the policy: {policy.detail}", cure=policy.fix)
    spots = () if house.policy is None else (Spot(POLICY),)
    told = _told(policy.commands)
    loose = [name for name in _STRONG if _least(policy.commands, name) in {Permission.NONE, Permission.READ, Permission.WRITE}]
    if loose:
        whom = "who may push, agents' accounts among them, sets rules aside with it"
        cure = f"Ask for `maintain` or `admin`, or write `none`: `commands: {{{', '.join(f'{name}: maintain' for name in loose)}}}`."
        return Answer(question, State.ATTEND, f"{some(loose)} {'are' if len(loose) > 1 else 'is'} open: {whom}; {told}", spots, cure)
    return Answer(question, State.OK, told, spots)


def code_owners(house: House) -> Answer | None:
    """Whether those exist whose word the policy asks for, where it asks for code owners'; null where it does not."""
    question = "code-owners"
    policy = house.in_force
    if isinstance(policy, Missing) or not _asks_for_owners(policy):
        return None
    asked = "the policy asks for the word of a code owner"
    if house.owners is None:
        return Answer(
            question, State.BAD, f"{asked}, and there is no CODEOWNERS", (Spot(POLICY),), "Write one; without it nobody's word counts."
        )
    spots = () if house.owners_path is None else (Spot(house.owners_path),)
    if isinstance(house.owners, Missing):
        return Answer(question, State.UNKNOWN, f"{asked}: {house.owners.detail}", spots, house.owners.fix)
    lines = {entry.line: teams for entry in house.owners.entries if (teams := _nobodys(entry.owners))}
    if lines:
        named = dict.fromkeys(owner for owners in lines.values() for owner in owners)
        found = f"{asked}, and {len(lines)} of {len(_owning(house.owners))} lines name only {some(named)}: who that is, the job's token cannot look up"
        places = at([Spot(house.owners_path or "", line) for line in lines])
        return Answer(question, State.ATTEND, found, places, "Name people by their logins beside teams and addresses.")
    return Answer(question, State.OK, f"{asked}, and each line of CODEOWNERS names somebody by login", spots)


def _told(commands: Commands) -> str:
    """``attest, wrote for write and more; …; waive for nobody``."""
    by: dict[Permission | None, list[str]] = {}
    for name in ("attest", "wrote", "wrong", "waive", "break_glass", "self_attest"):
        by.setdefault(_least(commands, name), []).append(name)
    parts = [f"{', '.join(names)} for {least} and more" for least, names in by.items() if least is not None]
    if commands.self_attest is not None:
        parts.append(f"self_attest {commands.self_attest_hours} h after the push")
    return "; ".join([*parts, *([f"{', '.join(by[None])} for nobody"] if None in by else [])])


def _least(commands: Commands, name: str) -> Permission | None:
    least: Permission | None = getattr(commands, name)
    return least


def _asks_for_owners(policy: Policy) -> bool:
    return any(setting.mode is not Mode.OFF and getattr(setting.params, "by", None) == _CODE_OWNER for setting in policy.settings)


def _owning(owners: Owners) -> list[int]:
    return [entry.line for entry in owners.entries if entry.owners]


def _nobodys(owners: tuple[str, ...]) -> tuple[str, ...]:
    """These owners, where nobody is among them whose login is told: teams need a token that may read the organisation."""
    return owners if not any(owner.startswith("@") and "/" not in owner for owner in owners) else ()
