"""Which added lines of a file something explains: by content, then by what formatters and redaction left of it, then by their neighbours."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from json import JSONDecodeError, loads
from typing import Final

from prgate.model.diff import FileChange
from prgate.model.lines import ends_digest, form_digest, telling, wrapped
from prgate.model.missing import Missing
from prgate.reconcile.sources import Brought, Source

COMMON: Final = 16
"""A line whose telling form is shorter than this (``return nil``, ``else {``) is in many files: where those around it are unexplained, so is it."""
MOST_MASKS: Final = 5_000_000
"""Masks tried on lines of one change."""

_SCAFFOLD: Final = (b'"cell_type":', b'"execution_count":', b'"id":', b'"metadata":', b'"name":', b'"outputs":', b'"source":')
"""What a notebook's file has around its cells, written by no one."""


@dataclass(frozen=True, slots=True)
class Told:
    """What explains lines of one file: ``brought`` the strongest first; then sources by digest, and by head line number."""

    brought: Sequence[Brought]
    digests: Mapping[bytes, Source]
    places: Mapping[int, Source]


@dataclass(slots=True)
class Line:
    """An added line: its head number, telling form, digest if it tells anything, and what explains it."""

    number: int
    form: bytes
    digest: bytes | None
    source: Source | None = None


@dataclass(slots=True)
class Tries:
    """Masks that may still be tried on lines of the change."""

    left: int = field(default_factory=lambda: MOST_MASKS)


def added_runs(change: FileChange) -> list[list[Line]]:
    """The unbroken runs of added lines of a file, nothing explained yet; none where the diff did not keep them."""
    if isinstance(change.hunks, Missing):
        return []
    notebook = change.path.endswith(b".ipynb")
    runs: list[list[Line]] = []
    last = -1
    for hunk in change.hunks:
        for number, text in hunk.added():
            form = telling(_cell_line(text) if notebook else text)
            scaffold = notebook and form.startswith(_SCAFFOLD)
            line = Line(number, form, None if scaffold else form_digest(form))
            if number != last + 1:
                runs.append([])
            runs[-1].append(line)
            last = number
    return runs


def _cell_line(text: bytes) -> bytes:
    """The source line that a line of a notebook's file holds as a JSON string; any other line as it is."""
    stripped = text.strip().rstrip(b",")
    if stripped[:1] == b'"' and stripped[-1:] == b'"':
        try:
            return bytes(loads(stripped).encode("utf-8", "replace"))
        except (JSONDecodeError, UnicodeDecodeError):
            return text
    return text


def explain(runs: list[list[Line]], told: Told, tries: Tries) -> None:
    """Set the source of every line that something explains."""
    tables = [table for brought in told.brought for table in (brought.lines, brought.wrapped) if table]
    for run in runs:
        for line in run:
            for table in tables:
                if line.digest in table:
                    line.source = table[line.digest]
                    break
        _unwrap(run, tables)
    _unmask(runs, told.brought, tries)
    for line in (line for run in runs for line in run if line.source is None):
        line.source = _placed(line, told.places)
        if line.source is None and line.digest is not None:
            line.source = told.digests.get(line.digest)
    for run in runs:
        if any(line.source is None for line in run):
            _doubt(run)
            _follow(run)
    _lead(runs, next((source for table in tables for source in table.values()), None))
    for line in (line for run in runs for line in run if line.source is None and line.digest is None):
        line.source = told.places.get(line.number)


def _placed(line: Line, places: Mapping[int, Source]) -> Source | None:
    """Whose a record says that the line is; a person's line too short to tell anything waits for what its neighbours say."""
    source = places.get(line.number)
    return None if source is not None and source.agent is None and line.digest is None else source


def _unwrap(run: list[Line], tables: list[dict[bytes, Source]]) -> None:
    """A statement that stands over several lines here and otherwise in the trace explains all of its lines."""
    if not tables or all(line.source is not None for line in run):
        return
    for first, last, digest in wrapped([line.form for line in run]):
        source = next((table[digest] for table in tables if digest in table), None)
        if source is not None:
            for line in run[first : last + 1]:
                line.source = line.source or source


def _unmask(runs: list[list[Line]], brought: Sequence[Brought], tries: Tries) -> None:
    """Lines that are like a redacted one before and after what is masked."""
    open_ = [line for run in runs for line in run if line.digest is not None and line.source is None]
    tries.left -= sum(len(one.masked) for one in brought) if open_ else 0
    if not open_ or tries.left < 0:
        return
    ends: dict[tuple[int, int], dict[bytes, Source]] = {}
    for one in brought:
        for mask, source in one.masked.items():
            ends.setdefault((mask.before, mask.after), {}).setdefault(mask.digest, source)
    for line in open_ if ends else ():
        tries.left -= len(ends)
        if tries.left < 0:
            return
        for (before, after), digests in ends.items():
            if len(line.form) >= before + after:
                found = digests.get(ends_digest(line.form[:before], line.form[len(line.form) - after :]))
                if found is not None:
                    line.source = found
                    break


def _doubt(run: list[Line]) -> None:
    """A common line counts as unexplained where the nearest lines that say more are, on both sides or on the only side there is."""
    around = _sides(run, [line.digest is not None and len(line.form) >= COMMON for line in run])
    for line, (left, right) in zip(run, around, strict=True):
        if line.digest is not None and len(line.form) < COMMON and line.source is not None:
            near = [one for one in (left, right) if one is not None]
            if near and all(one.source is None for one in near):
                line.source = None


def _follow(run: list[Line]) -> None:
    """A line too short to tell anything is explained where the nearest lines that do are, on both sides; between an agent and a person as an agent's."""
    around = _sides(run, [line.digest is not None for line in run])
    for line, (left, right) in zip(run, around, strict=True):
        near = [one for one in (left, right) if one is not None]
        if line.digest is None and line.source is None and near and all(one.source is not None for one in near):
            line.source = next((one.source for one in near if one.source is not None and one.source.agent is not None), near[0].source)


def _sides(run: list[Line], counts: list[bool]) -> list[tuple[Line | None, Line | None]]:
    """For each line the nearest one before and after it that counts."""
    left: list[Line | None] = []
    right: list[Line | None] = []
    for lines, flags, found in ((run, counts, left), (run[::-1], counts[::-1], right)):
        near: Line | None = None
        for line, flag in zip(lines, flags, strict=True):
            found.append(near)
            near = line if flag else near
    return list(zip(left, right[::-1], strict=True))


def _lead(runs: list[list[Line]], source: Source | None) -> None:
    """Runs in which no line tells anything go with the file: explained if something came into it and nothing in it is unexplained."""
    mute = [line for run in runs if all(line.digest is None for line in run) for line in run]
    if source is not None and all(line.source is not None for run in runs for line in run if line.digest is not None):
        for line in mute:
            line.source = line.source or source


def ranges(runs: list[list[Line]]) -> Iterator[tuple[int, int, Source | None]]:
    """First and last line of each stretch of one source, sorted."""
    start, end, source = 0, 0, None
    for line in (line for run in runs for line in run):
        if start and line.number == end + 1 and (line.source is source or line.source == source):
            end = line.number
            continue
        if start:
            yield start, end, source
        start, end, source = line.number, line.number, line.source
    if start:
        yield start, end, source
