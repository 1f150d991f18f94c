"""The fold with what people said to the gate: what counts, what it covers, and what does not count and why."""

from __future__ import annotations

from collections.abc import Sequence

from prgate.model.heard import Heard, Verb
from prgate.model.verdict import Verdict
from prgate.model.wording import counted
from prgate.render.escape import Md, code, join, text
from prgate.render.folds import Fold, bullets, fold
from prgate.render.fragments import Links, single
from prgate.render.heard import command, effects, let_through

_DOT = " \u00b7 "
_REFUSED = 20
"""Commands without effect that are listed: anybody can write them."""


def heard_fold(verdict: Verdict, at: Links, most: int) -> Fold | None:
    """Attestations, waivers, declarations and reports, each with who, of what and why; the findings that waivers cover; what does not count."""
    refused = [heard for heard in verdict.commands if heard.refused is not None]
    covered = [
        (result, each) for result in verdict.results for each in result.findings if each.waived and each.answered is not Verb.BREAK_GLASS
    ]
    told = effects(verdict)
    blocks = bullets([text(line, chars=600) for line in told[:most]])
    blocks += _titled(
        "Covered by a waiver", [join([code(result.rule, chars=60), single(each, at)], _DOT) for result, each in covered[:most]]
    )
    blocks += _titled("Does not count", [_refused(heard) for heard in refused[: min(most, _REFUSED)]])
    shown = min(most, len(told)) + min(most, len(covered)) + min(most, _REFUSED, len(refused))
    return fold(_title(verdict, len(covered), len(refused)), blocks, left=len(told) + len(covered) + len(refused) - shown, noun="line")


def _titled(title: str, lines: Sequence[Md]) -> list[Md]:
    return [Md(f"**{title}**"), *bullets(lines)] if lines else []


def _title(verdict: Verdict, covered: int, refused: int) -> str:
    attested = sum(each.answered is Verb.ATTEST for result in verdict.results for each in result.findings)
    verbs = [heard.verb for heard in verdict.commands if heard.refused is None]
    parts = [
        let_through(verdict),
        counted(attested, "finding") + " attested" if attested else "",
        counted(covered, "finding") + " waived" if covered else "",
        counted(verbs.count(Verb.WRONG), "rule") + " called wrong" if Verb.WRONG in verbs else "",
        counted(refused, "command") + " without effect" if refused else "",
    ]
    told = ", ".join(filter(None, parts))
    return f"What people said: {told}" if told else "What people said"


def _refused(heard: Heard) -> Md:
    return Md(
        f"{code(heard.by, chars=40)} on {code(heard.at[:10])}: {code(command(heard), chars=100)} · {text(heard.refused or '', chars=300, words=50)}"
    )
