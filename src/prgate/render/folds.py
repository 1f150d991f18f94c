"""What stands behind the folds of the review comment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from prgate.items import ENTRIES, Item, Place, Section, grade_of, open_findings, sentence
from prgate.model.diff import Side
from prgate.model.grade import Grade
from prgate.model.verdict import EvidenceMissing, EvidenceRead, Outcome, ReadingItem, Verdict
from prgate.model.wording import counted
from prgate.render.cures import cures
from prgate.render.escape import Md, bare, cell, code, html_text, text
from prgate.render.fragments import Links, item, marks, place, single
from prgate.render.sentences import outcome, rules, scope, sign

_EXPANDED = 12
"""Reading items whose lines GitHub is asked to show in place."""
_OF_A_KIND = 8
"""Inputs of one kind that are listed one by one; a pull request can have a session a turn."""
_PLACES = 48
"""Places of the reading list that are listed: nobody opens more, and JSON has all of them."""
_NOTHING = "\u2013"


@dataclass(frozen=True, slots=True)
class Fold:
    """Something behind a summary (HTML): blocks with a blank line between them."""

    title: Md
    blocks: tuple[Md, ...]
    opened: bool = False


def further(title: str, shown: Sequence[Item], at: Links, most: int, *, opened: bool = False) -> Fold | None:
    """Items that do not stand above the folds, under the same headings."""
    blocks = []
    pairs = list(zip(shown[:most], marks(shown), strict=False))
    for section in Section:
        if made := [item(each, at, entries=ENTRIES, mark=mark) for each, mark in pairs if each.section is section]:
            blocks += [Md(f"**{section.value}**"), *made]
    return fold(title, blocks, left=len(shown) - most, noun="item", opened=opened)


def reading(verdict: Verdict, at: Links, most: int) -> Fold | None:
    """What to read, in order: the risk and the question, then the address alone on its line, which GitHub turns into the lines; not what is answered."""
    shown = verdict.reading.items
    done = sum(each.answered_by is not None for each in shown)
    if done == len(shown):
        title = f"Nothing left to read: {counted(done, 'place')} answered"
    else:
        lines = verdict.reading.lines
        title = f"Read these {counted(lines, 'line')}, in this order" if lines else "Read these places, in this order"
        title += f" ({counted(done, 'place')} answered)" if done else ""
    ordered = sorted(shown, key=lambda each: each.answered_by is not None)[: min(most, _PLACES)]
    blocks = [_read(each, at) for each in ordered]
    if 0 < (first := sum(each.answered_by is None for each in ordered)) < len(ordered):
        blocks.insert(first, Md("**Answered**"))
    return fold(title, blocks, left=len(shown) - len(ordered), noun="place")


def _read(shown: ReadingItem, at: Links) -> Md:
    span = None if shown.line is None else (shown.line, max(shown.line, shown.end_line or 0))
    where = Place(shown.path, None, Side.HEAD, () if span is None else (span,))
    risk, ask = text(sentence(shown.risk), chars=160, words=24) or Md("Read"), text(shown.ask, chars=300, words=48)
    answered = text(f" · answered by `{shown.answered_by}`", chars=80) if shown.answered_by else ""
    head = f"{shown.n}. **{risk}**: {ask}{' ' if answered else ''}{answered}"
    url = at.url(where, span)
    if url is not None and span is not None and shown.n <= _EXPANDED and not answered:
        return Md(f"{head}\n\n{bare(url)}")
    return Md(f"{head}\n{' ' * (len(str(shown.n)) + 2)}{place(where, at, most=1)}")


def singly(verdict: Verdict, at: Links, most: int) -> Fold | None:
    """Every finding on a line of its own, under its rule; a fact that all findings of a rule share is said once."""
    found = open_findings(verdict)
    blocks = []
    for rule, pairs in groupby(found[:most], key=lambda pair: pair[0].rule):
        each = [finding for _, finding in pairs]
        shared = each[0].message if len({finding.message for finding in each}) == 1 and len(each) > 1 else ""
        said = f": {text(shared, chars=240, words=48)}" if shared else ""
        lines = [single(finding, at, bare_fact=bool(shared) and finding.path is not None) for finding in each]
        blocks += [Md(f"{code(rule, chars=60)}{said}"), *bullets(lines)]
    return fold(f"All {counted(len(found), 'finding')}, one by one", blocks, left=len(found) - most, noun="finding")


def table(verdict: Verdict, most: int, *, opened: bool = False) -> Fold | None:
    """The one table: every rule that is on, also the silent ones."""
    read = {item.id: item.grade for item in verdict.evidence if isinstance(item, EvidenceRead) and item.kind != "diff"}
    rows = [Md("| rule | outcome | evidence | grade |"), Md("|---|---|---|---|")]
    for result in verdict.results[:most]:
        looked = result.outcome not in {Outcome.UNKNOWN, Outcome.ERROR, Outcome.NOT_APPLICABLE}
        grade = (grade_of(result, read) or Grade.OBSERVED) if looked else _NOTHING
        rows.append(Md(f"| {_cell_code(result.rule)} | {outcome(result)} | {cell(result.reason, chars=160) or _NOTHING} | {grade} |"))
    rows += [Md(f"| {_cell_code(rule)} | pending | cannot be judged before the push | {_NOTHING} |") for rule in verdict.pending[:most]]
    left = max(0, len(verdict.results) - most) + max(0, len(verdict.pending) - most)
    blocks = [Md("\n".join(rows)), text(scope(verdict.scope))]
    return fold(rules(verdict), blocks if most else [], left=left, noun="rule", opened=opened)


def _cell_code(value: str) -> Md:
    return cell(f"`{value}`", chars=60)


def evidence(verdict: Verdict, most: int) -> Fold | None:
    """Every mark of an agent, quoted, then every input with its grade, also what was sought and is missing."""
    marks = [
        Md(f"{text(f'{agent.name}, {sign(mark, verdict.authorship.commits)}', chars=160)}: {code(mark.quote)} ({agent.grade})")
        for agent in verdict.authorship.agents[:most]
        for mark in agent.signs[:most]
    ]
    inputs = [line for kind, group in groupby(verdict.evidence, key=lambda each: each.kind) for line in _inputs(kind, list(group))]
    lines = [*marks[:most], *inputs][:most]
    absent = sum(isinstance(each, EvidenceMissing) for each in verdict.evidence)
    title = f"Evidence: {counted(len(verdict.evidence) - absent, 'input')} read, {absent:,} missing"
    total = sum(len(agent.signs) for agent in verdict.authorship.agents) + len(inputs)
    return fold(title, bullets(lines), left=total - len(lines), noun="line")


def _inputs(kind: str, group: Sequence[EvidenceRead | EvidenceMissing]) -> list[Md]:
    """The inputs of one kind: some one by one, what is missing before the rest, which is counted."""
    if len(group) <= _OF_A_KIND:
        return [*map(_input, group)]
    ordered = sorted(group, key=lambda each: isinstance(each, EvidenceRead))
    listed, rest = ordered[: _OF_A_KIND - 1], ordered[_OF_A_KIND - 1 :]
    read = sum(each.read for each in rest if isinstance(each, EvidenceRead))
    return [*map(_input, listed), text(f"and {len(rest):,} more inputs of the kind `{kind}`, {counted(read, 'record')} read")]


def _input(shown: EvidenceRead | EvidenceMissing) -> Md:
    if isinstance(shown, EvidenceMissing):
        fact = f"{shown.kind} missing ({shown.missing.why}): {shown.missing.detail.rstrip('.')}. {shown.missing.fix}"
        return text(sentence(fact), chars=400)
    form = f" as {shown.format}," if shown.format else ":"
    skipped = f", {shown.skipped:,} skipped" if shown.skipped else ""
    note = f"; {shown.note}" if shown.note else ""
    rest = f"{form} {counted(shown.read, 'record')} read{skipped}, {shown.grade}{note}"
    return Md(
        f"{text(sentence(shown.kind), chars=40)} from {code(shown.source, chars=120)}{' ' if shown.format else ''}{text(rest, chars=300)}"
    )


def data(verdict: Verdict, most: int) -> Fold | None:
    """What the agent that mends this reads."""
    found = bool(most) and bool(open_findings(verdict))
    return fold("For the agent: cures as data", [cures(verdict, most)] if found else [], left=0, noun="cure")


def bullets(lines: Sequence[Md]) -> list[Md]:
    """A list as one block, no block without a line."""
    return [Md("\n".join(f"- {line}" for line in lines))] if lines else []


def fold(title: str, blocks: Sequence[Md], *, left: int, noun: str, opened: bool = False) -> Fold | None:
    """Blocks behind a title, the rest counted; null where there are none."""
    tail = (text(f"and {counted(left, f'more {noun}')}."),) if left > 0 else ()
    return Fold(html_text(title), (*blocks, *tail), opened) if blocks else None
