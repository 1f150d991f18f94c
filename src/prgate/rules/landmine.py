"""Flags a change at a place of which the policy keeps a note, and shows the note to the reviewer and the agent.

## Why
Some code looks wrong and is not, or looks easy and was tried before. Who was there knows; an agent and a new colleague read the code alone.

## Fix
Read the note before going on, and say in the description what is different this time. An independent person's attestation answers it.

## Limits
Speaks of places, so it runs whoever wrote the change, and says nothing of what the change does there. It knows the places that the policy
names, by path: both paths of a rename and deleted files count. A block stays until somebody independent attests or waives it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from annotated_types import MaxLen, MinLen

from prgate.model.diff import Side
from prgate.model.evidence import Evidence
from prgate.model.finding import Finding
from prgate.model.globs import compile_globs
from prgate.model.heard import Heard, Verb
from prgate.model.missing import need
from prgate.model.rule import Findings, Needs, PathGlobs, Read, Rule
from prgate.model.verdict import ReportedFinding
from prgate.model.wording import counted, quoted


@dataclass(frozen=True, slots=True)
class Landmine:
    """A place and what to know before changing it."""

    paths: Annotated[tuple[str, ...], MinLen(1), PathGlobs(), "Path globs of the place."]
    note: Annotated[str, MinLen(1), MaxLen(300), "What to know, such as `tried in 2024, see ADR 12`."]
    link: Annotated[str, MaxLen(500), "Where more of it stands; shown as text."] = ""


@dataclass(frozen=True, slots=True)
class Params:
    """Where to tread carefully."""

    places: Annotated[tuple[Landmine, ...], "Places with a note."] = ()


def check(evidence: Evidence, params: Params) -> Findings:
    """One finding per place and changed file in it."""
    if not params.places:
        return "the policy names no place"
    files = need(evidence.diff).files
    for place in params.places:
        inside = compile_globs(place.paths)
        link = f" ({quoted(_line(place.link))})" if place.link else ""
        for file in files:
            if any(map(inside, file.places)):
                yield Finding(
                    message=f"The policy has a note on this place: {quoted(_line(place.note))}{link}",
                    fix="Read it, and say in the description what is different this time.",
                    path=file.path,
                    side=Side.BASE if file.new_path is None else Side.HEAD,
                )
    return f"{counted(len(files), 'changed path')} against {counted(len(params.places), 'place')}"


def _line(text: str) -> str:
    return " ".join(text.replace("`", "'").split())


def attest(_evidence: Evidence, _params: Params, _finding: ReportedFinding, _heard: Heard) -> str | None:
    """Whoever has read the note and the change can say so."""
    return None


def needs(_: Params) -> Needs:
    """The diff's paths are enough."""
    return Needs()


RULE = Rule(
    "landmine",
    Params,
    check,
    needs,
    everyone=True,
    read=Read(4, "has a note", "Does this go round what the note warns of?"),
    attest=attest,
    answer=Verb.ATTEST,
)
