"""A session reduced to what rules need: no text, no path outside the repository, of its edits the lines that the branch adds."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from prgate.formats.traces.attached import About, event_bytes
from prgate.formats.traces.places import encoded, is_absolute, join, relative
from prgate.formats.traces.values import LONGEST_TEXT
from prgate.model.lines import ends_digest, form_digest, packed, telling, unpacked, wrapped
from prgate.model.trace import Attribution, Command, Edit, EventKind, InUse, Masked, Session, Trace, TraceEvent
from prgate.recognise.credentials import redact

WRITTEN_BYTES: Final = 1_000_000
"""What the events of a document may weigh."""
_MOST_MASKED: Final = 200
"""Masked lines of a session that are looked for in the branch."""
_MARK: Final = "REDACTED"
_SHELL: Final = ("~", "$", "%")
"""What a shell puts a folder in place of."""
_ADDRESS: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:/")
"""``file:///home/…`` is a path outside too, and no drive has a name this long."""
_REPOSITORY: Final = re.compile(r"(?!\.)[\w.-]+/[\w.-]+|(?:https?|ssh|git)://[^/@]+/.+", re.ASCII)
"""Not the path of a clone on this machine."""
_AGENT: Final = re.compile(r"[a-z0-9-]{1,40}")


@dataclass(frozen=True, slots=True)
class Scene:
    """Where a session is attached: the branch, the base that its ``added`` lines are counted from, and where work trees of the clone lie.

    ``holds`` says whether there is something at a path of the branch.
    """

    branch: str
    base: str | None
    roots: tuple[str, ...]
    added: Sequence[bytes]
    holds: Callable[[bytes], bool] = lambda _: True


def compact(trace: Trace, scene: Scene, *, most: int = WRITTEN_BYTES) -> tuple[Trace, About]:
    """The reduced trace, its paths relative to the top of the repository, and what has to be told beside it.

    Of events that together weigh more than ``most`` bytes commands are left out first, then what neither edits nor runs, then edits,
    always the oldest first.
    """
    sieve = _Sieve(scene.roots, tuple(session.cwd for session in trace.sessions), scene.holds)
    mine = _Mine(scene.added)
    events: list[TraceEvent] = []
    outs: list[int] = []
    for event in trace.events:
        kept = sieve.event(event)
        if kept is None:
            continue
        if kept.edit is not None:
            found = mine.of(kept.edit, counts=kept.kind is EventKind.EDIT)
            outs.append((len(kept.edit.lines) - len(found.lines)) // 8)
            kept = replace(kept, edit=found)
        else:
            outs.append(0)
        events.append(kept)
    left = _left_out(events, outs, most)
    rest = [index for index in range(len(events)) if index not in left]
    reduced = Trace(
        name=trace.name,
        format=trace.format,
        sessions=tuple(sieve.session(session) for session in trace.sessions),
        events=tuple(events[index] for index in rest),
        read=trace.read,
        skipped=trace.skipped,
        attributions=tuple(sieve.attributions(trace.attributions)),
    )
    about = About(
        source=trace.format,
        branch=sieve.text(scene.branch),
        base=scene.base,
        lines=(len(mine.met), len(mine.told) - len(mine.met)),
        out={number: outs[index] for number, index in enumerate(rest) if outs[index]},
        outside=sieve.outside,
        dropped=Counter(events[index].kind.value for index in left),
        redacted=sieve.redacted,
        secrets=Counter(leak.kind for leak in trace.leaks),
    )
    return reduced, about


def _left_out(events: Sequence[TraceEvent], outs: Sequence[int], most: int) -> frozenset[int]:
    """The indexes of events that are too many."""
    sizes = [event_bytes(event, out) for event, out in zip(events, outs, strict=True)]
    over = sum(sizes) - most
    left: set[int] = set()
    order = sorted(range(len(events)), key=lambda index: (_worth(events[index].kind), index)) if over > 0 else []
    for index in order:
        if over <= 0:
            break
        left.add(index)
        over -= sizes[index]
    return frozenset(left)


def _worth(kind: EventKind) -> int:
    match kind:
        case EventKind.COMMAND:
            return 0
        case EventKind.EDIT:
            return 2
        case _:
            return 1


class _Mine:
    """Which lines the branch adds; ``told`` are the digests of all edits' lines, ``met`` those among them that it does."""

    __slots__ = ("_digests", "_ends", "_forms", "_seen", "met", "told")

    def __init__(self, added: Sequence[bytes]) -> None:
        forms = [telling(line) for line in added]
        lines = (digest for form in forms if (digest := form_digest(form)) is not None)
        self._digests = frozenset((*lines, *(digest for _, _, digest in wrapped(forms))))
        self._forms = added
        self._ends: dict[tuple[int, int], frozenset[bytes]] = {}
        self._seen = 0
        self.told: set[bytes] = set()
        self.met: set[bytes] = set()

    def of(self, edit: Edit, *, counts: bool) -> Edit:
        """The edit with its digests that are in the branch: those of other lines could be guessed, so they stay here."""
        lines = unpacked(edit.lines)
        found = lines & self._digests
        if counts:
            self.told |= lines
            self.met |= found
        masked = tuple(mask for mask in edit.masked if self._has(mask))
        return Edit(packed(found), masked, packed(unpacked(edit.wrapped) & self._digests))

    def _has(self, mask: Masked) -> bool:
        cut = mask.before, mask.after
        if cut not in self._ends:
            self._seen += 1
            if self._seen > _MOST_MASKED:
                return False
            forms = (telling(line) for line in self._forms)
            self._ends[cut] = frozenset(
                ends_digest(form[: mask.before], form[len(form) - mask.after :]) for form in forms if len(form) >= sum(cut)
            )
        return mask.digest in self._ends[cut]


@dataclass(slots=True)
class _Sieve:
    """Lets through what lies in the repository and holds no credential, and counts the rest."""

    roots: tuple[str, ...]
    cwds: tuple[str | None, ...]
    holds: Callable[[bytes], bool]
    outside: int = 0
    redacted: Counter[str] = field(default_factory=Counter)
    cleaned: dict[bytes, bytes] = field(default_factory=dict)

    def event(self, event: TraceEvent) -> TraceEvent | None:
        """The event with its paths from the top of the repository; none for an edit outside of it."""
        path = None
        if event.path is not None:
            path = self.path(event.path, event.session)
            if path is None and event.kind is EventKind.EDIT:
                return None
        reads = event.reads and path is not None
        command = None if event.command is None else self._command(event.command, event.session)
        return replace(event, path=path, name=self.text(event.name), reads=reads, command=command)

    def path(self, path: bytes, session: int) -> bytes | None:
        """The path from the top of a work tree; counted and ``None`` outside of all."""
        text = path.decode("utf-8", "surrogateescape")
        cwd = self.cwds[session] if session < len(self.cwds) else None
        absolute = text if cwd is None else join(cwd, text)
        if not text.startswith(_SHELL) and not _ADDRESS.match(text):
            for root in self.roots if is_absolute(absolute) else ():
                found = relative(absolute, root)
                if found is None:
                    return None  # the top itself
                if not is_absolute(found.decode("utf-8", "surrogateescape")):
                    return self._clean(found)
            if not is_absolute(absolute) and not absolute.startswith("../") and not text.startswith("../"):
                return self._clean(path)
        self.outside += 1
        return None

    def text(self, text: str) -> str:
        """The text without credentials."""
        return self._clean(encoded(text)).decode("utf-8", "backslashreplace")[:LONGEST_TEXT]

    def session(self, session: Session) -> Session:
        """The session without where it ran."""

        def told(text: str | None) -> str | None:
            return None if text is None else self.text(text)

        return replace(
            session,
            agent=session.agent if _AGENT.fullmatch(session.agent) else "unknown",
            id=told(session.id),
            version=told(session.version),
            models=tuple(self.text(model) for model in session.models),
            cwd=None,
            repository=told(session.repository) if session.repository and _REPOSITORY.fullmatch(session.repository) else None,
            branch=told(session.branch),
            in_use=tuple(self._in_use(session)),
        )

    def attributions(self, items: Sequence[Attribution]) -> Iterator[Attribution]:
        """The attributions of files in the repository."""
        for item in items:
            path = self.path(item.path, item.session or 0)
            if path is not None:
                yield replace(item, path=path)

    def _command(self, command: Command, session: int) -> Command:
        """A word of a command is kept as a path only where there is a file: any other may be a text, which stays here."""
        paths = (self.path(path, session) for path in command.paths)
        programs = (self.text(" ".join(map(_base, program.split(" ")))) for program in command.programs)
        return replace(command, programs=tuple(programs), paths=tuple(path for path in paths if path is not None and self.holds(path)))

    def _in_use(self, session: Session) -> Iterator[InUse]:
        """Rules lie at a path: what a person keeps at home stays there."""
        for used in session.in_use:
            name: bytes | None = encoded(used.name)
            if is_absolute(used.name) or used.name.startswith((*_SHELL, "../")) or _ADDRESS.match(used.name):
                name = self.path(encoded(used.name), 0)
            if name is not None:
                yield InUse(self.text(used.kind), self.text(name.decode("utf-8", "surrogateescape")), used.digest)

    def _clean(self, text: bytes) -> bytes:
        """The text without credentials, also such as fill a part between slashes: before a credential no path goes on."""
        if text not in self.cleaned:
            self.cleaned[text] = b"/".join(map(self._without, self._without(text).split(b"/")))
        return self.cleaned[text]

    def _without(self, text: bytes) -> bytes:
        clean, kinds = redact(text.decode("utf-8", "surrogateescape"), _MARK)
        self.redacted.update(kinds)
        return encoded(clean)


def _base(word: str) -> str:
    """A program's word without the folders that it lies in."""
    return word.rsplit("/", 1)[-1] if is_absolute(word) or word.startswith(_SHELL) else word
