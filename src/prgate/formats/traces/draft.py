"""What a reader has understood of a trace so far, and the trace that it becomes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any, Final

from prgate.errors import FormatError
from prgate.formats.shell import read_command
from prgate.formats.traces.masks import masked
from prgate.formats.traces.places import encoded, join, relative
from prgate.formats.traces.records import over
from prgate.model.lines import form_digest, packed, telling, wrapped
from prgate.model.trace import Attribution, Command, Edit, EventKind, InUse, Leak, Masked, Permit, Session, Trace, TraceEvent, Writer

MAX_EVENTS: Final = 200_000
MAX_LINES: Final = 1_000_000
"""Lines that all edits together bring in."""
MAX_SETTLED: Final = 1_000_000
"""Events settled by results: a result may name a call again, and a call may stand for many events."""
MAX_SESSIONS: Final = 10_000
MAX_ATTRIBUTIONS: Final = 1_000_000
MAX_IN_USE: Final = 1_000
MAX_MODELS: Final = 100

_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.:/-]{0,127}", re.ASCII)


@dataclass(slots=True)
class Scribe:
    """Keeps the texts of events and answers, which a trace does not: for who writes the session out in another format.

    ``told`` has per index (text, arguments, call); ``answers`` the output of a call; ``kept`` the indexes of the trace's events, in order.
    """

    told: dict[int, tuple[str | None, object, str | None]] = field(default_factory=dict)
    answers: dict[str, str] = field(default_factory=dict)
    kept: tuple[int, ...] = ()


@dataclass(slots=True)
class Draft:
    """Events in the order of the file; ``calls`` finds those of a tool call, so that its result can settle them."""

    name: str
    format: str
    scribe: Scribe | None = None
    read: int = 0
    skipped: int = 0
    sessions: list[Session] = field(default_factory=list)
    current: int = 0
    events: list[TraceEvent] = field(default_factory=list)
    attributions: list[Attribution] = field(default_factory=list)
    calls: dict[str, list[int]] = field(default_factory=dict)
    may_be_empty: bool = False
    """That nothing was done is what it says, and not for want of content."""
    dropped: set[int] = field(default_factory=set)
    """Events that say again what a better form of them has said."""
    _lines: int = 0
    _settled: int = 0
    _raw_paths: dict[int, str] = field(default_factory=dict)
    _raw_named: dict[int, tuple[str, ...]] = field(default_factory=dict)
    _used: set[tuple[int, InUse]] = field(default_factory=set)
    _permits: dict[int, Permit] = field(default_factory=dict)

    def count(self, *, understood: bool) -> None:
        """Count one record."""
        if understood:
            self.read += 1
        else:
            self.skipped += 1

    def session(self, agent: str, id_: str | None = None) -> int:
        """Begin a session, to which all that follows belongs; its index."""
        if len(self.sessions) >= MAX_SESSIONS:
            raise over(f"more than {MAX_SESSIONS:,} sessions")
        self.sessions.append(Session(agent=agent, id=id_))
        self.current = len(self.sessions) - 1
        return self.current

    @property
    def about(self) -> Session:
        """The current session as far as it is known."""
        return self.sessions[self.current]

    def tell(self, *, model: str | None = None, **known: Any) -> None:  # noqa: ANN401 (fields of a session)
        """Fill what the current session leaves open; the first word counts, models add up."""
        session = self.about
        fresh = {name: value for name, value in known.items() if value is not None and getattr(session, name) is None}
        if model is not None and model not in session.models and len(session.models) < MAX_MODELS:
            fresh["models"] = (*session.models, model)
        if fresh:
            self.sessions[self.current] = replace(session, **fresh)

    def use(self, kind: str, name: str, text: str | None = None) -> None:
        """Note rules, a skill or a server in use; ``text`` is what it says, of which a digest is kept."""
        if len(self.about.in_use) >= MAX_IN_USE:
            return
        used = InUse(kind, name, None if text is None else sha256(encoded(text)).hexdigest())
        if (self.current, used) not in self._used:
            self._used.add((self.current, used))
            self.sessions[self.current] = replace(self.about, in_use=(*self.about.in_use, used))

    def add(
        self,
        kind: EventKind,
        record: int,
        *,
        at: str | None = None,
        name: str = "",
        call: str | None = None,
        path: str | None = None,
        ok: bool | None = None,
        reads: bool = False,
        brings: Iterable[str] | Edit | None = None,
        command: Command | None = None,
        text: str | None = None,
        given: object = None,
    ) -> int:
        """Note an event of ``record``; its index. ``brings`` are texts of one or more lines that an edit brings in.

        ``text`` and ``given`` (a call's arguments) are for the scribe alone.
        """
        if len(self.events) >= MAX_EVENTS:
            raise over(f"more than {MAX_EVENTS:,} events")
        index = len(self.events)
        if not isinstance(brings, Edit) and (brings is not None or kind is EventKind.EDIT):
            brings = self.edit(brings or ())
        told = name if _NAME.fullmatch(name) else ""
        self.events.append(TraceEvent(kind, at, (self.name, record), self.current, None, ok, told, reads, brings, command))
        if path is not None:
            self._raw_paths[index] = path
        if call is not None:
            self.calls.setdefault(call, []).append(index)
        if self.scribe is not None:
            self.scribe.told[index] = (text, given, call)
        return index

    def command(
        self,
        record: int,
        line: str | Sequence[str],
        *,
        at: str | None = None,
        name: str = "",
        call: str | None = None,
        workdir: str | None = None,
        given: object = None,
    ) -> int:
        """Note a shell command, and the files that its text spells as edits of the same call; the index of the command."""
        said = read_command(line)
        command = Command(programs=said.programs, writes=said.writes, tests=said.tests)
        brings = said.scripts or None
        index = self.add(EventKind.COMMAND, record, at=at, name=name, call=call, brings=brings, command=command, given=given)
        self._raw_named[index] = tuple(join(workdir, path) for path in said.paths)
        made: dict[str, tuple[Edit, int]] = {}  # one text may go to many files
        for path, text in said.files:
            if text in made:
                self.count_lines(made[text][1])
            else:
                before = self._lines
                made[text] = self.edit((text,)), self._lines - before
            self.add(EventKind.EDIT, record, at=at, name=name, call=call, path=join(workdir, path), brings=made[text][0])
        return index

    def permit(self, record: int, permit: Permit, *, at: str | None = None, ok: bool | None = None) -> None:
        """Note how the agent came to be allowed what it does from here on, unless that goes on as it was; or a person's answer."""
        if permit is not Permit.ANSWER:
            if self._permits.get(self.current) is permit:
                return
            self._permits[self.current] = permit
        self.add(EventKind.APPROVAL, record, at=at, name=permit.value, ok=ok)

    def attribute(self, record: int, path: str, lines: tuple[int, int], writer: Writer, revision: str | None) -> None:
        """Note whose the lines (first, last) of a path are; impossible ones are left out."""
        start, end = lines
        where = relative(path, self.about.cwd if self.sessions else None)
        if where is None or not 1 <= start <= end <= MAX_LINES:
            return
        if len(self.attributions) >= MAX_ATTRIBUTIONS:
            raise over(f"more than {MAX_ATTRIBUTIONS:,} attributions")
        self.attributions.append(
            Attribution(where, start, end, writer, revision, (self.name, record), None if writer is Writer.HUMAN else self.current)
        )

    def count_lines(self, count: int) -> None:
        """Count so many lines more that edits bring in. Raises ``FormatError`` over the limit."""
        self._lines += count
        if self._lines > MAX_LINES:
            raise over(f"more than {MAX_LINES:,} edited lines")

    def edit(self, texts: Iterable[str]) -> Edit:
        """Digests of all lines of the texts, those too short to tell anything left out."""
        cut: dict[Masked, None] = {}
        forms: list[bytes] = []
        for piece in texts:
            lines = encoded(piece).split(b"\n")
            self.count_lines(len(lines))
            forms += map(telling, lines)
            if "REDACTED" in piece or "redacted" in piece:
                cut.update((mask, None) for line in lines if (mask := masked(line)) is not None)
        found = [digest for digest in map(form_digest, forms) if digest is not None]
        return Edit(packed(found), tuple(cut), packed(digest for _, _, digest in wrapped(forms)))

    def settle(
        self,
        call: str | None,
        *,
        ok: bool | None,
        code: int | None = None,
        brings: Iterable[str] = (),
        output: str | None = None,
        ran: bool = True,
    ) -> None:
        """Note how a call ended. ``brings``, where the result has any, is what its one edit really brought in; a failed edit brought nothing.

        A command that failed may have written before it did: the edits that it spells stay open, unless it never ``ran``. ``code`` is its
        exit status. ``output`` is for the scribe alone.
        """
        indexes = self._settles(call)
        told: Edit | None = None  # made once: a call may stand for many events
        shell = any(self.events[index].command is not None for index in indexes)
        for index in indexes:
            event = self.events[index]
            edit, command = event.edit, event.command
            if event.edit is not None and not ran:
                edit = Edit()
            elif event.kind is EventKind.EDIT and ok is False:
                if shell:
                    continue
                edit = Edit()
            elif event.kind is EventKind.EDIT:
                told = told or self.edit(brings)
                edit = told if told.lines or told.masked else edit
            if command is not None and code is not None:
                command = replace(command, exit=code)
            self.events[index] = TraceEvent(
                event.kind, event.at, event.ref, event.session, event.path, ok, event.name, event.reads, edit, command
            )
        if self.scribe is not None and call and output is not None:
            self.scribe.answers.setdefault(call, output)

    def known(self, call: str | None, kind: EventKind, name: str) -> None:
        """Note what a call of some tool was, where only its result tells."""
        for index in self._settles(call):
            if self.events[index].command is None and self.events[index].edit is None:
                self.events[index] = replace(self.events[index], kind=kind, name=name if _NAME.fullmatch(name) else "")

    def _settles(self, call: str | None) -> Sequence[int]:
        """The events of a call that a record says something of."""
        indexes = self.calls.get(call or "", ())
        self._settled += len(indexes)
        if self._settled > MAX_SETTLED:
            raise over(f"results settle more than {MAX_SETTLED:,} events")
        return indexes

    def finish(self, leaks: tuple[Leak, ...] = ()) -> Trace:
        """The trace without the ``dropped`` events. Raises ``FormatError`` where it tells nothing: an account without content is none."""
        if not self.events and not self.attributions and not self.may_be_empty:
            raise FormatError(f"{self.format}: nothing that anybody did in {self.read + self.skipped:,} records")
        kept = tuple(index for index in range(len(self.events)) if index not in self.dropped)
        if self.scribe is not None:
            self.scribe.kept = kept
        return Trace(
            name=self.name,
            format=self.format,
            sessions=tuple(self.sessions),
            events=tuple(self._placed(index) for index in kept),
            read=self.read,
            skipped=self.skipped,
            attributions=tuple(self.attributions),
            leaks=leaks,
        )

    def _placed(self, index: int) -> TraceEvent:
        """The event with its paths seen from where its session ran, which is known only at the end."""
        event = self.events[index]
        cwd = self.sessions[event.session].cwd
        named, command = self._raw_named.get(index), event.command
        if named and command is not None:
            paths = (relative(path, cwd) for path in named)
            found = tuple(dict.fromkeys(path for path in paths if path is not None))
            command = Command(command.programs, found, command.writes, command.tests, command.exit)
        elif index not in self._raw_paths:
            return event
        path = relative(self._raw_paths[index], cwd) if index in self._raw_paths else event.path
        return TraceEvent(event.kind, event.at, event.ref, event.session, path, event.ok, event.name, event.reads, event.edit, command)
