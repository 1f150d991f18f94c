"""The stretches of a change that are high-risk: by the path of their file, or by a mark that stands near."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Final

from prgate.model.authorship import FileOrigins, Origin, Span
from prgate.model.diff import FileChange, Mark, Status
from prgate.model.missing import Missing
from prgate.model.paths import FileClass

MARKED: Final = frozenset({FileClass.SOURCE, FileClass.CONFIG, FileClass.OTHER})
"""Classes of files that are read for marks: what runs, or sets up what runs."""
_WEIGHT: Final = {Origin.AGENT: 2, Origin.UNDECLARED: 1, Origin.DECLARED_HUMAN: 0}
_NEAR: Final = 10
"""Lines before and after a mark that it speaks for."""
_TESTS: Final = frozenset({FileClass.TEST, FileClass.TEST_SUPPORT})
_IN_ANY: Final = "agent-instructions"
"""Is documentation by its nature."""
_IN_TESTS: Final = frozenset({"ci", "infra"})
"""Where a folder named ``test`` is an environment or a workflow's part, and no test of the code."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Lines of one origin in the same domains; no line for the whole file. ``marks``: what says so where the path does not, one a domain."""

    file: FileChange
    origin: Origin
    domains: tuple[str, ...]
    line: int | None = None
    end: int | None = None
    marks: tuple[Mark, ...] = ()


def risky_domains(file: FileChange, leave_out: Collection[FileClass]) -> tuple[str, ...]:
    """The domains in which a change of this file is a risk, where files of some classes are none: those of agent instructions in any class."""
    if not file.domains or _blank(file):
        return ()
    if file.file_class not in leave_out:
        return file.domains
    kept = {_IN_ANY} | (_IN_TESTS if file.file_class in _TESTS else frozenset())
    return tuple(name for name in file.domains if name in kept)


def _blank(file: FileChange) -> bool:
    """Whether nothing changed but blank lines."""
    if isinstance(file.hunks, Missing) or not file.hunks or file.status is not Status.MODIFIED or file.modes[0] != file.modes[1]:
        return False
    return all(not line[1:].strip() for hunk in file.hunks for line in hunk.body.split(b"\n") if line[:1] in {b"+", b"-"})


def stretches(file: FileChange, origins: FileOrigins, domains: tuple[str, ...]) -> Iterator[Stretch]:
    """All of the change where its path is in one of these domains, else what is near a mark; each with its origin.

    What takes a mark away has no line of its own: it is told with the lines near it, unless those are of an origin that weighs less.
    """
    marks = [mark for mark in file.marks if mark.domain in domains]
    placed = tuple(name for name in domains if all(mark.domain != name for mark in marks))
    unseen = dict.fromkeys(marks)
    for span in origins.spans:
        for start, end, near in _windows(span, marks, whole=bool(placed)):
            yield _stretch(file, span.origin, placed, near, (start, end))
            for mark in near:
                if not mark.removed or _WEIGHT[span.origin] >= _WEIGHT[origins.whole]:
                    unseen.pop(mark, None)
    if placed and _beyond_lines(file, origins):
        yield Stretch(file, origins.whole, domains)
        return
    for line in sorted({mark.line for mark in unseen}):
        yield _stretch(file, origins.whole, (), [mark for mark in unseen if mark.line == line], (line, line) if line else None)


def _windows(span: Span, marks: Iterable[Mark], *, whole: bool) -> Iterator[tuple[int, int, list[Mark]]]:
    """The lines of a span that are near marks, merged where they touch, or all of them (``whole``), with those marks."""
    near = sorted((mark for mark in marks if span.start - _NEAR <= mark.line <= span.end + _NEAR), key=attrgetter("line"))
    if whole:
        yield span.start, span.end, near
        return
    last, here = 0, list[Mark]()
    for mark in near:
        if here and mark.line - _NEAR > last + 1:
            yield max(span.start, here[0].line - _NEAR), last, here
            here = []
        last, here = min(span.end, mark.line + _NEAR), [*here, mark]
    if here:
        yield max(span.start, here[0].line - _NEAR), last, here


def _stretch(file: FileChange, origin: Origin, placed: tuple[str, ...], marks: Sequence[Mark], lines: tuple[int, int] | None) -> Stretch:
    by = {mark.domain: mark for mark in sorted(marks, key=attrgetter("line"), reverse=True)}
    domains = tuple(sorted({*placed, *by}))
    line, end = lines or (None, None)
    return Stretch(file, origin, domains, line, end, tuple(by[name] for name in domains if name in by))


def _beyond_lines(file: FileChange, origins: FileOrigins) -> bool:
    """Whether the change does more than its added lines show: it has none, moves or retypes the file, or removes lines of its own."""
    if not origins.spans or file.status in {Status.DELETED, Status.RENAMED, Status.TYPE_CHANGED}:
        return True
    heaviest = max(_WEIGHT[span.origin] for span in origins.spans)
    return (file.removed > 0 or file.modes[0] not in {0, file.modes[1]}) and _WEIGHT[origins.whole] > heaviest
