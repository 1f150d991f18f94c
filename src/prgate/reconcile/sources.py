"""What the traces say of each changed file: which lines came into it, and which events name it or may have written it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from prgate.model.diff import Diff
from prgate.model.lines import unpacked
from prgate.model.reconciliation import MOST_MENTIONS, How, Mention
from prgate.model.trace import Command, Edit, EventKind, Masked, Trace, TraceEvent, Writes
from prgate.reconcile.places import Changed, place

MOST_MOVED: Final = 8
"""Files that one command names, up to which it tells which of them became which."""

_MOVERS: Final = ("cp", "git mv", "mv", "rename")


@dataclass(frozen=True, slots=True)
class Source:
    """By what, in which trace (from 1), and whose; no agent: a person's."""

    how: How
    trace: int
    agent: str | None


@dataclass(slots=True)
class Brought:
    """Lines that came into one file, by digest, each with the first source that brings it; ``more`` has the other traces that do."""

    lines: dict[bytes, Source] = field(default_factory=dict)
    wrapped: dict[bytes, Source] = field(default_factory=dict)
    masked: dict[Masked, Source] = field(default_factory=dict)
    more: dict[bytes, list[int]] = field(default_factory=dict)

    def take(self, edit: Edit, source: Source) -> None:
        """Add what an edit or the text of a command brings in."""
        for digest in unpacked(edit.lines):
            first = self.lines.setdefault(digest, source)
            if first.trace != source.trace and (others := self.more.setdefault(digest, []))[-1:] != [source.trace]:
                others.append(source.trace)
        for digest in unpacked(edit.wrapped).difference(self.wrapped):
            self.wrapped[digest] = source
        for mask in edit.masked:
            self.masked.setdefault(mask, source)

    def traces(self, digest: bytes) -> Sequence[int]:
        """All traces that bring this line in."""
        first = self.lines.get(digest)
        return () if first is None else (first.trace, *self.more.get(digest, ()))


@dataclass(slots=True)
class Sources:
    """Per changed file (``FileChange.path``) what came into it, and the events that name it or may have written it.

    ``edits`` has all edits by the path that they name, from which a new file may have been moved or taken; ``beside`` the paths that a
    command moves or copies to or from a changed file. ``told`` and ``shared`` have per trace the lines by edited path, and those of the paths that are changed files.
    """

    brought: dict[bytes, Brought] = field(default_factory=dict)
    anywhere: Brought = field(default_factory=Brought)
    edits: dict[tuple[bytes, ...], list[tuple[Edit, Source]]] = field(default_factory=dict)
    beside: dict[bytes, set[tuple[bytes, ...]]] = field(default_factory=dict)
    mentions: dict[bytes, list[Mention]] = field(default_factory=dict)
    may: dict[bytes, list[Mention]] = field(default_factory=dict)
    may_anywhere: list[Mention] = field(default_factory=list)
    told: list[dict[bytes, set[bytes]]] = field(default_factory=list)
    shared: list[set[bytes]] = field(default_factory=list)
    known: dict[tuple[bytes, ...], Brought] = field(default_factory=dict)

    def at(self, path: tuple[bytes, ...]) -> Brought:
        """What came into the file that the traces know by this path; many a changed file may ask for it."""
        brought = self.known.get(path)
        if brought is None:
            brought = self.known[path] = Brought()
            for edit, source in self.edits[path]:
                brought.take(edit, source)
        return brought

    def places(self) -> Mapping[bytes, list[tuple[bytes, ...]]]:
        """By digest the paths that a line was edited into."""
        places: dict[bytes, list[tuple[bytes, ...]]] = {}
        for path, edits in self.edits.items():
            for digest in frozenset[bytes]().union(*(unpacked(edit.lines) for edit, _ in edits)):
                places.setdefault(digest, []).append(path)
        return places

    def may_have_written(self, path: bytes) -> tuple[Mention, ...]:
        """The events that may have written the file, named or anywhere, in their order."""
        named = self.may.get(path)
        if named is None:
            return tuple(self.may_anywhere)
        both = sorted({*named, *self.may_anywhere}, key=lambda one: (one.trace, one.event))
        return tuple(both[:MOST_MENTIONS])


def find_sources(diff: Diff, traces: tuple[Trace, ...]) -> Sources:
    """All that the traces say of the changed files. Edits that a trace says failed count for nothing."""
    sources = Sources()
    changed = Changed(diff.files)
    for number, trace in enumerate(traces, start=1):
        sources.told.append({})
        sources.shared.append(set())
        edits, commands = ([Source(how, number, session.agent) for session in trace.sessions] for how in (How.EDIT, How.COMMAND))
        for index, event in enumerate(trace.events):
            cwd, mention = trace.sessions[event.session].cwd, Mention(number, index)
            if event.command is not None:
                _command(sources, event, event.command, mention, commands[event.session], changed=changed, cwd=cwd)
                continue
            if event.kind is EventKind.SUBAGENT:
                _note(sources.may_anywhere, mention)
            if event.path is None:
                continue
            meant = changed.meant(event.path, cwd)
            for key in meant:
                _mention(sources.mentions.setdefault(key, []), mention)
            if event.edit is not None and event.ok is not False:
                _edit(sources, event.path, event.edit, edits[event.session], meant=meant)
                sources.edits.setdefault(place(event.path, cwd).parts, []).append((event.edit, edits[event.session]))
    return sources


def _edit(sources: Sources, path: bytes, edit: Edit, source: Source, *, meant: Iterable[bytes]) -> None:
    sources.told[source.trace - 1].setdefault(path, set()).update(unpacked(edit.lines))
    for key in meant:
        sources.brought.setdefault(key, Brought()).take(edit, source)
        sources.shared[source.trace - 1].add(path)


def _command(
    sources: Sources, event: TraceEvent, command: Command, mention: Mention, source: Source, *, changed: Changed, cwd: str | None
) -> None:
    """Note a command under the files that it names; its text explains lines only where it may have written, and not if it failed."""
    named = frozenset[bytes]().union(*(changed.meant(path, cwd) for path in command.paths))
    for key in named:
        _mention(sources.mentions.setdefault(key, []), mention)
    if named and len(command.paths) <= MOST_MOVED and any(program.startswith(_MOVERS) for program in command.programs):
        others = {place(path, cwd).parts for path in command.paths if not changed.meant(path, cwd)}
        for key in named:
            sources.beside.setdefault(key, set()).update(others)
    if command.writes is Writes.NOTHING:
        return
    if command.writes is Writes.ANYWHERE:
        _note(sources.may_anywhere, mention)
    for key in named:
        _note(sources.may.setdefault(key, []), mention)
    if event.edit is not None and event.ok is not False:
        everywhere = command.writes is Writes.ANYWHERE
        for brought in [sources.anywhere] if everywhere else [sources.brought.setdefault(key, Brought()) for key in named]:
            brought.take(event.edit, source)


def _mention(notes: list[Mention], mention: Mention) -> None:
    """Note it among the first of its trace: an earlier trace that says much does not hide a later one."""
    if len(notes) < MOST_MENTIONS or notes[-MOST_MENTIONS].trace != mention.trace:
        notes.append(mention)


def _note(notes: list[Mention], mention: Mention) -> None:
    if len(notes) < MOST_MENTIONS:
        notes.append(mention)
