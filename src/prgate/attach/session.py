"""One session, taken out of its file and attached to a branch."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from prgate.attach.branch import Branch, added, find_base, holds
from prgate.attach.compact import Scene, compact
from prgate.attach.find import read_session
from prgate.attach.keep import ref_of
from prgate.errors import FormatError, PrgateError
from prgate.formats.traces.attached import About, attached_json
from prgate.git.own import Clone
from prgate.model.trace import EventKind, Trace, Writes
from prgate.model.wording import counted

_ELSEWHERE = ". It ran outside this clone, so none of its edits is kept: attach it where it ran, or give the gate its file as it is"


@dataclass(frozen=True, slots=True)
class Taken:
    """A session as it would be attached: ``data`` is the document, ``ref`` where it belongs.

    ``elsewhere``: it ran outside every work tree of this clone, and so far from what it names that no edit of it is left.
    """

    trace: Trace
    about: About
    data: bytes
    ref: str
    elsewhere: bool = False


def concerns(clone: Clone, taken: Taken) -> bool:
    """Whether the session can account for anything in the branch.

    It brought in a line of it; or it ran what may have written one, and the branch or the work tree has changed since it started: somebody
    else's branch that was only looked at has not.
    """
    if taken.about.lines[0] or taken.trace.attributions:
        return True
    if not any(event.command is not None and event.command.writes is not Writes.NOTHING for event in taken.trace.events):
        return False
    if clone.ask("status", "--porcelain"):
        return True
    started = next((session.started for session in taken.trace.sessions if session.started is not None), None)
    committed = clone.run("show", "--no-patch", "--format=%ct", "HEAD").text
    return started is None or (committed.isdigit() and int(committed) >= int(datetime.fromisoformat(started).timestamp()))


def take(
    clone: Clone, branch: Branch, path: Path, *, base: str | None = None, finish: Callable[[Trace], Trace] = lambda trace: trace
) -> Taken:
    """Read and reduce the session of a file. Raises ``PrgateError`` for what is no session.

    ``finish`` adds what is known beside the file.
    """
    try:
        trace = finish(read_session(path))
    except FormatError as error:
        raise PrgateError(
            str(error), str(path), "Give a session file as the agent wrote it; `prgate trace FILE` says what it is."
        ) from error
    started = next((session.commit for session in trace.sessions if session.commit is not None), None)
    counted_from = base or find_base(clone, branch, started)
    shown = branch.name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    places = roots(clone, trace)
    scene = Scene(shown, counted_from, places, tuple(added(clone, branch, counted_from)), holds(clone, branch))
    reduced, about = compact(trace, scene)
    edits = (any(event.kind is EventKind.EDIT for event in one.events) for one in (trace, reduced))
    elsewhere = tuple(edits) == (True, False) and not any(_under(session.cwd, places) for session in trace.sessions)
    return Taken(reduced, about, attached_json(reduced, about), ref_of(branch, trace, str(path.resolve())), elsewhere)


def _under(cwd: str | None, places: tuple[str, ...]) -> bool:
    """Whether a session ran at or below one of the places, or does not say where."""
    return cwd is None or any(cwd == place or cwd.startswith(f"{place.rstrip('/')}/") for place in places)


def roots(clone: Clone, trace: Trace) -> tuple[str, ...]:
    """Where the work trees lie, the longest first, also by the names that the sessions' folders give them through links."""
    places = {*clone.work_trees(), clone.top}
    for cwd in {session.cwd for session in trace.sessions if session.cwd is not None}:
        real = os.path.realpath(cwd)
        for top in sorted(places, key=len, reverse=True):
            rest = real.removeprefix(os.path.realpath(top))
            named = cwd.removesuffix(rest)
            if rest != real and cwd.endswith(rest) and os.path.realpath(named) == os.path.realpath(top):
                places.add(named)
                break
    return tuple(sorted(places, key=lambda place: (-len(place), place)))


def told(taken: Taken, where: str, name: Callable[[str], str]) -> str:
    """The one line about a session that was attached ``where``; ``name`` gives an agent's name by its id."""
    trace, about = taken.trace, taken.about
    agents = ", ".join(map(name, trace.agents)) or "an unknown agent"
    kinds = [event.kind for event in trace.events]
    edits, commands = (counted(kinds.count(kind), noun) for kind, noun in ((EventKind.EDIT, "edit"), (EventKind.COMMAND, "command")))
    within, out = about.lines
    parts = [edits, commands]
    parts += [f"{within:,} of {counted(within + out, 'line')} {'is' if within == 1 else 'are'} in this branch"] if within + out else []
    parts += [f"{about.outside:,} outside the repository left out"] if about.outside else []
    parts += [f"{sum(about.dropped.values()):,} older events left out for size"] if about.dropped else []
    parts += [f"{counted(sum(about.redacted.values()), 'credential')} taken out"] if about.redacted else []
    line = f"attached {counted(len(trace.sessions), 'session')} of {agents} ({', '.join(parts)}) as {where}"
    return f"{line}{_ELSEWHERE}" if taken.elsewhere else line


def settled(trace: Trace) -> Trace:
    """The trace with its one command whose end is not known yet as one that worked: for who knows that it has."""
    open_ = [index for index, event in enumerate(trace.events) if event.kind is EventKind.COMMAND and event.ok is None]
    if len(open_) != 1:
        return trace
    events = list(trace.events)
    event = events[open_[0]]
    assert event.command is not None, "of every command"
    events[open_[0]] = replace(event, ok=True, command=replace(event.command, exit=0))
    return replace(trace, events=tuple(events))
