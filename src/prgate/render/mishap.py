"""What is said where there is no verdict: what went wrong, where, and how to mend it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from prgate.items import sentence
from prgate.render.check import CheckOutput
from prgate.render.escape import Md, code, marker, text
from prgate.render.notes import noted

_PLACE = re.compile(r"(.+?):([1-9][0-9]{0,8})(?::([1-9][0-9]{0,8}))?", re.DOTALL)
_OBJECT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")


class MishapKind(StrEnum):
    """Whose turn it is: a maintainer's, nobody's yet, or ours."""

    CONFIGURATION = "configuration"
    UNREACHABLE = "unreachable"
    DEFECT = "defect"


_HEADS = {
    MishapKind.CONFIGURATION: "prgate: could not judge. Its configuration must be mended",
    MishapKind.UNREACHABLE: "prgate: could not judge. What it must read could not be reached",
    MishapKind.DEFECT: "prgate: could not judge. A defect of prgate",
}
_CURES = {
    MishapKind.CONFIGURATION: "Mend it on the branch that the policy is read from.",
    MishapKind.UNREACHABLE: "Run the job again.",
    MishapKind.DEFECT: "Run the job again with debug logging, and report what its log says.",
}
"""What to do where nobody said."""


@dataclass(frozen=True, slots=True)
class Mishap:
    """``message`` says what is wrong, ``where`` names the place (``file:line:column``, or any words), ``help`` says how to mend it."""

    kind: MishapKind
    message: str
    where: str = ""
    help: str = ""


def mishap_comment(mishap: Mishap, key: str, head: str | None) -> str:
    """The comment, with the same first line as a verdict's. ``key`` is the pull request's number, ``head`` the commit not judged."""
    at = Md(f"head {code(head[:7])} · ") if head is not None and _OBJECT.fullmatch(head) else ""
    return f"{marker(key)}\n### {_HEADS[mishap.kind]}\n{_told(mishap)}\n<sub>{at}nothing was judged, so nothing passes</sub>\n"


def mishap_check(mishap: Mishap, *, notes: Sequence[str] = ()) -> CheckOutput:
    """What the check run shows; ``notes`` stand first."""
    return CheckOutput(title=_HEADS[mishap.kind], summary=f"{noted(notes)}{_told(mishap)}")


def mishap_body(mishap: Mishap) -> str:
    """The comment without its first line and the commit."""
    return f"### {_HEADS[mishap.kind]}\n{_told(mishap)}"


def _told(mishap: Mishap) -> str:
    fact = text(sentence(mishap.message), chars=400, words=80) or Md("No reason was given")
    cure = text(mishap.help, chars=600, words=100) or _CURES[mishap.kind]
    return f"**{fact}**{_place(mishap.where)}\n{cure}\n"


def _place(where: str) -> str:
    if not where:
        return ""
    found = _PLACE.fullmatch(where)
    if found is None:
        return f" · {code(where, chars=200)}"
    column = f", column {found[3]}" if found[3] else ""
    return f" · {code(found[1], chars=200)} line {found[2]}{column}"
