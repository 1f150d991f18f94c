"""Two rules that find nothing, and a short way to read a policy about them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal

import pytest
from annotated_types import Ge, Le

from prgate.errors import PrgateError
from prgate.formats.policy import read_policy
from prgate.model.policy import Judge, Policy
from prgate.model.rule import Findings, Needs, Rule
from prgate.model.verdict import PolicySource


@dataclass(frozen=True, slots=True)
class Params:
    lines: Annotated[int, Ge(1), Le(9), "How many."] = 5
    strict: Annotated[bool, "Whether."] = False
    words: Annotated[tuple[str, ...], "Which."] = ("a",)
    kinds: Annotated[tuple[Literal["odd", "even"], ...], "Of which kind."] = ("odd",)


def check(evidence: Any, params: Any) -> Findings:
    yield from ()
    return "nothing"


SLOW, LOUD = (Rule(name, Params, check, lambda _: Needs()) for name in ("slow-change", "loud-change"))
SOURCE = PolicySource("file", None, "0" * 64)

WAIVER = {"rule": "slow-change", "until": "2026-12-31", "by": "dana", "reason": "moves in March"}


def read(text: str, *, packs: dict[str, str] | None = None, judge: Judge | None = None) -> Policy:
    data = {name: pack.encode() for name, pack in (packs or {}).items()}
    return read_policy(text.encode(), name="prgate.yml", source=SOURCE, rules=(SLOW, LOUD), packs=data, judge=judge)


def refused(data: bytes, **packs: str) -> PrgateError | None:
    try:
        read_policy(data, name="prgate.yml", source=SOURCE, rules=(SLOW, LOUD), packs={name: pack.encode() for name, pack in packs.items()})
    except PrgateError as error:
        return error
    return None


def refusal(text: str, **packs: str) -> tuple[str, str, str]:
    with pytest.raises(PrgateError) as caught:
        read(text, packs=packs)
    return caught.value.where, caught.value.message, caught.value.help


ON = "version: 1\nrules: {slow-change: block}\n"
