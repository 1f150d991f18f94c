"""What the check run shows: a title, a summary, and annotations on the lines of the head."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from prgate.items import findings_that_stand, items, sentence, shows
from prgate.model.diff import Side
from prgate.model.verdict import Conclusion, ReportedFinding, Result, Verdict
from prgate.model.wording import counted
from prgate.render.comment import body
from prgate.render.escape import Md, cut, text, visible
from prgate.render.level import Level, level_of, weight
from prgate.render.notes import noted
from prgate.render.sentences import headline

MOST_ANNOTATIONS = 200
"""Annotations that are made; whoever publishes sends them in requests of 50."""

_TEXT = 65_535
_TITLE = 100
_ANNOTATION_TITLE = 255
"""GitHub's limits (OpenAPI description of ``checks/create``); a title of a check is cut earlier, to fit a line."""

CheckConclusion = Literal["success", "neutral", "failure", "action_required"]

_CONCLUSIONS: dict[Conclusion, CheckConclusion] = {
    Conclusion.PASS: "success",
    Conclusion.WARN: "neutral",
    Conclusion.INCOMPLETE: "action_required",
    Conclusion.FAIL: "failure",
}


@dataclass(frozen=True, slots=True)
class CheckOutput:
    """``title`` is plain text of at most 100 characters; ``summary`` and ``text`` are Markdown of at most 65,535 bytes."""

    title: str
    summary: str
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Annotation:
    """A remark on lines of a file at head (from 1, inclusive). ``title`` is the fact, at most 255 characters, ``message`` the cure.

    GitHub shows both as plain text; they are safe as Markdown too, and hold no control character but newline.
    """

    path: str
    start_line: int
    end_line: int
    level: Level
    title: str
    message: str


def conclusion_of(verdict: Conclusion) -> CheckConclusion:
    """How the forge is told."""
    return _CONCLUSIONS[verdict]


def check_output(verdict: Verdict, *, notes: Sequence[str] = ()) -> CheckOutput:
    """``notes`` say what publishing could not do and stand first; ``text`` counts the findings that no annotation shows."""
    title = headline(verdict, items(verdict)) if shows(verdict) else "prgate: not judged."
    first = noted(notes)
    made, absent = _annotated(verdict)
    parts = [counted(number, "finding") + where for where, number in sorted(absent.items())]
    parts += [counted(len(made) - MOST_ANNOTATIONS, "place") + " beyond the first"] if len(made) > MOST_ANNOTATIONS else []
    return CheckOutput(
        title=cut(title.rstrip("."), _TITLE),
        summary=first + body(verdict, limit=_TEXT - len(first.encode())),
        text=text(f"Without an annotation: {', '.join(parts)}.") if parts else None,
    )


def annotations_of(verdict: Verdict, *, most: int = MOST_ANNOTATIONS) -> tuple[Annotation, ...]:
    """One for each finding that stands and that a line at head can bear, failures first, then in the order of the verdict; at most ``most``.

    Findings of one rule that say the same on lines that touch are one. A finding on a whole file stands on its first line.
    None is made for the whole change, for the base's side (so none for a deleted file), nor for a path that JSON cannot spell or a
    reader cannot see.
    """
    return tuple(_annotation(*each) for each in _annotated(verdict)[0][:most])


def _annotated(verdict: Verdict) -> tuple[list[tuple[Result, ReportedFinding, int, int]], Counter[str]]:
    """Findings with the lines to annotate, in order, and how many have none, by the words that say where they stand."""
    groups: dict[tuple[object, ...], list[tuple[Result, ReportedFinding]]] = {}
    absent: Counter[str] = Counter()
    for result, finding in findings_that_stand(verdict):
        if not finding.path:
            absent[" on the whole change"] += 1
        elif finding.side is Side.BASE:
            absent[" at the base"] += 1
        elif finding.path_bytes is not None or visible(finding.path) != finding.path:
            absent[" in a file with an unreadable name"] += 1
        else:
            level = level_of(result, finding)
            key = (result.rule, finding.path, finding.line is None, level, finding.message, finding.fix)
            groups.setdefault(key, []).append((result, finding))
    made = [(*pairs[0], start, end) for pairs in groups.values() for start, end in _touching([finding for _, finding in pairs])]
    return sorted(made, key=lambda each: level_of(each[0], each[1]).rank), absent


def _touching(findings: Sequence[ReportedFinding]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted((finding.line or 1, max(finding.line or 1, finding.end_line or 0)) for finding in findings):
        if merged and start <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _annotation(result: Result, finding: ReportedFinding, start: int, end: int) -> Annotation:
    title, message = _told(result, finding)
    return Annotation(finding.path or "", start, end, level_of(result, finding), title, message)


def _told(result: Result, finding: ReportedFinding) -> tuple[str, str]:
    """Title and message; a fact that the title cuts stands whole in the message."""
    fact = sentence(finding.message)
    whole = text(fact, chars=1_200, words=240) or Md("No reason was given")
    title, chars = whole, _ANNOTATION_TITLE
    while len(title) > _ANNOTATION_TITLE:
        title, chars = text(fact, chars=chars), chars * 3 // 4
    small = ", ".join(filter(None, (text(result.rule, chars=60), weight(result, finding))))
    lines = ("" if title == whole else whole, text(finding.fix, chars=1_200, words=240), small)
    return title, "\n".join(filter(None, lines)) or whole
