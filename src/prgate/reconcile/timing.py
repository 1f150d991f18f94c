"""When a trace was at work beside the commits of the change."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from prgate.model.reconciliation import Timing
from prgate.model.trace import Trace

EARLIER: Final = timedelta(days=1)
LATER: Final = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Made:
    """When the commit that the change starts from was made, its first commit written, its last commit made; RFC 3339, null where unknown."""

    start: str | None = None
    written: str | None = None
    last: str | None = None


def timing(trace: Trace, made: Made) -> Timing:
    """Where the trace's time lies, with room for clocks that differ, for a base that moved on and for whoever commits late."""
    told = {event.at for event in trace.events} | {session.started for session in trace.sessions}
    times = [time for time in map(_time, told) if time is not None]
    start, written, last = _time(made.start), _time(made.written), _time(made.last)
    if times and last is not None and min(times) > last + LATER:
        return Timing.AFTER
    if times and start is not None and written is not None and max(times) < min(start, written) - EARLIER:
        return Timing.BEFORE
    return Timing.UNKNOWN if not times or (start is None and last is None) else Timing.AROUND


def _time(text: str | None) -> datetime | None:
    """The moment; null for a text that is none or that names no time zone."""
    try:
        time = None if text is None else datetime.fromisoformat(text)
    except ValueError:
        return None
    return None if time is None or time.tzinfo is None else time
