"""What the templates of the review comment fill in."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from prgate.items import ENTRIES, Item, Section, items, items_let_through, open_findings, tally
from prgate.model.verdict import Conclusion, Verdict
from prgate.render import folds
from prgate.render.escape import Md, html_text, marker, text
from prgate.render.folds import Fold
from prgate.render.fragments import Links, item, links, marks, words
from prgate.render.heard import broken, said
from prgate.render.heard_fold import heard_fold
from prgate.render.sentences import footer, headline, to_read, who

WORDS = 250
"""Most words above the folds."""
ITEMS = 5
"""Most items above the folds."""
_HEADINGS = 8
"""Words of the three headings."""


@dataclass(frozen=True, slots=True)
class Group:
    """Items under one heading."""

    title: str
    items: tuple[Md, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """What the templates fill in. ``glass`` says who let it through, ``line`` is set for a pass, which shows one line and nothing else above its fold.

    ``folds`` are in the order shown: a name for its share of the space, and what makes it with at most so many entries (0: not at all).
    """

    marker: Md
    headline: str
    glass: str
    lead: str
    who: Md
    line: tuple[Md, Md] | None
    groups: tuple[Group, ...]
    folds: tuple[tuple[str, Callable[[int], Fold | None]], ...]
    footer: tuple[str, ...]


def marker_of(verdict: Verdict) -> Md:
    """The first line of the comment on this subject: the same one for every verdict on it."""
    sha = verdict.subject.head.sha or ""
    if verdict.subject.pr is not None:
        return marker(str(verdict.subject.pr))
    return marker(sha[:12] if re.fullmatch("[0-9a-f]{40,64}", sha) else "local")


def page(verdict: Verdict) -> Page:
    """The whole comment, its folds still to be made."""
    at, found = links(verdict), items(verdict)
    counted, observed = [shown for shown in found if not shown.observed], [shown for shown in found if shown.observed]
    passes = verdict.verdict is Conclusion.PASS
    title, glass, lead = headline(verdict, found), broken(verdict), to_read(verdict)
    by = text(" ".join(filter(None, (who(verdict), said(verdict)))), words=70)
    above = () if passes else _above(counted, at, WORDS - words(f"{title} {text(glass)} {lead} {by}") - _HEADINGS)
    aside = items_let_through(verdict)
    rest = counted[len(above) :]
    singly = any(shown.shortened for shown in found) or any(finding.quote for _, finding in open_findings(verdict))
    behind: list[tuple[str, Callable[[int], Fold | None]]] = [
        ("more", partial(folds.further, f"Further: {tally(rest)}", rest, at)),
        ("more", partial(folds.further, f"Let through by break-glass: {tally(aside)}", aside, at)),
        ("reading", partial(folds.reading, verdict, at)),
        (
            "more",
            partial(folds.further, f"Observed only, if enforced {verdict.if_enforced}: {tally(observed)}", observed, at, opened=passes),
        ),
        *([("singly", partial(folds.singly, verdict, at))] if singly else []),
        ("heard", partial(heard_fold, verdict, at)),
        ("rules", partial(folds.table, verdict, opened=passes and not observed)),
        ("evidence", partial(folds.evidence, verdict)),
        ("cures", partial(folds.data, verdict)),
    ]
    return Page(
        marker=marker_of(verdict),
        headline=title,
        glass=glass,
        lead=lead,
        who=by,
        line=(html_text(title), html_text(_rest_of_line(verdict, observing=bool(observed)))) if passes else None,
        groups=_grouped(counted[: len(above)], above),
        folds=tuple(behind),
        footer=footer(verdict),
    )


def _rest_of_line(verdict: Verdict, *, observing: bool) -> str:
    parts = (to_read(verdict), "" if observing else who(verdict, brief=True), said(verdict))
    return " ".join(filter(None, parts))


def _above(counted: Sequence[Item], at: Links, budget: int) -> tuple[Md, ...]:
    """The leading items that fit the budget; the first is cut until it does, since something must be said."""
    shown: list[Md] = []
    for candidate, mark in zip(counted[:ITEMS], marks(counted), strict=False):
        made = item(candidate, at, entries=ENTRIES, mark=mark)
        if not shown and words(made) > budget:
            made = item(candidate, at, entries=1, mark=mark)
        budget -= words(made)
        if budget < 0:
            break
        shown.append(made)
    return tuple(shown)


def _grouped(counted: Sequence[Item], made: Sequence[Md]) -> tuple[Group, ...]:
    pairs = list(zip(counted, made, strict=True))
    return tuple(
        Group(section.value, tuple(shown for source, shown in pairs if source.section is section))
        for section in Section
        if any(source.section is section for source in counted)
    )
