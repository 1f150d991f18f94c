"""Where agents keep the session that is to be attached, and what belongs to it."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from heapq import merge
from pathlib import Path
from typing import Final

from prgate.errors import FormatError, PrgateError
from prgate.formats.traces import read_trace
from prgate.model.trace import Trace, TraceEvent

_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}")
_VARIABLES: Final = ("CLAUDE_CODE_SESSION_ID", "CODEX_THREAD_ID", "CODEX_SESSION_ID")
"""What the agents tell the shells that they start."""
_CWD: Final = re.compile(rb'"cwd"\s*:\s*("(?:[^"\\]|\\.){1,4096}")')
_HEAD_BYTES: Final = 256 * 1024
_MOST_LOOKED_AT: Final = 200
_MOST_PARTS: Final = 500
_EARLIEST: Final = datetime.min.replace(tzinfo=UTC)


def named_session(id_: str, environment: Mapping[str, str], home: Path) -> Path:
    """The file of the session with this id. Raises ``PrgateError`` if no agent's folder has it."""
    if not _ID.fullmatch(id_):
        raise PrgateError("this is no id of a session", f"--session {id_[:80]}", "Give the id as the agent shows it, or name the file.")
    claude, codex = _folders(environment, home)
    found = [*claude.glob(f"projects/*/{id_}.jsonl"), *codex.glob(f"sessions/*/*/*/rollout-*-{id_}.jsonl")]
    if not found:
        raise PrgateError(
            "no session has this id",
            f"--session {id_}",
            f"Looked in {claude / 'projects'} and {codex / 'sessions'}; name its file instead.",
        )
    return max(found, key=_age)


def this_session(roots: Iterable[str], environment: Mapping[str, str], home: Path) -> Path:
    """The session that runs this command, else the newest one in a work tree of the clone. Raises ``PrgateError`` if there is none."""
    for variable in _VARIABLES:
        with suppress(PrgateError):
            if environment.get(variable):
                return named_session(environment[variable], environment, home)
    claude, codex = _folders(environment, home)
    places = tuple(roots)
    files = [path for root in places for path in claude.glob(f"projects/{_project(root)}*/*.jsonl")]
    files += codex.glob("sessions/*/*/*/rollout-*.jsonl")
    newest = sorted(set(files), key=_age, reverse=True)[:_MOST_LOOKED_AT]
    found = next((path for path in newest if _ran_in(path, places)), None)
    if found is None:
        raise PrgateError(
            "no session of Claude Code or Codex in this work tree was found",
            places[0] if places else "",
            f"Looked in {claude / 'projects'} and {codex / 'sessions'}. Name the file of the session: prgate attach FILE.",
        )
    return found


def read_session(path: Path) -> Trace:
    """The session of a file with those of the sub-agents that it started. Raises ``FormatError``, and ``PrgateError`` where it cannot be read."""
    trace = _read(path)
    parts = []
    for part in sorted((path.parent / path.stem / "subagents").glob("agent-*.jsonl"))[:_MOST_PARTS]:
        with suppress(FormatError, PrgateError):
            parts.append(_read(part))
    return joined(trace, parts)


def joined(trace: Trace, parts: Iterable[Trace]) -> Trace:
    """One trace of all, its events in the order of their times; a part's session that the trace has already is the same one."""
    sessions = list(trace.sessions)
    numbers = {(session.agent, session.id): number for number, session in reversed([*enumerate(sessions)])}
    streams: list[Iterator[tuple[datetime, TraceEvent]]] = [_timed(trace.events, tuple(range(len(sessions))))]
    attributions, leaks = [*trace.attributions], [*trace.leaks]
    read, skipped = trace.read, trace.skipped
    for part in parts:
        moved = []
        for session in part.sessions:
            number = numbers.setdefault((session.agent, session.id), len(sessions))
            if number == len(sessions):
                sessions.append(session)
            moved.append(number)
        streams.append(_timed(part.events, tuple(moved)))
        attributions += part.attributions
        leaks += part.leaks
        read, skipped = read + part.read, skipped + part.skipped
    events = tuple(event for _, event in merge(*streams, key=lambda entry: entry[0]))
    return Trace(trace.name, trace.format, tuple(sessions), events, read, skipped, tuple(attributions), tuple(leaks))


def _timed(events: Iterable[TraceEvent], numbers: tuple[int, ...]) -> Iterator[tuple[datetime, TraceEvent]]:
    """Each event with its time, or with that of the one before where it has none: within a file the order stays."""
    latest = _EARLIEST
    for event in events:
        if event.at is not None:
            with suppress(ValueError):
                latest = max(latest, datetime.fromisoformat(event.at))
        number = numbers[event.session]
        yield latest, event if number == event.session else replace(event, session=number)


def _read(path: Path) -> Trace:
    try:
        with path.open("rb") as stream:
            return read_trace(path.name, stream)
    except OSError as error:
        raise PrgateError(f"cannot be read: {error.strerror}", str(path), "Name a file that you may read.") from error


def _folders(environment: Mapping[str, str], home: Path) -> tuple[Path, Path]:
    return Path(environment.get("CLAUDE_CONFIG_DIR") or home / ".claude"), Path(environment.get("CODEX_HOME") or home / ".codex")


def _project(root: str) -> str:
    """How Claude Code names the folder of a project."""
    return re.sub(r"[^A-Za-z0-9]", "-", root)


def _age(path: Path) -> tuple[float, str]:
    try:
        return path.stat().st_mtime, path.name
    except OSError:
        return 0.0, path.name


def _ran_in(path: Path, roots: tuple[str, ...]) -> bool:
    """Whether the first folder that a session names is one of these, or in one."""
    try:
        with path.open("rb") as stream:
            found = _CWD.search(stream.read(_HEAD_BYTES))
        cwd = os.path.realpath(json.loads(found[1])) if found else ""
    except (OSError, ValueError):
        return False
    return any(cwd == root or cwd.startswith(f"{root.rstrip('/')}/") for root in map(os.path.realpath, roots))
