"""Which policy is in force, and how far it goes."""

from __future__ import annotations

from collections import Counter

from prgate.doctor.answer import Answer, Spot, State
from prgate.doctor.house import POLICY, House
from prgate.model.missing import Missing
from prgate.model.policy import Judge, Mode


def policy(house: House) -> Answer:
    """Whether the policy can be read, and what it blocks."""
    question = "policy"
    found = house.policy
    if found is None:
        cure = f"`prgate init` writes a `{POLICY}` to start from."
        return Answer(question, State.ATTEND, f"there is no `{POLICY}`: the pack `observe` applies, and nothing warns or blocks", cure=cure)
    spots = (Spot(POLICY),)
    if isinstance(found, Missing):
        return Answer(
            question, State.BAD, f"the policy cannot be read, so every judgement ends as an error: {found.detail}", spots, found.fix
        )
    if not found.publish.check:
        told = "the policy publishes no check (`publish: {check: false}`), so a required one never comes"
        return Answer(question, State.BAD, told, spots, "Set it to true, or do not require the check.")
    modes = Counter(setting.mode for setting in found.settings)
    told = ", ".join(
        f"{modes[mode]} {word}" for mode, word in ((Mode.BLOCK, "block"), (Mode.WARN, "warn"), (Mode.OBSERVE, "observe")) if modes[mode]
    )
    whom = "every pull request" if found.judge is Judge.ALL else "only what bears evidence of an agent, which an agent can hide"
    said = f"rules: {told}; it judges {whom}"
    if not modes[Mode.BLOCK]:
        return Answer(question, State.ATTEND, said, spots, "Nothing blocks yet: raise `mode` when the findings have proved right.")
    return Answer(question, State.OK, said, spots)
