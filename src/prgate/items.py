"""A verdict as the items that a human works through, before any markup."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from prgate.model.diff import Side
from prgate.model.grade import Grade
from prgate.model.heard import Verb
from prgate.model.missing import Why
from prgate.model.verdict import Conclusion, EvidenceMissing, EvidenceRead, Outcome, ReportedFinding, Result, ScopeState, Verdict
from prgate.model.wording import counted

ENTRIES = 3
"""Facts that one item of the comment shows."""
PLACES = 3
"""Files that the only fact of an item shows; where it has several facts, each shows one."""
SPANS = 3
"""Stretches of lines that one file shows."""
_COUNTS = re.compile(r"(?P<number>[0-9]{1,3}(?:,[0-9]{3}){0,3}) lines? (?P<of>.*)", re.DOTALL)
"""A fact that counts the lines of its place."""


_Findings = tuple[tuple[Result, ReportedFinding], ...]


class Section(StrEnum):
    """What an item asks for, gravest first; the value is its heading."""

    MEND = "Mend before merge"
    EXPLAIN = "Explain"
    CONFIRM = "Could not confirm"

    @property
    def verb(self) -> str:
        """How an item of this section is counted: ``3 to mend``."""
        return "to confirm" if self is Section.CONFIRM else f"to {self.name.lower()}"


@dataclass(frozen=True, slots=True)
class Place:
    """Lines of one file: sorted disjoint spans (from 1, inclusive), none for the whole file."""

    path: str
    path_bytes: str | None
    side: Side
    lines: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """One fact and every place where it holds."""

    fact: str
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """Findings of one rule with one cure, or one thing that kept rules from looking.

    ``rules`` are the rules that say it (none for a fault), ``notes`` words of ours about its weight, ``observed`` that it counts for
    nothing yet. ``n`` counts from 1 through all sections. ``findings`` is how many findings it stands for. ``answer`` is the command that
    people may answer it with, null where there is none.
    """

    n: int
    section: Section
    observed: bool
    rules: tuple[str, ...]
    entries: tuple[Entry, ...]
    cure: str
    notes: tuple[str, ...]
    findings: int
    answer: Verb | None = None

    @property
    def shortened(self) -> bool:
        """Whether it stands for more than its lines in the comment show."""
        single = len(self.entries) == 1
        most = PLACES if single else 1
        return len(self.entries) > ENTRIES or any(
            len(entry.places) > most or any(len(place.lines) > SPANS for place in entry.places) for entry in self.entries
        )


def shows(verdict: Verdict) -> bool:
    """Whether there is anything to say: a pull request that is not judged, passes and has no finding gets no comment at all."""
    silent = verdict.scope.state is ScopeState.NOT_JUDGED and verdict.verdict is Conclusion.PASS
    return not silent or bool(verdict.faults) or any(result.findings for result in verdict.results)


def items(verdict: Verdict) -> tuple[Item, ...]:
    """All items in the order in which they are shown: by weight, then by section, then as in the verdict.

    What people have answered is counted and not shown, so that a number means the same before and after somebody answers with it.
    """
    return tuple(item for item, findings in _numbered(verdict) if item.findings or not findings)


def items_let_through(verdict: Verdict) -> tuple[Item, ...]:
    """What broken glass set aside, under the numbers that it has always had."""
    made = []
    for item, pairs in _numbered(verdict):
        if aside := [finding for _, finding in pairs if finding.answered is Verb.BREAK_GLASS]:
            made.append(replace(item, entries=_entries(aside), findings=len(aside), answer=None))
    return tuple(made)


def numbered_findings(verdict: Verdict) -> Mapping[int, tuple[tuple[Result, ReportedFinding], ...]]:
    """The findings of each item by its number, also those that people have answered."""
    return {item.n: findings for item, findings in _numbered(verdict) if findings}


def _numbered(verdict: Verdict) -> list[tuple[Item, _Findings]]:
    read = {item.id: item.grade for item in verdict.evidence if isinstance(item, EvidenceRead) and item.kind != "diff"}
    found = [*_found(verdict, read), *((item, ()) for item in (*_faults(verdict), *_silenced(verdict)))]
    order = list(Section)
    found.sort(key=lambda pair: (pair[0].observed, order.index(pair[0].section)))
    return [(replace(item, n=number), findings) for number, (item, findings) in enumerate(found, start=1)]


def tally(shown: Iterable[Item]) -> str:
    """``3 to mend, 1 to explain, 1 to confirm``; empty where there is nothing."""
    sections = [item.section for item in shown]
    return ", ".join(f"{sections.count(section)} {section.verb}" for section in Section if section in sections)


def sentence(value: str) -> str:
    """The text with a capital letter in front, where it starts with an ordinary word."""
    first = value.split(" ", 1)[0]
    return value[:1].upper() + value[1:] if re.fullmatch("[a-z]+(?:-[a-z]+)*(?:'s)?[,:;]?", first) else value


def grade_of(result: Result, read: Mapping[str, Grade]) -> Grade | None:
    """The weakest grade of what a rule looked at; null where it looked at nothing but the diff. ``read``: grades by evidence id."""
    grades = [read[item] for item in result.evidence if item in read]
    return min(grades, key=lambda grade: grade.rank) if grades else None


def open_findings(verdict: Verdict) -> tuple[tuple[Result, ReportedFinding], ...]:
    """Every finding that counts, neither waived nor answered, with the result it belongs to."""
    return tuple((result, finding) for result in verdict.results for finding in result.findings if finding.open)


def findings_that_stand(verdict: Verdict) -> tuple[tuple[Result, ReportedFinding], ...]:
    """The same, and every finding that broken glass let through: nobody has answered what it says."""
    pairs = ((result, finding) for result in verdict.results for finding in result.findings)
    return tuple((result, finding) for result, finding in pairs if finding.open or finding.answered is Verb.BREAK_GLASS)


def place_of(finding: ReportedFinding) -> Place | None:
    """Where a finding points; null for the whole change."""
    if finding.path is None:
        return None
    lines = () if finding.line is None else ((finding.line, max(finding.line, finding.end_line or 0)),)
    return Place(finding.path, finding.path_bytes, finding.side, lines)


def _found(verdict: Verdict, read: Mapping[str, Grade]) -> list[tuple[Item, _Findings]]:
    groups: dict[tuple[Section, str, str], list[tuple[Result, ReportedFinding]]] = {}
    for result in verdict.results:
        for finding in result.findings:
            if finding.open or finding.answered is not None:
                asks = result.mode == "warn" or not finding.certain
                groups.setdefault((Section.EXPLAIN if asks else Section.MEND, result.rule, finding.fix), []).append((result, finding))
    made: list[tuple[Item, _Findings]] = []
    for (section, rule, fix), pairs in groups.items():
        result = pairs[0][0]
        findings = [finding for _, finding in pairs if finding.open]
        grade = grade_of(result, read)
        weight = {"observe": "", "warn": "warning"}.get(result.mode, "asks, does not block" if section is Section.EXPLAIN else "")
        notes = (weight, "" if grade in {None, Grade.OBSERVED} else f"{grade} evidence")
        made.append(
            (
                Item(
                    n=0,
                    section=section,
                    observed=result.mode == "observe",
                    rules=(rule,),
                    entries=_entries(findings),
                    cure=fix,
                    notes=tuple(filter(None, notes)),
                    findings=len(findings),
                    answer=result.answer,
                ),
                tuple(pairs),
            ),
        )
    return made


def _entries(findings: Iterable[ReportedFinding]) -> tuple[Entry, ...]:
    """One entry a fact, one place a file and side, spans merged where they touch; facts that only count lines differently are added up."""
    facts: dict[str, dict[tuple[str, Side], list[Place]]] = {}
    sums: dict[str, int] = {}
    for finding in findings:
        place = place_of(finding)
        said = _COUNTS.fullmatch(finding.message) if place and place.lines else None
        fact = finding.message
        if said is not None:
            fact = f" {said['of']}"
            sums[fact] = sums.get(fact, 0) + int(said["number"].replace(",", ""))
        files = facts.setdefault(fact, {})
        if place:
            files.setdefault((place.path, place.side), []).append(place)
    return tuple(
        Entry(
            f"{counted(sums[fact], 'line')}{fact}" if fact in sums else fact,
            tuple(_together(places) if len(places) > 1 else places[0] for places in files.values()),
        )
        for fact, files in facts.items()
    )


def _together(places: list[Place]) -> Place:
    spans: list[tuple[int, int]] = []
    for start, end in sorted(span for place in places for span in place.lines):
        if spans and start <= spans[-1][1] + 1:
            spans[-1] = (spans[-1][0], max(end, spans[-1][1]))
        else:
            spans.append((start, end))
    return replace(places[0], lines=() if any(not place.lines for place in places) else tuple(spans))


def _faults(verdict: Verdict) -> list[Item]:
    groups: dict[tuple[str, str], list[Place]] = {}
    for fault in verdict.faults:
        places = groups.setdefault((fault.message, fault.fix), [])
        if fault.path is not None:
            places.append(Place(fault.path, None, Side.HEAD, ()))
    return [
        Item(0, Section.CONFIRM, observed=False, rules=(), entries=(Entry(message, tuple(places)),), cure=fix, notes=("fault",), findings=0)
        for (message, fix), places in groups.items()
    ]


def _silenced(verdict: Verdict) -> list[Item]:
    """One item a cause, with the rules it silences; rules that crashed stand apart from rules that lacked something."""
    absent = {item.id: item for item in verdict.evidence if isinstance(item, EvidenceMissing)}
    groups: dict[tuple[bool, bool, str], list[Result]] = {}
    cures: dict[tuple[bool, bool, str], tuple[str, Why | None]] = {}
    for result in verdict.results:
        if result.outcome not in {Outcome.UNKNOWN, Outcome.ERROR}:
            continue
        crashed = result.outcome is Outcome.ERROR
        causes = [] if crashed else [absent[item] for item in result.evidence if item in absent]
        cause = next((item for item in (*causes, *absent.values()) if item.missing.detail == result.reason and not crashed), None)
        cause = cause or (causes[0] if len(causes) == 1 and not result.reason else None)
        key = (result.mode == "observe", crashed, cause.missing.detail if cause else result.reason)
        groups.setdefault(key, []).append(result)
        cures.setdefault(key, (cause.missing.fix, cause.missing.why) if cause else (result.fix or "", None))
    made = []
    for (observed, crashed, reason), results in groups.items():
        fix, why = cures[observed, crashed, reason]
        blocks = any(result.mode == "block" and result.on_unknown == "block" for result in results)
        weight = "" if observed or blocks else "warning"
        made.append(
            Item(
                n=0,
                section=Section.CONFIRM,
                observed=observed,
                rules=tuple(result.rule for result in results),
                entries=(Entry(reason, ()),),
                cure=fix or ("This is a defect of prgate: report it with the kept record." if crashed else ""),
                notes=tuple(filter(None, ("crashed" if crashed else why or "", weight))),
                findings=0,
            ),
        )
    return made
