"""The reading list: the few changed lines that need a human, in the order in which to read them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from prgate.model.authorship import FileOrigins, Origin
from prgate.model.diff import FileChange, Side
from prgate.model.evidence import Evidence
from prgate.model.heard import Verb
from prgate.model.missing import Missing
from prgate.model.paths import path_text
from prgate.model.rule import Read
from prgate.model.verdict import Reading, ReadingItem, ReportedFinding, Result

_NEAR = 4
"""Stretches with fewer lines than this between them are read as one."""

_WHO = {Origin.AGENT: "agent", Origin.DECLARED_HUMAN: "declared human", Origin.UNDECLARED: "nobody's"}


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Consecutive head lines (or a whole file, lines null) that at least one rule points at."""

    path: str
    line: int | None
    end: int | None
    rules: set[str]
    findings: set[str]


def reading_list(
    evidence: Evidence,
    results: Sequence[Result],
    *,
    reads: Mapping[str, Read],
    asks: Mapping[str, str],
    answered_by: Mapping[str, str] | None = None,
) -> Reading:
    """What to read of the added lines: stretches that findings point at, merged, the gravest first, then the most risks.

    ``reads`` tells per rule how its findings are read, ``asks`` per domain the question of the policy, ``answered_by`` who attested a finding, by
    its fingerprint: lines of which every finding is answered stay on the list with that name, and are none that are still to be read.
    """
    if isinstance(evidence.diff, Missing):
        return Reading(0, 0, ())
    files = {path_text(file.path): file for file in evidence.diff.files}
    origins = {} if isinstance(evidence.authorship, Missing) else evidence.authorship.files
    found: dict[str, list[tuple[str, ReportedFinding]]] = {}
    for result in results:
        for finding in result.findings:
            if result.rule in reads and finding.path in files and finding.side is Side.HEAD and _counts(finding):
                found.setdefault(finding.path, []).append((result.rule, finding))
    stretches = [stretch for path, pairs in found.items() for stretch in _merged(path, pairs)]
    stretches.sort(key=lambda item: (min(reads[rule].rank for rule in item.rules), -len(item.rules), item.path, item.line or 0))
    items = []
    for number, stretch in enumerate(stretches, start=1):
        file = files[stretch.path]
        ordered = [reads[rule] for rule in sorted(stretch.rules, key=lambda rule: reads[rule].rank)]
        risky = tuple(asks[domain] for domain in file.domains if asks.get(domain))
        risks = [
            _who(stretch, origins.get(file.path)),
            *(name.replace("-", " ") for name in file.domains),
            *(read.risk for read in ordered),
        ]
        items.append(
            ReadingItem(
                n=number,
                rule=min(stretch.rules, key=lambda rule: reads[rule].rank),
                risk=", ".join(dict.fromkeys(filter(None, risks))),
                ask=next(iter((*risky, *(read.ask for read in ordered)))),
                path=stretch.path,
                line=stretch.line,
                end_line=stretch.end,
                answered_by=_answered(stretch, answered_by or {}),
            ),
        )
    left = sum(_added_within(files[item.path], item) for item in items if item.answered_by is None)
    return Reading(left, evidence.diff.added, tuple(items))


def _counts(finding: ReportedFinding) -> bool:
    """Whether its lines want a reader: broken glass lets a change through, and nobody has read it."""
    return not finding.waived or finding.answered is Verb.BREAK_GLASS


def _answered(stretch: _Stretch, answered_by: Mapping[str, str]) -> str | None:
    who = [answered_by.get(fingerprint) for fingerprint in sorted(stretch.findings)]
    return None if None in who else ", ".join(sorted({name for name in who if name is not None}))


def _merged(path: str, found: Sequence[tuple[str, ReportedFinding]]) -> Iterator[_Stretch]:
    """Stretches of lines that are read in one go; a finding on the whole file makes it one stretch."""
    spans = sorted(
        (finding.line, finding.end_line or finding.line, rule, finding.fingerprint) for rule, finding in found if finding.line is not None
    )
    if len(spans) < len(found):
        yield _Stretch(path, None, None, {rule for rule, _ in found}, {finding.fingerprint for _, finding in found})
        return
    first, until = spans[0][0], spans[0][1]
    rules, findings = set[str](), set[str]()
    for start, end, rule, fingerprint in spans:
        if start > until + _NEAR:
            yield _Stretch(path, first, until, rules, findings)
            first, until, rules, findings = start, end, set(), set()
        until = max(until, end)
        rules.add(rule)
        findings.add(fingerprint)
    yield _Stretch(path, first, until, rules, findings)


def _who(stretch: _Stretch, origins: FileOrigins | None) -> str:
    if origins is None:
        return ""
    start, end = stretch.line, stretch.end
    if start is None or end is None:
        return _WHO[origins.whole]
    found = {span.origin for span in origins.spans if span.start <= end and start <= span.end}
    return next((word for origin, word in _WHO.items() if origin in found), "")


def _added_within(file: FileChange, item: ReadingItem) -> int:
    """Added lines of the file inside the item; a whole file counts all of its own."""
    if item.line is None or item.end_line is None or isinstance(file.hunks, Missing):
        return file.added
    runs = (run for hunk in file.hunks for run in hunk.added_runs())
    return sum(max(0, min(end, item.end_line) - max(start, item.line) + 1) for start, end in runs)
