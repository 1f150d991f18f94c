"""All questions, in the order in which they are read."""

from __future__ import annotations

from dataclasses import dataclass

from prgate.doctor import commands, forge, gate, owners, readiness, rules, token, traces
from prgate.doctor.answer import Answer
from prgate.doctor.house import House
from prgate.doctor.settings import Settings
from prgate.model.missing import Missing


@dataclass(frozen=True, slots=True)
class Group:
    """Questions that belong together."""

    title: str
    answers: tuple[Answer, ...]


def examine(house: House, settings: Settings | Missing) -> tuple[Group, ...]:
    """Every answer. What can only be asked of a gate is asked where there is one."""
    standing = (
        gate.events(house),
        gate.waits(house),
        gate.reviews(house),
        gate.comments(house),
        gate.alone(house),
        token.permissions(house),
        token.pinned(house),
        forge.edits(house, settings),
        forge.forks(house, settings),
        forge.queue(house, settings),
        forge.skips(house, settings),
    )
    return (
        Group("What was looked at", (forge.files(house, settings),)),
        Group(
            "The gate",
            (
                gate.workflow(house, settings),
                rules.policy(house),
                commands.commands(house),
                *(answer for answer in [commands.code_owners(house)] if answer is not None),
                forge.required(house, settings),
                forge.source(settings),
                *(standing if house.gates else ()),
            ),
        ),
        Group("Traces", (traces.traces(house),)),
        Group(
            "Ready for delegated work",
            (
                readiness.tests(house),
                readiness.coverage(house),
                owners.owners(house),
                readiness.architecture(house),
                readiness.instructions(house),
                owners.escalation(house),
            ),
        ),
    )
